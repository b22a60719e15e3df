/* SPDX-License-Identifier: MIT
 *
 * for_await(): what `for await` iterates over (14.7.5.6 ForIn/OfHeadEvaluation with 7.4.3 GetIterator async), and how it is left
 * (7.4.13 AsyncIteratorClose).
 */
#include "iteration.h"

/* Where the items come from, and in whose protocol. */
typedef enum {
    FROM_GENERATOR,  /* an AsyncGenerator */
    FROM_PYTHON,     /* __anext__() */
    FROM_JAVASCRIPT, /* next(), return_() */
    FROM_SYNC,       /* a Python iterator, through AsyncFromSyncIterator */
} Source;

/* ---- one step ---- */

/* A result of JavaScript's protocol is awaited as any value is. Steals it. */
static PyObject *
await_result(LsAgent *agent, LsStepKind kind, PyObject *result, LsForAwait *loop)
{
    LsPromise *promise = ls_promise_coerce(agent, result);
    Py_DECREF(result);
    PyObject *step = promise == NULL ? NULL : ls_step_new(agent->state, kind, (PyObject *)promise, loop);
    Py_XDECREF(promise);
    return step;
}

static bool
has_anext(PyObject *value)
{
    PyAsyncMethods *methods = Py_TYPE(value)->tp_as_async;
    return methods != NULL && methods->am_anext != NULL;
}

static PyObject *
refuse_iterator(PyObject *value)
{
    return PyErr_Format(PyExc_TypeError, "for_await: %.100s is not an async iterator", Py_TYPE(value)->tp_name);
}

static PyObject *
ask_iterator(LsAgent *agent, LsForAwait *self)
{
    LsState *state = agent->state;
    PyObject *asked = NULL, *step;
    switch ((Source)self->source) {
    case FROM_GENERATOR:
        asked = ls_async_generator_next(self->iterator, Py_None);
        break;
    case FROM_SYNC:
        asked = ls_sync_iterator_next(agent, self->iterator);
        break;
    case FROM_JAVASCRIPT:
        asked = PyObject_CallMethodNoArgs(self->iterator, state->str_next);
        return asked == NULL ? NULL : await_result(agent, LS_STEP_RESULT, asked, self);
    case FROM_PYTHON:
        asked = has_anext(self->iterator) ? Py_TYPE(self->iterator)->tp_as_async->am_anext(self->iterator)
                                          : refuse_iterator(self->iterator); /* its class has changed since */
        break;
    }
    if (asked == NULL) {
        return NULL;
    }
    step = ls_step_new(state, self->source == FROM_PYTHON ? LS_STEP_VALUE : LS_STEP_RESULT, asked, self);
    Py_DECREF(asked);
    return step;
}

static PyObject *
for_await_anext(PyObject *op)
{
    LsForAwait *self = (LsForAwait *)op;
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(ls_state_of_type(Py_TYPE(op)), "for_await", &held);
    if (agent == NULL) {
        return NULL;
    }
    if (self->finished) {
        PyErr_SetNone(PyExc_StopAsyncIteration);
        return NULL;
    }
    PyObject *step = ask_iterator(agent, self);
    if (step == NULL) {
        self->finished = true;
    }
    return step;
}

/* ---- 7.4.13 AsyncIteratorClose ---- */

static PyObject *
close_by_method(LsAgent *agent, LsForAwait *self, LsStepKind kind)
{
    LsState *state = agent->state;
    PyObject *method, *result;
    if (PyObject_GetOptionalAttr(self->iterator, state->str_return, &method) < 0) {
        return NULL;
    }
    if (method != NULL && method != Py_None) {
        result = PyObject_CallNoArgs(method);
        Py_DECREF(method);
        return result == NULL ? NULL : await_result(agent, kind, result, NULL);
    }
    Py_XDECREF(method);
    if (!PyAsyncGen_CheckExact(self->iterator)) {
        return ls_step_new(state, LS_STEP_DISCARD, NULL, NULL);
    }
    result = PyObject_CallMethod(self->iterator, "aclose", NULL);
    PyObject *step = result == NULL ? NULL : ls_step_new(state, kind == LS_STEP_CLOSE ? LS_STEP_DISCARD : kind, result, NULL);
    Py_XDECREF(result);
    return step;
}

