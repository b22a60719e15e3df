/* SPDX-License-Identifier: MIT */
#include "agent.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* The run that is under way on this thread, of whichever interpreter: with what follows, the one piece of static mutable data. glibc
 * keeps room for a few such pointers of modules that are loaded late, so reading it needs no call there. */
#ifdef __GLIBC__
__attribute__((tls_model("initial-exec")))
#endif
static _Thread_local LsAgent *current_agent;
static _Thread_local bool forked_in_run; /* this thread is all that is left of one which ran a program as it called fork() */
static pthread_once_t fork_watch = PTHREAD_ONCE_INIT;
static int fork_watch_error;

int
ls_agent_init(LsAgent *agent, PyObject *owner, LsState *state, bool virtual_clock)
{
    agent->owner = owner;
    agent->state = state;
    agent->thread = PyThread_get_thread_ident();
    ls_clock_init(&agent->clock, virtual_clock);
    ls_trace_init(&agent->trace, state->library);
    ls_list_init(&agent->suspended);
    agent->pending_rejections = PyDict_New();
    agent->late_handled = PyList_New(0);
    agent->empty_context = PyContext_New();
    return agent->pending_rejections == NULL || agent->late_handled == NULL || agent->empty_context == NULL ? -1 : 0;
}

int
ls_agent_traverse(LsAgent *agent, visitproc visit, void *arg)
{
    Py_VISIT(agent->pending_rejections);
    Py_VISIT(agent->rejection_contexts);
    Py_VISIT(agent->late_handled);
    Py_VISIT(agent->empty_context);
    Py_VISIT(agent->base_context);
    Py_VISIT(agent->spare_context);
    int result = ls_queue_traverse(&agent->microtasks, visit, arg);
    return result != 0 ? result : ls_queue_traverse(&agent->ticks, visit, arg);
}

void
ls_agent_clear(LsAgent *agent)
{
    ls_queue_clear(&agent->ticks, &agent->pool);
    ls_queue_clear(&agent->microtasks, &agent->pool);
    Py_CLEAR(agent->pending_rejections);
    Py_CLEAR(agent->rejection_contexts);
    Py_CLEAR(agent->late_handled);
    Py_CLEAR(agent->empty_context);
    Py_CLEAR(agent->base_context);
    Py_CLEAR(agent->spare_context);
}

/* ---- current ---- */

LsAgent *
ls_agent_current(LsState *state)
{
    LsAgent *agent = current_agent;
    return agent != NULL && agent->state == state ? agent : NULL;
}

/* A live agent that has slept gets a turn, for whatever is about to be queued. 0 or -1. May run Python. */
static int
wake(LsAgent *agent)
{
    return LS_LIKELY(!agent->asleep) ? 0 : agent->host->wake(agent);
}

LsAgent *
ls_agent_live(LsState *state, PyObject **held)
{
    LsAgent *agent = state->find_live(state, true, held);
    return agent == NULL || wake(agent) < 0 ? NULL : agent;
}

LsAgent *
ls_agent_require(LsState *state, const char *what, PyObject **held)
{
    LsAgent *agent = ls_agent_current(state);
    if (LS_UNLIKELY(agent == NULL)) {
        agent = ls_agent_live(state, held);
        if (agent == NULL && !PyErr_Occurred() && forked_in_run) {
            PyErr_Format(PyExc_RuntimeError,
                         "%s: this process is a child of fork(), and the program goes on in the parent alone. End the child with "
                         "os._exit(), or start a program of its own with loopscope.run(program)",
                         what);
        }
        else if (agent == NULL && !PyErr_Occurred()) {
            PyErr_Format(PyExc_RuntimeError,
                         "%s: no runtime is running in this thread. Start the program with loopscope.run(program) or "
                         "loopscope.record(program), or as a script with `loopscope run FILE`; or call it where an asyncio "
                         "loop runs: in a notebook's cell, or in a coroutine under asyncio.run(). From another thread use "
                         "Runtime.post(function)",
                         what);
        }
    }
    return agent;
}

LsAgent *
ls_agent_enter(LsAgent *agent)
{
    LsAgent *previous = current_agent;
    agent->thread_state = PyThreadState_Get();
    current_agent = agent;
    return previous;
}

static void
mark_agent(LsAgent *agent)
{
    agent->forked = true;
    agent->foremost = NULL;
    agent->jobs_until_check = 1; /* the next look at it is due at once */
}

