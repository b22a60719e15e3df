"""Check the house rules of csrc that no compiler knows.

- A file includes only headers of its own room and of rooms above it in ROOMS.
- Only the room host_uv includes <uv.h>; only base includes <Python.h>.
- Each file opens with its licence; each header goes on with what it is ("room: ..."), Ownership,
  Threads, Invariants and Errors, in this order, before the first line of code.
- Each field of a type that may hold a Python object is named by its tp_traverse, and by its
  tp_clear or tp_dealloc.
- No tabs, no trailing blanks, no line longer than 140 columns.

usage: python tools/lint_c.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

CSRC = Path(__file__).parent.parent / "csrc"

# Lower rooms first. A line names a room, then its other files; an indented line goes on.
ROOMS = """
base
state
clock
trace      tape
queue
agent
host_uv
timers     timeout immediate
promise    promise_type promise_constructor promise_statics promise_meta promise_capability
           promise_finally promise_awaiter combinators combinator_elements settled_result
           promise_trace
async_function
heap       heap_value heap_text
iteration  async_callable async_generator async_generator_type sync_iterator for_await
loop       turns checkpoint callstack live loop_functions loop_object trace_object
           snapshot limits
module
"""
HOUSE = [line.split() for line in ROOMS.replace("\n ", " ").strip().split("\n")]
ROOM_OF = {file: room for room, *others in HOUSE for file in (room, *others)}
HEIGHT = {room: height for height, (room, *_) in enumerate(HOUSE)}

LICENCE = "/* SPDX-License-Identifier: MIT"
LABELS = ("Ownership", "Threads", "Invariants", "Errors")
COLUMNS = 140

Finding = tuple[int, str]


def check_includes(room: str, lines: list[str]) -> Iterator[Finding]:
    """Find the includes that look down the house."""
    for number, line in enumerate(lines, 1):
        if not (match := re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)):
            continue
        bracket, header = match.groups()
        if bracket == "<":
            owner = {"uv.h": "host_uv", "Python.h": "base"}.get(header, room)
            if room != owner:
                yield number, f"only {owner} includes <{header}>"
        elif (other := ROOM_OF.get(header.removesuffix(".h"))) is None:
            yield number, f"{header} is in no room: add it to ROOMS in tools/lint_c.py"
        elif HEIGHT[other] > HEIGHT[room]:
            yield number, f"{room} includes {header}, of a room below it"


def check_header_comment(name: str, lines: list[str]) -> Iterator[Finding]:
    """Find what the opening paragraphs of a header do not say."""
    comment = []
    for line in lines:
        comment.append(line.removeprefix(" *").strip())
        if line.rstrip().endswith("*/"):
            break
    labels = [match[1] for text in comment if (match := re.match(r"([\w ]+?): ", text))]
    expected = [name, *LABELS]
    # Other words with a colon may stand in a paragraph; these five must be there in this order.
    if [label for label in labels if label in expected] != expected:
        yield 1, f"the opening comment must say, in this order: {', '.join(expected)}"


def check_text(lines: list[str]) -> Iterator[Finding]:
    """Find what clang-format would mend, where it is installed."""
    if not lines[0].startswith(LICENCE):
        yield 1, f"the first line must start with {LICENCE!r}"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            yield number, f"{len(line)} columns, more than {COLUMNS}"
        if "\t" in line or line != line.rstrip():
            yield number, "a tab or a trailing blank"


# Parts of objects, by value: functions of their rooms name their fields.
PARTS = {
    "LsAgent": r"\bls_agent_\w+\(",
    "LsTimers": r"\bls_timers_\w+\(",
    "LsAsync": r"activation\.",
}
# Pointers that need no visit, or no drop: weak references are none of the collector's, and the rest
# of a chain is reached by its first link.
LINKS = {"weakrefs", "next", "prev", "tail"}
STRUCT = re.compile(r"typedef struct(?: \w+)? \{\n    PyObject_HEAD\n(.*?)\n\} (\w+);", re.S)
FIELD = re.compile(r"    (?:struct )?(\w+) (\*?.+?);")
FUNCTION = re.compile(r"^(\w+)\([^;{]*?\)\n\{\n(.*?)^\}", re.S | re.M)
SLOT = re.compile(r"\{Py_tp_(\w+), (\w+)\}")
SLOTS = re.compile(r"PyType_Slot (\w+)\[\] = \{\n(.*?)\n\};", re.S)
SPEC = re.compile(r"\.basicsize = sizeof\((\w+)\).*?\.slots = (\w+)", re.S)


def fields_of_objects(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the fields that may hold objects, of the structs of objects: {struct: {field: sign}}.

    The sign is a pattern that is found in a function which names the field.
    """
    structs = {name: body for text in texts for body, name in STRUCT.findall(text)}
    holding = {*structs, *PARTS, "PyObject", "PyTypeObject", "LsRequest", "LsJob"}
    found: dict[str, dict[str, str]] = {}
    for name, body in structs.items():
        fields = found[name] = {}
        for line in body.split("\n"):
            match = FIELD.match(line)
            if match is None or match[1] not in holding or "borrowed" in line:
                continue
            for declared in match[2].split(", "):
                field = declared.strip("* ")
                if declared.startswith("*"):
                    fields[field] = rf"(?:->|\.){field}\b"
                elif match[1] in PARTS:
                    fields[field] = PARTS[match[1]]
    return found


