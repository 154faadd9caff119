"""Nodes that cannot start say why in one line, with what to do, and end with exit code 1."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from offchain.cli import main

SINTEL = Path(__file__).parents[2] / "node_modules/mux.js/test/segments/sintel-captions.ts"
CONTROLLER = "0x00000000000000000000000000000000000000AA"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text("11" * 32)
    path.chmod(0o600)
    return path


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    command = ["orchestrator", "--data-dir", str(tmp_path / "data")]

    def run(*flags: str) -> str:
        """Starts the node, expects it to refuse; returns what it said."""
        monkeypatch.setattr(sys, "argv", ["offchain", *command, *flags])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Error: ")]
        assert len(said) == 1
        return said[0]

    return run


def test_an_absent_key_file_is_named(start, tmp_path, rpc_url):
    said = start("--key-file", str(tmp_path / "nowhere"), "--eth-url", rpc_url, "--chain-id", "31337")
    assert "there is no key file" in said
    assert "nowhere" in said


def test_a_key_file_that_holds_no_key_is_refused(start, key_file, rpc_url):
    key_file.write_text("hello")
    assert "64 hex digits" in start("--key-file", str(key_file), "--eth-url", rpc_url, "--chain-id", "31337")


def test_a_key_file_that_others_can_read_is_refused_with_the_remedy(start, key_file, rpc_url):
    key_file.chmod(0o644)
    assert "chmod 600" in start("--key-file", str(key_file), "--eth-url", rpc_url, "--chain-id", "31337")


def test_an_endpoint_that_does_not_answer_is_named(start, key_file, unused_tcp_port):
    said = start("--key-file", str(key_file), "--eth-url", f"http://127.0.0.1:{unused_tcp_port}")
    assert "no answer from the RPC endpoint" in said


def test_another_chain_than_the_configured_one_is_refused(start, key_file, rpc_url):
    said = start("--key-file", str(key_file), "--eth-url", rpc_url, "--chain-id", "42161")
    assert "configured chain id 42161, the endpoint serves 31337" in said


def test_a_controller_that_is_none_is_refused(start, key_file, rpc_url):
    said = start("--key-file", str(key_file), "--eth-url", rpc_url, "--chain-id", "31337", "--controller", CONTROLLER)
    assert "wrong address or wrong chain" in said


def test_a_value_out_of_range_is_named_with_its_option(start, key_file):
    assert "--chain-id" in start("--key-file", str(key_file), "--chain-id", "0")


def test_a_settings_file_with_an_unknown_name_is_refused(start, tmp_path):
    (tmp_path / "node.toml").write_text("no_such_setting = 1\n")
    assert "no_such_setting" in start("--config", str(tmp_path / "node.toml"))


def test_flags_win_over_the_environment_and_the_environment_over_the_file(
    start, tmp_path, key_file, rpc_url, monkeypatch
):
    (tmp_path / "node.yaml").write_text(f"chain_id: 1\nkey_file: {key_file}\neth_url: {rpc_url}\n")
    config = ("--config", str(tmp_path / "node.yaml"))
    assert "configured chain id 1," in start(*config)
    monkeypatch.setenv("OFFCHAIN_CHAIN_ID", "2")
    assert "configured chain id 2," in start(*config)
    assert "configured chain id 3," in start(*config, "--chain-id", "3")


@pytest.fixture
def gateway_run(tmp_path: Path):
    # A process of its own: the two nodes give metrics of the same names.
    def run(*flags: str) -> str:
        command = [sys.executable, "-m", "offchain", "gateway", "run", str(SINTEL), "--output", str(tmp_path / "out")]
        done = subprocess.run([*command, *flags], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    return run


def test_a_gateway_names_its_faults_likewise(gateway_run, key_file, rpc_url, tmp_path):
    assert "there is no key file" in gateway_run("--key-file", str(tmp_path / "nowhere"), "--eth-url", rpc_url)
    assert "configured chain id 1," in gateway_run("--key-file", str(key_file), "--eth-url", rpc_url, "--chain-id", "1")


def test_a_gateway_without_funds_is_told_so(market, gateway_run, key_file, rpc_url):
    flags = ("--key-file", str(key_file), "--eth-url", rpc_url, "--chain-id", "31337")
    assert "deposit" in gateway_run(*flags, "--controller", market.controller.address)
