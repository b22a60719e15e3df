/* SPDX-License-Identifier: MIT
 *
 * Promise.all, allSettled, any and race (ECMA-262 27.2.4.1 to 27.2.4.5): one algorithm with two choices per item, what to do when it
 * is fulfilled and when it is rejected:
 *
 *                 fulfilled              rejected               when all items are done
 *     all         element: keep value    reject the result      resolve with the values
 *     allSettled  element: keep status   element: keep status   resolve with the statuses
 *     any         resolve the result     element: keep reason   reject with AggregateError(reasons)
 *     race        resolve the result     reject the result      -
 */
#include "combinators.h"

/* ---- 27.2.4.1 and its sisters ---- */

/* An iterator over the items. What is not iterable is refused in V8's words. May run Python. */
static PyObject *
get_iterator(PyObject *iterable)
{
    PyTypeObject *type = Py_TYPE(iterable);
    if (type->tp_iter != NULL || PySequence_Check(iterable)) {
        return PyObject_GetIter(iterable);
    }
    const char *wording;
    if (iterable == Py_None) {
        wording = "undefined is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else if (PyBool_Check(iterable)) {
        wording = iterable == Py_True ? "boolean true is not iterable (cannot read property Symbol(Symbol.iterator))"
                                      : "boolean false is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else if (type == &PyLong_Type || type == &PyFloat_Type) {
        wording = "number %S is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else if (PyCallable_Check(iterable)) {
        wording = "function is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else {
        wording = "object is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    return PyErr_Format(PyExc_TypeError, wording, iterable);
}

/* 7.4.9 IteratorClose for a throw completion: the raised exception stays, unless the closing is interrupted. May run Python. */
static void
close_iterator(LsState *state, PyObject *iterator)
{
    PyObject *error = PyErr_GetRaisedException(), *close, *result = NULL;
    int found = PyObject_GetOptionalAttr(iterator, state->str_return, &close);
    if (found == 0) {
        found = PyObject_GetOptionalAttr(iterator, state->str_close, &close);
    }
    if (found == 1) {
        result = PyObject_CallNoArgs(close);
        Py_DECREF(close);
        Py_XDECREF(result);
    }
    PyObject *reason;
    if (PyErr_Occurred()) {
        if (ls_take_reason(state, &reason) < 0) {
            Py_DECREF(error);
            return;
        }
        Py_DECREF(reason);
    }
    PyErr_SetRaisedException(error);
}

/* 27.2.4.1.1 GetPromiseResolve: *resolve is new, or NULL for the intrinsic one, which is not looked up. 0 or -1. */
static int
get_promise_resolve(LsState *state, PyObject *constructor, PyObject **resolve)
{
    *resolve = NULL;
    if (constructor == (PyObject *)state->promise_type && !state->promise_patched) {
        return 0;
    }
    *resolve = PyObject_GetAttr(constructor, state->str_resolve);
    if (*resolve == NULL) {
        return -1;
    }
    if (!PyCallable_Check(*resolve)) {
        Py_CLEAR(*resolve);
        PyErr_SetString(PyExc_TypeError, "resolve is not a function");
        return -1;
    }
    return 0;
}

/* Registers the two functions on an item's promise. Where nobody can see it, the promise that `then` would make is left out. */
static int
invoke_then(LsCombinator *self, PyObject *promise, PyObject *on_fulfilled, PyObject *on_rejected)
{
    LsAgent *agent = self->agent;
    bool intrinsic = !Py_IS_TYPE(self->capability, agent->state->capability_type);
    if (LS_LIKELY(intrinsic && ls_promise_is_own(agent, promise))) {
        LsJob *job = ls_reaction_new(agent, on_fulfilled, on_rejected, NULL);
        if (job == NULL) {
            return -1;
        }
        ls_promise_perform_then((LsPromise *)promise, job);
        return 0;
    }
    PyObject *derived = ls_promise_invoke_then(agent, promise, on_fulfilled, on_rejected);
    Py_XDECREF(derived);
    return derived == NULL ? -1 : 0;
}

/* One turn of the loop in 27.2.4.1.2 PerformPromiseAll and its sisters. 0 or -1. May run Python. */
static int
subscribe_item(LsCombinator *self, PyObject *resolve, PyObject *item)
{
    LsAgent *agent = self->agent;
    bool keeps_values = self->kind == LS_ALL || self->kind == LS_ALL_SETTLED;
    bool keeps_reasons = self->kind == LS_ALL_SETTLED || self->kind == LS_ANY;
    if (self->kind != LS_RACE && ls_combinator_add_slot(self) < 0) {
        return -1;
    }
    PyObject *promise = resolve == NULL ? (PyObject *)ls_promise_coerce(agent, item)
                                        : ls_call1(resolve, ls_arity(agent->state, resolve, 1), item);
    if (promise == NULL) {
        return -1;
    }
    int status = -1;
    PyObject *on_rejected = NULL;
    PyObject *on_fulfilled = keeps_values ? ls_element_new(self, false) : Py_NewRef(self->resolve);
    if (on_fulfilled != NULL) {
        on_rejected = keeps_reasons ? ls_element_new(self, true) : Py_NewRef(self->reject);
    }
    if (on_rejected != NULL) {
        self->remaining++;
        status = invoke_then(self, promise, on_fulfilled, on_rejected);
    }
    Py_XDECREF(on_fulfilled);
    Py_XDECREF(on_rejected);
    Py_DECREF(promise);
    return status;
}

/* 27.2.4.1.2 PerformPromiseAll, 27.2.4.2.1, 27.2.4.3.1, 27.2.4.5.1. 0, or -1 with an exception. May run Python. */
static int
subscribe_items(LsCombinator *self, PyObject *iterator, PyObject *resolve)
{
    LsState *state = self->agent->state;
    PyObject *item;
    for (uint32_t count = 1; PyIter_Check(iterator) && (item = PyIter_Next(iterator)) != NULL; count++) {
        int status = subscribe_item(self, resolve, item);
        Py_DECREF(item);
        if (status == 0 && count % 1024 == 0) {
            status = PyErr_CheckSignals(); /* an iterable without end can be interrupted */
        }
        if (status < 0) {
            close_iterator(state, iterator);
            return -1;
        }
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    if (LS_UNLIKELY(!PyIter_Check(iterator))) { /* any more: its class has changed since */
        PyErr_Format(PyExc_TypeError, "%.100s is not an iterator", Py_TYPE(iterator)->tp_name);
        return -1;
    }
    return self->kind == LS_RACE ? 0 : ls_combinator_count_down(self);
}

static int
perform(LsCombinator *self, PyObject *constructor, PyObject *iterable)
{
    PyObject *resolve;
    if (get_promise_resolve(self->agent->state, constructor, &resolve) < 0) {
        return -1;
    }
    PyObject *iterator = get_iterator(iterable);
    int status = iterator == NULL ? -1 : subscribe_items(self, iterator, resolve);
    Py_XDECREF(iterator);
    Py_XDECREF(resolve);
    return status;
}

static PyObject *
combine(PyObject *cls, const char *what, LsCombinatorKind kind, PyObject *const *args, Py_ssize_t nargs)
{
    LS_HELD(held);
    LsAgent *agent = ls_promise_static_agent(cls, what, nargs, 1, &held);
    PyObject *capability = agent == NULL ? NULL : ls_capability_new(agent, cls);
    if (capability == NULL) {
        return NULL;
    }
    LsCombinator *self = ls_combinator_new(agent, kind, capability);
    int status = self == NULL ? -1 : perform(self, cls, nargs > 0 ? args[0] : Py_None);
    if (self != NULL) {
        Py_CLEAR(self->resolve);
        Py_CLEAR(self->reject);
        Py_DECREF(self);
    }
    if (status < 0 && ls_capability_reject_raised(agent, capability) < 0) {
        Py_DECREF(capability);
        return NULL;
    }
    return ls_capability_give_promise(agent, capability);
}

LS_STATIC_METHOD(all)
{
    return combine(cls, "Promise.all", LS_ALL, args, nargs);
}

LS_STATIC_METHOD(all_settled)
{
    return combine(cls, "Promise.all_settled", LS_ALL_SETTLED, args, nargs);
}

LS_STATIC_METHOD(any)
{
    return combine(cls, "Promise.any", LS_ANY, args, nargs);
}

LS_STATIC_METHOD(race)
{
    return combine(cls, "Promise.race", LS_RACE, args, nargs);
}

int
ls_combinators_init(PyObject *module, LsState *state)
{
    return ls_settled_result_init(module, state) < 0 || ls_combinator_elements_init(module, state) < 0 ? -1 : 0;
}
