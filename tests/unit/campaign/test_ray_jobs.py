"""The same campaign on a Ray cluster: one of its own, on this machine."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("ray")


@pytest.mark.timeout(600)
def test_a_campaign_on_a_cluster_comes_out_as_on_this_machine(play, tmp_path, monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    words = ("--machine", "staking", "--history-calls", 30, "--seed", "7", "--calls", 120, "--jobs", 2)
    digests = {}
    for engine in ("ray", "local"):
        done = play(*words, "--engine", engine, "--out", tmp_path / engine)
        assert done.returncode == 0, done.stdout + done.stderr
        facts = json.loads((tmp_path / engine / "report.json").read_text("utf-8"))
        assert facts["how"]["engine"] == engine
        digests[engine] = facts["digest"]
    assert digests["ray"] == digests["local"]


@pytest.mark.timeout(300)
def test_a_cluster_that_does_not_answer_is_said_not_to(play, tmp_path, monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    done = play("--calls", 10, "--engine", "ray", "--out", tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "no Ray cluster at RAY_ADDRESS=127.0.0.1:1" in done.stderr
