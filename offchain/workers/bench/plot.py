"""A picture of a measurement: real-time ratio against sessions, and where the time of a segment goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from offchain.errors import SettingsError
from offchain.workers.bench.figures import Figures

__all__ = ["check_target", "draw"]

_COMFORT = 0.8
"""Ratio at which operators stop adding sessions (facts: transcode 2)."""
_INK, _PALE = "#1f6f8b", "#e0a458"
_SHADES = ("#1f6f8b", "#4b9bb5", "#e0a458", "#c46d4e", "#9a9a9a", "#555555")
_DOTS = 110


def check_target(path: Path) -> None:
    """Whether a picture can be written there; to be asked before a long measurement, not after it.

    Raises:
        SettingsError: matplotlib is not there, or does not know the format.
    """
    known = _canvas().canvas.get_supported_filetypes()
    if path.suffix[1:].lower() not in known:
        raise SettingsError(
            f"the plot cannot be written to {path}: its ending must be one of {', '.join(sorted(known))}"
        )


def draw(figures: Figures, path: Path) -> None:
    """Writes the picture; the ending of the path decides its format.

    Raises:
        SettingsError: matplotlib is not there, or does not know the format.
    """
    picture = _canvas()
    ratios, stages = picture.subplots(1, 2, width_ratios=(3, 2))
    counts = [entry.sessions for entry in figures.sessions]
    ratios.plot(counts, [entry.ratio for entry in figures.sessions], marker="o", color=_INK, label="mean")
    ratios.plot(counts, [entry.worst for entry in figures.sessions], marker="v", color=_PALE, label="slowest session")
    ratios.axhline(1, color="black", linewidth=1)
    ratios.axhline(_COMFORT, color="black", linewidth=1, linestyle=":")
    ratios.set_xticks(counts)
    ratios.set_xlabel("sessions")
    ratios.set_ylabel("seconds of work for each second of video")
    ratios.set_ylim(bottom=0)
    ratios.set_title(
        f"{figures.device}, {figures.mode}: {figures.machine['processor']}, {figures.machine['cores']} cores"
    )
    ratios.legend()
    parts = dict(figures.stages)
    if parts and figures.boundary is not None:
        parts["process, hashes"] = figures.boundary.cpu + figures.boundary.hashing
    bottom = 0.0
    for (name, seconds), shade in zip(parts.items(), _SHADES, strict=False):
        stages.bar([0], [seconds], bottom=[bottom], color=shade, label=f"{name}: {seconds:.3f} s", width=0.5)
        bottom += seconds
    stages.set_xlim(-0.4, 2.8)
    stages.set_xticks([])
    stages.set_ylabel("processor seconds a segment")
    if parts:
        stages.legend(loc="center right")
    try:
        picture.savefig(
            path, dpi=_DOTS, bbox_inches="tight", metadata={"Software": ""} if path.suffix == ".png" else None
        )
    except (OSError, ValueError) as error:
        raise SettingsError(f"the plot cannot be written to {path}: {error}") from error


def _canvas() -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise SettingsError("a plot needs matplotlib: install the extra 'bench'") from error
    return Figure(figsize=(10, 4))
