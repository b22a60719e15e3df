/* SPDX-License-Identifier: MIT */
#include "callstack.h"

/* How a frame was left: the `extra` of a return. */
enum { RETURNED = 1, RAISED = 2, SUSPENDED = 3 };

typedef enum { HIDDEN, OWN, CONSOLE } Owner;

static bool
is_console_method(LsState *state, PyCodeObject *code)
{
    PyObject *name = code->co_qualname, *prefix = state->str_console_class;
    Py_ssize_t length = PyUnicode_GET_LENGTH(prefix);
    return PyUnicode_Tailmatch(name, prefix, 0, PyUnicode_GET_LENGTH(name), -1) == 1 &&
           PyUnicode_GET_LENGTH(name) > length && PyUnicode_READ_CHAR(name, length) != '_';
}

static Owner
owner_of(LsAgent *agent, PyCodeObject *code)
{
    LsOwner owner = ls_trace_owner(&agent->trace, code);
    if (owner != LS_OWNER_LIBRARY) {
        return owner == LS_OWNER_FUNCTION ? OWN : HIDDEN;
    }
    return is_console_method(agent->state, code) ? CONSOLE : HIDDEN;
}

/* True if the frame was called by the program or by the loop, not by the library itself. */
static bool
is_called_from_outside(LsTrace *trace, PyFrameObject *frame)
{
    PyFrameObject *back = ls_frame_back(frame);
    if (back == NULL || back == trace->root) {
        Py_XDECREF(back);
        return true;
    }
    PyCodeObject *code = PyFrame_GetCode(back);
    bool outside = ls_trace_owner(trace, code) != LS_OWNER_LIBRARY;
    Py_DECREF(code);
    Py_DECREF(back);
    return outside;
}

/* "console.log" for the qualified name "Console.log": new reference, or NULL without an exception. */
static PyObject *
name_console_method(LsState *state, PyCodeObject *code)
{
    PyObject *method = PyUnicode_Substring(code->co_qualname, PyUnicode_GET_LENGTH(state->str_console_class), PY_SSIZE_T_MAX);
    PyObject *name = method == NULL ? NULL : PyUnicode_FromFormat("console.%U", method);
    Py_XDECREF(method);
    if (name == NULL) {
        PyErr_Clear();
    }
    return name;
}

static void
record_frame(LsAgent *agent, LsEventKind kind, int how, PyObject *name, PyObject *changes)
{
    LsTrace *trace = &agent->trace;
    if (kind == LS_EV_CALL) {
        trace->depth++;
    }
    if (trace->on) { /* looking for changes may have ended the recording */
        ls_trace_record(trace, &agent->clock, kind, LS_LANE_STACK, LS_RULE_SYNC_CALL, 0, 0, how, name, changes);
    }
    if (kind == LS_EV_RETURN && trace->depth > 0) {
        trace->depth--;
    }
}

/* The same for a function of the program's, whose variables are told of while it is on the stack. */
static void
record_own_frame(LsAgent *agent, LsEventKind kind, int how, PyObject *name, PyObject *result)
{
    LsHeap *heap = agent->trace.heap;
    PyObject *changes = NULL;
    if (heap != NULL && kind == LS_EV_CALL) {
        ls_heap_push(heap);
        changes = ls_heap_changes(heap);
    }
    else if (heap != NULL) {
        ls_heap_pop(heap);
        changes = ls_heap_leaving_changes(heap, result);
    }
    record_frame(agent, kind, how, name, changes);
    Py_XDECREF(changes);
}

/* Reports that a line of the topmost frame is about to be executed. A line that is gone through again without a change (a loop or
 * a comprehension on one line) is no step: how often Python reports it depends on its version. False: lines of this code are
 * never of interest. */
static bool
report_line(LsAgent *agent, PyCodeObject *code, int line)
{
    LsTrace *trace = &agent->trace;
    if (ls_trace_owner(trace, code) == LS_OWNER_LIBRARY) {
        return false;
    }
    PyObject *changes = ls_heap_changes(trace->heap);
    const LsEvent *last = ls_trace_last_of_lines(trace);
    int last_line = 0, column;
    if (last != NULL && last->kind == LS_EV_LINE) {
        ls_event_position(last, &last_line, &column);
    }
    if (trace->on && (changes != NULL || last_line != line || last == NULL || last->code == NULL ||
                      ((PyCodeObject *)last->code)->co_filename != code->co_filename)) {
        ls_trace_record(trace, &agent->clock, LS_EV_LINE, LS_LANE_STACK, LS_RULE_RUN_TO_END, 0, 0, 0, code->co_name, changes);
    }
    Py_XDECREF(changes);
    return true;
}

