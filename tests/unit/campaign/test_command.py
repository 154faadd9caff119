"""`make campaign` as its users see it: what it plays, keeps and says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.cli import main
from tests.campaign.provenance import ROOT
from tests.campaign.store import FILE

SMALL = ("--machine", "staking", "--history-calls", 30, "--seed", "7")
LONG = (*SMALL, "--calls", 100_000, "--jobs", 2)
PATIENCE_S = 60


def report(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return facts


def played(folder: Path) -> int:
    try:
        with sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True) as database:
            return int(database.execute("SELECT count(*) FROM history").fetchone()[0])
    except sqlite3.OperationalError:  # not there yet
        return 0


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


def children(process: int) -> list[int]:
    return [int(text) for text in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def going_on(*words: object) -> Iterator[subprocess.Popen[str]]:
    """A campaign in a process group of its own, as a terminal would start it."""
    command = [sys.executable, "-m", "tests.campaign", *map(str, words)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_campaign_comes_out_the_same_on_one_process_or_several(play, tmp_path):
    for jobs in (1, 3):
        done = play(*SMALL, "--calls", 180, "--jobs", jobs, "--out", tmp_path / str(jobs))
        assert done.returncode == 0, done.stdout + done.stderr
    one, several = report(tmp_path / "1"), report(tmp_path / "3")
    assert one["histories"] == 6
    assert one["calls"] >= 180
    same = ("digest", "calls", "refusals", "histories", "contracts", "rules", "command", "complete", "failures")
    assert {key: one[key] for key in same} == {key: several[key] for key in same}
    assert one["by_machine"]["staking"]["actions"] == several["by_machine"]["staking"]["actions"]


def test_progress_is_plain_lines_in_a_log_and_a_report_says_how_to_play_it_again(play, tmp_path):
    done = play(*SMALL, "--calls", 60, "--jobs", 1, "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    last = [line for line in done.stdout.splitlines() if " calls/s | " in line][-1]
    assert "of 60 calls (100.0 %)" in last
    assert "refused" in last
    assert "pairs of actions" in last
    assert "\x1b" not in done.stdout
    again = 'make campaign SEED=7 CALLS=60 MACHINE=staking:1 ARGS="--history-calls 30"'
    assert again in done.stdout
    text, facts = (tmp_path / "report.md").read_text("utf-8"), report(tmp_path)
    assert "**Nothing failed.**" in text
    for said in (again, facts["contracts"], facts["commit"], facts["digest"], "solc 0.8", "pyrevm", "| bond "):
        assert said in text
    for picture in ("calls", "actions", "pairs-staking"):
        assert (tmp_path / f"{picture}.png").read_bytes().startswith(b"\x89PNG")
        assert f"({picture}.png)" in text


def test_a_campaign_that_was_killed_goes_on_where_it_was(play, tmp_path):
    with going_on(*LONG, "--out", tmp_path / "killed") as process:
        wait_until(lambda: played(tmp_path / "killed") >= 4)
        workers = children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    wait_until(lambda: not any(map(alive, workers)))
    kept = played(tmp_path / "killed")
    calls = 30 * (kept + 4)
    done = play(*SMALL, "--calls", calls, "--jobs", 2, "--out", tmp_path / "killed")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"goes on after {kept} of {kept + 4} histories" in done.stdout
    play(*SMALL, "--calls", calls, "--jobs", 2, "--out", tmp_path / "whole")
    assert report(tmp_path / "killed")["digest"] == report(tmp_path / "whole")["digest"]


def test_ctrl_c_ends_a_campaign_and_says_how_to_go_on(tmp_path, recorded_world):
    with going_on(*LONG, "--out", tmp_path) as process:
        wait_until(lambda: played(tmp_path) >= 2)
        workers = children(process.pid)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "To go on: make campaign SEED=7 CALLS=100000" in said
    assert f"OUT={tmp_path}" in said
    assert "Traceback" not in said
    wait_until(lambda: not any(map(alive, workers)))
    facts = report(tmp_path)
    assert not facts["complete"]
    assert facts["histories"] == played(tmp_path)


def test_a_worker_that_dies_leaves_what_was_played(tmp_path, play):
    with going_on(*LONG, "--out", tmp_path) as process:
        wait_until(lambda: played(tmp_path) >= 2)
        for worker in children(process.pid):
            if b"spawn_main" in Path(f"/proc/{worker}/cmdline").read_bytes():
                os.kill(worker, signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    kept = played(tmp_path)
    assert kept >= 2
    done = play(*SMALL, "--calls", 30 * (kept + 1), "--jobs", 1, "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_failure_is_shrunk_kept_printed_as_a_test_and_can_be_played_again(play, faulty_tree, tmp_path):
    words = ("--machine", "staking", "--seed", "7", "--calls", 3_000, "--history-calls", 300, "--out", tmp_path / "out")
    done = play(*words, "--jobs", 2, tree=faulty_tree)
    assert done.returncode == 1, done.stdout + done.stderr
    found = report(tmp_path / "out")["failures"][0]
    assert found["shrunk"]
    assert found["lines"] <= 8
    assert "m.unlock(" in done.stdout
    stem = tmp_path / "out" / "failures" / f"{found['machine']}-{found['index']}"
    test = stem.with_suffix(".py").read_text("utf-8")
    assert test in done.stdout
    compile(test, "test_anchored.py", "exec")
    kept = stem.with_suffix(".json")
    assert f"REPLAY={kept}" in done.stdout
    before = played(tmp_path / "out")
    again = play(*words, tree=faulty_tree)
    assert again.returncode == 1
    assert test in again.stdout
    assert played(tmp_path / "out") == before, "it is not to go on after a failure"
    still = play("--replay", kept, tree=faulty_tree)
    assert still.returncode == 1, still.stdout + still.stderr
    assert "It fails" in still.stdout
    mended = play("--replay", kept)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "Everything holds." in mended.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--machine", "nosuch"], "no machine is called 'nosuch'; there are: "),
        (["--calls", "0"], "0 calls: at least one is needed"),
        (["--calls", "-5"], "-5 calls"),
        (["--calls", "many"], "CALLS=many: a whole number is needed"),
        (["--jobs", "0"], "0 jobs: from 1 to"),
        (["--jobs", "1000000"], "1,000,000 jobs: from 1 to"),
        (["--seed", "../../x"], "seed '../../x'"),
        (["--engine", "spark"], "no engine is called 'spark'; there are: local, ray"),
        (["--out", "README.md"], "README.md: cannot be made a folder"),
        (["--history-calls", "0"], "histories of 0 calls"),
        (["--replay", "nosuch.json"], "nosuch.json: No such file"),
        (["--replay", "README.md"], "README.md is broken: no JSON"),
        (["--replay", "package.json"], "package.json is no failure of a campaign"),
        (["--nosuch"], "No such option"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(words, said, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["campaign", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert said in err
    assert len(err.splitlines()) == 1
    assert out == ""


def test_without_compiled_contracts_it_says_what_makes_them(play, faulty_tree, tmp_path):
    (faulty_tree / ".build" / "__local__.json").unlink()
    done = play("--calls", 10, "--out", tmp_path / "out", tree=faulty_tree)
    assert done.returncode == 2
    assert "make compile" in done.stderr


@pytest.mark.parametrize(("missing", "words"), [("pyrevm", []), ("ray", ["--engine", "ray"])])
def test_without_an_engine_it_says_how_to_get_it(missing, words, tmp_path):
    code = (
        f"import sys; sys.modules['{missing}'] = None; sys.argv = ['campaign', *sys.argv[1:]];"
        " from tests.campaign.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--calls", "10", "--out", str(tmp_path / "out"), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 2, done.stderr
    assert "not installed" in done.stderr
    assert "Traceback" not in done.stderr
