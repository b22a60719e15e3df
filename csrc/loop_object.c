/* SPDX-License-Identifier: MIT
 *
 * The type Loop: what loopscope.runtime builds its Runtime on. One Loop is one program's world.
 */
#include "heap.h"
#include "loop.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_TRACE_LIMIT 1000000
#define DEFAULT_TRACE_BYTES 268435456

static int
warn_program(LsAgent *agent, const char *name, PyObject *message)
{
    PyObject *text = PyUnicode_FromString(name);
    int status = text == NULL ? -1 : ls_loop_emit(ls_loop_of(agent), "warning", text, message);
    Py_XDECREF(text);
    return status < 0 ? -1 : 0;
}

static int
read_choice(const char *value, const char *argument, const char *first, const char *second, bool *is_second)
{
    *is_second = strcmp(value, second) == 0;
    if (*is_second || strcmp(value, first) == 0) {
        return 0;
    }
    PyErr_Format(PyExc_ValueError, "argument '%s' must be \"%s\" or \"%s\", not \"%s\"", argument, first, second,
                 value);
    return -1;
}

static PyObject *
loop_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"clock", "host", "emit", "write", "trace", "frames", "trace_limit",
                            "lines", "trace_bytes", "live", NULL};
    const char *clock = "real", *host = "node";
    PyObject *emit = Py_None, *write = Py_None, *live = Py_None;
    int trace = 0, frames = 0, lines = 0;
    Py_ssize_t limit = DEFAULT_TRACE_LIMIT, bytes = DEFAULT_TRACE_BYTES;
    bool is_virtual, is_browser;
    LsState *state = ls_state_of_type(type);
    if (state == NULL || !PyArg_ParseTupleAndKeywords(args, kwargs, "|$ssOOppnpnO:Loop", names, &clock, &host, &emit, &write,
                                                      &trace, &frames, &limit, &lines, &bytes, &live)) {
        return NULL;
    }
    if (read_choice(clock, "clock", "real", "virtual", &is_virtual) < 0 ||
        read_choice(host, "host", "node", "browser", &is_browser) < 0 ||
        (emit != Py_None && ls_require_callable(emit, "Loop", "emit") < 0) ||
        (write != Py_None && ls_require_callable(write, "Loop", "write") < 0)) {
        return NULL;
    }
    if (limit < 1) {
        PyErr_SetString(PyExc_ValueError, "argument 'trace_limit' must be at least 1 event");
        return NULL;
    }
    if (bytes < 1) {
        PyErr_SetString(PyExc_ValueError, "argument 'trace_bytes' must be at least 1 byte");
        return NULL;
    }
    if (live != Py_None && is_virtual) {
        PyErr_SetString(PyExc_ValueError, "argument 'live' needs the real clock, which asyncio's loop waits by");
        return NULL;
    }
    LsLoop *loop = (LsLoop *)type->tp_alloc(type, 0);
    if (loop == NULL) {
        return NULL;
    }
    PyObject_GC_UnTrack(loop); /* the collector, and who asks it for its objects, shall see a complete one */
    loop->module = Py_NewRef(PyType_GetModuleByDef(type, &ls_module_def));
    state->live_loops++;
    loop->agent.state = state;
    loop->exit_code = -1;
    ls_loop_limit_steps(loop, INT64_MAX, NULL);
    loop->pid = (long)getpid();
    loop->browser = is_browser;
    ls_timers_setup(&loop->timers, is_browser);
    if (ls_agent_init(&loop->agent, (PyObject *)loop, state, is_virtual) < 0 ||
        (loop->tape = ls_tape_new(state->trace_type, (size_t)limit, frames || lines)) == NULL ||
        (loop->posted = PyList_New(0)) == NULL ||
        (live != Py_None ? ls_live_setup(loop, live) < 0 : (loop->uv = ls_uv_open()) == NULL)) {
        Py_DECREF(loop);
        return NULL;
    }
    loop->agent.timers = &loop->timers;
    loop->agent.warn = warn_program;
    loop->agent.start_coroutine = ls_async_start;
    loop->tape->lines = lines; /* a line is one of a function on the stack: frames is set, too */
    loop->tape->bytes_limit = (size_t)bytes;
    if (trace) {
        ls_trace_attach(&loop->agent.trace, loop->tape);
    }
    loop->emit = emit == Py_None ? NULL : Py_NewRef(emit);
    loop->write = write == Py_None ? NULL : Py_NewRef(write);
    PyObject_GC_Track(loop);
    return (PyObject *)loop;
}

