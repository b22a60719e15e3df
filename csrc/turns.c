/* SPDX-License-Identifier: MIT
 *
 * The turns of the event loop, and the tasks that they run. One turn has Node's phases (libuv 1.45 and later, as Node 20 carries
 * it):
 *
 *        timers (once before the first turn)
 *     +-> poll     wait for the host: posted work, later I/O; or until a timer is due
 *     |   check    immediates
 *     |   timers   those that are due
 *     +-- alive?
 */
#include "loop.h"

#include <unistd.h>

/* ---- tasks ---- */

static LS_NOINLINE void
record_task_start(LsAgent *agent)
{
    LsTrace *trace = &agent->trace;
    ls_trace_record(trace, &agent->clock, LS_EV_TASK_START, LS_LANE_TASK, (LsRule)trace->unit.rule, trace->unit.task,
                    trace->unit.source, 0, trace->unit.label, trace->unit.kind);
}

static LS_NOINLINE void
record_task_end(LsAgent *agent, uint32_t task)
{
    LS_EMIT(agent, TASK_END, TASK, RUN_TO_END, task, 0, 0, NULL, NULL);
}

uint32_t
ls_loop_begin_task(LsAgent *agent, LsRule rule, uint32_t source, int32_t delay, PyObject *label, PyObject *kind)
{
    LsTrace *trace = &agent->trace;
    uint32_t task = ls_trace_new_id(trace);
    trace->cause = trace->unit.task = task;
    trace->unit.rule = (uint8_t)rule;
    trace->unit.source = source;
    trace->unit.delay = delay;
    trace->unit.label = label;
    trace->unit.kind = kind;
    if (LS_TRACED(agent)) {
        record_task_start(agent);
    }
    return task;
}

void
ls_loop_end_task(LsAgent *agent, uint32_t task)
{
    if (LS_TRACED(agent)) {
        record_task_end(agent, task);
    }
    agent->trace.cause = 0;
    agent->trace.unit.label = NULL;
}

/* LsRunTask: a timer or an immediate. */
static int
run_task(LsAgent *agent, PyObject *source, uint32_t id, PyObject *callback, uint8_t arity, PyObject *args,
         PyObject *context)
{
    LsLoop *loop = ls_loop_of(agent);
    LsState *state = agent->state;
    if (callback == state->noop) {
        return 0;
    }
    LsTimeout *timer = Py_IS_TYPE(source, state->timeout_type) ? (LsTimeout *)source : NULL;
    uint32_t task = timer == NULL
                        ? ls_loop_begin_task(agent, LS_RULE_IMMEDIATE_CHECK, id, 0, callback, state->str_set_immediate)
                        : ls_loop_begin_task(agent, LS_RULE_TIMER_LISTS, id, timer->msecs, callback,
                                             timer->repeat ? state->str_set_interval : state->str_set_timeout);
    int status = ls_loop_call(loop, callback, arity, args, context);
    ls_loop_end_task(agent, task);
    if (status == 0 && ls_loop_check_signals(loop) < 0) {
        status = -1;
    }
    return status;
}

static int
next_ticks(LsAgent *agent)
{
    return ls_loop_drain(ls_loop_of(agent));
}

/* ---- phases ---- */

/* Node's loop goes round in phases; a browser's chooses among task queues. */
static void
report_phase(LsLoop *loop, PyObject *name)
{
    LsAgent *agent = &loop->agent;
    if (!loop->browser) {
        LS_EMIT(agent, PHASE, NONE, PHASES, 0, 0, 0, name, NULL);
    }
}

