/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include <string.h>

#define X(name, text) text,
static const char *const kind_names[] = {"", LS_EVENT_KINDS(X)};
static const char *const lane_names[] = {LS_LANES(X)};
static const char *const rule_names[] = {LS_RULES(X)};
#undef X

const char *
ls_event_kind_name(int kind)
{
    return kind > 0 && kind < LS_EV_COUNT ? kind_names[kind] : "";
}

const char *
ls_lane_name(int lane)
{
    return lane >= 0 && lane < LS_LANE_COUNT ? lane_names[lane] : "";
}

const char *
ls_rule_name(int rule)
{
    return rule >= 0 && rule < LS_RULE_COUNT ? rule_names[rule] : "";
}

void
ls_trace_init(LsTrace *trace, size_t limit, PyObject *library)
{
    memset(trace, 0, sizeof(*trace));
    trace->limit = limit;
    trace->bytes_limit = SIZE_MAX;
    trace->library = library;
}

bool
ls_is_library_file(PyObject *library, PyObject *file)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(file);
    if (length > 7 && PyUnicode_READ_CHAR(file, 0) == '<') { /* "<frozen importlib...>"; "<string>": what libraries generate */
        return PyUnicode_READ_CHAR(file, 1) == 'f' || PyUnicode_CompareWithASCIIString(file, "<string>") == 0;
    }
    for (Py_ssize_t i = 0; i < 2; i++) {
        if (PyUnicode_Tailmatch(file, PyTuple_GET_ITEM(library, i), 0, length, -1) == 1) {
            return true;
        }
    }
    for (Py_ssize_t i = 2; i < PyTuple_GET_SIZE(library); i++) {
        if (PyUnicode_Find(file, PyTuple_GET_ITEM(library, i), 0, length, 1) >= 0) {
            return true;
        }
    }
    return false;
}

/* A class body has the name of its class, but no local variables as a function has them. */
static LsOwner
find_owner(PyObject *library, PyCodeObject *code)
{
    PyObject *name = code->co_name;
    if (ls_is_library_file(library, code->co_filename)) {
        return LS_OWNER_LIBRARY;
    }
    bool in_brackets = PyUnicode_GET_LENGTH(name) > 0 && PyUnicode_READ_CHAR(name, 0) == '<';
    bool is_function = code->co_flags & CO_OPTIMIZED ? !in_brackets || PyUnicode_CompareWithASCIIString(name, "<lambda>") == 0
                                                     : PyUnicode_CompareWithASCIIString(name, "<module>") == 0;
    return is_function ? LS_OWNER_FUNCTION : LS_OWNER_PART;
}

LsOwner
ls_trace_owner(LsTrace *trace, PyCodeObject *code)
{
    PyObject *file = code->co_filename, *name = code->co_name;
    bool optimized = (code->co_flags & CO_OPTIMIZED) != 0;
    LsKnownOwner *known = &trace->owners[(((uintptr_t)file >> 5) + ((uintptr_t)name >> 4)) % LS_KNOWN_OWNERS];
    if (known->file == file && known->name == name && known->optimized == optimized) {
        return known->owner;
    }
    LsOwner owner = find_owner(trace->library, code);
    /* Dropping a str later runs nothing, as dropping an instance of a subclass, or a code object, might. */
    if (PyUnicode_CheckExact(file) && PyUnicode_CheckExact(name)) {
        Py_XSETREF(known->file, Py_NewRef(file));
        Py_XSETREF(known->name, Py_NewRef(name));
        known->optimized = optimized;
        known->owner = owner;
    }
    return owner;
}

void
ls_trace_cut(LsTrace *trace, LsCut why)
{
    trace->truncated = true;
    trace->cut = why;
    trace->on = false;
}

void
ls_trace_clear(LsTrace *trace)
{
    LsEvent *events = trace->events;
    size_t count = trace->count;
    for (size_t i = 0; i < LS_KNOWN_OWNERS; i++) {
        Py_CLEAR(trace->owners[i].file);
        Py_CLEAR(trace->owners[i].name);
    }
    trace->events = NULL;
    trace->count = trace->capacity = 0;
    for (size_t i = 0; i < count; i++) {
        Py_XDECREF(events[i].code);
        Py_XDECREF(events[i].label);
        Py_XDECREF(events[i].text);
    }
    PyMem_Free(events);
}

/* The program's innermost frame within the run; library frames are left out. Sets *code (new reference or NULL) and *lasti.
 * Raises nothing. */
static void
find_frame(LsTrace *trace, PyObject **code, int32_t *lasti)
{
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    while (frame != NULL && frame != trace->root) {
        PyCodeObject *candidate = PyFrame_GetCode(frame);
        if (ls_trace_owner(trace, candidate) != LS_OWNER_LIBRARY) {
            *code = (PyObject *)candidate;
            *lasti = PyFrame_GetLasti(frame);
            Py_DECREF(frame);
            return;
        }
        Py_DECREF(candidate);
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    }
    Py_XDECREF(frame);
    *code = NULL;
    *lasti = -1;
}

