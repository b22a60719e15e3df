/* SPDX-License-Identifier: MIT
 *
 * A run from its start to its end: the script as the first task, the turns (turns.c), 'beforeExit' and 'exit'; tear-down.
 */
#include "callstack.h"

#include <unistd.h>

/* ---- process events ---- */

int
ls_loop_emit(LsLoop *loop, const char *event, PyObject *first, PyObject *second)
{
    if (loop->emit == NULL) {
        return 0;
    }
    PyObject *name = PyUnicode_FromString(event);
    if (name == NULL) {
        return -1;
    }
    PyObject *args[3] = {name, first, second};
    size_t count = second != NULL ? 3 : first != NULL ? 2 : 1;
    PyObject *result = PyObject_Vectorcall(loop->emit, args, count, NULL);
    Py_DECREF(name);
    if (result == NULL) {
        return -1;
    }
    int handled = PyObject_IsTrue(result);
    Py_DECREF(result);
    return handled;
}

int
ls_loop_exit(LsLoop *loop, int code)
{
    loop->agent.foremost = NULL; /* an await is the last thing that a function does which has caught SystemExit */
    if (!loop->exit_called) {
        loop->exit_code = code;
        loop->exit_called = true;
        if (!loop->agent.exiting) {
            loop->agent.exiting = true;
            PyObject *number = PyLong_FromLong(code);
            int status = number == NULL ? -1 : ls_loop_emit(loop, "exit", number, NULL);
            Py_XDECREF(number);
            if (status < 0) {
                /* A handler's error leaves process.exit() as any other function: the program has not been ended. */
                loop->exit_called = PyErr_ExceptionMatches(PyExc_SystemExit);
                return -1;
            }
        }
    }
    PyObject *number = PyLong_FromLong(loop->exit_code);
    if (number != NULL) {
        PyErr_SetObject(PyExc_SystemExit, number);
        Py_DECREF(number);
    }
    return -1;
}

/* ---- script ---- */

/* Calls main in a copy of the caller's context. */
static PyObject *
call_main(LsLoop *loop, PyObject *main, PyObject *context)
{
    if (ls_context_enter(context) < 0) {
        return NULL;
    }
    PyObject *result = ls_call0(main, ls_arity(loop->agent.state, main, 0));
    if (result != NULL && PyCoro_CheckExact(result) && loop->agent.start_coroutine != NULL) {
        Py_SETREF(result, loop->agent.start_coroutine(&loop->agent, result));
    }
    ls_context_leave(&loop->agent, context);
    if (result != NULL && loop->exit_called) {
        Py_CLEAR(result);
        ls_loop_exit(loop, 0);
    }
    return result;
}

/* Through how many promises Node's loader hears of a rejected module, after its body's own: ModuleJob.run(), import() and
 * asyncRunEntryPointWithESMLoader() each await the next. */
#define LOADER_HOPS 3

/* A module's top-level await: when it is rejected, that is an uncaught error, once the loader hears of it. */
static int
on_main_settled(LsAgent *agent, LsJob *job)
{
    LsPromise *promise = (LsPromise *)job->subject;
    if (promise->state != LS_REJECTED) {
        return 0;
    }
    if (ls_loop_of(agent)->main_hops > 0) {
        ls_loop_of(agent)->main_hops--;
        LsJob *next = ls_job_new(&agent->pool, LS_JOB_NATIVE);
        if (next == NULL) {
            return -1;
        }
        next->u.run = on_main_settled;
        next->subject = Py_NewRef(promise);
        next->fn = Py_NewRef(agent->state->str_loader);
        next->id = ls_trace_new_id(&agent->trace);
        ls_promise_introduce(promise);
        LS_EMIT(agent, ENQUEUE, MICROTASK, REACTION_QUEUED, next->id, promise->id, 0, next->fn, NULL);
        ls_queue_push(&agent->microtasks, next);
        return 0;
    }
    ls_raise_reason(agent->state, promise->result, promise->traceback);
    return ls_loop_handle_uncaught(ls_loop_of(agent), "unhandledRejection") < 0 ? -1 : 0;
}

