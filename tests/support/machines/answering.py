"""What views answer, held against the model: a few in turn with each whole look, until all have had theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar

from tests.support.calldata import Contract
from tests.support.machines.core import Core, always

__all__ = ["ANYTHING", "REFUSED", "Answering", "Answers", "all_answers"]

Ask = Callable[[Any, int], tuple[tuple[Any, ...], Any] | None]
Answers = Mapping[tuple[str, str], Ask]

REFUSED, ANYTHING = "refused", "anything"
AT_A_TIME = 3
SPREAD = 7_919
# What a wrong answer is against, by contract.
PROPERTIES = {
    "BondingVotes": "VOTE-51",
    "Controller": "REG-63",
    "Governor": "REG-60",
    "LivepeerGovernor": "VOTE-54",
    "LivepeerToken": "TOK-36",
    "MerkleSnapshot": "REG-60",
    "Minter": "MINT-29",
    "PollCreator": "REG-60",
    "RoundsManager": "RND-33",
    "TicketBroker": "TICK-42",
    "Treasury": "VOTE-57",
}


class Answering(Core):
    """
    Attributes:
        answers: by contract and function, what a machine and the number of a turn make of it: arguments, and the answer
            to them; None if there is nothing to ask. Those of all classes that a machine is made of count.
    """

    answers: ClassVar[Answers] = {}

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0

    @always
    def views_answer_what_the_model_does(self) -> None:
        known = all_answers(type(self).__mro__)
        in_process = self.world.quick_lens is not None  # a node takes twenty times as long for an answer
        for _ in range(len(known) if self.thorough and in_process else AT_A_TIME):
            (contract, function), ask = known[self._asked % len(known)]
            self._asked += 1
            turn = self._asked * SPREAD + self.calls  # whom it is about has nothing to do with which view it is
            if question := ask(self, turn):
                self._compare(self.world.contracts[contract], contract, function, *question)

    def _compare(self, target: Contract, name: str, function: str, arguments: tuple[Any, ...], expected: Any) -> None:
        data = target.encode(function, *arguments)
        try:
            found = target.decode(function, self.world.engine.view(target.address, data))
        except RuntimeError:
            found = REFUSED
        property_ = PROPERTIES.get(name, "BOND-23")
        right = found != REFUSED if expected == ANYTHING else found == expected
        assert right, f"{property_}: {name}.{function} of {arguments} is {found}, not {expected}"


@cache
def all_answers(classes: tuple[type, ...]) -> list[tuple[tuple[str, str], Ask]]:
    known: dict[tuple[str, str], Ask] = {}
    for class_ in reversed(classes):
        known |= vars(class_).get("answers", {})
    return sorted(known.items())
