/* SPDX-License-Identifier: MIT
 *
 * The floor under every event loop: call_in_c(function, n) calls a Python function n times by vectorcall, and does nothing
 * else. (map() into a deque costs a third more than this: it would flatter what is compared with it.)
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
call_in_c(PyObject *module, PyObject *args)
{
    PyObject *function;
    Py_ssize_t n;
    (void)module;
    if (!PyArg_ParseTuple(args, "On", &function, &n)) {
        return NULL;
    }
    while (n-- > 0) {
        PyObject *result = PyObject_CallNoArgs(function);
        if (result == NULL) {
            return NULL;
        }
        Py_DECREF(result);
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"call_in_c", call_in_c, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_c_loop", .m_methods = methods};

PyMODINIT_FUNC
PyInit__c_loop(void)
{
    return PyModuleDef_Init(&definition);
}
