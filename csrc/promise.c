/* SPDX-License-Identifier: MIT
 *
 * The abstract operations of ECMA-262 27.2.1 and 27.2.2, named after their clauses: what settles, resolves and reacts.
 */
#include "promise.h"

LsPromise *
ls_promise_new(LsAgent *agent, LsPromise *parent)
{
    LsState *state = agent->state;
    LsPromise *promise = (LsPromise *)ls_spares_take(&state->spare_promises, state->promise_type, sizeof(LsPromise));
    if (LS_LIKELY(promise != NULL)) {
        ls_promise_bind(promise, agent, LS_RULE_NONE, parent);
    }
    return promise;
}

/* ---- settling ---- */

/* HostEnqueuePromiseJob for a reaction of a settled promise. A run that has ended queues nothing: the job is dropped. */
static void
enqueue_reaction(LsPromise *promise, LsJob *job, bool traced)
{
    LsAgent *agent = promise->agent;
    if (LS_UNLIKELY(agent->closed)) {
        ls_job_free(&agent->pool, job);
        return;
    }
    if (job->subject == NULL) {
        job->subject = Py_NewRef((PyObject *)promise);
    }
    if (traced) {
        ls_promise_report_queued(promise, job);
    }
    ls_agent_queue_microtask(agent, job);
}

/* Empties the ring of reactions: the first one, from which `next` leads to NULL behind the last; or NULL. */
static LsJob *
take_reactions(LsPromise *promise)
{
    LsJob *last = promise->last, *first = NULL;
    if (last != NULL) {
        first = last->next;
        last->next = NULL;
        promise->last = NULL;
    }
    return first;
}

/* 27.2.1.8 TriggerPromiseReactions */
static inline void
trigger_reactions(LsPromise *promise, bool traced)
{
    LsJob *job = take_reactions(promise);
    while (job != NULL) {
        LsJob *next = job->next;
        enqueue_reaction(promise, job, traced);
        job = next;
    }
}

static LS_NOINLINE void
trigger_untraced(LsPromise *promise)
{
    trigger_reactions(promise, false);
}

/* 27.2.1.9 HostPromiseRejectionTracker(promise, "reject"). The promise's address is the key, as a subclass may define __eq__. Out of
 * memory must not lose the settling: then the report is lost. */
static void
track_rejection(LsPromise *promise)
{
    LsAgent *agent = promise->agent;
    PyObject *id = agent->closed ? NULL : PyLong_FromVoidPtr(promise);
    if (id != NULL) {
        (void)PyDict_SetItem(agent->pending_rejections, id, (PyObject *)promise);
        if (agent->rejection_contexts != NULL && !ls_context_is_empty(ls_context_current(agent))) {
            PyObject *context = PyContext_CopyCurrent();
            if (context != NULL) {
                (void)PyDict_SetItem(agent->rejection_contexts, id, context);
                Py_DECREF(context);
            }
        }
        Py_DECREF(id);
    }
    PyErr_Clear();
}

/* 27.2.1.9 HostPromiseRejectionTracker(promise, "handle") */
static void
track_handled(LsPromise *promise)
{
    LsAgent *agent = promise->agent;
    if (agent->closed) {
        return;
    }
    ls_promise_introduce(promise);
    LS_EMIT(agent, PROMISE_HANDLED, NONE, UNHANDLED_REJECTION, promise->id, 0, 0, NULL, NULL);
    if (promise->reported) {
        (void)PyList_Append(agent->late_handled, (PyObject *)promise);
    }
    else {
        PyObject *id = PyLong_FromVoidPtr(promise);
        if (id != NULL && PyDict_Contains(agent->pending_rejections, id) == 1) {
            (void)PyDict_DelItem(agent->pending_rejections, id);
            if (agent->rejection_contexts != NULL) {
                (void)PyDict_DelItem(agent->rejection_contexts, id); /* KeyError, cleared below, if there was none */
            }
        }
        Py_XDECREF(id);
    }
    PyErr_Clear();
}

static LS_NOINLINE void
report_and_trigger(LsPromise *promise)
{
    ls_promise_report_settled(promise);
    trigger_reactions(promise, true);
}

void
ls_promise_fulfill(LsPromise *promise, PyObject *value)
{
    LS_ASSERT(promise->state == LS_PENDING && !PyErr_Occurred());
    promise->result = Py_NewRef(value);
    promise->state = LS_FULFILLED;
    if (LS_TRACED(promise->agent)) {
        report_and_trigger(promise);
    }
    else if (promise->last != NULL) { /* an async function's own promise has mostly none yet */
        trigger_untraced(promise);
    }
}

