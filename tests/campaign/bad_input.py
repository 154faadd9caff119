"""What a user can set right: a plain message, and the command ends with 2."""

from __future__ import annotations

__all__ = ["BadInputError"]


class BadInputError(Exception):
    """Says what is wrong with what was asked for, and what to do."""
