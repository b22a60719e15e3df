"""How sharp the fuzzer is: it must find each of these faults, put into the C code one at a time.

    ./dev mutants

The programs of the first seeds run once as they should, which is as Node runs them: that is what a
run of the suite sees. Then, for each mutant, the runtime is compiled with the fault (under
build/mutants; the work tree is not touched) and runs them, until one prints something else. What
is found, after how many programs, goes to docs/conformance.md.
"""

# ruff: noqa: E501 - lines of C stand as they are.

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import sysconfig
from typing import NamedTuple

from . import judge
from .generator import generate

PROGRAMS = 500  # as many as one run of the suite has
LONGER = 1500  # for a mutant that these do not find
SECONDS = 600  # for all programs of one mutant
TARGET = judge.ROOT / "build" / "mutants"
JUDGED = TARGET / "judged.json"
FOUND = judge.ROOT / "tests" / "conformance" / "results" / "mutants.json"


class Mutant(NamedTuple):
    """A fault: in a file of csrc, this text stands for that one, which it has once."""

    name: str
    file: str
    right: str
    wrong: str


MUTANTS = (
    Mutant(
        "finally costs one tick more",
        "promise_finally.c",
        "derived = ls_promise_invoke_then(agent, promise, (PyObject *)next, NULL);",
        "derived = ls_promise_invoke_then(agent, promise, (PyObject *)next, NULL);"
        " if (derived != NULL) { Py_SETREF(derived, ls_promise_invoke_then(agent, derived, NULL, NULL)); }",
    ),
    Mutant(
        "resolve(promise) costs one tick less",
        "promise.c",
        "    if (ls_promise_is_own(agent, resolution)) {\n",
        "    if (ls_promise_is_own(agent, resolution)) {\n"
        "        LsJob *early = ls_reaction_new(agent, NULL, NULL, (PyObject *)promise);\n"
        "        if (early != NULL) { ls_promise_perform_then((LsPromise *)resolution, early); return 0; }\n",
    ),
    Mutant(
        "ticks run behind microtasks",
        "checkpoint.c",
        "if (run_ticks(loop) < 0 || ls_loop_run_microtasks(loop) < 0) {",
        "if (ls_loop_run_microtasks(loop) < 0 || run_ticks(loop) < 0 || ls_loop_run_microtasks(loop) < 0) {",
    ),
    Mutant(
        "ticks and microtasks take turns only once",
        "checkpoint.c",
        "} while (agent->ticks.head != NULL || (again",
        "} while ((again",
    ),
    Mutant(
        "of lists that expire together the later one goes first",
        "timers.c",
        "a->order < b->order;",
        "a->order > b->order;",
    ),
    Mutant(
        "refresh keeps its place in the list",
        "timers.c",
        "    if (ls_timer_is_linked(timer)) {\n        ls_list_remove(&timer->link);\n    }",
        "    if (ls_timer_is_linked(timer)) {\n        return 0;\n    }",
    ),
    Mutant(
        "no checkpoint between the timers of a list",
        "timers.c",
        "            result = next_ticks(agent);\n            bool still",
        "            result = 0;\n            bool still",
    ),
    Mutant(
        "a waiting list keeps its order among those that expire with it",
        "timers.c",
        "            list->order = timers->next_order++;\n            heap_down(timers, list->position);\n",
        "            heap_down(timers, list->position);\n",
    ),
    Mutant(
        "an interval counts from after its callback",
        "timers.c",
        "if (ls_timers_insert(timers, timer, start) < 0) {",
        "start = ls_timers_read_clock(timers, &agent->clock);\n"
        "            if (ls_timers_insert(timers, timer, start) < 0) {",
    ),
    Mutant(
        "no checkpoint between immediates",
        "immediate.c",
        "            if (next_ticks(agent) < 0) {\n                return -1;\n            }\n",
        "",
    ),
    Mutant(
        "immediates of an immediate run in the same turn",
        "immediate.c",
        "        if (result < 0) {\n            return -1;\n        }\n    }\n    return 0;\n",
        "        if (result < 0) {\n            return -1;\n        }\n"
        "        if (timers->outstanding == NULL) {\n"
        "            timers->outstanding = timers->immediate_head;\n"
        "            timers->immediate_head = timers->immediate_tail = NULL;\n        }\n"
        "    }\n    return 0;\n",
    ),
    Mutant(
        "a cleared immediate runs",
        "immediate.c",
        "    end_item(item->agent->timers, item);\n    unlink_item(item->agent->timers, item);\n"
        "    Py_DECREF(item);\n    return 0;\n",
        "    return 0;\n",
    ),
    Mutant(
        "an uncaught error ends the checkpoint",
        "checkpoint.c",
        '        if (LS_UNLIKELY(status < 0) && ls_loop_handle_uncaught(loop, "uncaughtException") < 0) {\n'
        "            return -1;\n        }\n",
        "        if (LS_UNLIKELY(status < 0)) {\n"
        '            return ls_loop_handle_uncaught(loop, "uncaughtException") < 0 ? -1 : 0;\n        }\n',
    ),
    Mutant(
        "rejections are reported in reverse",
        "checkpoint.c",
        "PyList_GET_ITEM(promises, i)) < 0) {",
        "PyList_GET_ITEM(promises, PyList_GET_SIZE(promises) - 1 - i)) < 0) {",
    ),
    Mutant(
        "rejectionHandled is never told",
        "promise.c",
        "    if (promise->reported) {\n",
        "    if (promise->reported) {\n        return;\n",
    ),
    Mutant(
        "an async function's return costs one tick more",
        "async_function.c",
        "int result = returned ? ls_promise_resolve(promise, value)",
        "LsPromise *more = returned ? ls_promise_coerce(promise->agent, value) : NULL;\n"
        "    int result = more != NULL ? ls_promise_resolve(promise, (PyObject *)more)\n"
        "                 : returned ? ls_promise_resolve(promise, value)",
    ),
    Mutant(
        "yield costs no tick",
        "async_generator.c",
        "    if (promise != NULL) {\n        wait_for(generator, LS_WAITS_FOR_YIELD, promise);\n",
        "    if (promise != NULL && promise->state == LS_FULFILLED && generator->head->next == NULL) {\n"
        "        async_generator_complete_step(generator, ls_promise_result(promise), false);\n"
        "        end_serving(generator, LS_GENERATOR_SUSPENDED_YIELD);\n        return 0;\n    }\n"
        "    if (promise != NULL) {\n        wait_for(generator, LS_WAITS_FOR_YIELD, promise);\n",
    ),
    Mutant(
        "return_() of a generator does not wait for its value",
        "async_generator.c",
        "        LsPromise *promise = ls_promise_coerce(agent, request->value);\n        if (promise != NULL) {\n"
        "            wait_for(generator, LS_WAITS_FOR_LEAVE, promise);\n            return 0;\n        }\n"
        "        prepare_throw(generator, PyErr_GetRaisedException());\n",
        "        PyObject *leaving = PyObject_CallNoArgs(PyExc_GeneratorExit);\n"
        "        Py_XSETREF(generator->leaving, Py_XNewRef(leaving));\n"
        "        Py_XSETREF(generator->returned, Py_NewRef(request->value));\n"
        "        prepare_throw(generator, leaving);\n",
    ),
    Mutant(
        "a thenable is called at once",
        "promise.c",
        "        status = enqueue_thenable_job(promise, resolution, then);\n",
        "        LsJob early = {0};\n        early.fn = then;\n        early.argc = ls_arity(agent->state, then, 2);\n"
        "        early.derived = (PyObject *)promise;\n        status = ls_promise_run_thenable(agent, &early);\n",
    ),
    Mutant(
        "any() has its errors in the order of their coming",
        "combinator_elements.c",
        "    shared->slots[self->index] = entry;\n",
        "    Py_ssize_t at = self->index;\n    if (shared->kind == LS_ANY) {\n"
        "        for (at = 0; at < shared->count && shared->slots[at] != NULL; at++) {\n        }\n    }\n"
        "    shared->slots[at] = entry;\n",
    ),
    Mutant(
        "beforeExit is told once only",
        "loop.c",
        "        in_poll = false;\n    } while (ls_loop_alive(loop));",
        "        if (in_poll >= 0) {\n            ls_loop_run_turns(loop, false);\n        }\n    } while (false);",
    ),
    Mutant(
        "a promise of a subclass is awaited as a plain one",
        "promise.c",
        "        if (same != 0) {\n            return same < 0 ? NULL : (LsPromise *)Py_NewRef(value);",
        "        if (same >= 0) {\n            return (LsPromise *)Py_NewRef(value);",
    ),
    Mutant(
        "a generator that pauses forgets the requests that wait",
        "async_generator.c",
        "    if (generator->head != NULL) { /* a request that waited",
        "    if (false) { /* a request that waited",
    ),
    Mutant(
        "for await that is left early leaves its iterator open",
        "for_await.c",
        "    if (self->finished) {\n        return ls_step_new(state, LS_STEP_DISCARD, NULL, NULL);",
        "    if (true) {\n        return ls_step_new(state, LS_STEP_DISCARD, NULL, NULL);",
    ),
    Mutant(
        "for await over a list takes one tick a step",
        "sync_iterator.c",
        "        ls_promise_perform_then(wrapper, job);\n",
        "        if (wrapper->state == LS_FULFILLED) {\n"
        "            Py_SETREF(result->value, Py_NewRef(ls_promise_result(wrapper)));\n"
        "            ls_promise_fulfill(promise, (PyObject *)result);\n        }\n"
        "        else {\n            ls_promise_perform_then(wrapper, job);\n        }\n",
    ),
    Mutant(
        "an unref()ed timer holds the loop",
        "timeout.c",
        "            timer->agent->timers->refs += refed ? 1 : -1;\n",
        "",
    ),
    Mutant(
        "a module's timers come before its immediates",
        "loop.c",
        "bool in_poll = module_order;",
        "bool in_poll = false;",
    ),
)


