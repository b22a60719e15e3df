/* SPDX-License-Identifier: MIT
 *
 * Tapes that begin in the middle: what there is at that moment is told as the events that would have brought it about, in an order
 * that leads to it, so that a reader needs to know nothing else. The event `snapshot` in front of them says how many they are.
 *
 *     snapshot            extra: 9
 *     schedule            timers that wait             enqueue    those that are due, in a timers phase; immediates
 *     task-start ...      what runs now                job-start  in its checkpoint
 *     async-suspend ...   functions that wait          promise-*  what they wait for
 *     enqueue             ticks, microtasks            call       the call stack
 *
 * Promises that nothing of this refers to are told of when something happens to them (promise_trace.c).
 */
#include "callstack.h"

#include <stdlib.h>

/* ---- the host ---- */

static int
compare_timers(const void *a, const void *b)
{
    const LsTimeout *left = *(LsTimeout *const *)a, *right = *(LsTimeout *const *)b;
    int64_t later = ls_timer_start(left) - ls_timer_start(right);
    return later != 0 ? (later < 0 ? -1 : 1) : left->id < right->id ? -1 : 1;
}

static PyObject *
name_timer(LsState *state, bool repeat)
{
    return repeat ? state->str_set_interval : state->str_set_timeout;
}

static void
tell_timers(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    LsTimers *timers = &loop->timers;
    Py_ssize_t count = 0, all = ls_timers_count(timers);
    LsTimeout **sorted = all == 0 ? NULL : PyMem_Malloc((size_t)all * sizeof(*sorted));
    if (sorted == NULL) {
        return; /* nothing to tell, or no memory for it: recording never fails */
    }
    for (int32_t i = 0; i < timers->heap_count; i++) {
        const LsList *head = &timers->heap[i]->timers;
        for (const LsList *node = head->next; node != head; node = node->next) {
            sorted[count++] = LS_CONTAINER_OF(node, LsTimeout, link);
        }
    }
    qsort(sorted, (size_t)count, sizeof(*sorted), compare_timers);
    for (Py_ssize_t i = 0; i < count; i++) {
        const LsTimeout *timer = sorted[i];
        if (timer->callback != NULL) {
            ls_trace_record_at(&agent->trace, ls_timer_start(timer) * 1000000, NULL, -1, LS_EV_SCHEDULE, LS_LANE_HOST,
                               LS_RULE_TIMER_HOST, timer->id, 0, timer->msecs, timer->callback, name_timer(agent->state, timer->repeat));
        }
    }
    PyMem_Free(sorted);
    if (loop->due_until >= 0) {
        ls_timers_report_due(agent, timers, loop->due_until);
    }
}

static void
tell_immediates(LsAgent *agent, const LsImmediate *item)
{
    for (; item != NULL; item = item->next) {
        if (item->callback != agent->state->noop) {
            LS_EMIT(agent, ENQUEUE, TASK, IMMEDIATE_CHECK, item->id, 0, 0, item->callback, agent->state->str_set_immediate);
        }
    }
}

/* ---- what waits ---- */

/* Once in each snapshot. */
static void
tell_promise(LsPromise *promise, LsAgent *agent)
{
    if (promise->agent != agent || promise->told == agent->trace.epochs) {
        return;
    }
    promise->told = agent->trace.epochs;
    ls_promise_tell_state(promise, false);
    for (const LsJob *job = NULL; (job = ls_promise_next_reaction(promise, job)) != NULL;) {
        if (job->kind == LS_JOB_RESUME) {
            ls_async_record(job->u.owner, LS_EV_ASYNC_SUSPEND, LS_RULE_AWAIT_YIELDS, promise, 0);
        }
        ls_promise_report_waiting(promise, job);
    }
}

static void
tell_suspended(LsAgent *agent)
{
    for (const LsList *node = agent->suspended.next; node != &agent->suspended; node = node->next) {
        const LsAsync *activation = LS_CONTAINER_OF(node, LsAsync, link);
        if (activation->job.subject != NULL) {
            tell_promise((LsPromise *)activation->job.subject, agent);
        }
    }
}

static void
tell_microtask(LsAgent *agent, const LsJob *job)
{
    if (job->kind == LS_JOB_THENABLE) {
        tell_promise((LsPromise *)job->derived, agent);
        ls_promise_report_queued((LsPromise *)job->derived, job);
        return;
    }
    if (job->subject == NULL || !ls_promise_check(agent->state, job->subject)) {
        LS_EMIT(agent, ENQUEUE, MICROTASK, REACTION_QUEUED, job->id, 0, 0, job->fn, NULL);
        return;
    }
    LsPromise *promise = (LsPromise *)job->subject;
    tell_promise(promise, agent);
    if (job->kind == LS_JOB_RESUME) {
        ls_async_record(job->u.owner, LS_EV_ASYNC_SUSPEND, LS_RULE_AWAIT_YIELDS, promise, 0);
    }
    ls_promise_report_queued(promise, job);
}

