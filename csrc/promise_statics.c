/* SPDX-License-Identifier: MIT
 *
 * The static methods of Promise that make one promise (ECMA-262 27.2.4): resolve, reject, try and withResolvers. Those that watch
 * many are in combinators.c.
 */
#include "promise.h"

LsAgent *
ls_promise_static_agent(PyObject *cls, const char *what, Py_ssize_t nargs, Py_ssize_t most, PyObject **held)
{
    LsState *state = ls_state_of_type((PyTypeObject *)cls);
    if (state == NULL) {
        return NULL;
    }
    if (nargs > most) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %zd argument%s (%zd given)", what, most, most == 1 ? "" : "s", nargs);
        return NULL;
    }
    return ls_agent_require(state, what, held);
}

PyObject *
ls_capability_give_promise(LsAgent *agent, PyObject *capability)
{
    PyObject *promise = Py_NewRef(ls_capability_promise(agent, capability));
    Py_DECREF(capability);
    return promise;
}

/* 27.2.4.7 Promise.resolve */
LS_STATIC_METHOD(resolve)
{
    LS_HELD(held);
    LsAgent *agent = ls_promise_static_agent(cls, "Promise.resolve", nargs, 1, &held);
    return agent == NULL ? NULL : ls_promise_resolve_with(agent, cls, nargs > 0 ? args[0] : Py_None);
}

/* 27.2.4.6 Promise.reject */
LS_STATIC_METHOD(reject)
{
    LS_HELD(held);
    LsAgent *agent = ls_promise_static_agent(cls, "Promise.reject", nargs, 1, &held);
    PyObject *capability = agent == NULL ? NULL : ls_capability_new(agent, cls);
    if (capability == NULL) {
        return NULL;
    }
    PyObject *promise = NULL, *reason = ls_promise_start_bare(agent, nargs > 0 ? args[0] : Py_None);
    if (reason != NULL && ls_capability_reject(agent, capability, reason) == 0) {
        promise = Py_NewRef(ls_capability_promise(agent, capability));
    }
    Py_XDECREF(reason);
    Py_DECREF(capability);
    return promise;
}

/* ---- Promise.try, Promise.withResolvers ---- */

LS_STATIC_METHOD(try)
{
    LS_HELD(held);
    LsAgent *agent = ls_promise_static_agent(cls, "Promise.try_", nargs, PY_SSIZE_T_MAX, &held);
    PyObject *capability = agent == NULL ? NULL : ls_capability_new(agent, cls);
    if (capability == NULL) {
        return NULL;
    }
    int status = -1;
    PyObject *result = NULL;
    PyObject *function = nargs > 0 ? args[0] : Py_None, *arguments = PyTuple_New(nargs > 1 ? nargs - 1 : 0);
    if (arguments != NULL && ls_require_callable(function, "Promise.try_", "function") == 0) {
        for (Py_ssize_t i = 1; i < nargs; i++) {
            PyTuple_SET_ITEM(arguments, i - 1, Py_NewRef(args[i]));
        }
        result = ls_call_tuple(function, ls_arity(agent->state, function, PyTuple_GET_SIZE(arguments)), arguments);
    }
    Py_XDECREF(arguments);
    if (result != NULL) {
        status = ls_capability_resolve(agent, capability, result);
        Py_DECREF(result);
    }
    else {
        status = ls_capability_reject_raised(agent, capability);
    }
    if (status < 0) {
        Py_DECREF(capability);
        return NULL;
    }
    return ls_capability_give_promise(agent, capability);
}

LS_STATIC_METHOD(with_resolvers)
{
    LS_HELD(held);
    LsAgent *agent = ls_promise_static_agent(cls, "Promise.with_resolvers", nargs, 0, &held);
    PyObject *capability = agent == NULL ? NULL : ls_capability_new(agent, cls);
    if (capability == NULL) {
        return NULL;
    }
    PyObject *resolve, *reject, *resolvers = NULL;
    if (ls_capability_functions(agent, capability, &resolve, &reject) == 0) {
        resolvers = PyStructSequence_New(agent->state->resolvers_type);
        if (resolvers != NULL) {
            PyStructSequence_SET_ITEM(resolvers, 0, Py_NewRef(ls_capability_promise(agent, capability)));
            PyStructSequence_SET_ITEM(resolvers, 1, Py_NewRef(resolve));
            PyStructSequence_SET_ITEM(resolvers, 2, Py_NewRef(reject));
            if (!PyObject_GC_IsTracked(resolvers)) { /* PyStructSequence_New() leaves that to its callers */
                PyObject_GC_Track(resolvers);
            }
        }
        Py_DECREF(resolve);
        Py_DECREF(reject);
    }
    Py_DECREF(capability);
    return resolvers;
}

static PyStructSequence_Field resolvers_fields[] = {
    {"promise", "the pending promise"},
    {"resolve", "the function that resolves it"},
    {"reject", "the function that rejects it"},
    {NULL, NULL},
};

static PyStructSequence_Desc resolvers_desc = {
    .name = "loopscope.PromiseWithResolvers",
    .doc = "A promise and the two functions that settle it, as Promise.with_resolvers gives them.",
    .fields = resolvers_fields,
    .n_in_sequence = 3,
};

int
ls_promise_statics_init(LsState *state)
{
    return ls_state_add_record(&state->resolvers_type, &resolvers_desc);
}