void
ls_promise_reject(LsPromise *promise, PyObject *reason)
{
    LS_ASSERT(promise->state == LS_PENDING && !PyErr_Occurred());
    promise->result = Py_NewRef(reason);
    promise->state = LS_REJECTED;
    if (PyExceptionInstance_Check(reason)) {
        promise->traceback = PyException_GetTraceback(reason);
    }
    bool traced = LS_TRACED(promise->agent);
    if (traced) {
        ls_promise_report_settled(promise);
    }
    if (!promise->handled) {
        track_rejection(promise);
    }
    trigger_reactions(promise, traced);
}

int
ls_promise_reject_raised(LsPromise *promise)
{
    PyObject *reason;
    if (ls_take_reason(promise->agent->state, &reason) < 0) {
        return -1;
    }
    ls_promise_reject(promise, reason);
    Py_DECREF(reason);
    return 0;
}

/* ---- resolving ---- */

/* Values of these very types have no attribute `then`: most resolutions need no look-up. */
static bool
is_never_thenable(PyObject *value)
{
    if (LS_LIKELY(value == Py_None)) { /* a branch of its own: most bodies return nothing */
        return true;
    }
    PyTypeObject *type = Py_TYPE(value);
    return type == &PyLong_Type || type == &PyUnicode_Type || type == &PyFloat_Type || type == &PyBool_Type ||
           type == &PyList_Type || type == &PyDict_Type || type == &PyTuple_Type || type == &PySet_Type ||
           type == &PyBytes_Type || type == &PyFrozenSet_Type ||
           PyType_Check(value); /* the `then` of a class is its instances' method: it cannot be called with two functions */
}

static bool
is_bare_coroutine(LsAgent *agent, PyObject *value)
{
    return PyCoro_CheckExact(value) && agent->start_coroutine != NULL;
}

PyObject *
ls_promise_start_bare(LsAgent *agent, PyObject *value)
{
    return is_bare_coroutine(agent, value) ? agent->start_coroutine(agent, value) : Py_NewRef(value);
}

/* 27.2.2.2 NewPromiseResolveThenableJob, and its queueing. `then` is NULL for a promise of this run with the intrinsic then. */
static int
enqueue_thenable_job(LsPromise *promise, PyObject *thenable, PyObject *then)
{
    LsAgent *agent = promise->agent;
    LsJob *job = ls_job_new(&agent->pool, LS_JOB_THENABLE);
    if (job == NULL) {
        return ls_promise_reject_raised(promise);
    }
    job->subject = Py_NewRef(thenable);
    job->derived = Py_NewRef((PyObject *)promise);
    if (then != NULL) {
        job->fn = Py_NewRef(then);
        job->argc = ls_arity(agent->state, then, 2);
        if (ls_context_capture(agent, &job->context) < 0) {
            int status = ls_promise_reject_raised(promise);
            ls_job_free(&agent->pool, job);
            return status;
        }
    }
    if (LS_UNLIKELY(agent->closed)) { /* by the `then` look-up */
        ls_job_free(&agent->pool, job);
        return 0;
    }
    job->id = ls_trace_new_id(&agent->trace);
    if (LS_TRACED(agent)) {
        ls_promise_report_locked(promise, thenable);
        ls_promise_report_queued(promise, job);
    }
    ls_agent_queue_microtask(agent, job);
    return 0;
}

/* The steps from 7 on, for what may have a `then`. */
static int
resolve_with_object(LsPromise *promise, PyObject *resolution)
{
    LsAgent *agent = promise->agent;
    if (LS_UNLIKELY(resolution == (PyObject *)promise)) { /* step 7 */
        PyErr_SetString(PyExc_TypeError, "Chaining cycle detected for promise #<Promise>");
        return ls_promise_reject_raised(promise);
    }
    if (ls_promise_is_own(agent, resolution)) {
        return enqueue_thenable_job(promise, resolution, NULL);
    }
    if (is_bare_coroutine(agent, resolution)) {
        PyObject *started = agent->start_coroutine(agent, resolution);
        if (started == NULL) {
            return ls_promise_reject_raised(promise);
        }
        int status = enqueue_thenable_job(promise, started, NULL);
        Py_DECREF(started);
        return status;
    }
    PyObject *then;
    int found = PyObject_GetOptionalAttr(resolution, agent->state->str_then, &then); /* step 9: once, and now */
    if (found < 0) {
        return ls_promise_reject_raised(promise);
    }
    int status = 0;
    if (found == 0 || !PyCallable_Check(then)) {
        int adopted = agent->host == NULL ? 0 : agent->host->adopt(agent, resolution, (PyObject *)promise);
        if (adopted < 0) {
            status = ls_promise_reject_raised(promise);
        }
        else if (adopted == 0) {
            ls_promise_fulfill(promise, resolution);
        }
    }
    else {
        status = enqueue_thenable_job(promise, resolution, then);
    }
    Py_XDECREF(then);
    return status;
}

