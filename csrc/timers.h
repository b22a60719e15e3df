/* SPDX-License-Identifier: MIT
 *
 * timers: setTimeout, setInterval, setImmediate and their clear functions with Node 20's algorithm (lib/internal/timers.js):
 * one list per whole-millisecond duration, a heap over the lists by (expiry, list id); a whole expired list runs before a
 * list that expires later; immediates are one list that is detached when its phase begins.
 *
 * Ownership: a pending Timeout or Immediate is owned by its list (one strong reference) until it runs or is cleared; it holds
 * its Loop strongly while it may run (again).
 * Threads: the loop's thread only.
 * Garbage collection: a pending Timeout is not tracked; the Loop visits what it holds. A million of them cost no traversals. One that
 * was cleared lets go of all that it holds, and is not tracked either. One that has run is, as refresh() may start it again.
 * Invariants: a timer is linked iff it is on the list of its duration; every non-empty list is in the heap at list->position;
 * refs == the number of live, ref'd timers; checked by ls_timers_check() in debug builds.
 * Errors: scheduling returns NULL with an exception; set, clear and expiry of one timer are O(1), of one list O(log lists).
 */
#ifndef LS_TIMERS_H
#define LS_TIMERS_H

#include "agent.h"

#define LS_TIMEOUT_MAX 2147483647 /* 2^31-1 ms: above, Node warns and takes 1 */

typedef struct LsTimerList {
    LsList timers;
    int64_t expiry; /* ms */
    int64_t order;  /* Node's list id: who came first among equal expiries */
    int32_t msecs;
    int32_t position; /* in the heap; -1 once it was removed */
    bool pinned;      /* being processed: freed by ls_timers_process, not by a callback that empties it */
} LsTimerList;

typedef struct LsTimeout {
    PyObject_HEAD
    LsList link;
    LsAgent *agent;      /* agent->owner is held strongly; NULL once it was cleared while it was alive: it is no runtime's any more */
    PyObject *callback;  /* NULL once it was cleared; kept after it ran, as refresh() may start it again */
    PyObject *args;      /* tuple or NULL */
    PyObject *context;   /* or NULL */
    int64_t start : 48;  /* ms: see LS_CLOCK_END_MS */
    uint8_t arity;
    uint8_t nesting : 3; /* browser: HTML's timer nesting level, at most LS_MOST_NESTING */
    bool repeat : 1, refed : 1, destroyed : 1, has_primitive : 1;
    int32_t msecs;
    uint32_t id;
} LsTimeout;

_Static_assert(sizeof(LsTimeout) <= sizeof(PyObject) + 8 * sizeof(void *), "programs have many timers");

#define LS_MOST_NESTING 7 /* HTML asks whether it is greater than 5 */

typedef struct LsImmediate {
    PyObject_HEAD
    struct LsImmediate *next, *prev;
    LsAgent *agent; /* agent->owner is held strongly */
    PyObject *callback, *args, *context;
    uint32_t id;
    uint8_t arity;
    bool refed, destroyed, queued;
} LsImmediate;

typedef struct LsTimers {
    /* timers */
    LsTimerList **heap; /* a binary heap: heap[0] expires first */
    int32_t heap_count, heap_capacity; /* heap_count is also the number of lists in the table */
    LsTimerList **slots; /* hash table msecs -> list, open addressing; power of two */
    int32_t slot_mask;  /* slots - 1; -1: no table yet */
    int64_t next_order;
    /* Node has one libuv timer for all of its own, and so have we; browser: not used */
    int64_t now;         /* ms: the clock as it was last read (uv_now) */
    int64_t wake;        /* ms: when that timer fires; INT64_MAX: it is not set */
    int64_t next_expiry; /* ms: of the list for which it was set; INT64_MAX: of none */
    bool browser;       /* HTML's timers: by due time, 0 ms allowed, nested ones clamped; else Node's lists */
    uint8_t nesting;    /* browser: nesting level of the timer that runs now; 0: none */
    Py_ssize_t refs;    /* live ref'd timers: they keep the run alive */
    PyObject *by_id;    /* {id: Timeout} of those whose number was asked for; NULL until then */
    /* immediates */
    LsImmediate *immediate_head, *immediate_tail; /* queued for the next check phase */
    LsImmediate *outstanding;                     /* rest of a batch that an uncaught error interrupted */
    Py_ssize_t immediate_count, immediate_refs;
} LsTimers;

int ls_timeout_init(PyObject *module, LsState *state);   /* timeout.c: the type Timeout */
int ls_immediate_init(PyObject *module, LsState *state); /* immediate.c: the type Immediate */
void ls_timers_setup(LsTimers *timers, bool browser);
int ls_timers_traverse(LsTimers *timers, visitproc visit, void *arg);
/* Drops everything pending. May run Python (through __del__). */
void ls_timers_clear(LsTimers *timers);
/* How many timers are waiting, due or not; walks them all. */
Py_ssize_t ls_timers_count(const LsTimers *timers);
/* When timers run next, in ms, or -1 if there is none: when the first list expires, but not before the host's timer fires. */
int64_t ls_timers_due(const LsTimers *timers);
/* When the host's timer fires, or -1. It stays set when the timer is cleared for which it was: then it runs none, but ticks that an
 * error has left, and is set again. */
