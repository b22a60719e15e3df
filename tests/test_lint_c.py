"""The lint of csrc finds what it is there for."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LICENCE = "/* SPDX-License-Identifier: MIT */\n"


@pytest.fixture(scope="module")
def lint():
    spec = importlib.util.spec_from_file_location("lint_c", ROOT / "tools" / "lint_c.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["lint_c"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["lint_c"]


def findings(lint, folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [finding for _, finding in lint.check_file(path)]


def test_csrc_is_clean(lint, capsys):
    assert lint.main() == 0
    assert capsys.readouterr().out == "lint_c: clean\n"


@pytest.mark.parametrize(
    ("file", "line", "finding"),
    [
        ("timers.c", "#include <uv.h>", "only host_uv includes <uv.h>"),
        ("timers.c", "#include <Python.h>", "only base includes <Python.h>"),
        ("timers.c", '#include "loop.h"', "timers includes loop.h, of a room below it"),
        ("timers.c", '#include "cellar.h"', "cellar.h is in no room: add it to ROOMS"),
        ("cellar.c", "", "is in no room: add it to ROOMS"),
        ("timers.c", "\tint tab;", "a tab or a trailing blank"),
        ("timers.c", "int blank; ", "a tab or a trailing blank"),
        ("timers.c", "int " + "x" * 140, "144 columns, more than 140"),
    ],
)
def test_lines(lint, tmp_path, file, line, finding):
    found = findings(lint, tmp_path, file, LICENCE + line + "\n")
    assert len(found) == 1
    assert found[0].startswith(finding)


def test_licence(lint, tmp_path):
    assert "the first line must start with" in findings(lint, tmp_path, "timers.c", "int x;\n")[0]


HEADER = [
    " * timers: what it is.",
    " *",
    " * Ownership: a.",
    " * Threads: b.",
    " * Invariants: c.",
    " * Errors: d.",
]


@pytest.mark.parametrize("missing", range(6))
def test_header_without_a_paragraph(lint, tmp_path, missing):
    def header(lines):
        text = "\n".join(["/* SPDX-License-Identifier: MIT", " *", *lines, " */", ""])
        return findings(lint, tmp_path, "timers.h", text)

    assert header(HEADER) == []
    less = [*HEADER[:missing], *HEADER[missing + 1 :]]
    assert header(less) == ([] if missing == 1 else header(HEADER[::-1]))
    assert len(header(HEADER[::-1])) == 1


OBJECT = """
typedef struct {
    PyObject_HEAD
    PyObject *first, *second;
    LsAgent *agent;
    PyObject *loaned; /* borrowed */
    PyObject *weakrefs;
    int number;
    uint8_t kind;
} LsThing;

static int
visit_rest(LsThing *self, visitproc visit, void *arg)
{
    Py_VISIT(self->second);
    return 0;
}

static int
thing_traverse(PyObject *op, visitproc visit, void *arg)
{
    LsThing *self = (LsThing *)op;
    Py_VISIT(self->first);
    Py_VISIT(self->agent->owner);
    return visit_rest(self, visit, arg);
}

static int
thing_clear(PyObject *op)
{
    LsThing *self = (LsThing *)op;
    Py_CLEAR(self->first);
    Py_CLEAR(self->second);
    return 0;
}

static void
thing_dealloc(PyObject *op)
{
    LsThing *self = (LsThing *)op;
    if (self->weakrefs != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    (void)thing_clear(op);
    Py_DECREF(self->agent->owner);
}

static PyType_Slot thing_slots[] = {
    {Py_tp_dealloc, thing_dealloc},
    {Py_tp_traverse, thing_traverse},
    {Py_tp_clear, thing_clear},
    {0, NULL},
};

static PyType_Spec thing_spec = {
    .name = "loopscope.Thing",
    .basicsize = sizeof(LsThing),
    .slots = thing_slots,
};
"""


@pytest.mark.parametrize(
    ("without", "found"),
    [
        ("", []),
        ("    Py_VISIT(self->first);\n", ["tp_traverse of LsThing does not visit first"]),
        ("    Py_VISIT(self->second);\n", ["tp_traverse of LsThing does not visit second"]),
        ("    Py_VISIT(self->agent->owner);\n", ["tp_traverse of LsThing does not visit agent"]),
        (
            "    Py_CLEAR(self->second);\n",
            ["neither tp_clear nor tp_dealloc of LsThing drops second"],
        ),
        (
            "    Py_DECREF(self->agent->owner);\n",
            ["neither tp_clear nor tp_dealloc of LsThing drops agent"],
        ),
        (
            "    if (self->weakrefs != NULL) {\n        PyObject_ClearWeakRefs(op);\n    }\n",
            ["neither tp_clear nor tp_dealloc of LsThing drops weakrefs"],
        ),
        (
            "    {Py_tp_traverse, thing_traverse},\n",
            [
                f"tp_traverse of LsThing does not visit {name}"
                for name in ("first", "second", "agent")
            ],
        ),
    ],
)
def test_fields_that_the_collector_must_know(lint, without, found):
    assert without in OBJECT
    text = OBJECT.replace(without, "") if without else OBJECT
    assert [finding for _, _, finding in lint.check_objects({"thing.c": text})] == found
