/* SPDX-License-Identifier: MIT */
#include "host_uv.h"

#include <fcntl.h>
#include <unistd.h>
#include <uv.h>

#if UV_VERSION_HEX < ((1 << 16) | (44 << 8))
#error "loopscope needs libuv 1.44 or later"
#endif

struct LsUv {
    uv_loop_t loop;
    uv_async_t wake;    /* another thread has posted */
    uv_timer_t timer;   /* the one timer: when the sleep must end */
    uv_poll_t signals;  /* readable when CPython's signal handler has written */
    int signal_pipe[2]; /* -1, -1: not opened */
    PyObject *old_wakeup_fd; /* what signal.set_wakeup_fd() gave back; NULL: signals are not watched */
};

/* libuv's callbacks only end the wait. */
static void
on_wake(uv_async_t *Py_UNUSED(handle))
{
}

/* Before 1.45 uv_run() runs the timers first and polls then: if the machine gave the time to others until ours was due, nothing
 * would be left to end the poll. A stopped loop does not block. */
static void
on_timer(uv_timer_t *handle)
{
    uv_stop(handle->loop);
}

static void
on_signal(uv_poll_t *handle, int Py_UNUSED(status), int Py_UNUSED(events))
{
    LsUv *uv = handle->data;
    char buffer[64];
    while (read(uv->signal_pipe[0], buffer, sizeof(buffer)) > 0) {
    }
}

static void
raise_uv_error(const char *what, int error)
{
    PyErr_Format(PyExc_OSError, "%s: %s", what, uv_strerror(error));
}

LsUv *
ls_uv_open(void)
{
    int error;
    LsUv *uv = PyMem_RawCalloc(1, sizeof(LsUv));
    if (uv == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    uv->signal_pipe[0] = uv->signal_pipe[1] = -1;
    if ((error = uv_loop_init(&uv->loop)) < 0) {
        goto fail_loop;
    }
    if ((error = uv_async_init(&uv->loop, &uv->wake, on_wake)) < 0) {
        goto fail_async;
    }
    if ((error = uv_timer_init(&uv->loop, &uv->timer)) < 0) {
        goto fail_timer;
    }
    return uv;

fail_timer:
    uv_close((uv_handle_t *)&uv->wake, NULL);
    uv_run(&uv->loop, UV_RUN_DEFAULT);
fail_async:
    uv_loop_close(&uv->loop);
fail_loop:
    PyMem_RawFree(uv);
    raise_uv_error("the event loop cannot be opened", error);
    return NULL;
}

void
ls_uv_close(LsUv *uv)
{
    uv_close((uv_handle_t *)&uv->wake, NULL);
    uv_close((uv_handle_t *)&uv->timer, NULL);
    uv_run(&uv->loop, UV_RUN_DEFAULT); /* runs the close callbacks; nothing else is active */
    if (uv_loop_close(&uv->loop) == 0) {
        PyMem_RawFree(uv);
    }
    else {
        LS_ASSERT(!"a handle was left open");
    }
}

void
ls_uv_wait(LsUv *uv, int64_t timeout_ms)
{
    LS_ASSERT(timeout_ms > 0);
    Py_BEGIN_ALLOW_THREADS
    uv_update_time(&uv->loop);
    uv_timer_start(&uv->timer, on_timer, (uint64_t)timeout_ms, 0);
    uv_run(&uv->loop, UV_RUN_ONCE);
    uv_timer_stop(&uv->timer);
    Py_END_ALLOW_THREADS
}

void
ls_uv_wake(LsUv *uv)
{
    uv_async_send(&uv->wake);
}

/* ---- signals ---- */

static int
open_pipe(int fds[2])
{
    if (pipe(fds) < 0) {
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        if (fcntl(fds[i], F_SETFL, O_NONBLOCK) < 0 || fcntl(fds[i], F_SETFD, FD_CLOEXEC) < 0) {
            close(fds[0]);
            close(fds[1]);
            return -1;
        }
    }
    return 0;
}

/* signal.set_wakeup_fd(fd, warn_on_full_buffer=False). May run Python. */
static PyObject *
set_wakeup_fd(PyObject *fd)
{
    PyObject *result = NULL, *args = NULL, *kwargs = NULL, *function = NULL;
    PyObject *signal = PyImport_ImportModule("signal");
    if (signal != NULL && (function = PyObject_GetAttrString(signal, "set_wakeup_fd")) != NULL &&
        (args = PyTuple_Pack(1, fd)) != NULL && (kwargs = Py_BuildValue("{s:O}", "warn_on_full_buffer", Py_False)) != NULL) {
        result = PyObject_Call(function, args, kwargs);
    }
    Py_XDECREF(kwargs);
    Py_XDECREF(args);
    Py_XDECREF(function);
    Py_XDECREF(signal);
    return result;
}

int
ls_uv_watch_signals(LsUv *uv)
{
    if (uv->old_wakeup_fd != NULL) {
        return 0;
    }
    if (open_pipe(uv->signal_pipe) < 0) {
        uv->signal_pipe[0] = uv->signal_pipe[1] = -1;
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    PyObject *fd = PyLong_FromLong(uv->signal_pipe[1]);
    PyObject *old = fd == NULL ? NULL : set_wakeup_fd(fd);
    Py_XDECREF(fd);
    if (old == NULL) {
        bool not_main_thread = PyErr_ExceptionMatches(PyExc_ValueError);
        close(uv->signal_pipe[0]);
        close(uv->signal_pipe[1]);
        uv->signal_pipe[0] = uv->signal_pipe[1] = -1;
        if (not_main_thread) {
            PyErr_Clear(); /* Python runs signal handlers in the main thread only: nothing to watch here */
            return 0;
        }
        return -1;
    }
    uv->old_wakeup_fd = old;
    uv->signals.data = uv;
    int error = uv_poll_init(&uv->loop, &uv->signals, uv->signal_pipe[0]);
    if (error == 0) {
        error = uv_poll_start(&uv->signals, UV_READABLE, on_signal);
        uv_unref((uv_handle_t *)&uv->signals);
    }
    if (error < 0) {
        ls_uv_unwatch_signals(uv, false);
        raise_uv_error("signals cannot be watched", error);
        return -1;
    }
    return 0;
}

void
ls_uv_unwatch_signals(LsUv *uv, bool forked)
{
    PyObject *old = uv->old_wakeup_fd;
    if (old == NULL) {
        return;
    }
    uv->old_wakeup_fd = NULL;
    PyObject *error = PyErr_GetRaisedException();
    PyObject *ours = set_wakeup_fd(old);
    if (ours == NULL) {
        PyErr_Clear(); /* the old descriptor is gone: the default is right then */
    }
    Py_XDECREF(ours);
    Py_DECREF(old);
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
    if (uv->signals.type == UV_POLL && !forked) {
        uv_close((uv_handle_t *)&uv->signals, NULL);
        uv_run(&uv->loop, UV_RUN_NOWAIT); /* runs the close callback, so that the block may be used again */
        uv->signals.type = UV_UNKNOWN_HANDLE;
    }
    close(uv->signal_pipe[0]);
    close(uv->signal_pipe[1]);
    uv->signal_pipe[0] = uv->signal_pipe[1] = -1;
}

const char *
ls_uv_version(void)
{
    return uv_version_string();
}
