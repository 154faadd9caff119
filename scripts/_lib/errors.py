"""Why a deployment or an upgrade stops: one class a reason, each message fit for the person at the terminal.

DeployError
├── ParameterError        a parameter is missing, unknown or out of range
├── RecordError           the record is complete already, or belongs to something else
├── EndpointError         the network named cannot be spoken to
├── AccountError          no account, or one that cannot pay
├── DeploymentCheckError  the chain does not hold what the parameters say
└── UpgradeError
    ├── NotUpgradeableError  no contract of that name stands behind a proxy
    ├── SameCodeError        the sources give what is deployed already
    ├── LayoutError          the new version would misread the storage that there is
    ├── ReplayError          views of sample accounts would answer otherwise
    ├── AuthorityError       the account can neither upgrade nor stage
    ├── StagedError          another version is staged
    └── NotDueError          what is staged cannot be executed (yet)
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


class UpgradeError(DeployError):
    """Base of what stops an upgrade; nothing has been changed then."""


class NotUpgradeableError(UpgradeError):
    """No contract of that name stands behind a proxy; says which do."""


class SameCodeError(UpgradeError):
    """The sources give what is deployed already."""


class LayoutError(UpgradeError):
    """The new version would read the storage of the proxy otherwise than it was written.

    Attributes:
        faults: one line for each variable that is not where it was.
    """

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__(f"{name} would misread its storage; versions may only append:\n  " + "\n  ".join(faults))
        self.faults = faults


class ReplayError(UpgradeError):
    """Views answer otherwise with the new version.

    Attributes:
        differences: one line for each, with both answers.
    """

    def __init__(self, name: str, differences: list[str]) -> None:
        lines = "\n  ".join(differences)
        super().__init__(f"{name} would answer otherwise; --accept-differences if that is meant:\n  {lines}")
        self.differences = differences


class AuthorityError(UpgradeError):
    """The account can neither upgrade nor stage, nor can anybody whom we know of."""


class StagedError(UpgradeError):
    """Another version is staged, and anybody could execute it."""


class NotDueError(UpgradeError):
    """What is staged cannot be executed, or not yet; says when."""
