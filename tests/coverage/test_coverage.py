"""The measure itself, on a contract of which it is known what was executed: probes, anvil, ears and report."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from eth_utils.crypto import keccak

from tests.coverage.__main__ import main
from tests.coverage.points import FIRST_NUMBER, PROBE, PROBE_PATH, Kind, Point, probed
from tests.coverage.report import as_json, listing, publish, summary
from tests.coverage.running import Workplace
from tests.coverage.tally import Excuse, Tally, load_excuses
from tests.differential.chain import Chain
from tests.support.compiler import Compiler

# In place of any harness whose constructor takes nothing.
FILE, NAME = "contracts/test/HarnessSupplyCache.sol", "HarnessSupplyCache"
SAMPLE = """pragma solidity 0.8.37;

contract HarnessSupplyCache {
    uint256 public kept;

    modifier small(uint256 x) {
        require(x < 100, "large");
        _;
    }

    function pick(uint256 x) external pure small(x) returns (uint256) {
        if (x == 1) return 10;
        else if (x == 2 || x == 3 && x != 4) return 20;
        uint256 sum = x > 50 ? 1 : 2;
        for (uint256 i = 0; i < x; ++i) sum += i;
        unchecked {
            while (sum > 1000) --sum;
        }
        return sum;
    }

    function keep(uint256 x) external {
        kept = x;
        require(x != 7, "seven");
        try this.pick(x) returns (uint256 y) { kept = y; } catch {}
    }

    function never() external {
        kept = 1;
    }
}
"""
SENDER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


@pytest.fixture(scope="module")
def sample() -> tuple[str, list[Point], bytes]:
    """The sample's source with probes, its points, and what it compiles to."""
    with Compiler() as compiler:
        tree = compiler.syntax_trees([FILE], {FILE: SAMPLE})[FILE]
        marked = probed(FILE, SAMPLE.encode(), tree, FIRST_NUMBER)
        source = marked.source.decode()
        code = compiler.creation_code({FILE: source, PROBE_PATH: PROBE}, [NAME])[NAME]
    return source, marked.points, code


@pytest.fixture(scope="module")
def tally(sample: tuple[str, list[Point], bytes], tmp_path_factory: pytest.TempPathFactory) -> Tally:
    """After a few calls: pick(1), pick(5) and pick(60) asked for, keep(3) done, keep(7) refused."""
    _, points, code = sample
    place = Workplace(tmp_path_factory.mktemp("coverage"))
    place.clear()
    with anvil_of(place) as chain:
        sent = {"from": SENDER, "data": "0x" + code.hex(), "gas": hex(10**7)}
        contract = chain.ask("eth_sendTransactionSync", sent)["contractAddress"]
        for x in (1, 5, 60):
            chain.ask("eth_call", {"to": contract, "data": calldata("pick", x)}, "latest")
        for x in (3, 7):
            sent = {"from": SENDER, "to": contract, "data": calldata("keep", x), "gas": hex(10**6)}
            chain.ask("eth_sendTransactionSync", sent)
    return Tally(points, place.heard(), [])


@contextmanager
def anvil_of(place: Workplace) -> Iterator[Chain]:
    """The anvil that tests on a workplace would find."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(place.anvil), "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                chain = Chain(f"http://127.0.0.1:{port}")
                break
            except OSError:
                time.sleep(0.1)
        yield chain
    finally:
        process.kill()  # as rudely as somebody may
        process.wait()


def calldata(function: str, x: int) -> str:
    return "0x" + keccak(text=f"{function}(uint256)")[:4].hex() + x.to_bytes(32, "big").hex()


def test_what_views_reverts_and_transactions_executed_is_known(tally):
    missed = {(point.line, point.kind, point.text, point.outcome) for point in tally.missed}
    assert missed == {
        (7, Kind.BRANCH, "x < 100", "false"),
        (13, Kind.BRANCH, "x == 2", "true"),
        (13, Kind.BRANCH, "x != 4", "false"),
        (25, Kind.BRANCH, "this.pick(x)", "catch"),
        (28, Kind.FUNCTION, "never", ""),
        (29, Kind.LINE, "kept = 1", ""),
    }


def test_lines_branches_and_functions_are_counted(tally):
    counts = tally.files[FILE]
    assert {kind: (count.passed, count.all) for kind, count in counts.items()} == {
        Kind.LINE: (11, 12),
        Kind.BRANCH: (18, 22),
        Kind.FUNCTION: (3, 4),
    }
    assert tally.rooms["all"] == counts


def test_probes_add_no_lines(sample):
    source, points, _ = sample
    assert source.count("\n") == SAMPLE.count("\n")
    assert len({point.number for point in points}) == len(points)


def test_too_little_is_told_with_what_is_missed(tally):
    assert [text.partition(":")[0] for text in tally.shortfalls] == ["line", "branch", "function"]
    found = summary(tally, "A sample.")
    assert "`test/HarnessSupplyCache.sol:29`: line never executed" in found
    assert "`x < 100` never false" in found
    assert len(as_json(tally, "A sample.")["missed"]) == 6


def test_missed_lines_are_shown_in_their_places(tally, tmp_path):
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(SAMPLE)
    assert "!  29         kept = 1;  // line never executed" in listing(tally, tmp_path)


def test_what_is_excused_does_not_count_and_idle_excuses_are_told(tally, sample):
    _, points, _ = sample
    passed = {point.number for point in points} - {point.number for point in tally.missed}
    excuses = [Excuse(p.file, p.text, p.outcome, "nothing can execute it") for p in tally.missed]
    assert Tally(points, passed, excuses).shortfalls == []
    assert Tally(points, {point.number for point in points}, excuses[:1]).shortfalls == [
        f"an excuse that nothing needs: {FILE}: x < 100 false"
    ]


def test_every_excuse_has_its_reason():
    for excuse in load_excuses():
        assert len(excuse.reason) > 20, excuse


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["tests/unit/nowhere"], "no such tests: tests/unit/nowhere"),
        (["--jobs", "0"], "--jobs"),
        (["--again"], "nothing was run yet"),
        (["--add"], "nothing was run yet"),
    ],
)
def test_bad_input_is_told_plainly(options, message, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.coverage.__main__.FOLDER", tmp_path)
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 2
    assert message in result.output


def test_without_an_anvil_it_is_said_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.coverage.running.ROOT", tmp_path)
    monkeypatch.setattr("tests.coverage.__main__.FOLDER", tmp_path)
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 1
    assert "make setup" in result.output


def test_collected_numbers_are_those_of_probes(tmp_path: Path):
    place = Workplace(tmp_path)
    place.clear()
    (place.heard_in / "1.txt").write_text(f"{FIRST_NUMBER + 3}\n{FIRST_NUMBER}\n")
    (place.heard_in / "2.txt").write_text(f"{FIRST_NUMBER + 3}\n")
    assert place.heard() == {FIRST_NUMBER, FIRST_NUMBER + 3}


def test_a_page_takes_the_figures_between_its_markers_only(tally, tmp_path):
    page, others = (
        tmp_path / "proof.md",
        "before\n<!-- coverage -->\n{}<!-- end -->\n<!-- next -->\nkept\n<!-- end -->\n",
    )
    page.write_text(others.format(""))
    for _ in range(2):  # into an empty place, and over what stands there
        publish(tally, "A sample.", tmp_path)
        assert page.read_text() == others.format(summary(tally, "A sample.") + "\n")
    assert (tmp_path / "proof" / "coverage.json").exists()
