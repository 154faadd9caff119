"""`make gpu`, as far as it goes without one: on a device that is none, and on a machine that has none."""

import os

import pytest
from click.testing import CliRunner

from offchain.types import RenditionProfile
from tests.gpu.__main__ import main
from tests.gpu.equality import CLIPS, shapes_differ, sitings_differ, tried_clips
from tests.support.host_gpu import HostGpu
from tests.support.scaling import compiler

compiled = pytest.mark.skipif(compiler() is None, reason="no C++ compiler here: g++, clang++ or c++")
SMALL = (RenditionProfile("larger", 426, 240, 400_000), RenditionProfile("smaller", 160, 90, 100_000))


class Wrong(HostGpu):
    """Gets one sample wrong."""

    def download(self, target, source):
        super().download(target, source)
        target.view[0] ^= 1


@compiled
def test_samples_that_differ_are_found():
    assert list(shapes_differ(HostGpu(), 5)) == []
    assert list(sitings_differ(HostGpu())) == []
    assert len(list(shapes_differ(Wrong(), 2))) == 4
    assert len(list(sitings_differ(Wrong()))) == 6


@compiled
def test_clips_of_all_kinds_come_out_alike_and_some_by_the_processor():
    names = [name for name in CLIPS if "1080p" not in name]
    outcomes = {outcome.what: outcome for outcome in tried_clips(HostGpu(), names, SMALL)}
    assert [what for what, outcome in outcomes.items() if not outcome.same] == []
    by_processor = {what for what, outcome in outcomes.items() if outcome.fallback}
    assert by_processor == {"interlaced", "10 bits", "4:2:2"}


@pytest.mark.skipif(os.path.exists("/dev/nvidiactl"), reason="there is a driver here")
def test_without_a_device_the_command_says_so(monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    result = CliRunner().invoke(main, ["--shapes", "1"])
    assert result.exit_code == 2
    assert "work is done on the processor: cuda:0, start: " in result.output
