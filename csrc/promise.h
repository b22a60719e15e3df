/* SPDX-License-Identifier: MIT
 *
 * promise: Promise, clause by clause from ECMA-262 27.2 (state, reactions, resolving functions, thenable jobs, then, catch,
 * finally), with Node's tracking of unhandled rejections (HostPromiseRejectionTracker, 27.2.1.9).
 *
 * Its files: promise.c (the abstract operations on promises and their jobs), promise_capability.c (resolving functions and
 * PromiseCapability records), promise_type.c (the class as Python sees it), promise_constructor.c, promise_statics.c (resolve, reject,
 * try, withResolvers), promise_meta.c (its metaclass), promise_finally.c, promise_awaiter.c, promise_trace.c (what they report).
 * combinators.c and combinator_elements.c have all, allSettled, any and race; settled_result.c what allSettled lists.
 *
 * Ownership: a promise owns its result and its reactions (a list of LsJob); it holds its Loop strongly. A reaction of kind
 * RESUME is embedded in its async function's record and borrowed here (it holds its promise in job->subject as long as it
 * waits, so that tear-down finds it: see ls_promise_drop_reactions); a closed loop's reactions never run.
 * Threads: the loop's thread only, checked at the public doors; dealloc may happen in any thread and touches only its own.
 * Invariants: pending <=> result == NULL; reactions only while pending; `handled` is set by the first then/await. A promise
 * whose agent is NULL is one whose class did not call Promise.__init__: every public door refuses it.
 * Errors: new references or NULL with an exception, 0 or -1, unless a function is said not to fail. Long chains are destroyed
 * iteratively (CPython's trashcan).
 */
#ifndef LS_PROMISE_H
#define LS_PROMISE_H

#include "agent.h"

typedef enum { LS_PENDING = 0, LS_FULFILLED = 1, LS_REJECTED = 2 } LsPromiseState;

typedef struct LsPromise {
    PyObject_HEAD
    LsAgent *agent;   /* its run; agent->owner is held strongly. NULL before Promise.__init__ */
    PyObject *result; /* value or reason; NULL while pending */
    PyObject *traceback; /* rejected with an exception: its traceback at that moment, put back by every await */
    LsJob *last; /* reactions, in order of registration: a ring, in which the first one follows the last. NULL: none */
    PyObject *dict;     /* instance attributes (a patched `then` lives here); NULL mostly */
    PyObject *weakrefs;
    uint32_t id;
    /* How often resolving functions have resolved it. Each pair remembers the count at which it was made, and works only while
     * that is still the count: this is the pair's alreadyResolved (27.2.1.3). One number does for all pairs, as a new pair
     * (27.2.2.2) is made only after the one before it was used up. */
    uint32_t locks;
    uint32_t told; /* the last epoch of the trace in which tapes were told of it, as of something that was there before */
    uint8_t state;
    bool handled;  /* [[PromiseIsHandled]] */
    bool reported; /* its rejection was reported as unhandled (Node's promiseInfo.warned) */
} LsPromise;

/* 27.2.1.1 PromiseCapability Records of promises that are not intrinsic (subclasses with their own constructor). The record is
 * callable: it is the executor that its constructor is given (27.2.1.5 step 4). */
typedef struct {
    PyObject_HEAD
    PyObject *promise, *resolve, *reject; /* NULL until they are known */
} LsCapability;

int ls_promise_init(PyObject *module, LsState *state); /* promise_type.c, and through it the next five */
int ls_promise_meta_init(PyObject *module, LsState *state);
int ls_promise_capability_init(PyObject *module, LsState *state);
int ls_promise_finally_init(PyObject *module, LsState *state);
int ls_promise_awaiter_init(PyObject *module, LsState *state);
int ls_promise_statics_init(LsState *state);
int ls_combinators_init(PyObject *module, LsState *state); /* combinators.c, and through it the next one */
int ls_settled_result_init(PyObject *module, LsState *state);
extern PyMethodDef ls_promise_functions[]; /* module-level: promise_state */

static inline bool
ls_promise_check(LsState *state, PyObject *value)
{
    return PyObject_TypeCheck(value, state->promise_type);
}

/* True if `value` is an intrinsic promise whose `then` and `constructor` nobody replaced: the fast paths' guard. */
static inline bool
ls_promise_is_plain(LsState *state, PyObject *value)
{
    return Py_TYPE(value) == state->promise_type && ((LsPromise *)value)->dict == NULL && !state->promise_patched;
}

/* The same, and of this very run: such a promise's reactions may be put on the agent's queue without asking its `then`. */
static inline bool
ls_promise_is_own(LsAgent *agent, PyObject *value)
{
    return ls_promise_is_plain(agent->state, value) && ((LsPromise *)value)->agent == agent;
}

