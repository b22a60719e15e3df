/* SPDX-License-Identifier: MIT
 *
 * The class Promise as Python sees it (ECMA-262 27.2.3 to 27.2.5): methods, `await`, attributes, life, and the
 * table of all that it has.
 */
#include "promise.h"

/* The run of a promise, for its public doors: NULL with RuntimeError if it has none, from another thread, or after its end. */
static LsAgent *
require_agent(LsPromise *self, const char *what)
{
    if (LS_UNLIKELY(self->agent == NULL)) {
        PyErr_Format(PyExc_RuntimeError, "%s: Promise.__init__ was not called by the __init__ of this promise's class", what);
        return NULL;
    }
    return ls_agent_check(self->agent, what) < 0 ? NULL : self->agent;
}

static int
require_at_most(const char *what, Py_ssize_t nargs, Py_ssize_t most)
{
    if (LS_UNLIKELY(nargs > most)) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %zd argument%s (%zd given)", what, most, most == 1 ? "" : "s", nargs);
        return -1;
    }
    return 0;
}

/* ---- 27.2.5 methods ---- */

PyObject *
ls_promise_species(LsAgent *agent, PyObject *promise)
{
    LsState *state = agent->state;
    if (ls_promise_is_plain(state, promise)) {
        return Py_NewRef((PyObject *)state->promise_type);
    }
    PyObject *found;
    if (PyObject_GetOptionalAttr(promise, state->str_constructor, &found) < 0) {
        return NULL;
    }
    if (found != NULL && PyType_Check(found) && PyType_IsSubtype((PyTypeObject *)found, state->promise_type)) {
        return found;
    }
    bool primitive =
        found != NULL && (found == state->null || PyUnicode_Check(found) || PyLong_Check(found) || PyFloat_Check(found));
    Py_XDECREF(found);
    if (primitive) {
        PyErr_SetString(PyExc_TypeError, "The .constructor property is not an object");
        return NULL;
    }
    return Py_NewRef((PyObject *)state->promise_type);
}

/* The intrinsic then, 27.2.5.4. May run Python. */
static PyObject *
perform_then(LsAgent *agent, LsPromise *self, PyObject *on_fulfilled, PyObject *on_rejected)
{
    PyObject *capability;
    if (LS_LIKELY(ls_promise_is_plain(agent->state, (PyObject *)self))) {
        capability = (PyObject *)ls_promise_new(agent, self);
    }
    else {
        PyObject *constructor = ls_promise_species(agent, (PyObject *)self);
        if (constructor == NULL) {
            return NULL;
        }
        capability = ls_capability_new(agent, constructor);
        Py_DECREF(constructor);
    }
    if (capability == NULL) {
        return NULL;
    }
    PyObject *promise = NULL;
    LsJob *job = ls_reaction_new(agent, on_fulfilled, on_rejected, capability);
    if (job != NULL) {
        promise = Py_NewRef(ls_capability_promise(agent, capability));
        ls_promise_perform_then(self, job);
    }
    Py_DECREF(capability);
    return promise;
}

PyObject *
ls_promise_invoke_then(LsAgent *agent, PyObject *promise, PyObject *on_fulfilled, PyObject *on_rejected)
{
    if (LS_LIKELY(ls_promise_is_own(agent, promise))) {
        return perform_then(agent, (LsPromise *)promise, on_fulfilled, on_rejected);
    }
    PyObject *then = PyObject_GetAttr(promise, agent->state->str_then);
    if (then == NULL) {
        return NULL;
    }
    on_fulfilled = on_fulfilled != NULL ? on_fulfilled : Py_None;
    PyObject *derived = NULL;
    PyObject *arguments = on_rejected == NULL ? PyTuple_Pack(1, on_fulfilled) : PyTuple_Pack(2, on_fulfilled, on_rejected);
    if (arguments != NULL) {
        derived = ls_call_tuple(then, ls_arity(agent->state, then, PyTuple_GET_SIZE(arguments)), arguments);
        Py_DECREF(arguments);
    }
    Py_DECREF(then);
    return derived;
}

