"""What every protocol machine does around a call: predict, call, compare, look, and hold the frame.

A machine plays one example on the chain of its class's world, and puts the chain back at the end: Ape resets it between
tests, not between Hypothesis' examples. Actions are plain methods that take names and whole numbers; rules only draw
those. So a failing example can be read off the notes and pasted into a test, and something that is no Hypothesis at all
can drive the same machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from tests.property.models.protocol import ProtocolModel
from tests.property.models.refusal import RefusedError
from tests.support.calldata import Contract, decode_refusal
from tests.support.engine import Outcome
from tests.support.lens import Lens
from tests.support.machines.foretold import Foretold
from tests.support.machines.frame import check_frame, check_nothing_moved
from tests.support.machines.glance import Glance
from tests.support.machines.history import History
from tests.support.machines.lazily import LazyView
from tests.support.machines.roundings import Worst, adopt_roundings
from tests.support.quick_lens import QuickLens
from tests.support.world import World

__all__ = ["DONE", "Core", "Predict", "Step", "action", "always"]

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound="Core")
T = TypeVar("T")
Predict = Callable[[], None]
Refusal = tuple[str, tuple[object, ...]]

DONE = "done"
WHOLE_EVERY = 25  # calls
BYSTANDER_EVERY = 5  # calls
# Whose calls the model foretells the events of.
FORETOLD = {"BondingManager", "Controller", "Governor", "LivepeerToken", "Minter", "RoundsManager", "TicketBroker"}
THOROUGH_EVERY = 100  # whole looks
_PROPERTIES: set[str] = set()


def action(method: Callable[Concatenate[M, P], R]) -> Callable[Concatenate[M, P], R]:
    """A step that is written down as a line of Python, `m` being the machine, with what came of it.

    One that is made of others is written down as a whole; that way it can be played again.
    """

    @wraps(method)
    def noted(self: M, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._acting:
            return method(self, *args, **kwargs)
        step = Step(method.__name__, args, kwargs, [])
        self.steps.append(step)
        self._acting, self.results = True, step.results
        try:
            step.answer = method(self, *args, **kwargs)
            return step.answer
        except BaseException:
            self.broken = True
            raise
        finally:
            self._acting = False
            self.tell(step)

    return noted


@dataclass(slots=True)
class Step:
    """An action with its arguments, and how its calls have ended."""

    action: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    results: list[str]
    answer: object = None

    @property
    def line(self) -> str:
        """What it is in Python; an answer is kept under the name that later lines call it by."""
        given = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())]
        name = "" if self.answer is None else f"{self.answer!r} = "
        return f"{name}m.{self.action}({', '.join(given)})"


def always(method: Callable[[M], None]) -> Callable[[M], None]:
    """Marks a property that holds between any two calls: see {Core.check}."""
    _PROPERTIES.add(method.__qualname__)
    return method


class Core:
    """The machine without actions and properties.

    Attributes:
        world: set by a test before it runs the class.
        deep: whether most calls are followed by a glance alone, at what they were about and a bystander; at everything
            and all properties every {WHOLE_EVERY} calls. Else everything is looked at after each call.
        steps: the actions so far.
        calls: sent so far, and `refusals` how many of them were refused.
        worst: by property, the most wei that the chain was below an exact figure.
        model: what must be, and `seen` what is, as of the last call.
        history: what earlier looks have shown.
        results: how the calls of the present action have ended.
        dearest_call: gas that the dearest call so far has used.
        broken: whether an action or a property has failed; what follows then means nothing.
        thorough: whether the present check asks for all that clients could ask, and nothing in turn only.
    """

    world: ClassVar[World]
    deep: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.results: list[str] = []
        self.calls = self.refusals = self.dearest_call = 0
        self.worst: Worst = {}
        self.broken = self._acting = False
        self.thorough = not self.deep
        self._unseen = 0  # calls since the last whole look
        self._checks = 0
        self._start = self.world.engine.snapshot()
        self.model = ProtocolModel(self.world.terms)
        self.model.books.wallets.update(self.world.wallets)
        self.model.earnings.report = self._report
        self.model.clock.block = self.world.engine.next_block - 1
        self._accounts = self.world.addresses | {"verifier": self.world.verifier}
        self.history = History()
        self._foretold = Foretold(self.world)
        self.seen: Any = None
        self.turned(self.model.clock.round, complete=True)
        if self.deep:
            self._glance = Glance(self.world, self.model)
            self.seen = self._lazy = LazyView(self.world, self.model, self._glance, self.worst)
            self._bystanders = tuple(self.world.addresses.values())
        else:
            self.look()

    def teardown(self) -> None:
        self.world.engine.restore(self._start)

    def tell(self, step: Step) -> None:
        """Told of each action as it has ended; for whoever drives the machine."""

    def address(self, name: str) -> str:
        return self._accounts[name]

    def act(
        self,
        caller: str,
        contract: Contract,
        function: str,
        *arguments: Any,
        predict: Predict,
        value: int = 0,
        at_expense_of: str | None = None,
    ) -> Outcome:
        """Sends a call, whose result `predict` must foretell: it moves the model, or raises {RefusedError}.

        Args:
            caller: its address.
            value: wei sent along.
            at_expense_of: who may lose by it, if that is not the caller.
        """
        self.arrive(self.world.engine.next_block)
        expected = self._expect(predict)
        outcome = self.world.engine.call(caller, contract.address, contract.encode(function, *arguments), value)
        happened = None if outcome.refusal is None else decode_refusal(outcome.refusal)
        self.results.append(DONE if happened is None else self._tell(*happened))
        self.calls += 1
        self.refusals += happened is not None
        self.dearest_call = max(self.dearest_call, outcome.gas_used)
        try:
            assert happened == expected, self._surprise(function, expected, happened)
            if self.model.clock.round != self.history.round:  # rounds have become shorter
                self.turned(self.model.clock.round, complete=self._unseen == 0)
            if happened is None and contract.name in FORETOLD:
                self._hear(function, outcome)
            if self.deep:
                self._peek(caller, arguments, refused=happened is not None)
            else:
                self._behold(at_expense_of or caller, refused=happened is not None)
        except AssertionError as failure:
            self._tell_names(failure)
            raise
        return outcome

    def check(self, thorough: bool = False) -> None:
        """All properties; machines do it after each rule.

        Args:
            thorough: of everything, also where deep machines are content with a part in turn.
        """
        self._checks += 1
        self.thorough = thorough or not self.deep or self._checks % THOROUGH_EVERY == 0
        with self._telling_names():
            if self.deep:
                self.look()
                adopt_roundings(self.model, self.seen, self.worst)
            elif self.seen.system.block_number != self.model.clock.block:  # something was sent, but not by {act}
                self.look()
            for member in _properties(type(self)):
                member(self)
            if self.deep:
                self.seen = self._lazy

    def look(self) -> None:
        """Sees all of the state after the last block; the history follows."""
        self.seen = self._lens.look(self.history.past_round)
        self.history.note(self.seen)
        self._unseen = 0

    def some_of(self, items: Sequence[T], few: int = 1) -> Sequence[T]:
        """A few of them, others at each check; all if it is a thorough one. For what hardly any call can touch."""
        if self.thorough or few >= len(items):
            return items
        start = self._checks * few % len(items)
        return [*items[start : start + few], *items[: max(0, start + few - len(items))]]

    @property
    def _lens(self) -> Lens | QuickLens:
        return self.world.lens if self.thorough or not self.world.quick_lens else self.world.quick_lens

    def arrive(self, block: int) -> None:
        """Block `block` is the next that something happens in; to be told before it is there."""
        clock = self.model.clock
        round_ = clock.round_of(block)
        if round_ != clock.round:
            if self._unseen >= WHOLE_EVERY * 4 // 5:
                self.check()
            self.turned(round_, complete=self._unseen == 0)
            if self.deep:
                self._lazy.state += 1
        clock.block = block

    def turned(self, round_: int, complete: bool) -> None:
        """Round `round_` is the current one now; `complete` if all of the last round that was current was seen."""
        self.history.turn(round_, self.model.active_set.members, complete)

    def _behold(self, may_lose: str, refused: bool) -> None:
        """Looks at everything, and holds what must be true of every call."""
        before = self.seen
        self.look()
        if refused:
            check_nothing_moved(before, self.seen)
        adopt_roundings(self.model, self.seen, self.worst)
        check_frame(before, self.seen, may_lose)

    def _peek(self, caller: str, arguments: tuple[Any, ...], refused: bool) -> None:
        """Looks at the accounts that the call was about and the totals, and now and then at a bystander.

        An EVM undoes what is refused: there is nothing to be seen before the next whole look.
        """
        self._unseen += 1
        if not refused:
            self._lazy.state += 1
            accounts = self._lazy.accounts
            concerned = {caller, *(a for a in arguments if isinstance(a, str))} & accounts.keys()
            if caller in accounts:
                concerned.add(accounts[caller].delegate)
            self._glance.check(concerned, self.worst)
        if self.calls % BYSTANDER_EVERY == 0:
            self._look_at_bystander(self.calls // BYSTANDER_EVERY)
        if self._unseen >= WHOLE_EVERY:
            self.check()

    def _look_at_bystander(self, turn: int) -> None:
        """What it has stored, and all that it has earned."""
        account = self._bystanders[turn % len(self._bystanders)]
        self._glance.check((account,), self.worst)
        self._lazy.ask_views(account, turn)

    @contextmanager
    def _telling_names(self) -> Iterator[None]:
        """A failure speaks of people, not of addresses."""
        try:
            yield
        except AssertionError as failure:
            self._tell_names(failure)
            raise

    def _tell_names(self, failure: AssertionError) -> None:
        self.broken = True
        text = str(failure)
        for address, name in self.world.names.items():
            text = text.replace(address, name)
        failure.args = (text,)

    def _hear(self, function: str, outcome: Outcome) -> None:
        """Every event of the protocol is the one foretold, with its arguments, in its place."""
        told, heard = self._foretold.logs(self.model.books.voice.told), outcome.logs
        if told != heard:
            expected, found = self._foretold.tell(told), self._foretold.tell(heard)
            raise AssertionError(f"event: {function}: expected {expected}, but {found}")

    def _expect(self, predict: Predict) -> Refusal | None:
        self.model.books.voice.told.clear()
        try:
            predict()
        except RefusedError as refused:
            return refused.error, refused.arguments
        return None

    def _report(self, account: str) -> tuple[int, int]:
        seen = self.seen.accounts[account]
        return seen.pending_stake, seen.pending_fees

    def _surprise(self, function: str, expected: Refusal | None, happened: Refusal | None) -> str:
        foretold, found = (DONE if ending is None else self._tell(*ending) for ending in (expected, happened))
        return f"outcome: {function}: expected {foretold}, but {found}"

    def _tell(self, error: str, arguments: tuple[object, ...]) -> str:
        names = self.world.names
        return f"{error}({', '.join(names.get(str(a), str(a)) for a in arguments)})"


@cache
def _properties(machine: type[Core]) -> list[Callable[[Core], None]]:
    members = (getattr(machine, name) for name in dir(machine))
    return [member for member in members if getattr(member, "__qualname__", None) in _PROPERTIES]