static void
tell_queues(LsAgent *agent)
{
    LsState *state = agent->state;
    for (const LsJob *job = agent->ticks.head; job != NULL; job = job->next) {
        LS_EMIT(agent, ENQUEUE, TICK, TICKS_FIRST, job->id, 0, 0, job->fn, state->str_next_tick);
    }
    for (const LsJob *job = agent->microtasks.head; job != NULL; job = job->next) {
        if (job->kind != LS_JOB_BATCH) {
            tell_microtask(agent, job);
            continue;
        }
        const LsBatch *batch = (const LsBatch *)job;
        for (uint16_t i = batch->taken; i < batch->count; i++) {
            LS_EMIT(agent, ENQUEUE, MICROTASK, MICROTASK_FIFO, batch->items[i].id, 0, 0, batch->items[i].fn,
                    state->str_queue_microtask);
        }
    }
}

/* ---- what runs ---- */

/* The name of the program's outermost function, or NULL: of most units it is the one that was called. New reference. */
static PyObject *
name_outermost(LsAgent *agent)
{
    PyObject *name = NULL;
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    while (frame != NULL && frame != agent->trace.root) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        PyObject *shown = ls_callstack_name(agent, frame, code);
        if (shown != NULL) {
            Py_XSETREF(name, shown);
        }
        Py_DECREF(code);
        Py_SETREF(frame, ls_frame_back(frame));
    }
    Py_XDECREF(frame);
    return name;
}

/* The task that runs, or whose checkpoint it is. */
static void
tell_task(LsAgent *agent, bool is_over)
{
    LsTrace *trace = &agent->trace;
    uint32_t source = trace->unit.source;
    PyObject *label = trace->unit.label, *kind = trace->unit.kind;
    if (trace->unit.rule == LS_RULE_TIMER_LISTS) {
        LS_EMIT(agent, SCHEDULE, HOST, TIMER_HOST, source, 0, trace->unit.delay, label, kind);
        LS_EMIT(agent, ENQUEUE, TASK, TIMER_DUE, source, 0, trace->unit.delay, label, NULL);
    }
    else if (trace->unit.rule == LS_RULE_IMMEDIATE_CHECK) {
        LS_EMIT(agent, ENQUEUE, TASK, IMMEDIATE_CHECK, source, 0, 0, label, kind);
    }
    ls_trace_record(trace, &agent->clock, LS_EV_TASK_START, LS_LANE_TASK, (LsRule)trace->unit.rule, trace->unit.task, source, 0,
                    label, kind);
    if (is_over) {
        LS_EMIT(agent, TASK_END, TASK, RUN_TO_END, trace->unit.task, 0, 0, NULL, NULL);
    }
}

/* Tells how the microtask that runs was queued. Its function is known of reactions alone: else it is the outermost one. */
static void
tell_taken(LsAgent *agent, uint32_t id)
{
    LsState *state = agent->state;
    const LsJob *job = agent->trace.unit.job;
    PyObject *name = name_outermost(agent);
    if (job != NULL) {
        tell_promise((LsPromise *)job->subject, agent);
        ls_promise_report_queued((LsPromise *)job->subject, job);
    }
    else if (agent->trace.unit.job_kind == LS_JOB_RESUME) {
        LS_EMIT(agent, ENQUEUE, MICROTASK, AWAIT_RESUMES, id, 0, 0, state->str_await, NULL);
    }
    else if (agent->trace.unit.job_kind == LS_JOB_BATCH) {
        LS_EMIT(agent, ENQUEUE, MICROTASK, MICROTASK_FIFO, id, 0, 0, name, state->str_queue_microtask);
    }
    else if (agent->trace.unit.job_kind == LS_JOB_THENABLE) {
        LS_EMIT(agent, ENQUEUE, MICROTASK, THENABLE_JOB, id, 0, 0, state->str_resolve_thenable, NULL);
    }
    else {
        LS_EMIT(agent, ENQUEUE, MICROTASK, REACTION_QUEUED, id, 0, 0, name, NULL);
    }
    Py_XDECREF(name);
}