/* The result of a settled promise, borrowed. (The garbage collector may have taken the result of one that is unreachable.) */
static inline PyObject *
ls_promise_result(LsPromise *promise)
{
    return LS_LIKELY(promise->result != NULL) ? promise->result : Py_None;
}

/* The traceback that an await of a rejected promise raises its reason with, whatever awaits before it have added to it: None for an
 * exception that was never raised. Borrowed. */
static inline PyObject *
ls_promise_traceback(LsPromise *promise)
{
    return promise->traceback != NULL ? promise->traceback : Py_None;
}

/* The reaction behind `job`; NULL: the first one. NULL if there is none. */
static inline const LsJob *
ls_promise_next_reaction(const LsPromise *promise, const LsJob *job)
{
    const LsJob *last = promise->last;
    return last == NULL || job == last ? NULL : job == NULL ? last->next : job->next;
}

/* Which of a reaction's two functions a settled promise calls: borrowed; NULL: the outcome passes through. */
static inline PyObject *
ls_promise_choose_handler(const LsJob *job, uint8_t state)
{
    return state == LS_REJECTED ? job->fn2 : job->fn;
}

/* A new pending intrinsic promise. parent: the one whose `then` makes it; else NULL. */
LsPromise *ls_promise_new(LsAgent *agent, LsPromise *parent);
/* 27.2.1.4 FulfillPromise, 27.2.1.7 RejectPromise. The promise must be pending, no exception raised. Cannot fail. */
void ls_promise_fulfill(LsPromise *promise, PyObject *value);
void ls_promise_reject(LsPromise *promise, PyObject *reason);
/* 27.2.1.3.2 Promise Resolve Functions, step 7 on (the caller has checked "already resolved"): self-resolution, thenables,
 * coroutines (started), else fulfil. 0, or -1 with KeyboardInterrupt/SystemExit/MemoryError. May run Python. */
int ls_promise_resolve(LsPromise *promise, PyObject *resolution);
/* The iterator that promise.__await__() gives; type: state->promise_awaiter_type. */
PyObject *ls_promise_awaiter_new(PyTypeObject *type, PyObject *promise);
/* Rejects with the exception that is raised. 0, or -1 with KeyboardInterrupt/SystemExit still raised. */
int ls_promise_reject_raised(LsPromise *promise);
/* `value`, or if it is a bare coroutine the promise of the async function that it is started as: what a place that keeps any
 * value (a reason, an ignored result) does in place of JavaScript's call, which would have started it. New reference. */
PyObject *ls_promise_start_bare(LsAgent *agent, PyObject *value);
/* 27.2.4.7.1 PromiseResolve(%Promise%, x): x itself if it is an intrinsic promise with the intrinsic constructor, else a new
 * promise resolved with it. May run Python. */
LsPromise *ls_promise_coerce(LsAgent *agent, PyObject *value);
/* 27.2.5.4.1 PerformPromiseThen with a prepared job (REACTION, RESUME or NATIVE). Marks the promise handled. Cannot fail. A
 * NATIVE job's `fn` may hold the str or callable that names it in the trace. */
void ls_promise_perform_then(LsPromise *promise, LsJob *job);
/* Tear-down: forgets all that waits for this promise. Embedded jobs are only unlinked, so that their owner may free them: it must
 * call this with job->subject before it does. May run __del__. */
void ls_promise_drop_reactions(LsPromise *promise);
/* Makes a REACTION job for callbacks (either may be NULL/None: pass-through), derived may be NULL. Captures the context. */
LsJob *ls_reaction_new(LsAgent *agent, PyObject *on_fulfilled, PyObject *on_rejected, PyObject *derived);
/* Run a job of kind REACTION / THENABLE that left the queue. Errors of callbacks go to the derived promise: 0; -1 only with
 * KeyboardInterrupt, SystemExit, or the exception of a callback without derived promise or of a subclass's own resolving
 * function (uncaught, as in Node). They enter the job's context. May run Python. They do not free the job. */
int ls_promise_run_reaction(LsAgent *agent, LsJob *job);
int ls_promise_run_thenable(LsAgent *agent, LsJob *job);
/* The pair of resolving functions (27.2.1.3): callables; *resolve and *reject are new references. 0 or -1. */
int ls_resolving_functions(LsPromise *promise, PyObject **resolve, PyObject **reject);
/* One argument that may be left out, no keywords; others are dropped as JavaScript drops them. Borrowed, or NULL with TypeError. */
PyObject *ls_only_argument(const char *what, PyObject *const *args, size_t nargsf, PyObject *kwnames);
/* For functions that outlive their run: 1 to go on, 0 when the run has ended (do nothing), -1 from another thread. */
int ls_agent_accepts(LsAgent *agent, const char *what);
/* 27.2.1.5 NewPromiseCapability(C). New reference: a LsPromise (intrinsic C) or a LsCapability. May run Python. */
PyObject *ls_capability_new(LsAgent *agent, PyObject *constructor);
/* Resolve / reject / promise of what ls_capability_new gave; the first call counts. 0, or -1 with an exception, as the functions of
 * a subclass may raise anything. May run Python. */
