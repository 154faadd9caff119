"""Every failure that the package can name, as one tree.

    OffchainError
    ├── FieldRangeError               a value outside its domain
    ├── SettingsError                 a flag, variable or file that cannot be used
    │   └── KeyFileError              an account file: absent, readable by others, wrong password
    ├── TicketError                   tickets as data: encodings and bounds
    │   ├── SignatureLengthError
    │   ├── SignatureEncodingError    high s, v not 27 or 28, not on the curve
    │   ├── SigningKeyError           no private key of the curve
    │   ├── SenderReserveError        "insufficient sender reserve"
    │   └── TicketParamsError         a gateway refuses the parameters it was offered
    ├── WireError                     bytes of a peer that do not parse
    │   ├── MessageError              a protobuf message or gRPC frame
    │   ├── PaymentHeaderError        HTTP 402
    │   └── SegmentHeaderError        HTTP 403
    ├── CredentialsError              signature, token or hash does not fit: HTTP 403
    ├── CapacityError                 "OrchestratorCapped", "OrchestratorBusy"
    ├── PaymentError                  HTTP 400; `fatal` ends the whole payment
    ├── RequestError                  a request that HTTP has a status for: 408, 413, 503
    ├── StoreError                    the disk or the database below an orchestrator failed
    ├── ChainError
    │   ├── RpcUnreachableError
    │   ├── WrongChainError
    │   ├── NoContractError           an address without code, or an unregistered name
    │   ├── AccountShortError         the account cannot pay value and gas
    │   ├── GasPriceError             gas costs more than the operator allows
    │   ├── TransactionTimeoutError   sent, and not mined in time
    │   └── TransactionRevertedError  the contract's error, by name and arguments
    ├── MediaError
    │   ├── NotVideoError
    │   ├── UnsupportedCodecError     video other than H.264, or audio that the container cannot carry
    │   ├── NoKeyFrameError
    │   ├── TruncatedSegmentError
    │   ├── SegmentLimitError         bytes, pixels, duration, streams
    │   └── ProfileError              a rendition that cannot be made
    ├── WorkerError
    │   ├── WorkerTimeoutError
    │   └── WorkerCrashedError
    └── GatewayError
        ├── ServiceUriError           an address that must not be dialled
        ├── NoOrchestratorError
        ├── OrchestratorUnreachableError  no connection, or an answer late, broken off or too long
        ├── OrchestratorRefusedError  a status with a reason
        ├── PriceError                above the cap, or more than doubled within a session
        ├── SpendCapError             the gateway's own limit; nothing is signed
        ├── SenderFundsError          the gateway's own deposit or reserve
        ├── VerificationError         what came back is not what was paid for
        └── SegmentFailedError        no attempt succeeded; carries the cause of each

A leaf: imports nothing of the package.
"""

from __future__ import annotations


class OffchainError(Exception):
    """Base of all errors of the package; the message is fit for an operator to read."""


class FieldRangeError(OffchainError, ValueError):
    """A value lies outside its domain."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field} must be {allowed}, got {value!r}")
        self.field, self.value, self.allowed = field, value, allowed


class SettingsError(OffchainError):
    """A flag, environment variable or settings file cannot be used; says which and what to do."""


class KeyFileError(SettingsError):
    """An account file is absent, unreadable, readable by others, or does not open with the password."""


class TicketError(OffchainError):
    """A ticket or signature is malformed."""


class SignatureLengthError(TicketError):
    """A signature is not 65 bytes long."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"invalid signature length: expected {expected} bytes, got {got}")
        self.expected, self.got = expected, got


class SignatureEncodingError(TicketError):
    """A signature of the right length that is not the one canonical encoding (facts: offchain 1.1)."""


class SigningKeyError(TicketError):
    """A private key is malformed; the message never shows it."""


class SenderReserveError(TicketError):
    """A sender's funds are too small for any ticket that is worth redeeming (amounts in wei)."""

    def __init__(self, face_value: int, ev: int, tx_cost: int) -> None:
        super().__init__(
            f"insufficient sender reserve: face value {face_value} wei, "
            f"expected value {ev} wei, cost to redeem {tx_cost} wei"
        )
        self.face_value, self.ev, self.tx_cost = face_value, ev, tx_cost


class TicketParamsError(TicketError):
    """A gateway will not pay by the ticket parameters it was offered (facts: offchain 1.5)."""


class WireError(OffchainError):
    """Bytes of a peer that do not parse."""


class MessageError(WireError):
    """A protobuf message or a gRPC frame does not parse, or a field of it is out of bounds."""


class PaymentHeaderError(WireError):
    """The payment header is absent, not base64, or no Payment message."""


class SegmentHeaderError(WireError):
    """The segment header is absent, not base64, or no SegData message."""


class CredentialsError(OffchainError):
    """A signature, an auth token or a hash does not fit what it should vouch for."""


class CapacityError(OffchainError):
    """No room for a session or a segment; the message is the network's word for it."""


class PaymentError(OffchainError):
    """A payment is refused.

    Attributes:
        fatal: the rest of the payment is not looked at (facts: offchain 1.4).
    """

    def __init__(self, reason: str, *, fatal: bool = False) -> None:
        super().__init__(reason)
        self.fatal = fatal


class RequestError(OffchainError):
    """An orchestrator cannot take a request as it comes; `status` is the HTTP status that says so."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class StoreError(OffchainError):
    """The disk or the database failed; what was to be written was not."""


class ChainError(OffchainError):
    """The chain, or the node that speaks for it, did not do what was asked."""


class RpcUnreachableError(ChainError):
    """The RPC endpoint does not answer."""


class WrongChainError(ChainError):
    """The endpoint serves another chain than the one configured."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"wrong chain: configured chain id {expected}, the endpoint serves {got}")
        self.expected, self.got = expected, got


