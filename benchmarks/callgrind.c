/* SPDX-License-Identifier: MIT
 *
 * Tells valgrind's tool callgrind what to count: the instructions between start() and stop(name), which it then writes down under
 * that name. Outside of callgrind both do nothing.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <valgrind/callgrind.h>

static PyObject *
start(PyObject *module, PyObject *ignored)
{
    (void)module, (void)ignored;
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    Py_RETURN_NONE;
}

static PyObject *
stop(PyObject *module, PyObject *name)
{
    (void)module;
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL) {
        return NULL;
    }
    CALLGRIND_DUMP_STATS_AT(text);
    CALLGRIND_STOP_INSTRUMENTATION;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"start", start, METH_NOARGS, NULL},
    {"stop", stop, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_callgrind", .m_methods = methods};

PyMODINIT_FUNC
PyInit__callgrind(void)
{
    return PyModuleDef_Init(&definition);
}
