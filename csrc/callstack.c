/* SPDX-License-Identifier: MIT */
#include "callstack.h"

/* How a frame was left: the `extra` of a return. */
enum { RETURNED = 1, RAISED = 2, SUSPENDED = 3 };

typedef enum { HIDDEN, OWN, CONSOLE } Owner;

/* Comprehensions and class bodies have frames in some versions of Python only, and are no functions of the learner's. */
static bool
is_function_or_script(LsState *state, PyCodeObject *code)
{
    PyObject *name = code->co_name;
    return PyUnicode_GET_LENGTH(name) == 0 || PyUnicode_READ_CHAR(name, 0) != '<' ||
           PyUnicode_Compare(name, state->str_lambda) == 0 || PyUnicode_Compare(name, state->str_module) == 0;
}

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
    if (!ls_is_library_code(&agent->trace, code)) {
        return is_function_or_script(agent->state, code) ? OWN : HIDDEN;
    }
    return is_console_method(agent->state, code) ? CONSOLE : HIDDEN;
}

/* True if the frame was called by the program or by the loop, not by the library itself. */
static bool
is_called_from_outside(LsTrace *trace, PyFrameObject *frame)
{
    PyFrameObject *back = PyFrame_GetBack(frame);
    if (back == NULL || back == trace->root) {
        Py_XDECREF(back);
        return true;
    }
    PyCodeObject *code = PyFrame_GetCode(back);
    bool outside = !ls_is_library_code(trace, code);
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
record_frame(LsAgent *agent, LsEventKind kind, int how, PyObject *name)
{
    LsTrace *trace = &agent->trace;
    if (kind == LS_EV_CALL) {
        trace->depth++;
    }
    ls_trace_record(trace, &agent->clock, kind, LS_LANE_STACK, LS_RULE_SYNC_CALL, 0, 0, how, name, NULL);
    if (kind == LS_EV_RETURN && trace->depth > 0) {
        trace->depth--;
    }
}

/* Reports the topmost frame, which is being entered or left. False: frames of this code are never of interest. */
static bool
report_frame(LsAgent *agent, LsEventKind kind, int how, PyCodeObject *code)
{
    Owner owner = owner_of(agent, code);
    if (owner == OWN) {
        record_frame(agent, kind, how, code->co_name);
    }
    else if (owner == CONSOLE) {
        PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
        if (frame != NULL && is_called_from_outside(&agent->trace, frame)) {
            PyObject *name = name_console_method(agent->state, code);
            record_frame(agent, kind, how, name);
            Py_XDECREF(name);
        }
        Py_XDECREF(frame);
    }
    return owner != HIDDEN;
}

static bool
is_recording(const LsAgent *agent)
{
    return agent != NULL && agent->trace.on && agent->trace.frames;
}

#if LS_HAS_MONITORING

/* ---- sys.monitoring ---- */

/* A location that answers DISABLE is not reported again: library code costs nothing from its second call on. */
static PyObject *
on_event(PyObject *module, PyObject *const *args, Py_ssize_t nargs, LsEventKind kind, int how, bool may_disable)
{
    LsState *state = ls_state_of_module(module);
    LsAgent *agent = ls_agent_current(state);
    if (nargs >= 1 && PyCode_Check(args[0]) && is_recording(agent) &&
        !report_frame(agent, kind, how, (PyCodeObject *)args[0]) && may_disable) {
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

static PyMethodDef callbacks[] = {
    {"PY_START", (PyCFunction)(void (*)(void))on_enter, METH_FASTCALL, NULL},
    {"PY_RESUME", (PyCFunction)(void (*)(void))on_enter, METH_FASTCALL, NULL},
    {"PY_THROW", (PyCFunction)(void (*)(void))on_throw, METH_FASTCALL, NULL},
    {"PY_RETURN", (PyCFunction)(void (*)(void))on_return, METH_FASTCALL, NULL},
    {"PY_YIELD", (PyCFunction)(void (*)(void))on_yield, METH_FASTCALL, NULL},
    {"PY_UNWIND", (PyCFunction)(void (*)(void))on_unwind, METH_FASTCALL, NULL},
};

/* Registers the callback of one event under its name; its bit is added to *events. 0 or -1. */
static int
register_callback(PyObject *module, PyObject *monitoring, int tool, PyMethodDef *callback, long *events)
{
    PyObject *all = PyObject_GetAttrString(monitoring, "events");
    PyObject *event = all == NULL ? NULL : PyObject_GetAttrString(all, callback->ml_name);
    PyObject *function = event == NULL ? NULL : PyCFunction_NewEx(callback, module, NULL);
    PyObject *previous = function == NULL ? NULL
                                          : PyObject_CallMethod(monitoring, "register_callback", "iOO", tool, event, function);
    if (previous != NULL) {
        *events |= PyLong_AsLong(event);
    }
    Py_XDECREF(all);
    Py_XDECREF(event);
    Py_XDECREF(function);
    Py_XDECREF(previous);
    return previous == NULL ? -1 : 0;
}

static bool
try_tool(PyObject *monitoring, int tool)
{
    PyObject *result = PyObject_CallMethod(monitoring, "use_tool_id", "is", tool, "loopscope");
    Py_XDECREF(result);
    return result != NULL;
}

/* Takes one of the two tool numbers that Python gives to no purpose, once for the life of the interpreter: what has answered
 * DISABLE stays disabled for the number, whoever has it. 0, or -1 with an exception. */
static int
take_tool(LsState *state, PyObject *monitoring)
{
    PyObject *module = PyType_GetModule(state->loop_type);
    PyObject *disable = module == NULL ? NULL : PyObject_GetAttrString(monitoring, "DISABLE");
    if (disable == NULL) {
        return -1;
    }
    Py_XSETREF(state->monitoring_disable, disable);
    int tool = 4;
    if (!try_tool(monitoring, tool)) {
        PyErr_Clear();
        tool = 3;
        if (!try_tool(monitoring, tool)) {
            return -1;
        }
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(callbacks); i++) {
        if (register_callback(module, monitoring, tool, &callbacks[i], &state->monitoring_events) < 0) {
            return -1;
        }
    }
    state->monitoring_tool = tool;
    return 0;
}

static int
set_events(LsState *state, PyObject *monitoring, long events)
{
    PyObject *result = PyObject_CallMethod(monitoring, "set_events", "il", state->monitoring_tool, events);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static bool
install_hook(LsAgent *agent)
{
    LsState *state = agent->state;
    PyObject *monitoring = PySys_GetObject("monitoring");
    if (monitoring == NULL || (state->monitoring_tool == 0 && take_tool(state, monitoring) < 0)) {
        return false;
    }
    if (state->monitoring_users == 0 && set_events(state, monitoring, state->monitoring_events) < 0) {
        return false;
    }
    state->monitoring_users++;
    return true;
}

static void
remove_hook(LsAgent *agent)
{
    LsState *state = agent->state;
    PyObject *monitoring = PySys_GetObject("monitoring");
    if (--state->monitoring_users == 0 && monitoring != NULL) {
        (void)set_events(state, monitoring, 0);
    }
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
        (void)report_frame(agent, LS_EV_CALL, 0, code);
    }
    else {
        int how = value == NULL ? RAISED : ls_frame_is_suspending(frame, code) ? SUSPENDED : RETURNED;
        (void)report_frame(agent, LS_EV_RETURN, how, code);
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

static void
remove_hook(LsAgent *Py_UNUSED(agent))
{
    if (PyThreadState_Get()->c_profilefunc == on_profile) { /* else the program has put its own in its place */
        PyEval_SetProfile(NULL, NULL);
    }
}

#endif

void
ls_callstack_start(LsAgent *agent)
{
    if (!agent->trace.on || !agent->trace.frames) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    agent->trace.depth = 0;
    agent->trace.hooked = install_hook(agent);
    agent->trace.frames = agent->trace.hooked;
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
    agent->trace.hooked = false;
    remove_hook(agent);
    PyErr_Clear();
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}
