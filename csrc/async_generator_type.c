/* SPDX-License-Identifier: MIT
 *
 * The type AsyncGenerator: JavaScript's methods (ECMA-262 27.6.1), and Python's own protocol for asynchronous generators.
 */
#include "async_generator.h"

/* ---- 27.6.1: next, return, throw ---- */

PyObject *
ls_async_generator_next(PyObject *generator, PyObject *value)
{
    return ls_async_generator_request((LsAsyncGenerator *)generator, LS_COMPLETION_NORMAL, value);
}

PyObject *
ls_async_generator_return(PyObject *generator, PyObject *value)
{
    return ls_async_generator_request((LsAsyncGenerator *)generator, LS_COMPLETION_RETURN, value);
}

static PyObject *
async_generator_throw(PyObject *generator, PyObject *reason)
{
    return ls_async_generator_request((LsAsyncGenerator *)generator, LS_COMPLETION_THROW, reason);
}

/* JavaScript's calling convention: what is left out is None, what is too much is dropped. */
static PyObject *
first_argument(PyObject *const *args, Py_ssize_t nargs)
{
    return nargs > 0 ? args[0] : Py_None;
}

static PyObject *
next_method(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    return ls_async_generator_next(op, first_argument(args, nargs));
}

static PyObject *
return_method(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    return ls_async_generator_return(op, first_argument(args, nargs));
}

static PyObject *
throw_method(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    return async_generator_throw(op, first_argument(args, nargs));
}

/* ---- Python's own protocol ---- */

/* The awaitable of a request's promise; steals it. */
static PyObject *
give_step(PyObject *op, LsStepKind kind, PyObject *promise)
{
    LsState *state = ((LsAsyncGenerator *)op)->activation.agent->state;
    PyObject *step = promise == NULL ? NULL : ls_step_new(state, kind, promise, NULL);
    Py_XDECREF(promise);
    return step;
}

static PyObject *
async_generator_anext(PyObject *op)
{
    return give_step(op, LS_STEP_RESULT, ls_async_generator_next(op, Py_None));
}

static PyObject *
asend_method(PyObject *op, PyObject *value)
{
    return give_step(op, LS_STEP_RESULT, ls_async_generator_next(op, value));
}

static PyObject *
athrow_method(PyObject *op, PyObject *exc)
{
    PyObject *reason = PyExceptionClass_Check(exc) ? PyObject_CallNoArgs(exc) : Py_NewRef(exc);
    PyObject *step = reason == NULL ? NULL
                                    : give_step(op, LS_STEP_RESULT, async_generator_throw(op, reason));
    Py_XDECREF(reason);
    return step;
}

static PyObject *
aclose_method(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    return give_step(op, LS_STEP_DISCARD, ls_async_generator_return(op, Py_None));
}

/* ---- the type ---- */

PyObject *
ls_async_generator_new(LsAgent *agent, PyObject *body)
{
    PyTypeObject *type = agent->state->async_generator_type;
    LsAsyncGenerator *generator = (LsAsyncGenerator *)type->tp_alloc(type, 0);
    (void)ls_mark_finalized(body); /* dropped while it is suspended, it runs nothing: JavaScript's rule */
    if (generator == NULL) {
        Py_DECREF(body);
        return NULL;
    }
    ls_async_generator_setup(generator, agent, body);
    Py_INCREF(agent->owner);
    if (ls_context_capture(agent, &generator->activation.job.context) < 0) {
        Py_CLEAR(generator);
    }
    return (PyObject *)generator;
}

static PyObject *
async_generator_repr(PyObject *op)
{
    LsAsyncGenerator *generator = (LsAsyncGenerator *)op;
    LsState *state = generator->activation.agent->state;
    PyObject *name = generator->body == NULL ? Py_NewRef(Py_None) : PyObject_GetAttr(generator->body, state->str_qualname);
    PyObject *text = name == NULL ? NULL : PyUnicode_FromFormat("<async generator %S>", name);
    Py_XDECREF(name);
    return text;
}

/* As Node shows one. */
static PyObject *
async_generator_inspect(PyObject *Py_UNUSED(op), PyObject *Py_UNUSED(ignored))
{
    return PyUnicode_FromString("Object [AsyncGenerator] {}");
}

static int
async_generator_traverse(PyObject *op, visitproc visit, void *arg)
{
    LsAsyncGenerator *generator = (LsAsyncGenerator *)op;
    Py_VISIT(Py_TYPE(op));
    if (generator->activation.agent != NULL) {
        Py_VISIT(generator->activation.agent->owner);
    }
    Py_VISIT(generator->activation.coro);
    Py_VISIT(generator->activation.job.context);
    Py_VISIT(generator->activation.job.subject);
    Py_VISIT(generator->body);
    Py_VISIT(generator->leaving);
    Py_VISIT(generator->returned);
    for (LsRequest *request = generator->head; request != NULL; request = request->next) {
        Py_VISIT(request->promise);
        Py_VISIT(request->result);
        Py_VISIT(request->value);
    }
    return 0;
}

