"""Where the gas of a transaction goes: by contract and kind of work, slot by slot, from its trace.

The floor of a transaction is what it costs whatever the code between its effects: its calldata, each word of storage
that it changes, its events, the ether it sends and the signatures it recovers (all of these: its effects), and each
word that it only reads and each foreign contract, once. What lies above the floor is computing, and whatever is done
twice.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.gas.chain import Chain, Receipt
from tests.gas.figures import Floor, Writes
from tests.gas.words import WordNames, word_names
from tests.support.pages import markdown

__all__ = ["FloorWatch", "Trace", "Tracer", "Word"]

INTRINSIC, ZERO_BYTE, OTHER_BYTE = 21_000, 4, 16
COLD_ACCOUNT, COLD_SLOT, SET, RESET = 2600, 2100, 20_000, 2900
CLEARED_REFUND, REFUND_QUOTIENT = 4800, 5
PRECOMPILES = 10

NUMBER = re.compile(r"\[\d+\]")
HASHED = re.compile(r"0x[0-9a-f]{10,}")
CALLS = frozenset({"CALL", "STATICCALL", "DELEGATECALL", "CALLCODE"})
OF_ACCOUNTS = frozenset({"BALANCE", "EXTCODESIZE", "EXTCODECOPY", "EXTCODEHASH"})
KINDS = (
    "new words",
    "changed words",
    "cold reads",
    "warm storage",
    "contracts",
    "calls",
    "ether",
    "precompiled",
    "events",
    "hashes",
    "computing",
)


@dataclass(slots=True)
class Word:
    """A word of storage that a transaction has touched."""

    owner: str
    slot: int
    before: int | None = None
    after: int | None = None
    reads: int = 0
    writes: int = 0
    gas: int = 0

    @property
    def changed(self) -> bool:
        return self.after is not None and self.after != self.before

    @property
    def floor(self) -> int:
        """Gas of touching it once, refund not counted."""
        if not self.changed:
            return COLD_SLOT
        return COLD_SLOT + (RESET if self.before else SET)

    @property
    def refund(self) -> int:
        return CLEARED_REFUND if self.before and self.after == 0 else 0


@dataclass(frozen=True, slots=True)
class Step:
    """One executed instruction: what it did itself cost, the code it stands in and the account it acts for."""

    op: str
    cost: int
    code: str
    account: str
    stack: Sequence[str]
    result: int | None

    def word(self, depth: int) -> int:
        return int(self.stack[-depth], 16)

    def address(self, depth: int) -> str:
        return f"0x{self.word(depth) & (1 << 160) - 1:040x}"


@dataclass(slots=True)
class Trace:
    """A transaction, taken apart. Accounts are in lower case."""

    intrinsic: int
    gas_used: int
    by_code: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    words: dict[tuple[str, int], Word] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, chain: Chain, receipt: Receipt) -> Trace:
        sent = chain.request("eth_getTransactionByHash", receipt.transaction)
        options = {"disableStorage": True, "disableMemory": True}
        steps = chain.request("debug_traceTransaction", receipt.transaction, options)["structLogs"]
        data = bytes.fromhex(sent["input"][2:])
        calldata = sum(OTHER_BYTE if byte else ZERO_BYTE for byte in data)
        trace = cls(INTRINSIC + calldata, receipt.gas_used)
        for step in _steps(steps, sent["to"].lower()):
            trace._enter(step)
        trace.accounts -= {sent["to"].lower(), sent["from"].lower()}
        return trace

    @property
    def totals(self) -> Counter[str]:
        """Gas by kind of work."""
        return sum(self.by_code.values(), Counter())

    @property
    def refund(self) -> int:
        return self.intrinsic + self.totals.total() - self.gas_used

    @property
    def floor(self) -> Floor:
        """Gas that the transaction costs at least: for its effects, and for what it reads and whom it calls."""
        totals, changed = self.totals, [word for word in self.words.values() if word.changed]
        effects = self.intrinsic + totals["events"] + totals["ether"] + totals["precompiled"]
        effects += sum(word.floor for word in changed)
        accesses = (len(self.words) - len(changed)) * COLD_SLOT + len(self.accounts) * COLD_ACCOUNT
        refund = sum(word.refund for word in changed)
        return Floor(self.gas_used, effects - min(refund, (effects + accesses) // REFUND_QUOTIENT), accesses)

    def _enter(self, step: Step) -> None:
        for kind, gas in self._kinds(step):
            self.by_code[step.code][kind] += gas

    def _kinds(self, step: Step) -> Iterator[tuple[str, int]]:
        if step.op in ("SLOAD", "SSTORE"):
            yield self._storage(step), step.cost
        elif step.op in CALLS or step.op in OF_ACCOUNTS:
            yield from self._other_account(step)
        elif step.op.startswith("LOG"):
            yield "events", step.cost
        else:
            yield ("hashes" if step.op in ("KECCAK256", "SHA3") else "computing"), step.cost

    def _storage(self, step: Step) -> str:
        slot = step.word(1)
        word = self.words.setdefault((step.account, slot), Word(step.account, slot))
        word.gas += step.cost
        if step.op == "SLOAD":
            word.reads += 1
            if word.before is None:
                word.before = step.result
            return "cold reads" if step.cost >= COLD_SLOT else "warm storage"
        word.writes += 1
        if word.before is None:  # never read: the price says whether it was zero
            word.before = 0 if step.cost >= SET else 1 if step.cost >= RESET else step.word(2)
        word.after = step.word(2)
        if step.cost >= SET:
            return "new words"
        return "changed words" if step.cost >= RESET else "warm storage"

    def _other_account(self, step: Step) -> Iterator[tuple[str, int]]:
        account = step.address(2 if step.op in CALLS else 1)
        cost = step.cost
        if int(account, 16) <= PRECOMPILES:
            yield "precompiled", cost
            return
        if account not in self.accounts:
            self.accounts.add(account)
            if cost >= COLD_ACCOUNT:
                yield "contracts", COLD_ACCOUNT
                cost -= COLD_ACCOUNT
        yield "ether" if step.op == "CALL" and step.word(3) else "calls", cost


def _steps(entries: Sequence[Mapping[str, Any]], to: str) -> Iterator[Step]:
    """Each instruction with its own cost: without that of the calls it makes."""
    frames = [(to, to)]  # the code that runs, and the account it acts for
    open_calls: list[tuple[int, int]] = []  # for each open call: its own entry, and the gas it gave
    for i, entry in enumerate(entries):
        following = entries[i + 1] if i + 1 < len(entries) else None
        code, account = frames[-1]
        if following is not None and following["depth"] > entry["depth"]:
            open_calls.append((i, following["gas"]))
            target = f"0x{int(entry['stack'][-2], 16):040x}"
            frames.append((target, account if entry["op"] == "DELEGATECALL" else target))
            continue
        if following is not None and following["depth"] == entry["depth"]:
            result = int(following["stack"][-1], 16) if entry["op"] == "SLOAD" else None
            yield Step(entry["op"], entry["gas"] - following["gas"], code, account, entry["stack"], result)
            continue
        yield Step(entry["op"], entry["gasCost"], code, account, entry["stack"], None)
        if following is not None:
            frames.pop()
            at, given = open_calls.pop()
            spent = given - (entry["gas"] - entry["gasCost"])
            call = entries[at]
            yield Step(call["op"], call["gas"] - following["gas"] - spent, *frames[-1], call["stack"], None)


class FloorWatch:
    """Takes the first run of every operation apart: its floor, and the words of storage that it leaves changed."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._names: dict[str, WordNames] = {}
        self.floors: dict[str, Floor] = {}
        self.writes: dict[str, Writes] = {}

    def __call__(self, operation: str, receipt: Receipt, accounts: Mapping[str, str]) -> None:
        if operation in self.floors:
            return
        self._names = self._names or word_names(accounts)
        trace = Trace.of(self._chain, receipt)
        self.floors[operation] = trace.floor
        changed = [word for word in trace.words.values() if word.changed]
        self.writes[operation] = Writes(
            new=sorted(self._label(word, accounts) for word in changed if not word.before),
            changed=sorted(self._label(word, accounts) for word in changed if word.before and word.after),
            cleared=sorted(self._label(word, accounts) for word in changed if word.after == 0),
        )

    def _label(self, word: Word, accounts: Mapping[str, str]) -> str:
        """Without rounds, ids and hashes, which hang on what the chain has been through."""
        return HASHED.sub("[hash]", NUMBER.sub("[n]", _label(word, accounts, self._names)))


