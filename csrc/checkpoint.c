/* SPDX-License-Identifier: MIT
 *
 * The checkpoint: what runs between two tasks. Node's processTicksAndRejections() (lib/internal/process/task_queues.js,
 * promises.js) around HTML's "perform a microtask checkpoint".
 *
 *     do {
 *         every tick, those included that ticks add
 *         every microtask, those included that microtasks add
 *     } while (there are ticks again, or a rejection was reported)
 */
#include "loop.h"

int
ls_loop_check_signals(LsLoop *loop)
{
    return LS_LIKELY(--loop->agent.jobs_until_check > 0) ? 0 : ls_loop_check_limits(loop);
}

/* What a callback gives is dropped, but a bare coroutine is started, as JavaScript starts an async function. */
static int
finish_call(LsLoop *loop, PyObject *result)
{
    if (LS_UNLIKELY(result == NULL)) {
        return -1;
    }
    if (LS_UNLIKELY(PyCoro_CheckExact(result)) && loop->agent.start_coroutine != NULL) {
        PyObject *promise = loop->agent.start_coroutine(&loop->agent, result);
        Py_DECREF(result);
        result = promise;
        if (result == NULL) {
            return -1;
        }
    }
    Py_DECREF(result);
    if (LS_UNLIKELY(loop->exit_called)) {
        /* process.exit() was called and its SystemExit swallowed: nothing more runs all the same. */
        return ls_loop_exit(loop, 0);
    }
    return 0;
}

int
ls_loop_call(LsLoop *loop, PyObject *callback, uint8_t arity, PyObject *args, PyObject *context)
{
    if (LS_UNLIKELY(ls_context_enter(context) < 0)) {
        return -1;
    }
    PyObject *result = args == NULL ? ls_call0(callback, arity) : ls_call_tuple(callback, arity, args);
    int status = finish_call(loop, result);
    ls_context_leave(&loop->agent, context);
    if (LS_UNLIKELY(status < 0) && loop->host != NULL) {
        PyObject *before = loop->failed_context;
        loop->failed_context = Py_XNewRef(context);
        Py_XDECREF(before);
    }
    return status;
}

/* ---- uncaught errors ---- */

int
ls_loop_handle_uncaught(LsLoop *loop, const char *origin)
{
    LsAgent *agent = &loop->agent;
    PyObject *reason;
    PyObject *exc = PyErr_GetRaisedException();
    PyErr_SetRaisedException(Py_NewRef(exc));
    if (loop->exit_called || loop->failed || agent->forked || ls_take_reason(agent->state, &reason) < 0) {
        Py_DECREF(exc);
        return -1;
    }
    if (LS_TRACED(agent)) {
        PyObject *text = ls_trace_preview(reason);
        LS_EMIT(agent, ERROR, NONE, UNCAUGHT, 0, 0, 0, NULL, text);
        Py_XDECREF(text);
    }
    PyObject *context = loop->failed_context;
    loop->failed_context = NULL;
    if (context != NULL && PyContext_Enter(context) < 0) {
        PyErr_Clear();
        Py_CLEAR(context);
    }
    PyObject *origin_text = PyUnicode_FromString(origin);
    int handled = origin_text == NULL ? -1 : ls_loop_emit(loop, "uncaughtException", reason, origin_text);
    if (context != NULL) {
        (void)PyContext_Exit(context);
        Py_DECREF(context);
    }
    Py_XDECREF(origin_text);
    Py_DECREF(reason);
    if (handled < 0) {
        /* The handler itself threw: Node ends with code 7. */
        Py_DECREF(exc);
        loop->failed = true;
        if (!loop->exit_called) {
            loop->exit_code = 7;
        }
        return -1;
    }
    if (loop->browser) {
        /* HTML 8.1.4.6 "report an exception": the page goes on. The process object has written it to the console. */
        Py_DECREF(exc);
        return 0;
    }
    if (handled == 0) {
        loop->failed = true;
        if (!agent->exiting) {
            agent->exiting = true;
            loop->exit_code = 1;
            PyObject *code = PyLong_FromLong(1);
            if (code == NULL || ls_loop_emit(loop, "exit", code, NULL) < 0) {
                PyErr_Clear(); /* as Node: nothing to be done about it at this point */
            }
            Py_XDECREF(code);
        }
        else if (loop->exit_code < 0) {
            loop->exit_code = 1;
        }
        PyErr_SetRaisedException(exc);
        return -1;
    }
    Py_DECREF(exc);
    /* Node: "make sure any ticks get processed by ensuring that the next Immediate cycle isn't empty". */
    PyObject *noop = agent->state->noop;
    PyObject *immediate = ls_timers_set_immediate(agent, &loop->timers, &noop, 1);
    if (immediate == NULL) {
        return -1;
    }
    Py_DECREF(immediate);
    return 0;
}

