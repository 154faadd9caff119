"""Errors keep their type on the way out of a child."""

import pytest

from offchain.errors import (
    MediaError,
    NoKeyFrameError,
    NotVideoError,
    ProfileError,
    SegmentLimitError,
    TruncatedSegmentError,
    UnsupportedCodecError,
    WorkerError,
)
from offchain.media.faults import error_to_wire, wire_to_error


@pytest.mark.parametrize(
    "kind", [NotVideoError, UnsupportedCodecError, NoKeyFrameError, TruncatedSegmentError, ProfileError, MediaError]
)
def test_an_error_comes_out_as_it_went_in(kind):
    back = wire_to_error(error_to_wire(kind("why, exactly")))
    assert type(back) is kind
    assert str(back) == "why, exactly"


def test_a_limit_keeps_what_was_exceeded_and_by_how_much():
    back = wire_to_error(error_to_wire(SegmentLimitError("pixels", 9, 8)))
    assert (back.what, back.value, back.limit) == ("pixels", "9", "8")
    assert str(back) == str(SegmentLimitError("pixels", 9, 8))


def test_an_error_of_another_kind_is_a_fault_of_the_worker():
    back = wire_to_error(error_to_wire(ZeroDivisionError("by zero")))
    assert type(back) is WorkerError
    assert "ZeroDivisionError: by zero" in str(back)


@pytest.mark.parametrize("fault", [None, [], "text", {}, {"name": "SystemExit"}, {"name": "OffchainError"}])
def test_a_child_cannot_choose_an_error_that_is_not_on_the_list(fault):
    assert type(wire_to_error(fault)) is WorkerError


def test_a_child_cannot_fill_the_log():
    assert len(str(wire_to_error({"name": "NotVideoError", "message": "x" * 10**6}))) == 2000