static int
loop_traverse(PyObject *self, visitproc visit, void *arg)
{
    LsLoop *loop = (LsLoop *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(loop->module);
    Py_VISIT(loop->emit);
    Py_VISIT(loop->write);
    Py_VISIT(loop->error);
    Py_VISIT(loop->tape); /* which is no container: the collector does not know it */
    Py_VISIT(loop->host);
    Py_VISIT(loop->failed_context);
    Py_VISIT(loop->limit_error);
    Py_VISIT(loop->interrupt);
    Py_VISIT(loop->interrupt_function);
    Py_VISIT(loop->alarm);
    Py_VISIT(loop->posted);
    int result = ls_agent_traverse(&loop->agent, visit, arg);
    if (result == 0) {
        result = ls_timers_traverse(&loop->timers, visit, arg);
    }
    return result != 0 || loop->agent.suspended.next == NULL ? result
                                                              : ls_async_traverse_all(&loop->agent, visit, arg);
}

/* The collector finalizes what it found in the order in which it was made: a Loop closes itself before a coroutine that it
 * holds would be closed, and so run its `finally`. */
static void
loop_finalize(PyObject *self)
{
    LsLoop *loop = (LsLoop *)self;
    if (loop->agent.suspended.next != NULL && !loop->running) {
        ls_loop_close(loop);
    }
}

static int
loop_clear(PyObject *self)
{
    LsLoop *loop = (LsLoop *)self;
    loop_finalize(self);
    Py_CLEAR(loop->emit);
    Py_CLEAR(loop->write);
    Py_CLEAR(loop->error);
    Py_CLEAR(loop->failed_context);
    Py_CLEAR(loop->limit_error);
    Py_CLEAR(loop->interrupt);
    Py_CLEAR(loop->interrupt_function);
    Py_CLEAR(loop->alarm);
    return 0;
}

static void
loop_dealloc(PyObject *self)
{
    LsLoop *loop = (LsLoop *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (loop->weakrefs != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    (void)loop_clear(self);
    ls_trace_clear(&loop->agent.trace);
    Py_XDECREF(loop->tape);
    ls_pool_clear(&loop->agent.pool);
    loop->agent.state->live_loops--;
    loop->agent.state->live_hosts -= loop->host != NULL;
    PyObject *module = loop->module, *host = loop->host;
    type->tp_free(self);
    Py_DECREF(type);
    Py_XDECREF(host);
    Py_DECREF(module); /* last: it may free the state */
}

/* ---- methods ---- */

PyDoc_STRVAR(run_doc, "run($self, main, /, module_order=False)\n--\n\n"
             "Run main() as the script, then the event loop until nothing can happen any more.\n\n"
             "module_order: main's promise is a module's top-level await, and its first\n"
             "microtasks come before ticks, as in Node's ES modules.\n"
             "Returns main's result. Raises the error that nobody caught; SystemExit after\n"
             "process.exit(); RuntimeError from another thread, inside a run, after close()\n"
             "or in a forked child.");

static PyObject *
loop_run(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "module_order", NULL};
    PyObject *main;
    int module_order = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|p:run", names, &main, &module_order) ||
        ls_require_callable(main, "run", "main") < 0) {
        return NULL;
    }
    return ls_loop_run((LsLoop *)self, main, module_order);
}

PyDoc_STRVAR(post_doc, "post($self, callback, /, *args)\n--\n\n"
             "Queue callback(*args) as a task of this loop. May be called from any thread.\n\n"
             "Raises TypeError if callback is not callable, RuntimeError after close().");

static PyObject *
loop_post(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs < 1) {
        PyErr_SetString(PyExc_TypeError, "post: argument 'callback' is missing");
        return NULL;
    }
    if (ls_require_callable(args[0], "post", "callback") < 0) {
        return NULL;
    }
    PyObject *rest = PyTuple_New(nargs - 1);
    if (rest == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 1; i < nargs; i++) {
        PyTuple_SET_ITEM(rest, i - 1, Py_NewRef(args[i]));
    }
    int status = ls_loop_post((LsLoop *)self, args[0], rest);
    Py_DECREF(rest);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* As the system keeps it: the lowest eight bits. 0, or -1 with TypeError. */
static int
read_exit_code(PyObject *value, const char *what, int *code)
{
    if (!PyLong_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s must be an int or None, not %.100s", what, Py_TYPE(value)->tp_name);
        return -1;
    }
    *code = (int)(PyLong_AsUnsignedLongMask(value) & 0xff);
    return 0;
}

PyDoc_STRVAR(exit_doc, "exit($self, code=None, /)\n--\n\n"
             "process.exit(): emit 'exit', then raise SystemExit; nothing runs any more.\n\n"
             "code: the exit code; None: exit_code as it is.");

static PyObject *
loop_exit(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    LsLoop *loop = (LsLoop *)self;
    if (nargs > 1) {
        PyErr_SetString(PyExc_TypeError, "process.exit: takes at most one argument, the code");
        return NULL;
    }
    if (ls_agent_check(&loop->agent, "process.exit") < 0) {
        return NULL;
    }
    int code = loop->exit_code < 0 ? 0 : loop->exit_code;
    if (nargs == 1 && args[0] != Py_None && read_exit_code(args[0], "process.exit: argument 'code'", &code) < 0) {
        return NULL;
    }
    (void)ls_loop_exit(loop, code);
    return NULL;
}

PyDoc_STRVAR(close_doc, "close($self, /)\n--\n\n"
             "Drop all that is pending without running it. Suspended async functions are\n"
             "discarded without their `finally`, as in JavaScript. Idempotent.\n"
             "Raises RuntimeError while the loop runs, or from another thread.");

static PyObject *
loop_close(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    LsLoop *loop = (LsLoop *)self;
    if (loop->agent.closed) {
        Py_RETURN_NONE;
    }
    if (ls_agent_check(&loop->agent, "close") < 0) {
        return NULL;
    }
    if (loop->running) {
        PyErr_SetString(PyExc_RuntimeError, "close: the runtime is running; end the program with process.exit()");
        return NULL;
    }
    ls_loop_close(loop);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(turn_doc, "turn($self, /, checkpoint_only=False)\n--\n\n"
             "Give a live Loop a turn: the checkpoint of what was scheduled from outside of it,\n"
             "posted work, immediates, the timers that are due. Waits for nothing.\n\n"
             "checkpoint_only: ticks and microtasks alone.\n"
             "Returns False if a turn is under way. Raises KeyboardInterrupt and SystemExit of\n"
             "what ran; RuntimeError from another thread, after close(), or if it is not live.");

static PyObject *
loop_turn(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"checkpoint_only", NULL};
    LsLoop *loop = (LsLoop *)self;
    int checkpoint_only = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|p:turn", names, &checkpoint_only)) {
        return NULL;
    }
    if (loop->agent.host == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "turn: this Loop is not live; run() runs it");
        return NULL;
    }
    loop->agent.asleep = false; /* here is its turn: nobody has to ask for one */
    if (ls_agent_check(&loop->agent, "turn") < 0) {
        return NULL;
    }
    int turned = ls_live_turn(loop, checkpoint_only);
    return turned < 0 ? NULL : PyBool_FromLong(turned);
}

