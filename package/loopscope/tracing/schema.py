"""The trace as data: events as dicts, as a data frame, and in a JSON file of a stated version.

A file is described by `trace.schema.json`, beside this module. Its version changes when a reader of
the old one could misread the new one; kinds and rules that are new do not change it. Files of
version 1 are read, too: they differ from version 2 only in what they cannot hold, lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from .. import _core

if TYPE_CHECKING:
    from pandas import DataFrame

    from .._core import Event

# json is imported by what reads and writes files: a run that records nothing is not to wait for it.
__all__ = ["FIELDS", "VERSION", "Trace", "json_schema", "load"]

VERSION = 2

FIELDS = _core.Event.__match_args__
"""The fields of an event, in order; `help(loopscope.tracing.schema.Trace)` tells their meaning."""

_FORMAT = "loopscope-trace"
_TEXTS = ("kind", "lane", "rule", "file", "label", "text", "changes")
_EMPTY: dict[str, Any] = {name: "" if name in _TEXTS else 0 for name in FIELDS}


class Trace(Sequence["Event"]):
    """The events of a run: a sequence of named tuples, in the order in which they happened.

    Of each event: `seq`, its number from 0; `time`, milliseconds since the start of the run, by its
    clock; `kind`, what happened; `lane`, where ("host", "task", "tick", "microtask", "stack",
    "output" or ""); `rule`, the rule that it follows; `id`, the thing it is about; `ref`, a related
    thing; `cause`, the task or job that was running (0: the host); `extra`, a number that depends
    on the kind, such as a delay; `depth` of the call stack; `file`, `line` and `column` in the
    program; `label`, the name of a function; `text`, what was printed, or a value; `changes`, with
    lines, what variables hold since this event (JSON, which `loopscope.tracing.heap` reads).
    """

    def __init__(
        self,
        events: Sequence[Event] | _core.Trace,
        *,
        truncated: bool,
        frames: bool,
        lines: bool = False,
        cut: str = "",
    ) -> None:
        self._events = events
        self._truncated = truncated
        self._frames = frames
        self._lines = lines
        self._cut = cut

    @classmethod
    def of(cls, recorded: _core.Trace) -> Trace:
        """Return what C has recorded up to now, and will record, as a Trace.

        TypeError for anything else.
        """
        if not isinstance(recorded, _core.Trace):
            raise TypeError(
                f"Trace.of: argument 'recorded' must be the trace of a Loop, "
                f"not {type(recorded).__name__}"
            )
        return cls(
            recorded,
            truncated=recorded.truncated,
            frames=recorded.frames,
            lines=recorded.lines,
            cut=recorded.cut,
        )

    @property
    def truncated(self) -> bool:
        """Whether the run went on after a limit of the recording was met; see `notice`."""
        return self._truncated

    @property
    def lines(self) -> bool:
        """Whether each line is in it; False also where another tracer was in the way."""
        return self._lines

    @property
    def notice(self) -> str:
        """What is missing in it and what to do about that; "" if nothing is."""
        if not self._truncated:
            return ""
        return (
            f"The recording ends after {len(self):,} events; the run went on. "
            + {
                "events": "That is trace_limit: a higher one keeps more.",
                "bytes": "Their texts and variables took trace_bytes of memory: more keeps more.",
                "memory": "No memory was left for more.",
            }.get(self._cut, "").strip()
        )

    @property
    def frames(self) -> bool:
        """Whether calls are in it; False also where another profiler was in the way."""
        return self._frames

    def __len__(self) -> int:
        return len(self._events)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            return list(self._events[index])
        return self._events[index]

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def __repr__(self) -> str:
        more = ", truncated" if self.truncated else ""
        return f"<Trace of {len(self)} events{more}>"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the events as dicts, each with all fields."""
        return [dict(zip(FIELDS, event, strict=True)) for event in self]

    def to_dataframe(self) -> DataFrame:
        """Return the events as a pandas DataFrame. ImportError if pandas is not installed."""
        try:
            from pandas import DataFrame
        except ImportError as error:
            raise ImportError(
                "to_dataframe: data frames need pandas; install it with: pip install pandas"
            ) from error
        return DataFrame.from_records([tuple(event) for event in self], columns=list(FIELDS))

    def save(self, path: str | Path) -> None:
        """Write the events to a JSON file; fields that are 0 or "" are left out.

        OSError if it cannot be written, ValueError if `path` cannot be a file's name.
        """
        import json

        events = [
            {
                name: json.loads(value) if name == "changes" else value
                for name, value in event.items()
                if name in ("seq", "time", "kind") or value != _EMPTY[name]
            }
            for event in self.to_dicts()
        ]
        head = {"format": _FORMAT, "version": VERSION}
        what = {"frames": self.frames, "lines": self.lines}
        document = {**head, "truncated": self.truncated, "cut": self._cut, **what}
        lines = ",\n".join(json.dumps(event, ensure_ascii=False) for event in events)
        text = json.dumps(document)[:-1] + f', "events": [\n{lines}\n]}}\n'
        Path(path).write_text(text, encoding="utf-8")


def load(path: str | Path) -> Trace:
    """Read a file that `Trace.save` has written.

    Raises OSError if it cannot be read, ValueError if it is not such a file or of another version.
    """
    import json

    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a trace: {error}") from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise ValueError(f"{path} is not a trace: it does not say so in its format")
    version = document.get("version")
    if version not in (1, VERSION):
        raise ValueError(
            f"{path} is a trace of version {version!r}; this release reads versions 1 to {VERSION}"
        )
    if version == 1:
        document = {**document, "lines": False, "cut": ""}
    try:
        events = [_event(number, entry) for number, entry in enumerate(document["events"])]
        return Trace(
            events,
            truncated=bool(document["truncated"]),
            frames=bool(document["frames"]),
            lines=bool(document["lines"]),
            cut=str(document["cut"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} is not a trace: {error!r} in its events") from error


def _event(number: int, entry: dict[str, Any]) -> Event:
    import json

    if entry["seq"] != number:
        raise TypeError(f"event {entry['seq']!r} where number {number} should be")
    full = {**_EMPTY, **entry}
    if full["changes"]:
        if not isinstance(full["changes"], dict):
            raise TypeError(f"the changes of event {number} are no object")
        # As C writes it: what was saved and loaded is the same text.
        full["changes"] = json.dumps(full["changes"], separators=(",", ":"))
    return _core.Event([full[name] for name in FIELDS])


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the files."""
    import json

    text = Path(__file__).with_name("trace.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
