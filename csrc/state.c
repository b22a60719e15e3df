/* SPDX-License-Identifier: MIT */
#include "state.h"

int
ls_state_add_type(PyObject *module, PyTypeObject **slot, PyType_Spec *spec, PyObject *base)
{
    *slot = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, base);
    return *slot == NULL ? -1 : 0;
}

static int
import_value(PyObject **slot, const char *module_name, const char *name)
{
    PyObject *module = PyImport_ImportModule(module_name);
    if (module == NULL) {
        return -1;
    }
    *slot = PyObject_GetAttrString(module, name);
    Py_DECREF(module);
    return *slot == NULL ? -1 : 0;
}

/* The package's directory, with its separator: frames of files in it are the library's, not the learner's. */
static int
find_library(PyObject **slot)
{
    PyObject *file = NULL;
    if (import_value(&file, "loopscope.errors", "__file__") < 0) {
        return -1;
    }
    Py_ssize_t tail = (Py_ssize_t)sizeof("errors.py") - 1, length = PyObject_Length(file);
    *slot = length < tail ? NULL : PyUnicode_Substring(file, 0, length - tail);
    Py_DECREF(file);
    return *slot == NULL ? -1 : 0;
}

int
ls_state_init(PyObject *module)
{
    LsState *state = ls_state_of_module(module);
#define X(name, text) \
    if ((state->name = PyUnicode_InternFromString(text)) == NULL) { \
        return -1; \
    }
    LS_STATE_NAMES(X)
#undef X
    state->empty_tuple = PyTuple_New(0);
    if (state->empty_tuple == NULL || import_value(&state->thrown, "loopscope.errors", "Thrown") < 0 ||
        import_value(&state->aggregate_error, "loopscope.errors", "AggregateError") < 0 ||
        import_value(&state->unhandled_rejection, "loopscope.errors", "UnhandledPromiseRejection") < 0) {
        return -1;
    }
    return find_library(&state->library);
}

int
ls_state_traverse(LsState *state, visitproc visit, void *arg)
{
#define X(name) Py_VISIT(state->name);
    LS_STATE_TYPES(X)
    LS_STATE_VALUES(X)
#undef X
#define X(name, text) Py_VISIT(state->name);
    LS_STATE_NAMES(X)
#undef X
    return 0;
}

void
ls_state_clear(LsState *state)
{
#define X(name) Py_CLEAR(state->name);
    LS_STATE_TYPES(X)
    LS_STATE_VALUES(X)
#undef X
#define X(name, text) Py_CLEAR(state->name);
    LS_STATE_NAMES(X)
#undef X
}