PyDoc_STRVAR(timeout_doc, "timeout($self, /)\n--\n\n"
             "In how many milliseconds a live Loop needs its next turn: 0: now; None: only when\n"
             "it asks its host for one.");

static PyObject *
loop_timeout(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    int64_t ms = ls_live_timeout((LsLoop *)self);
    return ms < 0 ? Py_NewRef(Py_None) : PyLong_FromLongLong(ms);
}

PyDoc_STRVAR(now_doc, "now($self, /)\n--\n\nMilliseconds since the start of the run, by its clock.");

static PyObject *
loop_now(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyFloat_FromDouble((double)ls_clock_now_ns(&((LsLoop *)self)->agent.clock) / 1e6);
}

PyDoc_STRVAR(pending_doc, "pending($self, /)\n--\n\n"
             "How many ticks, microtasks, timers, immediates and suspended async functions\n"
             "there are now: what the state of the trace must agree with.");

static PyObject *
loop_pending(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    LsLoop *loop = (LsLoop *)self;
    Py_ssize_t suspended = 0;
    for (LsList *node = loop->agent.suspended.next; node != NULL && node != &loop->agent.suspended; node = node->next) {
        suspended++;
    }
    return Py_BuildValue("{s:n,s:n,s:n,s:n,s:n}", "ticks", ls_queue_count(&loop->agent.ticks),
                         "microtasks", ls_queue_count(&loop->agent.microtasks), "timers",
                         ls_timers_count(&loop->timers), "immediates", (Py_ssize_t)loop->timers.immediate_count,
                         "suspended", suspended);
}

