"""What a campaign has played is kept, and kept apart from everything else."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.campaign.bad_input import BadInputError
from tests.campaign.history import Failure, History
from tests.campaign.plan import Order
from tests.campaign.store import FILE, Store
from tests.campaign.totals import Worst

FACTS = {"provenance": {"commit": "abc"}}
BROKEN = Failure("BOND-05", "BOND-05: a wei is missing", ['m.bond("olga", 3, "olga")'], 12)


def order(index: int, machine: str = "staking") -> Order:
    return Order(machine, index, 2**64 - 1 - index, 2_000)


def history(calls: int, worst: float = 0.0, failure: Failure | None = None) -> History:
    return History(
        "Machine",
        1,
        calls=calls,
        refusals=calls // 4,
        seconds=0.5,
        tally=Counter({("bond", "done"): calls, ("bond", "SystemPaused"): 1}),
        pairs=Counter({("bond", "bond"): calls - 1}),
        roundings={"BOND-21": worst},
        failure=failure,
    )


def filled(folder: Path, *indices: int) -> Store:
    with Store.create_or_resume(folder, "id", FACTS) as store:
        for at, index in enumerate(indices, start=1):
            store.add(order(index), history(100 + index, worst=float(index % 3)), float(at))
    return store


def test_what_was_played_is_there_again(tmp_path):
    filled(tmp_path, 0, 1, 4)
    with Store.create_or_resume(tmp_path, "id", {}) as store:
        assert store.played() == {("staking", 0), ("staking", 1), ("staking", 4)}
        staking = store.totals()["staking"]
        assert (staking.histories, staking.calls, staking.seconds) == (3, 305, 1.5)
        assert staking.tally == {("bond", "done"): 305, ("bond", "SystemPaused"): 3}
        assert staking.pairs == {("bond", "bond"): 302}
        assert staking.roundings == {"BOND-21": Worst(1.0, 1)}
        assert store.over_time() == [(1.0, 100), (2.0, 101), (3.0, 104)]
        assert store.elapsed() == 3.0
        assert store.facts() == {"identity": "id", **FACTS}


def test_the_order_in_which_histories_end_leaves_no_trace(tmp_path):
    filled(tmp_path / "a", 0, 1, 2, 4, 5)
    filled(tmp_path / "b", 5, 4, 1, 0, 2)
    with Store.read(tmp_path / "a") as a, Store.read(tmp_path / "b") as b:
        assert a.digest() == b.digest()
        assert a.totals() == b.totals()
        assert a.totals()["staking"].roundings["BOND-21"] == Worst(2.0, 2)


def test_another_course_of_a_history_is_another_campaign(tmp_path):
    for folder, calls in (("a", 100), ("b", 101)):
        with Store.create_or_resume(tmp_path / folder, "id", FACTS) as store:
            store.add(order(0), history(calls), 1.0)
    with Store.read(tmp_path / "a") as a, Store.read(tmp_path / "b") as b:
        assert a.digest() != b.digest()


def test_a_failure_is_kept_as_found_and_as_shrunk(tmp_path):
    with Store.create_or_resume(tmp_path, "id", FACTS) as store:
        store.add(order(3), history(12, failure=BROKEN), 1.0)
        (found,) = store.failures()
        assert (found.machine, found.index, found.seed) == ("staking", 3, order(3).seed)
        assert (found.failure, found.shrunk) == (BROKEN, None)
        shrunk = Failure("BOND-05", "BOND-05: a wei is missing", ["m.open_round()"], 1)
        store.keep_shrunk(found, shrunk)
        assert store.failures() == [found._replace(shrunk=shrunk)]


def test_a_history_is_not_added_twice(tmp_path):
    filled(tmp_path, 0)
    with pytest.raises(BadInputError, match="UNIQUE"), Store.create_or_resume(tmp_path, "id", FACTS) as store:
        store.add(order(0), history(1), 2.0)
    with Store.read(tmp_path) as store:
        assert store.totals()["staking"].calls == 100


def test_a_campaign_of_other_settings_is_left_alone(tmp_path):
    filled(tmp_path, 0)
    with (
        pytest.raises(BadInputError, match="other settings, contracts or machines"),
        Store.create_or_resume(tmp_path, "another", FACTS),
    ):
        pass


def test_two_at_one_campaign_are_one_too_many(tmp_path):
    with (
        Store.create_or_resume(tmp_path, "id", FACTS),
        pytest.raises(BadInputError, match="another process is at"),
        Store.create_or_resume(tmp_path, "id", FACTS),
    ):
        pass


@pytest.mark.parametrize("content", [b"no database at all, but long enough to look at" * 50, b"\0" * 4_096])
def test_a_broken_file_is_said_to_be_one(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    for open_ in (lambda: Store.create_or_resume(tmp_path, "id", FACTS), lambda: Store.read(tmp_path)):
        with pytest.raises(BadInputError, match="campaign's"), open_():
            pass
    assert (tmp_path / FILE).read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / FILE) as foreign:
        foreign.execute("CREATE TABLE winners (face_value INTEGER)")
    foreign.close()
    with (
        pytest.raises(BadInputError, match="not a campaign's"),
        Store.create_or_resume(tmp_path, "id", FACTS),
    ):
        pass


def test_a_store_that_was_torn_in_half_is_said_to_be_broken(tmp_path):
    filled(tmp_path, *range(30))
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BadInputError, match=FILE), Store.create_or_resume(tmp_path, "id", FACTS) as store:
        store.totals()


def test_a_folder_without_a_campaign_has_none(tmp_path):
    with pytest.raises(BadInputError, match="holds no campaign"), Store.read(tmp_path):
        pass
    (tmp_path / "file").write_text(json.dumps({}))
    with (
        pytest.raises(BadInputError, match="cannot be made a folder"),
        Store.create_or_resume(tmp_path / "file", "", {}),
    ):
        pass
