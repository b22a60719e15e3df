"""Records anew what Node prints for the cases of `cases.py`, in `expected.json`.

    python tests/console/record.py            what the cases print
    python tests/console/record.py --widths   the widths of characters, in the package

Node 20 is the judge; LOOPSCOPE_NODE names its program, else `node` is taken.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from cases import CASES  # noqa: E402
from live_node import Node, width_runs  # noqa: E402

WIDTHS = HERE.parents[1] / "package" / "loopscope" / "console" / "_widths.py"
LINE = 100


def record_cases() -> None:
    with Node() as node:
        expected = {case.js: node.run(case.js) for case in CASES}
    lines = ",\n".join(f"{json.dumps(js)}: {json.dumps(out)}" for js, out in expected.items())
    (HERE / "expected.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"recorded {len(expected)} cases")


def record_widths() -> None:
    edges: dict[int, list[int]] = {0: [], 2: []}
    for first, last, width in width_runs():
        if width in edges:
            edges[width] += [first, last + 1]
    blocks = [_constant("ZERO", edges[0]), _constant("WIDE", edges[2])]
    head = (
        '"""The columns of characters, by Node\'s ICU: made by tests/console/record.py.\n\n'
        "Edges of ranges: the first code point within, the first one after, and so on. What is in\n"
        'neither table takes one column.\n"""\n'
    )
    WIDTHS.write_text(head + "\n" + "\n".join(blocks), encoding="utf-8")


def _constant(name: str, edges: list[int]) -> str:
    lines, line = [], "   "
    for edge in edges:
        word = f" 0x{edge:X},"
        if len(line) + len(word) > LINE:
            lines.append(line)
            line = "   "
        line += word
    body = "\n".join([*lines, line])
    return f"# fmt: off\n{name} = (\n{body}\n)\n# fmt: on\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--widths"]:
        record_widths()
    else:
        record_cases()
