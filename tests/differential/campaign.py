"""Many sequences between two deployments: each from a fresh start, each failure shrunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.differential.artifacts import Artifacts
from tests.differential.chain import Chain
from tests.differential.dice import Dice, opening
from tests.differential.duel import Difference, Duel
from tests.differential.shrink import shrink
from tests.differential.sides import Terms, deploy_side, start_clocks
from tests.differential.steps import Step

__all__ = ["Campaign", "Finding"]

HARNESS = "HarnessManyCalls"
FAR = 6  # everything is looked at after so many steps; what is near after each


@dataclass(frozen=True)
class Finding:
    """A difference, the shortest way to it, and the seed that led there."""

    seed: int
    steps: Sequence[Step]
    difference: Difference

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}:", *(f"    {step}," for step in self.steps), str(self.difference)])


@dataclass
class Campaign:
    """Plays sequences; the chain must be mined by hand.

    Attributes:
        played: steps that were compared.
    """

    duel: Duel
    played: int = 0
    _start: str = field(default="")

    @classmethod
    def between(
        cls,
        chain: Chain,
        ours: Artifacts,
        reference: Artifacts,
        terms: Terms = Terms(),  # noqa: B008 - frozen
        reference_terms: Terms | None = None,
    ) -> Campaign:
        """Deploys both sides; `reference_terms` where the reference's shall differ."""
        ours = {name: artifact.beside(reference.get(name)) for name, artifact in ours.items()}
        governed = all({"LivepeerGovernor", "Treasury", "BondingVotes"} <= side.keys() for side in (ours, reference))
        sides = (
            deploy_side(chain, "ours", ours, terms, governed=governed),
            deploy_side(chain, "reference", reference, reference_terms or terms, governed=governed),
        )
        start_clocks(sides, terms)
        campaign = cls(Duel.between(*sides, ours[HARNESS]))
        campaign.begin_here()
        return campaign

    def begin_here(self) -> None:
        """Sequences start from the present state from now on."""
        self._start = self.duel.chain.snapshot()

    def run(self, seed: int, length: int) -> Finding | None:
        """One sequence, drawn as it is played; what is found is shrunk."""
        steps: list[Step] = []
        difference = self.play(self._drawn(seed, length, steps), far=FAR)
        self.played += len(steps)
        return None if difference is None else self.shortest(steps, difference, seed)

    def shortest(self, steps: Sequence[Step], difference: Difference, seed: int = 0) -> Finding:
        """The shortest way to a difference, which `steps` have ended in."""
        found = shrink(steps, lambda candidate: self.play(candidate, far=FAR) is not None)
        return Finding(seed, found, self.play(found) or difference)

    def play(self, steps: Iterable[Step], *, far: int = 1) -> Difference | None:
        """Plays from the start; answers with the first difference. For `far` see {Duel}."""
        chain = self.duel.chain
        chain.restore(self._start)
        self._start = chain.snapshot()
        self.duel.far = far
        try:
            self.duel.play(steps)
        except Difference as difference:
            return difference
        return None

    def _drawn(self, seed: int, length: int, steps: list[Step]) -> Iterator[Step]:
        """Steps as they are asked for, each drawn when those before it have been played."""
        for step in opening(seed):
            steps.append(step)
            yield step
        dice = Dice(seed, self.duel)
        while len(steps) < length:
            steps.append(dice.step())
            yield steps[-1]
