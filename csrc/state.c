/* SPDX-License-Identifier: MIT */
#include "state.h"

#include <string.h>

int
ls_state_add_type(PyObject *module, PyTypeObject **slot, PyType_Spec *spec, PyObject *base)
{
    *slot = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, base);
    return *slot == NULL ? -1 : 0;
}

/* Python reads how many fields a named tuple has from attributes of its type, and trusts them: nobody may set these. */
int
ls_state_add_record(PyTypeObject **slot, PyStructSequence_Desc *desc)
{
    *slot = PyStructSequence_NewType(desc);
    if (*slot == NULL) {
        return -1;
    }
    (*slot)->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    return 0;
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

/* The directory of a module's file, with its separator: new reference, or NULL with an exception. */
static PyObject *
directory_of(const char *module, const char *file_name)
{
    PyObject *file = NULL;
    if (import_value(&file, module, "__file__") < 0) {
        return NULL;
    }
    Py_ssize_t tail = (Py_ssize_t)strlen(file_name), length = PyObject_Length(file);
    PyObject *directory = length < tail ? NULL : PyUnicode_Substring(file, 0, length - tail);
    Py_DECREF(file);
    return directory;
}

/* Where files are that a learner has not written: see ls_trace_owner(). */
static int
find_library(PyObject **slot)
{
    PyObject *own = directory_of("loopscope.errors", "errors.py");
    PyObject *python = own == NULL ? NULL : directory_of("os", "os.py");
    if (python != NULL) {
        *slot = Py_BuildValue("(OOss)", own, python, "/site-packages/", "/dist-packages/");
    }
    Py_XDECREF(own);
    Py_XDECREF(python);
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
    if (state->empty_tuple == NULL || import_value(&state->null, "loopscope.null", "null") < 0 ||
        import_value(&state->thrown, "loopscope.errors", "Thrown") < 0 ||
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
    ls_spares_clear(&state->spare_promises);
#define X(name) Py_CLEAR(state->name);
    LS_STATE_TYPES(X)
    LS_STATE_VALUES(X)
#undef X
#define X(name, text) Py_CLEAR(state->name);
    LS_STATE_NAMES(X)
#undef X
}
