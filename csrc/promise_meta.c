/* SPDX-License-Identifier: MIT
 *
 * The metaclass of Promise. ECMA-262 makes the look-ups of then, resolve and constructor observable; they are left out only as
 * long as nobody has replaced one of them, which is what this class notices.
 */
#include "promise.h"

/* The attributes whose look-up the fast paths leave out, and what could change how they are looked up. */
static bool
is_observed(PyObject *name)
{
    static const char *const observed[] = {"then", "constructor", "resolve", "__getattribute__"};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(observed); i++) {
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, observed[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int
meta_setattro(PyObject *cls, PyObject *name, PyObject *value)
{
    LsState *state = ls_state_of_type((PyTypeObject *)cls);
    if (state == NULL) {
        return -1;
    }
    if (cls == (PyObject *)state->promise_type && is_observed(name)) {
        state->promise_patched = true;
    }
    return PyType_Type.tp_setattro(cls, name, value);
}

/* type's own traverse does not visit a metaclass: static ones need no visit, this one does. */
static int
meta_traverse(PyObject *cls, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(cls));
    return PyType_Type.tp_traverse(cls, visit, arg);
}

static int
meta_clear(PyObject *cls)
{
    return PyType_Type.tp_clear(cls);
}

static PyType_Slot meta_slots[] = {
    {Py_tp_doc, "The class of Promise, which notices when one of its methods is replaced."},
    {Py_tp_setattro, meta_setattro},
    {Py_tp_traverse, meta_traverse},
    {Py_tp_clear, meta_clear},
    {0, NULL},
};

static PyType_Spec meta_spec = {
    .name = "loopscope._core.PromiseMeta",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .slots = meta_slots,
};

int
ls_promise_meta_init(PyObject *module, LsState *state)
{
    return ls_state_add_type(module, &state->promise_meta, &meta_spec, (PyObject *)&PyType_Type);
}