PyDoc_STRVAR(watch_doc, "watch($self, globals, names, /)\n--\n\n"
             "With lines: record what these names, a tuple of str, hold in globals, a dict.\n"
             "Does nothing unless a run with lines is under way.");

static PyObject *
loop_watch(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    LsAgent *agent = &((LsLoop *)self)->agent;
    if (nargs != 2 || !PyDict_Check(args[0]) || !PyTuple_CheckExact(args[1])) {
        PyErr_SetString(PyExc_TypeError, "watch: arguments must be a dict and a tuple of str");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args[1]); i++) {
        if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(args[1], i))) {
            PyErr_SetString(PyExc_TypeError, "watch: argument 'names' must be a tuple of str");
            return NULL;
        }
    }
    if (ls_agent_check(agent, "watch") < 0) {
        return NULL;
    }
    if (agent->trace.heap != NULL) {
        ls_heap_watch(agent->trace.heap, args[0], args[1]);
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(start_trace_doc, "start_trace($self, /, *, frames=True, trace_limit=1000000, until=None)\n--\n\n"
             "Begin a trace of its own, at any time: a Trace, to which events are added from now on.\n\n"
             "If the loop has a past, an event `snapshot` and those that it counts tell of what is\n"
             "there already. frames: calls and returns too; trace_limit: events that are kept, at most;\n"
             "until: milliseconds of the loop's clock; what happens later is not recorded.\n"
             "Raises RuntimeError from another thread, or after close(); ValueError for a limit below 1.");

static PyObject *
loop_start_trace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"frames", "trace_limit", "until", NULL};
    LsLoop *loop = (LsLoop *)self;
    int frames = 1;
    Py_ssize_t limit = DEFAULT_TRACE_LIMIT;
    PyObject *until = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$pnO:start_trace", names, &frames, &limit, &until)) {
        return NULL;
    }
    if (limit < 1) {
        PyErr_SetString(PyExc_ValueError, "start_trace: argument 'trace_limit' must be at least 1 event");
        return NULL;
    }
    double ms = until == Py_None ? INFINITY : PyFloat_AsDouble(until);
    if (ms == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    LsTape *tape = ls_tape_new(loop->agent.state->trace_type, (size_t)limit, frames != 0);
    if (tape == NULL) {
        return NULL;
    }
    if (ls_agent_check(&loop->agent, "start_trace") < 0) { /* last, as what was called up to here may have closed the loop */
        Py_DECREF(tape);
        return NULL;
    }
    tape->bytes_limit = DEFAULT_TRACE_BYTES;
    tape->until_ns = ms < 0 ? -1 : ms < 9e12 ? (int64_t)(ms * 1e6) : INT64_MAX;
    ls_loop_start_tape(loop, tape);
    return (PyObject *)tape;
}

PyDoc_STRVAR(stop_trace_doc, "stop_trace($self, trace, /)\n--\n\n"
             "End a trace: no event is added to it any more. Nothing happens if it has ended already.\n\n"
             "Raises RuntimeError from another thread.");

static PyObject *
loop_stop_trace(PyObject *self, PyObject *trace)
{
    LsLoop *loop = (LsLoop *)self;
    if (!Py_IS_TYPE(trace, loop->agent.state->trace_type)) {
        PyErr_Format(PyExc_TypeError, "stop_trace: takes what start_trace() has given, not %.100s", Py_TYPE(trace)->tp_name);
        return NULL;
    }
    if (!loop->agent.closed && ls_agent_check(&loop->agent, "stop_trace") < 0) {
        return NULL;
    }
    ls_loop_stop_tape(loop, (LsTape *)trace);
    Py_RETURN_NONE;
}

/* ---- attributes ---- */

static PyObject *
get_exit_code(PyObject *self, void *Py_UNUSED(closure))
{
    int code = ((LsLoop *)self)->exit_code;
    if (code < 0) {
        Py_RETURN_NONE;
    }
    return PyLong_FromLong(code);
}

static int
set_exit_code(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    if (value == NULL || value == Py_None) {
        ((LsLoop *)self)->exit_code = -1;
        return 0;
    }
    return read_exit_code(value, "process.exit_code", &((LsLoop *)self)->exit_code);
}

static PyObject *
get_running(PyObject *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(((LsLoop *)self)->running);
}