void
ls_agent_leave(LsAgent *agent, LsAgent *previous)
{
    if (previous != agent) {
        agent->thread_state = NULL;
    }
    current_agent = previous;
    if (LS_UNLIKELY(agent->forked && previous != NULL)) { /* that one was under way, too */
        mark_agent(previous);
        current_agent = NULL;
    }
}

/* Runs in the child, in the one thread that is left. The libuv loop is shared with the parent: nothing may touch it any more. */
static void
mark_forked(void)
{
    if (current_agent != NULL) {
        mark_agent(current_agent);
        current_agent = NULL;
        forked_in_run = true;
    }
}

static void
watch_forks(void)
{
    fork_watch_error = pthread_atfork(NULL, NULL, mark_forked);
}

int
ls_agent_watch_forks(void)
{
    (void)pthread_once(&fork_watch, watch_forks);
    if (fork_watch_error != 0) {
        errno = fork_watch_error;
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

int
ls_agent_check_fork(LsAgent *agent)
{
    if (LS_LIKELY(!agent->forked)) {
        return 0;
    }
    PyErr_SetString(PyExc_RuntimeError, "this process is a child of fork(): the program that called it goes on in the parent alone. "
                                        "End the child with os._exit(), or start a program of its own with loopscope.run(program)");
    return -1;
}

int
ls_agent_check(LsAgent *agent, const char *what)
{
    if (LS_UNLIKELY(agent->thread != PyThread_get_thread_ident())) {
        PyErr_Format(PyExc_RuntimeError,
                     "%s: this object belongs to a runtime of another thread; hand work over with "
                     "Runtime.post(function), which may be called from any thread",
                     what);
        return -1;
    }
    if (wake(agent) < 0) {
        return -1;
    }
    if (LS_UNLIKELY(agent->closed)) {
        PyErr_Format(PyExc_RuntimeError, "%s: the run that this object belongs to has ended", what);
        return -1;
    }
    return 0;
}

/* ---- the calling convention ---- */

uint8_t
ls_arity(LsState *state, PyObject *callable, Py_ssize_t offered)
{
    Py_ssize_t bound = 0;
    PyObject *function = callable;
    for (int i = 0; i < 4 && !PyFunction_Check(function); i++) {
        if (PyMethod_Check(function)) {
            bound++;
            function = PyMethod_GET_FUNCTION(function);
        }
        else if (Py_IS_TYPE(function, state->async_function_type)) {
            function = ((LsAsyncFunction *)function)->function;
        }
        else {
            return LS_ALL_ARGS;
        }
    }
    if (!PyFunction_Check(function)) {
        return LS_ALL_ARGS;
    }
    PyCodeObject *code = (PyCodeObject *)PyFunction_GET_CODE(function);
    if (LS_LIKELY(code->co_argcount == bound && !(code->co_flags & CO_VARARGS))) {
        return 0;
    }
    PyObject *defaults = PyFunction_GET_DEFAULTS(function);
    Py_ssize_t most = code->co_argcount - bound;
    Py_ssize_t least = most - (defaults != NULL ? PyTuple_GET_SIZE(defaults) : 0);
    Py_ssize_t count = offered;
    if (count > most && !(code->co_flags & CO_VARARGS)) {
        count = most;
    }
    if (count < least) {
        count = least;
    }
    if (count < 0) {
        count = 0;
    }
    return count < LS_ALL_ARGS ? (uint8_t)count : LS_ALL_ARGS;
}

PyObject *
ls_call1(PyObject *fn, uint8_t arity, PyObject *arg)
{
    if (arity == 1 || arity == LS_ALL_ARGS) {
        return PyObject_CallOneArg(fn, arg);
    }
    if (arity == 0) {
        return PyObject_CallNoArgs(fn);
    }
    PyObject *stack[LS_ALL_ARGS];
    stack[0] = arg;
    for (int i = 1; i < arity; i++) {
        stack[i] = Py_None;
    }
    return PyObject_Vectorcall(fn, stack, arity, NULL);
}

PyObject *
ls_call_tuple(PyObject *fn, uint8_t arity, PyObject *args)
{
    Py_ssize_t offered = args == NULL ? 0 : PyTuple_GET_SIZE(args);
    Py_ssize_t count = arity == LS_ALL_ARGS ? offered : arity;
    if (count <= offered) {
        return PyObject_Vectorcall(fn, count == 0 ? NULL : &PyTuple_GET_ITEM(args, 0), (size_t)count, NULL);
    }
    PyObject *stack[LS_ALL_ARGS];
    for (Py_ssize_t i = 0; i < count; i++) {
        stack[i] = i < offered ? PyTuple_GET_ITEM(args, i) : Py_None;
    }
    return PyObject_Vectorcall(fn, stack, (size_t)count, NULL);
}

int
ls_require_callable(PyObject *value, const char *what, const char *argument)
{
    if (LS_LIKELY(PyCallable_Check(value))) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "%s: argument '%s' must be callable, not %.100s", what, argument,
                 Py_TYPE(value)->tp_name);
    return -1;
}

/* ---- contextvars ---- */

void
ls_context_refresh_base(LsAgent *agent)
{
    PyObject *base = agent->base_context;
    if (ls_context_current(agent) != base) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    PyObject *fresh = PyContext_Copy(agent->empty_context);
    if (fresh != NULL && PyContext_Exit(base) == 0 && PyContext_Enter(fresh) == 0) {
        agent->base_context = fresh;
        Py_DECREF(base);
    }
    else {
        Py_XDECREF(fresh);
        PyErr_Clear();
    }
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}

int
ls_context_enter_base(LsAgent *agent)
{
    LS_ASSERT(agent->base_context == NULL);
    PyObject *base = PyContext_Copy(agent->empty_context);
    if (base == NULL || PyContext_Enter(base) < 0) {
        Py_XDECREF(base);
        return -1;
    }
    agent->base_context = base;
    return 0;
}

void
ls_context_leave_base(LsAgent *agent)
{
    PyObject *base = agent->base_context;
    agent->base_context = NULL;
    if (base != NULL) {
        PyObject *error = PyErr_GetRaisedException();
        if (PyContext_Exit(base) < 0) {
            PyErr_Clear(); /* something else, that was entered within the run, was not left */
        }
        Py_DECREF(base);
        if (error != NULL) {
            PyErr_SetRaisedException(error);
        }
    }
}

/* ---- errors ---- */

static bool
ends_the_run(PyObject *exc)
{
    return PyErr_GivenExceptionMatches(exc, PyExc_KeyboardInterrupt) || PyErr_GivenExceptionMatches(exc, PyExc_SystemExit);
}

int
ls_take_reason(LsState *state, PyObject **reason)
{
    PyObject *exc = PyErr_GetRaisedException();
    if (LS_UNLIKELY(ends_the_run(exc))) {
        PyErr_SetRaisedException(exc);
        return -1;
    }
    *reason = exc;
    if (PyObject_TypeCheck(exc, (PyTypeObject *)state->thrown)) {
        PyObject *value = PyObject_GetAttr(exc, state->str_value);
        if (value == NULL && (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) || PyErr_ExceptionMatches(PyExc_SystemExit))) {
            Py_DECREF(exc);
            return -1;
        }
        if (value != NULL) {
            *reason = value;
            Py_DECREF(exc);
        }
        else {
            PyErr_Clear();
        }
    }
    return 0;
}