static PyObject *
promise_then(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    LsAgent *agent = require_at_most("then", nargs, 2) < 0 ? NULL : require_agent((LsPromise *)op, "then");
    if (agent == NULL) {
        return NULL;
    }
    return perform_then(agent, (LsPromise *)op, nargs > 0 ? args[0] : NULL, nargs > 1 ? args[1] : NULL);
}

/* 27.2.5.1 Promise.prototype.catch */
static PyObject *
promise_catch(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    LsAgent *agent = require_at_most("catch", nargs, 1) < 0 ? NULL : require_agent((LsPromise *)op, "catch");
    return agent == NULL ? NULL : ls_promise_invoke_then(agent, op, NULL, nargs > 0 ? args[0] : Py_None);
}

/* 27.2.5.3 Promise.prototype.finally */
static PyObject *
promise_finally(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    LsAgent *agent = require_at_most("finally_", nargs, 1) < 0 ? NULL : require_agent((LsPromise *)op, "finally_");
    if (agent == NULL) {
        return NULL;
    }
    PyObject *on_finally = nargs > 0 ? args[0] : Py_None;
    PyObject *constructor = ls_promise_species(agent, op);
    if (constructor == NULL) {
        return NULL;
    }
    PyObject *derived = NULL, *then_finally, *catch_finally;
    if (!PyCallable_Check(on_finally)) {
        derived = ls_promise_invoke_then(agent, op, on_finally, on_finally);
    }
    else if (ls_finally_functions(agent, on_finally, constructor, &then_finally, &catch_finally) == 0) {
        derived = ls_promise_invoke_then(agent, op, then_finally, catch_finally);
        Py_DECREF(then_finally);
        Py_DECREF(catch_finally);
    }
    Py_DECREF(constructor);
    return derived;
}

/* ---- await ---- */

/* An await that begins waits, although the promise has just resumed this activation: what it has resumed may be an iterator of the
 * program's own, which has handed the promise on and not looked at it again. */
static void
begin_await(LsAgent *agent, PyObject *promise)
{
    if (LS_UNLIKELY(agent->resuming == promise)) {
        agent->resuming = NULL;
    }
}

/* The promise is its own awaitable and iterator. One that is not plain is first made so, as Await does (27.7.5.3 step 2). */
static PyObject *
promise_await(PyObject *op)
{
    LsAgent *agent = ((LsPromise *)op)->agent;
    if (LS_LIKELY(agent != NULL && agent->driving != NULL && agent == ls_agent_current(agent->state) &&
                  ls_promise_is_plain(agent->state, op))) {
        begin_await(agent, op);
        return Py_NewRef(op);
    }
    if ((agent = require_agent((LsPromise *)op, "await")) == NULL) {
        return NULL;
    }
    if (agent->driving == NULL) {
        LsAgent *current = ls_agent_current(agent->state);
        if (current == NULL || current->driving == NULL) {
            if (agent->host != NULL) {
                return agent->host->await_promise(agent, op);
            }
            PyErr_SetString(PyExc_RuntimeError,
                            "a Promise can be awaited by an async function of its runtime only: decorate the function with "
                            "@async_function, or run the program as a script. (asyncio's coroutines can await the promises "
                            "that were made where their own loop runs)");
            return NULL;
        }
        agent = current;
    }
    begin_await(agent, op);
    return (PyObject *)ls_promise_coerce(agent, op);
}

/* The same by name, for Python code. */
static PyObject *
promise_await_method(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    PyObject *promise = promise_await(op);
    if (promise == NULL || Py_IS_TYPE(promise, ((LsPromise *)op)->agent->state->live_awaiter_type)) {
        return promise;
    }
    PyObject *awaiter = ls_promise_awaiter_new(((LsPromise *)promise)->agent->state->promise_awaiter_type, promise);
    Py_DECREF(promise);
    return awaiter;
}

