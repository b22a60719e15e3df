/* SPDX-License-Identifier: MIT
 *
 * The type Timeout, what set_timeout() and set_interval() give (Node's class Timeout), and the clear functions.
 */
#include "timers.h"

#include <math.h>

/* ---- creation ---- */

/* The delay as Node takes it: truncated to whole milliseconds, 1 if it is less than 1, not a number, or too large (then
 * with a warning). -1 with an exception. May run Python. */
static int32_t
delay_from(LsAgent *agent, bool browser, const char *what, PyObject *value)
{
    double delay;
    if (value == NULL || value == Py_None || value == agent->state->null) {
        return browser ? 0 : 1;
    }
    if (PyLong_CheckExact(value)) {
        int overflow;
        long ms = PyLong_AsLongAndOverflow(value, &overflow);
        delay = overflow == 0 ? (double)ms : overflow * INFINITY;
    }
    else if (PyFloat_Check(value)) {
        delay = PyFloat_AS_DOUBLE(value);
    }
    else if (PyUnicode_Check(value)) {
        PyObject *number = PyFloat_FromString(value);
        if (number == NULL && !PyErr_ExceptionMatches(PyExc_ValueError)) {
            return -1;
        }
        PyErr_Clear();
        delay = number == NULL ? NAN : PyFloat_AS_DOUBLE(number);
        Py_XDECREF(number);
    }
    else if (PyIndex_Check(value) || (Py_TYPE(value)->tp_as_number && Py_TYPE(value)->tp_as_number->nb_float)) {
        delay = PyFloat_AsDouble(value);
        if (delay == -1.0 && PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_OverflowError)) {
                return -1;
            }
            PyErr_Clear();
            delay = INFINITY;
        }
    }
    else {
        PyErr_Format(PyExc_TypeError, "%s: argument 'delay' must be a number of milliseconds, not %.100s", what,
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    if (browser) {
        /* WebIDL's long: wraps around, NaN and infinities are 0; then HTML: less than 0 is 0. */
        double wrapped = isfinite(delay) ? fmod(trunc(delay), 4294967296.0) : 0;
        int32_t ms = (int32_t)(uint32_t)(int64_t)wrapped;
        return ms > 0 ? ms : 0;
    }
    if (delay > LS_TIMEOUT_MAX) {
        PyObject *shown = PyFloat_Check(value) && isinf(delay) ? NULL : PyObject_Str(value);
        if (shown == NULL && (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_ValueError))) {
            PyErr_Clear(); /* of an int with more digits than Python writes */
            shown = PyUnicode_FromString("Infinity");
        }
        PyObject *message = shown == NULL ? NULL
                                          : PyUnicode_FromFormat("%U does not fit into a 32-bit signed integer.\n"
                                                                 "Timeout duration was set to 1.",
                                                                 shown);
        Py_XDECREF(shown);
        int failed = message == NULL || agent->warn(agent, "TimeoutOverflowWarning", message) < 0;
        Py_XDECREF(message);
        return failed ? -1 : 1;
    }
    return delay >= 1 ? (int32_t)delay : 1; /* NaN compares false */
}

