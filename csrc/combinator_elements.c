/* SPDX-License-Identifier: MIT
 *
 * The element functions of Promise.all, allSettled and any (ECMA-262 27.2.4.1.3, 27.2.4.2.2, 27.2.4.2.3, 27.2.4.3.2), and what those
 * of one call share. An element function works once. The functions of one item share that: it is whether the item's slot is
 * taken.
 */
#include "combinators.h"

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    LsCombinator *shared;
    Py_ssize_t index;
    bool rejects;
} LsElement;

/* ---- what the items of one call share ---- */

LsCombinator *
ls_combinator_new(LsAgent *agent, LsCombinatorKind kind, PyObject *capability)
{
    PyTypeObject *type = agent->state->combinator_type;
    LsCombinator *self = (LsCombinator *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->agent = agent;
    Py_INCREF(agent->owner);
    self->capability = Py_NewRef(capability);
    self->kind = kind;
    self->remaining = 1;
    if (ls_capability_functions(agent, capability, &self->resolve, &self->reject) < 0) {
        Py_CLEAR(self);
    }
    return self;
}

int
ls_combinator_add_slot(LsCombinator *self)
{
    if (self->count == self->allocated) {
        Py_ssize_t allocated = self->allocated == 0 ? 8 : self->allocated * 2;
        PyObject **slots = self->slots;
        PyMem_RESIZE(slots, PyObject *, (size_t)allocated);
        if (slots == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->slots = slots;
        self->allocated = allocated;
    }
    self->slots[self->count++] = NULL;
    return 0;
}

/* Drops the slots. May run __del__. */
static void
clear_slots(LsCombinator *self)
{
    PyObject **slots = self->slots;
    Py_ssize_t count = self->count;
    self->slots = NULL;
    self->count = self->allocated = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_XDECREF(slots[i]);
    }
    PyMem_Free(slots);
}

/* The slots as a list, and no slots any more: all element functions are used up. NULL with MemoryError. */
static PyObject *
take_slots(LsCombinator *self)
{
    PyObject *list = PyList_New(self->count);
    if (list == NULL) {
        return NULL;
    }
    PyObject **slots = self->slots;
    for (Py_ssize_t i = 0; i < self->count; i++) {
        PyList_SET_ITEM(list, i, slots[i]);
    }
    self->slots = NULL;
    self->count = self->allocated = 0;
    PyMem_Free(slots);
    return list;
}

int
ls_combinator_count_down(LsCombinator *self)
{
    LsAgent *agent = self->agent;
    LS_ASSERT(self->remaining > 0);
    if (--self->remaining > 0) {
        return 0;
    }
    PyObject *list = take_slots(self);
    if (list == NULL) {
        return -1;
    }
    int status = -1;
    if (self->kind != LS_ANY) {
        status = ls_capability_resolve(agent, self->capability, list);
    }
    else {
        PyObject *error = PyObject_CallFunction(agent->state->aggregate_error, "Os", list, "All promises were rejected");
        if (error != NULL) {
            status = ls_capability_reject(agent, self->capability, error);
            Py_DECREF(error);
        }
    }
    Py_DECREF(list);
    return status;
}

static int
combinator_traverse(PyObject *op, visitproc visit, void *arg)
{
    LsCombinator *self = (LsCombinator *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->agent->owner);
    Py_VISIT(self->capability);
    Py_VISIT(self->resolve);
    Py_VISIT(self->reject);
    for (Py_ssize_t i = 0; i < self->count; i++) {
        Py_VISIT(self->slots[i]);
    }
    return 0;
}

/* The capability stays: it is complete when it is made. */
static int
combinator_clear(PyObject *op)
{
    LsCombinator *self = (LsCombinator *)op;
    clear_slots(self);
    Py_CLEAR(self->resolve);
    Py_CLEAR(self->reject);
    return 0;
}

static void
combinator_dealloc(PyObject *op)
{
    LsCombinator *self = (LsCombinator *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject *owner = self->agent->owner;
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, combinator_dealloc)
    (void)combinator_clear(op);
    Py_CLEAR(self->capability);
    type->tp_free(op);
    Py_DECREF(owner);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyType_Slot combinator_slots[] = {
    {Py_tp_doc, "What the element functions of one Promise.all share."},
    {Py_tp_traverse, combinator_traverse},
    {Py_tp_clear, combinator_clear},
    {Py_tp_dealloc, combinator_dealloc},
    {0, NULL},
};

static PyType_Spec combinator_spec = {
    .name = "loopscope._core.Combinator",
    .basicsize = sizeof(LsCombinator),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = combinator_slots,
};

/* ---- 27.2.4.1.3, 27.2.4.2.2, 27.2.4.2.3, 27.2.4.3.2: element functions ---- */

/* May run Python. */
static PyObject *
call_element(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LsElement *self = (LsElement *)op;
    LsCombinator *shared = self->shared;
    const char *what = self->rejects ? "reject" : "resolve";
    PyObject *outcome = ls_only_argument(what, args, nargsf, kwnames);
    int accepted = outcome == NULL ? -1 : ls_agent_accepts(shared->agent, what);
    if (accepted < 0) {
        return NULL;
    }
    if (!accepted) {
        Py_RETURN_NONE;
    }
    PyObject *entry =
        shared->kind == LS_ALL_SETTLED ? ls_settled_result_new(shared->agent->state, outcome, self->rejects) : Py_NewRef(outcome);
    if (entry == NULL) {
        return NULL;
    }
    if (self->index >= shared->count || shared->slots[self->index] != NULL) { /* it worked already, or all is done */
        Py_DECREF(entry);
        Py_RETURN_NONE;
    }
    shared->slots[self->index] = entry;
    return ls_combinator_count_down(shared) < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *
ls_element_new(LsCombinator *shared, bool rejects)
{
    PyTypeObject *type = shared->agent->state->element_type;
    LsElement *self = (LsElement *)ls_alloc_quietly(type);
    if (self != NULL) {
        self->call = call_element;
        self->shared = (LsCombinator *)Py_NewRef((PyObject *)shared);
        self->index = shared->count - 1;
        self->rejects = rejects;
    }
    return (PyObject *)self;
}

PyObject *
ls_combinator_label(LsState *state, PyObject *callable)
{
    if (!Py_IS_TYPE(callable, state->element_type)) {
        return callable;
    }
    PyObject *const names[] = {state->str_all, state->str_all_settled, state->str_any, state->str_race};
    return names[((LsElement *)callable)->shared->kind];
}

static int
element_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((LsElement *)op)->shared);
    return 0;
}

/* There is no tp_clear: it is complete when it is made. */
static void
element_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, element_dealloc)
    Py_CLEAR(((LsElement *)op)->shared);
    type->tp_free(op);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyMemberDef element_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(LsElement, call), READONLY, NULL},
    {NULL},
};

static PyType_Slot element_slots[] = {
    {Py_tp_doc, "A function that keeps the outcome of one item of Promise.all, all_settled or any."},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_traverse, element_traverse},
    {Py_tp_dealloc, element_dealloc},
    {Py_tp_members, element_members},
    {0, NULL},
};

static PyType_Spec element_spec = {
    .name = "loopscope._core.ElementFunction",
    .basicsize = sizeof(LsElement),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = element_slots,
};

int
ls_combinator_elements_init(PyObject *module, LsState *state)
{
    return ls_state_add_type(module, &state->combinator_type, &combinator_spec, NULL) < 0 ||
                   ls_state_add_type(module, &state->element_type, &element_spec, NULL) < 0
               ? -1
               : 0;
}