static int
watch_main(LsLoop *loop, PyObject *result)
{
    LsAgent *agent = &loop->agent;
    if (!ls_promise_check(agent->state, result) || ((LsPromise *)result)->agent != agent) {
        return 0;
    }
    LsJob *job = ls_job_new(&agent->pool, LS_JOB_NATIVE);
    if (job == NULL) {
        return -1;
    }
    job->u.run = on_main_settled;
    job->fn = Py_NewRef(agent->state->str_loader);
    loop->main_hops = loop->browser ? 0 : LOADER_HOPS;
    ls_promise_perform_then((LsPromise *)result, job);
    return 0;
}

static int
run_first_microtasks(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    bool some = agent->microtasks.head != NULL;
    if (some) {
        ls_loop_begin_checkpoint(agent);
    }
    int status = ls_loop_run_microtasks(loop);
    if (some) {
        ls_loop_end_checkpoint(agent);
    }
    return status;
}

/* Task 1. An error that no handler takes ends the run: NULL; a handled one gives None. */
static PyObject *
run_script(LsLoop *loop, PyObject *main, PyObject *context, bool module_order)
{
    LsAgent *agent = &loop->agent;
    uint32_t task = ls_loop_begin_task(agent, LS_RULE_SCRIPT_FIRST, 0, 0, agent->state->str_script, agent->state->str_script);
    PyObject *result = call_main(loop, main, context);
    if (result != NULL && ls_agent_check_fork(agent) < 0) {
        Py_CLEAR(result);
    }
    if (result == NULL) {
        if (ls_loop_handle_uncaught(loop, "uncaughtException") < 0) {
            return NULL;
        }
        result = Py_NewRef(Py_None);
    }
    ls_loop_end_task(agent, task);
    /* A module's body is itself a microtask: microtasks come before ticks this one time (nodejs/node#47319). */
    if ((module_order && (watch_main(loop, result) < 0 || run_first_microtasks(loop) < 0)) ||
        ls_loop_checkpoint(loop) < 0) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

/* ---- end ---- */

/* Emits 'beforeExit' or 'exit', and what follows from it. 0, or -1: the run ends. */
static int
emit_code(LsLoop *loop, const char *event, int exit_code)
{
    if (ls_agent_check_fork(&loop->agent) < 0) {
        return -1;
    }
    PyObject *code = PyLong_FromLong(exit_code < 0 ? 0 : exit_code);
    int status = code == NULL ? -1 : ls_loop_emit(loop, event, code, NULL);
    Py_XDECREF(code);
    /* Node's callback scope runs no checkpoint after an error, even if that was handled. */
    return status < 0 ? ls_loop_handle_uncaught(loop, "uncaughtException") : ls_loop_checkpoint(loop);
}

/* 'beforeExit' may revive the loop; after 'exit' only promise jobs run. */
static int
finish_run(LsLoop *loop, PyObject *result, bool module_order)
{
    if (loop->browser) {
        return ls_loop_run_turns(loop, false); /* a page has no end of its own: no events */
    }
    bool in_poll = module_order; /* Node evaluates a module when it has been read: that is input */
    do {
        if (ls_loop_run_turns(loop, in_poll) < 0 || emit_code(loop, "beforeExit", loop->exit_code) < 0) {
            return -1;
        }
        in_poll = false;
    } while (ls_loop_alive(loop));
    int code = loop->exit_code;
    if (module_order && loop->exit_code < 0 && ls_promise_check(loop->agent.state, result) &&
        ((LsPromise *)result)->state == LS_PENDING) {
        loop->exit_code = 13; /* Node: unsettled top-level await; the event still says 0 */
    }
    loop->agent.exiting = true;
    return emit_code(loop, "exit", code);
}

/* By which rule the run has ended; an exception is raised if it has no result. */
static LsRule
end_rule(PyObject *result)
{
    return result != NULL                                     ? LS_RULE_LOOP_ENDS
           : PyErr_ExceptionMatches(PyExc_SystemExit)         ? LS_RULE_EXIT
           : PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) ? LS_RULE_STOPPED
                                                              : LS_RULE_UNCAUGHT;
}

