/* SPDX-License-Identifier: MIT
 *
 * The functions behind Promise.prototype.finally (ECMA-262 27.2.5.3): thenFinally and catchFinally call onFinally without
 * arguments, wait for what it returns, and then hand on the outcome through a value thunk or a thrower.
 */
#include "promise.h"

typedef enum { THEN_FINALLY, CATCH_FINALLY, VALUE_THUNK, THROWER } FinallyKind;

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *subject;     /* onFinally; of a thunk: the value, of a thrower: the reason */
    PyObject *constructor; /* C; NULL in thunks and throwers */
    PyObject *traceback;   /* of a thrower's exception when it was caught, or NULL */
    uint8_t kind;          /* FinallyKind */
    uint8_t arity;         /* of onFinally */
} LsFinally;

static LsFinally *
new_function(LsState *state, FinallyKind kind, vectorcallfunc call, PyObject *subject)
{
    PyTypeObject *type = state->finally_type;
    LsFinally *self = (LsFinally *)ls_alloc_quietly(type);
    if (self != NULL) {
        self->call = call;
        self->kind = (uint8_t)kind;
        self->subject = Py_NewRef(subject);
    }
    return self;
}

static LsState *
state_of(PyObject *op)
{
    return (LsState *)PyType_GetModuleState(Py_TYPE(op));
}

static PyObject *
call_value_thunk(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return Py_NewRef(((LsFinally *)op)->subject);
}

static PyObject *
call_thrower(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LsFinally *self = (LsFinally *)op;
    ls_raise_reason(state_of(op), self->subject, self->traceback);
    return NULL;
}

/* 27.2.5.3.1 Then Finally Functions, 27.2.5.3.2 Catch Finally Functions. May run Python. */
static PyObject *
call_finally(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LsFinally *self = (LsFinally *)op;
    LsState *state = state_of(op);
    PyObject *outcome = ls_only_argument("finally", args, nargsf, kwnames);
    LS_HELD(held);
    LsAgent *agent = outcome == NULL ? NULL : ls_agent_require(state, "finally", &held);
    if (agent == NULL) {
        return NULL;
    }
    LsFinally *next = self->kind == THEN_FINALLY ? new_function(state, VALUE_THUNK, call_value_thunk, outcome)
                                                 : new_function(state, THROWER, call_thrower, outcome);
    if (next == NULL) {
        return NULL;
    }
    if (self->kind == CATCH_FINALLY && PyExceptionInstance_Check(outcome)) {
        next->traceback = PyException_GetTraceback(outcome);
    }
    PyObject *derived = NULL, *result = ls_call0(self->subject, self->arity);
    if (result != NULL) {
        PyObject *promise = ls_promise_resolve_with(agent, self->constructor, result);
        Py_DECREF(result);
        if (promise != NULL) {
            derived = ls_promise_invoke_then(agent, promise, (PyObject *)next, NULL);
            Py_DECREF(promise);
        }
    }
    Py_DECREF(next);
    return derived;
}

int
ls_finally_functions(LsAgent *agent, PyObject *on_finally, PyObject *constructor, PyObject **then_finally,
                     PyObject **catch_finally)
{
    uint8_t arity = ls_arity(agent->state, on_finally, 0);
    LsFinally *pair[2] = {NULL, NULL};
    for (int kind = THEN_FINALLY; kind <= CATCH_FINALLY; kind++) {
        LsFinally *self = pair[kind] = new_function(agent->state, (FinallyKind)kind, call_finally, on_finally);
        if (self == NULL) {
            Py_XDECREF(pair[THEN_FINALLY]);
            return -1;
        }
        self->constructor = Py_NewRef(constructor);
        self->arity = arity;
    }
    *then_finally = (PyObject *)pair[THEN_FINALLY];
    *catch_finally = (PyObject *)pair[CATCH_FINALLY];
    return 0;
}

PyObject *
ls_finally_label(LsState *state, PyObject *callable)
{
    if (!Py_IS_TYPE(callable, state->finally_type)) {
        return callable;
    }
    LsFinally *self = (LsFinally *)callable;
    return self->kind <= CATCH_FINALLY && self->subject != NULL ? self->subject : state->str_pass_through;
}

static int
finally_traverse(PyObject *op, visitproc visit, void *arg)
{
    LsFinally *self = (LsFinally *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->subject);
    Py_VISIT(self->constructor);
    Py_VISIT(self->traceback);
    return 0;
}

/* There is no tp_clear: as a tuple it is complete when it is made, so a cycle through it passes something that can be cleared. */
static void
finally_dealloc(PyObject *op)
{
    LsFinally *self = (LsFinally *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, finally_dealloc)
    Py_CLEAR(self->subject);
    Py_CLEAR(self->constructor);
    Py_CLEAR(self->traceback);
    type->tp_free(op);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyMemberDef finally_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(LsFinally, call), READONLY, NULL},
    {NULL},
};

static PyType_Slot finally_slots[] = {
    {Py_tp_doc, "A function that Promise.finally_ hands to then (ECMA-262 27.2.5.3)."},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_traverse, finally_traverse},
    {Py_tp_dealloc, finally_dealloc},
    {Py_tp_members, finally_members},
    {0, NULL},
};

static PyType_Spec finally_spec = {
    .name = "loopscope._core.FinallyFunction",
    .basicsize = sizeof(LsFinally),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = finally_slots,
};

int
ls_promise_finally_init(PyObject *module, LsState *state)
{
    return ls_state_add_type(module, &state->finally_type, &finally_spec, NULL);
}