/* True if Await (27.7.5.3) may go on at once: what it would queue is the very next thing to run, so that nobody can tell. That is so
 * if no other microtask waits, and only the microtask loop is beneath the awaiting body. A record of the run shows each step, and
 * signals and limits are looked at between two jobs. */
static bool
would_run_next(LsAgent *agent, LsPromise *self)
{
    return self->state == LS_FULFILLED && agent->driving == agent->foremost && agent->microtasks.head == NULL && !LS_TRACED(agent) &&
           agent->jobs_until_check > 1;
}

static PySendResult
promise_send(PyObject *op, PyObject *Py_UNUSED(value), PyObject **result)
{
    LsPromise *self = (LsPromise *)op;
    LsAgent *agent = self->agent;
    *result = NULL;
    if (LS_UNLIKELY(agent == NULL || agent->driving == NULL)) {
        PyErr_SetString(PyExc_TypeError, "a Promise is not an iterator: await it in an async function");
        return PYGEN_ERROR;
    }
    if (agent->resuming != op && would_run_next(agent, self)) {
        (void)ls_trace_new_id(&agent->trace); /* numbers of timers do not depend on this */
        agent->jobs_until_check--;            /* nor do limits */
        *result = Py_NewRef(ls_promise_result(self));
        return PYGEN_RETURN;
    }
    if (agent->resuming != op) { /* the driver takes it, and subscribes */
        *result = Py_NewRef(op);
        return PYGEN_NEXT;
    }
    agent->resuming = NULL;
    if (self->state == LS_REJECTED) {
        ls_raise_reason(agent->state, ls_promise_result(self), ls_promise_traceback(self));
        return PYGEN_ERROR;
    }
    *result = Py_NewRef(ls_promise_result(self));
    return PYGEN_RETURN;
}

/* CPython sends None through this slot where it does not use am_send: 3.12 and later, and 3.11 under a trace function. */
static PyObject *
promise_iternext(PyObject *op)
{
    PyObject *result;
    PySendResult status = promise_send(op, Py_None, &result);
    if (status != PYGEN_RETURN) {
        return result;
    }
    if (result != Py_None) {
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result);
        if (stop != NULL) {
            PyErr_SetRaisedException(stop);
        }
    }
    Py_DECREF(result);
    return NULL;
}

/* ---- attributes ---- */

static PyObject *
promise_get_constructor(PyObject *op, void *Py_UNUSED(closure))
{
    PyObject *dict = Py_XNewRef(((LsPromise *)op)->dict); /* a key's __eq__ may replace it */
    if (dict != NULL) {
        LsState *state = ls_state_of_type(Py_TYPE(op));
        PyObject *found = state == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(dict, state->str_constructor));
        Py_DECREF(dict);
        if (found != NULL || PyErr_Occurred()) {
            return found;
        }
    }
    return Py_NewRef((PyObject *)Py_TYPE(op));
}

static int
promise_set_constructor(PyObject *op, PyObject *value, void *Py_UNUSED(closure))
{
    LsPromise *self = (LsPromise *)op;
    LsState *state = ls_state_of_type(Py_TYPE(op));
    if (state == NULL) {
        return -1;
    }
    if (self->dict == NULL && (self->dict = PyDict_New()) == NULL) {
        return -1;
    }
    PyObject *dict = Py_NewRef(self->dict); /* a key's __eq__ may replace it */
    int status = value != NULL ? PyDict_SetItem(dict, state->str_constructor, value) : PyDict_DelItem(dict, state->str_constructor);
    if (status < 0 && value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_SetObject(PyExc_AttributeError, state->str_constructor);
    }
    Py_DECREF(dict);
    return status;
}

