"""`process`: the running program, as Node's `process` object has it.

https://nodejs.org/docs/latest-v20.x/api/process.html

There is one `process` object; what it knows (listeners, arguments, exit code) belongs to the run
that is under way on the calling thread, and is gone with it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from functools import cache
from typing import Any, Final, NoReturn
from weakref import WeakKeyDictionary

from . import _core
from ._version import __version__
from .emitter import EventEmitter, ListenerTable
from .errors import UnhandledPromiseRejection

__all__ = ["Process", "ProcessWarning", "begin", "forget", "host_event", "process", "warn"]


class ProcessWarning(Warning):
    """What a "warning" event carries: `name`, `message`, and perhaps `code` and `detail`."""

    def __init__(self, message: str, code: str | None = None, detail: str | None = None) -> None:
        super().__init__(message)
        self.name = type(self).__name__
        self.message = message
        self.code = code
        self.detail = detail


@cache
def _warning_class(name: str) -> type[ProcessWarning]:
    """Give the class of warnings of that name: Python shows an error under its class's name."""
    return type(name, (ProcessWarning,), {"__module__": __name__})


class _RunState:
    """What `process` knows of one run."""

    __slots__ = ("__weakref__", "arguments", "table")

    def __init__(self) -> None:
        self.table = ListenerTable()
        self.arguments = [sys.executable, *sys.argv]


_states: WeakKeyDictionary[_core.Loop, _RunState] = WeakKeyDictionary()


def _state_of(loop: _core.Loop) -> _RunState:
    state = _states.get(loop)
    if state is None:
        state = _states[loop] = _RunState()
    return state


def _require_loop(what: str) -> _core.Loop:
    loop = _core.active_loop()
    if loop is None:
        raise RuntimeError(
            f"process.{what}: no program is running on this thread; use it inside of a program "
            "that run(), record() or `loopscope run` runs, or where an asyncio loop runs"
        )
    return loop


