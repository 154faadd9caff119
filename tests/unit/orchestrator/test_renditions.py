"""Renditions on the shelf: found by their secret path, for a while, within bounds."""

from offchain.orchestrator.renditions import RenditionShelf
from offchain.types import Container


class Time:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_rendition_is_found_at_its_path_and_nowhere_else():
    shelf = RenditionShelf(100, 10.0)
    [ts, mp4] = shelf.put("0011aabb", 7, [(b"ts", Container.MPEGTS), (b"mp4", Container.MP4)])
    assert ts.startswith("0011aabb/7-0-")
    assert ts.endswith(".ts")
    assert mp4.endswith(".mp4")
    assert shelf.get(ts).data == b"ts"
    assert shelf.get(mp4).container is Container.MP4
    assert shelf.get("0011aabb/7-0-guess.ts") is None


def test_two_segments_of_one_number_do_not_meet():
    shelf = RenditionShelf(100, 10.0)
    paths = {shelf.put("0011aabb", 7, [(b"x", Container.MPEGTS)])[0] for _ in range(50)}
    assert len(paths) == 50


def test_a_rendition_goes_after_its_time():
    time = Time()
    shelf = RenditionShelf(100, 10.0, time)
    [path] = shelf.put("s", 1, [(b"x", Container.MPEGTS)])
    time.now = 9.9
    assert shelf.get(path) is not None
    time.now = 10.0
    assert shelf.get(path) is None
    assert shelf.size == 0


def test_the_oldest_go_when_there_is_no_room():
    shelf = RenditionShelf(10, 10.0)
    paths = [shelf.put("s", seq, [(bytes(4), Container.MPEGTS)])[0] for seq in range(3)]
    assert [shelf.get(path) is not None for path in paths] == [False, True, True]
    assert shelf.size == 8