/* RunTimers(): the timers that are due at `now`, and their checkpoint. */
static int
run_due_timers(LsLoop *loop, int64_t now)
{
    LsAgent *agent = &loop->agent;
    int64_t due = ls_timers_due(&loop->timers);
    if (due >= 0 && due <= now) {
        report_phase(loop, agent->state->str_timers);
    }
    if (LS_TRACED(agent)) {
        ls_timers_report_due(agent, &loop->timers, now);
    }
    loop->timers.wake = INT64_MAX;
    loop->due_until = now;
    /* After an error Node calls processTimers() again at once: the next timer runs before the thrower's ticks. */
    bool ended = false;
    while (!ended && (loop->browser ? ls_timers_process_browser : ls_timers_process)(agent, &loop->timers, now, run_task,
                                                                                     next_ticks) < 0) {
        ended = ls_loop_handle_uncaught(loop, "uncaughtException") < 0;
    }
    loop->due_until = -1;
    ls_timers_reschedule(&loop->timers); /* for what an ended run has left, too: the next one may be coming */
    return ended ? -1 : ls_loop_checkpoint(loop);
}

/* uv__run_timers(). Timers that are due again have to wait, unless the checkpoint has taken so long. */
static int
run_timers(LsLoop *loop)
{
    LsTimers *timers = &loop->timers;
    ls_timers_read_clock(timers, &loop->agent.clock);
    int64_t fires;
    while ((fires = ls_timers_fires(timers)) >= 0 && fires <= timers->now) {
        if (run_due_timers(loop, ls_timers_read_clock(timers, &loop->agent.clock)) < 0) {
            return -1;
        }
        if (loop->browser) {
            break;
        }
    }
    return 0;
}

static int
run_immediates(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    if (loop->browser) {
        return 0;
    }
    /* The check phase opens with a callback scope of the host's own: ticks that an error has left queued run now. */
    if (ls_loop_checkpoint(loop) < 0) {
        return -1;
    }
    if (loop->timers.immediate_count == 0) {
        return 0;
    }
    report_phase(loop, agent->state->str_check);
    while (ls_timers_process_immediates(agent, &loop->timers, run_task, next_ticks) < 0) {
        if (ls_loop_handle_uncaught(loop, "uncaughtException") < 0) {
            return -1;
        }
    }
    return ls_loop_checkpoint(loop);
}

/* The run ends before it came to these: they stay first in the list, for the next run. Keeps the raised exception. */
static void
keep_posted(LsLoop *loop, PyObject *batch, Py_ssize_t first)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *rest = PyList_GetSlice(batch, first, PyList_GET_SIZE(batch));
    if (rest == NULL || PyList_SetSlice(loop->posted, 0, 0, rest) < 0) {
        PyErr_Clear(); /* out of memory as well */
    }
    else {
        loop->has_posted = true;
    }
    Py_XDECREF(rest);
    PyErr_SetRaisedException(error);
}

/* Runs what other threads have posted up to now, each as a task with its checkpoint. */
static int
run_posted(LsLoop *loop)
{
    PyObject *fresh = PyList_New(0);
    if (fresh == NULL) {
        return -1;
    }
    PyObject *batch = loop->posted;
    loop->posted = fresh;
    loop->has_posted = false;
    int status = 0;
    Py_ssize_t i = 0;
    while (i < PyList_GET_SIZE(batch) && status == 0) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(batch, i++));
        PyObject *callable = PyTuple_GET_ITEM(item, 0), *args = PyTuple_GET_ITEM(item, 1);
        PyObject *context = PyTuple_GET_ITEM(item, 2);
        uint32_t task = ls_loop_begin_task(&loop->agent, LS_RULE_POSTED, 0, 0, callable, loop->agent.state->str_post);
        uint8_t arity = ls_arity(loop->agent.state, callable, PyTuple_GET_SIZE(args));
        status = ls_loop_call(loop, callable, arity, args, context);
        ls_loop_end_task(&loop->agent, task);
        if (status < 0) {
            status = ls_loop_handle_uncaught(loop, "uncaughtException");
        }
        else {
            status = ls_loop_checkpoint(loop);
        }
        Py_DECREF(item);
    }
    if (status < 0 && i < PyList_GET_SIZE(batch)) {
        keep_posted(loop, batch, i);
    }
    Py_DECREF(batch);
    return status;
}

