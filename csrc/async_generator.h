/* SPDX-License-Identifier: MIT
 *
 * async_generator: ECMA-262 27.6 AsyncGenerator Objects over Python's async generators: requests wait in a queue, and one is
 * served at a time. async_generator.c has the operations of 27.6.3, async_generator_type.c the methods of 27.6.1.
 *
 *     next, return_, throw --enqueue--> requests --resume--> body --yield--> (Await) --complete step--> the request's promise
 *
 * Python's body is sent into through its own asend() and athrow(). A `return_(v)` reaches the body as a GeneratorExit at its
 * `yield`, so that `finally` runs, and may yield; the same GeneratorExit coming out again is the return completion.
 *
 * Ownership: the object owns its body and its requests; while a request is served, activation.generator keeps the object alive.
 * Threads: the loop's thread only, checked at the public doors.
 * Invariants: executing or awaiting-return <=> activation.generator is set <=> the first request is being served; completed
 * => no requests.
 * Errors: 0, or -1 with an exception that ends the run: what a body raises rejects a promise.
 */
#ifndef LS_ASYNC_GENERATOR_H
#define LS_ASYNC_GENERATOR_H

#include "iteration.h"

/* 27.6.2, [[AsyncGeneratorState]] */
typedef enum {
    LS_GENERATOR_SUSPENDED_START,
    LS_GENERATOR_SUSPENDED_YIELD,
    LS_GENERATOR_EXECUTING,
    LS_GENERATOR_AWAITING_RETURN,
    LS_GENERATOR_COMPLETED,
} LsGeneratorState;

typedef enum { LS_COMPLETION_NORMAL, LS_COMPLETION_RETURN, LS_COMPLETION_THROW } LsCompletion;

/* 27.6.3.1 AsyncGeneratorRequest. The result object is made with it, so that serving a request cannot run out of memory. */
typedef struct LsRequest {
    struct LsRequest *next;
    LsPromise *promise;
    LsIterResult *result;
    PyObject *value;
    LsCompletion completion;
} LsRequest;

/* What the generator itself (not its body) waits for. */
typedef enum {
    LS_WAITS_IN_BODY,    /* nothing: an `await` of the body */
    LS_WAITS_FOR_YIELD,  /* the operand of `yield` */
    LS_WAITS_FOR_LEAVE,  /* the operand of return_() at a `yield` */
    LS_WAITS_FOR_RETURN, /* the operand of return_() without a body to leave */
} LsGeneratorWait;

typedef struct {
    PyObject_HEAD
    LsAsync activation;
    PyObject *body;
    LsRequest *head, *tail;
    PyObject *leaving;  /* the GeneratorExit that stands for a return completion under way, or NULL */
    PyObject *returned; /* its value */
    PyObject *weakrefs;
    uint8_t state;   /* LsGeneratorState */
    uint8_t waiting; /* LsGeneratorWait */
    bool goes_on;    /* the step that ended has prepared another one */
} LsAsyncGenerator;

/* The steps that 27.6.1.2 next, .3 return and .4 throw have in common: queues the request, and serves it if the generator is not
 * busy. New reference to its promise, or NULL with an exception. May run Python. */
PyObject *ls_async_generator_request(LsAsyncGenerator *generator, LsCompletion completion, PyObject *value);
/* Makes the generator's activation serve its body. */
void ls_async_generator_setup(LsAsyncGenerator *generator, LsAgent *agent, PyObject *body);
/* Drops the requests: they will never be served. May run Python (through __del__). */
void ls_async_generator_drop_requests(LsAsyncGenerator *generator);

#endif