def main() -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    results = {}
    _run_sound(PROGRAMS)
    for mutant in MUTANTS:
        results[mutant.name] = _tried(mutant)
    missed = [mutant for mutant in MUTANTS if results[mutant.name] is None]
    if missed:
        _run_sound(LONGER)
    for mutant in missed:
        results[mutant.name] = _tried(mutant)
    FOUND.write_text(json.dumps({"programs": PROGRAMS, "found": results}, indent=1) + "\n", "utf-8")
    return 1 if None in results.values() else 0


def _tried(mutant: Mutant) -> str | None:
    _compile(mutant)
    found = _hunt()
    print(f"{mutant.name}: {found or 'not found'}", flush=True)
    return found


def _run_sound(programs: int) -> None:
    """What the runtime without a fault prints, in JUDGED: what Node prints, as each run of the suite sees."""
    judged = [judge.run_python(generate(seed)) for seed in range(programs)]
    JUDGED.write_text(json.dumps([(ran.output, ran.exit_code) for ran in judged]), "utf-8")


def _compile(mutant: Mutant) -> None:
    """A loopscope with the fault in TARGET: the objects of the other files are kept."""
    package = TARGET / "loopscope"
    shutil.rmtree(package, ignore_errors=True)
    ignore = shutil.ignore_patterns("*.so", "__pycache__")
    shutil.copytree(judge.ROOT / "package" / "loopscope", package, ignore=ignore)
    sources = TARGET / "csrc"
    shutil.copytree(judge.ROOT / "csrc", sources, dirs_exist_ok=True)
    text = (sources / mutant.file).read_text("utf-8")
    assert text.count(mutant.right) == 1, f"{mutant.name}: its place in {mutant.file} has changed"

    flags = ["-std=c11", "-O1", "-fPIC", "-w", *_pkg_config("--cflags")]
    flags += ["-I", sysconfig.get_path("include")]
    objects = []
    for source in sorted(sources.glob("*.c")):
        made = source.with_suffix(".o")
        if source.name == mutant.file:
            made = source.with_suffix(".mutant.o")
            source.write_text(text.replace(mutant.right, mutant.wrong), "utf-8")
        stamp = source.with_suffix(".stamp")
        content = "".join(
            path.read_text("utf-8") for path in (source, *sorted(sources.glob("*.h")))
        )
        if source.name == mutant.file or not stamp.exists() or stamp.read_text("utf-8") != content:
            subprocess.run(["gcc", *flags, "-c", source, "-o", made], check=True)
            if source.name != mutant.file:
                stamp.write_text(content, "utf-8")
        objects.append(made)
    library = package / f"_core{sysconfig.get_config_var('EXT_SUFFIX')}"
    subprocess.run(["gcc", "-shared", "-o", library, *objects, *_pkg_config("--libs")], check=True)


def _pkg_config(what: str) -> list[str]:
    done = subprocess.run(["pkg-config", what, "libuv"], capture_output=True, text=True, check=True)
    return shlex.split(done.stdout)


def _hunt() -> str | None:
    """What gave the mutant away, or None."""
    code = f"import sys; sys.path[:0] = {[str(TARGET), str(judge.ROOT)]!r}"
    command = [sys.executable, "-c", f"{code}; from tests.fuzz.mutants import run; run()"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "it hangs"
    if done.returncode < 0:
        return "it crashes"
    return done.stdout.strip().rpartition("\n")[2] or None


def run() -> None:
    """In a process of the mutant: print which program diverges first."""
    judged = json.loads(JUDGED.read_text("utf-8"))
    for number, (output, exit_code) in enumerate(judged):
        if judge.run_python(generate(number)) != judge.Ran(output, exit_code):
            print(f"program {number + 1}")
            return


if __name__ == "__main__":
    sys.exit(main())