int ls_capability_resolve(LsAgent *agent, PyObject *capability, PyObject *value);
int ls_capability_reject(LsAgent *agent, PyObject *capability, PyObject *reason);
int ls_capability_reject_raised(LsAgent *agent, PyObject *capability); /* IfAbruptRejectPromise, 27.2.1.1.1 */
PyObject *ls_capability_promise(LsAgent *agent, PyObject *capability); /* borrowed */
/* Its functions as callables (new references). 0 or -1. */
int ls_capability_functions(LsAgent *agent, PyObject *capability, PyObject **resolve, PyObject **reject);
/* The constructor for promises derived from this one (7.3.22 SpeciesConstructor): its `constructor` if that is a class of
 * promises, else Promise; there is no Symbol.species. New reference. May run Python. */
PyObject *ls_promise_species(LsAgent *agent, PyObject *promise);
/* `await promise` (promise.c: am_await gives the promise itself, am_send): the first send yields the promise to the driver,
 * which registers a RESUME job on it and, when that runs, sets agent->resuming = promise and sends None; am_send then sees
 * itself in agent->resuming, clears that, and returns the value or raises the reason (with promise->traceback put back).
 * Outside of a driver (agent->driving == NULL) a live agent's host gives the iterator; else am_await raises RuntimeError with the
 * remedy. */

/* ---- promise_trace.c: call these only while the trace is on; they cannot fail ---- */
void ls_promise_report_new(LsPromise *promise, LsRule rule, LsPromise *parent);
void ls_promise_report_queued(LsPromise *promise, const LsJob *job);
void ls_promise_report_waiting(LsPromise *promise, const LsJob *job); /* it is the last of the promise's reactions */
void ls_promise_report_settled(LsPromise *promise);
void ls_promise_report_locked(LsPromise *promise, PyObject *thenable);
/* Before an event that names the promise: tells the tapes of it that do not know it. At any time. */
void ls_promise_introduce(LsPromise *promise);
/* While telling: that it is there, and, unless as_pending, how it was settled. */
void ls_promise_tell_state(LsPromise *promise, bool as_pending);

/* Binds a promise that has no run yet to one, and reports it to the trace. */
static inline void
ls_promise_bind(LsPromise *promise, LsAgent *agent, LsRule rule, LsPromise *parent)
{
    LS_ASSERT(promise->agent == NULL);
    promise->agent = agent;
    Py_INCREF(agent->owner);
    agent->state->live_promises++;
    promise->id = ls_trace_new_id(&agent->trace);
    if (LS_TRACED(agent)) {
        ls_promise_report_new(promise, rule, parent);
    }
}

/* The thenFinally and catchFinally functions (27.2.5.3) for a callable on_finally. 0 or -1. */
int ls_finally_functions(LsAgent *agent, PyObject *on_finally, PyObject *constructor, PyObject **then_finally,
                         PyObject **catch_finally);
/* The str or callable that names a function of ours in the trace, borrowed; `callable` itself if it is none of ours. */
PyObject *ls_finally_label(LsState *state, PyObject *callable);
PyObject *ls_combinator_label(LsState *state, PyObject *callable);
/* {status, value} or {status, reason}. New reference or NULL. */
PyObject *ls_settled_result_new(LsState *state, PyObject *outcome, bool rejected);
/* 27.2.3.1: tp_init. May run Python. */
int ls_promise_construct(PyObject *op, PyObject *args, PyObject *kwargs);

/* The run in which a static method was called with at most `most` arguments; NULL with an exception. */
LsAgent *ls_promise_static_agent(PyObject *cls, const char *what, Py_ssize_t nargs, Py_ssize_t most, PyObject **held);

/* The promise of a capability that is done with; drops the capability. */
PyObject *ls_capability_give_promise(LsAgent *agent, PyObject *capability);

/* The static methods of promise_statics.c and combinators.c, for the class's table. */
#define LS_STATIC_METHOD(name) PyObject *ls_static_##name(PyObject *cls, PyObject *const *args, Py_ssize_t nargs)
LS_STATIC_METHOD(resolve);
LS_STATIC_METHOD(reject);
LS_STATIC_METHOD(try);
LS_STATIC_METHOD(with_resolvers);
LS_STATIC_METHOD(all);
LS_STATIC_METHOD(all_settled);
LS_STATIC_METHOD(any);
LS_STATIC_METHOD(race);

/* x.then / C.resolve as observable look-ups, with fast paths for plain promises. May run Python. */
PyObject *ls_promise_invoke_then(LsAgent *agent, PyObject *promise, PyObject *on_fulfilled, PyObject *on_rejected);
PyObject *ls_promise_resolve_with(LsAgent *agent, PyObject *constructor, PyObject *value); /* PromiseResolve(C, x) */

#endif
