/* SPDX-License-Identifier: MIT
 *
 * async_function: drives Python's `async def` as ECMA-262 async functions (27.7). async_callable.c holds the decorator that makes
 * them, async_generator.c drives them as async generators (27.6), and iteration.h is `for await` over both.
 *
 * Ownership: LsAsync is one activation: a C record, held by its agent's `suspended` list from each await to its resumption. A
 * function's record is its own block, freed when the function ends; a generator's is embedded in its object, which the record
 * keeps alive while a request is under way. Its LsJob is embedded: awaiting allocates nothing.
 * Threads: the loop's thread only.
 * Invariants: linked on `suspended` <=> the job is registered on its subject, or queued because of it; agent->driving is the
 * activation whose body runs now.
 * Errors: as stated; what a body raises becomes the rejection of its promise, but KeyboardInterrupt and SystemExit go on.
 */
#ifndef LS_ASYNC_FUNCTION_H
#define LS_ASYNC_FUNCTION_H

#include "promise.h"

typedef struct LsAsync LsAsync;

/* What functions and generators do differently. 0, or -1 with KeyboardInterrupt, SystemExit or MemoryError. May run Python. */
typedef struct {
    /* The body has ended: completion is PYGEN_RETURN (value: new reference, to be consumed) or PYGEN_ERROR (exception raised). May
     * free the activation. */
    int (*on_end)(LsAsync *activation, PySendResult completion, PyObject *value);
    /* What it waited for is settled. NULL: the body goes on. */
    int (*on_settled)(LsAsync *activation, LsPromise *settled);
} LsAsyncKind;

/* One of 100,000 that sleep: 128 bytes. */
struct LsAsync {
    LsList link;
    LsAgent *agent;
    PyObject *body;     /* the coroutine or Python async generator; for a generator borrowed from its object */
    PyObject *coro;     /* what is sent into: the body, or the asend()/athrow() awaitable of a generator's step; owned */
    /* RESUME. subject: the promise that is waited for, NULL while the body runs; derived: the function's own promise, NULL for a
     * generator; context: its own contextvars, NULL: none set. */
    LsJob job;
    uint32_t id;
    const LsAsyncKind *kind;
    PyObject *generator; /* keeps the embedding LsAsyncGenerator alive while a request is under way; else NULL */
};

int ls_async_function_init(PyObject *module, LsState *state);
int ls_async_generator_init(PyObject *module, LsState *state);
extern PyMethodDef ls_async_functions[]; /* module-level: async_function, for_await, js_await, abandon */

/* ---- async_function.c: the driver ---- */
/* 27.7.5.1 AsyncFunctionStart for a coroutine: runs it to its first await at once and gives its promise. A coroutine that runs
 * already gives a rejected promise. This is what agent->start_coroutine is set to.
 * New reference, or NULL with KeyboardInterrupt, SystemExit or MemoryError. May run Python. */
PyObject *ls_async_start(LsAgent *agent, PyObject *coro);
/* The same for a coroutine that was just made; steals it. */
PyObject *ls_async_start_fresh(LsAgent *agent, PyObject *coro);
/* Runs a RESUME job and consumes it: the caller must not touch the job afterwards (the activation may have ended, or await
 * again with it). 0 or -1 with an exception that ends the run. May run Python. */
int ls_async_resume(LsAgent *agent, LsJob *job);
/* Drops the microtasks and every suspended activation without running its `finally`: the run has ended, the agent is closed.
 * May run Python (through __del__ of locals). */
void ls_async_discard_all(LsAgent *agent);
int ls_async_traverse_all(LsAgent *agent, visitproc visit, void *arg);

/* A new promise rejected with the raised exception; NULL with KeyboardInterrupt, SystemExit or MemoryError. */
PyObject *ls_async_rejected(LsAgent *agent);

/* For async generators: */
void ls_async_setup(LsAsync *activation, LsAgent *agent, PyObject *body);
/* Runs activation->coro until it awaits, or ends: then on_end has been called, and its result is returned. `settled`: the
 * promise whose outcome its innermost await delivers; NULL for a coroutine that starts. May run Python. */
int ls_async_step(LsAsync *activation, LsPromise *settled);
/* 27.7.5.3 Await, from step 3 on: waits for the promise. Cannot fail. */
void ls_async_await(LsAsync *activation, LsPromise *promise);
/* Tells the trace, if it is on. promise: which the event names, or NULL. */
void ls_async_record(LsAsync *activation, LsEventKind kind, LsRule rule, LsPromise *promise, int32_t extra);
static inline void
ls_async_report(LsAsync *activation, LsEventKind kind, LsRule rule, LsPromise *promise, int32_t extra)
{
    if (LS_TRACED(activation->agent)) {
        ls_async_record(activation, kind, rule, promise, extra);
    }
}
/* Makes sure that dropping a suspended coroutine or generator runs nothing of it: neither its own `finally` nor that of the
 * iterators and coroutines that it alone holds. Cannot fail, runs no Python. */
void ls_async_abandon(LsState *state, PyObject *body);

/* ---- async_generator.c ---- */
/* The AsyncGenerator over a Python async generator that was just made; steals it. New reference or NULL. */
PyObject *ls_async_generator_new(LsAgent *agent, PyObject *body);
/* 27.6.1.2 next, 27.6.1.3 return: new reference to a promise, or NULL with an exception. May run Python. */
PyObject *ls_async_generator_next(PyObject *generator, PyObject *value);
PyObject *ls_async_generator_return(PyObject *generator, PyObject *value);

#endif
