/* SPDX-License-Identifier: MIT
 *
 * Promise.all, allSettled, any and race (ECMA-262 27.2.4.1 to 27.2.4.5), withResolvers and try. The first four are one
 * algorithm with two choices per item, what to do when it is fulfilled and when it is rejected:
 *
 *                 fulfilled              rejected               when all items are done
 *     all         element: keep value    reject the result      resolve with the values
 *     allSettled  element: keep status   element: keep status   resolve with the statuses
 *     any         resolve the result     element: keep reason   reject with AggregateError(reasons)
 *     race        resolve the result     reject the result      -
 *
 * An element function works once. The functions of one item share that: it is whether the item's slot is taken.
 */
#include "promise.h"

typedef enum { ALL, ALL_SETTLED, ANY, RACE } CombinatorKind;

/* What the element functions of one call share. */
typedef struct {
    PyObject_HEAD
    LsAgent *agent;       /* agent->owner is held strongly */
    PyObject *capability; /* of the result */
    PyObject *resolve, *reject; /* the capability's functions; NULL once the items are subscribed */
    PyObject **slots;     /* per item: what it came to, or NULL. No slots any more once all is done; none for race */
    Py_ssize_t count, allocated;
    Py_ssize_t remaining; /* [[RemainingElementsCount]]: items not done, and 1 while iterating */
    CombinatorKind kind;
} LsCombinator;

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    LsCombinator *shared;
    Py_ssize_t index;
    bool rejects;
} LsElement;

/* ---- what the items of one call share ---- */

static LsCombinator *
new_combinator(LsAgent *agent, CombinatorKind kind, PyObject *capability)
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

/* One more slot. 0, or -1 with MemoryError. */
static int
add_slot(LsCombinator *self)
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