bool
ls_is_exception_reason(PyObject *reason)
{
    return PyExceptionInstance_Check(reason) && !ends_the_run(reason) &&
           !PyErr_GivenExceptionMatches(reason, PyExc_StopIteration) &&
           !PyErr_GivenExceptionMatches(reason, PyExc_StopAsyncIteration) &&
           !PyErr_GivenExceptionMatches(reason, PyExc_GeneratorExit);
}

void
ls_raise_reason(LsState *state, PyObject *reason, PyObject *tb)
{
    PyObject *exc;
    if (LS_LIKELY(ls_is_exception_reason(reason))) {
        exc = Py_NewRef(reason);
        if (tb != NULL) {
            (void)PyException_SetTraceback(exc, tb);
        }
    }
    else {
        exc = PyObject_CallOneArg(state->thrown, reason);
        if (exc == NULL) {
            return;
        }
    }
    ls_raise_exception(exc);
}

void
ls_raise_exception(PyObject *exc)
{
    if (LS_LIKELY(PyExceptionInstance_Check(exc))) {
        PyErr_SetRaisedException(exc);
        return;
    }
    PyErr_Format(PyExc_TypeError, "a class of exceptions gave %.100s, which is none", Py_TYPE(exc)->tp_name);
    Py_DECREF(exc);
}