int64_t ls_timers_fires(const LsTimers *timers);
/* Reads the clock, in ms (getLibuvNow). */
static inline int64_t
ls_timers_read_clock(LsTimers *timers, const LsClock *clock)
{
    return timers->now = ls_clock_now_ms(clock);
}

/* ---- timers.c: lists and expiry ---- */
/* Appends the timer to the list of its duration, started at `start` ms; moves it there if it is linked. The list owns one
 * reference. 0, or -1 with MemoryError and the timer where it was. */
int ls_timers_insert(LsTimers *timers, LsTimeout *timer, int64_t start);
/* browser: HTML 8.6, timer initialization steps: from the sixth nesting level on, a timer waits at least 4 ms. */
void ls_timers_nest(LsTimers *timers, LsTimeout *timer);
/* When it was started, in ms. In an expression, the field itself would have 48 bits. */
static inline int64_t
ls_timer_start(const LsTimeout *timer)
{
    return timer->start;
}
/* It is on the list of its duration. */
static inline bool
ls_timer_is_linked(const LsTimeout *timer)
{
    return !ls_list_empty(&timer->link);
}
/* Unlinks a linked timer; the reference passes to the caller. An emptied list goes if drop_empty (Node: of ref'd timers). */
void ls_timers_unlink(LsTimers *timers, LsTimeout *timer, bool drop_empty);
/* Drops the list of that duration if it is empty: a timer that runs, and so is on no list, was cleared (Node: if ref'd). */
void ls_timers_drop_empty(LsTimers *timers, int32_t msecs);
/* Drops the reference of an unlinked timer. If others hold it, it is the collector's from now on. May run Python (__del__). */
void ls_timers_release(LsTimeout *timer);

/* ---- timeout.c and immediate.c: the objects ---- */
/* Creates and links a timer. May run Python (delay's __float__). */
PyObject *ls_timers_set(LsAgent *agent, LsTimers *timers, const char *what, PyObject *const *args, Py_ssize_t nargs, bool repeat);
PyObject *ls_timers_set_immediate(LsAgent *agent, LsTimers *timers, PyObject *const *args, Py_ssize_t nargs);
/* clearTimeout / clearInterval (a Timeout, its number, or its number as text; anything else is ignored). 0 or -1. */
int ls_timers_cancel(LsAgent *agent, LsTimers *timers, PyObject *handle);
int ls_timers_clear_immediate(LsAgent *agent, LsTimers *timers, PyObject *handle);

/* Runs one callback; supplied by the loop: 0, or -1 with the callback's exception raised. May run Python. */
typedef int (*LsRunTask)(LsAgent *agent, PyObject *source, uint32_t id, PyObject *callback, uint8_t arity, PyObject *args,
                         PyObject *context);
/* Drains ticks, microtasks and rejections between two callbacks; supplied by the loop. 0 or -1. May run Python. */
typedef int (*LsRunNextTicks)(LsAgent *agent);

/* One call of Node's processTimers(now) / processImmediate(): 0 when done; -1 with an exception raised: the loop handles it
 * and, if the run goes on, calls again with the same `now`. May run Python. */
int ls_timers_process(LsAgent *agent, LsTimers *timers, int64_t now, LsRunTask run, LsRunNextTicks next_ticks);
/* After it: sets the host's timer for the list that expires next. */
void ls_timers_reschedule(LsTimers *timers);
/* host="browser": the timers that are due, in HTML's order (8.6 "run steps after a timeout": by due time, then by start), each
 * one a task. 0, or -1 with an exception raised; call again. May run Python. */
int ls_timers_process_browser(LsAgent *agent, LsTimers *timers, int64_t now, LsRunTask run, LsRunNextTicks checkpoint);
int ls_timers_process_immediates(LsAgent *agent, LsTimers *timers, LsRunTask run, LsRunNextTicks next_ticks);
/* Ends a timer that has run or was cleared: not counted any more, its number forgotten. May run Python (__del__). */
void ls_timeout_destroy(LsTimers *timers, LsTimeout *timer);
void ls_immediates_clear(LsTimers *timers);
int ls_immediates_traverse(LsTimers *timers, visitproc visit, void *arg);
/* Trace only: reports every timer that is due at `now` as queued, in the order in which they will run. */
void ls_timers_report_due(LsAgent *agent, LsTimers *timers, int64_t now);

#ifdef LS_DEBUG
void ls_timers_check(const LsTimers *timers);
#else
#define ls_timers_check(timers) ((void)0)
#endif

#endif
