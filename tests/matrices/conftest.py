"""One scene for all matrices: each of their calls is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.matrices.scene import Scene


@pytest.fixture(scope="session")
def matrix() -> Scene:
    from tests.matrices.scene import Scene

    return Scene()