class _Stream:
    """`process.stdout` or `process.stderr`: what is written goes where the run's output goes."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def write(self, text: str) -> bool:
        """Write `text` as it is, without a line end; returns True. TypeError if it is no str."""
        if not isinstance(text, str):
            raise TypeError(
                f"process.{self._name}.write: argument 'text' must be str, not "
                f"{type(text).__name__}"
            )
        _core.write(self._name, text)
        return True


class Process(EventEmitter):
    """The type of `process`, an EventEmitter of the run that is under way.

    Events: "beforeExit" (exit code): nothing is left to do, more may be scheduled; "exit" (exit
    code): the program ends; "uncaughtException" (error, origin); "uncaughtExceptionMonitor" (the
    same, without handling it); "unhandledRejection" (reason, promise); "rejectionHandled"
    (promise); "warning" (warning).
    """

    stdout: Final = _Stream("stdout")
    stderr: Final = _Stream("stderr")

    def __init__(self) -> None:
        pass  # the table of listeners belongs to the run: see _table

    @property
    def _table(self) -> ListenerTable:
        return _state_of(_require_loop("on")).table

    @property
    def argv(self) -> list[str]:
        """The interpreter, the program, and the arguments given to it."""
        loop = _core.active_loop()
        return [sys.executable, *sys.argv] if loop is None else _state_of(loop).arguments

    @property
    def env(self) -> MutableMapping[str, str]:
        """The environment variables: `os.environ`."""
        return os.environ

    @property
    def pid(self) -> int:
        """The number of the operating system's process."""
        return os.getpid()

    @property
    def platform(self) -> str:
        """The operating system: "linux", "darwin", ..."""
        return sys.platform

    @property
    def version(self) -> str:
        """The version of loopscope, with a "v" before it as Node has it."""
        return f"v{__version__}"

    def uptime(self) -> float:
        """Return the seconds since the run began, on its clock. RuntimeError outside of a run."""
        return _core.now() / 1000

    @property
    def exit_code(self) -> int | None:
        """The exit code of the program, if it ends by itself or by `exit()` without a code.

        None (the default) is 0, unless something else decides: 1 after an uncaught error.
        TypeError if set to something other than an int or None.
        """
        return _require_loop("exit_code").exit_code

    @exit_code.setter
    def exit_code(self, code: int | None) -> None:
        loop = _require_loop("exit_code")
        loop.exit_code = _checked_exit_code(code)

    def exit(self, code: int | None = None) -> NoReturn:
        """End the program: emits "exit", then raises SystemExit; nothing more of it runs.

        Without `code`, the exit code is `process.exit_code`, or 0. TypeError if it is not an int.
        """
        loop = _require_loop("exit")
        if code is not None:
            loop.exit_code = _checked_exit_code(code)
        loop.exit()

    def emit_warning(
        self,
        warning: str | BaseException,
        type: str = "Warning",
        code: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Emit a "warning" event in a tick of its own, after it is printed on stderr.

        `warning` is a text, to which `type`, `code` and `detail` belong, or an exception; TypeError
        for anything else, ValueError for a `type` with a null character. RuntimeError outside of a
        run and in a browser, which has no ticks.
        """
        if isinstance(warning, str):
            warning = _warning_class(type)(warning, code, detail)
        elif not isinstance(warning, BaseException):
            raise TypeError(
                "process.emit_warning: argument 'warning' must be str or an exception, not "
                f"{warning.__class__.__name__}"
            )
        _core.next_tick(self._deliver_warning, warning)

    def _deliver_warning(self, warning: BaseException) -> None:
        # Node's printing is a listener, too: the first. A program's own do not replace it.
        code = getattr(warning, "code", None)
        detail = getattr(warning, "detail", None)
        text = f"(loopscope) {f'[{code}] ' if code else ''}{type(warning).__name__}: {warning}\n"
        _core.write("stderr", text + (f"{detail}\n" if detail else ""))
        self.emit("warning", warning)

    next_tick = staticmethod(_core.next_tick)
    nextTick = staticmethod(_core.next_tick)  # noqa: N815
    exitCode = exit_code  # noqa: N815
    emitWarning = emit_warning  # noqa: N815


def _checked_exit_code(code: object) -> int | None:
    if code is None or (isinstance(code, int) and not isinstance(code, bool)):
        return code
    raise TypeError(
        f"process: the exit code must be an int or None, not {type(code).__name__} ({code!r})"
    )


process: Final = Process()
"""The running program (https://nodejs.org/docs/latest-v20.x/api/process.html)."""


def begin(loop: _core.Loop, arguments: list[str]) -> None:
    """Start afresh for a run of `loop`: no listeners; `arguments` are `process.argv`."""
    state = _states[loop] = _RunState()
    state.arguments = arguments


def forget(loop: _core.Loop) -> None:
    """Drop what is known of the runs of `loop`: its listeners may hold all that it held."""
    _states.pop(loop, None)


def _report_in_browser(reason: Any, origin: str) -> bool:
    """Report an error as a page does: on the console, and the page goes on (HTML 8.1.4.6)."""
    if isinstance(reason, UnhandledPromiseRejection):
        reason = reason.reason
    shown = f"{type(reason).__name__}: {reason}" if isinstance(reason, BaseException) else reason
    where = " (in promise)" if origin == "unhandledRejection" else ""
    _core.write("stderr", f"Uncaught{where} {shown}\n")
    return True


def _report_live(loop: _core.Loop, reason: Any, origin: str) -> bool:
    """Report an error as Node would before it ends; asyncio's loop, which is not ours, goes on."""
    try:
        process.emit("uncaughtExceptionMonitor", reason, origin)
        if process.emit("uncaughtException", reason, origin):
            return True
    except Exception as error:
        reason = error  # the handler's own
    loop.exit_code = 1
    if isinstance(reason, BaseException):
        from .tracebacks import format_error

        _core.write("stderr", format_error(reason))
    else:
        from .console.inspect import inspect

        _core.write("stderr", f"Uncaught {inspect(reason)}\n")
    return True


def warn(message: str, name: str) -> None:
    """Give one of Node's own warnings, where Node is: it is given by a tick.

    A browser takes the same without a word, and outside of a run nobody hears it. Raises what
    `process.emit_warning` raises: TypeError, and ValueError for a `name` with a null character.
    """
    loop = _core.active_loop()
    if loop is not None and loop.host == "node":
        process.emit_warning(message, name)


def host_event(event: str, *arguments: Any) -> bool:
    """Emit what the loop reports of the running program; tells whether a listener handled it.

    Raises what `process.emit` raises: RuntimeError for an "error" that nobody listens to.
    """
    if event == "warning":
        name, message = arguments
        process.emit_warning(message, name)
        return True
    if event == "uncaughtException":
        loop = _core.current_loop()
        if loop is not None and loop.host == "browser":
            return _report_in_browser(*arguments)
        if loop is not None and loop.live:
            return _report_live(loop, *arguments)
        process.emit("uncaughtExceptionMonitor", *arguments)
    handled = process.emit(event, *arguments)
    if event == "rejectionHandled" and not handled:
        process.emit_warning(
            "Promise rejection was handled asynchronously", "PromiseRejectionHandledWarning"
        )
    return handled
