/* SPDX-License-Identifier: MIT
 *
 * queue: Job, one piece of queued work, and JobQueue, a first-in first-out list of them (ECMA-262 9.5 "Jobs"; HTML
 * 8.1.7.3 "microtask queue"; Node's tick queue). A promise's reaction IS the job that will run it: settling a promise only
 * moves nodes from its list to the microtask queue, so it allocates nothing and cannot fail.
 *
 * Ownership: a job owns every PyObject field; ls_job_free() drops them. A job is on exactly one list: a promise's reactions,
 * a queue, or none (running). A job of kind RESUME is embedded in an async function's record and never freed by itself.
 * Threads: the loop's thread only. The pool of free nodes belongs to one agent.
 * Invariants: head == NULL iff tail == NULL; tail->next == NULL; a batch in a queue has 0 <= taken < count <= capacity.
 * Errors: ls_job_new() returns NULL with MemoryError; nothing else fails. DECREFs may run Python: they come last.
 */
#ifndef LS_QUEUE_H
#define LS_QUEUE_H

#include "base.h"

typedef enum {
    LS_JOB_CALLBACK = 1, /* fn(*fn2[:argc]) : process.next_tick */
    LS_JOB_REACTION,     /* 27.2.2.1 NewPromiseReactionJob: fn/fn2 by the state of subject; then resolves derived */
    LS_JOB_THENABLE,     /* 27.2.2.2 NewPromiseResolveThenableJob: fn = then, subject = thenable, derived = the promise */
    LS_JOB_RESUME,       /* 27.7.5.3 Await: resume the async function `owner` with the state of subject */
    LS_JOB_NATIVE,       /* run(job): C code of a lower room (async generators, finally) */
    LS_JOB_BATCH,        /* not a job but a LsBatch: several queue_microtask() callbacks in a row */
} LsJobKind;

struct LsAgent;
typedef struct LsJob LsJob;

/* 64 bytes: one cache line; the size that a million pending reactions multiply. */
struct LsJob {
    LsJob *next;
    uint8_t kind;      /* LsJobKind */
    uint8_t argc;      /* positional arguments fn takes of those offered (see ls_arity) */
    uint8_t argc2;     /* the same for fn2 */
    uint8_t embedded;  /* 1: lives inside its owner, ls_job_free() only clears it */
    uint32_t id;       /* names it in the trace */
    PyObject *fn;      /* callback / on_fulfilled / then */
    PyObject *fn2;     /* args tuple / on_rejected */
    PyObject *derived; /* what the result goes to: an LsPromise or an LsCapability; NULL: nobody */
    PyObject *subject; /* the settled promise (set when it is queued), or the thenable */
    PyObject *context; /* contextvars captured at registration; NULL = an empty context */
    union {
        void *owner; /* RESUME: the LsAsync; borrowed */
        int (*run)(struct LsAgent *agent, LsJob *job); /* NATIVE. 0, or -1 with an exception. May run Python. */
    } u;
};

/* Callbacks that queue_microtask() queues one after the other in one context need less than a job and share a node: 16 bytes
 * each. */
typedef struct {
    PyObject *fn;
    uint32_t id;
    uint8_t arity;
} LsMicrotask;

typedef struct {
    LsJob *next; /* begins as a LsJob does, so that a queue can link it */
    uint8_t kind;
    uint16_t taken, count, capacity;
    PyObject *context; /* one for each callback with variables: such a batch has one item; NULL: an empty context */
    LsMicrotask items[];
} LsBatch;

/* A list of recycled nodes, capped. */
typedef struct {
    LsJob *free;
    uint32_t count;
} LsJobPool;

typedef struct {
    LsJob *head, *tail;
} LsJobQueue;

/* A zeroed job (all references NULL), or NULL with MemoryError. */
LsJob *ls_job_new(LsJobPool *pool, LsJobKind kind);
/* Drops the job's references and recycles it. May run Python (through __del__). */
void ls_job_free(LsJobPool *pool, LsJob *job);
int ls_job_traverse(LsJob *job, visitproc visit, void *arg);
void ls_pool_clear(LsJobPool *pool);

static inline void
ls_queue_push(LsJobQueue *queue, LsJob *job)
{
    job->next = NULL;
    if (queue->tail == NULL) {
        queue->head = job;
    }
    else {
        queue->tail->next = job;
    }
    queue->tail = job;
}

static inline LsJob *
ls_queue_pop(LsJobQueue *queue)
{
    LsJob *job = queue->head;
    if (job != NULL) {
        queue->head = job->next;
        if (queue->head == NULL) {
            queue->tail = NULL;
        }
        job->next = NULL;
    }
    return job;
}

/* Queues a callback; takes over one reference to fn and to context (which may be NULL), on failure too. 0, or -1 with
 * MemoryError. */
int ls_queue_push_microtask(LsJobQueue *queue, PyObject *fn, PyObject *context, uint32_t id, uint8_t arity);

/* With a batch at the head: takes its first callback; the references to its fn and to *context pass to the caller. Frees the
 * batch after the last. */
static inline LsMicrotask
ls_queue_take_microtask(LsJobQueue *queue, PyObject **context)
{
    LsBatch *batch = (LsBatch *)queue->head;
    LsMicrotask item = batch->items[batch->taken++];
    *context = batch->context;
    if (batch->taken == batch->count) {
        ls_queue_pop(queue);
        PyMem_Free(batch);
    }
    return item;
}

/* How many pieces of work are queued; walks them all. */
Py_ssize_t ls_queue_count(const LsJobQueue *queue);
int ls_queue_traverse(LsJobQueue *queue, visitproc visit, void *arg);
/* Frees every job of the queue. May run Python (through __del__), which may push: it loops until empty. */
void ls_queue_clear(LsJobQueue *queue, LsJobPool *pool);
#ifdef LS_DEBUG
void ls_queue_check(const LsJobQueue *queue);
#else
#define ls_queue_check(queue) ((void)0)
#endif

#endif
