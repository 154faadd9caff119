"""What a campaign has played so far, in a SQLite file: each history is there wholly or not at all, whatever is killed.

One row for each history; what they come to is added up in other tables, so that a long campaign's file stays small.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from tests.campaign.bad_input import BadInputError
from tests.campaign.history import Failure, History
from tests.campaign.plan import Order
from tests.campaign.totals import MachineTotals, Totals, Worst

__all__ = ["FILE", "Found", "Store"]

FILE = "campaign.sqlite"
APPLICATION = 0x4C504D43
FORMAT = 1
SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {FORMAT};
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE history (
    machine TEXT, place INTEGER, seed TEXT NOT NULL, calls INTEGER NOT NULL, refusals INTEGER NOT NULL,
    seconds REAL NOT NULL, at REAL NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (machine, place)) WITHOUT ROWID;
CREATE TABLE tally (
    machine TEXT, action TEXT, result TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (machine, action, result)) WITHOUT ROWID;
CREATE TABLE pair (
    machine TEXT, action TEXT, next TEXT, count INTEGER NOT NULL, PRIMARY KEY (machine, action, next)) WITHOUT ROWID;
CREATE TABLE rounding (
    machine TEXT, property TEXT, worst REAL NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (machine, property)) WITHOUT ROWID;
CREATE TABLE failure (
    machine TEXT, place INTEGER, seed TEXT NOT NULL, found TEXT NOT NULL, shrunk TEXT,
    PRIMARY KEY (machine, place)) WITHOUT ROWID;
"""


class Found(NamedTuple):
    """A failure, in the history that it was found in; shrunk once that has been done."""

    machine: str
    index: int
    seed: int
    failure: Failure
    shrunk: Failure | None


