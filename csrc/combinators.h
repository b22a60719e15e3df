/* SPDX-License-Identifier: MIT
 *
 * combinators: Promise.all, allSettled, any and race (ECMA-262 27.2.4.1 to 27.2.4.5): combinators.c has the algorithm,
 * combinator_elements.c the functions that keep what an item came to. Nobody else includes this.
 *
 * Ownership: an element function owns the record that those of one call share; the record owns its slots, holds its Loop strongly,
 * and the capability's functions as long as items are being subscribed.
 * Threads: the loop's thread only; dealloc may happen in any thread and touches only its own.
 * Invariants: remaining counts the items that are not done, and 1 while iterating; an item's slot is taken once; without slots all is
 * done, and element functions do nothing any more.
 * Errors: new references or NULL with an exception, 0 or -1.
 */
#ifndef LS_COMBINATORS_H
#define LS_COMBINATORS_H

#include "promise.h"

typedef enum { LS_ALL, LS_ALL_SETTLED, LS_ANY, LS_RACE } LsCombinatorKind;

/* What the element functions of one call share. */
typedef struct {
    PyObject_HEAD
    LsAgent *agent;       /* agent->owner is held strongly */
    PyObject *capability; /* of the result */
    PyObject *resolve, *reject; /* the capability's functions; NULL once the items are subscribed */
    PyObject **slots;     /* per item: what it came to, or NULL. No slots any more once all is done; none for race */
    Py_ssize_t count, allocated;
    Py_ssize_t remaining; /* [[RemainingElementsCount]]: items not done, and 1 while iterating */
    LsCombinatorKind kind;
} LsCombinator;

LsCombinator *ls_combinator_new(LsAgent *agent, LsCombinatorKind kind, PyObject *capability);

/* One more slot. 0, or -1 with MemoryError. */
int ls_combinator_add_slot(LsCombinator *self);

/* One item is done, or the iteration is; the last one completes the result. 0, or -1 with an exception. May run Python. */
int ls_combinator_count_down(LsCombinator *self);

/* The element function of the last slot, for a value or for a reason. */
PyObject *ls_element_new(LsCombinator *shared, bool rejects);

int ls_combinator_elements_init(PyObject *module, LsState *state);

#endif
