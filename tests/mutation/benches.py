"""Libraries alone, in harnesses on an EVM in process, each held against a few lines of Python.

A bench takes a few thousand random inputs; what few people in a small pool never come to (rankings over many words,
records that are too wide) is tried here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eth_abi.abi import decode

from tests.support.artifacts import artifact
from tests.support.calldata import Contract, decode_refusal, encode_constructor
from tests.support.evm_engine import EvmEngine
from tests.support.ranking_steps import CAP, Chooser, account
from tests.support.shares import BILLIONTH, MILLIONTH, PRECISE, fraction_of, share_of

__all__ = ["BENCHES", "run_bench"]

SOMEBODY = "0x" + "5b" * 20
RICH = 10**24


class Bench:
    """A harness that is called and asked."""

    def __init__(self, name: str, code: bytes, *arguments: object) -> None:
        self._engine, self._name = EvmEngine(), name
        self._engine.endow(SOMEBODY, 0, RICH)
        created = self._engine.create(SOMEBODY, code + encode_constructor(name, *arguments))
        self._contract = Contract(name, created)

    def do(self, function: str, *arguments: object) -> object:
        """Calls; answers with the error, None if there is none."""
        data = self._contract.encode(function, *arguments)
        refusal = self._engine.call(SOMEBODY, self._contract.address, data).refusal
        return None if refusal is None else decode_refusal(refusal)

    def ask(self, function: str, *arguments: object) -> Any:
        """The answer of a view, a tuple if it has several."""
        answer = self._engine.view(self._contract.address, self._contract.encode(function, *arguments))
        values = decode(self._types(function), answer)
        return values[0] if len(values) == 1 else values

    def word(self, slot: int) -> int:
        """Of its storage."""
        return self._engine.storage(self._contract.address, slot)

    def _types(self, function: str) -> list[str]:
        entry = next(e for e in artifact(self._name).entries("function") if e["name"] == function)
        return [_type(output) for output in entry["outputs"]]


def _type(field: Mapping[str, Any]) -> str:
    if not field["type"].startswith("tuple"):
        return str(field["type"])
    return f"({','.join(map(_type, field['components']))}){field['type'].removeprefix('tuple')}"


# Each takes a harness's creation code.


def ranking(code: bytes) -> None:
    """Order, hints and ties of the published linked list, in pools of one to six words."""
    for seed, (members, stakes, steps) in enumerate(
        [(3, 2, 80), (6, 3, 120), (17, 3, 150), (17, 40, 120), (40, 5, 150), (100, 7, 260)]
    ):
        for turn in range(3):
            _rank(code, random.Random(f"{seed} {turn}"), members, range(1, stakes + 1), steps)
    _rank(code, random.Random(0), 6, (CAP - 1, CAP, CAP + 1, 2**104 - 1), 100, cap=True)


def _rank(code: bytes, rng: random.Random, members: int, stakes: Any, count: int, cap: bool = False) -> None:
    accounts = [account(number) for number in range(members)]
    bench, chooser = Bench("HarnessRankedPool", code, members), Chooser(rng, accounts, stakes)
    for number, step in enumerate(_steps(chooser, count, cap)):
        assert bench.do("step", step) is None, f"step {number} is refused"
        order = list(chooser.model)
        if number % 3 == 0 or members < 20:
            assert list(bench.ask("order")) == order, f"BOND-09: another order after step {number}"
            assert bench.ask("isFull") == (len(order) == members), "BOND-09: room in the pool"


def _steps(chooser: Chooser, count: int, cap: bool) -> Iterator[Any]:
    """Where `cap`, stakes above the largest that ranks: the model knows them as that."""
    for step, _ in chooser.steps(count) if not cap else ():
        yield step
    for _ in range(count if cap else 0):
        kind, who, stake, prev, next_ = chooser.choose()
        chooser.take((kind, who, min(stake, CAP), prev, next_))
        yield kind, who, stake, prev, next_


def earnings_rounds(code: bytes) -> None:
    """Records are read as they were written, whatever their widths and order."""
    bench, rng, written = Bench("HarnessEarningsRounds", code), random.Random(1), {}
    current = 100_000
    for number in [*range(current, current + 40), current + 3, current + 7]:
        written[number] = record = _record(rng, number)
        assert bench.do("store", number, record) is None
        if rng.random() < 0.4:
            stake = rng.choice((record[0], 0, 5, 2**88 - 1, 2**88, 2**104 - 1))
            assert bench.do("storeStake", number, stake) is None
            written[number] = (stake, *record[1:])
        bench.do("setFeeFactor", number, factor := rng.choice((1, PRECISE, 2**255)))
        assert tuple(bench.ask("load", number)) == written[number], f"record {written[number]} of round {number}"
        reward, fees = bench.ask("factors", number)
        assert fees == factor or written[number][2] != number, "fee factor"
        assert reward == written[number][1] or 0 < written[number][1] < current + 50, "reward factor"
    for number, record in written.items():
        assert tuple(bench.ask("load", number)) == record, "a record was changed by another"
    _named_factors(bench)
    _widths(bench)


def _record(rng: random.Random, number: int) -> tuple[int, ...]:
    return (
        rng.choice((0, 1, rng.randrange(2**104), 2**88 - 1, 2**88, 2**104 - 1)),
        rng.choice((0, 1, number - 1, PRECISE, rng.randrange(PRECISE, 2**256), 2**96 - 1, 2**96, 2**256 - 1)),
        rng.choice((0, 1, number - 65_535, number - 65_534, number - 1, number)),
        rng.randrange(10**6 + 1),
        rng.randrange(10**6 + 1),
    )


def _named_factors(bench: Bench) -> None:
    number = 200_000
    for own in (PRECISE, 2**96 - 1, 2**96, 2**256 - 1):
        for stake in (1, 2**88):
            bench.do("store", number - 20, (stake, own, 0, 0, 0))
            bench.do("setFeeFactor", number - 10, 2**255)
            bench.do("store", number, (stake, number - 20, number - 10, 0, 0))
            assert bench.ask("factors", number) == (own, 2**255)
            assert bench.ask("factors", number - 20) == (own, 0)
            number += 50
    assert bench.ask("factors", 7) == (0, 0)
    assert tuple(bench.ask("load", 7)) == (0, 0, 0, 0, 0)


def _widths(bench: Bench) -> None:
    """A word is enough up to its widths."""
    for stake, reward, age, wide in (
        (2**88 - 1, 2**96 - 1, 65_534, False),
        (2**88, PRECISE, 0, True),
        (1, 2**96, 0, True),
        (1, PRECISE, 65_535, True),
    ):
        number = 300_000 + stake % 7 + age
        bench.do("store", number, (stake, reward, number - age, 1, 2))
        assert bench.ask("isWide", number) == wide, "width of a record"


def round_history(code: bytes) -> None:
    """VOTE-51: each value holds from its round to the next."""
    for seed in range(6):
        rng, bench, known = random.Random(seed), Bench("HarnessRoundHistory", code), dict[int, int]()
        assert bench.ask("isEmpty")
        number = 0
        for _ in range((1, 2, 5, 8, 17, 33)[seed]):
            number += rng.choice((0, 1, 1, 2, 3)) if number else rng.choice((1, 2))
            known[number] = value = rng.choice((0, 1, rng.randrange(2**192), 2**192 - 1))
            assert bench.do("record", number, value) is None
            if rng.random() < 0.2:
                known[number] = value = rng.randrange(2**192)
                bench.do("amend", value)
            assert not bench.ask("isEmpty")
            assert bench.ask("latest") == value
            assert list(bench.ask("upTo", number + 3)) == _held(known, number + 3), "VOTE-51"
            assert bench.word(0) >> 32 & 0xFFFFFFFF == len(known) - 1, "a round costs one entry"


def _held(known: Mapping[int, int], end: int) -> list[int]:
    value = 0
    return [value := known.get(number, value) for number in range(end + 1)]


def shares(code: bytes) -> None:
    """Shares are rounded down, of the fraction first."""
    bench, rng = Bench("HarnessShares", code), random.Random(2)
    edges = (0, 1, 2, MILLIONTH, BILLIONTH, PRECISE, 10**18, 2**64, 2**128 - 1)

    def draw(lowest: int, bits: int) -> int:
        return max(lowest, rng.choice((rng.choice(edges), rng.randrange(2 ** rng.randint(1, bits)))) % 2**bits)

    for _ in range(30):
        asked = [(draw(0, 128), draw(0, 64), draw(1, 128)) for _ in range(30)]
        expected = [tuple(share_of(a, p, w) for w in (MILLIONTH, BILLIONTH, PRECISE)) for a, p, _ in asked]
        assert [tuple(row) for row in bench.ask("portions", asked)] == expected
        ratios = [tuple(p * whole // w for whole in (MILLIONTH, BILLIONTH, PRECISE)) for _, p, w in asked]
        assert [tuple(row) for row in bench.ask("ratios", asked)] == ratios
        asked = [(a % 2**64, p, w) for a, p, w in asked]
        fractions = [tuple(fraction_of(a, p, w, whole) for whole in (BILLIONTH, PRECISE)) for a, p, w in asked]
        assert [tuple(row) for row in bench.ask("fractions", asked)] == fractions
    for name, whole in (("checkMillionths", MILLIONTH), ("checkBillionths", BILLIONTH), ("checkPrecise", PRECISE)):
        assert bench.do(name, whole) is None
        assert bench.do(name, whole + 1) == ("InvalidPercentage", (whole + 1, whole)), "BOND-26"


BENCHES: dict[str, Callable[[bytes], None]] = {
    "HarnessRankedPool": ranking,
    "HarnessEarningsRounds": earnings_rounds,
    "HarnessRoundHistory": round_history,
    "HarnessShares": shares,
}


def run_bench(harness: str, code: bytes) -> str | None:
    """What the bench has against this code, None if nothing."""
    try:
        BENCHES[harness](code)
    except Exception as seen:
        return f"{type(seen).__name__}: {str(seen).splitlines()[0] if str(seen) else ''}"[:200]
    return None
