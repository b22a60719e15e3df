/* SPDX-License-Identifier: MIT
 *
 * What stops a run from outside: signals, a limit of steps, an interrupt of another thread (a limit of time). What is raised then is
 * a KeyboardInterrupt or a class derived of it, which never becomes a rejection. And the alarm, which looks after a run between two
 * tasks, without being one.
 */
#include "loop.h"

#define JOBS_BETWEEN_CHECKS 512

/* ---- steps ---- */

static void
await_next_check(LsLoop *loop)
{
    loop->jobs_between = loop->jobs_left < JOBS_BETWEEN_CHECKS ? (int32_t)loop->jobs_left : JOBS_BETWEEN_CHECKS;
    loop->agent.jobs_until_check = loop->jobs_between;
}

void
ls_loop_limit_steps(LsLoop *loop, int64_t steps, PyObject *error)
{
    Py_XSETREF(loop->limit_error, Py_XNewRef(error));
    loop->jobs_left = steps;
    await_next_check(loop);
}

int
ls_loop_check_limits(LsLoop *loop)
{
    if (loop->limit_error != NULL) {
        loop->jobs_left -= loop->jobs_between;
        if (loop->jobs_left <= 0) {
            loop->jobs_left = 1; /* should the program swallow it, its next step is stopped again */
            await_next_check(loop);
            PyErr_SetNone(loop->limit_error);
            return -1;
        }
    }
    await_next_check(loop);
    return ls_agent_check_fork(&loop->agent) < 0 || PyErr_CheckSignals() < 0 ? -1 : ls_loop_check_interrupt(loop);
}

/* ---- interrupts ---- */

/* What PyThreadState_SetAsyncExc() was given stays with the thread until some bytecode of it runs. It must not be taken back:
 * CPython 3.11 and 3.12 then look for it forever. So bytecode is run where it would be raised too late, or behind the run.
 * 0, or -1 with the exception. May run Python. */
static int
run_bytecode(LsLoop *loop)
{
    PyObject *function = loop->interrupt_function;
    loop->interrupt_function = NULL;
    PyObject *result = PyObject_CallNoArgs(function);
    Py_DECREF(function);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
ls_loop_check_interrupt(LsLoop *loop)
{
    if (LS_LIKELY(loop->interrupt == NULL)) {
        return 0;
    }
    PyObject *error = loop->interrupt;
    loop->interrupt = NULL;
    if (run_bytecode(loop) == 0) {
        PyErr_SetNone(error); /* the program has swallowed it */
    }
    Py_DECREF(error);
    return -1;
}

void
ls_loop_forget_interrupt(LsLoop *loop)
{
    if (loop->interrupt != NULL) {
        PyObject *error = PyErr_GetRaisedException(), *interrupt = loop->interrupt;
        loop->interrupt = NULL;
        if (run_bytecode(loop) < 0) {
            PyErr_Clear();
        }
        Py_DECREF(interrupt); /* a class whose end may run Python */
        if (error != NULL) {
            PyErr_SetRaisedException(error);
        }
    }
}

const char ls_loop_interrupt_doc[] = PyDoc_STR("interrupt($self, error, function, /)\n--\n\n"
             "Have `error`, a class of exceptions, raised in the program that runs; from any thread.\n\n"
             "It is raised by the program's next bytecode, or by the loop while it sleeps. Nothing\n"
             "happens if no program runs. Returns whether one does. function: any function written\n"
             "in Python: the loop calls it where bytecode has to run.");

PyObject *
ls_loop_interrupt(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    LsLoop *loop = (LsLoop *)self;
    if (nargs != 2 || !PyExceptionClass_Check(args[0]) || !PyFunction_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "interrupt: takes two arguments, a class of exceptions and a Python function");
        return NULL;
    }
    if (!loop->running) {
        Py_RETURN_FALSE;
    }
    PyObject *interrupt = loop->interrupt, *function = loop->interrupt_function;
    loop->interrupt = Py_NewRef(args[0]);
    loop->interrupt_function = Py_NewRef(args[1]);
    (void)PyThreadState_SetAsyncExc(loop->agent.thread, args[0]);
    if (loop->uv != NULL) { /* else asyncio's loop gives its turns, which do not sleep */
        ls_uv_wake(loop->uv);
    }
    Py_XDECREF(interrupt);
    Py_XDECREF(function);
    Py_RETURN_TRUE;
}