PyObject *
ls_timers_set(LsAgent *agent, LsTimers *timers, const char *what, PyObject *const *args, Py_ssize_t nargs, bool repeat)
{
    if (nargs < 1) {
        PyErr_Format(PyExc_TypeError, "%s: argument 'callback' is missing", what);
        return NULL;
    }
    if (ls_require_callable(args[0], what, "callback") < 0) {
        return NULL;
    }
    int32_t msecs = delay_from(agent, timers->browser, what, nargs > 1 ? args[1] : NULL);
    if (msecs < 0) {
        return NULL;
    }
    PyTypeObject *type = agent->state->timeout_type;
    LsTimeout *timer = (LsTimeout *)ls_alloc_untracked(type); /* while it is pending the Loop visits what it holds */
    if (timer == NULL) {
        return NULL;
    }
    agent->state->live_timers++;
    ls_list_init(&timer->link);
    timer->agent = agent;
    Py_INCREF(agent->owner);
    timer->callback = Py_NewRef(args[0]);
    timer->msecs = msecs;
    timer->nesting = timers->nesting;
    ls_timers_nest(timers, timer);
    timer->repeat = repeat;
    timer->refed = true;
    timer->id = ls_trace_new_id(&agent->trace);
    timer->arity = ls_arity(agent->state, args[0], nargs > 2 ? nargs - 2 : 0);
    if (nargs > 2) {
        timer->args = PyTuple_New(nargs - 2);
        if (timer->args == NULL) {
            goto fail;
        }
        for (Py_ssize_t i = 2; i < nargs; i++) {
            PyTuple_SET_ITEM(timer->args, i - 2, Py_NewRef(args[i]));
        }
    }
    if (ls_context_capture(agent, &timer->context) < 0 ||
        ls_timers_insert(timers, timer, ls_timers_read_clock(timers, &agent->clock)) < 0) {
        goto fail;
    }
    timers->refs++;
    LS_EMIT(agent, SCHEDULE, HOST, TIMER_HOST, timer->id, 0, timer->msecs, args[0],
            repeat ? agent->state->str_set_interval : agent->state->str_set_timeout);
    return (PyObject *)timer;

fail:
    timer->destroyed = true;
    Py_DECREF(timer);
    return NULL;
}

/* ---- the end ---- */

void
ls_timeout_destroy(LsTimers *timers, LsTimeout *timer)
{
    if (timer->destroyed) {
        return;
    }
    timer->destroyed = true;
    if (timer->refed) {
        timers->refs--;
    }
    if (timer->has_primitive && timers->by_id != NULL) {
        PyObject *key = PyLong_FromUnsignedLong(timer->id);
        PyObject *error = PyErr_GetRaisedException();
        if (key == NULL || PyDict_DelItem(timers->by_id, key) < 0) {
            PyErr_Clear();
        }
        if (error != NULL) {
            PyErr_SetRaisedException(error);
        }
        Py_XDECREF(key);
        timer->has_primitive = false;
    }
}

/* Whether it may be used here and now. One that was cleared may be anywhere, as nothing happens then. 0 or -1. */
static int
check(const LsTimeout *timer, const char *what)
{
    return timer->agent == NULL ? 0 : ls_agent_check(timer->agent, what);
}

static LS_NOINLINE void
record_cleared(LsTimeout *timer)
{
    if (!timer->destroyed) {
        LS_EMIT(timer->agent, CANCEL, HOST, TIMER_CLEARED, timer->id, 0, 0, timer->callback, NULL);
    }
}

/* clearTimeout() of a Timeout: Node's unenroll(). May run Python (__del__ of the callback) and free the Loop. */
static void
cancel_timer(LsTimeout *timer)
{
    LsAgent *agent = timer->agent;
    PyObject *callback = timer->callback;
    if (callback == NULL) {
        return;
    }
    if (LS_TRACED(agent)) {
        record_cleared(timer);
    }
    timer->callback = NULL;
    if (timer->destroyed) { /* it is over, and loses its callback only: refresh() can still start it */
        Py_DECREF(callback);
        return;
    }
    PyObject *args = timer->args, *context = timer->context;
    timer->args = timer->context = NULL;
    ls_timeout_destroy(agent->timers, timer);
    if (ls_timer_is_linked(timer)) {
        ls_timers_unlink(agent->timers, timer, timer->refed); /* its reference is ours now */
    }
    else { /* it runs now */
        Py_INCREF(timer);
        if (timer->refed) {
            ls_timers_drop_empty(agent->timers, timer->msecs);
        }
    }
    timer->agent = NULL;
    agent->state->live_timers--;
    Py_DECREF(callback);
    Py_XDECREF(args);
    Py_XDECREF(context);
    Py_DECREF(timer);
    Py_DECREF(agent->owner);
}

