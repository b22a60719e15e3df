/* SPDX-License-Identifier: MIT
 *
 * A live Loop: asyncio's loop gives it its turns. Nothing here waits. A call from outside of a turn (by a notebook's cell, by a
 * coroutine) wakes the Loop: its host, loopscope.live_runtime.LiveRuntime, then has asyncio call turn() soon, or when the next timer
 * is due.
 *
 *     asyncio's loop:   ... cell ... | turn | ... other callbacks ... | turn | ...
 *                           set_timeout(f)  checkpoint, posted work, immediates, due timers
 *
 * And the two ways between promises and asyncio's futures: LiveAwaiter is what an asyncio task waits with for a promise;
 * wait_for() and adopt() let async functions and promises wait for a future.
 */
#include "callstack.h"

/* ---- the live Loop of the asyncio loop that runs in this thread ---- */

static LsAgent *
find_live(LsState *state, bool create, PyObject **held)
{
    PyObject *asyncio = PyImport_GetModule(state->str_asyncio);
    if (asyncio == NULL) {
        return NULL; /* nobody has imported it, so none of its loops runs */
    }
    Py_DECREF(asyncio);
    if (state->find_live_loop == NULL) {
        PyObject *module = PyImport_ImportModule("loopscope.live_runtime");
        PyObject *function = module == NULL ? NULL : PyObject_GetAttrString(module, "find");
        Py_XDECREF(module);
        if (function == NULL) {
            return NULL;
        }
        Py_XSETREF(state->find_live_loop, function);
    }
    PyObject *found = PyObject_CallOneArg(state->find_live_loop, create ? Py_True : Py_False);
    if (found == NULL || !Py_IS_TYPE(found, state->loop_type)) {
        Py_XDECREF(found);
        return NULL;
    }
    Py_XSETREF(*held, found);
    return &((LsLoop *)found)->agent;
}

/* ---- what the agent asks of its host ---- */

static PyObject *
host_of(LsAgent *agent)
{
    return ls_loop_of(agent)->host;
}

static int
status_of(PyObject *result)
{
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int
wake(LsAgent *agent)
{
    agent->asleep = false;
    if (status_of(PyObject_CallMethodNoArgs(host_of(agent), agent->state->str_wake)) < 0) {
        agent->asleep = !agent->closed;
        return -1;
    }
    return 0;
}

/* host.<name>(value, resolve, reject), with the promise's resolving functions. */
static int
ask_host(LsAgent *agent, PyObject *name, PyObject *value, PyObject *promise)
{
    PyObject *resolve, *reject;
    if (ls_resolving_functions((LsPromise *)promise, &resolve, &reject) < 0) {
        return -1;
    }
    int status = status_of(PyObject_CallMethodObjArgs(host_of(agent), name, value, resolve, reject, NULL));
    Py_DECREF(resolve);
    Py_DECREF(reject);
    return status;
}

static int
wait_for(LsAgent *agent, PyObject *yielded, PyObject *promise)
{
    return ask_host(agent, agent->state->str_wait_for, yielded, promise);
}

/* asyncio.isfuture() looks for this attribute of the class, too. */
static int
adopt(LsAgent *agent, PyObject *value, PyObject *promise)
{
    PyObject *blocking;
    int found = PyObject_GetOptionalAttr((PyObject *)Py_TYPE(value), agent->state->str_future_blocking, &blocking);
    if (found <= 0) {
        return found;
    }
    Py_DECREF(blocking);
    return ask_host(agent, agent->state->str_adopt, value, promise) < 0 ? -1 : 1;
}

/* ---- await of a promise by a coroutine that asyncio drives ---- */

typedef struct {
    PyObject_HEAD
    LsPromise *promise;
    PyObject *inner; /* the iterator of the future that the promise's reaction wakes; NULL before the first step */
} LiveAwaiter;

static PyObject *
await_promise(LsAgent *agent, PyObject *promise)
{
    LsPromise *plain = ls_promise_coerce(agent, promise); /* 27.7.5.3 Await, step 2 */
    PyTypeObject *type = agent->state->live_awaiter_type;
    LiveAwaiter *self = plain == NULL ? NULL : (LiveAwaiter *)type->tp_alloc(type, 0);
    if (self == NULL) {
        Py_XDECREF(plain);
        return NULL;
    }
    self->promise = plain;
    return (PyObject *)self;
}

static const LsHost asyncio_host = {.wake = wake, .await_promise = await_promise, .wait_for = wait_for, .adopt = adopt};

/* The promise's reaction: asyncio's task goes on at its loop's next iteration, unless it was cancelled. */
static int
wake_task(LsAgent *agent, LsJob *job)
{
    PyObject *future = job->derived;
    PyObject *done = PyObject_CallMethodNoArgs(future, agent->state->str_done);
    if (done == NULL || done == Py_True) {
        return status_of(done);
    }
    Py_DECREF(done);
    return status_of(PyObject_CallMethodOneArg(future, agent->state->str_set_result, Py_None));
}

static int
begin_wait(LiveAwaiter *self)
{
    LsAgent *agent = self->promise->agent;
    if (ls_agent_check(agent, "await") < 0) {
        return -1;
    }
    PyObject *future = PyObject_CallMethodNoArgs(host_of(agent), agent->state->str_new_future);
    if (future == NULL) {
        return -1;
    }
    PyObject *inner = PyObject_CallMethodNoArgs(future, agent->state->str_await_method);
    LsJob *job = inner == NULL ? NULL : ls_job_new(&agent->pool, LS_JOB_NATIVE);
    if (job == NULL) {
        Py_XDECREF(inner);
        Py_DECREF(future);
        return -1;
    }
    job->u.run = wake_task;
    job->fn = Py_NewRef(agent->state->str_await);
    job->derived = future;
    Py_XSETREF(self->inner, inner);
    ls_promise_perform_then(self->promise, job);
    return 0;
}

static PyObject *
awaiter_iternext(PyObject *op)
{
    LiveAwaiter *self = (LiveAwaiter *)op;
    LsPromise *promise = self->promise;
    LsState *state = promise->agent->state;
    if (self->inner == NULL && begin_wait(self) < 0) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(self->inner);
    if (type->tp_iternext == NULL) {
        PyErr_Format(PyExc_TypeError, "await: the asyncio loop's future gave no iterator but %.100s", type->tp_name);
        return NULL;
    }
    PyObject *inner = Py_NewRef(self->inner), *yielded = type->tp_iternext(inner);
    Py_DECREF(inner);
    if (yielded != NULL) {
        return yielded;
    }
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
            return NULL; /* cancelled */
        }
        PyErr_Clear();
    }
    switch ((LsPromiseState)promise->state) {
    case LS_REJECTED:
        ls_raise_reason(state, ls_promise_result(promise), ls_promise_traceback(promise));
        break;
    case LS_FULFILLED: {
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, ls_promise_result(promise));
        if (stop != NULL) {
            PyErr_SetRaisedException(stop);
        }
        break;
    }
    case LS_PENDING:
        PyErr_SetString(PyExc_RuntimeError, "await: the task was woken, but the promise is still pending");
        break;
    }
    return NULL;
}

