"""Why a deployment stops: one class a reason, each message fit for the person at the terminal.

DeployError
├── ParameterError        a parameter is missing, unknown or out of range
├── RecordError           the record is complete already, or belongs to something else
├── EndpointError         the network named cannot be spoken to
├── AccountError          no account, or one that cannot pay
└── DeploymentCheckError  the chain does not hold what the parameters say
"""

from __future__ import annotations


class DeployError(Exception):
    """Base of all of them."""


class ParameterError(DeployError):
    """A parameter is missing, unknown or out of range; says which, and what is allowed."""


class RecordError(DeployError):
    """The record of a deployment forbids to go on; says what to do about it."""


class EndpointError(DeployError):
    """The network named on the command line has no endpoint, or one that does not answer."""


class AccountError(DeployError):
    """No account was named, or the one named cannot pay for the deployment."""


class DeploymentCheckError(DeployError):
    """What stands on chain differs from what was declared.

    Attributes:
        differences: one line for each, with what was expected and what was found.
    """

    def __init__(self, differences: list[str]) -> None:
        super().__init__("the deployment is not as declared:\n  " + "\n  ".join(differences))
        self.differences = differences
