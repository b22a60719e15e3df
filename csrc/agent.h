/* SPDX-License-Identifier: MIT
 *
 * agent: what all the rooms of one run share (ECMA-262 9.7 "Agents"): the clock, the trace, the microtask and tick queues,
 * the lists of live async functions and of rejections, the rule for passing arguments, and the handling of contextvars.
 *
 * Ownership: the agent is embedded in its Loop object (`owner`, borrowed). Promises, timers and generators hold a strong
 * reference to the Loop, so an agent outlives whatever points at it.
 * Threads: an agent belongs to the thread that created it; public doors call ls_agent_require() or ls_agent_check_thread().
 * Invariants: `closed` is set once, by the loop's tear-down; after that nothing is queued any more.
 * Errors: as stated at each function.
 */
#ifndef LS_AGENT_H
#define LS_AGENT_H

#include "queue.h"
#include "state.h"
#include "trace.h"

struct LsAgent;

/* What a live agent asks of the foreign event loop that turns it: asyncio's (the loop room's live.c). */
typedef struct {
    /* There is something to do: has the agent turned soon. May find that the foreign loop is gone, and close the agent. 0 or -1.
     * May run Python. */
    int (*wake)(struct LsAgent *agent);
    /* The iterator for an `await promise` in a coroutine that the foreign loop drives. New reference. May run Python. */
    PyObject *(*await_promise)(struct LsAgent *agent, PyObject *promise);
    /* An async function's body has yielded something of the foreign loop's: fulfils `promise` when the body can go on. 0, or -1
     * with an exception for the body. May run Python. */
    int (*wait_for)(struct LsAgent *agent, PyObject *yielded, PyObject *promise);
    /* Has `promise` settled as `value` is, if that is a future of the foreign loop's: 1; else 0; or -1. May run Python. */
    int (*adopt)(struct LsAgent *agent, PyObject *value, PyObject *promise);
} LsHost;

typedef struct LsAgent {
    PyObject *owner; /* the Loop that embeds this agent; borrowed */
    LsState *state;
    unsigned long thread; /* PyThread_get_thread_ident() of its thread */
    bool closed;
    bool entered; /* current: in a run, a turn, or a step of an async function that was called from outside of both */
    bool asleep;  /* live, and no turn is under way or asked for: whoever gives it work has to wake it */
    const LsHost *host; /* live: what turns it; NULL: it runs by itself */
    bool forked;  /* its run was under way when this process was forked off: it goes on in the parent alone */
    bool exiting; /* process.exit() or the exit event: ticks are refused as in Node */
    LsClock clock;
    LsTrace trace;
    LsJobPool pool;
    LsJobQueue microtasks;
    LsJobQueue ticks;
    LsList suspended;  /* LsAsync records: async functions that have not ended */
    PyObject *pending_rejections; /* dict {its address: promise}: rejected without a handler since the last report (Node's
                                     pendingUnhandledRejections) */
    PyObject *rejection_contexts; /* live: dict {the same: context it was rejected in}, for its report; else NULL */
    PyObject *late_handled;       /* list: promises handled after they were reported (asyncHandledRejections) */
    /* The async function machinery */
    PyObject *resuming; /* the promise whose outcome the innermost await must deliver now; borrowed */
    void *driving;      /* the LsAsync whose coroutine runs now, or NULL; borrowed */
    void *foremost;     /* the LsAsync that a microtask has resumed, while it runs: when it awaits, the next microtask is next,
                           as nothing else of the program is on the stack. NULL: none, or the run is to end; borrowed */
    /* Starts a bare coroutine that reached a promise as a value: set by async_function's room (a higher one) to a function with
     * the meaning of ls_async_start(agent, coro, NULL). NULL until then: the coroutine is a value like any other. New reference
     * to a LsPromise, or NULL with an exception. May run Python. */
    PyObject *(*start_coroutine)(struct LsAgent *agent, PyObject *coro);
    struct LsTimers *timers; /* the loop's timers, for a room below it */
    int32_t jobs_until_check; /* then the loop looks at signals and limits */
    /* process.emitWarning(message, name), supplied by the loop. 0 or -1. May run Python. */
    int (*warn)(struct LsAgent *agent, const char *name, PyObject *message);
    /* contextvars */
    PyThreadState *thread_state; /* of its thread and interpreter, while its run is under way; else NULL */
    PyObject *empty_context; /* never entered: the others are copies of it (PyContext_New cannot stand a failed allocation) */
    PyObject *base_context; /* entered while the loop runs; kept empty */
    PyObject *spare_context; /* an empty context, not entered, or NULL */
    void *spare_activation;  /* a LsAsync for the next call, or NULL: most calls end before the next one */
} LsAgent;

/* What async_function() makes of an `async def`; its type is in async_callable.c. It is declared here because the calling
 * convention looks through it. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *function; /* the `async def`, or a bound method of one */
    LsState *state;     /* kept alive by the type */
    PyObject *dict;     /* what functools.update_wrapper copied */
    PyObject *weakrefs;
} LsAsyncFunction;

int ls_agent_init(LsAgent *agent, PyObject *owner, LsState *state, bool virtual_clock);
int ls_agent_traverse(LsAgent *agent, visitproc visit, void *arg);
/* Drops what is queued. May run Python (through __del__). */
void ls_agent_clear(LsAgent *agent);