/* Reports the topmost frame, which is being entered or left; result: what it returns or yields, or NULL. False: frames of this
 * code are never of interest. */
static bool
report_frame(LsAgent *agent, LsEventKind kind, int how, PyCodeObject *code, PyObject *result)
{
    Owner owner = owner_of(agent, code);
    if (owner == OWN) {
        record_own_frame(agent, kind, how, code->co_name, result);
    }
    else if (owner == CONSOLE) {
        PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
        if (frame != NULL && is_called_from_outside(&agent->trace, frame)) {
            PyObject *name = name_console_method(agent->state, code);
            record_frame(agent, kind, how, name, NULL);
            Py_XDECREF(name);
        }
        Py_XDECREF(frame);
    }
    return owner != HIDDEN;
}

PyObject *
ls_callstack_name(LsAgent *agent, PyFrameObject *frame, PyCodeObject *code)
{
    Owner owner = owner_of(agent, code);
    if (owner == OWN) {
        return Py_NewRef(code->co_name);
    }
    return owner == CONSOLE && is_called_from_outside(&agent->trace, frame) ? name_console_method(agent->state, code) : NULL;
}

/* When the last tape that wants frames is full, nobody listens any more: a long run is not to be slowed down for nothing. */
static bool
is_recording(LsAgent *agent)
{
    if (agent == NULL || !agent->trace.hooked) {
        return false;
    }
    if (LS_UNLIKELY(!agent->trace.on || !agent->trace.frames)) {
        ls_callstack_stop(agent);
        return false;
    }
    return true;
}

static bool
is_recording_lines(LsAgent *agent)
{
    return is_recording(agent) && agent->trace.heap != NULL;
}

#if LS_HAS_MONITORING

/* ---- sys.monitoring ---- */

/* A location that answers DISABLE is not reported again: library code costs nothing from its second call on. */
static PyObject *
on_event(PyObject *module, PyObject *const *args, Py_ssize_t nargs, LsEventKind kind, int how, bool may_disable)
{
    LsState *state = ls_state_of_module(module);
    LsAgent *agent = ls_agent_current(state);
    PyObject *value = nargs >= 3 && (how == RETURNED || how == SUSPENDED) ? args[2] : NULL;
    if (nargs >= 1 && PyCode_Check(args[0]) && is_recording(agent) &&
        !report_frame(agent, kind, how, (PyCodeObject *)args[0], value) && may_disable) {
        return Py_NewRef(state->monitoring_disable);
    }
    Py_RETURN_NONE;
}

static PyObject *
on_enter(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return on_event(module, args, nargs, LS_EV_CALL, 0, true);
}

static PyObject *
on_throw(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return on_event(module, args, nargs, LS_EV_CALL, 0, false);
}

static PyObject *
on_return(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return on_event(module, args, nargs, LS_EV_RETURN, RETURNED, true);
}

static PyObject *
on_yield(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return on_event(module, args, nargs, LS_EV_RETURN, SUSPENDED, true);
}

static PyObject *
on_unwind(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return on_event(module, args, nargs, LS_EV_RETURN, RAISED, false);
}

static PyObject *
on_line(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    LsState *state = ls_state_of_module(module);
    LsAgent *agent = ls_agent_current(state);
    int overflow; /* the program can have this function, and call it with any number */
    if (nargs >= 2 && PyCode_Check(args[0]) && PyLong_Check(args[1]) && is_recording_lines(agent) &&
        !report_line(agent, (PyCodeObject *)args[0], (int)PyLong_AsLongAndOverflow(args[1], &overflow))) {
        return Py_NewRef(state->monitoring_disable);
    }
    Py_RETURN_NONE;
}

static PyMethodDef callbacks[] = {
    {"PY_START", (PyCFunction)(void (*)(void))on_enter, METH_FASTCALL, NULL},
    {"PY_RESUME", (PyCFunction)(void (*)(void))on_enter, METH_FASTCALL, NULL},
    {"PY_THROW", (PyCFunction)(void (*)(void))on_throw, METH_FASTCALL, NULL},
    {"PY_RETURN", (PyCFunction)(void (*)(void))on_return, METH_FASTCALL, NULL},
    {"PY_YIELD", (PyCFunction)(void (*)(void))on_yield, METH_FASTCALL, NULL},
    {"PY_UNWIND", (PyCFunction)(void (*)(void))on_unwind, METH_FASTCALL, NULL},
    {"LINE", (PyCFunction)(void (*)(void))on_line, METH_FASTCALL, NULL},
};
#define CALLBACKS Py_ARRAY_LENGTH(callbacks) /* the last one is that of lines */

