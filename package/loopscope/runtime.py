"""Running programs: `run` as `node file.js` does, `record` with every step kept, and `Runtime`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from types import CoroutineType, TracebackType
from typing import Any, Literal, Self, TypeAlias

from . import _core
from .calling import require_callable
from .console import console
from .errors import LimitReached, Thrown
from .limits import STEPS, TIME, UNLIMITED, Limits
from .process import begin, forget, host_event
from .recording import TRACE_LIMIT, Recording
from .script import Script, load
from .tracer import follow, leave, trace
from .tracing.schema import Trace
from .transcript import Transcript

__all__ = ["Clock", "Host", "Program", "Recording", "Runtime", "record", "run", "trace"]

Program: TypeAlias = Callable[[], Any] | Path | str
"""A callable, or a script: a `pathlib.Path`, or a str that is the source text itself."""
Clock: TypeAlias = Literal["real", "virtual"]
Host: TypeAlias = Literal["node", "browser"]

TRACE_BYTES = 256 * 1024 * 1024
"""How many bytes the texts and variables in its events may take, unless told otherwise."""

_UNSETTLED = 13  # Node's exit code for a top-level await that never settles
_INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
_STOPPED = 124  # as timeout(1) reports what it has stopped


def run(
    program: Program, *, clock: Clock = "real", host: Host = "node", argv: Sequence[str] = ()
) -> Any:
    """Run a program to its end, like `node file.js`.

    `program` is a callable, a `pathlib.Path` of a script, or a script's source text. `clock`:
    "virtual" jumps to the next timer when nothing else can happen. `host`: whose rules of order
    hold. `argv`: the program's own arguments (`process.argv[2:]`).

    Returns what a callable returned (the value, if that is a promise), and None for a script.
    Raises what the program left uncaught, and SystemExit after `process.exit()`. RuntimeError
    within a running program, TypeError and ValueError for arguments of another kind, OSError and
    SyntaxError for a script that cannot be read.
    """
    with Runtime(host=host, clock=clock, argv=argv) as runtime:
        return runtime.run(program)


def record(
    program: Program,
    *,
    clock: Clock = "virtual",
    host: Host = "node",
    argv: Sequence[str] = (),
    echo: bool = False,
    frames: bool = True,
    lines: bool = False,
    trace_limit: int = TRACE_LIMIT,
    trace_bytes: int = TRACE_BYTES,
    time_limit: float | None = TIME,
    step_limit: int | None = STEPS,
) -> Recording:
    """Run a program to its end and return what it did; its uncaught error is in the recording.

    Arguments as for `run`. `echo`: print what the program prints, too. `frames`: record the calls
    of the program's own functions. KeyboardInterrupt ends the recording and is raised.
    RuntimeError, TypeError, ValueError, OSError and SyntaxError as for `run`.

    `lines`: record each line of the program, and what its variables hold before it: the locals of
    functions, and the globals that a script itself assigns, as texts of up to 60 letters, and the
    objects that they name. Nothing of the program is called for that, no `__repr__` either. Kept
    are up to 32 variables of each of the 12 innermost functions, 200 objects up to 6 steps from a
    variable, and 20 items of each. It costs some microseconds a line, and calls are recorded, too.

    `trace_limit`: events beyond that many are not kept. Each takes 56 bytes, so that 10 million
    take 560 MB. `trace_bytes`: what their texts and variables may take besides, in bytes. Where one
    of the two is met, the recording ends and the run goes on; `trace.notice` then says so.

    A program that never ends is stopped: after `time_limit` milliseconds of the machine's clock, or
    when it has run `step_limit` tasks, ticks and microtasks; None: without limit. The recording
    has what it did up to then, and its `error` is a LimitReached that says which limit it was. A
    single long call of a function that is not Python's cannot be stopped before it returns.
    """
    recording = record_into(
        Transcript(echo),
        program,
        clock=clock,
        host=host,
        argv=argv,
        frames=frames,
        lines=lines,
        trace_limit=trace_limit,
        trace_bytes=trace_bytes,
        limits=Limits(time_limit, step_limit),
    )
    if isinstance(recording.error, KeyboardInterrupt) and not isinstance(
        recording.error, LimitReached
    ):
        raise recording.error
    return recording


def record_into(
    transcript: Transcript,
    program: Program | Script,
    *,
    clock: Clock = "virtual",
    host: Host = "node",
    argv: Sequence[str] = (),
    frames: bool = True,
    lines: bool = False,
    trace_limit: int = TRACE_LIMIT,
    trace_bytes: int = TRACE_BYTES,
    limits: Limits = UNLIMITED,
) -> Recording:
    """Record as `record` does; `transcript` takes what is printed, and may follow the trace.

    A KeyboardInterrupt is not raised, but is the recording's error: what came before it is kept.
    """
    _refuse_nesting("record")
    with Runtime(
        host=host,
        clock=clock,
        argv=argv,
        write=transcript.write,
        trace=True,
        frames=frames,
        lines=lines,
        trace_limit=trace_limit,
        trace_bytes=trace_bytes,
    ) as runtime:
        transcript.trace = runtime.trace
        run_of = _Run(runtime, program)
        error: BaseException | None = None
        result: Any = None
        try:
            with transcript.capturing_print(), limits.watch(runtime._loop):
                result = run_of.execute()
        except SystemExit as exit_:
            runtime.exit_code = _code_of(exit_)
            if exit_.code is not None and not isinstance(exit_.code, int):
                transcript.write("stderr", f"{exit_.code}\n")  # as the interpreter does
        except KeyboardInterrupt as interrupt:
            is_limit = isinstance(interrupt, LimitReached)
            runtime.exit_code = _STOPPED if is_limit else _INTERRUPTED
            error = interrupt
        except BaseException as raised:
            if raised is not runtime.error:
                raise  # ours, not the program's
            error = raised
        state, value = _outcome(result)
        return Recording(
            output=transcript.lines(),
            stdout=transcript.text("stdout"),
            stderr=transcript.text("stderr"),
            error=error,
            exit_code=runtime.exit_code,
            result=value if state == "fulfilled" else None,
            trace=runtime.trace(),
            clock=clock,
            host=host,
            source=run_of.script.source if run_of.script else None,
            path=run_of.script.path if run_of.script else None,
        )


class Runtime:
    """A runtime that stays open: run programs in it, and post work to it from other threads.

    It belongs to the thread that made it; only `post` may be called from others. Close it when it
    is no longer needed, or use it in a `with` statement: what is still pending is then dropped,
    without running it, as when a JavaScript program exits. Arguments as for `run` and `record`;
    `write(stream, text)` takes what programs print, instead of `sys.stdout` and `sys.stderr`.
    TypeError and ValueError for arguments of another kind.
    """

    def __init__(
        self,
        *,
        host: Host = "node",
        clock: Clock = "real",
        argv: Sequence[str] = (),
        write: Callable[[str, str], object] | None = None,
        trace: bool = False,
        frames: bool = False,
        lines: bool = False,
        trace_limit: int = TRACE_LIMIT,
        trace_bytes: int = TRACE_BYTES,
    ) -> None:
        if isinstance(argv, str):
            raise TypeError("argv must be a sequence of str, not a single str")
        self._argv = [*argv]
        self._write = write
        self._loop = _core.Loop(
            clock=clock,
            host=host,
            emit=host_event,
            write=write,
            trace=trace,
            frames=frames,
            lines=lines,
            trace_limit=trace_limit,
            trace_bytes=trace_bytes,
        )
        self._lines = trace and lines

    def run(self, program: Program) -> Any:
        """Run a program until nothing is left to do; see the function `run`.

        RuntimeError inside of a running program, from another thread, and after `close()`;
        TypeError, OSError and SyntaxError as for that function.
        """
        self._check("run")
        state, value = _outcome(_Run(self, program).execute())
        if state == "rejected":
            raise value if isinstance(value, BaseException) else Thrown(value)
        if state == "pending":
            raise RuntimeError(
                "the program has ended, but the promise that it returned was never settled: "
                "nothing that could settle it was left to happen"
            )
        return value

    def drain(self) -> None:
        """Run what was posted, and what follows from it, until nothing is left to do.

        Raises what that left uncaught, and RuntimeError where `run` does.
        """
        self._check("drain")
        follow(self._loop)
        self._loop.run(_nothing)

    def post(self, callback: Callable[..., Any], *arguments: Any) -> None:
        """Have the runtime call `callback(*arguments)` as a task; from any thread.

        It is called by the run that is under way, even if it sleeps, or by the next one. It does
        not keep a run from ending. RuntimeError after `close()`.
        """
        self._loop.post(callback, *arguments)

    def as_task(self, callback: Callable[..., Any]) -> Callable[..., None]:
        """Return a function that posts `callback(*arguments)`, to hand to other libraries.

        They may call it from any thread: a widget's click, a library's own thread. Each call is a
        task of its own, in the context (contextvars, a notebook's cell) in which `as_task` was
        called. TypeError if `callback` is not callable.
        """
        require_callable(callback, "as_task", "callback")
        context = copy_context()

        def post(*arguments: Any) -> None:
            context.copy().run(self.post, callback, *arguments)

        return post

    def trace(self) -> Trace:
        """Return the events recorded so far (none, unless `trace=True` was given)."""
        return Trace.of(self._loop.trace)

    @property
    def running(self) -> bool:
        """Whether a program is running in it."""
        return self._loop.running

    @property
    def error(self) -> BaseException | None:
        """The uncaught exception that ended the last run, or None."""
        return self._loop.error

    @property
    def exit_code(self) -> int:
        """What `node` would exit with after the last run."""
        return self._loop.exit_code or 0

    @exit_code.setter
    def exit_code(self, code: int) -> None:
        self._loop.exit_code = code

    def close(self) -> None:
        """Drop what is pending, without running it. Closing twice does nothing."""
        leave(self._loop)
        self._loop.close()
        forget(self._loop)

    def __del__(self) -> None:
        if hasattr(self, "_loop"):  # else __init__ has failed
            forget(self._loop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _check(self, what: str) -> None:
        _refuse_nesting(what)
        if self._loop.closed:
            raise RuntimeError(f"{what}: this runtime is closed; open a new one")

    def _print_error(self, text: str) -> None:
        if self._write is None:
            sys.stderr.write(text)
        else:
            self._write("stderr", text)


class _Run:
    """One run of one program in a runtime."""

    def __init__(self, runtime: Runtime, program: Program | Script) -> None:
        self.runtime = runtime
        self.script: Script | None = None
        if isinstance(program, str):
            _refuse_file_name(program)
        self._top_level: CoroutineType[Any, Any, Any] | None = None
        if isinstance(program, (str, Path, Script)):
            self.script = program if isinstance(program, Script) else load(program)
            name = self.script.filename
        elif callable(program):
            self._callable = program
            name = getattr(program, "__qualname__", type(program).__qualname__)
        else:
            raise TypeError(
                "program must be a callable, a pathlib.Path of a script, or a str that is the "
                f"source text itself, not {type(program).__name__}"
            )
        self._argv = [sys.executable, name, *runtime._argv]

    def execute(self) -> Any:
        """Run it; returns what it returned, which may be a promise. Raises what was uncaught."""
        loop = self.runtime._loop
        begin(loop, self._argv)
        console.reset()
        follow(loop, self.script)
        if self.script is None:
            return loop.run(self._callable)
        with _sibling_imports(self.script):
            loop.run(self._run_script, module_order=self.script.is_module)
        if self.script.is_module and self.runtime.exit_code == _UNSETTLED:
            self._warn_unsettled(self.script)
        return None

    def _run_script(self) -> Any:
        """Run the script's body; gives its coroutine, which the loop drives, if it is a module."""
        assert self.script is not None
        # For a module, eval() only makes the coroutine; any other code it runs, and gives None.
        namespace = self.script.namespace()
        if self.runtime._lines:
            self.runtime._loop.watch(namespace, self.script.own_names())
        self._top_level = eval(self.script.code, namespace)
        return self._top_level

    def _warn_unsettled(self, script: Script) -> None:
        frame = self._top_level.cr_frame if self._top_level is not None else None
        if frame is None:
            return
        line, _, column, _ = [*frame.f_code.co_positions()][frame.f_lasti // 2]
        line, column = line or frame.f_lineno, column or 0
        text = script.source.splitlines()[line - 1]
        self.runtime._print_error(
            f"Warning: Detected unsettled top-level await at {script.filename}:{line}\n"
            f"{text}\n{' ' * column}^\n\n\n"
        )


@contextmanager
def _sibling_imports(script: Script) -> Iterator[None]:
    """Let a script import the modules beside it, as `python file.py` does."""
    if script.path is None:
        yield
        return
    folder = str(script.path.absolute().parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)


def _nothing() -> None:
    """Be a program that does nothing."""


def _refuse_file_name(source: str) -> None:
    """Raise ValueError for what was meant as a path: as a source text it would be one odd name."""
    if source.endswith(".py") and len(source.split()) == 1:
        raise ValueError(
            "program: a str is the source text itself; to run the file, pass "
            f"pathlib.Path({source!r})"
        )


def _refuse_nesting(what: str) -> None:
    if _core.current_loop() is not None:
        raise RuntimeError(
            f"{what}: a program is running on this thread already. Inside of a program, call "
            "functions directly, or schedule them with set_timeout() or queue_microtask(); "
            "another program needs another thread"
        )


def _outcome(result: Any) -> tuple[str, Any]:
    """Give the state of a result ("fulfilled" if it is no promise), and its value or reason."""
    if isinstance(result, _core.Promise):
        return _core.promise_state(result)
    return "fulfilled", result


def _code_of(exit_: SystemExit) -> int:
    """Give the exit code that the interpreter makes of a SystemExit."""
    if exit_.code is None:
        return 0
    return exit_.code if isinstance(exit_.code, int) else 1
