"""One world for the machines of a module; each example puts it back, and Ape the chain after the module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.world import World

# So that a property that fails says by what: to be done before these are imported.
pytest.register_assert_rewrite("tests.support.machines")


@pytest.fixture(scope="module")
def world(accounts: Any) -> World:
    from tests.support.ape_world import build_world

    return build_world(accounts)
