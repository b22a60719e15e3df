"""Thrown, AggregateError, UnhandledPromiseRejection."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest
from loopscope import AggregateError, Thrown, null
from loopscope.errors import UnhandledPromiseRejection


def test_thrown():
    assert str(Thrown(5)) == "5"
    assert str(Thrown("text")) == "text"
    assert repr(Thrown("text")) == "Thrown('text')"
    assert Thrown().value is None
    assert pickle.loads(pickle.dumps(Thrown([1]))).value == [1]
    assert traceback.format_exception_only(Thrown(5)) == ["loopscope.errors.Thrown: 5\n"]


def test_an_aggregate_error_has_the_raw_reasons_and_the_exceptions():
    error = ValueError("a")
    aggregate = AggregateError(iter([error, 5, None]), "nothing worked")
    assert aggregate.errors == [error, 5, None]
    assert aggregate.exceptions[0] is error
    assert [type(one) for one in aggregate.exceptions[1:]] == [Thrown, Thrown]
    assert [one.value for one in aggregate.exceptions[1:]] == [5, None]
    assert str(aggregate) == aggregate.message == "nothing worked"
    assert repr(aggregate) == "AggregateError([ValueError('a'), 5, None], 'nothing worked')"
    assert isinstance(aggregate, ExceptionGroup)


def test_an_aggregate_error_of_nothing():
    for empty in (AggregateError([]), AggregateError()):
        assert empty.errors == []
        assert [type(one) for one in empty.exceptions] == [Thrown]
        assert str(empty) == ""
        assert empty.subgroup(Thrown).errors == []


def test_an_aggregate_error_keeps_what_a_group_cannot_hold():
    interrupt = KeyboardInterrupt()
    aggregate = AggregateError([interrupt, ValueError])
    assert aggregate.errors == [interrupt, ValueError]
    assert [one.value for one in aggregate.exceptions] == [interrupt, ValueError]


def test_wrong_arguments():
    with pytest.raises(TypeError):
        AggregateError(5)
    with pytest.raises(TypeError):
        AggregateError([], "message", "more")


def test_copies():
    aggregate = AggregateError([ValueError("a"), 5], "text")
    aggregate.add_note("noted")
    for twin in (copy.copy(aggregate), pickle.loads(pickle.dumps(aggregate))):
        assert repr(twin) == repr(aggregate)
        assert [type(one) for one in twin.exceptions] == [ValueError, Thrown]
        assert twin.__notes__ == ["noted"]


def test_except_star():
    inner = AggregateError([TypeError("t"), "inner"], "inside")
    caught = {}
    try:
        raise AggregateError([ValueError("v"), 5, inner, "s"], "outside")
    except* ValueError as group:
        caught["value"] = group
    except* TypeError as group:
        caught["type"] = group
    except* Thrown as group:
        caught["thrown"] = group
    assert [str(group) for group in caught.values()] == ["outside"] * 3
    assert all(type(group) is AggregateError for group in caught.values())
    assert [type(error) for error in caught["value"].errors] == [ValueError]
    assert [type(error) for error in caught["type"].errors] == [AggregateError]
    assert caught["type"].errors[0].errors == inner.errors[:1]
    five, rest, text = caught["thrown"].errors
    assert (five, text, rest.errors) == (5, "s", ["inner"])


def test_parts_keep_the_exceptions_and_survive_a_changed_list():
    aggregate = AggregateError([5, ValueError("v"), 6])
    aggregate.errors.clear()
    part = aggregate.subgroup(Thrown)
    assert part.errors == [5, 6]
    assert part.exceptions[0] is aggregate.exceptions[0]


@pytest.mark.parametrize(
    ("reason", "wording"),
    [  # as node 20 words it
        (5, "5"),
        (1.0, "1"),
        (0.1, "0.1"),
        ("a", "a"),
        (None, "undefined"),
        (null, "null"),
        (True, "true"),
        (False, "false"),
        ({}, "#<Object>"),
        ([1, [2]], "[object Array]"),
        ((), "[object Array]"),
        (object(), "#<object>"),
        (StopIteration("s"), "StopIteration: s"),
        (StopIteration(), "StopIteration"),
    ],
)
def test_an_unhandled_rejection_says_with_what(reason, wording):
    error = UnhandledPromiseRejection(reason)
    assert str(error) == (
        "This error originated either by throwing inside of an async function without a catch "
        "block, or by rejecting a promise which was not handled with .catch(). The promise "
        f'rejected with the reason "{wording}".'
    )
    assert error.reason is reason
    assert error.code == "ERR_UNHANDLED_REJECTION"
