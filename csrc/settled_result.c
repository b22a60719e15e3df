/* SPDX-License-Identifier: MIT
 *
 * What Promise.allSettled lists (ECMA-262 27.2.4.2.2 and 27.2.4.2.3): objects with a status and a value or a reason.
 */
#include "promise.h"

typedef struct {
    PyObject_HEAD
    PyObject *outcome;
    bool rejected;
} LsSettled;

PyObject *
ls_settled_result_new(LsState *state, PyObject *outcome, bool rejected)
{
    LsSettled *self = (LsSettled *)ls_alloc_quietly(state->settled_type);
    if (self != NULL) {
        self->outcome = Py_NewRef(outcome);
        self->rejected = rejected;
    }
    return (PyObject *)self;
}

static PyObject *
settled_get_status(PyObject *op, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(((LsSettled *)op)->rejected ? "rejected" : "fulfilled");
}

/* `value` of a rejected one and `reason` of a fulfilled one are None, as JavaScript's missing properties are undefined. */
static PyObject *
settled_get_value(PyObject *op, void *Py_UNUSED(closure))
{
    LsSettled *self = (LsSettled *)op;
    return Py_NewRef(self->rejected ? Py_None : self->outcome);
}

static PyObject *
settled_get_reason(PyObject *op, void *Py_UNUSED(closure))
{
    LsSettled *self = (LsSettled *)op;
    return Py_NewRef(self->rejected ? self->outcome : Py_None);
}

static PyObject *
settled_repr(PyObject *op)
{
    LsSettled *self = (LsSettled *)op;
    int nested = Py_ReprEnter(op);
    if (nested != 0) {
        return nested < 0 ? NULL : PyUnicode_FromString("SettledResult(...)");
    }
    PyObject *repr = PyUnicode_FromFormat(self->rejected ? "SettledResult(status='rejected', reason=%R)"
                                                         : "SettledResult(status='fulfilled', value=%R)",
                                          self->outcome);
    Py_ReprLeave(op);
    return repr;
}

static PyObject *
settled_richcompare(PyObject *left, PyObject *right, int operation)
{
    LsSettled *a = (LsSettled *)left, *b = (LsSettled *)right;
    if ((operation != Py_EQ && operation != Py_NE) || !Py_IS_TYPE(right, Py_TYPE(left))) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (a->rejected != b->rejected) {
        return PyBool_FromLong(operation == Py_NE);
    }
    int equal = PyObject_RichCompareBool(a->outcome, b->outcome, Py_EQ);
    return equal < 0 ? NULL : PyBool_FromLong(operation == Py_EQ ? equal : !equal);
}

/* What the console prints: an object without a class's name, and its two properties. */
static PyObject *
settled_inspect(PyObject *op, PyObject *Py_UNUSED(unused))
{
    LsSettled *self = (LsSettled *)op;
    return Py_BuildValue("(O{sssO})", Py_None, "status", self->rejected ? "rejected" : "fulfilled",
                         self->rejected ? "reason" : "value", self->outcome);
}

static int
settled_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((LsSettled *)op)->outcome);
    return 0;
}

/* There is no tp_clear: as a tuple it is complete when it is made. */
static void
settled_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, settled_dealloc)
    Py_CLEAR(((LsSettled *)op)->outcome);
    type->tp_free(op);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyMethodDef settled_methods[] = {
    {"__loopscope_inspect__", settled_inspect, METH_NOARGS, NULL},
    {NULL},
};

static PyGetSetDef settled_getset[] = {
    {"status", settled_get_status, NULL, "'fulfilled' or 'rejected'", NULL},
    {"value", settled_get_value, NULL, "the value; None if it was rejected", NULL},
    {"reason", settled_get_reason, NULL, "the reason; None if it was fulfilled", NULL},
    {NULL},
};

static PyType_Slot settled_slots[] = {
    {Py_tp_doc, "One outcome in the list that Promise.all_settled gives (ECMA-262 27.2.4.2)."},
    {Py_tp_repr, settled_repr},
    {Py_tp_richcompare, settled_richcompare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_traverse, settled_traverse},
    {Py_tp_dealloc, settled_dealloc},
    {Py_tp_methods, settled_methods},
    {Py_tp_getset, settled_getset},
    {0, NULL},
};

static PyType_Spec settled_spec = {
    .name = "loopscope._core.SettledResult",
    .basicsize = sizeof(LsSettled),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = settled_slots,
};

int
ls_settled_result_init(PyObject *module, LsState *state)
{
    return ls_state_add_type(module, &state->settled_type, &settled_spec, NULL);
}
