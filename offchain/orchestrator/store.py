"""The orchestrator's memory: one SQLite file that survives any crash, and belongs to one process.

Every transaction is on disk (WAL, fsync on commit) before its result is seen by anybody: a winning ticket is
committed before the answer that acknowledges it leaves (facts: security I69). All work runs in one thread of its own,
in the order it was asked for, so that the event loop never waits for the disk.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import SQLAlchemyError

from offchain.errors import SettingsError, StoreError
from offchain.orchestrator import schema

STORE_FILE = "orchestrator.sqlite3"
LOCK_FILE = "orchestrator.lock"
SECRET_BYTES = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoreIdentity:
    """Whose store it is: tickets and balances mean nothing on another chain, broker or account."""

    chain_id: int
    broker: str
    recipient: str


class Store:
    """An open store; `Store.open` makes one."""

    def __init__(self, engine: Engine, lock: int) -> None:
        self._engine, self._lock = engine, lock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    @classmethod
    def open(cls, directory: Path, identity: StoreIdentity) -> Store:
        """Opens the store in a folder, or makes it.

        Raises:
            SettingsError: another process has it, it belongs to another chain, broker or account, it has another
                schema version, or the folder cannot be used.
        """
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = _exclusive_lock(directory / LOCK_FILE)
        except OSError as error:
            raise SettingsError(f"the data folder {directory} cannot be used: {error.strerror}") from error
        store = cls(_engine(directory / STORE_FILE), lock)
        try:
            store.commit_now(lambda connection: _prepare(connection, identity))
        except BaseException as error:
            store.close()
            if isinstance(error, StoreError):
                raise SettingsError(f"{directory / STORE_FILE} is no store of this node: {error}") from error
            raise
        return store

    def commit_now(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one transaction and returns when it is on disk.

        Raises:
            StoreError: the disk or the database failed; nothing of `work` was kept.
        """
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise StoreError(f"the store failed: {error}") from error

    async def commit(self, work: Callable[[Connection], T]) -> T:
        """`commit_now` in the store's thread; a caller that is cancelled does not undo it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.commit_now, work)

    async def token_secret(self) -> bytes:
        """The 32 bytes that auth tokens are made with: kept, so that sessions outlive a restart."""
        return await self.commit(_token_secret)

    def close(self) -> None:
        """Waits for what was asked for, closes the file and lets go of the lock."""
        self._thread.shutdown(wait=True)
        self._engine.dispose()
        os.close(self._lock)


def _exclusive_lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # Held by the open file, so the kernel lets go of it however the process ends.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise SettingsError(f"{path.parent} is in use by another orchestrator") from error
    return descriptor


def _engine(path: Path) -> Engine:
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late for a write lock
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _prepare(connection: Connection, identity: StoreIdentity) -> None:
    schema.metadata.create_all(connection)
    pins = {
        "schema_version": str(schema.SCHEMA_VERSION),
        "chain_id": str(identity.chain_id),
        "broker": identity.broker,
        "recipient": identity.recipient,
    }
    for name, value in pins.items():
        found = _pin(connection, name, value.encode()).decode()
        if found != value:
            raise SettingsError(f"the store belongs to another {name.replace('_', ' ')}: {found}, not {value}")


def _token_secret(connection: Connection) -> bytes:
    return _pin(connection, "token_secret", secrets.token_bytes(SECRET_BYTES))


def _pin(connection: Connection, name: str, value: bytes) -> bytes:
    """The value kept under the name; `value`, kept from now on, if there was none."""
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == name)).scalar_one_or_none()
    if found is not None:
        return bytes(found)
    connection.execute(insert(schema.meta).values(name=name, value=value))
    return value