/* Registers the callback of one event under its name; its bit is added to *events. False, with an exception or (where the program has
 * put something else in the place of sys.monitoring) without one, if it cannot. */
static bool
register_callback(PyObject *module, PyObject *monitoring, int tool, PyMethodDef *callback, long *events)
{
    PyObject *all = PyObject_GetAttrString(monitoring, "events");
    PyObject *event = all == NULL ? NULL : PyObject_GetAttrString(all, callback->ml_name);
    long bit = event == NULL ? -1 : PyLong_AsLong(event);
    PyObject *function = bit < 0 ? NULL : PyCFunction_NewEx(callback, module, NULL);
    PyObject *previous = function == NULL ? NULL
                                          : PyObject_CallMethod(monitoring, "register_callback", "iOO", tool, event, function);
    if (previous != NULL) {
        *events |= bit;
    }
    Py_XDECREF(all);
    Py_XDECREF(event);
    Py_XDECREF(function);
    Py_XDECREF(previous);
    return previous != NULL;
}

/* Takes a tool's number, with the callbacks, or leaves it as it was. */
static bool
try_tool(LsState *state, PyObject *module, PyObject *monitoring, int tool)
{
    PyObject *result = PyObject_CallMethod(monitoring, "use_tool_id", "is", tool, "loopscope");
    bool taken = result != NULL, ready = taken;
    Py_XDECREF(result);
    for (size_t i = 0; i < CALLBACKS && ready; i++) {
        long *events = i + 1 < CALLBACKS ? &state->monitoring_frames : &state->monitoring_lines;
        ready = register_callback(module, monitoring, tool, &callbacks[i], events);
    }
    if (!ready) {
        PyErr_Clear();
    }
    if (taken && !ready) {
        Py_XDECREF(PyObject_CallMethod(monitoring, "free_tool_id", "i", tool));
        PyErr_Clear();
    }
    return ready;
}

/* Takes one of the two tool numbers that Python gives to no purpose, once for the life of the interpreter: what has answered
 * DISABLE stays disabled for the number, whoever has it. */
static bool
take_tool(LsState *state, PyObject *monitoring)
{
    PyObject *module = PyType_GetModule(state->loop_type);
    PyObject *disable = module == NULL ? NULL : PyObject_GetAttrString(monitoring, "DISABLE");
    if (disable == NULL) {
        PyErr_Clear();
        return false;
    }
    Py_XSETREF(state->monitoring_disable, disable);
    state->monitoring_tool = try_tool(state, module, monitoring, 4) ? 4 : try_tool(state, module, monitoring, 3) ? 3 : 0;
    return state->monitoring_tool != 0;
}

/* Asks for what the runs under way need. */
static bool
set_events(LsState *state)
{
    PyObject *monitoring = Py_XNewRef(PySys_GetObject("monitoring")); /* the program might replace it meanwhile */
    long events = (state->monitoring_users > 0 ? state->monitoring_frames : 0) |
                  (state->monitoring_line_users > 0 ? state->monitoring_lines : 0);
    PyObject *result = monitoring == NULL ? NULL
                                          : PyObject_CallMethod(monitoring, "set_events", "il", state->monitoring_tool, events);
    Py_XDECREF(result);
    Py_XDECREF(monitoring);
    PyErr_Clear();
    return result != NULL;
}

/* A number for the calls, one for the lines: how many runs need them. */
static bool
install(LsState *state, Py_ssize_t *users)
{
    PyObject *monitoring = Py_XNewRef(PySys_GetObject("monitoring"));
    bool ready = monitoring != NULL && (state->monitoring_tool != 0 || take_tool(state, monitoring));
    Py_XDECREF(monitoring);
    if (!ready) {
        return false;
    }
    (*users)++;
    if (*users == 1 && !set_events(state)) {
        (*users)--;
        return false;
    }
    return true;
}

static void
uninstall(LsState *state, Py_ssize_t *users)
{
    if (--*users == 0) {
        (void)set_events(state);
    }
}

static bool
install_hook(LsAgent *agent)
{
    return install(agent->state, &agent->state->monitoring_users);
}

