/* SPDX-License-Identifier: MIT
 *
 * 27.2.3.1 Promise ( executor ): what Promise.__init__ does.
 */
#include "promise.h"

/* A value as V8 words it in messages, without running its code. New reference or NULL. */
static PyObject *
describe_value(PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (value == Py_None) {
        return PyUnicode_FromString("undefined");
    }
    if (PyBool_Check(value)) {
        return PyUnicode_FromString(value == Py_True ? "true" : "false");
    }
    if (type == &PyLong_Type || type == &PyFloat_Type || type == &PyUnicode_Type) {
        return PyObject_Str(value);
    }
    if (type == &PyList_Type || type == &PyTuple_Type) {
        return PyUnicode_FromString("[object Array]");
    }
    if (type == &PyDict_Type) {
        return PyUnicode_FromString("#<Object>");
    }
    const char *dot = strrchr(type->tp_name, '.');
    return PyUnicode_FromFormat("#<%s>", dot != NULL ? dot + 1 : type->tp_name);
}

static int
require_executor(PyObject *executor)
{
    if (PyCallable_Check(executor)) {
        return 0;
    }
    PyObject *text = describe_value(executor);
    if (text != NULL) {
        PyErr_Format(PyExc_TypeError, "Promise resolver %U is not a function", text);
        Py_DECREF(text);
    }
    return -1;
}

/* Steps 8 to 10. 0, or -1 with KeyboardInterrupt, SystemExit or MemoryError. May run Python. */
static int
call_executor(LsPromise *self, PyObject *executor)
{
    LsAgent *agent = self->agent;
    PyObject *resolve, *reject;
    if (ls_resolving_functions(self, &resolve, &reject) < 0) {
        return -1;
    }
    PyObject *result = NULL, *arguments = PyTuple_Pack(2, resolve, reject);
    Py_DECREF(resolve);
    Py_DECREF(reject);
    if (arguments == NULL) {
        return -1;
    }
    result = ls_call_tuple(executor, ls_arity(agent->state, executor, 2), arguments);
    Py_DECREF(arguments);
    if (result != NULL) {
        PyObject *started = ls_promise_start_bare(agent, result); /* an `async def` executor: its promise is ignored */
        Py_DECREF(result);
        Py_XDECREF(started);
        return started == NULL ? -1 : 0;
    }
    PyObject *reason;
    if (ls_take_reason(agent->state, &reason) < 0) {
        return -1;
    }
    if (self->locks == 0 && !agent->closed) {
        self->locks++;
        ls_promise_reject(self, reason);
    }
    Py_DECREF(reason);
    return 0;
}

int
ls_promise_construct(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"executor", NULL};
    LsPromise *self = (LsPromise *)op;
    PyObject *executor = Py_None;
    LsState *state = ls_state_of_type(Py_TYPE(op));
    if (state == NULL || !PyArg_ParseTupleAndKeywords(args, kwargs, "|O:Promise", keywords, &executor) ||
        require_executor(executor) < 0) {
        return -1;
    }
    if (self->agent != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "Promise.__init__ was called already for this promise");
        return -1;
    }
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(state, "Promise", &held);
    if (agent == NULL) {
        return -1;
    }
    ls_promise_bind(self, agent, LS_RULE_EXECUTOR_SYNC, NULL);
    return call_executor(self, executor);
}
