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
ls_trace_init(LsTrace *trace, PyObject *library)
{
    memset(trace, 0, sizeof(*trace));
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

/* ---- tapes ---- */

static void
survey_tapes(LsTrace *trace)
{
    trace->on = trace->frames = trace->lines = false;
    trace->told_from = 0;
    for (const LsTape *tape = trace->tapes; tape != NULL; tape = tape->next) {
        trace->on = trace->on || !tape->over;
        trace->frames = trace->frames || (tape->frames && !tape->over);
        trace->lines = trace->lines || (tape->lines && !tape->over);
        trace->told_from = tape->told_from > trace->told_from ? tape->told_from : trace->told_from;
    }
}

void
ls_trace_attach(LsTrace *trace, LsTape *tape)
{
    LS_ASSERT(!ls_trace_is_attached(trace, tape));
    LsTape **end = &trace->tapes;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = (LsTape *)Py_NewRef((PyObject *)tape);
    survey_tapes(trace);
}

void
ls_trace_detach(LsTrace *trace, LsTape *tape)
{
    for (LsTape **each = &trace->tapes; *each != NULL; each = &(*each)->next) {
        if (*each == tape) {
            *each = tape->next;
            tape->next = NULL;
            survey_tapes(trace);
            Py_DECREF(tape);
            return;
        }
    }
}

void
ls_trace_cut_lines(LsTrace *trace, LsCut why)
{
    for (LsTape *tape = trace->tapes; tape != NULL; tape = tape->next) {
        if (tape->lines && !tape->over) {
            tape->over = tape->truncated = true;
            tape->cut = why;
        }
    }
    survey_tapes(trace);
}

void
ls_trace_lose(LsTrace *trace, bool frames, bool lines)
{
    for (LsTape *tape = trace->tapes; tape != NULL; tape = tape->next) {
        tape->frames_lost = tape->frames_lost || frames;
        tape->lines_lost = tape->lines_lost || lines;
    }
}

const LsEvent *
ls_trace_last_of_lines(const LsTrace *trace)
{
    const LsTape *tape = trace->tapes;
    while (tape != NULL && !tape->lines) {
        tape = tape->next;
    }
    return tape == NULL || tape->count == 0 ? NULL : ls_tape_at(tape, tape->count - 1);
}

bool
ls_trace_is_attached(const LsTrace *trace, const LsTape *tape)
{
    const LsTape *each = trace->tapes;
    while (each != NULL && each != tape) {
        each = each->next;
    }
    return each != NULL;
}

LsTelling
ls_trace_begin_telling(LsTrace *trace, const LsClock *clock, LsTape *tape)
{
    LsTelling telling = {trace->tapes, tape->next, tape->count, trace->cause, trace->on};
    trace->tapes = tape;
    tape->next = NULL;
    trace->on = trace->telling = true;
    trace->cause = 0;
    ls_trace_record(trace, clock, LS_EV_SNAPSHOT, LS_LANE_NONE, LS_RULE_ALREADY_THERE, 0, 0, 0, NULL, NULL);
    return telling;
}

void
ls_trace_end_telling(LsTrace *trace, LsTape *tape, LsTelling telling, bool always)
{
    size_t told = tape->count > telling.first ? tape->count - telling.first - 1 : 0;
    if (told > 0) {
        ls_tape_at(tape, telling.first)->extra = (int32_t)told;
    }
    else if (!always && tape->count > telling.first) {
        tape->count--; /* the snapshot holds no references */
    }
    tape->next = telling.next;
    trace->tapes = telling.tapes;
    trace->on = telling.on;
    trace->cause = telling.cause;
    trace->telling = false;
    if (tape->over) {
        survey_tapes(trace);
    }
}

void
ls_trace_clear(LsTrace *trace)
{
    for (size_t i = 0; i < LS_KNOWN_OWNERS; i++) {
        Py_CLEAR(trace->owners[i].file);
        Py_CLEAR(trace->owners[i].name);
    }
    while (trace->tapes != NULL) {
        ls_trace_detach(trace, trace->tapes);
    }
}

/* ---- recording ---- */

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
        Py_SETREF(frame, ls_frame_back(frame));
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

void
ls_trace_record_at(LsTrace *trace, int64_t time_ns, PyObject *code, int32_t lasti, LsEventKind kind, LsLane lane,
                   LsRule rule, uint32_t id, uint32_t ref, int32_t extra, PyObject *label, PyObject *text)
{
    LsEvent event = {
        .time_ns = time_ns,
        .kind = kind,
        .lane = lane,
        .rule = rule,
        .depth = trace->depth < LS_MOST_DEPTH ? trace->depth : LS_MOST_DEPTH,
        .id = id,
        .ref = ref,
        .cause = trace->cause,
        .extra = extra,
        .lasti = lasti,
        .code = code,
        .label = name_of(label),
        .text = text,
    };
    size_t bytes = text == NULL ? 0 : TEXT_BYTES + (size_t)PyUnicode_GET_LENGTH(text) * PyUnicode_KIND(text);
    bool is_frame = kind == LS_EV_CALL || kind == LS_EV_RETURN, is_over = false;
    for (LsTape *tape = trace->tapes; tape != NULL; tape = tape->next) {
        if (LS_UNLIKELY((is_frame && !tape->frames) || (kind == LS_EV_LINE && !tape->lines))) {
            continue;
        }
        bool hides = text != NULL && !tape->lines && ls_event_has_changes(kind); /* variables are for tapes with lines alone */
        event.text = hides ? NULL : text;
        is_over = !ls_tape_append(tape, &event, hides ? 0 : bytes) || is_over;
    }
    if (LS_UNLIKELY(is_over)) {
        survey_tapes(trace);
    }
}

void
ls_trace_end_tape(LsTrace *trace, LsTape *tape, int64_t time_ns)
{
    LsTape *others = trace->tapes;
    trace->tapes = tape;
    tape->over = false;
    ls_trace_record_at(trace, time_ns, NULL, -1, LS_EV_TRACE_END, LS_LANE_NONE, LS_RULE_TRACE_ENDS, 0, 0, 0, NULL, NULL);
    trace->tapes = others;
    survey_tapes(trace); /* its limit may have been met by this very event */
}

void
ls_trace_record(LsTrace *trace, const LsClock *clock, LsEventKind kind, LsLane lane, LsRule rule, uint32_t id,
                uint32_t ref, int32_t extra, PyObject *label, PyObject *text)
{
    PyObject *code = NULL, *changes = NULL;
    int32_t lasti = -1;
    if (LS_UNLIKELY(trace->heap != NULL) && (kind == LS_EV_TASK_END || kind == LS_EV_JOB_END) && !trace->telling) {
        text = changes = trace->changes(trace->heap);
    }
    if (!ls_event_is_of_loop(kind) && LS_LIKELY(!trace->telling)) {
        locate(trace, &code, &lasti);
    }
    ls_trace_record_at(trace, ls_clock_now_ns(clock), code, lasti, kind, lane, rule, id, ref, extra, label, text);
    Py_XDECREF(code);
    Py_XDECREF(changes);
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

/* The type's name, and the first line of the message if the exception has nothing but a plain text. */
static PyObject *
preview_exception(PyObject *value)
{
    const char *name = Py_TYPE(value)->tp_name;
    PyObject *args = ((PyBaseExceptionObject *)value)->args;
    if (args == NULL || PyTuple_GET_SIZE(args) != 1 || !PyUnicode_CheckExact(PyTuple_GET_ITEM(args, 0))) {
        return PyUnicode_FromString(name);
    }
    PyObject *message = PyTuple_GET_ITEM(args, 0);
    Py_ssize_t length = PyUnicode_GET_LENGTH(message);
    Py_ssize_t line = PyUnicode_FindChar(message, '\n', 0, length, 1);
    Py_ssize_t end = line < 0 ? length : line;
    end = end > 60 ? 57 : end;
    if (end == 0) {
        return PyUnicode_FromString(name);
    }
    PyObject *head = PyUnicode_Substring(message, 0, end);
    PyObject *text = head == NULL ? NULL : PyUnicode_FromFormat(end < length ? "%s: %U..." : "%s: %U", name, head);
    Py_XDECREF(head);
    return text;
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
        text = preview_exception(value);
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
