"""One world for all machines of a run; each example puts it back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.engine import ApeEngine
from tests.support.world import World, build_world


@pytest.fixture(scope="module")
def world(accounts: Any) -> World:
    return build_world(ApeEngine(), accounts)
