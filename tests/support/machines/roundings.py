"""Where the chain rounds at once, the model takes over what it has rounded to, once that is near enough."""

from __future__ import annotations

from fractions import Fraction

from tests.property.models.protocol import ProtocolModel
from tests.support.lens import Observation

__all__ = ["adopt_roundings"]


def adopt_roundings(model: ProtocolModel, seen: Observation) -> None:
    """An orchestrator's own earnings are whole wei on the chain: never more than exact, and less by no more than the
    model's slack, which is a wei for each reward or payment and what the 27 digits of a share cost."""
    for account, view in seen.accounts.items():
        orchestrator = model.books.orchestrators[account]
        lost = orchestrator.pot - view.pot
        assert 0 <= lost <= orchestrator.pot_slack, f"BOND-26: own rewards of {account} are {float(lost)} wei short"
        orchestrator.pot = Fraction(view.pot)
        orchestrator.rounded += lost

        lost = orchestrator.fee_pot - view.fee_pot
        assert 0 <= lost <= orchestrator.fee_pot_slack, f"BOND-26: own fees of {account} are {float(lost)} wei short"
        orchestrator.fee_pot = Fraction(view.fee_pot)
        orchestrator.rounded_fees += lost
        orchestrator.pot_slack = orchestrator.fee_pot_slack = Fraction(0)
