"""`offchain bench`: figures that hang together, and errors that say what to do. No figure is held against a bound."""

from __future__ import annotations

import json
import sys

import av
import pytest
from click.testing import CliRunner

from offchain.cli import cli
from offchain.errors import SettingsError
from offchain.workers.bench.clip import make_clip
from offchain.workers.bench.command_line import CommandLine, find_ffmpeg
from offchain.workers.bench.figures import Figures, Sessions
from offchain.workers.bench.jobs import STAGES
from offchain.workers.bench.plot import draw
from offchain.workers.protocol import Mode
from tests.bench.page import PAGE, figures, tables
from tests.support.clips import clip
from tests.support.pages import section


def bench(*arguments: object) -> str:
    done = CliRunner().invoke(cli, ["bench", *map(str, arguments)], catch_exceptions=True)
    if done.exception is not None:
        raise done.exception
    return done.stdout


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> tuple[dict, str, bytes]:
    """A short file, measured once for all tests here: figures, what was printed, the plot."""
    folder = tmp_path_factory.mktemp("bench")
    (folder / "source.ts").write_bytes(clip(frames=60, keyint=30))
    options = ["--sessions", "1,2", "--segments", "2", "--segment-ms", "1000", "--rounds", "1", "--processes", "2"]
    files = ["--json", folder / "figures.json", "--plot", folder / "plot.png"]
    printed = bench(folder / "source.ts", "--profiles", "default", *options, *files)
    return json.loads((folder / "figures.json").read_text()), printed, (folder / "plot.png").read_bytes()


def test_figures_name_machine_source_and_sessions(measured):
    figures, printed, plot = measured
    assert figures["machine"]["pyav"] == av.__version__
    assert (figures["source"]["width"], figures["source"]["segments"]) == (320, 2)
    assert [(entry["sessions"], entry["segments"]) for entry in figures["sessions"]] == [(1, 2), (2, 4)]
    assert all(0 < entry["ratio"] <= entry["worst"] for entry in figures["sessions"])
    assert (figures["device"], figures["fallback"], figures["mode"]) == ("cpu", "", "verifiable")
    assert "P240p30fps16x9 426x240" in printed
    assert plot.startswith(b"\x89PNG")


def test_stages_and_the_process_boundary_are_told_apart(measured):
    figures, _, _ = measured
    assert set(figures["stages"]) == {*STAGES, "other"}
    assert all(seconds >= 0 for seconds in figures["stages"].values())
    assert figures["stages"]["encode"] > figures["stages"]["mux"]
    assert 0 < figures["boundary"]["share_wall"] < 1


def test_the_command_line_is_run_by_turns_with_the_same_settings(measured):
    figures, printed, _ = measured
    if find_ffmpeg() is None:
        pytest.skip("no FFmpeg here")
    found = figures["comparison"]
    assert found["runs"] == 2
    assert found["cpu_ratio"] == pytest.approx(found["ours"]["cpu"] / found["same"]["cpu"], rel=0.01)
    assert "to FFmpeg with the same settings" in printed


def test_the_command_line_says_what_the_worker_does(tmp_path):
    if (binary := find_ffmpeg()) is None:
        pytest.skip("no FFmpeg here")
    from offchain.media.profiles import BENCHMARK_LADDER

    (tmp_path / "segment.ts").write_bytes(clip(frames=30))
    sizes = [(profile.width, profile.height) for profile in BENCHMARK_LADDER]
    CommandLine(binary, BENCHMARK_LADDER, sizes, Mode.VERIFIABLE).run(tmp_path / "segment.ts", tmp_path)
    for number, size in enumerate(sizes):
        with av.open(str(tmp_path / f"{number}.ts")) as opened:
            frames = list(opened.decode(video=0))
            assert (len(frames), frames[0].width, frames[0].height) == (30, *size)
            assert opened.streams.audio


def test_a_clip_is_made_whose_segments_begin_with_key_frames(tmp_path):
    make_clip(tmp_path / "made.ts", 1, 500)
    with av.open(str(tmp_path / "made.ts")) as opened:
        keys = [packet.is_keyframe for packet in opened.demux(opened.streams.video[0]) if packet.size]
    assert (len(keys), [number for number, key in enumerate(keys) if key]) == (30, [0, 15])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sessions", "0"), "each from 1 to 256"),
        (("--sessions", "1;2"), "--sessions"),
        (("--device", "gpu"), "--device"),
        (("--profiles", "nonsense"), "nonsense"),
    ],
)
def test_bad_options_are_named(arguments, said):
    with pytest.raises(Exception, match=said):
        bench(*arguments)


@pytest.mark.parametrize(
    ("option", "target", "said"),
    [
        ("--json", "nowhere/figures.json", "there is no folder"),
        ("--plot", "nowhere/plot.png", "there is no folder"),
        ("--plot", "plot.nonsense", "its ending must be one of .*png"),
        ("--plot", "plot", "its ending must be one of .*png"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_measured(option, target, said, tmp_path, monkeypatch):
    monkeypatch.setattr("offchain.cli.bench.measure", None)
    with pytest.raises(SettingsError, match=said):
        bench(option, tmp_path / target)


@pytest.mark.parametrize(
    ("option", "form"), [("--sessions", "separated by commas"), ("--device", "cpu, cuda:N, or auto")]
)
def test_an_option_of_another_form_is_told_its_form(option, form):
    with pytest.raises(SettingsError, match=f"{option}: 'x' is none; .*{form}"):
        bench(option, "x")


def test_a_plot_without_its_library_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    figures = Figures({"processor": "p", "cores": "2"}, "2026-01-01", {}, [], "live")
    with pytest.raises(SettingsError, match="extra 'bench'"):
        draw(figures, tmp_path / "plot.png")


def test_a_plot_in_a_format_that_does_not_exist_is_an_error(tmp_path):
    figures = Figures({"processor": "p", "cores": "2"}, "2026-01-01", {}, [], "live", device="cpu")
    figures.sessions.append(Sessions(1, 0.5, 0.6, 1.0, 2, None))
    with pytest.raises(SettingsError, match="cannot be written"):
        draw(figures, tmp_path / "plot.nonsense")


def test_the_page_shows_the_committed_figures():
    assert section(PAGE, "bench") == tables(figures())
