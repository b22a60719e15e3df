/* SPDX-License-Identifier: MIT
 *
 * iteration: what `for await` (ECMA-262 14.7.5) is made of: iterator results (7.4.14), their awaitable steps, iterators over sync
 * iterables (27.1.6 %AsyncFromSyncIteratorPrototype%), and for_await() itself with its closing rules (7.4.13 AsyncIteratorClose).
 *
 * Ownership: each object owns what its fields name; an IterResult belongs to whoever received it.
 * Threads: the loop's thread only, checked by the promises beneath.
 * Invariants: a LsForAwait that is `finished` never touches its iterator again.
 * Errors: new references, or NULL with an exception.
 */
#ifndef LS_ITERATION_H
#define LS_ITERATION_H

#include "async_function.h"

/* 7.4.14 CreateIterResultObject: {value, done}. */
typedef struct {
    PyObject_HEAD
    PyObject *value;
    bool done;
} LsIterResult;

/* What a LsIterationStep does with the outcome of what it awaited. */
typedef enum {
    LS_STEP_RESULT,  /* an iterator result: gives its value, or raises StopAsyncIteration when it is done */
    LS_STEP_VALUE,   /* Python's own protocol: gives the value as it is */
    LS_STEP_CLOSE,   /* an iterator result: gives None; TypeError if it is not an object */
    LS_STEP_DISCARD, /* gives None */
    LS_STEP_QUIET,   /* gives None, and swallows what it raises */
    LS_STEP_GIVE,    /* awaits nothing: gives the object itself */
} LsStepKind;

typedef struct {
    PyObject_HEAD
    PyObject *iterator;
    uint8_t source;
    bool finished; /* it is exhausted, has failed, or was closed */
} LsForAwait;

int ls_iteration_init(PyObject *module, LsState *state);
int ls_for_await_init(PyObject *module, LsState *state);

/* ---- iteration.c ---- */
LsIterResult *ls_iter_result_new(LsState *state, PyObject *value, bool done);
/* IteratorComplete and IteratorValue (7.4.6, 7.4.7) of any object that has `done` and `value`, or of a dict with these keys. What
 * is missing reads as None. TypeError for a value that JavaScript does not count as an object. 0 or -1. May run Python. */
int ls_iter_result_read(LsState *state, PyObject *result, bool *done, PyObject **value);
/* The awaitable of one step. awaitable: what is awaited (NULL: nothing, gives None at once). loop: the LsForAwait that is
 * finished when the step fails or is done; or NULL. TypeError if it is not awaitable. */
PyObject *ls_step_new(LsState *state, LsStepKind kind, PyObject *awaitable, LsForAwait *loop);

/* ---- sync_iterator.c ---- */
/* 27.1.6.2.1 next and 27.1.6.2.2 return over a Python iterator: new reference to a promise of an iterator result, or NULL with
 * KeyboardInterrupt, SystemExit or MemoryError. May run Python. */
PyObject *ls_sync_iterator_next(LsAgent *agent, PyObject *iterator);
PyObject *ls_sync_iterator_return(LsAgent *agent, PyObject *iterator);

/* ---- for_await.c ---- */
extern const char ls_for_await_doc[];
PyObject *ls_for_await(PyObject *module, PyObject *iterable);

#endif
