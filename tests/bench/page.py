"""Tables of a measurement, as docs/transcoder.md shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.pages import markdown

__all__ = ["FIGURES", "PAGE", "figures", "tables"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "transcoder.md"
FIGURES = ROOT / "docs" / "proof" / "bench.json"


def figures() -> dict[str, Any]:
    """The committed measurement."""
    found: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
    return found


def tables(found: dict[str, Any]) -> str:
    """The section of the page."""
    return "\n\n".join([_what(found), _beside(found), _compared(found), _stages(found)])


def _what(found: dict[str, Any]) -> str:
    machine, source = found["machine"], found["source"]
    return (
        f"{found['date']}: {machine['processor']}, {machine['cores']} cores, {machine['system']}; "
        f"PyAV {machine['pyav']} (FFmpeg {machine['ffmpeg']}). "
        f"Source: {source['width']}x{source['height']} at {source['fps']} frames a second, "
        f"{source['segments']} segments of {source['segment_ms']} ms. Ladder: {'; '.join(found['ladder'])}. "
        f"Device `{found['device']}`, mode {found['mode']}."
    )


def _beside(found: dict[str, Any]) -> str:
    head = ("sessions", "ratio", "slowest session", "processor s a segment", "processors busy with others")
    return markdown(
        head,
        [
            (str(e["sessions"]), f"{e['ratio']:.2f}", f"{e['worst']:.2f}", f"{e['cpu']:.3f}", _others(e["others"]))
            for e in found["sessions"]
        ],
    )


def _compared(found: dict[str, Any]) -> str:
    compared = found["comparison"]
    names = {"ours": "this worker", "same": "ffmpeg, same settings", "own": "ffmpeg, threads of its own"}
    rows = []
    for key, name in names.items():
        timing = compared[key]
        values = (timing["cpu"], timing["least_cpu"], timing["wall"], timing["least_wall"])
        rows.append((name, *(f"{value:.3f}" for value in values)))
    table = markdown(("a segment", "processor s", "least", "wall s", "least"), rows)
    least = {key: compared["ours"][key] / compared["same"][key] for key in ("least_cpu", "least_wall")}
    return (
        f"{table}\n\n{compared['runs']} runs of each by turns, medians and least values; ffmpeg "
        f"{compared['version']}. To ffmpeg with the same settings: **processor {compared['cpu_ratio']:.3f}, wall "
        f"{compared['wall_ratio']:.3f}** by medians, "
        f"{least['least_cpu']:.3f} and {least['least_wall']:.3f} by the least. "
        f"Others kept {_others(compared['others'])} of {found['machine']['cores']} processors busy meanwhile."
    )


def _stages(found: dict[str, Any]) -> str:
    stages, boundary = dict(found["stages"]), found["boundary"]
    whole = sum(stages.values())
    rows = [(name, f"{seconds:.3f}", f"{seconds / whole:.1%}") for name, seconds in stages.items()]
    table = markdown(("stage", "processor s a segment", "share"), rows)
    return (
        f"{table}\n\nThe way to the child process and back costs {boundary['wall'] * 1000:.1f} ms a segment, hashing "
        f"{boundary['hashing'] * 1000:.1f} ms: together {boundary['share_wall']:.1%} of its wall time, "
        f"{boundary['share_cpu']:.1%} of its processor time."
    )


def _others(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"
