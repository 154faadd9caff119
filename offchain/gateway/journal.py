"""What a run over a file has finished, on disk: a run that broke off goes on where it was, and pays for nothing twice.

    DIRECTORY/segments.jsonl

One JSON object a line: first the ladder, then each verified segment with the hashes of its source and renditions. A
line is written when the files are; one that was cut off by a crash is ignored. Files are believed by their hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from offchain.errors import SettingsError
from offchain.gateway.outcome import VerifiedRendition
from offchain.media.profiles import profile_to
from offchain.types import RenditionProfile

__all__ = ["Journal"]

FILE = "segments.jsonl"
VERSION = 1


class Journal:
    """The finished segments of one output directory."""

    def __init__(self, directory: Path, ladder: Sequence[RenditionProfile]) -> None:
        """Reads what is there, or begins anew.

        Raises:
            SettingsError: the directory holds the segments of another ladder, or cannot be read or written.
        """
        self._directory, self._ladder = directory, tuple(ladder)
        self._path = directory / FILE
        self._done: dict[int, dict[str, Any]] = {}
        head = {"version": VERSION, "ladder": [profile_to(profile) for profile in self._ladder]}
        try:
            lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
            found = list(_parsed(lines))
            if not found:
                directory.mkdir(parents=True, exist_ok=True)
                self._path.write_text(json.dumps(head) + "\n", "utf-8")
            elif found[0] != head:
                raise SettingsError(f"{directory} holds renditions of another ladder: choose another directory")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{self._path} cannot be used: {error}") from error
        self._done = {int(row["seq"]): row for row in found[1:] if isinstance(row.get("seq"), int)}

    def renditions(self, seq: int, source: bytes) -> tuple[VerifiedRendition, ...] | None:
        """The renditions of a segment, if it was finished, of this very source, and its files are unharmed."""
        row = self._done.get(seq)
        if row is None or row.get("source") != _digest(source):
            return None
        try:
            pairs = zip(self._ladder, row["renditions"], strict=True)
            return tuple(self._rendition(profile, entry) for profile, entry in pairs)
        except (KeyError, TypeError, ValueError, OSError):
            return None

    def add(
        self, seq: int, source: bytes, renditions: Sequence[VerifiedRendition], files: Sequence[Path], orchestrator: str
    ) -> None:
        """Notes a segment whose files are written.

        Raises:
            SettingsError: the journal cannot be written.
        """
        row = {
            "seq": seq,
            "source": _digest(source),
            "orchestrator": orchestrator,
            "renditions": [self._entry(r, file) for r, file in zip(renditions, files, strict=True)],
        }
        try:
            with self._path.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps(row) + "\n")
        except OSError as error:
            raise SettingsError(f"{self._path} cannot be written: {error.strerror}") from error
        self._done[seq] = row

    def _entry(self, rendition: VerifiedRendition, file: Path) -> dict[str, Any]:
        return {
            "file": str(file.relative_to(self._directory)),
            "sha256": _digest(rendition.data),
            "width": rendition.width,
            "height": rendition.height,
            "frames": rendition.frames,
            "pixels": rendition.pixels,
            "duration_ms": rendition.duration_ms,
            "fps": str(rendition.fps),
            "codecs": rendition.codecs,
        }

    def _rendition(self, profile: RenditionProfile, entry: dict[str, Any]) -> VerifiedRendition:
        path = (self._directory / str(entry["file"])).resolve()
        if not path.is_relative_to(self._directory.resolve()):
            raise ValueError(f"{path} lies outside")
        data = path.read_bytes()
        if _digest(data) != entry["sha256"]:
            raise ValueError(f"{path} has changed")
        return VerifiedRendition(
            profile=profile,
            data=data,
            width=int(entry["width"]),
            height=int(entry["height"]),
            frames=int(entry["frames"]),
            pixels=int(entry["pixels"]),
            duration_ms=int(entry["duration_ms"]),
            fps=Fraction(entry["fps"]),
            codecs=str(entry["codecs"]),
        )


def _parsed(lines: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