static bool
remove_hook(LsAgent *agent)
{
    uninstall(agent->state, &agent->state->monitoring_users);
    return true;
}

static bool
install_line_hook(LsAgent *agent)
{
    return install(agent->state, &agent->state->monitoring_line_users);
}

static bool
remove_line_hook(LsAgent *agent)
{
    uninstall(agent->state, &agent->state->monitoring_line_users);
    return true;
}

#else

/* ---- the profile hook ---- */

static int
on_profile(PyObject *owner, PyFrameObject *frame, int what, PyObject *value)
{
    LsAgent *agent = &((LsLoop *)owner)->agent;
    if ((what != PyTrace_CALL && what != PyTrace_RETURN) || !is_recording(agent)) {
        return 0;
    }
    PyCodeObject *code = PyFrame_GetCode(frame);
    if (what == PyTrace_CALL) {
        (void)report_frame(agent, LS_EV_CALL, 0, code, NULL);
    }
    else {
        int how = value == NULL ? RAISED : ls_frame_is_suspending(frame, code) ? SUSPENDED : RETURNED;
        (void)report_frame(agent, LS_EV_RETURN, how, code, value);
    }
    Py_DECREF(code);
    return 0;
}

/* A profiler that is there already stays. */
static bool
install_hook(LsAgent *agent)
{
    if (PyThreadState_Get()->c_profilefunc != NULL) {
        return false;
    }
    PyEval_SetProfile(on_profile, agent->owner);
    return PyThreadState_Get()->c_profilefunc == on_profile;
}

/* False: the program has put its own in its place. */
static bool
remove_hook(LsAgent *Py_UNUSED(agent))
{
    bool ours = PyThreadState_Get()->c_profilefunc == on_profile;
    if (ours) {
        PyEval_SetProfile(NULL, NULL);
    }
    return ours;
}

static int
on_trace(PyObject *owner, PyFrameObject *frame, int what, PyObject *Py_UNUSED(value))
{
    LsAgent *agent = &((LsLoop *)owner)->agent;
    /* Without our calls nobody knows any more whose variables they are. */
    if (what == PyTrace_LINE && is_recording_lines(agent) && PyThreadState_Get()->c_profilefunc == on_profile) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        (void)report_line(agent, code, PyFrame_GetLineNumber(frame));
        Py_DECREF(code);
    }
    return 0;
}

/* A debugger or a measurement of coverage that is there already stays. */
static bool
install_line_hook(LsAgent *agent)
{
    if (PyThreadState_Get()->c_tracefunc != NULL) {
        return false;
    }
    PyEval_SetTrace(on_trace, agent->owner);
    return PyThreadState_Get()->c_tracefunc == on_trace;
}

static bool
remove_line_hook(LsAgent *Py_UNUSED(agent))
{
    bool ours = PyThreadState_Get()->c_tracefunc == on_trace;
    if (ours) {
        PyEval_SetTrace(NULL, NULL);
    }
    return ours;
}

#endif

static void
start_lines(LsAgent *agent)
{
    LsTrace *trace = &agent->trace;
    trace->heap = ls_heap_new(agent);
    trace->changes = ls_heap_changes;
    if (trace->heap == NULL) {
        ls_trace_cut_lines(trace, LS_CUT_MEMORY);
        return;
    }
    if (!install_line_hook(agent)) {
        LsHeap *heap = trace->heap;
        trace->heap = NULL;
        ls_trace_lose(trace, false, true);
        ls_heap_free(heap);
    }
}

void
ls_callstack_start(LsAgent *agent)
{
    LsTrace *trace = &agent->trace;
    if (!trace->on || !trace->frames || trace->hooked || trace->hooking) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    trace->depth = 0;
    trace->hooking = true; /* what runs now may come here again */
    bool hooked = install_hook(agent);
    if (hooked && trace->lines) {
        start_lines(agent);
    }
    trace->hooked = hooked;
    trace->hooking = false;
    ls_trace_lose(trace, !hooked, !hooked);
    PyErr_Clear();
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}

void
ls_callstack_stop(LsAgent *agent)
{
    if (!agent->trace.hooked) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    LsHeap *heap = agent->trace.heap;
    agent->trace.hooked = false;
    agent->trace.heap = NULL;
    bool kept = remove_hook(agent);
    ls_trace_lose(&agent->trace, !kept, heap != NULL && (!remove_line_hook(agent) || !kept));
    ls_heap_free(heap);
    PyErr_Clear();
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}
