/* SPDX-License-Identifier: MIT
 *
 * heap: what the program's variables hold, and the objects that they name, for a recording with lines: a text (JSON) of what is
 * different from the last time. Each event of the call stack, each line and the end of each task and job carries one, if there
 * is anything to tell. heap.c walks from the names to the objects; heap_value.c writes a value; heap_text.c is the text.
 *
 *   {"names": {"a": 1, "n": "3"}, "frames": [[0, {"x": "'hi'", "y": null}]], "objects": {"1": {"type": "list", "items": ["4"]}}}
 *
 * `names` are the script's own globals, `frames` the variables of functions, counted from the innermost. A value is a text, or
 * the number of an object: whoever names the same object has the same number. null: the name is bound to nothing any more.
 *
 * Ownership: the agent's trace owns the LsHeap, which owns the script's globals and their names, and no object that it tells of:
 * addresses are compared only between objects that are alive, and what was not seen the last time is forgotten. So watching
 * changes no lifetime; an object at the place of one that the same statement has freed may get its number.
 * Threads: the loop's thread only.
 * Invariants: first the variables are noted, with references; then no Python runs and no garbage is collected while the walk
 * from them goes on, so what it borrows stays. Everything is bounded by LS_HEAP_...: names of a function, functions, objects,
 * items of an object, steps from a name, letters of a text.
 * Errors: none: where memory is short, the recording ends there.
 */
#ifndef LS_HEAP_H
#define LS_HEAP_H

#include "promise.h"

#define LS_HEAP_NAMES 32
#define LS_HEAP_FRAMES 12
#define LS_HEAP_OBJECTS 200
#define LS_HEAP_ITEMS 20
#define LS_HEAP_DEPTH 6
#define LS_HEAP_LETTERS 60

/* ---- heap_text.c: a text that grows. A failed one stays as it is, and says so ---- */
typedef struct {
    char *data;
    size_t length, capacity;
    bool failed;
} LsText;

void ls_text_clear(LsText *text); /* gives the memory back */
void ls_text_put(LsText *text, const char *ascii);
void ls_text_put_number(LsText *text, unsigned long number);
/* The letters of a str as they stand between the quotes of a JSON string: pure ASCII. */
void ls_text_put_letters(LsText *text, PyObject *str);
void ls_text_put_string(LsText *text, PyObject *str); /* with its quotes */
void ls_text_put_text(LsText *text, const LsText *other);
uint64_t ls_text_hash(const LsText *text); /* never 0 */

/* ---- heap.c ---- */
typedef struct LsHeap LsHeap;

/* Starts to watch. NULL without an exception if memory is short. */
LsHeap *ls_heap_new(LsAgent *agent);
void ls_heap_free(LsHeap *heap); /* may run Python (__del__); NULL does nothing */
/* The script's globals, a dict, and its own names in it, a tuple of str, are watched from now on. */
void ls_heap_watch(LsHeap *heap, PyObject *globals, PyObject *names);
/* A function of the program's, the topmost frame, was entered, or is being left. */
void ls_heap_push(LsHeap *heap);
void ls_heap_pop(LsHeap *heap);
/* What is different: new reference to a str; NULL without an exception if nothing is, or if memory is short (then the recording
 * has ended). May run Python (see note_script); a raised exception is kept. */
PyObject *ls_heap_changes(LsHeap *heap);
/* The same while the topmost function, already popped, is on its way out: it does not count any more. What it returns keeps its
 * number, as does the object that an `__init__` was called with; result: borrowed, or NULL. */
PyObject *ls_heap_leaving_changes(LsHeap *heap, PyObject *result);

/* ---- heap_value.c: for heap.c ---- */
/* Writes a value: a text, or the number of an object, which is one step further from the names than `depth`. */
void ls_heap_put_value(LsHeap *heap, LsText *text, PyObject *value, int depth);
/* Writes an object: {"type": ..., "items": ...}. is_own: of a class of the program's, so its attributes, too. */
void ls_heap_put_object(LsHeap *heap, LsText *text, PyObject *object, bool is_own, int depth);
/* True if a class is one of the program's: what is inside of a library's objects is not the learner's business. */
bool ls_heap_is_own_type(LsState *state, PyTypeObject *type);
/* The number of an object that may be told of; 0: there are too many, or it is too far from the names. */
uint32_t ls_heap_number(LsHeap *heap, PyObject *object, int depth);
LsAgent *ls_heap_agent(LsHeap *heap);

#endif