/* ---- which agent is current on this thread ---- */
/* The agent whose run (or turn) is under way on this thread; NULL without an exception if there is none. */
LsAgent *ls_agent_current(LsState *state);
/* The live agent of the asyncio loop that runs in this thread, woken. NULL: there is none; or an exception is raised. Outside of a
 * run only. May run Python.
 * *held (NULL before, as LS_HELD() makes it) holds the agent: asyncio's loop does, but a program can make that forget it. */
LsAgent *ls_agent_live(LsState *state, PyObject **held);
/* The current agent, or else the live one; raises RuntimeError with the remedy if there is none; `what` is the public name that
 * was called. The live one is not made current by this, and is held as above. May run Python. */
LsAgent *ls_agent_require(LsState *state, const char *what, PyObject **held);
/* Around a run, a turn or a step: makes `agent` current, and then again the one before it, which ls_agent_enter() has given. */
LsAgent *ls_agent_enter(LsAgent *agent);
void ls_agent_leave(LsAgent *agent, LsAgent *previous);
/* Once in a process: has fork() mark the runs that are under way in the child. 0, or -1 with OSError. */
int ls_agent_watch_forks(void);
/* RuntimeError in a forked child, in which the agent's run cannot go on. 0 or -1. */
int ls_agent_check_fork(LsAgent *agent);
/* For methods of objects that know their agent: RuntimeError from another thread, or after the run has ended. Wakes a live one. 0
 * or -1. May run Python. */
int ls_agent_check(LsAgent *agent, const char *what);

/* ---- the calling convention ---- */
#define LS_ALL_ARGS 255 /* builtins and other callables get everything that is offered */
/* How many positional arguments `callable` gets when `offered` (at most 250) are there: a Python function, lambda, bound
 * method or async function gets as many as it can take, at least as many as it requires (missing ones are None). */
uint8_t ls_arity(LsState *state, PyObject *callable, Py_ssize_t offered);
/* Calls fn by that rule. New reference, or NULL with an exception. May run Python. */
PyObject *ls_call_tuple(PyObject *fn, uint8_t arity, PyObject *args); /* args: tuple or NULL */
static inline PyObject *
ls_call0(PyObject *fn, uint8_t arity)
{
    return LS_LIKELY(arity == 0 || arity == LS_ALL_ARGS) ? PyObject_Vectorcall(fn, NULL, 0, NULL)
                                                         : ls_call_tuple(fn, arity, NULL);
}
PyObject *ls_call1(PyObject *fn, uint8_t arity, PyObject *arg);
/* TypeError "<what>: <argument> must be callable, not <type>" unless it is. 0 or -1. */
int ls_require_callable(PyObject *value, const char *what, const char *argument);

/* ---- contextvars: captured at registration, entered when the work runs ---- */
/* The context that is entered now, borrowed; NULL while the thread never had one (then it holds no variable). */
static inline PyObject *
ls_context_current(const LsAgent *agent)
{
    return LS_LIKELY(agent->thread_state != NULL) ? agent->thread_state->context : PyThreadState_Get()->context;
}

/* *out = a new reference to a private copy of the current context, or NULL if it holds no variable. 0 or -1. */
static inline int
ls_context_capture(const LsAgent *agent, PyObject **out)
{
    *out = NULL;
    if (LS_LIKELY(ls_context_is_empty(ls_context_current(agent)))) {
        return 0;
    }
    *out = PyContext_CopyCurrent();
    return *out == NULL ? -1 : 0;
}

/* The work has set a variable in the shared empty context: nobody after it may see that, so the loop gets a fresh one. */
void ls_context_refresh_base(LsAgent *agent);

/* Enters `context` (NULL: the agent's empty base context is already there: nothing to do). 0 or -1. */
static inline int
ls_context_enter(PyObject *context)
{
    return LS_LIKELY(context == NULL) ? 0 : PyContext_Enter(context);
}

/* Leaves it again; keeps a raised exception. */
static inline void
ls_context_leave(LsAgent *agent, PyObject *context)
{
    if (LS_UNLIKELY(context != NULL)) {
        (void)PyContext_Exit(context);
    }
    else if (LS_UNLIKELY(!ls_context_is_empty(agent->base_context))) {
        ls_context_refresh_base(agent);
    }
}

/* Enters / leaves a fresh base context around a turn of the loop. 0 or -1. */
int ls_context_enter_base(LsAgent *agent);
void ls_context_leave_base(LsAgent *agent);

/* ---- queueing (cannot fail; the job was made when the work was registered) ---- */
static inline void
ls_agent_queue_microtask(LsAgent *agent, LsJob *job)
{
    ls_queue_push(&agent->microtasks, job);
}

/* ---- errors ---- */
/* With an exception raised: takes it as a JavaScript completion value: *reason = new reference (a Thrown is unwrapped to its
 * value), the error indicator is cleared, 0 is returned. KeyboardInterrupt and SystemExit stay raised: -1. */
int ls_take_reason(LsState *state, PyObject **reason);
/* Raises `reason` for Python code: exceptions as they are (with traceback `tb`, which may be NULL: keep), anything else (and
 * exception classes, StopIteration, StopAsyncIteration, GeneratorExit, KeyboardInterrupt, SystemExit) wrapped in Thrown. */
void ls_raise_reason(LsState *state, PyObject *reason, PyObject *tb);
bool ls_is_exception_reason(PyObject *reason);
/* Raises what a class of exceptions gave, which a program may have made give anything; steals it. */
void ls_raise_exception(PyObject *exc);

#endif
