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
        _require_near(lost, orchestrator.pot_slack, f"BOND-26: own rewards of {account}", worst)
        orchestrator.rounded += fine(lost)
    orchestrator.pot, orchestrator.pot_slack = found, 0


def adopt_fee_pot(account: str, orchestrator: Orchestrator, found: int, worst: Worst) -> None:
    """As {adopt_pot}, of its own fees in ETH wei."""
    lost = orchestrator.fee_pot - found
    if lost:
        _require_near(lost, orchestrator.fee_pot_slack, f"BOND-26: own fees of {account}", worst)
        orchestrator.rounded_fees += fine(lost)
    orchestrator.fee_pot, orchestrator.fee_pot_slack = found, 0


def check_earned(model: ProtocolModel, account: str, stake: int, fees: int, worst: Worst) -> None:
    """BOND-23: what an account has, with all that it has earned since its last claim, is never more than exact, and
    less by no more than a wei and what the 27 digits of a factor cost.

    Args:
        stake: LPT wei by the chain's view, and `fees` ETH wei.
    """
    books, earnings = model.books, model.earnings
    short = books.exact_stake(account) - stake
    if short:
        _require_near(short, earnings.stake_slack(account), f"BOND-23: stake of {account}", worst)
    short = books.exact_fees(account) - fees
    if short:
        _require_near(short, earnings.fee_slack(account), f"BOND-23: fees of {account}", worst)


def _require_near(short: Exact, slack: Exact, what: str, worst: Worst) -> None:
    """The chain is below the exact figure by no more than `slack`; by how many wei is remembered if it is the most yet.

    Args:
        what: the property's id, a colon, and whose figure it is.
    """
    assert 0 < short <= slack, f"{what}: {float(short)} wei short"
    property_ = what.partition(":")[0]
    worst[property_] = max(worst.get(property_, 0.0), float(short))