/* `<Promise pending>`, `<Promise fulfilled: 'x'>`: an exception in the value's own repr shows the value's type. May run Python. */
static PyObject *
promise_repr(PyObject *op)
{
    static const char *const states[] = {"pending", "fulfilled", "rejected"};
    LsPromise *self = (LsPromise *)op;
    const char *dot = strrchr(Py_TYPE(op)->tp_name, '.'), *name = dot != NULL ? dot + 1 : Py_TYPE(op)->tp_name;
    if (self->state == LS_PENDING) {
        return PyUnicode_FromFormat("<%s pending>", name);
    }
    int nested = Py_ReprEnter(op);
    if (nested != 0) {
        return nested < 0 ? NULL : PyUnicode_FromFormat("<%s ...>", name);
    }
    PyObject *result = Py_NewRef(ls_promise_result(self)), *text = PyObject_Repr(result);
    if (text == NULL && PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear();
        text = PyUnicode_FromFormat("<%s object>", Py_TYPE(result)->tp_name);
    }
    Py_ReprLeave(op);
    PyObject *repr = text == NULL ? NULL : PyUnicode_FromFormat("<%s %s: %U>", name, states[self->state], text);
    Py_XDECREF(text);
    Py_DECREF(result);
    return repr;
}

/* ---- life ---- */

static PyObject *
promise_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    return ls_alloc_quietly(type);
}

static int
promise_traverse(PyObject *op, visitproc visit, void *arg)
{
    LsPromise *self = (LsPromise *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->result);
    Py_VISIT(self->traceback);
    Py_VISIT(self->dict);
    if (self->agent != NULL) {
        Py_VISIT(self->agent->owner);
    }
    LsJob *job = self->last;
    int result = 0;
    while (job != NULL && result == 0) {
        result = job->embedded ? 0 : ls_job_traverse(job, visit, arg); /* embedded: its owner's */
        job = job->next == self->last ? NULL : job->next;
    }
    return result;
}

/* The run is kept until dealloc: every method looks at it. */
static int
promise_clear(PyObject *op)
{
    LsPromise *self = (LsPromise *)op;
    ls_promise_drop_reactions(self);
    Py_CLEAR(self->result);
    Py_CLEAR(self->traceback);
    Py_CLEAR(self->dict);
    return 0;
}

/* What promise_clear() has emptied. */
static void
free_promise(LsPromise *self)
{
    PyTypeObject *type = Py_TYPE(self);
    LsAgent *agent = self->agent;
    if (LS_UNLIKELY(agent == NULL)) {
        type->tp_free(self);
    }
    else {
        LsState *state = agent->state;
        PyObject *owner = agent->owner;
        state->live_promises--;
        if (LS_LIKELY(type == state->promise_type)) {
            ls_spares_put(&state->spare_promises, (PyObject *)self);
        }
        else {
            type->tp_free(self);
        }
        Py_DECREF(owner);
    }
    Py_DECREF(type);
}

/* A chain of promises is destroyed without deep recursion by CPython's trashcan; one that holds no other object needs none. May run
 * in any thread. */