class NoContractError(ChainError):
    """An address holds no code, or the Controller knows no contract of that name."""


class AccountShortError(ChainError):
    """The account cannot pay the value and the gas of a transaction (amounts in wei)."""

    def __init__(self, account: str, needed: int, balance: int) -> None:
        super().__init__(f"account {account} holds {balance} wei, the transaction needs up to {needed} wei")
        self.account, self.needed, self.balance = account, needed, balance


class GasPriceError(ChainError):
    """Gas costs more than the operator allows (wei a unit of gas)."""

    def __init__(self, price: int, limit: int) -> None:
        super().__init__(f"gas costs {price} wei, the limit is {limit} wei; nothing was sent")
        self.price, self.limit = price, limit


class TransactionTimeoutError(ChainError):
    """A transaction was sent and not mined in time; it may still be."""

    def __init__(self, label: str, transaction: str, seconds: float) -> None:
        super().__init__(f"{label} was not mined within {seconds:g} s: {transaction}")
        self.label, self.transaction = label, transaction


class TransactionRevertedError(ChainError):
    """A call or transaction reverted.

    Attributes:
        error: name of the contract's custom error, or `Panic`, `Error`, or `unknown`.
        arguments: its decoded arguments.
        transaction: hash of the mined transaction, if it came that far.
    """

    def __init__(self, error: str, arguments: tuple[object, ...] = (), transaction: str | None = None) -> None:
        detail = f"{error}({', '.join(map(str, arguments))})"
        super().__init__(f"reverted: {detail}" + (f" in {transaction}" if transaction else ""))
        self.error, self.arguments, self.transaction = error, arguments, transaction


class MediaError(OffchainError):
    """A segment cannot be worked on."""


class NotVideoError(MediaError):
    """The bytes are no video of the declared container."""


class NoVideoError(NotVideoError):
    """A segment of the declared container that holds no video, perhaps sound alone."""


class UnsupportedCodecError(MediaError):
    """The video is of a codec that is not taken, or the audio of one that the container cannot carry."""


class NoKeyFrameError(MediaError):
    """The segment does not start with a decodable key frame."""


class TruncatedSegmentError(MediaError):
    """The segment ends before its own timing says so, or too much of it is corrupt."""


class SegmentLimitError(MediaError):
    """A segment exceeds a limit on bytes, pixels, duration, frames or streams."""

    def __init__(self, what: str, value: object, limit: object) -> None:
        super().__init__(f"segment exceeds the limit on {what}: {value} > {limit}")
        self.what, self.value, self.limit = what, value, limit


class ProfileError(MediaError):
    """A rendition profile that no encoder here can make."""


class WorkerError(OffchainError):
    """A transcoder worker failed for a reason that is not the segment's."""


class DeviceError(WorkerError):
    """A device cannot do its part of the work, or failed in the middle of it; the processor can.

    Attributes:
        stage: where it failed: `start`, `decode`, `scale`, `copy`, `encode`.
        cause: what the driver or library said.
    """

    def __init__(self, device: str, stage: str, cause: object) -> None:
        super().__init__(f"{device}, {stage}: {cause}")
        self.device, self.stage, self.cause = device, stage, cause


class WorkerTimeoutError(WorkerError):
    """A worker was stopped because it took longer than its deadline."""


class WorkerCrashedError(WorkerError):
    """A worker process died."""


class GatewayError(OffchainError):
    """A gateway could not get a segment transcoded."""


class NoOrchestratorError(GatewayError):
    """No orchestrator can be reached, or none fits price, capability and stake."""


class OrchestratorRefusedError(GatewayError):
    """An orchestrator answered with a status other than 200, or with an error in its result."""

    def __init__(self, orchestrator: str, status: int, reason: str) -> None:
        super().__init__(f"{orchestrator} refused: {status} {reason}")
        self.orchestrator, self.status, self.reason = orchestrator, status, reason


class VerificationError(GatewayError):
    """Renditions do not match what was asked for, signed or billed."""


class ServiceUriError(GatewayError):
    """A service URI is malformed, or names a host that a gateway must not dial (facts: security T20)."""


class OrchestratorUnreachableError(GatewayError):
    """An orchestrator cannot be reached, or its answer is late, broken off or longer than allowed.

    Attributes:
        sent: the request may have reached it, so what was paid with it counts as spent.
    """

    def __init__(self, orchestrator: str, reason: str, *, sent: bool) -> None:
        super().__init__(f"{orchestrator} unreachable: {reason}")
        self.orchestrator, self.reason, self.sent = orchestrator, reason, sent


class PriceError(GatewayError):
    """A price is above the gateway's cap, absent, or has more than doubled within a session."""


class SpendCapError(GatewayError):
    """Signing would exceed what the gateway may spend (amounts in wei of expected value)."""

    def __init__(self, cap: int, signed: object, wanted: object) -> None:
        super().__init__(f"spend cap of {cap} wei: {signed} wei signed already, {wanted} wei more asked for")
        self.cap, self.signed, self.wanted = cap, signed, wanted


class SenderFundsError(GatewayError):
    """The gateway's own deposit or reserve is missing, too small, or about to be unlocked."""


class SegmentFailedError(GatewayError):
    """No attempt at a segment succeeded.

    Attributes:
        causes: what ended each attempt, in order.
    """

    def __init__(self, seq: int, causes: tuple[OffchainError, ...]) -> None:
        reasons = "; ".join(map(str, causes)) or "no attempt was possible"
        super().__init__(f"segment {seq} failed after {len(causes)} attempts: {reasons}")
        self.seq, self.causes = seq, causes