PyObject *
ls_loop_run(LsLoop *loop, PyObject *main, bool module_order)
{
    LsAgent *agent = &loop->agent;
    if (ls_agent_check(agent, "run") < 0) {
        return NULL;
    }
    if (agent->host != NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "run: this runtime is live: the asyncio loop runs it. Call the program's functions directly; to wait until "
                        "nothing is left to do, `await loopscope.drain()`");
        return NULL;
    }
    if (loop->running || ls_agent_current(agent->state) != NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "run: a program is already running in this thread. Inside a program, call functions directly, "
                        "or schedule them with set_timeout() or queue_microtask(); a second run needs another thread");
        return NULL;
    }
    if (loop->pid != (long)getpid()) {
        PyErr_SetString(PyExc_RuntimeError,
                        "run: this runtime was opened before fork(); open a new one in the child process");
        return NULL;
    }
    PyObject *context, *result = NULL;
    if (ls_context_capture(agent, &context) < 0) {
        return NULL;
    }
    if (ls_context_enter_base(agent) < 0) {
        Py_XDECREF(context);
        return NULL;
    }
    LsAgent *previous = ls_agent_enter(agent);
    loop->running = agent->entered = true;
    agent->exiting = false;
    loop->failed = loop->exit_called = false;
    loop->exit_code = -1;
    loop->due_until = -1;
    agent->trace.unit.in_checkpoint = false;
    agent->trace.cause = 0;
    agent->trace.root = PyThreadState_GetFrame(PyThreadState_Get());
    if (ls_uv_watch_signals(loop->uv) == 0) {
        LS_EMIT(agent, RUN_START, NONE, NONE, 0, 0, 0, NULL, NULL);
        ls_callstack_start(agent);
        result = run_script(loop, main, context, module_order);
        if (result != NULL && finish_run(loop, result, module_order) < 0) {
            Py_CLEAR(result);
        }
        ls_callstack_stop(agent);
    }
    ls_uv_unwatch_signals(loop->uv, agent->forked);
    if (LS_TRACED(agent)) {
        ls_trace_record(&agent->trace, &agent->clock, LS_EV_RUN_END, LS_LANE_NONE, end_rule(result), 0, 0, 0, NULL, NULL);
    }
    Py_CLEAR(agent->trace.root);
    loop->running = agent->entered = false;
    ls_agent_leave(agent, previous);
    ls_loop_forget_interrupt(loop);
    ls_context_leave_base(agent);
    Py_XDECREF(context);
    if (result == NULL) {
        PyObject *error = PyErr_GetRaisedException();
        Py_XSETREF(loop->error, Py_NewRef(error));
        PyErr_SetRaisedException(error);
    }
    else {
        Py_CLEAR(loop->error);
    }
    return result;
}

/* ---- tear-down, one written sequence ---- */

void
ls_loop_close(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    if (agent->closed) {
        return;
    }
    LS_ASSERT(!loop->running);
    PyObject *error = PyErr_GetRaisedException();
    agent->asleep = false;
    ls_trace_detach(&agent->trace, loop->tape); /* a recording ends with its run */
    LS_EMIT(agent, CLOSE, NONE, CLOSED, agent->trace.last_id, 0, (int32_t)agent->trace.last_id, NULL, NULL);
    agent->closed = true; /* from here on nobody can queue anything */
    PyObject *posted = loop->posted;
    loop->posted = NULL;
    loop->has_posted = false;
    Py_XDECREF(posted);
    ls_async_discard_all(agent);
    ls_timers_clear(&loop->timers);
    ls_agent_clear(agent);
    if (loop->uv != NULL) {
        if (loop->pid == (long)getpid()) {
            ls_uv_close(loop->uv);
        }
        loop->uv = NULL; /* in a forked child its descriptors are the parent's: left alone */
    }
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}