/* ---- microtasks ---- */

static LS_NOINLINE void
record_job_start(LsAgent *agent, const LsJob *job)
{
    LS_EMIT(agent, JOB_START, MICROTASK, MICROTASK_FIFO, job->id, 0, 0, job->fn, NULL);
}

static LS_NOINLINE void
record_job_end(LsAgent *agent, uint32_t id)
{
    LS_EMIT(agent, JOB_END, MICROTASK, RUN_TO_END, id, 0, 0, NULL, NULL);
}

/* Runs one job that left the queue. 0, or -1 with its exception. */
static int
run_job(LsLoop *loop, LsJob *job)
{
    LsAgent *agent = &loop->agent;
    uint32_t id = job->id;
    int status;
    agent->trace.cause = id;
    agent->trace.unit.job_kind = job->kind;
    if (LS_TRACED(agent)) {
        record_job_start(agent, job);
    }
    switch (job->kind) {
    case LS_JOB_REACTION:
        agent->trace.unit.job = job;
        status = ls_promise_run_reaction(agent, job);
        agent->trace.unit.job = NULL;
        ls_job_free(&agent->pool, job);
        break;
    case LS_JOB_THENABLE:
        status = ls_promise_run_thenable(agent, job);
        ls_job_free(&agent->pool, job);
        break;
    case LS_JOB_RESUME: /* embedded in its async function, which may have ended and be gone afterwards */
        status = ls_async_resume(agent, job);
        break;
    default:
        status = job->u.run(agent, job);
        ls_job_free(&agent->pool, job);
        break;
    }
    if (LS_UNLIKELY(loop->exit_called) && status == 0) {
        status = ls_loop_exit(loop, 0);
    }
    if (LS_TRACED(agent)) {
        record_job_end(agent, id);
    }
    agent->trace.cause = 0;
    return status;
}

/* Runs a callback of queue_microtask(). 0, or -1 with its exception. */
static int
run_callback(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    PyObject *context;
    LsMicrotask task = ls_queue_take_microtask(&agent->microtasks, &context);
    agent->trace.cause = task.id;
    agent->trace.unit.job_kind = LS_JOB_BATCH;
    LS_EMIT(agent, JOB_START, MICROTASK, MICROTASK_FIFO, task.id, 0, 0, task.fn, NULL);
    int status = ls_loop_call(loop, task.fn, task.arity, NULL, context);
    LS_EMIT(agent, JOB_END, MICROTASK, RUN_TO_END, task.id, 0, 0, NULL, NULL);
    agent->trace.cause = 0;
    Py_DECREF(task.fn);
    Py_XDECREF(context);
    return status;
}

