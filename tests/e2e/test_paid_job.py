"""One paid video job, from stake to settlement: the demo's path, with crashes on the way.

The tests run in order on one market; each says what it found on chain before it began.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path

import av
import pytest

from offchain.orchestrator.store import STORE_FILE
from scripts._lib.market.conservation import conservation
from scripts._lib.market.history import events
from scripts._lib.market.story import TERMS, Outcome, Story
from tests.e2e.conftest import SINTEL, Stage

SINTEL_FRAMES = 300
LADDER = {"P240p30fps16x9": (426, 182), "P360p30fps16x9": (640, 272)}


def plain(text: str) -> str:
    """A log without its colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


async def redeemed(story: Story) -> int:
    return len(await events(story.market.protocol.broker, story.market.w3, "WinningTicketTransfer"))


async def assert_conserved(story: Story) -> None:
    stakers = [actor.address for actor in story.cast.stakers]
    with ExitStack() as still:
        for node in story.nodes:
            still.enter_context(node.frozen())
        checks = await conservation(story.market.protocol, stakers, [story.cast.gateway.address], locked=0)
    assert [check for check in checks if not check.holds] == []


def frames_of(playlist: Path) -> tuple[int, int]:
    """Video frames and audio packets that a player finds in a playlist."""
    with av.open(str(playlist)) as container:
        audio = container.streams.audio[0]
        frames = packets = 0
        for packet in container.demux():
            if packet.stream.type == "video":
                frames += len(packet.decode())
            elif packet.stream == audio and packet.size:
                packets += 1
    return frames, packets


def test_a_file_comes_back_as_a_ladder_that_plays(stage: Stage, tmp_path: Path) -> None:
    """Every segment's sample, made again by the gateway, has the bytes that the orchestrator delivered."""
    sample = ("--verify-sample", "1", "--verify-agreement", "bytes")
    logs: list[str] = []

    async def act(story: Story) -> Outcome:
        outcome = await story.transcode(SINTEL, tmp_path / "video", *sample)
        logs.extend(path.read_text() for path in story.folder.glob("*gateway*.log"))
        return outcome

    outcome = stage.play(act)
    assert re.findall(r"rendition made again.*agreement\S*=\S*?(\w+)", plain("".join(logs)))[-2:] == ["bytes", "bytes"]
    assert outcome.summary["segments"] == 2
    for rung in outcome.summary["renditions"]:
        assert (rung["width"], rung["height"]) == LADDER[rung["name"]]
        assert rung["pixels"] == SINTEL_FRAMES * rung["width"] * rung["height"]
        frames, audio = frames_of(tmp_path / "video" / rung["name"] / "index.m3u8")
        assert frames == SINTEL_FRAMES
        assert audio > 0
    assert frames_of(tmp_path / "video" / "master.m3u8")[0] >= SINTEL_FRAMES


def test_node69_a_kill_between_winning_and_redeeming_loses_no_ticket(stage: Stage, tmp_path: Path) -> None:
    async def act(story: Story) -> None:
        await story.settle()
        before = await redeemed(story)
        stored = story.winners()
        await story.transcode(SINTEL, tmp_path / "video")
        queued = story.queued()
        won = {name: count - stored[name] for name, count in story.winners().items()}
        assert queued == won
        assert sum(won.values()) > 0

        for node in story.nodes:
            node.kill()
            node.start_serving()
        await story.market.until("the queue to be read again", lambda: _is(story.queued, queued), 10)

        await story.settle()
        assert await redeemed(story) == before + sum(won.values())
        await assert_conserved(story)

    stage.play(act)


def test_node69_a_kill_in_the_middle_of_work_costs_neither_the_file_nor_a_ticket(stage: Stage, tmp_path: Path) -> None:
    async def act(story: Story) -> None:
        await story.settle()
        before, kept = await redeemed(story), stored_winners(story)
        run = story.gateway_run(SINTEL, tmp_path / "video")
        run.start()
        victim = busy_node(story)
        victim.kill()
        summary = run.wait(120)
        assert summary["segments"] == 2
        assert summary["retries"] > 0

        victim.start_serving()
        # Counted in the stores: what the other node has won may be redeemed by now.
        won = stored_winners(story) - kept
        assert won > 0
        await story.settle()
        assert await redeemed(story) == before + won
        await assert_conserved(story)

    stage.play(act)


def test_rewards_and_fees_are_claimed_and_withdrawn_to_the_wei(stage: Stage, tmp_path: Path) -> None:
    async def act(story: Story) -> None:
        outcome = await story.transcode(SINTEL, tmp_path / "video")
        await story.settle()
        await story.reward()
        await story.claim_and_withdraw(outcome)
        assert outcome.withdrawn_stake > outcome.staked_by_delegator
        assert outcome.withdrawn_fees["delegator"] > 0
        token = story.market.protocol.token
        assert await token.balance_of(story.cast.delegator.address) == outcome.withdrawn_stake
        await assert_conserved(story)

    stage.play(act)


def busy_node(story: Story):
    """The node that has taken a segment; waits for one."""
    counts = {node.name: node.metrics().get("livepeer_segment_source_emerged_total", 0) for node in story.nodes}
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for node in story.nodes:
            if node.metrics().get("livepeer_segment_source_emerged_total", 0) > counts[node.name]:
                return node
        time.sleep(0.02)
    pytest.fail("no node took a segment")


async def _is(read, expected) -> bool:
    return read() == expected


def stored_winners(story: Story) -> int:
    """Winning tickets that the nodes have ever written down, redeemed or not."""
    total = 0
    for node in story.nodes:
        with closing(sqlite3.connect(f"file:{node.data / STORE_FILE}?mode=ro", uri=True)) as store:
            (count,) = store.execute("SELECT count(*) FROM winning_tickets").fetchone()
            total += count
    return total


def test_the_terms_of_the_market_make_winners_likely():
    # Thirty tickets at one in four: a run without a winner, which the tests above count on, has odds of 1 to 5,000.
    assert TERMS.ticket_ev * 4 == TERMS.max_face_value
