"""Plays a sequence on both sides at once, and says where they first differ.

After each call: whether it went through, every event of every contract in order, and every view. Why a call fails is
not compared: the published contracts say so in sentences, ours in errors with arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.differential.artifacts import Artifact
from tests.differential.chain import Chain, Receipt, Transaction
from tests.differential.declared import ANSWERS, ENDINGS, EVENTS
from tests.differential.motions import Motion
from tests.differential.sides import Side
from tests.differential.steps import Call, Draw, NextRound, Pass, Step, ticket_arguments
from tests.differential.views import Question, Sight, ask, questions, told

__all__ = ["Difference", "Duel"]

Log = tuple[str, tuple[bytes, ...], bytes]
BATCH = "batchRedeemWinningTickets"


class Difference(Exception):  # noqa: N818 - a finding, no error
    """The sides differ after `step`; `what` says in which way."""

    def __init__(self, step: Step | str, what: str) -> None:
        super().__init__(f"after {step}:\n{what}")
        self.step = step
        self.what = what


@dataclass
class Duel:
    """Two deployments on one chain.

    Attributes:
        tally: how often each function succeeded and failed.
        declared: how often each declared difference was met.
        sight: what was last seen of both.
        over: the sides have parted for a declared reason, nothing can be compared any more.
        motions: proposals that the sequence has spoken of, in order.
        far: after every how many steps everything is looked at, and not what is near only.
    """

    chain: Chain
    ours: Side
    reference: Side
    many_calls: str
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    declared: Counter[str] = field(default_factory=Counter)
    over: bool = False
    far: int = 1
    motions: dict[Motion, None] = field(default_factory=dict)
    _steps: int = 0
    _round: int = 1
    _answerable: dict[tuple[Any, ...], list[Question]] = field(default_factory=dict)

    @classmethod
    def between(cls, ours: Side, reference: Side, many_calls: Artifact) -> Duel:
        """Deploys the harness too, for nothing to be there but the two sides."""
        chain = ours.chain
        receipt = chain.transact(Transaction(ours.addresses["owner"], None, many_calls.code))[0]
        assert receipt.contract is not None
        duel = cls(chain, ours, reference, receipt.contract)
        duel.look()
        return duel

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.ours, self.reference

    @property
    def roles(self) -> set[str]:
        """Contracts that both sides have."""
        return {name for name in self.ours.addresses if name in self.reference.addresses}

    def play(self, steps: Iterable[Step]) -> None:
        """Plays until the steps, or the sides' common way, end.

        Raises:
            Difference: the first one.
        """
        self.over, self._steps = False, 0
        self.motions.clear()
        self.look()
        for step in steps:
            if self.over:
                return
            self.step(step)
        self.look()
        self._compare_sights("the end")

    def step(self, step: Step) -> None:
        self._steps += 1
        if isinstance(step, Call):
            self._call(step)
        else:
            self.chain.mine(step.blocks if isinstance(step, Pass) else self._blocks_to(step))
        if not self.over:
            self.look(near=self._steps % self.far > 0)
            self._compare_sights(step)

    def look(self, *, near: bool = False) -> None:
        self.sight: Sight = ask(self.sides, self.many_calls, self._asked(near))
        current = self.sight.of(self.ours, "RoundsManager", "currentRound")
        if current != self._round:  # what was asked was meant for the round before
            self._round = current
            self.sight = ask(self.sides, self.many_calls, self._asked(near))

    def _asked(self, near: bool) -> list[Question]:
        key = self._round, near, tuple(self.motions)
        if key not in self._answerable:
            wanted = questions(self._round, tuple(self.motions), near=near)
            self._answerable[key] = [q for q in wanted if all(self._can_answer(side, q) for side in self.sides)]
        return self._answerable[key]

    def not_compared(self) -> list[str]:
        """Functions that only the reference has, and contracts."""
        return sorted(
            f"{contract}.{function}"
            for contract in self.reference.addresses
            if contract in self.reference.artifacts
            for function in self.reference.artifact(contract).functions
            if not self.ours.has(contract, function)
        )

    def possible(self, step: Step) -> bool:
        """Whether both sides have what the step calls."""
        return not isinstance(step, Call) or all(side.has(step.contract, step.function) for side in self.sides)

    @staticmethod
    def _can_answer(side: Side, question: Question) -> bool:
        return question.function == "balance" or side.has(question.contract, question.function)

    def _call(self, step: Call) -> None:
        current = self.sight.of(self.ours, "RoundsManager", "currentRound")
        self.motions |= {argument: None for argument in step.arguments if isinstance(argument, Motion)}
        receipts = self.chain.transact(*(self._transaction(side, step, current) for side in self.sides))
        ours, reference = receipts
        self.tally[step.function, "done" if reference.succeeded else "refused"] += 1
        if ours.succeeded != reference.succeeded:
            self._part(step, *receipts)
            return
        logs = [list(self._logs(side, receipt)) for side, receipt in zip(self.sides, receipts, strict=True)]
        logs[1] = [log for log in logs[1] if not self._is_declared(log, step)]
        logs[0] = [log for log in logs[0] if not self._is_declared(log, step)]
        if logs[0] != logs[1]:
            raise Difference(step, self._tell_logs(*logs))

    def _part(self, step: Call, ours: Receipt, reference: Receipt) -> None:
        refusal = self.chain.refusal(ours if reference.succeeded else reference)
        for declared in ENDINGS:
            if ours.succeeded and declared.allows(step, self.sight, self.reference, refusal):
                self.declared[declared.reason] += 1
                self.over = True
                return
        words = {True: "goes through", False: "fails"}
        result = f"  ours {words[ours.succeeded]}, the reference {words[not ours.succeeded]}"
        raise Difference(step, f"{result}, with 0x{refusal.hex()}")

    def _transaction(self, side: Side, step: Call, current: int) -> Transaction:
        arguments = step.arguments
        for motion in arguments:
            if isinstance(motion, Motion):
                motion.id_on(side)
                if step.function in ("propose", "queue", "execute", "cancel"):
                    texts = step.function == "propose"
                    arguments = motion.text_arguments(side) if texts else motion.hash_arguments(side)
        if any(isinstance(argument, Draw) for argument in arguments):
            drawn = [ticket_arguments(side, draw, current) for draw in arguments]
            columns = tuple(map(list, zip(*drawn, strict=True)))
            arguments = columns if step.function == BATCH else drawn[0]
        return side.call(step.who, step.contract, step.function, *arguments, value=step.value)

    def _blocks_to(self, step: NextRound) -> int:
        start, length = (
            self.sight.of(self.ours, "RoundsManager", function)
            for function in ("currentRoundStartBlock", "roundLength")
        )
        return int(start + length * (1 + step.skipped) - self.chain.height - 1)

    def _logs(self, side: Side, receipt: Receipt) -> Iterator[Log]:
        """Those of contracts that both sides have, made comparable."""
        names = {bytes.fromhex(address[2:]): name for name, address in side.addresses.items()}
        for address, topics, data in receipt.logs:
            name = names[address]
            if name in self.roles:
                yield name, tuple(map(side.comparable, topics)), side.comparable(data)

    def _is_declared(self, log: Log, step: Call) -> bool:
        for declared in EVENTS:
            if declared.allows(log[0], self._name(log), step.function):
                self.declared[declared.reason] += 1
                return True
        return False

    def _compare_sights(self, step: Step | str) -> None:
        ours, reference = (self.sight.answers[side.name] for side in self.sides)
        if ours == reference:
            return
        found = [triple for triple in zip(self.sight.asked, ours, reference, strict=True) if triple[1] != triple[2]]
        undeclared = [triple for triple in found if not self._is_declared_answer(*triple)]
        if undeclared:
            raise Difference(step, "\n".join(self._tell_answers(*triple) for triple in undeclared))

    def _is_declared_answer(self, question: Question, ours: bytes | None, reference: bytes | None) -> bool:
        for declared in ANSWERS:
            if declared.allows(question, ours, reference, self.sight, self.ours):
                self.declared[declared.reason] += 1
                return True
        return False

    def _tell_answers(self, question: Question, ours: bytes | None, reference: bytes | None) -> str:
        mine, theirs = told(self.ours, question, ours), told(self.reference, question, reference)
        return f"  {question}\n    ours      {mine}\n    reference {theirs}"

    def _tell_logs(self, ours: Sequence[Log], reference: Sequence[Log]) -> str:
        at = next((i for i, pair in enumerate(zip(ours, reference, strict=False)) if pair[0] != pair[1]), None)
        at = min(len(ours), len(reference)) if at is None else at
        lists = [f"  {name}: {', '.join(map(self._name, logs))}" for name, logs in self._by_name(ours, reference)]
        first = [
            f"    {name} {_words(logs[at]) if at < len(logs) else '-'}" for name, logs in self._by_name(ours, reference)
        ]
        return "\n".join([*lists, f"  first in event {at}:", *first])

    @staticmethod
    def _by_name(ours: Any, reference: Any) -> tuple[tuple[str, Any], ...]:
        return ("ours     ", ours), ("reference", reference)

    def _name(self, log: Log) -> str:
        known = self._events.get(log[1][0])
        return known or log[1][0].hex()[:8]

    @cached_property
    def _events(self) -> dict[bytes, str]:
        artifacts = (artifact for side in self.sides for artifact in side.artifacts.values())
        return {topic: name for artifact in artifacts for topic, name in artifact.events.items()}


def _words(log: Log) -> str:
    contract, topics, data = log
    words = [*topics[1:], *(data[i : i + 32] for i in range(0, len(data), 32))]
    return f"{contract}: " + ", ".join(_word(word) for word in words)


def _word(word: bytes) -> str:
    text = word[12:].rstrip(b".")
    if word[:12] == bytes(12) and text.isascii() and text.decode().isidentifier():
        return text.decode()
    return str(int.from_bytes(word, "big"))
