/* SPDX-License-Identifier: MIT
 *
 * What `promise.__await__()` gives to Python code: an iterator for the `yield from` of a hand-written `__await__`. (`await promise`
 * does without: there the promise is its own iterator, which is not for `for` loops or Promise.all to see.)
 */
#include "promise.h"

typedef struct {
    PyObject_HEAD
    PyObject *promise;
} Awaiter;

PyObject *
ls_promise_awaiter_new(PyTypeObject *type, PyObject *promise)
{
    Awaiter *self = (Awaiter *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->promise = Py_NewRef(promise);
    }
    return (PyObject *)self;
}

static PyObject *
awaiter_iternext(PyObject *op)
{
    PyObject *promise = ((Awaiter *)op)->promise;
    return Py_TYPE(promise)->tp_iternext(promise);
}

static int
awaiter_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((Awaiter *)op)->promise);
    return 0;
}

static void
awaiter_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_DECREF(((Awaiter *)op)->promise);
    type->tp_free(op);
    Py_DECREF(type);
}

/* No tp_clear: the promise is set once, and its own tp_clear breaks any cycle. */
static PyType_Slot awaiter_slots[] = {
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, awaiter_iternext},
    {Py_tp_traverse, awaiter_traverse},
    {Py_tp_dealloc, awaiter_dealloc},
    {0, NULL},
};

static PyType_Spec awaiter_spec = {
    .name = "loopscope.PromiseAwaiter",
    .basicsize = sizeof(Awaiter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = awaiter_slots,
};

int
ls_promise_awaiter_init(PyObject *module, LsState *state)
{
    return ls_state_add_type(module, &state->promise_awaiter_type, &awaiter_spec, NULL);
}