static int
awaiter_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((LiveAwaiter *)op)->promise);
    Py_VISIT(((LiveAwaiter *)op)->inner);
    return 0;
}

/* No tp_clear: both are set once, and what they refer to breaks any cycle. */
static void
awaiter_dealloc(PyObject *op)
{
    LiveAwaiter *self = (LiveAwaiter *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    PyObject *promise = (PyObject *)self->promise, *inner = self->inner;
    type->tp_free(op);
    Py_XDECREF(inner);
    Py_XDECREF(promise);
    Py_DECREF(type);
}

static PyType_Slot awaiter_slots[] = {
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, awaiter_iternext},
    {Py_tp_traverse, awaiter_traverse},
    {Py_tp_dealloc, awaiter_dealloc},
    {0, NULL},
};

static PyType_Spec awaiter_spec = {
    .name = "loopscope.LiveAwaiter",
    .basicsize = sizeof(LiveAwaiter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = awaiter_slots,
};

/* ---- turns ---- */

int
ls_live_setup(LsLoop *loop, PyObject *host)
{
    loop->agent.rejection_contexts = PyDict_New();
    if (loop->agent.rejection_contexts == NULL) {
        return -1;
    }
    loop->host = Py_NewRef(host);
    loop->agent.host = &asyncio_host;
    loop->agent.asleep = true;
    loop->agent.state->live_hosts++;
    return 0;
}

int
ls_live_turn(LsLoop *loop, bool checkpoint_only)
{
    LsAgent *agent = &loop->agent;
    if (loop->running) {
        return 0;
    }
    if (ls_context_enter_base(agent) < 0) {
        return -1;
    }
    LsAgent *previous = ls_agent_enter(agent);
    bool was_entered = agent->entered;
    loop->running = agent->entered = true;
    agent->asleep = false;
    agent->trace.root = PyThreadState_GetFrame(PyThreadState_Get());
    ls_callstack_start(agent);
    int status;
    if (loop->exit_called) {
        status = ls_loop_exit(loop, 0); /* its SystemExit was caught: nothing more runs all the same */
    }
    else {
        status = checkpoint_only ? ls_loop_checkpoint(loop) : ls_loop_turn(loop);
    }
    ls_callstack_stop(agent);
    Py_CLEAR(agent->trace.root);
    agent->asleep = true;
    loop->running = false;
    agent->entered = was_entered;
    ls_agent_leave(agent, previous);
    ls_context_leave_base(agent);
    return status < 0 ? -1 : 1;
}

int64_t
ls_live_timeout(LsLoop *loop)
{
    LsAgent *agent = &loop->agent;
    if (agent->closed) {
        return -1;
    }
    if (loop->has_posted || loop->timers.immediate_count > 0 || agent->ticks.head != NULL || agent->microtasks.head != NULL) {
        return 0;
    }
    int64_t due = ls_timers_due(&loop->timers);
    if (LS_UNLIKELY(loop->alarm != NULL) && (due < 0 || loop->alarm_ms < due)) {
        due = loop->alarm_ms;
    }
    if (due < 0) {
        return -1;
    }
    int64_t ns = due * 1000000 - ls_clock_now_ns(&agent->clock);
    return ns <= 0 ? 0 : (ns + 999999) / 1000000;
}

int
ls_live_wake_from_thread(LsLoop *loop)
{
    return status_of(PyObject_CallMethodNoArgs(loop->host, loop->agent.state->str_wake_from_thread));
}

int
ls_live_init(PyObject *module, LsState *state)
{
    state->find_live = find_live;
    return ls_state_add_type(module, &state->live_awaiter_type, &awaiter_spec, NULL);
}
