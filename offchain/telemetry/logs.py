"""Structured logs: events are nouns, everything else is a key with a value."""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO, cast

import structlog

LogFormat = Literal["console", "json"]

# Values under these keys never reach a log, however they got into an event.
_SECRET_KEYS = frozenset({"key", "private_key", "password", "secret", "token", "recipient_rand"})


def configure(level: str = "info", fmt: LogFormat = "console") -> None:
    """Sends all logs of the process to standard error.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        fmt: `console` for people, `json` for machines (one object a line).
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(name)s: %(message)s")


class _StandardError:
    """Standard error as it is when something is logged: whoever redirects it later gets the logs, too."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _redact(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for name in _SECRET_KEYS & event.keys():
        event[name] = "[redacted]"
    return event
