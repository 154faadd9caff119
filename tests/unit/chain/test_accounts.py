"""Opening key files: what is refused, and that no key text leaks into a message."""

import json
import os

import pytest
from eth_account import Account

from offchain.chain.accounts import load_key
from offchain.errors import KeyFileError

KEY = bytes([7]) * 32


@pytest.fixture
def secret_file(tmp_path):
    def write(name, text, mode=0o600):
        path = tmp_path / name
        path.write_text(text)
        path.chmod(mode)
        return path

    return write


@pytest.fixture(scope="module")
def encrypted_key():
    # Few iterations: the test is about the file, not about the strength of its lock.
    return json.dumps(Account.encrypt(KEY, "correct horse", kdf="pbkdf2", iterations=2))


@pytest.mark.parametrize("text", [KEY.hex(), "0x" + KEY.hex(), KEY.hex() + "\n"])
def test_a_plain_key_file_opens(secret_file, text):
    assert load_key(secret_file("key", text)) == KEY


def test_an_encrypted_key_file_opens_with_its_password(secret_file, encrypted_key):
    assert load_key(secret_file("key.json", encrypted_key), secret_file("password", "correct horse\n")) == KEY


def test_a_wrong_password_is_named_as_such(secret_file, encrypted_key):
    with pytest.raises(KeyFileError, match="wrong password"):
        load_key(secret_file("key.json", encrypted_key), secret_file("password", "battery staple"))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_is_refused_with_the_remedy(secret_file, mode):
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_key(secret_file("key", KEY.hex(), mode))


def test_a_password_that_others_can_read_is_refused(secret_file, encrypted_key):
    with pytest.raises(KeyFileError, match=r"password file .* can be read by others"):
        load_key(secret_file("key.json", encrypted_key), secret_file("password", "correct horse", 0o644))


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(KeyFileError, match=r"there is no key file .*nowhere"):
        load_key(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "text", ["", "not a key", KEY.hex()[:-1], KEY.hex() + "00", "{", "[1]", "{}", '{"version": 3}']
)
def test_what_is_no_key_is_refused(secret_file, text):
    with pytest.raises(KeyFileError):
        load_key(secret_file("key", text))


def test_a_mistyped_key_stays_out_of_the_message(secret_file):
    mistyped = KEY.hex()[:-1]
    with pytest.raises(KeyFileError) as caught:
        load_key(secret_file("key", mistyped))
    assert mistyped not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_named(secret_file):
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_key(secret_file("key", KEY.hex(), 0o200))
