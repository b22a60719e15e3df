/* SPDX-License-Identifier: MIT
 *
 * The type AsyncFunction: what async_function() makes of an `async def`. A call starts the body at once and gives a promise, as
 * in JavaScript; of an `async def` with a `yield` it gives an AsyncGenerator.
 */
#include "iteration.h"

/* ---- calls ---- */

static bool
is_async_def(PyObject *fn)
{
    PyObject *function = PyMethod_Check(fn) ? PyMethod_GET_FUNCTION(fn) : fn;
    return PyFunction_Check(function) &&
           (((PyCodeObject *)PyFunction_GET_CODE(function))->co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
}

/* A call from outside of a run: for the live agent; NULL with an exception if there is none. May run Python. */
static LsAgent *
require_agent(LsAsyncFunction *self, PyObject **held)
{
    LsAgent *agent = ls_agent_live(self->state, held);
    if (agent != NULL || PyErr_Occurred()) {
        return agent;
    }
    PyObject *name = PyObject_GetAttr(self->function, self->state->str_qualname);
    PyObject *what = name == NULL ? NULL : PyUnicode_FromFormat("async function %S", name);
    const char *text = what == NULL ? NULL : PyUnicode_AsUTF8(what);
    if (text != NULL) {
        agent = ls_agent_require(self->state, text, held);
    }
    Py_XDECREF(name);
    Py_XDECREF(what);
    return agent;
}

/* Calls the `async def`, which gives its coroutine or generator and runs nothing of it; without letting that allocation start a garbage
 * collection. While it waits, a coroutine is held by its run; once it has ended, it holds nothing: so it is part of a garbage cycle
 * only together with other objects of the program's, whose allocations set the collector's pace (see ls_alloc_quietly). */
static PyObject *
make_body(PyObject *function, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (LS_UNLIKELY(!is_async_def(function))) { /* any more: its __code__ was replaced, and may run anything */
        return PyObject_Vectorcall(function, args, nargsf, kwnames);
    }
    int enabled = PyGC_Disable();
    PyObject *body = PyObject_Vectorcall(function, args, nargsf, kwnames);
    if (enabled) {
        PyGC_Enable();
    }
    return body;
}

/* A call that does not fit the parameters raises TypeError here: JavaScript has no such error, and a promise nobody looks at
 * would hide it from the learner. May run Python. */
static PyObject *
call_async_function(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LS_HELD(held);
    LsAsyncFunction *self = (LsAsyncFunction *)op;
    LsAgent *agent = ls_agent_current(self->state);
    if (LS_UNLIKELY(agent == NULL) && (agent = require_agent(self, &held)) == NULL) {
        return NULL;
    }
    PyObject *body = make_body(self->function, args, nargsf, kwnames);
    if (LS_UNLIKELY(body == NULL)) {
        return NULL;
    }
    if (LS_LIKELY(PyCoro_CheckExact(body))) {
        return ls_async_start_fresh(agent, body);
    }
    if (PyAsyncGen_CheckExact(body)) {
        return ls_async_generator_new(agent, body);
    }
    PyErr_Format(PyExc_TypeError, "%R is no longer an `async def`: its __code__ was replaced", self->function);
    Py_DECREF(body);
    return NULL;
}

/* ---- the type ---- */

static PyObject *
async_function_descr_get(PyObject *self, PyObject *instance, PyObject *Py_UNUSED(owner))
{
    return instance == NULL || instance == Py_None ? Py_NewRef(self) : PyMethod_New(self, instance);
}

static PyObject *
async_function_repr(PyObject *op)
{
    LsAsyncFunction *self = (LsAsyncFunction *)op;
    PyObject *name = PyObject_GetAttr(op, self->state->str_qualname);
    PyObject *text = name == NULL ? NULL : PyUnicode_FromFormat("<async function %S>", name);
    Py_XDECREF(name);
    return text;
}

/* Pickled and copied by name, as functions are. */
static PyObject *
async_function_reduce(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    return PyObject_GetAttr(op, ((LsAsyncFunction *)op)->state->str_qualname);
}

static int
async_function_traverse(PyObject *op, visitproc visit, void *arg)
{
    LsAsyncFunction *self = (LsAsyncFunction *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->function);
    Py_VISIT(self->dict);
    return 0;
}

static int
async_function_clear(PyObject *op)
{
    /* Not `function`: a call may still come from a finalizer, and its cycle is broken by the function itself. */
    Py_CLEAR(((LsAsyncFunction *)op)->dict);
    return 0;
}

static void
async_function_dealloc(PyObject *op)
{
    LsAsyncFunction *self = (LsAsyncFunction *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    if (self->weakrefs != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    Py_CLEAR(self->dict);
    Py_CLEAR(self->function);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef async_function_methods[] = {
    {"__reduce__", async_function_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef async_function_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef async_function_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(LsAsyncFunction, vectorcall), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(LsAsyncFunction, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(LsAsyncFunction, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(async_function_type_doc, "What @async_function makes of an `async def`: calling it starts the body at once (ECMA-262 27.7).");

static PyType_Slot async_function_slots[] = {
    {Py_tp_doc, (void *)async_function_type_doc},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_descr_get, async_function_descr_get},
    {Py_tp_repr, async_function_repr},
    {Py_tp_traverse, async_function_traverse},
    {Py_tp_clear, async_function_clear},
    {Py_tp_dealloc, async_function_dealloc},
    {Py_tp_methods, async_function_methods},
    {Py_tp_getset, async_function_getset},
    {Py_tp_members, async_function_members},
    {0, NULL},
};

static PyType_Spec async_function_spec = {
    .name = "loopscope.AsyncFunction",
    .basicsize = sizeof(LsAsyncFunction),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = async_function_slots,
};

int
ls_async_function_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->async_function_type, &async_function_spec, NULL) < 0) {
        return -1;
    }
    return PyModule_AddType(module, state->async_function_type);
}

/* ---- async_function() ---- */

static PyObject *
refuse_function(PyObject *fn)
{
    if (PyFunction_Check(fn)) {
        return PyErr_Format(PyExc_TypeError,
                            "async_function: argument 'fn' must be an `async def`, but %R is a plain `def`; write `async def`", fn);
    }
    if (Py_IS_TYPE(fn, &PyStaticMethod_Type) || Py_IS_TYPE(fn, &PyClassMethod_Type)) {
        return PyErr_Format(PyExc_TypeError,
                            "async_function: argument 'fn' must be an `async def`, not a %s; write @%s above @async_function",
                            Py_TYPE(fn)->tp_name, Py_TYPE(fn)->tp_name);
    }
    return PyErr_Format(PyExc_TypeError, "async_function: argument 'fn' must be an `async def`, not %.100s",
                        Py_TYPE(fn)->tp_name);
}

/* The names, the docstring and the attributes of fn, and __wrapped__, as every decorator forwards them. 0 or -1. */
static int
update_wrapper(PyObject *wrapper, PyObject *fn)
{
    PyObject *functools = PyImport_ImportModule("functools");
    PyObject *updated = functools == NULL ? NULL : PyObject_CallMethod(functools, "update_wrapper", "OO", wrapper, fn);
    Py_XDECREF(functools);
    Py_XDECREF(updated);
    return updated == NULL ? -1 : 0;
}

PyDoc_STRVAR(async_function_doc,
"async_function(fn, /)\n--\n\n"
"Make an `async def` a JavaScript async function: calling it runs the body at once, up to its first await, and gives a Promise.\n"
"\n"
"fn: the `async def`; with a `yield` in it, calling it gives an AsyncGenerator instead. Decorating twice changes nothing.\n"
"A call that does not fit the parameters raises TypeError at once; what the body raises rejects the promise. Whatever the body\n"
"still waits for when the run ends is dropped without running its `finally`, as in JavaScript.\n"
"Raises TypeError if fn is anything else; a call outside of a runtime raises RuntimeError. Follows ECMA-262 27.7.");

static PyObject *
async_function(PyObject *module, PyObject *fn)
{
    LsState *state = ls_state_of_module(module);
    if (Py_IS_TYPE(fn, state->async_function_type)) {
        return Py_NewRef(fn);
    }
    if (!is_async_def(fn)) {
        return refuse_function(fn);
    }
    LsAsyncFunction *self = (LsAsyncFunction *)state->async_function_type->tp_alloc(state->async_function_type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->vectorcall = call_async_function;
    self->function = Py_NewRef(fn);
    self->state = state;
    if (update_wrapper((PyObject *)self, fn) < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

/* ---- js_await() ---- */

PyDoc_STRVAR(js_await_doc,
"js_await(value, /)\n--\n\n"
"Give what Python's `await` needs so that `await js_await(value)` does what JavaScript's `await value` does.\n"
"\n"
"value: anything. A promise is given back as it is; a coroutine is started and a thenable adopted, which gives a promise; another\n"
"object with __await__ is given back as it is, for Python to await; everything else gives a promise fulfilled with it.\n"
"Raises RuntimeError outside of a runtime. Follows ECMA-262 27.7.5.3, step 2.");

static PyObject *
js_await(PyObject *module, PyObject *value)
{
    LsState *state = ls_state_of_module(module);
    if (LS_LIKELY(ls_promise_is_plain(state, value))) {
        return Py_NewRef(value);
    }
    LS_HELD(held);
    LsAgent *agent = ls_agent_require(state, "await", &held);
    if (agent == NULL) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(value);
    if (type->tp_as_async != NULL && type->tp_as_async->am_await != NULL && !PyCoro_CheckExact(value) &&
        !ls_promise_check(state, value)) {
        PyObject *then;
        if (PyObject_GetOptionalAttr(value, state->str_then, &then) < 0) {
            return NULL;
        }
        bool is_thenable = then != NULL && PyCallable_Check(then);
        Py_XDECREF(then);
        if (!is_thenable) {
            return Py_NewRef(value);
        }
    }
    return (PyObject *)ls_promise_coerce(agent, value);
}

PyDoc_STRVAR(abandon_doc, "abandon($module, body, /)\n--\n\n"
"Let a coroutine or a generator never run again: when it is dropped, so is its frame, without its `finally`,\n"
"as a function of JavaScript that waits when the program ends. Raises TypeError for anything else.");

static PyObject *
abandon(PyObject *module, PyObject *body)
{
    if (!PyCoro_CheckExact(body) && !PyGen_CheckExact(body) && !PyAsyncGen_CheckExact(body)) {
        return PyErr_Format(PyExc_TypeError, "abandon: argument must be a coroutine or a generator, not %.100s",
                            Py_TYPE(body)->tp_name);
    }
    ls_async_abandon(ls_state_of_module(module), body);
    Py_RETURN_NONE;
}

PyMethodDef ls_async_functions[] = {
    {"async_function", async_function, METH_O, async_function_doc},
    {"js_await", js_await, METH_O, js_await_doc},
    {"abandon", abandon, METH_O, abandon_doc},
    {"for_await", ls_for_await, METH_O, ls_for_await_doc},
    {NULL, NULL, 0, NULL},
};
