"""Hostile segments: each ends as it should, and the segments beside and after it are made as if it had never come."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from pathlib import Path

import av
import pytest
import pytest_asyncio

from offchain.errors import MediaError, OffchainError, WorkerCrashedError, WorkerTimeoutError
from offchain.media.child_process import ChildLimits
from offchain.media.inspector import Inspector
from offchain.workers.cpu import CpuWorker
from offchain.workers.protocol import TranscodeJob
from tests.support.bombs import boxes, pictures, streams
from tests.support.bombs.core import SMALL, Bomb, Canary
from tests.support.bombs.mutations import Mutation, mutation
from tests.support.golden import LADDER, segments

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOMBS: list[Bomb] = [*pictures.BOMBS, *streams.BOMBS, *boxes.BOMBS]
GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())
MUTATIONS = int(os.environ.get("MUTATIONS", "150"))
FIRST = int(os.environ.get("MUTATION_SEED", "0"))
BATCH = 25
PATIENCE_S, SHORT_S = 60.0, 2.0
LIMITS = ChildLimits(memory_bytes=1 << 30)


class Watch:
    """A worker of two children, one that looks at segments, and what must not be reached."""

    def __init__(self, worker: CpuWorker, inspector: Inspector, canary: Canary, hits: list[object]) -> None:
        self.worker, self.inspector, self.canary, self.hits = worker, inspector, canary, hits

    async def good(self) -> None:
        """A good segment has its golden bytes."""
        container, data = segments()["plain"]
        result = await self.worker.transcode(TranscodeJob(data, container, 0, LADDER[:1], deadline_s=PATIENCE_S))
        (rendition,) = result.renditions
        known = GOLDEN.get(av.__version__, {}).get("plain", {})
        assert rendition.sha256.hex() == known.get("240p", rendition.sha256.hex())
        assert rendition.frames == 36

    async def all_is_well(self) -> None:
        """Both children do good work, side by side."""
        await asyncio.gather(self.good(), self.good())


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def watch(tmp_path_factory):
    secret = tmp_path_factory.mktemp("canary") / "secret"
    secret.write_text("a secret that no segment may hold")
    hits: list[object] = []
    server = await asyncio.start_server(lambda *connection: hits.append(connection), "127.0.0.1", 0)
    canary = Canary(server.sockets[0].getsockname()[1], str(secret))
    watch = Watch(
        CpuWorker(2, child_limits=LIMITS), Inspector(child_limits=LIMITS, deadline_s=PATIENCE_S), canary, hits
    )
    yield watch
    await watch.worker.close()
    await watch.inspector.close()
    server.close()
    await server.wait_closed()


async def test_there_are_more_than_thirty_bombs_each_of_its_own_kind():
    assert len({bomb.name for bomb in BOMBS}) == len(BOMBS) >= 30
    assert len({bomb.make for bomb in BOMBS}) >= 30


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
async def test_t15_a_bomb_bounces_and_its_neighbours_do_not_notice(watch, bomb):
    data = bomb.make(watch.canary)
    deadline = SHORT_S if WorkerTimeoutError in bomb.errors else PATIENCE_S
    job = TranscodeJob(data, bomb.container, 0, bomb.profiles, deadline_s=deadline)
    beside = asyncio.create_task(watch.good())
    if bomb.errors:
        with pytest.raises(bomb.errors):
            await watch.worker.transcode(job)
    else:
        result = await watch.worker.transcode(job)
        assert b"a secret" not in result.renditions[0].data
    await beside
    await watch.all_is_well()
    assert watch.hits == []


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
async def test_t15_a_bomb_that_is_looked_at_does_no_harm_either(watch, bomb):
    try:
        info = await watch.inspector.probe(bomb.make(watch.canary), bomb.container)
        assert info.width * info.height <= 4096 * 2304
    except OffchainError as error:
        assert not isinstance(error, WorkerCrashedError)  # noqa: PT017
    assert watch.hits == []


async def outcome(watch: Watch, mutated: Mutation) -> str:
    """What became of a damaged segment, in a word."""
    try:
        job = TranscodeJob(mutated.data, mutated.container, 0, SMALL, deadline_s=PATIENCE_S)
        return "made, damaged" if (await watch.worker.transcode(job)).corrupt_frames else "made"
    except MediaError as error:
        return type(error).__name__
    except (WorkerCrashedError, WorkerTimeoutError) as error:
        return f"{type(error).__name__}: seed {mutated.seed}, {mutated.base}, {mutated.way}: {error}"


async def test_t18_no_damaged_segment_takes_the_worker_or_its_neighbours_down(watch, record_property):
    """MUTATIONS=1000 for more of them, MUTATION_SEED for others: `make hostile-segments`."""
    tally: Counter[str] = Counter()
    for begin in range(FIRST, FIRST + MUTATIONS, BATCH):
        batch = [mutation(seed) for seed in range(begin, min(begin + BATCH, FIRST + MUTATIONS))]
        *outcomes, _ = await asyncio.gather(*(outcome(watch, mutated) for mutated in batch), watch.good())
        tally.update(outcomes)
        await watch.all_is_well()
    for what, count in tally.most_common():
        record_property(what, count)
    assert tally.total() == MUTATIONS
    assert {"made", "NotVideoError"} <= set(tally)
    assert not [what for what in tally if "Crashed" in what], tally
    assert watch.hits == []