int
ls_loop_run_microtasks(LsLoop *loop)
{
    LsJobQueue *queue = &loop->agent.microtasks;
    loop->agent.trace.unit.lane = LS_LANE_MICROTASK;
    while (queue->head != NULL) {
        int status = queue->head->kind == LS_JOB_BATCH ? run_callback(loop)
                                                        : run_job(loop, ls_queue_pop(queue));
        /* An error of one microtask does not keep the others from running. */
        if (LS_UNLIKELY(status < 0) && ls_loop_handle_uncaught(loop, "uncaughtException") < 0) {
            return -1;
        }
        if (ls_loop_check_signals(loop) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- ticks ---- */

static int
run_ticks(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    LsJob *job;
    agent->trace.unit.lane = LS_LANE_TICK;
    while ((job = ls_queue_pop(&agent->ticks)) != NULL) {
        uint32_t id = job->id;
        agent->trace.cause = id;
        agent->trace.unit.job = job;
        LS_EMIT(agent, JOB_START, TICK, TICKS_FIRST, id, 0, 0, job->fn, NULL);
        int status = ls_loop_call(loop, job->fn, job->argc, job->fn2, job->context);
        LS_EMIT(agent, JOB_END, TICK, RUN_TO_END, id, 0, 0, NULL, NULL);
        agent->trace.cause = 0;
        agent->trace.unit.job = NULL;
        ls_job_free(&agent->pool, job);
        if (status < 0 || ls_loop_check_signals(loop) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- rejections (processPromiseRejections) ---- */

/* Reports one promise that nobody handled: to 'unhandledRejection', else as an uncaught exception. 0 or -1. */
static int
report_rejection(LsLoop *loop, LsPromise *promise)
{
    LsAgent *agent = &loop->agent;
    ls_promise_introduce(promise);
    promise->reported = true;
    LS_EMIT(agent, UNHANDLED, NONE, UNHANDLED_REJECTION, promise->id, 0, 0, NULL, NULL);
    int handled = ls_loop_emit(loop, "unhandledRejection", promise->result, (PyObject *)promise);
    if (handled != 0) {
        return handled < 0 ? -1 : 0;
    }
    if (ls_is_exception_reason(promise->result)) {
        ls_raise_reason(agent->state, promise->result, promise->traceback);
    }
    else {
        PyObject *error = PyObject_CallOneArg(agent->state->unhandled_rejection, promise->result);
        if (error != NULL) {
            ls_raise_exception(error);
        }
    }
    return ls_loop_handle_uncaught(loop, "unhandledRejection");
}

/* The same, in a live run in the context in which it was rejected: what is printed then belongs to that cell. */
static int
report_unhandled(LsLoop *loop, LsPromise *promise)
{
    PyObject *contexts = loop->agent.rejection_contexts, *context = NULL;
    PyObject *id = contexts == NULL ? NULL : PyLong_FromVoidPtr(promise);
    if (id != NULL) {
        context = Py_XNewRef(PyDict_GetItemWithError(contexts, id));
        if (context != NULL && (PyDict_DelItem(contexts, id) < 0 || PyContext_Enter(context) < 0)) {
            Py_CLEAR(context);
        }
        Py_DECREF(id);
        PyErr_Clear();
    }
    int status = report_rejection(loop, promise);
    if (context != NULL) {
        (void)PyContext_Exit(context);
        Py_DECREF(context);
    }
    return status;
}

/* 1 if user code ran (the queues must be drained again), 0 if not, -1 with an exception. */
static int
process_rejections(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    int reported = 0;
    while (PyList_GET_SIZE(agent->late_handled) > 0) {
        PyObject *promise = Py_NewRef(PyList_GET_ITEM(agent->late_handled, 0));
        int status = PyList_SetSlice(agent->late_handled, 0, 1, NULL);
        reported = 1;
        LS_EMIT(agent, LATE_HANDLED, NONE, UNHANDLED_REJECTION, ((LsPromise *)promise)->id, 0, 0, NULL, NULL);
        if (status == 0 && ls_loop_emit(loop, "rejectionHandled", promise, NULL) < 0) {
            status = -1;
        }
        Py_DECREF(promise);
        if (status < 0) {
            return -1;
        }
    }
    if (LS_LIKELY(PyDict_GET_SIZE(agent->pending_rejections) == 0)) {
        return reported;
    }
    /* Those that handlers reject now wait for another round, as does nobody if a handler throws: Node forgets the rest. */
    PyObject *pending = agent->pending_rejections;
    PyObject *fresh = PyDict_New();
    if (fresh == NULL) {
        return -1;
    }
    PyObject *promises = PyDict_Values(pending);
    if (promises == NULL) {
        Py_DECREF(fresh);
        return -1;
    }
    agent->pending_rejections = fresh;
    Py_DECREF(pending);
    int status = 1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(promises) && status > 0; i++) {
        if (report_unhandled(loop, (LsPromise *)PyList_GET_ITEM(promises, i)) < 0) {
            status = -1;
        }
    }
    Py_DECREF(promises);
    return status;
}

/* ---- the checkpoint ---- */

void
ls_loop_begin_checkpoint(LsAgent *agent)
{
    agent->trace.unit.in_checkpoint = true;
    LS_EMIT(agent, CHECKPOINT_START, MICROTASK, CHECKPOINT, 0, 0, 0, NULL, NULL);
}

void
ls_loop_end_checkpoint(LsAgent *agent)
{
    agent->trace.unit.in_checkpoint = false;
    LS_EMIT(agent, CHECKPOINT_END, MICROTASK, CHECKPOINT, 0, 0, 0, NULL, NULL);
}

int
ls_loop_drain(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    bool some = agent->ticks.head != NULL || agent->microtasks.head != NULL;
    int again = 0;
    if (some) {
        ls_loop_begin_checkpoint(agent);
    }
    do {
        if (run_ticks(loop) < 0 || ls_loop_run_microtasks(loop) < 0) {
            again = -1;
            break;
        }
    } while (agent->ticks.head != NULL || (again = process_rejections(loop)) > 0);
    if (some) {
        ls_loop_end_checkpoint(agent);
    }
    ls_queue_check(&agent->ticks);
    ls_queue_check(&agent->microtasks);
    return again;
}

int
ls_loop_checkpoint(LsLoop *loop)
{
    return ls_loop_drain(loop) == 0 ? 0 : ls_loop_handle_uncaught(loop, "uncaughtException");
}
