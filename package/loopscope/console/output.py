"""The console object: what Node's `console` writes, and where."""

from __future__ import annotations

import sys
import time as _time
import warnings
from _thread import _local
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

    Write = Callable[[str, str], None]
    # Takes the stream, "stdout" or "stderr", and text that ends with a newline.

# What formats is imported when it is first needed: many programs print plain strings only, and
# each should start at once.

__all__ = ["Console", "console"]

_INDENTATION = "  "
_TRACE_LIMIT = 10  # Node's Error.stackTraceLimit
_CLEAR = "\x1b[1;1H\x1b[0J"  # the cursor to the first column and line, all below erased


class _Program(_local):
    """What a console knows of the program that runs in this thread."""

    def __init__(self) -> None:
        self.indent = ""
        self.counts: dict[str, int] = {}
        self.timers: dict[str, float] = {}


class Console:
    """JavaScript's console, formatted as Node 20 formats it (https://nodejs.org/api/console.html).

    `write(stream, text)` takes what is printed; without it the text goes where the output of the
    running program goes, and outside of a run to `sys.stdout` and `sys.stderr`. Groups, counters
    and timers belong to the object, in each thread, until `reset()`.

    Values print as their JavaScript counterparts: a dict with str keys as an object in its own
    order (JavaScript alone moves keys like `"1"` to the front), any other dict as a Map, None as
    `undefined`, an int beyond 2^53 as a BigInt, an exception as an error without its stack. An
    object of a user's class prints its public attributes, or what its `__repr__` says if it has
    one. An attribute or `__repr__` that raises never ends the program.
    """

    def __init__(self, write: Write | None = None) -> None:
        self._given = write
        self._write = write
        self._program = _Program()

    def reset(self) -> None:
        """Forget groups, counters and timers, as at the start of a program."""
        self._program.__init__()  # type: ignore[misc]

    def log(self, *values: Any) -> None:
        """Print values on stdout; a first string may hold `%s %d %i %f %j %o %O %c`."""
        self._print("stdout", _text(values))

    # Not aliases of one another: each is found in a run's trace under its own name.

    def info(self, *values: Any) -> None:
        """Print values as `log` does."""
        self._print("stdout", _text(values))

    def debug(self, *values: Any) -> None:
        """Print values as `log` does."""
        self._print("stdout", _text(values))

    def dirxml(self, *values: Any) -> None:
        """Print values as `log` does."""
        self._print("stdout", _text(values))

    def error(self, *values: Any) -> None:
        """Print values on stderr, formatted as `log` does."""
        self._print("stderr", _text(values))

    def warn(self, *values: Any) -> None:
        """Print values on stderr, as `error` does."""
        self._print("stderr", _text(values))

    def trace(self, *values: Any) -> None:
        """Print values on stderr, and below them the calls that led here, the innermost first."""
        text = _text(values)
        lines = [f"Trace: {text}" if text else "Trace", *_calls(sys._getframe(1))]
        self._print("stderr", "\n".join(lines))

    def dir(
        self, value: Any = None, options: Mapping[str, Any] | None = None, **keywords: Any
    ) -> None:
        """Print one value, taken apart even if its class says how it prints.

        Options, as a mapping or as keywords: `depth` (levels below the first; null is no limit),
        `colors`, `max_array_length`, `max_string_length`, `break_length` (columns). Raises
        TypeError when a limit is not a number.
        """
        from .inspect import inspect
        from .options import Options, read_options

        given = {**(options or {}), **keywords}
        settings = read_options(Options(custom_inspect=False), given)
        self._print("stdout", inspect(value, settings))

    def table(self, data: Any = None, columns: Sequence[str] | None = None) -> None:
        """Print rows as a table, with the given columns or with all that the rows have.

        Raises TypeError when `columns` is not a list or tuple.
        """
        from .table import is_tabular, table

        if columns is not None and not isinstance(columns, (list, tuple)):
            raise TypeError(
                f"console.table: argument 'columns' must be a list, not {type(columns).__name__}"
            )
        if not is_tabular(data):
            self.log(data)
        else:
            names = None if columns is None else [_string(name) for name in columns]
            self._print("stdout", table(data, names))

    def assert_(self, condition: Any = None, *values: Any) -> None:
        """Print "Assertion failed" and values on stderr, if the condition is false for Python."""
        if condition:
            return
        if values:
            self.error(f"Assertion failed: {_string(values[0])}", *values[1:])
        else:
            self.error("Assertion failed")

    def clear(self) -> None:
        """Clear the terminal, if stdout is one."""
        if self._given is None and sys.stdout is not None and sys.stdout.isatty():
            sys.stdout.write(_CLEAR)

    def count(self, label: Any = "default") -> None:
        """Print how often this was called with this label."""
        label = _label(label)
        counts = self._program.counts
        counts[label] = count = counts.get(label, 0) + 1
        self.log(f"{label}: {count}")

    def count_reset(self, label: Any = "default") -> None:
        """Start the count of a label again. Warns if there is none."""
        label = _label(label)
        if self._program.counts.pop(label, None) is None:
            _warn(f"Count for '{label}' does not exist")

    def time(self, label: Any = "default") -> None:
        """Start a timer. Warns if one of that label is running."""
        label = _label(label)
        if label in self._program.timers:
            _warn(f"Label '{label}' already exists for console.time()")
        else:
            self._program.timers[label] = _now()

    def time_log(self, label: Any = "default", *values: Any) -> None:
        """Print the time since a timer was started, and values. Warns if there is none."""
        label = _label(label)
        self._elapsed("timeLog", label, values)

    def time_end(self, label: Any = "default") -> None:
        """Print the time since a timer was started, and end it. Warns if there is none."""
        label = _label(label)
        if self._elapsed("timeEnd", label, ()):
            del self._program.timers[label]

    def group(self, *values: Any) -> None:
        """Print values, then indent what follows by two columns."""
        if values:
            self.log(*values)
        self._program.indent += _INDENTATION

    def group_collapsed(self, *values: Any) -> None:
        """Print values and indent what follows, as `group` does."""
        self.group(*values)

    def group_end(self) -> None:
        """End the innermost group."""
        self._program.indent = self._program.indent[len(_INDENTATION) :]

    countReset = count_reset  # noqa: N815
    groupCollapsed = group_collapsed  # noqa: N815
    timeLog = time_log  # noqa: N815
    timeEnd = time_end  # noqa: N815
    groupEnd = group_end  # noqa: N815

    def _elapsed(self, method: str, label: str, values: tuple[Any, ...]) -> bool:
        start = self._program.timers.get(label)
        if start is None:
            _warn(f"No such label '{label}' for console.{method}()")
            return False
        from .duration import duration_text

        self.log("%s: %s", label, duration_text(max(_now() - start, 0.0)), *values)
        return True

    def _print(self, stream: str, text: str) -> None:
        if not text.isascii():
            from .text import replace_lone_surrogates

            text = replace_lone_surrogates(text)
        if indent := self._program.indent:
            text = indent + text.replace("\n", "\n" + indent)
        write = self._write
        if write is None:
            write = self._write = _find_write()
        write(stream, text + "\n")


