"""An orchestrator's rates, and where it can be reached."""

from __future__ import annotations

from urllib.parse import urlsplit

from scripts._lib.ops.amounts import parse_share, percent
from scripts._lib.ops.errors import InputError, RoleError, StakeError
from scripts._lib.ops.plan import Fact, Plan, Step, change
from scripts._lib.ops.pool import NO_HINT, Change
from scripts._lib.ops.session import Session
from scripts._lib.ops.stake import Orchestrator, read_pool


def plan_transcoder(session: Session, reward_cut: str | None, fee_share: str | None) -> Plan:
    """Sets rates, and takes a seat in the pool if there is one.

    Args:
        reward_cut, fee_share: shares as typed; None leaves one as it is.

    Raises:
        InputError, RoleError, StakeError, RoundError, SystemPausedError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    clock.require_open()
    clock.require_unlocked()
    orchestrator = Orchestrator.read(protocol, me, clock)
    cut = orchestrator.reward_cut if reward_cut is None else parse_share(reward_cut)
    share = orchestrator.fee_share if fee_share is None else parse_share(fee_share)
    if not orchestrator.registered:
        raise RoleError(f"{me} is no orchestrator: `ape run ops bond AMOUNT --to {me}` makes it one")
    if orchestrator.owes_reward:
        raise StakeError(
            f"{me} is active and has not called reward in round {clock.round}: rates hold for whole rounds, so "
            "`ape run ops reward` comes first"
        )
    pool = read_pool(protocol)
    place = Change(pool, pool, me) if me in pool else pool.raised(me, orchestrator.stake)
    hint = NO_HINT if me in pool else place.hint
    return Plan(
        f"Set the rates of {me}",
        (Step("set rates", protocol.bonding.transcoderWithHint, (cut, share, *hint)),),
        (
            change("reward cut", percent(orchestrator.reward_cut), f"{percent(cut)}, kept by you"),
            change("fee share", percent(orchestrator.fee_share), f"{percent(share)}, given to delegators"),
            Fact("counts", f"from {clock.when(clock.round + 1)}"),
            Fact("pool", str(place)),
        ),
        outcome=lambda: _rates(Orchestrator.read(protocol, me, clock)),
    )


def plan_set_uri(session: Session, uri: str, *, anyway: bool) -> Plan:
    """Publishes where the account can be reached.

    Args:
        uri: `https://host:port`; empty takes the entry back.
        anyway: other forms, too.

    Raises:
        InputError: not of that form, or what is published already.
    """
    registry, me = session.protocol.registry, session.me
    if not anyway:
        _require_reachable(uri)
    present = registry.getServiceURI(me)
    if present == uri:
        raise InputError(f"{uri!r} is published already")
    registered = session.protocol.bonding.isRegisteredTranscoder(me)
    return Plan(
        f"Publish where {me} is reached",
        (Step("set the URI", registry.setServiceURI, (uri,)),),
        (change("URI", present or "none", uri or "none"),),
        () if registered else (f"{me} is no orchestrator (yet): gateways do not ask for it",),
        lambda: [Fact("URI", registry.getServiceURI(me) or "none")],
    )


def _require_reachable(uri: str) -> None:
    if not uri:
        return
    try:
        parts = urlsplit(uri)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port is not None
        good = good and not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    except ValueError:
        good = False
    if not good:
        raise InputError(f"{uri!r} is not of the form https://host:port, which gateways expect; --anyway publishes it")


def _rates(orchestrator: Orchestrator) -> list[Fact]:
    return [
        Fact("reward cut", percent(orchestrator.reward_cut)),
        Fact("fee share", percent(orchestrator.fee_share)),
    ]
