"""Opening the key of a node's account."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from eth_account import Account

from offchain.errors import KeyFileError

KEY_BYTES = 32


def load_key(path: Path, password_file: Path | None = None) -> bytes:
    """The private key in a file.

    Args:
        path: an encrypted key file (version 3 JSON, as geth and Ape write them), or 64 hex digits in a plain file.
        password_file: holds the password of an encrypted key in its first line; an empty password without it.

    Raises:
        KeyFileError: a file is absent, readable by others, no key, or the password is wrong.
    """
    text = _read_secret(path, "key file").strip()
    if not text.startswith("{"):
        return _plain_key(path, text)
    password = _read_secret(password_file, "password file").split("\n")[0] if password_file else ""
    try:
        return bytes(Account.decrypt(json.loads(text), password))
    except json.JSONDecodeError as error:
        raise KeyFileError(f"{path} is no key file: not JSON ({error.msg})") from error
    except (ValueError, KeyError, TypeError, NotImplementedError) as error:
        hint = "wrong password" if "MAC mismatch" in str(error) else f"not a version 3 key file ({error})"
        raise KeyFileError(f"{path} does not open: {hint}") from error


def _plain_key(path: Path, text: str) -> bytes:
    try:
        key = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        key = b""
    # The text itself stays out of the message: it may be a key with a typing error.
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"{path} holds neither an encrypted key (JSON) nor 64 hex digits")
    return key


def _read_secret(path: Path, what: str) -> str:
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileError(f"the {what} {path} can be read by others; run: chmod 600 {path}")
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise KeyFileError(f"there is no {what} {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"the {what} {path} cannot be read: {error}") from error