# `assert` is a Python keyword: only getattr() and programs made from JavaScript can name it.
setattr(Console, "assert", Console.assert_)


def _text(values: tuple[Any, ...]) -> str:
    # One string is what nearly every call prints: it needs no formatting.
    if len(values) == 1 and type(values[0]) is str:
        return values[0]
    from .format import format_values

    return format_values(values)


def _label(value: Any) -> str:
    # JavaScript's `${label}`, where a label that is undefined is the default one.
    return "default" if value is None else _string(value)


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    from .coerce import to_string
    from .format import guarded

    return str(guarded(to_string, value))


def _core() -> Any:
    # The C module, once it is built: the console works without it.
    try:
        from .. import _core as core
    except ImportError:
        return None
    return core


def _in_run() -> bool:
    current_loop = getattr(_core(), "current_loop", None)
    loop = None if current_loop is None else current_loop()
    # A live run has the machine's clock, and so have the plain cells between its turns.
    return loop is not None and not getattr(loop, "live", False)


def _now() -> float:
    if _in_run():
        now: float = _core().now()
        return now
    return _time.perf_counter() * 1000


def _find_write() -> Write:
    write: Write | None = getattr(_core(), "write", None)
    return write or write_to_python


def write_to_python(stream: str, text: str) -> None:
    """Write to `sys.stdout` or `sys.stderr` as they are now.

    As in Node, a stream that is closed or gone ends no program; a character that its encoding
    does not have prints as a replacement.
    """
    target = sys.stdout if stream == "stdout" else sys.stderr
    if target is None:
        return
    try:
        target.write(text)
    except UnicodeEncodeError:
        target.write(text.encode(target.encoding, "replace").decode(target.encoding))
    except (OSError, ValueError):
        pass


def _warn(message: str) -> None:
    # What Node emits with process.emitWarning(): so do we within a program. A browser, which has no
    # process, shows it at once (Console, 2.2.4: reportWarning); elsewhere it is a Python warning,
    # which names the caller's line.
    if not _in_run():
        warnings.warn(message, RuntimeWarning, stacklevel=_depth_of_caller())
    elif _core().current_loop().host == "browser":
        console.warn(message)
    else:
        from ..process import process

        process.emit_warning(message)


def _calls(frame: FrameType | None) -> list[str]:
    lines: list[str] = []
    while frame is not None and len(lines) < _TRACE_LIMIT and not _is_ours(frame):
        code = frame.f_code
        name = "<anonymous>" if code.co_name in ("<lambda>", "<module>") else code.co_name
        lines.append(f"    at {name} ({code.co_filename}:{frame.f_lineno})")
        frame = frame.f_back
    return lines


def _is_ours(frame: FrameType) -> bool:
    # From the runtime outwards nothing belongs to the program any more.
    room: str = frame.f_globals.get("__name__", "")
    return room.partition(".")[0] == "loopscope"


def _depth_of_caller() -> int:
    depth = 1  # as warnings.warn counts: 1 is the function that warns
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_ours(frame):
        frame, depth = frame.f_back, depth + 1
    return depth


console: Final = Console()
"""The console of the running program."""
