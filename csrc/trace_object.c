/* SPDX-License-Identifier: MIT
 *
 * The types Trace (the record of a run as a Python sequence) and Event (one of its entries, a named tuple).
 */
#include "loop.h"

#define FIELDS 16

static PyStructSequence_Field event_fields[] = {
    {"seq", "number of the event, from 0"},
    {"time", "milliseconds since the start of the run, by its clock"},
    {"kind", "what happened: 'enqueue', 'job-start', 'output', ..."},
    {"lane", "where: 'host', 'task', 'tick', 'microtask', 'stack', 'output' or ''"},
    {"rule", "id of the rule that it follows, or ''"},
    {"id", "number of the thing it is about: a task, job, timer, promise, activation; 0: none"},
    {"ref", "number of the related thing; 0: none"},
    {"cause", "number of the task or job that was running; 0: the host"},
    {"extra", "a number that depends on the kind: a delay in ms, a state"},
    {"depth", "how many frames of the program were on the call stack (at most 131071)"},
    {"file", "source file, or ''"},
    {"line", "line in it, from 1; 0: unknown"},
    {"column", "column in it, from 1; 0: unknown"},
    {"label", "name of the function or thing, or ''"},
    {"text", "printed text, value or kind of source, or ''"},
    {"changes", "what variables hold since this event (JSON), or ''"},
    {NULL, NULL},
};

static PyStructSequence_Desc event_desc = {
    .name = "loopscope.Event",
    .doc = "One event of a recorded run.",
    .fields = event_fields,
    .n_in_sequence = FIELDS,
};

static PyObject *
text_or_empty(PyObject *text)
{
    return text != NULL ? Py_NewRef(text) : PyUnicode_FromString("");
}

static PyObject *
event_object(LsState *state, const LsTape *tape, Py_ssize_t seq)
{
    PyObject *result = PyStructSequence_New(state->event_type);
    if (result == NULL) {
        return NULL;
    }
    /* Only now, as that may have run a __del__ which went on recording. */
    const LsEvent *event = ls_tape_at(tape, (size_t)seq);
    int line, column;
    ls_event_position(event, &line, &column);
    PyObject *file = event->code == NULL ? NULL : ((PyCodeObject *)event->code)->co_filename;
    bool changes = ls_event_has_changes(event->kind);
    PyObject *values[FIELDS] = {
        PyLong_FromSsize_t(seq),
        PyFloat_FromDouble((double)event->time_ns / 1e6),
        PyUnicode_FromString(ls_event_kind_name(event->kind)),
        PyUnicode_FromString(ls_lane_name(event->lane)),
        PyUnicode_FromString(ls_rule_name(event->rule)),
        PyLong_FromUnsignedLong(event->id),
        PyLong_FromUnsignedLong(event->ref),
        PyLong_FromUnsignedLong(event->cause),
        PyLong_FromLong(event->extra),
        PyLong_FromLong(event->depth),
        text_or_empty(file),
        PyLong_FromLong(line),
        PyLong_FromLong(column),
        text_or_empty(event->label),
        text_or_empty(changes ? NULL : event->text),
        text_or_empty(changes ? event->text : NULL),
    };
    bool complete = true;
    for (int i = 0; i < FIELDS; i++) {
        complete = complete && values[i] != NULL;
        PyStructSequence_SetItem(result, i, values[i]);
    }
    if (!complete) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

static Py_ssize_t
trace_length(PyObject *self)
{
    return (Py_ssize_t)((LsTape *)self)->count;
}

static PyObject *
trace_item(PyObject *self, Py_ssize_t index)
{
    LsTape *tape = (LsTape *)self;
    if (index < 0 || (size_t)index >= tape->count) {
        PyErr_SetString(PyExc_IndexError, "Trace: no event of that number");
        return NULL;
    }
    LsState *state = ls_state_of_type(Py_TYPE(self));
    return state == NULL ? NULL : event_object(state, tape, index);
}

static PyObject *
trace_subscript(PyObject *self, PyObject *key)
{
    if (PySlice_Check(key)) {
        Py_ssize_t start, stop, step;
        if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
            return NULL;
        }
        Py_ssize_t count = PySlice_AdjustIndices(trace_length(self), &start, &stop, step);
        PyObject *result = PyList_New(count);
        for (Py_ssize_t i = 0; result != NULL && i < count; i++) {
            PyObject *item = trace_item(self, start + i * step);
            if (item == NULL) {
                Py_CLEAR(result);
                break;
            }
            PyList_SET_ITEM(result, i, item);
        }
        return result;
    }
    Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return trace_item(self, index < 0 ? index + trace_length(self) : index);
}

static PyObject *
get_truncated(PyObject *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(((LsTape *)self)->truncated);
}

static PyObject *
get_limit(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromSize_t(((LsTape *)self)->limit);
}

static PyObject *
get_cut(PyObject *self, void *Py_UNUSED(closure))
{
    static const char *const names[] = {"", "events", "bytes", "memory"};
    return PyUnicode_FromString(names[((LsTape *)self)->cut]);
}

static PyObject *
get_bytes(PyObject *self, void *Py_UNUSED(closure))
{
    LsTape *tape = (LsTape *)self;
    return PyLong_FromSize_t(tape->bytes + tape->count * sizeof(LsEvent));
}

static PyObject *
get_frames(PyObject *self, void *Py_UNUSED(closure))
{
    LsTape *tape = (LsTape *)self;
    return PyBool_FromLong(tape->frames && !tape->frames_lost);
}

static PyObject *
get_lines(PyObject *self, void *Py_UNUSED(closure))
{
    LsTape *tape = (LsTape *)self;
    return PyBool_FromLong(tape->lines && !tape->lines_lost);
}

static PyObject *
trace_repr(PyObject *self)
{
    LsTape *tape = (LsTape *)self;
    return PyUnicode_FromFormat("<Trace of %zu events%s>", tape->count, tape->truncated ? ", truncated" : "");
}

static void
trace_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    ls_tape_clear((LsTape *)self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyGetSetDef trace_getset[] = {
    {"truncated", get_truncated, NULL, "True if the run went on after the limit was met.", NULL},
    {"frames", get_frames, NULL, "True if calls are recorded; False also where another profiler was in the way.", NULL},
    {"lines", get_lines, NULL, "True if lines are recorded; False also where another tracer was in the way.", NULL},
    {"cut", get_cut, NULL, "Which limit was met: 'events', 'bytes', 'memory' (none was left) or ''.", NULL},
    {"bytes", get_bytes, NULL, "How much memory the events take, with their texts.", NULL},
    {"limit", get_limit, NULL, "How many events are kept at most.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot trace_slots[] = {
    {Py_tp_doc, (void *)"What was recorded of a run: a sequence of Event, in the order in which they happened."},
    {Py_tp_dealloc, trace_dealloc},
    {Py_tp_getset, trace_getset},
    {Py_tp_repr, trace_repr},
    {Py_tp_iter, PySeqIter_New},
    {Py_sq_length, trace_length},
    {Py_sq_item, trace_item},
    {Py_mp_length, trace_length},
    {Py_mp_subscript, trace_subscript},
    {0, NULL},
};

static PyType_Spec trace_spec = {
    .name = "loopscope.Trace",
    .basicsize = sizeof(LsTape),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_SEQUENCE,
    .slots = trace_slots,
};

int
ls_trace_object_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->trace_type, &trace_spec, NULL) < 0 ||
        ls_state_add_record(&state->event_type, &event_desc) < 0 ||
        PyModule_AddObjectRef(module, "Trace", (PyObject *)state->trace_type) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Event", (PyObject *)state->event_type);
}