static void
promise_dealloc(PyObject *op)
{
    LsPromise *self = (LsPromise *)op;
    PyObject_GC_UnTrack(op);
    if (LS_LIKELY(self->last == NULL && self->dict == NULL && self->weakrefs == NULL && self->traceback == NULL &&
                  self->result != NULL && !PyType_IS_GC(Py_TYPE(self->result)))) {
        Py_DECREF(self->result);
        free_promise(self);
        return;
    }
    Py_TRASHCAN_BEGIN(op, promise_dealloc)
    if (self->weakrefs != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    (void)promise_clear(op);
    free_promise(self);
    Py_TRASHCAN_END
}

/* ---- the class ---- */

PyDoc_STRVAR(promise_doc,
"Promise(executor, /)\n--\n\n"
"A value that is not there yet: pending, then fulfilled with a value or rejected with a reason, once.\n\n"
"executor(resolve, reject) is called at once. What it raises rejects the promise.\n"
"Raises TypeError if executor is not callable, RuntimeError outside of a runtime.\n"
"ECMA-262 27.2.3.1.");

/* The docstrings without the name, of which some have two. */
#define AWAIT_DOC \
    "($self, /)\n--\n\n" \
    "An iterator for the `yield from` of a hand-written __await__. Raises RuntimeError outside of an async function."
#define THEN_DOC \
    "($self, on_fulfilled=None, on_rejected=None, /)\n--\n\n" \
    "Call on_fulfilled(value) or on_rejected(reason) in a microtask; give the promise of what it returns.\n\n" \
    "A handler that is not callable passes the outcome through. Raises RuntimeError from another thread\n" \
    "and after the run has ended. ECMA-262 27.2.5.4."
#define CATCH_DOC \
    "($self, on_rejected=None, /)\n--\n\n" \
    "The same as then(None, on_rejected). ECMA-262 27.2.5.1."
#define FINALLY_DOC \
    "($self, on_finally=None, /)\n--\n\n" \
    "Call on_finally() when the promise is settled, and pass its outcome through.\n\n" \
    "What on_finally returns is waited for; its exception or rejection replaces the outcome. ECMA-262 27.2.5.3."
#define RESOLVE_DOC \
    "($type, value=None, /)\n--\n\n" \
    "A promise resolved with value; value itself if it is a promise of this class. ECMA-262 27.2.4.7."
#define REJECT_DOC \
    "($type, reason=None, /)\n--\n\n" \
    "A promise rejected with reason, which may be any value. ECMA-262 27.2.4.6."
#define ALL_DOC \
    "($type, promises=None, /)\n--\n\n" \
    "A promise of the list of all values; rejected as soon as one of the promises is.\n\n" \
    "promises is any iterable of values, promises and thenables; what is none rejects with TypeError. ECMA-262 27.2.4.1."
#define ALL_SETTLED_DOC \
    "($type, promises=None, /)\n--\n\n" \
    "A promise of the list of all outcomes: objects with .status and .value or .reason.\n\n" \
    "promises is any iterable of values, promises and thenables; what is none rejects with TypeError. ECMA-262 27.2.4.2."
#define ANY_DOC \
    "($type, promises=None, /)\n--\n\n" \
    "A promise of the first value; rejected with AggregateError when all are rejected.\n\n" \
    "promises is any iterable of values, promises and thenables; what is none rejects with TypeError. ECMA-262 27.2.4.3."
#define RACE_DOC \
    "($type, promises=None, /)\n--\n\n" \
    "A promise of the first outcome; pending for ever if there are no promises.\n\n" \
    "promises is any iterable of values, promises and thenables; what is none rejects with TypeError. ECMA-262 27.2.4.5."
#define TRY_DOC \
    "($type, function=None, /, *args)\n--\n\n" \
    "Call function(*args) at once; give a promise of its result or of its exception.\n\n" \
    "ECMA-262 2025, Promise.try (newer than Node 20)."
#define WITH_RESOLVERS_DOC \
    "($type, /)\n--\n\n" \
    "A pending promise with its functions: an object with .promise, .resolve and .reject, which unpacks too.\n\n" \
    "ECMA-262 2024, Promise.withResolvers (newer than Node 20)."

#define METHOD(name, function, doc) {name, (PyCFunction)(void (*)(void))function, METH_FASTCALL, name doc}
#define STATIC(name, function, doc) {name, (PyCFunction)(void (*)(void))function, METH_FASTCALL | METH_CLASS, name doc}

/* JavaScript's spellings stand beside Python's; those that are Python's keywords can be reached by getattr. */
static PyMethodDef promise_methods[] = {
    {"__await__", promise_await_method, METH_NOARGS | METH_COEXIST, "__await__" AWAIT_DOC},
    METHOD("then", promise_then, THEN_DOC),
    METHOD("catch", promise_catch, CATCH_DOC),
    METHOD("finally_", promise_finally, FINALLY_DOC),
    METHOD("finally", promise_finally, FINALLY_DOC),
    STATIC("resolve", ls_static_resolve, RESOLVE_DOC),
    STATIC("reject", ls_static_reject, REJECT_DOC),
    STATIC("all", ls_static_all, ALL_DOC),
    STATIC("all_settled", ls_static_all_settled, ALL_SETTLED_DOC),
    STATIC("allSettled", ls_static_all_settled, ALL_SETTLED_DOC),
    STATIC("any", ls_static_any, ANY_DOC),
    STATIC("race", ls_static_race, RACE_DOC),
    STATIC("try_", ls_static_try, TRY_DOC),
    STATIC("try", ls_static_try, TRY_DOC),
    STATIC("with_resolvers", ls_static_with_resolvers, WITH_RESOLVERS_DOC),
    STATIC("withResolvers", ls_static_with_resolvers, WITH_RESOLVERS_DOC),
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "Promise[T], for annotations."},
    {NULL},
};

