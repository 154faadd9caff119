"""Where the chain rounds at once, the model takes over what it has rounded to, once that is near enough."""

from __future__ import annotations

from tests.property.models.books import Orchestrator, fine
from tests.property.models.exact import Exact
from tests.property.models.protocol import ProtocolModel
from tests.support.lens import Observation

__all__ = ["Worst", "adopt_fee_pot", "adopt_pot", "adopt_roundings", "check_earned"]

Worst = dict[str, float]  # by property, the most wei that the chain was below an exact figure


def adopt_roundings(model: ProtocolModel, seen: Observation, worst: Worst) -> None:
    """An orchestrator's own earnings are whole wei on the chain: never more than exact, and less by no more than the
    model's slack, which is a wei for each reward or payment and what the 27 digits of a share cost."""
    for account, view in seen.accounts.items():
        orchestrator = model.books.orchestrators[account]
        adopt_pot(account, orchestrator, view.pot, worst)
        adopt_fee_pot(account, orchestrator, view.fee_pot, worst)


def adopt_pot(account: str, orchestrator: Orchestrator, found: int, worst: Worst) -> None:
    """`found` LPT wei are what the chain keeps of an orchestrator's own rewards."""
    lost = orchestrator.pot - found
    if lost:
        assert 0 < lost <= orchestrator.pot_slack, f"BOND-26: own rewards of {account} are {float(lost)} wei short"
        orchestrator.rounded += fine(lost)
        note_worst(worst, "BOND-26", lost)
    orchestrator.pot, orchestrator.pot_slack = found, 0


def adopt_fee_pot(account: str, orchestrator: Orchestrator, found: int, worst: Worst) -> None:
    """As {adopt_pot}, of its own fees in ETH wei."""
    lost = orchestrator.fee_pot - found
    if lost:
        assert 0 < lost <= orchestrator.fee_pot_slack, f"BOND-26: own fees of {account} are {float(lost)} wei short"
        orchestrator.rounded_fees += fine(lost)
        note_worst(worst, "BOND-26", lost)
    orchestrator.fee_pot, orchestrator.fee_pot_slack = found, 0


def note_worst(worst: Worst, property_: str, short: Exact) -> None:
    """Remembers by how many wei the chain was below the exact figure, if by more than ever."""
    worst[property_] = max(worst.get(property_, 0.0), float(short))


def check_earned(model: ProtocolModel, account: str, stake: int, fees: int, worst: Worst) -> None:
    """BOND-23: what an account has, with all that it has earned since its last claim, is never more than exact, and
    less by no more than a wei and what the 27 digits of a factor cost.

    Args:
        stake: LPT wei by the chain's view, and `fees` ETH wei.
    """
    books, earnings = model.books, model.earnings
    short = books.exact_stake(account) - stake
    if short:
        assert 0 < short <= earnings.stake_slack(account), f"BOND-23: stake of {account} is {float(short)} wei short"
        note_worst(worst, "BOND-23", short)
    short = books.exact_fees(account) - fees
    if short:
        assert 0 < short <= earnings.fee_slack(account), f"BOND-23: fees of {account} are {float(short)} wei short"
        note_worst(worst, "BOND-23", short)
