"""Messages for tests: strategies of every value that the wire can carry."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from offchain.types import Container, H264Profile, RenditionProfile
from offchain.wire import (
    AuthToken,
    Capabilities,
    ModelConstraint,
    OrchestratorInfo,
    OrchestratorRequest,
    Payment,
    RenditionResult,
    SegmentCredentials,
    SegmentResult,
    TicketSignature,
)
from offchain.wire.limits import (
    MAX_CAPABILITIES,
    MAX_DIMENSION,
    MAX_DURATION_MS,
    MAX_FPS,
    MAX_GOP_MS,
    MAX_PROFILES,
)
from tests.support.tickets import addresses, int64s, nonces, ticket_params

P144 = RenditionProfile("P144p30fps16x9", 256, 144, 400_000, Fraction(30))
P240 = RenditionProfile("P240p30fps16x9", 426, 240, 600_000, Fraction(30))

names = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)
signatures = st.binary(max_size=70)
uint32s = st.integers(0, 2**32 - 1)
prices = st.builds(Fraction, st.integers(0, 2**63 - 1), st.integers(1, 2**63 - 1))
frame_rates = st.integers(0, MAX_FPS).map(Fraction) | st.fractions(0, MAX_FPS, max_denominator=1_001)
profiles = st.builds(
    RenditionProfile,
    name=names,
    width=st.integers(1, MAX_DIMENSION),
    height=st.integers(1, MAX_DIMENSION),
    bitrate=st.integers(1, 2**31 - 1),
    fps=frame_rates,
    container=st.sampled_from(Container),
    h264_profile=st.sampled_from(H264Profile),
    gop_ms=st.integers(-1, MAX_GOP_MS),
)
plain_profiles = st.builds(
    RenditionProfile,
    names,
    st.integers(1, 1_920),
    st.integers(1, 1_080),
    st.integers(1, 10**7),
    st.just(Fraction(30)),
)
ladders = (
    st.lists(profiles, min_size=1, max_size=MAX_PROFILES) | st.lists(plain_profiles, min_size=1, max_size=3)
).map(tuple)
auth_tokens = st.builds(AuthToken, st.binary(max_size=64), names, int64s)
manifest_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.+~-]{0,127}", fullmatch=True)

models = st.builds(ModelConstraint, st.booleans(), uint32s, names, uint32s)
numbers = st.integers(0, MAX_CAPABILITIES - 1)
capability_sets = st.builds(
    Capabilities,
    bits=st.integers(0, 2**130),
    mandatory=st.integers(0, 2**70),
    capacities=st.dictionaries(numbers, uint32s, min_size=1, max_size=5),
    version=names,
    min_version=names,
    constraints=st.dictionaries(numbers, st.dictionaries(names, models, max_size=3), max_size=3),
)

ticket_signatures = st.builds(TicketSignature, nonces, signatures)
payments = st.builds(
    Payment,
    sender=addresses,
    params=ticket_params,
    tickets=st.lists(ticket_signatures, max_size=20).map(tuple),
    expected_price=st.none() | prices,
) | st.builds(Payment, sender=addresses, expected_price=st.none() | prices)


@st.composite
def slices(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, MAX_DURATION_MS - 1))
    return start, draw(st.integers(start + 1, MAX_DURATION_MS))


segments = st.builds(
    SegmentCredentials,
    manifest_id=manifest_ids,
    seq=int64s,
    segment_hash=st.binary(min_size=32, max_size=32),
    profiles=ladders,
    duration_ms=st.integers(0, MAX_DURATION_MS),
    auth_token=st.none() | auth_tokens,
    signature=signatures,
    capabilities=st.none() | capability_sets,
    slice_ms=st.none() | slices(),
    calc_perceptual_hash=st.booleans(),
    force_session_reinit=st.booleans(),
)
requests = st.builds(OrchestratorRequest, addresses, signatures, st.none() | capability_sets, st.booleans())
offers = st.builds(
    OrchestratorInfo,
    service_uri=names,
    address=addresses,
    ticket_params=st.none() | ticket_params,
    price=st.none() | prices,
    capabilities=st.none() | capability_sets,
    auth_token=st.none() | auth_tokens,
    nodes=st.lists(names, max_size=3).map(tuple),
)
renditions = st.lists(st.builds(RenditionResult, names, int64s, names), max_size=5).map(tuple)
results = st.builds(
    SegmentResult, int64s, renditions=renditions, signature=signatures, info=st.none() | offers
) | st.builds(SegmentResult, int64s, error=names, info=st.none() | offers)