#undef METHOD
#undef STATIC

static PyMemberDef promise_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(LsPromise, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(LsPromise, weakrefs), READONLY, NULL},
    {NULL},
};

static PyGetSetDef promise_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"constructor", promise_get_constructor, promise_set_constructor,
     "The class, unless it was set: await and Promise.resolve adopt a promise whose constructor is another one (ECMA-262 27.2.4.7.1).",
     NULL},
    {NULL},
};

static PyType_Slot promise_slots[] = {
    {Py_tp_doc, (void *)promise_doc},
    {Py_tp_new, promise_new},
    {Py_tp_init, ls_promise_construct},
    {Py_tp_repr, promise_repr},
    {Py_tp_traverse, promise_traverse},
    {Py_tp_clear, promise_clear},
    {Py_tp_dealloc, promise_dealloc},
    {Py_tp_methods, promise_methods},
    {Py_tp_members, promise_members},
    {Py_tp_getset, promise_getset},
    {Py_tp_iternext, promise_iternext},
    {Py_am_await, promise_await},
    {Py_am_send, promise_send},
    {0, NULL},
};

static PyType_Spec promise_spec = {
    .name = "loopscope.Promise",
    .basicsize = sizeof(LsPromise),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .slots = promise_slots,
};

/* ---- module ---- */

static PyObject *
promise_state(PyObject *module, PyObject *value)
{
    LsState *state = ls_state_of_module(module);
    if (!ls_promise_check(state, value)) {
        PyErr_Format(PyExc_TypeError, "promise_state: argument must be a Promise, not %.100s", Py_TYPE(value)->tp_name);
        return NULL;
    }
    LsPromise *promise = (LsPromise *)value;
    PyObject *const names[] = {state->str_pending, state->str_fulfilled, state->str_rejected};
    return PyTuple_Pack(2, names[promise->state], ls_promise_result(promise));
}

PyMethodDef ls_promise_functions[] = {
    {"promise_state", promise_state, METH_O,
     "promise_state($module, promise, /)\n--\n\n"
     "('pending', None), ('fulfilled', value) or ('rejected', reason); looking does not handle a rejection.\n\n"
     "Raises TypeError if promise is not a Promise."},
    {NULL},
};

int
ls_promise_init(PyObject *module, LsState *state)
{
    if (ls_promise_meta_init(module, state) < 0 || ls_promise_capability_init(module, state) < 0 ||
        ls_promise_finally_init(module, state) < 0 || ls_promise_awaiter_init(module, state) < 0 ||
        ls_promise_statics_init(state) < 0) {
        return -1;
    }
    state->promise_type = (PyTypeObject *)ls_type_from_metaclass(state->promise_meta, module, &promise_spec);
    if (state->promise_type == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Promise", (PyObject *)state->promise_type);
}