class Store:
    """The file of one campaign. Use {create_or_resume} to write, {read} to look."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    @contextmanager
    def create_or_resume(cls, folder: Path, identity: str, facts: dict[str, Any]) -> Iterator[Store]:
        """The campaign of that identity in a folder; `facts` are written down when it is new.

        Raises:
            BadInputError: there is another campaign in the folder, no campaign at all, or somebody is at it.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(f"{folder}: cannot be made a folder: {error.strerror}") from None
        with _alone(folder), _opened(folder / FILE) as database:
            store = cls(database)
            if not _tables(database):
                store._begin({"identity": identity, **facts})
            _check_kind(folder / FILE, database)
            if store.facts()["identity"] != identity:
                raise BadInputError(
                    f"{folder} holds a campaign of other settings, contracts or machines: choose another OUT"
                )
            yield store

    @classmethod
    @contextmanager
    def read(cls, folder: Path) -> Iterator[Store]:
        """The campaign in a folder.

        Raises:
            BadInputError: there is none.
        """
        file = folder / FILE
        if not file.is_file():
            raise BadInputError(f"{folder} holds no campaign ({FILE} is missing)")
        with _opened(file) as database:
            _check_kind(file, database)
            yield cls(database)

    def add(self, order: Order, history: History, at: float) -> None:
        """Keeps a history that ended so many seconds into the campaign."""
        name, index = order.machine, order.index
        row = (name, index, str(order.seed), history.calls, history.refusals, history.seconds, at, _digest(history))
        tally = [(name, *key, count) for key, count in history.tally.items()]
        pairs = [(name, *key, count) for key, count in history.pairs.items()]
        roundings = [(name, key, float(wei), index) for key, wei in history.roundings.items()]
        with self._database as write:
            write.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            write.executemany(_adding("tally", "action, result"), tally)
            write.executemany(_adding("pair", "action, next"), pairs)
            write.executemany(
                "INSERT INTO rounding VALUES (?, ?, ?, ?) ON CONFLICT (machine, property) DO UPDATE SET"
                " worst = excluded.worst, place = excluded.place"
                " WHERE excluded.worst > worst OR (excluded.worst = worst AND excluded.place < place)",
                roundings,
            )
            if history.failure is not None:
                found = json.dumps(asdict(history.failure))
                write.execute("INSERT INTO failure VALUES (?, ?, ?, ?, NULL)", (name, index, str(order.seed), found))

    def keep_shrunk(self, found: Found, shrunk: Failure) -> None:
        with self._database as write:
            write.execute(
                "UPDATE failure SET shrunk = ? WHERE machine = ? AND place = ?",
                (json.dumps(asdict(shrunk)), found.machine, found.index),
            )

    def played(self) -> set[tuple[str, int]]:
        """Which histories are there."""
        return set(self._database.execute("SELECT machine, place FROM history"))

    def failures(self) -> list[Found]:
        rows = self._database.execute("SELECT machine, place, seed, found, shrunk FROM failure ORDER BY place, machine")
        return [
            Found(machine, index, int(seed), _failure(found), _failure(shrunk) if shrunk else None)
            for machine, index, seed, found, shrunk in rows
        ]

    def totals(self) -> Totals:
        totals, ask = Totals(), self._database.execute
        for machine, *sums in ask(
            "SELECT machine, count(*), sum(calls), sum(refusals), sum(seconds) FROM history GROUP BY machine"
        ):
            totals[machine] = MachineTotals(*sums)
        for machine, action, result, count in ask("SELECT * FROM tally"):
            totals[machine].tally[action, result] = count
        for machine, action, next_, count in ask("SELECT * FROM pair"):
            totals[machine].pairs[action, next_] = count
        for machine, name, wei, index in ask("SELECT * FROM rounding"):
            totals[machine].roundings[name] = Worst(wei, index)
        return totals

    def over_time(self) -> list[tuple[float, int]]:
        """Seconds into the campaign and calls of each history, in the order in which they ended."""
        return list(self._database.execute("SELECT at, calls FROM history ORDER BY at"))

    def elapsed(self) -> float:
        """Seconds that the campaign has run, interruptions not counted."""
        return float(self._database.execute("SELECT coalesce(max(at), 0) FROM history").fetchone()[0])

    def digest(self) -> str:
        """Of all that has happened in all histories: two campaigns that played the same have the same."""
        digest = hashlib.sha256()
        for row in self._database.execute("SELECT machine, place, digest FROM history ORDER BY machine, place"):
            digest.update(f"{row}\n".encode())
        return digest.hexdigest()

    def facts(self) -> dict[str, Any]:
        """What was written down when the campaign began."""
        return {name: json.loads(value) for name, value in self._database.execute("SELECT name, value FROM fact")}

    def _begin(self, facts: dict[str, Any]) -> None:
        self._database.executescript(f"BEGIN; {SCHEMA}")
        with self._database as write:
            write.executemany("INSERT INTO fact VALUES (?, ?)", [(n, json.dumps(v)) for n, v in facts.items()])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """As long as nobody else is at the campaign; a process that dies lets go of it."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInputError(f"another process is at the campaign in {folder}") from None
        yield


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    database = None
    try:
        database = sqlite3.connect(file)
        database.execute("PRAGMA journal_mode = WAL")
        yield database
    except sqlite3.DatabaseError as error:
        raise BadInputError(f"{file} cannot be used as a campaign's store: {error}") from error
    finally:
        if database is not None:
            database.close()


def _tables(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _check_kind(file: Path, database: sqlite3.Connection) -> None:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if (application, version) != (APPLICATION, FORMAT):
        raise BadInputError(f"{file} is not a campaign's, or one of another version")


def _adding(table: str, columns: str) -> str:
    return (
        f"INSERT INTO {table} VALUES (?, ?, ?, ?) ON CONFLICT (machine, {columns})"
        " DO UPDATE SET count = count + excluded.count"
    )


def _failure(text: str) -> Failure:
    return Failure(**json.loads(text))


def _digest(history: History) -> str:
    """Of what happened, without how long it took."""
    counts = [sorted((*key, count) for key, count in counter.items()) for counter in (history.tally, history.pairs)]
    failure = asdict(history.failure) if history.failure else None
    facts = [history.calls, history.refusals, counts, sorted(history.roundings.items()), failure]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
