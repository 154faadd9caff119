"""The base of all protocol machines: actions of every role, a model that foretells them, properties after each step.

A machine of Hypothesis adds rules that draw whom and how much, and nothing else:

    class Machine(ProtocolMachine, RuleBasedStateMachine):
        @rule(who=names, amount=amounts)
        def bonds(self, who, amount):
            self.bond(who, amount, to=who)

        @invariant()
        def properties_hold(self):
            self.check()

Each rule, and each line of an anchored test, is an action of this class; each action is one or more calls, and a call
that ends otherwise than the model foretold fails, be it a success, another error or another argument of the error.
"""

from __future__ import annotations

from tests.support.machines.agreement import Agreement
from tests.support.machines.leaving import Leaving
from tests.support.machines.senders import Senders
from tests.support.machines.solvency import Solvency
from tests.support.machines.structure import Structure
from tests.support.machines.voting import Voting

__all__ = ["ProtocolMachine"]


class ProtocolMachine(Leaving, Solvency, Structure, Senders, Agreement, Voting):
    """Actions: ClockActions, StakingActions, PaymentActions. Properties: the rest, beside those that every call holds
    (frame, history, roundings: see {Core.act})."""
