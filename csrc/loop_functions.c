/* SPDX-License-Identifier: MIT
 *
 * The functions of the module that need a running loop: scheduling, the clock, and console output.
 */
#include "loop.h"

/* What only Node has. 0, or -1 with an exception. */
static int
require_node(LsAgent *agent, const char *what)
{
    if (!ls_loop_of(agent)->browser) {
        return 0;
    }
    PyErr_Format(PyExc_RuntimeError, "%s: a browser has no such function; use queue_microtask() or set_timeout(f, 0), or run the "
                 "program with host=\"node\"", what);
    return -1;
}

/* Keyword arguments of set_timeout/set_interval: `delay` may be named. Rewrites args into `stack`. The new nargs or -1. */
static Py_ssize_t
take_delay(const char *what, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, PyObject *stack[2])
{
    if (nargs != 1 || PyTuple_GET_SIZE(kwnames) != 1 ||
        PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(kwnames, 0), "delay") != 0) {
        PyErr_Format(PyExc_TypeError, "%s: takes (callback, delay=0, *args); only 'delay' may be given by name", what);
        return -1;
    }
    stack[0] = args[0];
    stack[1] = args[1];
    return 2;
}

static PyObject *
set_timer(PyObject *module, const char *what, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, bool repeat)
{
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(ls_state_of_module(module), what, &held);
    PyObject *stack[2];
    if (agent == NULL) {
        return NULL;
    }
    if (kwnames != NULL) {
        nargs = take_delay(what, args, nargs, kwnames, stack);
        if (nargs < 0) {
            return NULL;
        }
        args = stack;
    }
    return ls_timers_set(agent, &ls_loop_of(agent)->timers, what, args, nargs, repeat);
}

PyDoc_STRVAR(set_timeout_doc, "set_timeout($module, callback, /, delay=0, *args)\n--\n\n"
             "Ask the host to queue callback(*args) as a task after `delay`.\n\n"
             "delay: milliseconds (may be given by name); less than 1, not a number or more than\n"
             "2147483647 means 1, fractions are dropped.\n"
             "Returns a Timeout, for clear_timeout().\n"
             "Raises TypeError for a callback that is not callable or a delay that is not a\n"
             "number; RuntimeError outside of a runtime.\n"
             "HTML 8.6 Timers; Node: Timers, setTimeout().");

static PyObject *
set_timeout(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return set_timer(module, "set_timeout", args, nargs, kwnames, false);
}

PyDoc_STRVAR(set_interval_doc, "set_interval($module, callback, /, delay=0, *args)\n--\n\n"
             "Ask the host to queue callback(*args) as a task every `delay` milliseconds.\n\n"
             "The next delay counts from before the callback ran. Arguments, result and errors\n"
             "as in set_timeout(): TypeError, and RuntimeError outside of a runtime.\n"
             "HTML 8.6 Timers; Node: Timers, setInterval().");

static PyObject *
set_interval(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return set_timer(module, "set_interval", args, nargs, kwnames, true);
}

PyDoc_STRVAR(set_immediate_doc, "set_immediate($module, callback, /, *args)\n--\n\n"
             "Queue callback(*args) for the check phase of this turn of the loop (from a callback of\n"
             "that phase: of the next turn).\n\n"
             "Returns an Immediate, for clear_immediate(). Raises TypeError for a callback that is\n"
             "not callable; RuntimeError outside of a runtime. Node: Timers, setImmediate().");

static PyObject *
set_immediate(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(ls_state_of_module(module), "set_immediate", &held);
    if (agent == NULL || require_node(agent, "set_immediate") < 0) {
        return NULL;
    }
    return ls_timers_set_immediate(agent, &ls_loop_of(agent)->timers, args, nargs);
}

