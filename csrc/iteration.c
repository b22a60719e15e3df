/* SPDX-License-Identifier: MIT
 *
 * Iterator results {value, done}, and the awaitable that one step of an asynchronous iteration is for Python.
 */
#include "iteration.h"

/* ---- IterResult ---- */

LsIterResult *
ls_iter_result_new(LsState *state, PyObject *value, bool done)
{
    PyTypeObject *type = state->iter_result_type;
    LsIterResult *result = (LsIterResult *)type->tp_alloc(type, 0);
    if (result != NULL) {
        result->value = Py_NewRef(value);
        result->done = done;
    }
    return result;
}

/* One property of an object, or one key of a dict: new reference; NULL without an exception if it is missing. */
static int
read_property(PyObject *object, PyObject *name, PyObject **value)
{
    if (PyDict_Check(object)) {
        *value = Py_XNewRef(PyDict_GetItemWithError(object, name));
        return *value == NULL && PyErr_Occurred() ? -1 : 0;
    }
    return PyObject_GetOptionalAttr(object, name, value) < 0 ? -1 : 0;
}

/* JavaScript's undefined, null, booleans, numbers, bigints and strings. */
static bool
is_primitive(PyObject *value)
{
    return value == Py_None || PyLong_Check(value) || PyFloat_Check(value) || PyUnicode_Check(value);
}

int
ls_iter_result_read(LsState *state, PyObject *result, bool *done, PyObject **value)
{
    if (LS_LIKELY(Py_IS_TYPE(result, state->iter_result_type))) {
        *done = ((LsIterResult *)result)->done;
        *value = Py_NewRef(((LsIterResult *)result)->value);
        return 0;
    }
    if (is_primitive(result)) {
        PyErr_Format(PyExc_TypeError, "Iterator result %R is not an object", result);
        return -1;
    }
    PyObject *flag;
    if (read_property(result, state->str_done, &flag) < 0) {
        return -1;
    }
    int truth = flag == NULL ? 0 : PyObject_IsTrue(flag);
    Py_XDECREF(flag);
    if (truth < 0 || read_property(result, state->str_value, value) < 0) {
        return -1;
    }
    if (*value == NULL) {
        *value = Py_NewRef(Py_None);
    }
    *done = truth;
    return 0;
}

static int
iter_result_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((LsIterResult *)op)->value);
    return 0;
}

static int
iter_result_clear(PyObject *op)
{
    /* A reader of `value` finds None, never NULL. */
    Py_SETREF(((LsIterResult *)op)->value, Py_NewRef(Py_None));
    return 0;
}

static void
iter_result_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, iter_result_dealloc)
    Py_CLEAR(((LsIterResult *)op)->value);
    type->tp_free(op);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyObject *
iter_result_repr(PyObject *op)
{
    LsIterResult *self = (LsIterResult *)op;
    int entered = Py_ReprEnter(op);
    if (entered != 0) {
        return entered < 0 ? NULL : PyUnicode_FromString("{...}");
    }
    PyObject *text = PyUnicode_FromFormat("{'value': %R, 'done': %s}", self->value, self->done ? "True" : "False");
    Py_ReprLeave(op);
    return text;
}