def reachable(name: str, own: Mapping[str, str], others: Mapping[str, str]) -> str:
    """Return the text of a function and of what it calls, of its own file first."""
    seen: set[str] = set()
    waiting, texts = [name], []
    while waiting:
        one = waiting.pop()
        body = own.get(one) or others.get(one)
        if body is not None and one not in seen:
            texts.append(body)
            waiting += re.findall(r"\b(\w+)\(", body)
        seen.add(one)
    return "\n".join(texts)


def check_objects(texts: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """Find fields that the collector does not hear of, or that nobody drops: (file, line, text)."""
    fields = fields_of_objects(texts.values())
    functions = {file: dict(FUNCTION.findall(text)) for file, text in texts.items()}
    others = {name: body for bodies in functions.values() for name, body in bodies.items()}
    for file, text in texts.items():
        tables = dict(SLOTS.findall(text))
        for spec in SPEC.finditer(text):
            struct, slots = spec[1], dict(SLOT.findall(tables.get(spec[2], "")))
            number = text.count("\n", 0, spec.start()) + 1
            visited, cleared, freed = (
                reachable(slots.get(slot, ""), functions[file], others)
                for slot in ("traverse", "clear", "dealloc")
            )
            for field, sign in fields.get(struct, {}).items():
                if field not in LINKS and not re.search(sign, visited):
                    yield file, number, f"tp_traverse of {struct} does not visit {field}"
                if field not in LINKS - {"weakrefs"} and not re.search(sign, cleared + freed):
                    yield file, number, f"neither tp_clear nor tp_dealloc of {struct} drops {field}"


def check_file(path: Path) -> Iterator[Finding]:
    """Find everything wrong with one file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    yield from check_text(lines)
    if path.suffix == ".h":
        yield from check_header_comment(path.stem, lines)
    if (room := ROOM_OF.get(path.stem)) is None:
        yield 1, "is in no room: add it to ROOMS in tools/lint_c.py"
    else:
        yield from check_includes(room, lines)


def main() -> int:
    """Print each finding as file:line: text; return 1 when there is one."""
    paths = sorted(CSRC.glob("*.[ch]"))
    findings = [
        f"{path.relative_to(CSRC.parent)}:{number}: {text}"
        for path in paths
        for number, text in check_file(path)
    ]
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    findings += [f"csrc/{name}:{number}: {text}" for name, number, text in check_objects(texts)]
    print("\n".join(findings) or "lint_c: clean")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