class Tracer:
    """Takes apart the operations of the given names as the scenario makes them."""

    def __init__(self, chain: Chain, names: Sequence[str]) -> None:
        self._chain = chain
        self._names = names
        self.reports: list[str] = []

    def __call__(self, operation: str, receipt: Receipt, accounts: Mapping[str, str]) -> None:
        if operation in self._names:
            self.reports.append(report(operation, Trace.of(self._chain, receipt), accounts))


def report(operation: str, trace: Trace, accounts: Mapping[str, str]) -> str:
    """What is printed of a trace; `accounts` are names by address in lower case."""
    return "\n".join(
        [
            f"{operation}: {trace.gas_used:,} gas; floor {trace.floor.least:,}, {trace.floor.effects:,} of it effects",
            f"  = {trace.intrinsic:,} to begin with + {trace.totals.total():,} executed - {trace.refund:,} refunded",
            "",
            _table_of_code(trace, accounts),
            "",
            _table_of_words(trace, accounts),
            f"\n{len(trace.words)} words, {len(trace.accounts)} foreign contracts",
        ]
    )


def _table_of_code(trace: Trace, accounts: Mapping[str, str]) -> str:
    by_code = sorted(trace.by_code.items(), key=lambda item: -item[1].total())
    rows = [(accounts.get(code, code), gas) for code, gas in [*by_code, ("all", trace.totals)]]
    cells = [[name, *(f"{gas[kind]:,}" for kind in KINDS), f"{gas.total():,}"] for name, gas in rows]
    return markdown(("code of", *KINDS, "sum"), cells)


def _table_of_words(trace: Trace, accounts: Mapping[str, str]) -> str:
    names = word_names(accounts)
    rows = [
        [_label(word, accounts, names), str(word.reads), str(word.writes), _change(word), f"{word.gas:,}"]
        for word in sorted(trace.words.values(), key=lambda word: -word.gas)
    ]
    return markdown(("word of storage", "reads", "writes", "value", "gas"), rows)


def _label(word: Word, accounts: Mapping[str, str], names: Mapping[str, WordNames]) -> str:
    label = (names[word.owner].of(word.slot) if word.owner in names else None) or f"{word.slot:#x}"
    return f"{accounts.get(word.owner, word.owner)} {label}"


def _change(word: Word) -> str:
    if not word.changed:
        return "as it was"
    if word.before:
        return "cleared" if word.after == 0 else "changed"
    return "new"
