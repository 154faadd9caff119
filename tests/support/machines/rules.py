"""What a machine may do, described once and driven by two: by Hypothesis, or by dice thrown from a seed.

    class Machine(ProtocolMachine):
        @rule(who=one_of(EVERYBODY), amount=whole(0, 10))
        def bonds(self, who, amount):
            self.bond(who, amount, to=who)

{as_hypothesis} makes a RuleBasedStateMachine of it, {Dice} plays it by itself, without Hypothesis and much faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

__all__ = [
    "Choice",
    "Dice",
    "as_hypothesis",
    "begin",
    "build",
    "either",
    "just",
    "list_of",
    "one_of",
    "rule",
    "subset_of",
    "truth",
    "tuple_of",
    "whole",
]

Draw = Callable[[Random], Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of values.

    Attributes:
        draw: takes one by dice.
        strategy: makes the strategy of Hypothesis for it; Hypothesis is imported by this alone.
    """

    draw: Draw
    strategy: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a method is to be called.

    Attributes:
        weight: how often dice choose it, relative to the others.
        when: whether it can be called now; always if None.
        begins: whether it is the first thing that happens, and only that.
    """

    choices: dict[str, Choice]
    weight: float
    when: Callable[[Any], Any] | None
    begins: bool


def just(value: Any) -> Choice:
    return Choice(lambda dice: value, lambda: _strategies().just(value))


def one_of(values: Sequence[Any]) -> Choice:
    """Any of them; one that stands there twice comes twice as often."""
    known = tuple(values)
    return Choice(lambda dice: known[int(dice.random() * len(known))], lambda: _strategies().sampled_from(known))


def whole(low: int, high: int) -> Choice:
    """A whole number, both ends included."""
    width = high - low + 1
    return Choice(lambda dice: low + int(dice.random() * width), lambda: _strategies().integers(low, high))


truth = Choice(lambda dice: dice.random() < 0.5, lambda: _strategies().booleans())


def tuple_of(*choices: Choice) -> Choice:
    return Choice(
        lambda dice: tuple(choice.draw(dice) for choice in choices),
        lambda: _strategies().tuples(*(choice.strategy() for choice in choices)),
    )


def list_of(choice: Choice, fewest: int, most: int) -> Choice:
    length = whole(fewest, most)
    return Choice(
        lambda dice: [choice.draw(dice) for _ in range(length.draw(dice))],
        lambda: _strategies().lists(choice.strategy(), min_size=fewest, max_size=most),
    )


def subset_of(values: Sequence[Any], most: int) -> Choice:
    """Up to `most` of them, in a set."""
    known = tuple(values)
    return Choice(
        lambda dice: set(dice.sample(known, dice.randint(0, most))),
        lambda: _strategies().sets(_strategies().sampled_from(known), max_size=most),
    )


def either(*choices: Choice) -> Choice:
    """One of the choices, each as often as the others, and what comes of it."""
    return Choice(
        lambda dice: choices[int(dice.random() * len(choices))].draw(dice),
        lambda: _strategies().one_of(*(choice.strategy() for choice in choices)),
    )


def build(make: Callable[..., Any], *choices: Choice) -> Choice:
    """What `make` makes of what is drawn."""
    return Choice(
        lambda dice: make(*(choice.draw(dice) for choice in choices)),
        lambda: _strategies().builds(make, *(choice.strategy() for choice in choices)),
    )


def rule(weight: float = 1, when: Callable[[Any], Any] | None = None, **choices: Choice) -> Callable[[Any], Any]:
    """Marks a method that can be called at any time, with what is drawn from `choices`."""
    return _mark(Rule(choices, weight, when, begins=False))


def begin(**choices: Choice) -> Callable[[Any], Any]:
    """Marks the method that is called first."""
    return _mark(Rule(choices, 1, None, begins=True))


class Dice:
    """Plays a machine by seed: the same seed, the same steps, as long as the machine answers the same."""

    def __init__(self, machine: type, seed: object) -> None:
        rules = rules_of(machine)
        self._random = Random(f"{machine.__name__} {seed}")
        self._first = [(name, rule) for name, rule in rules.items() if rule.begins]
        self._others = [(name, rule) for name, rule in rules.items() if not rule.begins]
        self._weights = list(accumulate(rule.weight for _, rule in self._others))

    def begin(self, machine: Any) -> None:
        for name, rule_ in self._first:
            self._call(machine, name, rule_)

    def step(self, machine: Any) -> None:
        """One rule, whichever the dice choose of those that can be called."""
        while True:
            ((name, rule_),) = self._random.choices(self._others, cum_weights=self._weights)
            if rule_.when is None or rule_.when(machine):
                return self._call(machine, name, rule_)

    def _call(self, machine: Any, name: str, rule_: Rule) -> None:
        getattr(machine, name)(**{key: choice.draw(self._random) for key, choice in rule_.choices.items()})


@cache
def rules_of(machine: type) -> dict[str, Rule]:
    """Of a class and its bases, by the names of the methods."""
    methods = {name: getattr(machine, name, None) for name in sorted(dir(machine))}
    return {name: method.rule for name, method in methods.items() if isinstance(getattr(method, "rule", None), Rule)}


def as_hypothesis(machine: Any) -> Any:
    """The same machine as a RuleBasedStateMachine, whose `check` is its invariant, and which notes its actions."""
    from hypothesis import currently_in_test_context, note
    from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition
    from hypothesis.stateful import rule as stateful_rule

    def check(self: Any) -> None:
        self.check()

    def tell(self: Any, step: Any) -> None:
        machine.tell(self, step)
        if currently_in_test_context():
            note(f"{step.line}  # {'; '.join(step.results)}")

    members: dict[str, Any] = {"tell": tell, "properties_hold": invariant()(check)}
    for name, rule_ in rules_of(machine).items():
        strategies = {key: choice.strategy() for key, choice in rule_.choices.items()}
        member = (initialize if rule_.begins else stateful_rule)(**strategies)(_plainly(getattr(machine, name)))
        members[name] = precondition(rule_.when)(member) if rule_.when else member
    return type(machine.__name__, (machine, RuleBasedStateMachine), members)


def _plainly(method: Any) -> Any:
    """Another function that does the same, since Hypothesis writes on those that it is given; rules call each other,
    so it takes what they give in either way."""

    def call(self: Any, *given: Any, **drawn: Any) -> None:
        method(self, *given, **drawn)

    call.__name__ = method.__name__
    return call


def _mark(rule_: Rule) -> Callable[[Any], Any]:
    def mark(method: Any) -> Any:
        method.rule = rule_
        return method

    return mark


def _strategies() -> Any:
    from hypothesis import strategies

    return strategies