/* One item is done, or the iteration is; the last one completes the result. 0, or -1 with an exception. May run Python. */
static int
count_down(LsCombinator *self)
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
    if (self->kind != ANY) {
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
        shared->kind == ALL_SETTLED ? ls_settled_result_new(shared->agent->state, outcome, self->rejects) : Py_NewRef(outcome);
    if (entry == NULL) {
        return NULL;
    }
    if (self->index >= shared->count || shared->slots[self->index] != NULL) { /* it worked already, or all is done */
        Py_DECREF(entry);
        Py_RETURN_NONE;
    }
    shared->slots[self->index] = entry;
    return count_down(shared) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
new_element(LsCombinator *shared, bool rejects)
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

/* ---- 27.2.4.1 and its sisters ---- */

/* An iterator over the items. What is not iterable is refused in V8's words. May run Python. */
static PyObject *
get_iterator(PyObject *iterable)
{
    PyTypeObject *type = Py_TYPE(iterable);
    if (type->tp_iter != NULL || PySequence_Check(iterable)) {
        return PyObject_GetIter(iterable);
    }
    const char *wording;
    if (iterable == Py_None) {
        wording = "undefined is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else if (PyBool_Check(iterable)) {
        wording = iterable == Py_True ? "boolean true is not iterable (cannot read property Symbol(Symbol.iterator))"
                                      : "boolean false is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else if (type == &PyLong_Type || type == &PyFloat_Type) {
        wording = "number %S is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else if (PyCallable_Check(iterable)) {
        wording = "function is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    else {
        wording = "object is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    return PyErr_Format(PyExc_TypeError, wording, iterable);
}

/* 7.4.9 IteratorClose for a throw completion: the raised exception stays, unless the closing is interrupted. May run Python. */
static void
close_iterator(LsState *state, PyObject *iterator)
{
    PyObject *error = PyErr_GetRaisedException(), *close, *result = NULL;
    int found = PyObject_GetOptionalAttr(iterator, state->str_return, &close);
    if (found == 0) {
        found = PyObject_GetOptionalAttr(iterator, state->str_close, &close);
    }
    if (found == 1) {
        result = PyObject_CallNoArgs(close);
        Py_DECREF(close);
        Py_XDECREF(result);
    }
    PyObject *reason;
    if (PyErr_Occurred()) {
        if (ls_take_reason(state, &reason) < 0) {
            Py_DECREF(error);
            return;
        }
        Py_DECREF(reason);
    }
    PyErr_SetRaisedException(error);
}

/* 27.2.4.1.1 GetPromiseResolve: *resolve is new, or NULL for the intrinsic one, which is not looked up. 0 or -1. */
static int
get_promise_resolve(LsState *state, PyObject *constructor, PyObject **resolve)
{
    *resolve = NULL;
    if (constructor == (PyObject *)state->promise_type && !state->promise_patched) {
        return 0;
    }
    *resolve = PyObject_GetAttr(constructor, state->str_resolve);
    if (*resolve == NULL) {
        return -1;
    }
    if (!PyCallable_Check(*resolve)) {
        Py_CLEAR(*resolve);
        PyErr_SetString(PyExc_TypeError, "resolve is not a function");
        return -1;
    }
    return 0;
}

/* Registers the two functions on an item's promise. Where nobody can see it, the promise that `then` would make is left out. */
static int
invoke_then(LsCombinator *self, PyObject *promise, PyObject *on_fulfilled, PyObject *on_rejected)
{
    LsAgent *agent = self->agent;
    bool intrinsic = !Py_IS_TYPE(self->capability, agent->state->capability_type);
    if (LS_LIKELY(intrinsic && ls_promise_is_own(agent, promise))) {
        LsJob *job = ls_reaction_new(agent, on_fulfilled, on_rejected, NULL);
        if (job == NULL) {
            return -1;
        }
        ls_promise_perform_then((LsPromise *)promise, job);
        return 0;
    }
    PyObject *derived = ls_promise_invoke_then(agent, promise, on_fulfilled, on_rejected);
    Py_XDECREF(derived);
    return derived == NULL ? -1 : 0;
}

/* One turn of the loop in 27.2.4.1.2 PerformPromiseAll and its sisters. 0 or -1. May run Python. */
static int
subscribe_item(LsCombinator *self, PyObject *resolve, PyObject *item)
{
    LsAgent *agent = self->agent;
    bool keeps_values = self->kind == ALL || self->kind == ALL_SETTLED;
    bool keeps_reasons = self->kind == ALL_SETTLED || self->kind == ANY;
    if (self->kind != RACE && add_slot(self) < 0) {
        return -1;
    }
    PyObject *promise = resolve == NULL ? (PyObject *)ls_promise_coerce(agent, item)
                                        : ls_call1(resolve, ls_arity(agent->state, resolve, 1), item);
    if (promise == NULL) {
        return -1;
    }
    int status = -1;
    PyObject *on_rejected = NULL;
    PyObject *on_fulfilled = keeps_values ? new_element(self, false) : Py_NewRef(self->resolve);
    if (on_fulfilled != NULL) {
        on_rejected = keeps_reasons ? new_element(self, true) : Py_NewRef(self->reject);
    }
    if (on_rejected != NULL) {
        self->remaining++;
        status = invoke_then(self, promise, on_fulfilled, on_rejected);
    }
    Py_XDECREF(on_fulfilled);
    Py_XDECREF(on_rejected);
    Py_DECREF(promise);
    return status;
}

/* 27.2.4.1.2 PerformPromiseAll, 27.2.4.2.1, 27.2.4.3.1, 27.2.4.5.1. 0, or -1 with an exception. May run Python. */
static int
subscribe_items(LsCombinator *self, PyObject *iterator, PyObject *resolve)
{
    LsState *state = self->agent->state;
    PyObject *item;
    for (uint32_t count = 1; PyIter_Check(iterator) && (item = PyIter_Next(iterator)) != NULL; count++) {
        int status = subscribe_item(self, resolve, item);
        Py_DECREF(item);
        if (status == 0 && count % 1024 == 0) {
            status = PyErr_CheckSignals(); /* an iterable without end can be interrupted */
        }
        if (status < 0) {
            close_iterator(state, iterator);
            return -1;
        }
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    if (LS_UNLIKELY(!PyIter_Check(iterator))) { /* any more: its class has changed since */
        PyErr_Format(PyExc_TypeError, "%.100s is not an iterator", Py_TYPE(iterator)->tp_name);
        return -1;
    }
    return self->kind == RACE ? 0 : count_down(self);
}

static int
perform(LsCombinator *self, PyObject *constructor, PyObject *iterable)
{
    PyObject *resolve;
    if (get_promise_resolve(self->agent->state, constructor, &resolve) < 0) {
        return -1;
    }
    PyObject *iterator = get_iterator(iterable);
    int status = iterator == NULL ? -1 : subscribe_items(self, iterator, resolve);
    Py_XDECREF(iterator);
    Py_XDECREF(resolve);
    return status;
}

/* The run in which a static method was called with at most `most` arguments; NULL with an exception. */
static LsAgent *
require_current(PyObject *cls, const char *what, Py_ssize_t nargs, Py_ssize_t most)
{
    LsState *state = ls_state_of_type((PyTypeObject *)cls);
    if (state == NULL) {
        return NULL;
    }
    if (nargs > most) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %zd argument%s (%zd given)", what, most, most == 1 ? "" : "s", nargs);
        return NULL;
    }
    return ls_agent_require(state, what);
}

/* The promise of a capability that is done with; drops the capability. */
static PyObject *
give_promise(LsAgent *agent, PyObject *capability)
{
    PyObject *promise = Py_NewRef(ls_capability_promise(agent, capability));
    Py_DECREF(capability);
    return promise;
}

static PyObject *
combine(PyObject *cls, const char *what, CombinatorKind kind, PyObject *const *args, Py_ssize_t nargs)
{
    LsAgent *agent = require_current(cls, what, nargs, 1);
    PyObject *capability = agent == NULL ? NULL : ls_capability_new(agent, cls);
    if (capability == NULL) {
        return NULL;
    }
    LsCombinator *self = new_combinator(agent, kind, capability);
    int status = self == NULL ? -1 : perform(self, cls, nargs > 0 ? args[0] : Py_None);
    if (self != NULL) {
        Py_CLEAR(self->resolve);
        Py_CLEAR(self->reject);
        Py_DECREF(self);
    }
    if (status < 0 && ls_capability_reject_raised(agent, capability) < 0) {
        Py_DECREF(capability);
        return NULL;
    }
    return give_promise(agent, capability);
}

LS_COMBINATOR(all)
{
    return combine(cls, "Promise.all", ALL, args, nargs);
}

LS_COMBINATOR(all_settled)
{
    return combine(cls, "Promise.all_settled", ALL_SETTLED, args, nargs);
}

LS_COMBINATOR(any)
{
    return combine(cls, "Promise.any", ANY, args, nargs);
}

LS_COMBINATOR(race)
{
    return combine(cls, "Promise.race", RACE, args, nargs);
}

/* ---- Promise.try, Promise.withResolvers ---- */

LS_COMBINATOR(try)
{
    LsAgent *agent = require_current(cls, "Promise.try_", nargs, PY_SSIZE_T_MAX);
    PyObject *capability = agent == NULL ? NULL : ls_capability_new(agent, cls);
    if (capability == NULL) {
        return NULL;
    }
    int status = -1;
    PyObject *result = NULL;
    PyObject *function = nargs > 0 ? args[0] : Py_None, *arguments = PyTuple_New(nargs > 1 ? nargs - 1 : 0);
    if (arguments != NULL && ls_require_callable(function, "Promise.try_", "function") == 0) {
        for (Py_ssize_t i = 1; i < nargs; i++) {
            PyTuple_SET_ITEM(arguments, i - 1, Py_NewRef(args[i]));
        }
        result = ls_call_tuple(function, ls_arity(agent->state, function, PyTuple_GET_SIZE(arguments)), arguments);
    }
    Py_XDECREF(arguments);
    if (result != NULL) {
        status = ls_capability_resolve(agent, capability, result);
        Py_DECREF(result);
    }
    else {
        status = ls_capability_reject_raised(agent, capability);
    }
    if (status < 0) {
        Py_DECREF(capability);
        return NULL;
    }
    return give_promise(agent, capability);
}

LS_COMBINATOR(with_resolvers)
{
    LsAgent *agent = require_current(cls, "Promise.with_resolvers", nargs, 0);
    PyObject *capability = agent == NULL ? NULL : ls_capability_new(agent, cls);
    if (capability == NULL) {
        return NULL;
    }
    PyObject *resolve, *reject, *resolvers = NULL;
    if (ls_capability_functions(agent, capability, &resolve, &reject) == 0) {
        resolvers = PyStructSequence_New(agent->state->resolvers_type);
        if (resolvers != NULL) {
            PyStructSequence_SET_ITEM(resolvers, 0, Py_NewRef(ls_capability_promise(agent, capability)));
            PyStructSequence_SET_ITEM(resolvers, 1, Py_NewRef(resolve));
            PyStructSequence_SET_ITEM(resolvers, 2, Py_NewRef(reject));
            if (!PyObject_GC_IsTracked(resolvers)) { /* PyStructSequence_New() leaves that to its callers */
                PyObject_GC_Track(resolvers);
            }
        }
        Py_DECREF(resolve);
        Py_DECREF(reject);
    }
    Py_DECREF(capability);
    return resolvers;
}

static PyStructSequence_Field resolvers_fields[] = {
    {"promise", "the pending promise"},
    {"resolve", "the function that resolves it"},
    {"reject", "the function that rejects it"},
    {NULL, NULL},
};

static PyStructSequence_Desc resolvers_desc = {
    .name = "loopscope.PromiseWithResolvers",
    .doc = "A promise and the two functions that settle it, as Promise.with_resolvers gives them.",
    .fields = resolvers_fields,
    .n_in_sequence = 3,
};

int
ls_combinators_init(PyObject *module, LsState *state)
{
    if (ls_settled_result_init(module, state) < 0 ||
        ls_state_add_type(module, &state->combinator_type, &combinator_spec, NULL) < 0 ||
        ls_state_add_type(module, &state->element_type, &element_spec, NULL) < 0) {
        return -1;
    }
    state->resolvers_type = PyStructSequence_NewType(&resolvers_desc);
    return state->resolvers_type == NULL ? -1 : 0;
}
