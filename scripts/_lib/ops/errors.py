"""Why an operation is not sent: one class a reason, each message says what to do.

OpsError
├── InputError            what was typed cannot be read
│   └── AmountError       an amount that cannot be read, is nothing, or is more than there is
├── ContractsError        no record and no Controller, or one that does not know the contract
├── SystemPausedError     the Controller's pause is on
├── RoundError            the round is in the wrong state
├── RoleError             the account is not who may do this
├── StakeError            the account's stake does not allow it
├── LockError             no such unbonding lock, or one that is still closed
├── SenderError           the account's deposit and reserve do not allow it
├── ProposalError         no such proposal, or one in the wrong state
└── TransactionError      the chain refused what was sent
"""

from __future__ import annotations


class OpsError(Exception):
    """Base of all of them."""


class InputError(OpsError):
    """What was typed cannot be read."""


class AmountError(InputError):
    """An amount that cannot be read, is nothing, or is more than there is."""


class ContractsError(OpsError):
    """The contracts cannot be found on the connected network."""


class SystemPausedError(OpsError):
    """The Controller's pause is on."""


class RoundError(OpsError):
    """The round is not initialised, initialised already, or locked."""


class RoleError(OpsError):
    """The account is not the one that may do this."""


class StakeError(OpsError):
    """The account's stake, or its orchestrator's, does not allow it."""


class LockError(OpsError):
    """There is no such unbonding lock, or it is still closed."""


class SenderError(OpsError):
    """The account's deposit and reserve do not allow it."""


class ProposalError(OpsError):
    """There is no such proposal, or it is in another state."""


class TransactionError(OpsError):
    """The chain refused what was sent."""
