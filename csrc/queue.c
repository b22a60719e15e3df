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

int
ls_queue_traverse(LsJobQueue *queue, visitproc visit, void *arg)
{
    for (LsJob *job = queue->head; job != NULL; job = job->next) {
        int result = ls_job_traverse(job, visit, arg);
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
    while ((job = ls_queue_pop(queue)) != NULL) {
        ls_job_free(pool, job);
    }
}

#ifdef LS_DEBUG
void
ls_queue_check(const LsJobQueue *queue)
{
    Py_ssize_t count = 0;
    const LsJob *last = NULL;
    for (const LsJob *job = queue->head; job != NULL; job = job->next) {
        last = job;
        count++;
        if (count > 1000) {
            return; /* long queues are checked at their head only: debug runs stay linear */
        }
    }
    LS_ASSERT(count == queue->count);
    LS_ASSERT(last == queue->tail);
}
#endif
