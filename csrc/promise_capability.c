/* SPDX-License-Identifier: MIT
 *
 * What may settle a promise from outside: its resolving functions (ECMA-262 27.2.1.3), and PromiseCapability records
 * (27.2.1.1, 27.2.1.5), which are the promise itself where it is intrinsic.
 */
#include "promise.h"

/* One of a pair of resolving functions; promise.h says how the two share "already resolved". */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    LsPromise *promise;
    uint32_t lock; /* works while promise->locks has this value */
    bool rejects;
} LsResolver;

int
ls_agent_accepts(LsAgent *agent, const char *what)
{
    if (LS_UNLIKELY(agent->thread != PyThread_get_thread_ident())) {
        PyErr_Format(PyExc_RuntimeError,
                     "%s was called from another thread than its runtime's: use Runtime.post(%s, value), which may be called "
                     "from any thread",
                     what, what);
        return -1;
    }
    if (LS_UNLIKELY(agent->asleep) && agent->host->wake(agent) < 0) {
        return -1;
    }
    return !agent->closed;
}

PyObject *
ls_only_argument(const char *what, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (LS_UNLIKELY(kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0)) {
        PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", what);
        return NULL;
    }
    return PyVectorcall_NARGS(nargsf) > 0 ? args[0] : Py_None;
}

/* ---- 27.2.1.3 resolving functions ---- */

/* 27.2.1.3.1 Promise Reject Functions, 27.2.1.3.2 Promise Resolve Functions. May run Python. */
static PyObject *
call_resolver(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LsResolver *self = (LsResolver *)op;
    LsPromise *promise = self->promise;
    const char *what = self->rejects ? "reject" : "resolve";
    PyObject *value = ls_only_argument(what, args, nargsf, kwnames);
    int accepted = value == NULL ? -1 : ls_agent_accepts(promise->agent, what);
    if (accepted < 0) {
        return NULL;
    }
    if (!accepted || self->lock != promise->locks) {
        Py_RETURN_NONE;
    }
    promise->locks++;
    if (!self->rejects) {
        return ls_promise_resolve(promise, value) < 0 ? NULL : Py_NewRef(Py_None);
    }
    PyObject *reason = ls_promise_start_bare(promise->agent, value);
    if (reason == NULL) {
        return ls_promise_reject_raised(promise) < 0 ? NULL : Py_NewRef(Py_None);
    }
    ls_promise_reject(promise, reason);
    Py_DECREF(reason);
    Py_RETURN_NONE;
}

static PyObject *
new_resolver(LsPromise *promise, bool rejects)
{
    PyTypeObject *type = promise->agent->state->resolver_type;
    LsResolver *self = (LsResolver *)ls_alloc_quietly(type);
    if (self != NULL) {
        self->call = call_resolver;
        self->promise = (LsPromise *)Py_NewRef((PyObject *)promise);
        self->lock = promise->locks;
        self->rejects = rejects;
    }
    return (PyObject *)self;
}

int
ls_resolving_functions(LsPromise *promise, PyObject **resolve, PyObject **reject)
{
    *resolve = new_resolver(promise, false);
    if (*resolve == NULL) {
        return -1;
    }
    *reject = new_resolver(promise, true);
    if (*reject == NULL) {
        Py_CLEAR(*resolve);
        return -1;
    }
    return 0;
}

static int
resolver_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((LsResolver *)op)->promise);
    return 0;
}

/* There is no tp_clear: a resolver without its promise could not be called; every cycle through it passes the promise. */
static void
resolver_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    LsPromise *promise = ((LsResolver *)op)->promise;
    PyObject_GC_UnTrack(op);
    type->tp_free(op);
    Py_XDECREF(promise);
    Py_DECREF(type);
}

static PyObject *
resolver_get_name(PyObject *op, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(""); /* 27.2.1.3: anonymous built-in functions */
}

static PyObject *
resolver_repr(PyObject *op)
{
    LsResolver *self = (LsResolver *)op;
    return PyUnicode_FromFormat("<%s function of a Promise>", self->rejects ? "reject" : "resolve");
}

static PyMemberDef resolver_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(LsResolver, call), READONLY, NULL},
    {NULL},
};

static PyGetSetDef resolver_getset[] = {
    {"__name__", resolver_get_name, NULL, NULL, NULL},
    {NULL},
};

static PyType_Slot resolver_slots[] = {
    {Py_tp_doc, "A function that resolves or rejects one promise, once (ECMA-262 27.2.1.3)."},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_repr, resolver_repr},
    {Py_tp_traverse, resolver_traverse},
    {Py_tp_dealloc, resolver_dealloc},
    {Py_tp_members, resolver_members},
    {Py_tp_getset, resolver_getset},
    {0, NULL},
};

static PyType_Spec resolver_spec = {
    .name = "loopscope._core.ResolvingFunction",
    .basicsize = sizeof(LsResolver),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = resolver_slots,
};

/* ---- 27.2.1.5 NewPromiseCapability ---- */

