/* SPDX-License-Identifier: MIT */
#include "queue.h"

#include <string.h>

/* Enough for the bursts of ordinary programs; a longer burst gives its memory back. */
#define POOL_LIMIT 4096

LsJob *
ls_job_new(LsJobPool *pool, LsJobKind kind)
{
    LsJob *job = pool->free;
    if (job != NULL) {
        pool->free = job->next;
        pool->count--;
    }
    else {
        job = PyMem_Malloc(sizeof(LsJob));
        if (job == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
    }
    memset(job, 0, sizeof(LsJob));
    job->kind = (uint8_t)kind;
    return job;
}

void
ls_job_free(LsJobPool *pool, LsJob *job)
{
    PyObject *fn = job->fn, *fn2 = job->fn2, *derived = job->derived, *subject = job->subject, *context = job->context;
    if (job->embedded) {
        job->fn = job->fn2 = job->derived = job->subject = job->context = NULL;
        job->next = NULL;
    }
    else if (pool->count < POOL_LIMIT) {
        job->next = pool->free;
        pool->free = job;
        pool->count++;
    }
    else {
        PyMem_Free(job);
    }
    Py_XDECREF(fn);
    Py_XDECREF(fn2);
    Py_XDECREF(derived);
    Py_XDECREF(subject);
    Py_XDECREF(context);
}

int
ls_job_traverse(LsJob *job, visitproc visit, void *arg)
{
    Py_VISIT(job->fn);
    Py_VISIT(job->fn2);
    Py_VISIT(job->derived);
    Py_VISIT(job->subject);
    Py_VISIT(job->context);
    return 0;
}

void
ls_pool_clear(LsJobPool *pool)
{
    LsJob *job = pool->free;
    pool->free = NULL;
    pool->count = 0;
    while (job != NULL) {
        LsJob *next = job->next;
        PyMem_Free(job);
        job = next;
    }
}

/* A lone microtask gets a small node; a row of them, larger and larger ones. */
#define BATCH_FIRST 2
#define BATCH_LIMIT 128

_Static_assert(offsetof(LsBatch, next) == offsetof(LsJob, next) && offsetof(LsBatch, kind) == offsetof(LsJob, kind),
               "a queue links batches as jobs");

static LsBatch *
append_batch(LsJobQueue *queue, PyObject *context)
{
    LsJob *tail = queue->tail;
    unsigned capacity = context == NULL ? BATCH_FIRST : 1; /* each callback has its own copy of a context with variables */
    if (context == NULL && tail != NULL && tail->kind == LS_JOB_BATCH) {
        capacity = ((LsBatch *)tail)->capacity * 4u;
        capacity = capacity < BATCH_LIMIT ? capacity : BATCH_LIMIT;
    }
    LsBatch *batch = PyMem_Malloc(sizeof(LsBatch) + capacity * sizeof(LsMicrotask));
    if (batch == NULL) {
        return NULL;
    }
    batch->kind = LS_JOB_BATCH;
    batch->taken = batch->count = 0;
    batch->capacity = (uint16_t)capacity;
    batch->context = context;
    ls_queue_push(queue, (LsJob *)batch);
    return batch;
}

int
ls_queue_push_microtask(LsJobQueue *queue, PyObject *fn, PyObject *context, uint32_t id, uint8_t arity)
{
    LsBatch *batch = (LsBatch *)queue->tail;
    if (batch == NULL || batch->kind != LS_JOB_BATCH || batch->count == batch->capacity || context != NULL) {
        batch = append_batch(queue, context);
        if (batch == NULL) {
            Py_DECREF(fn);
            Py_XDECREF(context);
            PyErr_NoMemory();
            return -1;
        }
    }
    batch->items[batch->count++] = (LsMicrotask){fn, id, arity};
    return 0;
}

static int
traverse_batch(LsBatch *batch, visitproc visit, void *arg)
{
    for (int i = batch->taken; i < batch->count; i++) {
        Py_VISIT(batch->items[i].fn);
    }
    Py_VISIT(batch->context);
    return 0;
}

Py_ssize_t
ls_queue_count(const LsJobQueue *queue)
{
    Py_ssize_t count = 0;
    for (const LsJob *job = queue->head; job != NULL; job = job->next) {
        const LsBatch *batch = (const LsBatch *)job;
        count += job->kind == LS_JOB_BATCH ? batch->count - batch->taken : 1;
    }
    return count;
}

int
ls_queue_traverse(LsJobQueue *queue, visitproc visit, void *arg)
{
    for (LsJob *job = queue->head; job != NULL; job = job->next) {
        int result = job->kind == LS_JOB_BATCH ? traverse_batch((LsBatch *)job, visit, arg)
                     : job->embedded           ? 0 /* its owner visits it */
                                               : ls_job_traverse(job, visit, arg);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

void
ls_queue_clear(LsJobQueue *queue, LsJobPool *pool)
{
    LsJob *job;
    while ((job = queue->head) != NULL) {
        if (job->kind == LS_JOB_BATCH) {
            PyObject *context;
            LsMicrotask item = ls_queue_take_microtask(queue, &context);
            Py_DECREF(item.fn);
            Py_XDECREF(context);
        }
        else {
            ls_job_free(pool, ls_queue_pop(queue));
        }
    }
}

#ifdef LS_DEBUG
void
ls_queue_check(const LsJobQueue *queue)
{
    int looked_at = 0;
    LS_ASSERT((queue->head == NULL) == (queue->tail == NULL));
    LS_ASSERT(queue->tail == NULL || queue->tail->next == NULL);
    for (const LsJob *job = queue->head; job != NULL && looked_at < 1000; job = job->next, looked_at++) {
        const LsBatch *batch = (const LsBatch *)job;
        LS_ASSERT(job->kind != LS_JOB_BATCH || (batch->taken < batch->count && batch->count <= batch->capacity));
        LS_ASSERT(job->next != NULL || job == queue->tail);
    }
}
#endif