/* Waits for the host, if nothing is ready: until work is posted, a signal comes, or the next timer is due. */
static int
poll_host(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    if (PyErr_CheckSignals() < 0 || ls_agent_check_fork(agent) < 0 || ls_loop_check_interrupt(loop) < 0) {
        return -1;
    }
    if (!loop->has_posted && loop->timers.immediate_refs == 0 && loop->timers.refs > 0) {
        int64_t due = ls_timers_due(&loop->timers);
        int64_t now = ls_clock_now_ms(&agent->clock);
        if (due > LS_CLOCK_END_MS) {
            PyErr_SetString(PyExc_OverflowError, "the run's clock has come to its end, after 285 years");
            return -1;
        }
        if (LS_UNLIKELY(loop->alarm != NULL) && loop->alarm_ms < due) {
            due = loop->alarm_ms;
        }
        if (due > now && agent->clock.is_virtual) {
            int64_t before = ls_clock_now_ns(&agent->clock);
            ls_clock_advance_to(&agent->clock, due * 1000000);
            LS_EMIT(agent, CLOCK, HOST, HOST_WAITS, 0, 0, (int32_t)((due * 1000000 - before) / 1000000), NULL, NULL);
        }
        else if (due > now) {
            ls_uv_wait(loop->uv, due - now);
            if (PyErr_CheckSignals() < 0 || ls_loop_check_interrupt(loop) < 0) {
                return -1;
            }
        }
    }
    if (LS_UNLIKELY(loop->alarm != NULL) && ls_loop_ring_alarm(loop) < 0) {
        return -1;
    }
    if (loop->has_posted) {
        report_phase(loop, agent->state->str_poll);
        return run_posted(loop);
    }
    return 0;
}

bool
ls_loop_alive(const LsLoop *loop)
{
    return loop->timers.refs > 0 || loop->timers.immediate_refs > 0 || loop->has_posted;
}

int
ls_loop_run_turns(LsLoop *loop, bool in_poll)
{
    bool alive;
    if (in_poll) {
        if (run_immediates(loop) < 0 || run_timers(loop) < 0) {
            return -1;
        }
        alive = ls_loop_alive(loop);
    }
    else {
        /* As in uv_run(): whatever these first timers leave, a turn follows them. */
        alive = ls_loop_alive(loop);
        if (alive && run_timers(loop) < 0) {
            return -1;
        }
    }
    while (alive) {
        if (poll_host(loop) < 0 || run_immediates(loop) < 0 || run_timers(loop) < 0) {
            return -1;
        }
        alive = ls_loop_alive(loop);
    }
    return 0;
}

int
ls_loop_turn(LsLoop *loop)
{
    if (LS_UNLIKELY(loop->alarm != NULL) && ls_loop_ring_alarm(loop) < 0) {
        return -1;
    }
    if (ls_loop_checkpoint(loop) < 0 || (loop->has_posted && run_posted(loop) < 0) || run_immediates(loop) < 0 ||
        run_timers(loop) < 0) {
        return -1;
    }
    return 0;
}

/* ---- posting ---- */

int
ls_loop_post(LsLoop *loop, PyObject *callable, PyObject *args)
{
    if (loop->pid != (long)getpid()) {
        PyErr_SetString(PyExc_RuntimeError, "post: this runtime was opened before fork() and belongs to the parent process");
        return -1;
    }
    PyObject *context = PyContext_CopyCurrent();
    PyObject *item = context == NULL ? NULL : PyTuple_Pack(3, callable, args, context);
    Py_XDECREF(context);
    if (item == NULL) {
        return -1;
    }
    int status = -1;
    if (loop->agent.closed) {
        PyErr_SetString(PyExc_RuntimeError, "post: the runtime is closed");
    }
    else if ((status = PyList_Append(loop->posted, item)) == 0) {
        bool is_first = !loop->has_posted;
        loop->has_posted = true;
        if (loop->host == NULL) {
            ls_uv_wake(loop->uv);
        }
        else if (is_first && (status = ls_live_wake_from_thread(loop)) < 0) {
            loop->has_posted = false; /* asyncio's loop is gone: nobody runs it */
        }
    }
    Py_DECREF(item);
    return status;
}