int
ls_promise_resolve(LsPromise *promise, PyObject *resolution)
{
    LS_ASSERT(promise->state == LS_PENDING);
    if (LS_UNLIKELY(!is_never_thenable(resolution))) {
        return resolve_with_object(promise, resolution);
    }
    ls_promise_fulfill(promise, resolution);
    return 0;
}

/* True if SameValue(Get(promise, "constructor"), constructor): 27.2.4.7.1 step 1. 1, 0 or -1. May run Python. */
static int
has_constructor(LsState *state, PyObject *promise, PyObject *constructor)
{
    PyObject *found;
    if (PyObject_GetOptionalAttr(promise, state->str_constructor, &found) < 0) {
        return -1;
    }
    int same = found == constructor;
    Py_XDECREF(found);
    return same;
}

LsPromise *
ls_promise_coerce(LsAgent *agent, PyObject *value)
{
    LsState *state = agent->state;
    if (ls_promise_is_own(agent, value)) {
        return (LsPromise *)Py_NewRef(value);
    }
    if (is_bare_coroutine(agent, value)) {
        return (LsPromise *)agent->start_coroutine(agent, value);
    }
    /* A promise of another run cannot react on this one's queue: it is adopted as a foreign thenable is. */
    if (ls_promise_check(state, value) && ((LsPromise *)value)->agent == agent) {
        int same = has_constructor(state, value, (PyObject *)state->promise_type);
        if (same != 0) {
            return same < 0 ? NULL : (LsPromise *)Py_NewRef(value);
        }
    }
    LsPromise *promise = ls_promise_new(agent, NULL);
    if (promise != NULL && ls_promise_resolve(promise, value) < 0) {
        Py_CLEAR(promise);
    }
    return promise;
}

PyObject *
ls_promise_resolve_with(LsAgent *agent, PyObject *constructor, PyObject *value)
{
    LsState *state = agent->state;
    if (constructor == (PyObject *)state->promise_type) {
        return (PyObject *)ls_promise_coerce(agent, value);
    }
    if (ls_promise_check(state, value) && ((LsPromise *)value)->agent == agent) {
        int same = has_constructor(state, value, constructor);
        if (same != 0) {
            return same < 0 ? NULL : Py_NewRef(value);
        }
    }
    PyObject *capability = ls_capability_new(agent, constructor);
    if (capability == NULL) {
        return NULL;
    }
    PyObject *promise = NULL;
    if (ls_capability_resolve(agent, capability, value) == 0) {
        promise = Py_NewRef(ls_capability_promise(agent, capability));
    }
    Py_DECREF(capability);
    return promise;
}

/* ---- reacting ---- */

LsJob *
ls_reaction_new(LsAgent *agent, PyObject *on_fulfilled, PyObject *on_rejected, PyObject *derived)
{
    LsJob *job = ls_job_new(&agent->pool, LS_JOB_REACTION);
    if (job == NULL) {
        return NULL;
    }
    if (on_fulfilled != NULL && PyCallable_Check(on_fulfilled)) {
        job->fn = Py_NewRef(on_fulfilled);
        job->argc = ls_arity(agent->state, on_fulfilled, 1);
    }
    if (on_rejected != NULL && PyCallable_Check(on_rejected)) {
        job->fn2 = Py_NewRef(on_rejected);
        job->argc2 = ls_arity(agent->state, on_rejected, 1);
    }
    job->derived = Py_XNewRef(derived);
    if ((job->fn != NULL || job->fn2 != NULL) && ls_context_capture(agent, &job->context) < 0) {
        ls_job_free(&agent->pool, job);
        return NULL;
    }
    return job;
}

void
ls_promise_perform_then(LsPromise *promise, LsJob *job)
{
    LsAgent *agent = promise->agent;
    bool was_handled = promise->handled;
    promise->handled = true;
    job->id = ls_trace_new_id(&agent->trace);
    if (promise->state != LS_PENDING) {
        if (promise->state == LS_REJECTED && !was_handled) {
            track_handled(promise);
        }
        enqueue_reaction(promise, job, LS_TRACED(agent));
        return;
    }
    if (job->embedded) {
        Py_XSETREF(job->subject, Py_NewRef((PyObject *)promise));
    }
    if (promise->last == NULL) {
        job->next = job;
    }
    else {
        job->next = promise->last->next;
        promise->last->next = job;
    }
    promise->last = job;
    if (LS_TRACED(agent)) {
        ls_promise_report_waiting(promise, job);
    }
}