/* Called for a generator that nobody can reach: its requests will never be served. Python's generators cannot be cleared, so that
 * a cycle through the body's frame is broken here. */
static int
async_generator_clear(PyObject *op)
{
    LsAsyncGenerator *generator = (LsAsyncGenerator *)op;
    if (generator->state != LS_GENERATOR_COMPLETED && generator->body != NULL) {
        ls_async_abandon(generator->activation.agent->state, generator->body);
    }
    generator->state = LS_GENERATOR_COMPLETED;
    ls_async_generator_drop_requests(generator);
    Py_CLEAR(generator->activation.coro);
    Py_CLEAR(generator->activation.job.context);
    Py_CLEAR(generator->leaving);
    Py_CLEAR(generator->returned);
    Py_CLEAR(generator->body);
    return 0;
}

static void
async_generator_dealloc(PyObject *op)
{
    LsAsyncGenerator *generator = (LsAsyncGenerator *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, async_generator_dealloc)
    if (generator->weakrefs != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    LS_ASSERT(ls_list_empty(&generator->activation.link));
    generator->activation.agent->state->live_activations--;
    (void)async_generator_clear(op);
    PyObject *owner = generator->activation.agent->owner;
    type->tp_free(op);
    Py_DECREF(owner);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

PyDoc_STRVAR(next_doc,
"next($self, value=None, /)\n--\n\n"
"Ask for the next item: a Promise of {value, done}, at once; requests wait in a queue (ECMA-262 27.6.1.2).\n"
"\n"
"value: what the `yield` that the body stands at gives. Raises RuntimeError from another thread or after the run.");
PyDoc_STRVAR(return_doc,
"return_($self, value=None, /)\n--\n\n"
"Ask the body to leave at its `yield`, running its `finally`: a Promise of {value, done: True} (ECMA-262 27.6.1.3).\n"
"\n"
"value: awaited first. The body sees a GeneratorExit. Raises RuntimeError from another thread or after the run.");
PyDoc_STRVAR(throw_doc,
"throw($self, reason=None, /)\n--\n\n"
"Throw at the `yield` that the body stands at: a Promise of the next {value, done} (ECMA-262 27.6.1.4).\n"
"\n"
"reason: an exception; anything else arrives wrapped in Thrown. Raises RuntimeError from another thread or after the run.");
PyDoc_STRVAR(asend_doc,
"asend($self, value, /)\n--\n\n"
"Python's protocol: an awaitable of the next item; raises StopAsyncIteration at the end.");
PyDoc_STRVAR(athrow_doc,
"athrow($self, exception, /)\n--\n\n"
"Python's protocol: throw at the `yield`; an awaitable of the next item, which raises StopAsyncIteration at the end.");
PyDoc_STRVAR(aclose_doc,
"aclose($self, /)\n--\n\n"
"Python's protocol: leave at the `yield`, running `finally`; an awaitable of None.");

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef async_generator_methods[] = {
    {"next", FAST(next_method), METH_FASTCALL, next_doc},
    {"return_", FAST(return_method), METH_FASTCALL, return_doc},
    {"return", FAST(return_method), METH_FASTCALL, return_doc},
    {"throw", FAST(throw_method), METH_FASTCALL, throw_doc},
    {"asend", asend_method, METH_O, asend_doc},
    {"athrow", athrow_method, METH_O, athrow_doc},
    {"aclose", aclose_method, METH_NOARGS, aclose_doc},
    {"__loopscope_inspect__", async_generator_inspect, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

#undef FAST

static PyMemberDef async_generator_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(LsAsyncGenerator, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(async_generator_doc,
"What calling an @async_function with a `yield` gives: JavaScript's async generator, and Python's (ECMA-262 27.6).");

static PyType_Slot async_generator_slots[] = {
    {Py_tp_doc, (void *)async_generator_doc},
    {Py_am_aiter, PyObject_SelfIter},
    {Py_am_anext, async_generator_anext},
    {Py_tp_repr, async_generator_repr},
    {Py_tp_traverse, async_generator_traverse},
    {Py_tp_clear, async_generator_clear},
    {Py_tp_dealloc, async_generator_dealloc},
    {Py_tp_methods, async_generator_methods},
    {Py_tp_members, async_generator_members},
    {0, NULL},
};

static PyType_Spec async_generator_spec = {
    .name = "loopscope.AsyncGenerator",
    .basicsize = sizeof(LsAsyncGenerator),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = async_generator_slots,
};

int
ls_async_generator_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->async_generator_type, &async_generator_spec, NULL) < 0) {
        return -1;
    }
    return PyModule_AddType(module, state->async_generator_type);
}