/* A tick or a microtask, in a checkpoint. */
static void
tell_job(LsAgent *agent, uint32_t id)
{
    const LsJob *job = agent->trace.unit.job;
    if (agent->trace.unit.lane == LS_LANE_TICK) {
        LS_EMIT(agent, ENQUEUE, TICK, TICKS_FIRST, id, 0, 0, job == NULL ? NULL : job->fn, agent->state->str_next_tick);
        LS_EMIT(agent, JOB_START, TICK, TICKS_FIRST, id, 0, 0, NULL, NULL);
        return;
    }
    LsAsync *resumed = agent->driving; /* the innermost one: it may have been called by what was resumed */
    if (resumed != NULL && resumed->job.id != id) {
        resumed = NULL;
    }
    if (resumed != NULL) {
        ls_async_record(resumed, LS_EV_ASYNC_SUSPEND, LS_RULE_AWAIT_YIELDS, NULL, 0);
    }
    tell_taken(agent, id);
    LS_EMIT(agent, JOB_START, MICROTASK, MICROTASK_FIFO, id, 0, 0, NULL, NULL);
    if (resumed != NULL) {
        ls_async_record(resumed, LS_EV_ASYNC_RESUME, LS_RULE_AWAIT_RESUMES, NULL, 0);
    }
}

/* running: the task or job that runs; 0: none. */
static void
tell_running(LsAgent *agent, uint32_t running)
{
    if (!agent->trace.unit.in_checkpoint) {
        if (running != 0) {
            tell_task(agent, false);
        }
        return;
    }
    if (agent->trace.unit.task != 0) {
        tell_task(agent, true);
    }
    LS_EMIT(agent, CHECKPOINT_START, MICROTASK, CHECKPOINT, 0, 0, 0, NULL, NULL);
    if (running != 0) {
        tell_job(agent, running);
    }
}

/* ---- the call stack ---- */

static void
tell_frames(LsAgent *agent)
{
    LsTrace *trace = &agent->trace;
    PyObject *frames = PyList_New(0); /* the innermost first */
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    while (frames != NULL && frame != NULL && frame != trace->root) {
        if (PyList_Append(frames, (PyObject *)frame) < 0) {
            PyErr_Clear(); /* the snapshot lacks the outermost ones: recording never fails */
            break;
        }
        Py_SETREF(frame, ls_frame_back(frame));
    }
    Py_XDECREF(frame);
    trace->depth = 0;
    for (Py_ssize_t i = frames == NULL ? 0 : PyList_GET_SIZE(frames); i-- > 0;) {
        frame = (PyFrameObject *)PyList_GET_ITEM(frames, i);
        PyCodeObject *code = PyFrame_GetCode(frame);
        PyObject *name = ls_callstack_name(agent, frame, code);
        if (name != NULL) {
            trace->depth++;
            ls_trace_record_at(trace, ls_clock_now_ns(&agent->clock), (PyObject *)code, PyFrame_GetLasti(frame), LS_EV_CALL,
                               LS_LANE_STACK, LS_RULE_SYNC_CALL, 0, 0, 0, name, NULL);
            Py_DECREF(name);
        }
        Py_DECREF(code);
    }
    Py_XDECREF(frames);
    PyErr_Clear();
}

/* ---- tapes ---- */

void
ls_loop_start_tape(LsLoop *loop, LsTape *tape)
{
    LsAgent *agent = &loop->agent;
    LsTrace *trace = &agent->trace;
    PyObject *error = PyErr_GetRaisedException();
    int collects = PyGC_Disable(); /* CPython 3.11 collects as it makes objects of frames: nothing may run while this is told */
    if (trace->last_id > 0 || loop->running) {
        uint32_t running = trace->cause;
        tape->told_from = trace->last_id;
        tape->epoch = ++trace->epochs;
        LsTelling telling = ls_trace_begin_telling(trace, &agent->clock, tape);
        tell_timers(loop);
        tell_immediates(agent, loop->timers.outstanding);
        tell_immediates(agent, loop->timers.immediate_head);
        if (loop->running) {
            tell_running(agent, running);
        }
        tell_suspended(agent);
        tell_queues(agent);
        if (tape->frames && loop->running) {
            trace->cause = running;
            tell_frames(agent);
        }
        ls_trace_end_telling(trace, tape, telling, loop->running);
    }
    ls_trace_attach(trace, tape);
    if (collects) {
        PyGC_Enable();
    }
    if (loop->running) {
        uint32_t depth = trace->depth;
        ls_callstack_start(agent);
        trace->depth = depth;
    }
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}

void
ls_loop_stop_tape(LsLoop *loop, LsTape *tape)
{
    LsAgent *agent = &loop->agent;
    LsTrace *trace = &agent->trace;
    if (!ls_trace_is_attached(trace, tape)) {
        return;
    }
    Py_INCREF(tape);
    ls_trace_detach(trace, tape);
    if ((loop->running || tape->over) && !tape->truncated) { /* else it ends with the run */
        int64_t now = ls_clock_now_ns(&agent->clock), end = now < tape->until_ns ? now : tape->until_ns;
        ls_trace_end_tape(trace, tape, end);
    }
    tape->over = true;
    Py_DECREF(tape);
    if (!trace->frames) {
        ls_callstack_stop(agent);
    }
}
