/* SPDX-License-Identifier: MIT
 *
 * ECMA-262 27.1.6 Async-from-Sync Iterator Objects: `for await` over a list or a generator waits for each value, so that a step
 * costs two ticks. When a value rejects, the sync iterator is left as it is: V8 11.3 (Node 20) does not close it.
 */
#include "iteration.h"

/* 27.1.6.4 step 9, the closure `unwrap`: the value has settled. The result was made when this was registered. */
static int
unwrap_value(LsAgent *Py_UNUSED(agent), LsJob *job)
{
    LsPromise *wrapper = (LsPromise *)job->subject, *promise = (LsPromise *)job->derived;
    if (wrapper->state == LS_REJECTED) {
        ls_promise_reject(promise, ls_promise_result(wrapper));
        return 0;
    }
    LsIterResult *result = (LsIterResult *)job->fn2;
    Py_SETREF(result->value, Py_NewRef(ls_promise_result(wrapper)));
    ls_promise_fulfill(promise, (PyObject *)result);
    return 0;
}

/* 27.1.6.4 AsyncFromSyncIteratorContinuation. Steals value; NULL: an exception is raised. May run Python. */
static PyObject *
async_from_sync_iterator_continuation(LsAgent *agent, PyObject *value, bool done)
{
    LsPromise *wrapper = value == NULL ? NULL : ls_promise_coerce(agent, value);
    Py_XDECREF(value);
    if (wrapper == NULL) {
        return ls_async_rejected(agent);
    }
    LsPromise *promise = ls_promise_new(agent, NULL);
    LsIterResult *result = ls_iter_result_new(agent->state, Py_None, done);
    LsJob *job = ls_job_new(&agent->pool, LS_JOB_NATIVE);
    if (promise == NULL || result == NULL || job == NULL) {
        Py_CLEAR(promise);
        Py_XDECREF(result);
        if (job != NULL) {
            ls_job_free(&agent->pool, job);
        }
    }
    else {
        job->u.run = unwrap_value;
        job->derived = Py_NewRef((PyObject *)promise);
        job->fn2 = (PyObject *)result;
        ls_promise_perform_then(wrapper, job);
    }
    Py_DECREF(wrapper);
    return (PyObject *)promise;
}

/* With a StopIteration raised: its value, and the exception is gone. */
static PyObject *
take_stop_value(void)
{
    PyObject *stop = PyErr_GetRaisedException();
    PyObject *value = ((PyStopIterationObject *)stop)->value;
    value = Py_NewRef(value == NULL ? Py_None : value);
    Py_DECREF(stop);
    return value;
}

/* 27.1.6.2.1 %AsyncFromSyncIteratorPrototype%.next */
PyObject *
ls_sync_iterator_next(LsAgent *agent, PyObject *iterator)
{
    PyObject *value;
    bool done = false;
    if (LS_UNLIKELY(!PyIter_Check(iterator))) { /* any more: its class has changed since */
        PyErr_Format(PyExc_TypeError, "for_await: %.100s is not an iterator", Py_TYPE(iterator)->tp_name);
        return ls_async_rejected(agent);
    }
    value = Py_TYPE(iterator)->tp_iternext(iterator);
    if (value == NULL) {
        if (!PyErr_Occurred()) {
            value = Py_NewRef(Py_None);
            done = true;
        }
        else if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
            value = take_stop_value();
            done = true;
        }
    }
    return async_from_sync_iterator_continuation(agent, value, done);
}

/* The return() of a JavaScript generator, done to a Python one: a GeneratorExit at its `yield` runs its `finally`, which may yield
 * once more. *value: new reference, or NULL with an exception. May run Python. */
static void
return_generator(LsState *state, PyObject *generator, PyObject **value, bool *done)
{
    PyObject *leaving = PyObject_CallNoArgs(PyExc_GeneratorExit);
    *value = leaving == NULL ? NULL : PyObject_CallMethodOneArg(generator, state->str_throw, leaving);
    *done = *value == NULL;
    if (*value == NULL && PyErr_ExceptionMatches(PyExc_StopIteration)) {
        *value = take_stop_value();
    }
    else if (*value == NULL) {
        PyObject *raised = PyErr_GetRaisedException();
        if (raised == leaving) {
            *value = Py_NewRef(Py_None);
            Py_DECREF(raised);
        }
        else {
            PyErr_SetRaisedException(raised);
        }
    }
    Py_XDECREF(leaving);
}

/* 27.1.6.2.2 %AsyncFromSyncIteratorPrototype%.return */
PyObject *
ls_sync_iterator_return(LsAgent *agent, PyObject *iterator)
{
    LsState *state = agent->state;
    PyObject *value = NULL, *method;
    bool done = false;
    if (PyGen_CheckExact(iterator)) {
        return_generator(state, iterator, &value, &done);
        return async_from_sync_iterator_continuation(agent, value, done);
    }
    int found = PyObject_GetOptionalAttr(iterator, state->str_return, &method);
    if (found < 0) {
        return ls_async_rejected(agent);
    }
    if (found > 0 && method != Py_None) { /* steps 8 to 12 */
        PyObject *result = PyObject_CallNoArgs(method);
        if (result == NULL || ls_iter_result_read(state, result, &done, &value) < 0) {
            value = NULL;
        }
        Py_XDECREF(result);
        Py_DECREF(method);
        return async_from_sync_iterator_continuation(agent, value, done);
    }
    Py_XDECREF(method);
    /* step 7: without a return() there is nothing to wait for */
    LsPromise *promise = ls_promise_new(agent, NULL);
    LsIterResult *result = promise == NULL ? NULL : ls_iter_result_new(state, Py_None, true);
    if (result == NULL) {
        Py_XDECREF(promise);
        return NULL;
    }
    ls_promise_fulfill(promise, (PyObject *)result);
    Py_DECREF(result);
    return (PyObject *)promise;
}