/* throwing: the loop is left by an exception, which goes on whatever the iterator says. */
static PyObject *
close_iterator(LsForAwait *self, bool throwing)
{
    LsState *state = ls_state_of_type(Py_TYPE(self));
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(state, "for_await", &held);
    if (agent == NULL) {
        return NULL;
    }
    if (self->finished) {
        return ls_step_new(state, LS_STEP_DISCARD, NULL, NULL);
    }
    self->finished = true;
    LsStepKind kind = throwing ? LS_STEP_QUIET : LS_STEP_CLOSE;
    PyObject *step = NULL, *promise;
    switch ((Source)self->source) {
    case FROM_GENERATOR:
    case FROM_SYNC:
        promise = self->source == FROM_SYNC ? ls_sync_iterator_return(agent, self->iterator)
                                            : ls_async_generator_return(self->iterator, Py_None);
        step = promise == NULL ? NULL : ls_step_new(state, kind, promise, NULL);
        Py_XDECREF(promise);
        break;
    case FROM_JAVASCRIPT:
    case FROM_PYTHON:
        step = close_by_method(agent, self, kind);
        break;
    }
    if (step == NULL && throwing && PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear();
        step = ls_step_new(state, LS_STEP_DISCARD, NULL, NULL);
    }
    return step;
}

static PyObject *
for_await_close(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs > 1) {
        return PyErr_Format(PyExc_TypeError, "close() takes at most 1 argument, %zd given", nargs);
    }
    return close_iterator((LsForAwait *)op, nargs > 0 && args[0] != Py_None && args[0] != Py_False);
}

static PyObject *
for_await_aenter(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    return ls_step_new(ls_state_of_type(Py_TYPE(op)), LS_STEP_GIVE, op, NULL);
}

/* A GeneratorExit is how return_() leaves a generator's body: a return completion. When the run ends nobody is asked to close. */
static PyObject *
for_await_aexit(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *type = nargs > 0 ? args[0] : Py_None;
    if (type == Py_None || PyErr_GivenExceptionMatches(type, PyExc_GeneratorExit)) {
        return close_iterator((LsForAwait *)op, false);
    }
    if (PyErr_GivenExceptionMatches(type, PyExc_KeyboardInterrupt) || PyErr_GivenExceptionMatches(type, PyExc_SystemExit)) {
        ((LsForAwait *)op)->finished = true;
    }
    return close_iterator((LsForAwait *)op, true);
}

/* ---- 7.4.3 GetIterator(obj, async) ---- */

static LsForAwait *
new_for_await(LsState *state, PyObject *iterator, Source source)
{
    LsForAwait *self = iterator == NULL ? NULL : (LsForAwait *)state->for_await_type->tp_alloc(state->for_await_type, 0);
    if (self == NULL) {
        Py_XDECREF(iterator);
        return NULL;
    }
    self->iterator = iterator;
    self->source = (uint8_t)source;
    return self;
}

/* Whether it has JavaScript's next(): 1, 0, or -1 with an exception. May run Python. */
static int
has_next(LsState *state, PyObject *value)
{
    PyObject *next;
    int found = PyObject_GetOptionalAttr(value, state->str_next, &next);
    Py_XDECREF(next);
    return found;
}

static LsForAwait *
get_async_iterator(LsState *state, PyObject *iterable)
{
    PyObject *iterator = Py_TYPE(iterable)->tp_as_async->am_aiter(iterable);
    if (iterator == NULL) {
        return NULL;
    }
    if (Py_IS_TYPE(iterator, state->for_await_type)) {
        return (LsForAwait *)iterator;
    }
    if (Py_IS_TYPE(iterator, state->async_generator_type)) {
        return new_for_await(state, iterator, FROM_GENERATOR);
    }
    if (has_anext(iterator)) {
        return new_for_await(state, iterator, FROM_PYTHON);
    }
    int found = has_next(state, iterator);
    if (found > 0) {
        return new_for_await(state, iterator, FROM_JAVASCRIPT);
    }
    if (found == 0) {
        PyErr_Format(PyExc_TypeError, "for_await: __aiter__() of %.100s must give an async iterator, not %.100s",
                     Py_TYPE(iterable)->tp_name, Py_TYPE(iterator)->tp_name);
    }
    Py_DECREF(iterator);
    return NULL;
}