void
ls_promise_drop_reactions(LsPromise *promise)
{
    LsJob *job = take_reactions(promise);
    while (job != NULL) {
        LsJob *next = job->next;
        job->next = NULL;
        if (!job->embedded) {
            ls_job_free(&promise->agent->pool, job);
        }
        job = next;
    }
}

/* Completes what a reaction derived: intrinsic promises made by `then` have no resolving functions that anybody else could call,
 * so they are resolved outright; records of subclasses have theirs called. */
static int
resolve_derived(LsAgent *agent, PyObject *derived, PyObject *value)
{
    if (Py_IS_TYPE(derived, agent->state->capability_type)) {
        return ls_capability_resolve(agent, derived, value);
    }
    return ls_promise_resolve((LsPromise *)derived, value);
}

static int
reject_derived(LsAgent *agent, PyObject *derived, PyObject *reason)
{
    if (Py_IS_TYPE(derived, agent->state->capability_type)) {
        return ls_capability_reject(agent, derived, reason);
    }
    ls_promise_reject((LsPromise *)derived, reason);
    return 0;
}

/* 27.2.2.1 NewPromiseReactionJob, the job's steps */
static int
run_reaction(LsAgent *agent, LsJob *job)
{
    LsPromise *promise = (LsPromise *)job->subject;
    PyObject *derived = job->derived, *argument = ls_promise_result(promise);
    bool rejected = promise->state == LS_REJECTED;
    PyObject *handler = ls_promise_choose_handler(job, promise->state);
    if (handler == NULL) {
        if (derived == NULL) {
            return 0;
        }
        return rejected ? reject_derived(agent, derived, argument) : resolve_derived(agent, derived, argument);
    }
    int status;
    PyObject *result = ls_call1(handler, rejected ? job->argc2 : job->argc, argument);
    if (result != NULL) {
        status = derived == NULL ? 0 : resolve_derived(agent, derived, result);
        Py_DECREF(result);
        return status;
    }
    PyObject *reason;
    if (derived == NULL || ls_take_reason(agent->state, &reason) < 0) {
        return -1;
    }
    status = reject_derived(agent, derived, reason);
    Py_DECREF(reason);
    return status;
}

int
ls_promise_run_reaction(LsAgent *agent, LsJob *job)
{
    if (ls_context_enter(job->context) < 0) {
        return -1;
    }
    int status = run_reaction(agent, job);
    ls_context_leave(agent, job->context);
    return status;
}

/* Calls the thenable's own `then` with a fresh pair of resolving functions. */
static int
call_then(LsAgent *agent, LsPromise *promise, LsJob *job)
{
    PyObject *resolve, *reject;
    if (ls_resolving_functions(promise, &resolve, &reject) < 0) {
        return ls_promise_reject_raised(promise);
    }
    uint32_t lock = promise->locks;
    PyObject *result = NULL, *arguments = PyTuple_Pack(2, resolve, reject);
    Py_DECREF(resolve);
    Py_DECREF(reject);
    if (arguments != NULL) {
        result = ls_call_tuple(job->fn, job->argc, arguments);
        Py_DECREF(arguments);
    }
    if (result != NULL) {
        PyObject *started = ls_promise_start_bare(agent, result); /* an `async def then` */
        Py_DECREF(result);
        Py_XDECREF(started);
        return started == NULL ? -1 : 0;
    }
    PyObject *reason;
    if (ls_take_reason(agent->state, &reason) < 0) {
        return -1;
    }
    if (promise->locks == lock && !agent->closed) { /* what it throws after it has resolved is ignored */
        promise->locks++;
        ls_promise_reject(promise, reason);
    }
    Py_DECREF(reason);
    return 0;
}

/* 27.2.2.2 NewPromiseResolveThenableJob, the job's steps. The intrinsic `then` with the intrinsic resolving functions is a
 * reaction that passes through. */
int
ls_promise_run_thenable(LsAgent *agent, LsJob *job)
{
    LsPromise *promise = (LsPromise *)job->derived;
    if (job->fn != NULL) {
        if (ls_context_enter(job->context) < 0) {
            return -1;
        }
        int status = call_then(agent, promise, job);
        ls_context_leave(agent, job->context);
        return status;
    }
    LsJob *reaction = ls_reaction_new(agent, NULL, NULL, job->derived);
    if (reaction == NULL) {
        return ls_promise_reject_raised(promise);
    }
    ls_promise_perform_then((LsPromise *)job->subject, reaction);
    return 0;
}