/* The executor that collects the functions which a subclass's constructor gives it. None is JavaScript's undefined. */
static PyObject *
call_capability(PyObject *op, PyObject *args, PyObject *kwargs)
{
    LsCapability *self = (LsCapability *)op;
    PyObject *resolve = Py_None, *reject = Py_None;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "the executor takes no keyword arguments");
        return NULL;
    }
    if (PyTuple_GET_SIZE(args) > 0) {
        resolve = PyTuple_GET_ITEM(args, 0);
    }
    if (PyTuple_GET_SIZE(args) > 1) {
        reject = PyTuple_GET_ITEM(args, 1);
    }
    if ((self->resolve != NULL && self->resolve != Py_None) || (self->reject != NULL && self->reject != Py_None)) {
        PyErr_SetString(PyExc_TypeError, "Promise executor has already been invoked with non-undefined arguments");
        return NULL;
    }
    Py_XSETREF(self->resolve, Py_NewRef(resolve));
    Py_XSETREF(self->reject, Py_NewRef(reject));
    Py_RETURN_NONE;
}

PyObject *
ls_capability_new(LsAgent *agent, PyObject *constructor)
{
    LsState *state = agent->state;
    if (constructor == (PyObject *)state->promise_type) {
        return (PyObject *)ls_promise_new(agent, NULL);
    }
    PyTypeObject *type = state->capability_type;
    LsCapability *self = (LsCapability *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    PyObject *promise = PyObject_CallOneArg(constructor, (PyObject *)self);
    if (promise == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    self->promise = promise;
    if (self->resolve == NULL || self->reject == NULL || !PyCallable_Check(self->resolve) || !PyCallable_Check(self->reject)) {
        PyErr_SetString(PyExc_TypeError, "Promise resolve or reject function is not callable");
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

/* NULL: the garbage collector has cleared the record. */
static int
call_function(LsState *state, PyObject *function, PyObject *value)
{
    if (function == NULL) {
        return 0;
    }
    Py_INCREF(function);
    PyObject *result = ls_call1(function, ls_arity(state, function, 1), value);
    Py_DECREF(function);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
ls_capability_resolve(LsAgent *agent, PyObject *capability, PyObject *value)
{
    if (Py_IS_TYPE(capability, agent->state->capability_type)) {
        return call_function(agent->state, ((LsCapability *)capability)->resolve, value);
    }
    LsPromise *promise = (LsPromise *)capability;
    if (promise->locks != 0) {
        return 0;
    }
    promise->locks++;
    return ls_promise_resolve(promise, value);
}

int
ls_capability_reject(LsAgent *agent, PyObject *capability, PyObject *reason)
{
    if (Py_IS_TYPE(capability, agent->state->capability_type)) {
        return call_function(agent->state, ((LsCapability *)capability)->reject, reason);
    }
    LsPromise *promise = (LsPromise *)capability;
    if (promise->locks == 0) {
        promise->locks++;
        ls_promise_reject(promise, reason);
    }
    return 0;
}

int
ls_capability_reject_raised(LsAgent *agent, PyObject *capability)
{
    PyObject *reason;
    if (ls_take_reason(agent->state, &reason) < 0) {
        return -1;
    }
    int status = ls_capability_reject(agent, capability, reason);
    Py_DECREF(reason);
    return status;
}

PyObject *
ls_capability_promise(LsAgent *agent, PyObject *capability)
{
    bool is_record = Py_IS_TYPE(capability, agent->state->capability_type);
    return is_record ? ((LsCapability *)capability)->promise : capability;
}

int
ls_capability_functions(LsAgent *agent, PyObject *capability, PyObject **resolve, PyObject **reject)
{
    if (Py_IS_TYPE(capability, agent->state->capability_type)) { /* just made: it has both */
        *resolve = Py_NewRef(((LsCapability *)capability)->resolve);
        *reject = Py_NewRef(((LsCapability *)capability)->reject);
        return 0;
    }
    return ls_resolving_functions((LsPromise *)capability, resolve, reject);
}

static int
capability_traverse(PyObject *op, visitproc visit, void *arg)
{
    LsCapability *self = (LsCapability *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->promise);
    Py_VISIT(self->resolve);
    Py_VISIT(self->reject);
    return 0;
}

static int
capability_clear(PyObject *op)
{
    LsCapability *self = (LsCapability *)op;
    Py_CLEAR(self->promise);
    Py_CLEAR(self->resolve);
    Py_CLEAR(self->reject);
    return 0;
}

static void
capability_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, capability_dealloc)
    (void)capability_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyType_Slot capability_slots[] = {
    {Py_tp_doc, "The executor given to a subclass of Promise (ECMA-262 27.2.1.5)."},
    {Py_tp_call, call_capability},
    {Py_tp_traverse, capability_traverse},
    {Py_tp_clear, capability_clear},
    {Py_tp_dealloc, capability_dealloc},
    {0, NULL},
};

static PyType_Spec capability_spec = {
    .name = "loopscope._core.PromiseCapability",
    .basicsize = sizeof(LsCapability),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = capability_slots,
};

int
ls_promise_capability_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->resolver_type, &resolver_spec, NULL) < 0) {
        return -1;
    }
    return ls_state_add_type(module, &state->capability_type, &capability_spec, NULL);
}