static PyObject *
get_live(PyObject *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(((LsLoop *)self)->host != NULL);
}

static PyObject *
get_host(PyObject *self, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(((LsLoop *)self)->browser ? "browser" : "node");
}

static PyObject *
get_clock(PyObject *self, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(((LsLoop *)self)->agent.clock.is_virtual ? "virtual" : "real");
}

static PyObject *
get_closed(PyObject *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(((LsLoop *)self)->agent.closed);
}

static PyObject *
get_alive(PyObject *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(ls_loop_alive((LsLoop *)self));
}

static PyObject *
get_error(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *error = ((LsLoop *)self)->error;
    return Py_NewRef(error == NULL ? Py_None : error);
}

static PyObject *
get_trace(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef((PyObject *)((LsLoop *)self)->tape);
}

static PyMethodDef loop_methods[] = {
    {"run", (PyCFunction)(void (*)(void))loop_run, METH_VARARGS | METH_KEYWORDS, run_doc},
    {"post", (PyCFunction)(void (*)(void))loop_post, METH_FASTCALL, post_doc},
    {"exit", (PyCFunction)(void (*)(void))loop_exit, METH_FASTCALL, exit_doc},
    {"close", loop_close, METH_NOARGS, close_doc},
    {"turn", (PyCFunction)(void (*)(void))loop_turn, METH_VARARGS | METH_KEYWORDS, turn_doc},
    {"timeout", loop_timeout, METH_NOARGS, timeout_doc},
    {"now", loop_now, METH_NOARGS, now_doc},
    {"watch", (PyCFunction)(void (*)(void))loop_watch, METH_FASTCALL, watch_doc},
    {"pending", loop_pending, METH_NOARGS, pending_doc},
    {"start_trace", (PyCFunction)(void (*)(void))loop_start_trace, METH_VARARGS | METH_KEYWORDS, start_trace_doc},
    {"stop_trace", loop_stop_trace, METH_O, stop_trace_doc},
    {"interrupt", (PyCFunction)(void (*)(void))ls_loop_interrupt, METH_FASTCALL, ls_loop_interrupt_doc},
    {"limit_steps", (PyCFunction)(void (*)(void))ls_loop_set_step_limit, METH_FASTCALL, ls_loop_set_step_limit_doc},
    {"set_alarm", (PyCFunction)(void (*)(void))ls_loop_set_alarm, METH_FASTCALL, ls_loop_set_alarm_doc},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef loop_getset[] = {
    {"exit_code", get_exit_code, set_exit_code, "process.exitCode: an int, or None while it is not set.", NULL},
    {"running", get_running, NULL, "True while run() is under way.", NULL},
    {"live", get_live, NULL, "True if asyncio's loop gives it its turns.", NULL},
    {"host", get_host, NULL, "Whose rules hold: 'node' or 'browser'.", NULL},
    {"clock", get_clock, NULL, "Whether time is 'real' or 'virtual'.", NULL},
    {"closed", get_closed, NULL, "True after close().", NULL},
    {"alive", get_alive, NULL, "True while a timer, an immediate or posted work is pending.", NULL},
    {"error", get_error, NULL, "The exception that ended the run, or None.", NULL},
    {"trace", get_trace, NULL, "What was recorded: a sequence of Event.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef loop_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(LsLoop, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot loop_slots[] = {
    {Py_tp_doc, (void *)"Loop(*, clock='real', host='node', emit=None, write=None, trace=False, frames=False, "
                        "trace_limit=1000000, lines=False, trace_bytes=268435456, live=None)\n--\n\nOne program's event loop; see "
                        "loopscope.Runtime. `live`: the LiveRuntime that has asyncio call turn(). TypeError and "
                        "ValueError for arguments of another kind."},
    {Py_tp_new, loop_new},
    {Py_tp_finalize, loop_finalize},
    {Py_tp_dealloc, loop_dealloc},
    {Py_tp_traverse, loop_traverse},
    {Py_tp_clear, loop_clear},
    {Py_tp_methods, loop_methods},
    {Py_tp_getset, loop_getset},
    {Py_tp_members, loop_members},
    {0, NULL},
};

static PyType_Spec loop_spec = {
    .name = "loopscope._core.Loop",
    .basicsize = sizeof(LsLoop),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = loop_slots,
};

int
ls_loop_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->loop_type, &loop_spec, NULL) < 0 || ls_live_init(module, state) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Loop", (PyObject *)state->loop_type);
}