const char ls_loop_set_step_limit_doc[] = PyDoc_STR("limit_steps($self, steps, error, /)\n--\n\n"
             "Let a run start at most so many tasks, ticks and microtasks from now on.\n\n"
             "Then `error`, a class derived of KeyboardInterrupt, is raised. steps: None: any number.\n"
             "Raises ValueError for fewer than 1.");

PyObject *
ls_loop_set_step_limit(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    LsLoop *loop = (LsLoop *)self;
    if (nargs != 2 || !PyExceptionClass_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "limit_steps: takes two arguments, a number of steps or None, and a class of exceptions");
        return NULL;
    }
    if (ls_agent_check(&loop->agent, "limit_steps") < 0) {
        return NULL;
    }
    if (args[0] == Py_None) {
        ls_loop_limit_steps(loop, INT64_MAX, NULL);
        Py_RETURN_NONE;
    }
    long long steps = PyLong_AsLongLong(args[0]);
    if (steps == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (steps < 1) {
        PyErr_SetString(PyExc_ValueError, "limit_steps: argument 'steps' must be at least 1");
        return NULL;
    }
    ls_loop_limit_steps(loop, steps, args[1]);
    Py_RETURN_NONE;
}

/* ---- the alarm ---- */

int
ls_loop_ring_alarm(LsLoop *loop)
{
    if (ls_clock_now_ms(&loop->agent.clock) < loop->alarm_ms) {
        return 0;
    }
    PyObject *alarm = loop->alarm;
    loop->alarm = NULL;
    PyObject *result = PyObject_CallNoArgs(alarm);
    int status = 0;
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_Exception)) {
            PyErr_WriteUnraisable(alarm);
        }
        else {
            status = -1; /* Ctrl-C, met by chance in here, is for the program */
        }
    }
    Py_XDECREF(result);
    Py_DECREF(alarm);
    return status;
}

const char ls_loop_set_alarm_doc[] = PyDoc_STR("set_alarm($self, ms, callback, /)\n--\n\n"
             "Call callback() between two tasks, once, as soon as the loop's clock has reached `ms`.\n\n"
             "It is no task: it shows in no trace, keeps no run from ending, and its errors are\n"
             "reported and ignored, but for KeyboardInterrupt and the like. A loop has one alarm:\n"
             "this replaces the one before; callback None: there is none.\n"
             "Raises RuntimeError from another thread, or after close().");

PyObject *
ls_loop_set_alarm(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    LsLoop *loop = (LsLoop *)self;
    if (nargs != 2 || (args[1] != Py_None && !PyCallable_Check(args[1]))) {
        PyErr_SetString(PyExc_TypeError, "set_alarm: takes two arguments, a time in milliseconds, and a callable or None");
        return NULL;
    }
    if (ls_agent_check(&loop->agent, "set_alarm") < 0) {
        return NULL;
    }
    double ms = PyFloat_AsDouble(args[0]);
    if (ms == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    loop->alarm_ms = ms <= 0 ? 0 : ms < LS_CLOCK_END_MS ? (int64_t)(ms + 0.999) : LS_CLOCK_END_MS; /* not earlier */
    PyObject *old = loop->alarm;
    loop->alarm = args[1] == Py_None ? NULL : Py_NewRef(args[1]);
    Py_XDECREF(old);
    if (loop->alarm != NULL && loop->agent.host != NULL && !loop->running && loop->agent.host->wake(&loop->agent) < 0) {
        return NULL; /* asyncio's loop has to wait for something else now */
    }
    Py_RETURN_NONE;
}
