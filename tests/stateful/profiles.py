"""How far a machine goes, by the environment variable STATEFUL_PROFILE: dev, ci (the default) or nightly.

Measured on two busy cores: an example of 40 steps is some 120 actions, each of them a call or two with a look at the
whole state, and takes about a second; ci stays below two minutes.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

__all__ = ["PROFILES", "profile", "profile_name"]

_COMMON = settings(
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

PROFILES = {
    # A failure is shown as it was found; to shrink it takes minutes.
    "dev": settings(_COMMON, max_examples=10, stateful_step_count=20, derandomize=True, phases=(Phase.generate,)),
    # The same examples every time: a red build is a change, not luck.
    "ci": settings(_COMMON, max_examples=50, stateful_step_count=40, derandomize=True),
    "nightly": settings(_COMMON, max_examples=1_000, stateful_step_count=60, phases=tuple(Phase)),
}


def profile_name() -> str:
    return os.environ.get("STATEFUL_PROFILE", "ci")


def profile() -> settings:
    """The profile chosen, with as many examples as STATEFUL_EXAMPLES says if it does."""
    chosen = PROFILES[profile_name()]
    examples = os.environ.get("STATEFUL_EXAMPLES")
    return settings(chosen, max_examples=int(examples)) if examples else chosen
