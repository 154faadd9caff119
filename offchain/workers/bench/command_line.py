"""FFmpeg's command line on the same segment, ladder and encoder settings: one process a segment."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from offchain.errors import WorkerError
from offchain.media.source import CONTAINER_FORMATS
from offchain.types import Container, RenditionProfile
from offchain.workers.encoding import encoder_for
from offchain.workers.protocol import Mode

__all__ = ["CommandLine", "find_ffmpeg"]

_SCALER = "bicubic+accurate_rnd+bitexact"
_SUFFIX = {"b": "b:v", "profile": "profile:v"}


def find_ffmpeg() -> Path | None:
    """The binary of the package imageio-ffmpeg, else the one on the path; None when there is none."""
    try:
        import imageio_ffmpeg

        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        found = shutil.which("ffmpeg")
        return Path(found) if found else None


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The command for a ladder.

    Attributes:
        binary: of FFmpeg.
        ladder: what to make.
        sizes: width and height of each rendition.
        mode: whose encoder settings are taken.
        own_threads: lets FFmpeg choose its threads and its x264 the processor's instructions, as it does by itself.
    """

    binary: Path
    ladder: tuple[RenditionProfile, ...]
    sizes: Sequence[tuple[int, int]]
    mode: Mode
    own_threads: bool = False

    @property
    def version(self) -> str:
        """Such as `9.0.2-static`."""
        told = subprocess.run([self.binary, "-version"], capture_output=True, text=True, check=False).stdout.split()
        return told[2] if len(told) > 2 else "unknown"

    def run(self, segment: Path, folder: Path) -> tuple[float, float]:
        """Wall and processor seconds of one segment.

        Raises:
            WorkerError: the command failed; its words are in the message.
        """
        begun = time.monotonic()
        with subprocess.Popen(
            self._arguments(segment, folder), stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        ) as run:
            said = run.stderr.read() if run.stderr else b""
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begun
        if run.returncode:
            raise WorkerError(f"FFmpeg's command line: {said.decode('utf-8', 'replace').strip()[-500:]}")
        return seconds, usage.ru_utime + usage.ru_stime

    def _arguments(self, segment: Path, folder: Path) -> list[str]:
        command = [str(self.binary), "-y", "-v", "error", "-nostdin"]
        command += ["-i", str(segment), "-filter_complex", self._graph()]
        for number, profile in enumerate(self.ladder):
            encoder = encoder_for(profile, self.mode)
            command += ["-map", f"[out{number}]", "-map", "0:a?", "-c:a", "copy", "-c:v", encoder.name]
            for name, value in encoder.options.items():
                if not (self.own_threads and name == "x264-params"):
                    command += [f"-{_SUFFIX.get(name, name)}", value]
            if not self.own_threads:
                command += ["-threads", str(encoder.threads)]
            if profile.gop_ms > 0 and not profile.fps:
                command += ["-force_key_frames", f"expr:gte(t,n_forced*{profile.gop_ms / 1000})"]
            suffix = "mp4" if profile.container is Container.MP4 else "ts"
            command += ["-f", CONTAINER_FORMATS[profile.container], str(folder / f"{number}.{suffix}")]
        return command

    def _graph(self) -> str:
        """Decoded once, split, each scaled, its rate changed if it is to be."""
        count = len(self.ladder)
        steps = [f"[0:v]split={count}" + "".join(f"[in{number}]" for number in range(count))]
        for number, (profile, (width, height)) in enumerate(zip(self.ladder, self.sizes, strict=True)):
            rate = f",fps={profile.fps.numerator}/{profile.fps.denominator}" if profile.fps else ""
            steps.append(f"[in{number}]scale={width}:{height}:flags={_SCALER}{rate}[out{number}]")
        return ";".join(steps)