/* The same without a garbage collection, which may run a __del__: CPython 3.11 collects as it makes objects of frames. */
static void
locate(LsTrace *trace, PyObject **code, int32_t *lasti)
{
    int enabled = PyGC_Disable();
    find_frame(trace, code, lasti);
    if (enabled) {
        PyGC_Enable();
    }
}

/* The name under which a callable is shown: borrowed or NULL. Exact types only, so that no Python runs and nothing but the text
 * is kept. */
static PyObject *
name_of(PyObject *label)
{
    if (label != NULL && PyMethod_Check(label)) {
        label = PyMethod_GET_FUNCTION(label);
    }
    if (label != NULL && PyFunction_Check(label)) {
        label = ((PyFunctionObject *)label)->func_name;
    }
    return label != NULL && PyUnicode_CheckExact(label) ? label : NULL;
}

#define TEXT_BYTES 48 /* of a str, beside its letters */

static bool
grow(LsTrace *trace)
{
    size_t capacity = trace->capacity == 0 ? 256 : trace->capacity * 2;
    if (capacity > trace->limit) {
        capacity = trace->limit;
    }
    if (capacity <= trace->count) {
        return false;
    }
    LsEvent *events = PyMem_Realloc(trace->events, capacity * sizeof(LsEvent));
    if (events == NULL) {
        return false;
    }
    trace->events = events;
    trace->capacity = capacity;
    return true;
}

void
ls_trace_record(LsTrace *trace, const LsClock *clock, LsEventKind kind, LsLane lane, LsRule rule, uint32_t id,
                uint32_t ref, int32_t extra, PyObject *label, PyObject *text)
{
    PyObject *changes = NULL;
    if (LS_UNLIKELY(trace->heap != NULL) && (kind == LS_EV_TASK_END || kind == LS_EV_JOB_END)) {
        text = changes = trace->changes(trace->heap);
    }
    size_t bytes = text == NULL ? 0 : TEXT_BYTES + (size_t)PyUnicode_GET_LENGTH(text) * PyUnicode_KIND(text);
    if (trace->count == trace->capacity && !grow(trace)) {
        ls_trace_cut(trace, trace->count == trace->limit ? LS_CUT_EVENTS : LS_CUT_MEMORY);
    }
    else if (LS_UNLIKELY(bytes > trace->bytes_limit - trace->bytes)) {
        ls_trace_cut(trace, LS_CUT_BYTES);
    }
    if (LS_UNLIKELY(!trace->on)) {
        Py_XDECREF(changes);
        return;
    }
    trace->bytes += bytes;
    LsEvent *event = &trace->events[trace->count];
    event->time_ns = ls_clock_now_ns(clock);
    event->kind = kind;
    event->lane = lane;
    event->rule = rule;
    event->depth = trace->depth < LS_MOST_DEPTH ? trace->depth : LS_MOST_DEPTH;
    event->id = id;
    event->ref = ref;
    event->cause = trace->cause;
    event->extra = extra;
    locate(trace, &event->code, &event->lasti);
    label = name_of(label);
    event->label = label != NULL ? Py_NewRef(label) : NULL;
    event->text = changes != NULL || text == NULL ? changes : Py_NewRef(text);
    trace->count++;
}

void
ls_event_position(const LsEvent *event, int *line, int *column)
{
    *line = *column = 0;
    if (event->code == NULL || event->lasti < 0) {
        return;
    }
    int end_line, end_column;
    if (PyCode_Addr2Location((PyCodeObject *)event->code, event->lasti, line, column, &end_line, &end_column) == 0 ||
        *line < 0) {
        *line = *column = 0;
        return;
    }
    *column = *column < 0 ? 0 : *column + 1;
}

PyObject *
ls_trace_preview(PyObject *value)
{
    PyObject *text = NULL;
    if (value == NULL) {
        return NULL;
    }
    if (value == Py_None) {
        text = PyUnicode_FromString("undefined");
    }
    else if (PyUnicode_CheckExact(value)) {
        bool cut = PyUnicode_GET_LENGTH(value) > 60;
        PyObject *head = cut ? PyUnicode_Substring(value, 0, 57) : Py_NewRef(value);
        PyObject *repr = head == NULL ? NULL : PyUnicode_Type.tp_repr(head);
        text = repr == NULL ? NULL : PyUnicode_FromFormat(cut ? "%U..." : "%U", repr);
        Py_XDECREF(repr);
        Py_XDECREF(head);
    }
    else if (PyBool_Check(value)) {
        text = PyUnicode_FromString(value == Py_True ? "true" : "false");
    }
    else if (PyLong_CheckExact(value) || PyFloat_CheckExact(value)) {
        text = Py_TYPE(value)->tp_repr(value); /* PyObject_Repr() may run a signal's handler */
    }
    else if (PyExceptionInstance_Check(value)) {
        text = PyUnicode_FromString(Py_TYPE(value)->tp_name);
    }
    else {
        const char *name = strrchr(Py_TYPE(value)->tp_name, '.');
        text = PyUnicode_FromFormat("[%s]", name != NULL ? name + 1 : Py_TYPE(value)->tp_name);
    }
    if (text == NULL) {
        PyErr_Clear();
    }
    return text;
}
