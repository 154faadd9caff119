"""Verifiable output is the same bytes on every machine: digests of it stand in the tree, by version of PyAV.

Renew them on purpose, with `RENEW_SNAPSHOTS=1`, and say in the commit why the bytes changed: until then workers of two
versions do not agree.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

import av
import pytest

from offchain.media.limits import SegmentLimits
from offchain.workers.transcode import Manner, transcode
from tests.support.golden import LADDER, segments

GOLDEN = Path(__file__).parent / "golden.json"
LESSER = """
import ctypes, json, sys
import av
library = ctypes.CDLL(sys.argv[1])
before = library.av_get_cpu_flags()
library.av_force_cpu_flags(before & int(sys.argv[2], 16))
from tests.unit.workers.test_workers_golden import digests
found = {name: digests(name) for name in sys.argv[3:]}
print(json.dumps({"before": before, "flags": library.av_get_cpu_flags(), "digests": found}))
"""
NAMES = list(segments())
LIMITS = SegmentLimits()


@cache
def committed() -> dict[str, dict[str, dict[str, str]]]:
    return json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}


def digests(name: str) -> dict[str, str]:
    """Of the segment, and of its renditions; hashes of what they look like besides."""
    container, data = segments()[name]
    made = transcode(data, container, 0, LADDER, LIMITS, Manner(perceptual_hashes=True)).renditions
    found = {"source": sha256(data).hexdigest()}
    found |= {rendition.profile.name: rendition.sha256.hex() for rendition in made}
    looks = b"".join(rendition.perceptual_hash or b"" for rendition in made)
    return found | {"perceptual hashes": sha256(looks).hexdigest()}


def renew(name: str, found: dict[str, str]) -> None:
    known = committed()
    known.setdefault(av.__version__, {})[name] = found
    GOLDEN.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize("name", NAMES)
def test_verifiable_output_is_what_it_is_on_every_machine(name):
    found = digests(name)
    if os.environ.get("RENEW_SNAPSHOTS"):
        renew(name, found)
    if av.__version__ not in committed():
        pytest.skip(f"no digests of PyAV {av.__version__} yet")
    expected = committed()[av.__version__][name]
    assert found["source"] == expected["source"], "the segment itself came out otherwise"
    assert found == expected


@pytest.mark.parametrize("flags", ["0", "0x3ff"], ids=["no instructions of its own", "up to SSE 4.2"])
def test_the_bytes_do_not_depend_on_the_processor(flags):
    """In another process the library is told that it runs on a lesser processor; the encoder asks nobody."""
    found = sorted((Path(av.__file__).parents[1] / "av.libs").glob("libavutil*"))
    if not found or av.__version__ not in committed():
        pytest.skip("the library cannot be told what it runs on here")
    names = ["ten bit, 4:2:2", "fields"]
    command = [sys.executable, "-c", LESSER, str(found[0]), flags, *names]
    root = Path(__file__).parents[3]
    done = subprocess.run(
        command, capture_output=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, check=True
    )
    told = json.loads(done.stdout)
    assert told["flags"] == int(flags, 16) & told["before"]
    assert told["digests"] == {name: committed()[av.__version__][name] for name in names}


def test_the_pinned_version_has_its_digests():
    lock = (Path(__file__).parents[3] / "requirements.lock").read_text()
    pinned = next(line for line in lock.splitlines() if line.startswith("av=="))
    assert pinned.split("==")[1].split()[0] in committed()