int
ls_timers_cancel(LsAgent *agent, LsTimers *timers, PyObject *handle)
{
    LsState *state = agent->state;
    if (Py_IS_TYPE(handle, state->timeout_type)) {
        LsTimeout *timer = (LsTimeout *)handle;
        if (LS_UNLIKELY(timer->agent != agent) && check(timer, "clear_timeout") < 0) {
            return -1;
        }
        cancel_timer(timer);
        return 0;
    }
    PyObject *key = NULL;
    if (timers->by_id == NULL) {
        return 0;
    }
    if (PyUnicode_CheckExact(handle)) {
        key = PyLong_FromUnicodeObject(handle, 10);
    }
    else if (PyLong_CheckExact(handle)) {
        key = Py_NewRef(handle);
    }
    else if (PyFloat_CheckExact(handle)) {
        key = PyLong_FromDouble(PyFloat_AS_DOUBLE(handle));
    }
    if (key == NULL) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError)) {
            return -1;
        }
        PyErr_Clear(); /* Node ignores what names no timer */
        return 0;
    }
    PyObject *timer = Py_XNewRef(PyDict_GetItemWithError(timers->by_id, key));
    Py_DECREF(key);
    if (timer != NULL) {
        cancel_timer((LsTimeout *)timer);
        Py_DECREF(timer);
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* ---- methods ---- */

PyDoc_STRVAR(refresh_doc, "refresh($self, /)\n--\n\n"
             "Start the timer again from now, without a new object.\n\n"
             "A timer that has run starts again; one that was cleared does not.\n"
             "Raises RuntimeError from another thread or after the run has ended, unless it was cleared.\n"
             "Node: Timers, timeout.refresh().");

static PyObject *
timeout_refresh(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    LsTimeout *timer = (LsTimeout *)self;
    if (check(timer, "Timeout.refresh") < 0) {
        return NULL;
    }
    if (timer->agent != NULL) {
        LsTimers *timers = timer->agent->timers;
        if (ls_timers_insert(timers, timer, ls_timers_read_clock(timers, &timer->agent->clock)) < 0) {
            return NULL;
        }
        if (timer->destroyed) {
            timer->destroyed = false;
            if (timer->refed) {
                timers->refs++;
            }
        }
        if (timer->callback != NULL) { /* else it was over when it was cleared: Node waits for it, and calls nothing */
            LS_EMIT(timer->agent, SCHEDULE, HOST, TIMER_HOST, timer->id, 0, timer->msecs, timer->callback,
                    timer->agent->state->str_refresh);
        }
    }
    return Py_NewRef(self);
}

static PyObject *
set_refed(PyObject *self, bool refed, const char *what)
{
    LsTimeout *timer = (LsTimeout *)self;
    if (check(timer, what) < 0) {
        return NULL;
    }
    if (timer->refed != refed) {
        timer->refed = refed;
        if (!timer->destroyed) {
            timer->agent->timers->refs += refed ? 1 : -1;
        }
    }
    return Py_NewRef(self);
}

PyDoc_STRVAR(ref_doc, "ref($self, /)\n--\n\nLet the pending timer keep the run alive (the default). Node: timeout.ref().");

static PyObject *
timeout_ref(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return set_refed(self, true, "Timeout.ref");
}

PyDoc_STRVAR(unref_doc,
             "unref($self, /)\n--\n\nLet the run end although the timer is pending. Node: timeout.unref().");

static PyObject *
timeout_unref(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return set_refed(self, false, "Timeout.unref");
}

PyDoc_STRVAR(has_ref_doc, "has_ref($self, /)\n--\n\nTrue if the timer keeps the run alive. Node: timeout.hasRef().");

static PyObject *
timeout_has_ref(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(((LsTimeout *)self)->refed);
}

PyDoc_STRVAR(close_doc, "close($self, /)\n--\n\nClear the timer, as clear_timeout() does. Node: timeout.close().");

static PyObject *
timeout_close(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    LsTimeout *timer = (LsTimeout *)self;
    if (check(timer, "Timeout.close") < 0) {
        return NULL;
    }
    cancel_timer(timer);
    return Py_NewRef(self);
}

/* int(timer): its number; from then on clear_timeout() finds it by that (Node: timeout[Symbol.toPrimitive]()). */
static PyObject *
timeout_index(PyObject *self)
{
    LsTimeout *timer = (LsTimeout *)self;
    PyObject *key = PyLong_FromUnsignedLong(timer->id);
    if (key == NULL || timer->destroyed || timer->agent->closed) {
        return key;
    }
    if (timer->agent->timers->by_id == NULL && (timer->agent->timers->by_id = PyDict_New()) == NULL) {
        Py_DECREF(key);
        return NULL;
    }
    if (PyDict_SetItem(timer->agent->timers->by_id, key, self) < 0) {
        Py_DECREF(key);
        return NULL;
    }
    timer->has_primitive = true;
    return key;
}

/* str(timer) is its number, as `String(+timer)` and `${timer}` are in Node. */
static PyObject *
timeout_str(PyObject *self)
{
    PyObject *key = timeout_index(self);
    PyObject *text = key == NULL ? NULL : PyObject_Str(key);
    Py_XDECREF(key);
    return text;
}

static PyObject *
timeout_repr(PyObject *self)
{
    LsTimeout *timer = (LsTimeout *)self;
    return PyUnicode_FromFormat("<Timeout #%u %s %d ms%s>", timer->id, timer->repeat ? "every" : "after", timer->msecs,
                                timer->destroyed ? ", done" : "");
}

static int
timeout_traverse(PyObject *self, visitproc visit, void *arg)
{
    LsTimeout *timer = (LsTimeout *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(timer->callback);
    Py_VISIT(timer->args);
    Py_VISIT(timer->context);
    Py_VISIT(timer->agent == NULL ? NULL : timer->agent->owner);
    return 0;
}

static int
timeout_clear(PyObject *self)
{
    LsTimeout *timer = (LsTimeout *)self;
    Py_CLEAR(timer->callback);
    Py_CLEAR(timer->args);
    Py_CLEAR(timer->context);
    return 0;
}

static void
timeout_dealloc(PyObject *self)
{
    LsTimeout *timer = (LsTimeout *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)timeout_clear(self);
    if (timer->agent != NULL) {
        timer->agent->state->live_timers--;
        Py_DECREF(timer->agent->owner);
    }
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef timeout_methods[] = {
    {"refresh", timeout_refresh, METH_NOARGS, refresh_doc},
    {"ref", timeout_ref, METH_NOARGS, ref_doc},
    {"unref", timeout_unref, METH_NOARGS, unref_doc},
    {"has_ref", timeout_has_ref, METH_NOARGS, has_ref_doc},
    {"hasRef", timeout_has_ref, METH_NOARGS, has_ref_doc},
    {"close", timeout_close, METH_NOARGS, close_doc},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot timeout_slots[] = {
    {Py_tp_doc, (void *)"A timer, as set_timeout() and set_interval() give it. int(timer) is its number."},
    {Py_tp_dealloc, timeout_dealloc},
    {Py_tp_traverse, timeout_traverse},
    {Py_tp_clear, timeout_clear},
    {Py_tp_methods, timeout_methods},
    {Py_tp_repr, timeout_repr},
    {Py_tp_str, timeout_str},
    {Py_nb_index, timeout_index},
    {Py_nb_int, timeout_index},
    {Py_nb_positive, timeout_index},
    {0, NULL},
};

static PyType_Spec timeout_spec = {
    .name = "loopscope.Timeout",
    .basicsize = sizeof(LsTimeout),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = timeout_slots,
};

int
ls_timeout_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->timeout_type, &timeout_spec, NULL) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Timeout", (PyObject *)state->timeout_type);
}