const char ls_for_await_doc[] =
"for_await(iterable, /)\n--\n\n"
"Give what `async for` needs to do what JavaScript's `for await` does (ECMA-262 14.7.5.6).\n"
"\n"
"iterable: an AsyncGenerator or another asynchronous iterable (__aiter__); an iterable, whose items are awaited one by one; or an\n"
"object with JavaScript's protocol, next() -> {value, done}, plain or promised, and perhaps return_().\n"
"Raises TypeError for anything else.\n"
"\n"
"The object is an async iterator: each __anext__() gives an awaitable to be awaited once. `async for` alone does not close\n"
"an iterator that it leaves early; JavaScript does, and so does\n"
"\n"
"    async with for_await(iterable) as items:\n"
"        async for item in items:\n"
"            ...\n"
"\n"
"__aexit__ calls close(error), where error is the exception that leaves the block, or None. It gives an awaitable: nothing\n"
"happens, and no tick passes, if the iterator is exhausted, has failed or is closed; else return_() of the iterator is called\n"
"and awaited. Left by break or return, its error goes on, and a result that is no object raises TypeError; left by an\n"
"exception, that one goes on whatever return_() does (ECMA-262 7.4.13).";

PyObject *
ls_for_await(PyObject *module, PyObject *iterable)
{
    LS_HELD(held);
    LsState *state = ls_state_of_module(module);
    if (ls_agent_require(state, "for_await", &held) == NULL) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(iterable);
    if (type->tp_as_async != NULL && type->tp_as_async->am_aiter != NULL) {
        return (PyObject *)get_async_iterator(state, iterable);
    }
    if (type->tp_iter != NULL || PySequence_Check(iterable)) {
        return (PyObject *)new_for_await(state, PyObject_GetIter(iterable), FROM_SYNC);
    }
    int found = has_next(state, iterable);
    if (found != 0) {
        return found < 0 ? NULL : (PyObject *)new_for_await(state, Py_NewRef(iterable), FROM_JAVASCRIPT);
    }
    return PyErr_Format(PyExc_TypeError,
                        "for_await: argument 'iterable' must be an iterable, an async iterable or an object with next(), not %.100s",
                        type->tp_name);
}

/* ---- the type ---- */

static int
for_await_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((LsForAwait *)op)->iterator);
    return 0;
}

static int
for_await_clear(PyObject *op)
{
    LsForAwait *self = (LsForAwait *)op;
    LsState *state = (LsState *)PyType_GetModuleState(Py_TYPE(op)); /* NULL: the module is being collected */
    if (state == NULL) {
        PyErr_Clear();
    }
    else if (self->finished && self->iterator != NULL && Py_REFCNT(self->iterator) == 1 && PyGen_CheckExact(self->iterator)) {
        ls_async_abandon(state, self->iterator); /* its item was rejected: then nobody closes it, and nor must its end */
    }
    self->finished = true;
    Py_CLEAR(self->iterator);
    return 0;
}

static void
for_await_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    (void)for_await_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef for_await_methods[] = {
    {"close", (PyCFunction)(void (*)(void))for_await_close, METH_FASTCALL,
     PyDoc_STR("close($self, error=None, /)\n--\n\n"
               "Close the iterator unless it is exhausted (ECMA-262 7.4.13): an awaitable, see for_await().")},
    {"__aenter__", for_await_aenter, METH_NOARGS, NULL},
    {"__aexit__", (PyCFunction)(void (*)(void))for_await_aexit, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot for_await_slots[] = {
    {Py_tp_doc, PyDoc_STR("What for_await() gives.")},
    {Py_am_aiter, PyObject_SelfIter},
    {Py_am_anext, for_await_anext},
    {Py_tp_traverse, for_await_traverse},
    {Py_tp_clear, for_await_clear},
    {Py_tp_dealloc, for_await_dealloc},
    {Py_tp_methods, for_await_methods},
    {0, NULL},
};

static PyType_Spec for_await_spec = {
    .name = "loopscope.ForAwait",
    .basicsize = sizeof(LsForAwait),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = for_await_slots,
};

int
ls_for_await_init(PyObject *module, LsState *state)
{
    return ls_state_add_type(module, &state->for_await_type, &for_await_spec, NULL);
}
