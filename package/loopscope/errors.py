"""What JavaScript can throw and Python cannot: any value, and many errors as one.

The C module looks these classes up when it is imported, so this file imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from .null import null

__all__ = ["AggregateError", "LimitReached", "Thrown", "UnhandledPromiseRejection"]


class Thrown(Exception):  # noqa: N818 - the name says what happened, as JavaScript's word does
    """Carries a value that is not an exception through Python code: `raise Thrown(5)` is `throw 5`.

    `value`: any value. An async function or a promise's handler that raises a Thrown rejects with
    the value itself; awaiting a promise that was rejected with a value that is no exception raises
    a Thrown (ECMA-262 14.14, the throw statement).
    """

    value: Any

    def __init__(self, value: Any = None) -> None:
        super().__init__(value)
        self.value = value

    def __str__(self) -> str:
        return str(self.value)


def _as_exception(reason: Any) -> Exception:
    """Give what an exception group can hold: the reason itself, or a Thrown around it."""
    return reason if isinstance(reason, Exception) else Thrown(reason)


class AggregateError(ExceptionGroup[Exception]):
    """All the reasons for which nothing could be had, as one error (ECMA-262 20.5.7).

    `errors`: an iterable of reasons, any values. `message`: what `str()` gives.
    The attribute `errors` is the list of the reasons as they are. As an exception group, which
    holds exceptions and at least one, it has them in `exceptions`: a reason that is no exception
    as a `Thrown`, and if there are none a `Thrown(None)` in their place.
    Raises TypeError if errors is not iterable.
    """

    errors: list[Any]
    # The reasons in step with `exceptions`, whatever the program does to the list `errors`.
    _reasons: tuple[Any, ...]

    def __new__(cls, errors: Iterable[Any] = (), message: str = "") -> AggregateError:
        """Make the exception group of the reasons."""
        reasons = tuple(errors)
        exceptions = [_as_exception(reason) for reason in reasons] or [Thrown(None)]
        return cls._make(message, reasons, exceptions)

    @classmethod
    def _make(
        cls, message: str, reasons: tuple[Any, ...], exceptions: Sequence[Exception]
    ) -> AggregateError:
        group = super().__new__(cls, str(message), exceptions)
        group._reasons = reasons
        group.errors = list(reasons)
        group.args = (group.errors, group.message)  # as called: for repr and pickle
        return group

    def __init__(self, errors: Iterable[Any] = (), message: str = "") -> None:
        # An iterable can be used once, and __new__ has used it: the base's __init__ would keep it.
        pass

    def __str__(self) -> str:
        return self.message

    def derive(self, excs: Sequence[Exception]) -> AggregateError:  # type: ignore[override]
        """Make the group of some of the exceptions, for `except*`, with the reasons they stand for.

        ValueError for what is no exception, and if there is none.
        https://docs.python.org/3/library/exceptions.html#BaseExceptionGroup.derive
        """
        exceptions = list(excs)
        if not self._reasons:
            return type(self)._make(self.message, (), exceptions)
        reasons = {id(exc): at for at, exc in enumerate(self.exceptions)}
        kept = (
            self._reasons[reasons[id(exc)]] if id(exc) in reasons else exc for exc in exceptions
        )
        return type(self)._make(self.message, tuple(kept), exceptions)


def _describe(value: object) -> str:
    """Word a value as V8 does in messages; no code of the value's own class runs."""
    kind = type(value)
    if value is None:
        return "undefined"
    if value is null:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if kind is float:
        return repr(value).removesuffix(".0")
    if kind is int or kind is str:
        return str(value)
    if kind is list or kind is tuple:
        return "[object Array]"
    if isinstance(value, BaseException):
        return f"{kind.__name__}: {BaseException.__str__(value)}".removesuffix(": ")
    return f"#<{'Object' if kind is dict else kind.__name__}>"


class UnhandledPromiseRejection(Exception):  # noqa: N818 - Node's name
    """Ends a run: nobody handled a promise that was rejected with a value that is no exception.

    `reason`: that value.
    https://nodejs.org/docs/latest-v20.x/api/process.html#event-unhandledrejection
    """

    code: Final = "ERR_UNHANDLED_REJECTION"
    reason: Any

    def __init__(self, reason: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return (
            "This error originated either by throwing inside of an async function without a catch "
            "block, or by rejecting a promise which was not handled with .catch(). The promise "
            f'rejected with the reason "{_describe(self.reason)}".'
        )


class LimitReached(KeyboardInterrupt):
    """Ends a recorded run: the program had not ended within its limit of time or of steps.

    As for Ctrl-C, no `except Exception` catches it, and it never becomes a rejection. A recording
    keeps it as its `error`; its text tells how to raise the limit.
    """