static PyObject *
clear_timer(PyObject *module, const char *what, PyObject *const *args, Py_ssize_t nargs)
{
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(ls_state_of_module(module), what, &held);
    if (agent == NULL || (nargs > 0 && ls_timers_cancel(agent, &ls_loop_of(agent)->timers, args[0]) < 0)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(clear_timeout_doc, "clear_timeout($module, timeout=None, /)\n--\n\n"
             "Clear a timer, so that its callback does not run (again).\n\n"
             "timeout: a Timeout of set_timeout() or set_interval(), its number, or its number as\n"
             "text; anything else is ignored. Raises RuntimeError outside of a runtime.\n"
             "Node: Timers, clearTimeout().");

static PyObject *
clear_timeout(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return clear_timer(module, "clear_timeout", args, nargs);
}

PyDoc_STRVAR(clear_interval_doc, "clear_interval($module, timeout=None, /)\n--\n\n"
             "The same as clear_timeout(). Raises RuntimeError outside of a runtime.\n"
             "Node: Timers, clearInterval().");

static PyObject *
clear_interval(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return clear_timer(module, "clear_interval", args, nargs);
}

PyDoc_STRVAR(clear_immediate_doc, "clear_immediate($module, immediate=None, /)\n--\n\n"
             "Take an Immediate off its queue; anything else is ignored. Raises RuntimeError outside of\n"
             "a runtime. Node: Timers, clearImmediate().");

static PyObject *
clear_immediate(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(ls_state_of_module(module), "clear_immediate", &held);
    if (agent == NULL ||
        (nargs > 0 && ls_timers_clear_immediate(agent, &ls_loop_of(agent)->timers, args[0]) < 0)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* A job of kind CALLBACK for callback(*args). NULL with an exception. */
static LsJob *
callback_job(LsAgent *agent, PyObject *callback, PyObject *const *args, Py_ssize_t nargs)
{
    LsJob *job = ls_job_new(&agent->pool, LS_JOB_CALLBACK);
    if (job == NULL) {
        return NULL;
    }
    job->id = ls_trace_new_id(&agent->trace);
    job->argc = ls_arity(agent->state, callback, nargs);
    if (ls_context_capture(agent, &job->context) < 0 || (nargs > 0 && (job->fn2 = PyTuple_New(nargs)) == NULL)) {
        ls_job_free(&agent->pool, job);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < nargs; i++) {
        PyTuple_SET_ITEM(job->fn2, i, Py_NewRef(args[i]));
    }
    job->fn = Py_NewRef(callback);
    return job;
}

PyDoc_STRVAR(queue_microtask_doc, "queue_microtask($module, callback, /)\n--\n\n"
             "Queue callback() as a microtask: it runs when the call stack is empty, before the next task.\n\n"
             "Raises TypeError for a callback that is not callable; RuntimeError outside of a\n"
             "runtime. HTML 8.7 Microtask queuing; Node: queueMicrotask().");

static PyObject *
queue_microtask(PyObject *module, PyObject *callback)
{
    LsState *state = ls_state_of_module(module);
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(state, "queue_microtask", &held);
    if (agent == NULL || ls_require_callable(callback, "queue_microtask", "callback") < 0) {
        return NULL;
    }
    PyObject *context;
    uint32_t id = ls_trace_new_id(&agent->trace);
    if (ls_context_capture(agent, &context) < 0 ||
        ls_queue_push_microtask(&agent->microtasks, Py_NewRef(callback), context, id, ls_arity(state, callback, 0)) < 0) {
        return NULL;
    }
    LS_EMIT(agent, ENQUEUE, MICROTASK, MICROTASK_FIFO, id, 0, 0, callback, state->str_queue_microtask);
    Py_RETURN_NONE;
}

static LS_NOINLINE void
record_tick(LsAgent *agent, const LsJob *job)
{
    LS_EMIT(agent, ENQUEUE, TICK, TICKS_FIRST, job->id, 0, 0, job->fn, agent->state->str_next_tick);
}

PyDoc_STRVAR(next_tick_doc, "next_tick($module, callback, /, *args)\n--\n\n"
             "Queue callback(*args) as a tick: ticks run before microtasks.\n\n"
             "Does nothing once the process exits. Raises TypeError for a callback that is not\n"
             "callable; RuntimeError outside of a runtime. Node: process.nextTick().");

static PyObject *
next_tick(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    LsState *state = ls_state_of_module(module);
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(state, "process.next_tick", &held);
    if (agent == NULL || require_node(agent, "process.next_tick") < 0) {
        return NULL;
    }
    if (nargs < 1) {
        PyErr_SetString(PyExc_TypeError, "process.next_tick: argument 'callback' is missing");
        return NULL;
    }
    if (ls_require_callable(args[0], "process.next_tick", "callback") < 0) {
        return NULL;
    }
    if (agent->exiting) {
        Py_RETURN_NONE;
    }
    LsJob *job = callback_job(agent, args[0], args + 1, nargs - 1);
    if (job == NULL) {
        return NULL;
    }
    if (LS_TRACED(agent)) {
        record_tick(agent, job);
    }
    ls_queue_push(&agent->ticks, job);
    Py_RETURN_NONE;
}

/* ---- the clock ---- */

PyDoc_STRVAR(now_doc, "now($module, /)\n--\n\n"
             "Milliseconds since the start of the run, by its clock. RuntimeError outside of a\n"
             "runtime. HR-Time: performance.now().");

static PyObject *
now(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(ls_state_of_module(module), "performance.now", &held);
    return agent == NULL ? NULL : PyFloat_FromDouble((double)ls_clock_now_ns(&agent->clock) / 1e6);
}

PyDoc_STRVAR(block_doc, "block($module, ms, /)\n--\n\n"
             "Keep the one thread busy for `ms` milliseconds: nothing else runs meanwhile.\n\n"
             "On the virtual clock the time passes at once. Raises TypeError or ValueError for ms\n"
             "that is no number of milliseconds from 0 on; RuntimeError outside of a runtime.");

static PyObject *
block(PyObject *module, PyObject *value)
{
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(ls_state_of_module(module), "block", &held);
    if (agent == NULL) {
        return NULL;
    }
    double ms = PyFloat_AsDouble(value);
    if (ms == -1.0 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "block: argument 'ms' must be a number of milliseconds, not %.100s",
                         Py_TYPE(value)->tp_name);
        }
        return NULL;
    }
    if (!(ms >= 0 && ms <= 1e12)) {
        PyErr_SetString(PyExc_ValueError, "block: argument 'ms' must be a number of milliseconds from 0 to 1e12");
        return NULL;
    }
    if (ms + (double)ls_clock_now_ms(&agent->clock) > (double)LS_CLOCK_END_MS) {
        PyErr_SetString(PyExc_ValueError, "block: the run's clock ends after 285 years");
        return NULL;
    }
    int64_t end = ls_clock_now_ns(&agent->clock) + (int64_t)(ms * 1e6);
    if (agent->clock.is_virtual) {
        ls_clock_advance_to(&agent->clock, end);
    }
    while (ls_clock_now_ns(&agent->clock) < end) {
        /* Busy, as the JavaScript loop is that this stands for; but other threads and Ctrl-C get their chance. */
        Py_BEGIN_ALLOW_THREADS
        for (int i = 0; i < 1000 && ls_clock_now_ns(&agent->clock) < end; i++) {
        }
        Py_END_ALLOW_THREADS
        if (PyErr_CheckSignals() < 0 || ls_loop_check_interrupt(ls_loop_of(agent)) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* ---- output ---- */

static int
write_to_sys(const char *stream, PyObject *text)
{
    PyObject *file = PySys_GetObject(stream);
    if (file == NULL || file == Py_None) {
        return 0;
    }
    Py_INCREF(file);
    int status = PyFile_WriteObject(text, file, Py_PRINT_RAW);
    Py_DECREF(file);
    return status;
}

PyDoc_STRVAR(write_doc, "write($module, stream, text, /)\n--\n\n"
             "Write console output: to the running program's sink if there is one, else to\n"
             "sys.stdout or sys.stderr; recorded in the trace.\n\n"
             "stream: \"stdout\" or \"stderr\".");

static PyObject *
write_text(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    LsAgent *agent = ls_agent_current(ls_state_of_module(module));
    if (nargs != 2 || !PyUnicode_Check(args[0]) || !PyUnicode_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "write: takes two arguments, 'stream' and 'text', both str");
        return NULL;
    }
    LS_HELD(held);
    LsState *state = ls_state_of_module(module);
    if (agent == NULL && state->live_hosts > 0) {
        agent = state->find_live(state, false, &held); /* a cell or coroutine prints: its live run records that */
        if (agent == NULL && PyErr_Occurred()) {
            return NULL;
        }
    }
    bool is_error = PyUnicode_CompareWithASCIIString(args[0], "stderr") == 0;
    int status;
    if (agent != NULL && agent->trace.on) {
        PyObject *text = PyUnicode_FromObject(args[1]); /* of a subclass: the text alone */
        if (text == NULL) {
            return NULL;
        }
        LS_EMIT(agent, OUTPUT, OUTPUT_LANE, SYNC_CALL, 0, 0, is_error ? 2 : 1, NULL, text);
        Py_DECREF(text);
    }
    if (agent != NULL && ls_loop_of(agent)->write != NULL) {
        PyObject *sink = Py_NewRef(ls_loop_of(agent)->write);
        PyObject *result = PyObject_Vectorcall(sink, args, 2, NULL);
        Py_DECREF(sink);
        status = result == NULL ? -1 : 0;
        Py_XDECREF(result);
    }
    else {
        status = write_to_sys(is_error ? "stderr" : "stdout", args[1]);
    }
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- about ---- */

PyDoc_STRVAR(current_loop_doc, "current_loop($module, /)\n--\n\n"
             "The Loop that runs in this thread, or None.");

static PyObject *
current_loop(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    LsAgent *agent = ls_agent_current(ls_state_of_module(module));
    return Py_NewRef(agent == NULL ? Py_None : agent->owner);
}

PyDoc_STRVAR(active_loop_doc, "active_loop($module, /)\n--\n\n"
             "The Loop that runs in this thread, else the live one of the asyncio loop that runs\n"
             "here, which is made if need be; or None.");

static PyObject *
active_loop(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    LS_HELD(held);
    LsState *state = ls_state_of_module(module);
    LsAgent *agent = ls_agent_current(state);
    if (agent == NULL && (agent = ls_agent_live(state, &held)) == NULL && PyErr_Occurred()) {
        return NULL;
    }
    return Py_NewRef(agent == NULL ? Py_None : agent->owner);
}

PyDoc_STRVAR(arity_doc, "arity($module, callable, offered, /)\n--\n\n"
             "How many positional arguments a callable gets of those that are offered: a Python function,\n"
             "bound method or async function as many as it can take, and at least as many as it requires;\n"
             "any other callable all of them.");

static PyObject *
arity(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2) {
        return PyErr_Format(PyExc_TypeError, "arity() takes exactly 2 arguments (%zd given)", nargs);
    }
    Py_ssize_t offered = PyNumber_AsSsize_t(args[1], PyExc_OverflowError);
    if (offered == -1 && PyErr_Occurred()) {
        return NULL;
    }
    uint8_t count = ls_arity(ls_state_of_module(module), args[0], offered);
    return PyLong_FromSsize_t(count == LS_ALL_ARGS ? offered : count);
}

PyDoc_STRVAR(live_counts_doc, "live_counts($module, /)\n--\n\n"
             "How many loops, timers and promises are alive in this interpreter: for leak tests.");

static PyObject *
live_counts(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    LsState *state = ls_state_of_module(module);
    return Py_BuildValue("{s:n,s:n,s:n,s:n}", "loops", state->live_loops, "timers", state->live_timers, "promises",
                         state->live_promises, "activations", state->live_activations);
}

static PyObject *
noop(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    Py_RETURN_NONE;
}

PyMethodDef ls_loop_functions[] = {
    {"set_timeout", (PyCFunction)(void (*)(void))set_timeout, METH_FASTCALL | METH_KEYWORDS, set_timeout_doc},
    {"set_interval", (PyCFunction)(void (*)(void))set_interval, METH_FASTCALL | METH_KEYWORDS, set_interval_doc},
    {"set_immediate", (PyCFunction)(void (*)(void))set_immediate, METH_FASTCALL, set_immediate_doc},
    {"clear_timeout", (PyCFunction)(void (*)(void))clear_timeout, METH_FASTCALL, clear_timeout_doc},
    {"clear_interval", (PyCFunction)(void (*)(void))clear_interval, METH_FASTCALL, clear_interval_doc},
    {"clear_immediate", (PyCFunction)(void (*)(void))clear_immediate, METH_FASTCALL, clear_immediate_doc},
    {"queue_microtask", queue_microtask, METH_O, queue_microtask_doc},
    {"next_tick", (PyCFunction)(void (*)(void))next_tick, METH_FASTCALL, next_tick_doc},
    {"now", now, METH_NOARGS, now_doc},
    {"block", block, METH_O, block_doc},
    {"write", (PyCFunction)(void (*)(void))write_text, METH_FASTCALL, write_doc},
    {"current_loop", current_loop, METH_NOARGS, current_loop_doc},
    {"active_loop", active_loop, METH_NOARGS, active_loop_doc},
    {"arity", (PyCFunction)(void (*)(void))arity, METH_FASTCALL, arity_doc},
    {"live_counts", live_counts, METH_NOARGS, live_counts_doc},
    {"_noop", noop, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