static PyObject *
iter_result_richcompare(PyObject *op, PyObject *other, int operation)
{
    if (!Py_IS_TYPE(other, Py_TYPE(op)) || (operation != Py_EQ && operation != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    LsIterResult *left = (LsIterResult *)op, *right = (LsIterResult *)other;
    int equal = left->done == right->done ? PyObject_RichCompareBool(left->value, right->value, Py_EQ) : 0;
    return equal < 0 ? NULL : PyBool_FromLong(equal == (operation == Py_EQ));
}

/* The console shows it as Node shows the object {value, done}. */
static PyObject *
iter_result_inspect(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    LsIterResult *self = (LsIterResult *)op;
    return Py_BuildValue("(s{s:O,s:O})", "", "value", self->value, "done", self->done ? Py_True : Py_False);
}

static PyMethodDef iter_result_methods[] = {
    {"__loopscope_inspect__", iter_result_inspect, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef iter_result_members[] = {
    {"value", T_OBJECT, offsetof(LsIterResult, value), READONLY, "what was yielded or returned"},
    {"done", T_BOOL, offsetof(LsIterResult, done), READONLY, "True if the iteration is over"},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(iter_result_doc, "What a request of an iterator gives: {value, done} (ECMA-262 7.4.14).");

static PyType_Slot iter_result_slots[] = {
    {Py_tp_doc, (void *)iter_result_doc},
    {Py_tp_repr, iter_result_repr},
    {Py_tp_richcompare, iter_result_richcompare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_traverse, iter_result_traverse},
    {Py_tp_clear, iter_result_clear},
    {Py_tp_dealloc, iter_result_dealloc},
    {Py_tp_methods, iter_result_methods},
    {Py_tp_members, iter_result_members},
    {0, NULL},
};

static PyType_Spec iter_result_spec = {
    .name = "loopscope.IterResult",
    .basicsize = sizeof(LsIterResult),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = iter_result_slots,
};

/* ---- IterationStep ---- */

typedef struct {
    PyObject_HEAD
    LsState *state;
    PyObject *awaited; /* an awaitable, and once the step has begun its iterator; NULL: nothing */
    LsForAwait *loop;  /* or NULL */
    uint8_t kind;      /* LsStepKind */
    bool begun, over;
} Step;

static bool
is_awaitable(PyObject *value)
{
    PyAsyncMethods *methods = Py_TYPE(value)->tp_as_async;
    return methods != NULL && methods->am_await != NULL;
}

static PyObject *
refuse_awaitable(PyObject *value)
{
    return PyErr_Format(PyExc_TypeError, "for_await: __anext__() must give an awaitable, not %.100s", Py_TYPE(value)->tp_name);
}

PyObject *
ls_step_new(LsState *state, LsStepKind kind, PyObject *awaitable, LsForAwait *loop)
{
    if (kind != LS_STEP_GIVE && awaitable != NULL && !is_awaitable(awaitable)) {
        return refuse_awaitable(awaitable);
    }
    Step *step = (Step *)state->iteration_step_type->tp_alloc(state->iteration_step_type, 0);
    if (step == NULL) {
        return NULL;
    }
    step->state = state;
    step->awaited = Py_XNewRef(awaitable);
    step->loop = (LsForAwait *)Py_XNewRef((PyObject *)loop);
    step->kind = (uint8_t)kind;
    return (PyObject *)step;
}

static void
finish_loop(Step *step)
{
    if (step->loop != NULL) {
        step->loop->finished = true;
    }
}

/* In a script every `async def` is an async function, so that an __anext__ ends its loop by a promise rejected with a
 * StopAsyncIteration, which arrives here wrapped. */
static bool
is_wrapped_stop(LsState *state)
{
    if (!PyErr_ExceptionMatches(state->thrown)) {
        return false;
    }
    PyObject *thrown = PyErr_GetRaisedException();
    PyObject *value = PyObject_GetAttr(thrown, state->str_value);
    bool stops = value != NULL && PyErr_GivenExceptionMatches(value, PyExc_StopAsyncIteration);
    Py_XDECREF(value);
    PyErr_SetRaisedException(thrown); /* replaces an error of the look-up */
    return stops;
}

/* The awaited thing has raised. */
static PySendResult
fail_step(Step *step, PyObject **result)
{
    finish_loop(step);
    if (step->kind == LS_STEP_QUIET && !PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) &&
        !PyErr_ExceptionMatches(PyExc_SystemExit)) {
        PyErr_Clear();
        *result = Py_NewRef(Py_None);
        return PYGEN_RETURN;
    }
    if (step->kind == LS_STEP_VALUE && is_wrapped_stop(step->state)) {
        PyErr_SetNone(PyExc_StopAsyncIteration);
    }
    *result = NULL;
    return PYGEN_ERROR;
}

/* The awaited thing has given `outcome`; steals it. May run Python. */
static PySendResult
complete_step(Step *step, PyObject *outcome, PyObject **result)
{
    *result = NULL;
    if (step->kind == LS_STEP_VALUE) {
        *result = outcome;
        return PYGEN_RETURN;
    }
    if (step->kind == LS_STEP_RESULT || step->kind == LS_STEP_CLOSE) {
        bool done;
        PyObject *value;
        int status = ls_iter_result_read(step->state, outcome, &done, &value);
        Py_DECREF(outcome);
        if (status < 0) {
            finish_loop(step);
            return PYGEN_ERROR;
        }
        if (step->kind == LS_STEP_RESULT && !done) {
            *result = value;
            return PYGEN_RETURN;
        }
        Py_DECREF(value);
        finish_loop(step);
        if (step->kind == LS_STEP_RESULT) {
            PyErr_SetNone(PyExc_StopAsyncIteration);
            return PYGEN_ERROR;
        }
    }
    else {
        Py_DECREF(outcome);
    }
    *result = Py_NewRef(Py_None);
    return PYGEN_RETURN;
}

/* GetAwaitable: replaces the awaitable by its iterator. A coroutine is one itself as far as sending goes. May run Python. */
static int
begin_step(Step *step)
{
    step->begun = true;
    if (PyCoro_CheckExact(step->awaited)) {
        return 0;
    }
    if (LS_UNLIKELY(!is_awaitable(step->awaited))) { /* any more: its class has changed since */
        (void)refuse_awaitable(step->awaited);
        return -1;
    }
    PyObject *awaited = Py_NewRef(step->awaited), *iterator = Py_TYPE(awaited)->tp_as_async->am_await(awaited);
    Py_DECREF(awaited);
    if (iterator == NULL) {
        return -1;
    }
    Py_SETREF(step->awaited, iterator);
    return 0;
}

static PySendResult
step_send(PyObject *op, PyObject *argument, PyObject **result)
{
    Step *step = (Step *)op;
    if (LS_UNLIKELY(step->over)) {
        PyErr_SetString(PyExc_RuntimeError, "this step of an iteration was awaited already");
        *result = NULL;
        return PYGEN_ERROR;
    }
    if (step->awaited == NULL || step->kind == LS_STEP_GIVE) {
        step->over = true;
        *result = Py_NewRef(step->awaited == NULL ? Py_None : step->awaited);
        return PYGEN_RETURN;
    }
    if (!step->begun && begin_step(step) < 0) {
        step->over = true;
        return fail_step(step, result);
    }
    PyObject *outcome, *awaited = Py_NewRef(step->awaited);
    PySendResult sent = PyIter_Send(awaited, argument, &outcome);
    Py_DECREF(awaited);
    if (sent == PYGEN_NEXT) {
        *result = outcome;
        return PYGEN_NEXT;
    }
    step->over = true;
    return sent == PYGEN_ERROR ? fail_step(step, result) : complete_step(step, outcome, result);
}

/* What is left of PyIter_Send's outcome for callers that know iterators only. */
static PyObject *
give_iterator_outcome(PySendResult sent, PyObject *result)
{
    if (sent == PYGEN_RETURN) {
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result);
        Py_CLEAR(result);
        if (stop != NULL) {
            PyErr_SetObject(PyExc_StopIteration, stop);
            Py_DECREF(stop);
        }
    }
    return result;
}

static PyObject *
step_iternext(PyObject *op)
{
    PyObject *result;
    PySendResult sent = step_send(op, Py_None, &result);
    return give_iterator_outcome(sent, result);
}

static PyObject *
step_send_method(PyObject *op, PyObject *argument)
{
    PyObject *result;
    PySendResult sent = step_send(op, argument, &result);
    return give_iterator_outcome(sent, result);
}

/* throw(type_or_exception[, value[, traceback]]), as a driver calls it: handed to what is awaited, if that takes it. */
static PyObject *
step_throw(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    Step *step = (Step *)op;
    if (nargs < 1 || nargs > 3) {
        return PyErr_Format(PyExc_TypeError, "throw() takes 1 to 3 arguments, %zd given", nargs);
    }
    PyObject *throw = NULL, *result = NULL;
    if (step->begun && !step->over && PyObject_GetOptionalAttr(step->awaited, step->state->str_throw, &throw) < 0) {
        return NULL;
    }
    PySendResult sent;
    if (throw != NULL) {
        result = PyObject_Vectorcall(throw, args, (size_t)nargs, NULL);
        Py_DECREF(throw);
    }
    else if (PyExceptionInstance_Check(args[0])) {
        PyErr_SetObject((PyObject *)Py_TYPE(args[0]), args[0]);
    }
    else if (PyExceptionClass_Check(args[0])) {
        PyErr_SetObject(args[0], nargs > 1 ? args[1] : NULL);
    }
    else {
        return PyErr_Format(PyExc_TypeError, "throw() takes an exception, not %.100s", Py_TYPE(args[0])->tp_name);
    }
    if (result != NULL) {
        return result;
    }
    step->over = true;
    sent = fail_step(step, &result);
    return give_iterator_outcome(sent, result);
}

static int
step_traverse(PyObject *op, visitproc visit, void *arg)
{
    Step *step = (Step *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(step->awaited);
    Py_VISIT(step->loop);
    return 0;
}

static int
step_clear(PyObject *op)
{
    Step *step = (Step *)op;
    step->over = true;
    Py_CLEAR(step->awaited);
    Py_CLEAR(step->loop);
    return 0;
}

static void
step_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    (void)step_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef step_methods[] = {
    {"send", step_send_method, METH_O, NULL},
    {"throw", (PyCFunction)(void (*)(void))step_throw, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(step_doc, "One step of an asynchronous iteration; `await` it once.\n\n"
             "Raises RuntimeError for a second time, and outside of an async function.");

static PyType_Slot step_slots[] = {
    {Py_tp_doc, (void *)step_doc},
    {Py_am_await, PyObject_SelfIter},
    {Py_am_send, step_send},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, step_iternext},
    {Py_tp_traverse, step_traverse},
    {Py_tp_clear, step_clear},
    {Py_tp_dealloc, step_dealloc},
    {Py_tp_methods, step_methods},
    {0, NULL},
};

static PyType_Spec step_spec = {
    .name = "loopscope.IterationStep",
    .basicsize = sizeof(Step),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = step_slots,
};

int
ls_iteration_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->iter_result_type, &iter_result_spec, NULL) < 0) {
        return -1;
    }
    return ls_state_add_type(module, &state->iteration_step_type, &step_spec, NULL);
}
