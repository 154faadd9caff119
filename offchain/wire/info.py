"""GetOrchestrator: what a gateway asks, what an orchestrator answers (facts: offchain 3.2, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from offchain.errors import MessageError
from offchain.tickets import TicketParams
from offchain.tickets.bounds import checksum_address
from offchain.types import ZERO_ADDRESS, address_bytes
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.auth_token import AuthToken, auth_token_from_wire, auth_token_to_wire
from offchain.wire.capabilities import Capabilities
from offchain.wire.capability_messages import capabilities_from_wire, capabilities_to_wire
from offchain.wire.fields import at_most, between, optional_address, reading, text
from offchain.wire.limits import MAX_MESSAGE_BYTES, MAX_NODES, MAX_SIGNATURE_BYTES, MAX_URL_BYTES
from offchain.wire.payments import params_from_wire, params_to_wire
from offchain.wire.prices import price_from_wire, price_to_wire

__all__ = [
    "OrchestratorInfo",
    "OrchestratorRequest",
    "decode_info",
    "decode_request",
    "encode_info",
    "encode_request",
    "info_from_wire",
    "info_to_wire",
]


@dataclass(frozen=True, slots=True)
class OrchestratorRequest:
    """A gateway's question.

    Attributes:
        address: the gateway's.
        signature: of `sign_request`; as sent, not yet checked.
        capabilities: what its job asks for; None for an old-style transcoding job.
        ignore_capacity_check: whether a full orchestrator shall answer all the same.

    Raises:
        FieldRangeError: a field is out of range.
    """

    address: str
    signature: bytes
    capabilities: Capabilities | None = None
    ignore_capacity_check: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", checksum_address(self.address))
        between("signature length", len(self.signature), 0, MAX_SIGNATURE_BYTES)


@dataclass(frozen=True, slots=True)
class OrchestratorInfo:
    """An orchestrator's offer to one gateway.

    Attributes:
        service_uri: where segments go.
        address: the recipient of tickets, who signs results; the zero address if the message names none.
        ticket_params: terms of tickets; None if it takes none.
        price: wei per pixel; None if it names none.
        capabilities: what it can do; None if it does not say.
        auth_token: leave to send segments.
        nodes: further service URIs of the same orchestrator.

    Raises:
        FieldRangeError: a field is out of range.
    """

    service_uri: str
    address: str = ZERO_ADDRESS
    ticket_params: TicketParams | None = None
    price: Fraction | None = None
    capabilities: Capabilities | None = None
    auth_token: AuthToken | None = None
    nodes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", checksum_address(self.address))
        between("number of nodes", len(self.nodes), 0, MAX_NODES)
        for uri in (self.service_uri, *self.nodes):
            text("service URI", uri, MAX_URL_BYTES)


def encode_request(request: OrchestratorRequest) -> bytes:
    """The message of a gateway's question.

    Raises:
        FieldRangeError: a capability does not fit the wire.
    """
    message = pb.OrchestratorRequest(
        address=address_bytes(request.address),
        sig=request.signature,
        ignoreCapacityCheck=request.ignore_capacity_check,
    )
    if request.capabilities is not None:
        message.capabilities.CopyFrom(capabilities_to_wire(request.capabilities))
    return message.SerializeToString()


def decode_request(raw: bytes) -> OrchestratorRequest:
    """A gateway's question; its signature is still to be checked.

    Raises:
        MessageError: the bytes are too many, no OrchestratorRequest, or a field is out of range.
    """
    with reading(MessageError):
        at_most("bytes of a message", raw, MAX_MESSAGE_BYTES)
        message = pb.OrchestratorRequest.FromString(raw)
        return OrchestratorRequest(
            address=optional_address(message.address),
            signature=message.sig,
            capabilities=capabilities_from_wire(message.capabilities) if message.HasField("capabilities") else None,
            ignore_capacity_check=message.ignoreCapacityCheck,
        )


def encode_info(info: OrchestratorInfo) -> bytes:
    """The message of an offer; errors as `info_to_wire`."""
    return info_to_wire(info).SerializeToString()


def decode_info(raw: bytes) -> OrchestratorInfo:
    """An orchestrator's offer, in range but not yet judged.

    Raises:
        MessageError: the bytes are too many, no OrchestratorInfo, or a field is out of range.
    """
    with reading(MessageError):
        at_most("bytes of a message", raw, MAX_MESSAGE_BYTES)
        return info_from_wire(pb.OrchestratorInfo.FromString(raw))


def info_to_wire(info: OrchestratorInfo) -> pb.OrchestratorInfo:
    """The message of an offer, as it stands inside results.

    Raises:
        FieldRangeError: price or capabilities do not fit the wire.
    """
    message = pb.OrchestratorInfo(transcoder=info.service_uri, address=address_bytes(info.address), nodes=info.nodes)
    if info.ticket_params is not None:
        message.ticket_params.CopyFrom(params_to_wire(info.ticket_params))
    if info.price is not None:
        message.price_info.CopyFrom(price_to_wire(info.price))
    if info.capabilities is not None:
        message.capabilities.CopyFrom(capabilities_to_wire(info.capabilities))
    if info.auth_token is not None:
        message.auth_token.CopyFrom(auth_token_to_wire(info.auth_token))
    return message


def info_from_wire(message: pb.OrchestratorInfo) -> OrchestratorInfo:
    """The offer of a message; hardware, storage and prices per capability are not looked at.

    Raises:
        MessageError, FieldRangeError: a field is out of range.
    """
    at_most("nodes", message.nodes, MAX_NODES)
    return OrchestratorInfo(
        service_uri=message.transcoder,
        address=optional_address(message.address),
        ticket_params=params_from_wire(message.ticket_params) if message.HasField("ticket_params") else None,
        price=price_from_wire(message.price_info) if message.HasField("price_info") else None,
        capabilities=capabilities_from_wire(message.capabilities) if message.HasField("capabilities") else None,
        auth_token=auth_token_from_wire(message.auth_token) if message.HasField("auth_token") else None,
        nodes=tuple(message.nodes),
    )
