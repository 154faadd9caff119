"""Why a campaign cannot be played, or not now: a plain message for its user."""

from __future__ import annotations

__all__ = ["BadInputError", "JobLostError"]


class BadInputError(Exception):
    """Says what is wrong with what was asked for, and what to do. The command ends with 2."""


class JobLostError(Exception):
    """A process or a node that was playing has died: out of memory, or killed. The command ends with 3."""
