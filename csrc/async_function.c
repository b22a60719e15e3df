/* SPDX-License-Identifier: MIT
 *
 * The driver: sends into a coroutine until it yields a promise, waits for that (27.7.5.3 Await), and sends again. A body that
 * ends settles its promise (27.7.5.2 AsyncBlockStart, steps 2.e to 2.g).
 */
#include "async_function.h"

#include <string.h>

/* ---- the trace ---- */

/* The body's own name and frame, by the attributes of its exact type: no Python runs. New references or NULL. */
static PyObject *
body_attribute(PyObject *body, const char *of_coroutine, const char *of_generator)
{
    const char *name = PyCoro_CheckExact(body) ? of_coroutine : PyAsyncGen_CheckExact(body) ? of_generator : NULL;
    PyObject *value = name == NULL ? NULL : PyObject_GetAttrString(body, name);
    if (value == NULL) {
        PyErr_Clear();
    }
    return value;
}

/* While the body is suspended its frame is not on the thread's stack: the event is put where its `await` stands. */
void
ls_async_record(LsAsync *activation, LsEventKind kind, LsRule rule, LsPromise *promise, int32_t extra)
{
    LsAgent *agent = activation->agent;
    PyObject *error = PyErr_GetRaisedException();
    int collects = PyGC_Disable(); /* CPython 3.11 collects as it makes objects of frames: nothing may run in between */
    PyObject *label = body_attribute(activation->body, "__name__", "__name__"), *frame = NULL;
    uint32_t ref = promise == NULL ? 0 : promise->id;
    if (promise != NULL) {
        ls_promise_introduce(promise);
    }
    if (kind == LS_EV_ASYNC_SUSPEND || kind == LS_EV_ASYNC_RESUME) {
        frame = body_attribute(activation->body, "cr_frame", "ag_frame");
    }
    if (frame != NULL && PyFrame_Check(frame)) {
        PyObject *code = (PyObject *)PyFrame_GetCode((PyFrameObject *)frame);
        ls_trace_record_at(&agent->trace, ls_clock_now_ns(&agent->clock), code, PyFrame_GetLasti((PyFrameObject *)frame), kind,
                           LS_LANE_STACK, rule, activation->id, ref, extra, label, NULL);
        Py_DECREF(code);
    }
    else {
        ls_trace_record(&agent->trace, &agent->clock, kind, LS_LANE_STACK, rule, activation->id, ref, extra, label, NULL);
    }
    Py_XDECREF(frame);
    Py_XDECREF(label);
    if (collects) {
        PyGC_Enable();
    }
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}

/* ---- contextvars: each activation has its own, taken from where it was called ---- */

/* A body without variables may run in the loop's own empty context, if that is the one that is entered: should it set some, it
 * keeps that context, and the loop (and whoever has called the body) goes on in a fresh one. Else it gets a spare one.
 * *inside: the context that was entered for it, borrowed; NULL: the loop's. */
static int
enter_context(LsAsync *activation, PyObject **inside)
{
    LsAgent *agent = activation->agent;
    if (LS_LIKELY(activation->job.context == NULL)) {
        if (LS_LIKELY(agent->base_context != NULL && ls_context_current(agent) == agent->base_context)) {
            *inside = NULL;
            return 0;
        }
        activation->job.context = agent->spare_context;
        agent->spare_context = NULL;
        if (activation->job.context == NULL && (activation->job.context = PyContext_Copy(agent->empty_context)) == NULL) {
            return -1;
        }
    }
    *inside = activation->job.context;
    return PyContext_Enter(activation->job.context);
}

/* Keeps a raised exception. */
static void
leave_context(LsAsync *activation, PyObject *inside)
{
    LsAgent *agent = activation->agent;
    if (LS_LIKELY(inside == NULL)) {
        if (LS_UNLIKELY(!ls_context_is_empty(agent->base_context))) {
            activation->job.context = Py_NewRef(agent->base_context);
            ls_context_leave(agent, NULL); /* gives the loop a fresh one */
        }
        return;
    }
    ls_context_leave(agent, inside);
    if (ls_context_is_empty(inside) && Py_REFCNT(inside) == 1) {
        activation->job.context = NULL;
        PyObject *surplus = agent->spare_context;
        agent->spare_context = inside;
        Py_XDECREF(surplus);
    }
}

/* ---- 27.7.5.3 Await ---- */

void
ls_async_await(LsAsync *activation, LsPromise *promise)
{
    LsAgent *agent = activation->agent;
    LS_ASSERT(activation->job.subject == NULL);
    ls_list_append(&agent->suspended, &activation->link);
    ls_async_report(activation, LS_EV_ASYNC_SUSPEND, LS_RULE_AWAIT_YIELDS, promise, 0);
    ls_promise_perform_then(promise, &activation->job);
}

/* What the body yielded is not a promise: it belongs to another kind of event loop. A live agent is turned by such a loop. */
static int
await_foreign(LsAsync *activation, PyObject *yielded)
{
    LsAgent *agent = activation->agent;
    if (agent->host != NULL) {
        LsPromise *ready = ls_promise_new(agent, NULL);
        if (ready == NULL || agent->host->wait_for(agent, yielded, (PyObject *)ready) < 0) {
            Py_XDECREF(ready);
            return -1;
        }
        ls_async_await(activation, ready);
        Py_DECREF(ready);
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 "await: an async function can wait for promises, coroutines and thenables, but the awaited object handed "
                 "%.100s to the event loop. Awaitables of asyncio need a running asyncio loop: call the function in a notebook's "
                 "plain cell or under asyncio.run(), without run() or record(); those of other libraries need their own loop",
                 yielded == Py_None ? "None" : Py_TYPE(yielded)->tp_name);
    return -1;
}

/* Waits for what the body yielded. 0, or -1 with an exception for the body. May run Python. */
static int
await_yielded(LsAsync *activation, PyObject *yielded)
{
    LsAgent *agent = activation->agent;
    if (LS_LIKELY(ls_promise_is_own(agent, yielded))) {
        ls_async_await(activation, (LsPromise *)yielded);
        return 0;
    }
    if (!ls_promise_check(agent->state, yielded)) {
        return await_foreign(activation, yielded);
    }
    LsPromise *promise = ls_promise_coerce(agent, yielded); /* step 2: PromiseResolve(%Promise%, value) */
    if (promise == NULL) {
        return -1;
    }
    ls_async_await(activation, promise);
    Py_DECREF(promise);
    return 0;
}

/* Throws the raised exception into coro; as PyIter_Send otherwise. May run Python. */
static PySendResult
throw_into(LsState *state, PyObject *coro, PyObject **value)
{
    PyObject *exc = PyErr_GetRaisedException();
    *value = PyObject_CallMethodOneArg(coro, state->str_throw, exc);
    Py_DECREF(exc);
    if (*value != NULL) {
        return PYGEN_NEXT;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        return PYGEN_ERROR;
    }
    PyObject *stop = PyErr_GetRaisedException();
    PyObject *returned = ((PyStopIterationObject *)stop)->value;
    *value = Py_NewRef(returned == NULL ? Py_None : returned);
    Py_DECREF(stop);
    return PYGEN_RETURN;
}

/* In a live run a rejection is reported in the context in which it came about: the body's own. */
static int
end_live(LsAsync *activation, PySendResult completion, PyObject *value)
{
    LsAgent *agent = activation->agent;
    PyObject *error = PyErr_GetRaisedException(), *context = Py_XNewRef(activation->job.context);
    if (ls_context_enter(context) < 0) {
        PyErr_Clear();
        Py_CLEAR(context);
    }
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
    int result = activation->kind->on_end(activation, completion, value);
    if (context != NULL) {
        ls_context_leave(agent, context);
        Py_DECREF(context);
    }
    return result;
}

int
ls_async_step(LsAsync *activation, LsPromise *settled)
{
    LsAgent *agent = activation->agent;
    void *outer = agent->driving;
    PyObject *outer_resuming = agent->resuming;
    PyObject *inside, *value = NULL;
    PySendResult sent = PYGEN_ERROR;
    bool from_outside = !agent->entered;
    LsAgent *current = NULL;
    if (LS_UNLIKELY(from_outside)) {
        current = ls_agent_enter(agent);
        agent->entered = true;
    }
    if (LS_LIKELY(enter_context(activation, &inside) == 0)) {
        agent->driving = activation;
        agent->resuming = (PyObject *)settled;
        sent = PyIter_Send(activation->coro, Py_None, &value);
        while (sent == PYGEN_NEXT) {
            int waits = await_yielded(activation, value);
            Py_DECREF(value);
            if (LS_LIKELY(waits == 0)) {
                break;
            }
            sent = throw_into(agent->state, activation->coro, &value);
        }
        agent->driving = outer;
        agent->resuming = outer_resuming;
        leave_context(activation, inside);
    }
    if (agent->foremost == activation) {
        agent->foremost = NULL;
    }
    if (LS_UNLIKELY(from_outside)) {
        agent->entered = false;
        ls_agent_leave(agent, current);
    }
    if (LS_LIKELY(sent == PYGEN_NEXT)) {
        return 0;
    }
    return LS_LIKELY(agent->host == NULL) ? activation->kind->on_end(activation, sent, value) : end_live(activation, sent, value);
}

int
ls_async_resume(LsAgent *agent, LsJob *job)
{
    LsAsync *activation = job->u.owner;
    LsPromise *settled = (LsPromise *)job->subject;
    job->subject = NULL;
    ls_list_remove(&activation->link);
    ls_async_report(activation, LS_EV_ASYNC_RESUME, LS_RULE_AWAIT_RESUMES, settled, 0);
    int result;
    if (LS_LIKELY(activation->kind->on_settled == NULL)) {
        agent->foremost = activation;
        result = ls_async_step(activation, settled);
    }
    else {
        result = activation->kind->on_settled(activation, settled);
    }
    Py_DECREF(settled);
    return result;
}

/* ---- 27.7.5.1 AsyncFunctionStart, 27.7.5.2 AsyncBlockStart ---- */

void
ls_async_setup(LsAsync *activation, LsAgent *agent, PyObject *body)
{
    memset(activation, 0, sizeof(*activation));
    ls_list_init(&activation->link);
    activation->agent = agent;
    activation->body = body;
    activation->id = ls_trace_new_id(&agent->trace);
    activation->job.kind = LS_JOB_RESUME;
    activation->job.embedded = 1;
    activation->job.u.owner = activation;
    agent->state->live_activations++;
}

static int
end_function(LsAsync *activation, PySendResult completion, PyObject *value);

static const LsAsyncKind function_kind = {end_function, NULL};

/* A record for a coroutine, which it steals; its promise is still missing. A spare record is as it was set up, but for what is set
 * here. NULL without an exception: out of memory. */
static LsAsync *
new_activation(LsAgent *agent, PyObject *coro)
{
    LsAsync *activation = agent->spare_activation;
    if (LS_LIKELY(activation != NULL)) {
        agent->spare_activation = NULL;
        activation->body = coro;
        activation->id = ls_trace_new_id(&agent->trace);
        agent->state->live_activations++;
    }
    else {
        activation = PyMem_Malloc(sizeof(LsAsync));
        if (activation == NULL) {
            return NULL;
        }
        ls_async_setup(activation, agent, coro);
        activation->kind = &function_kind;
    }
    activation->coro = coro;
    return activation;
}

/* May run Python (through __del__). */
static void
free_activation(LsAsync *activation)
{
    LsAgent *agent = activation->agent;
    PyObject *coro = activation->coro, *context = activation->job.context;
    LS_ASSERT(ls_list_empty(&activation->link) && activation->job.subject == NULL && activation->generator == NULL);
    activation->job.context = NULL;
    agent->state->live_activations--;
    if (LS_LIKELY(agent->spare_activation == NULL && !agent->closed)) {
        agent->spare_activation = activation;
    }
    else {
        PyMem_Free(activation);
    }
    Py_XDECREF(context);
    Py_DECREF(coro);
}

/* AsyncBlockStart, steps 2.e to 2.g: the body of an async function has ended. */
static int
end_function(LsAsync *activation, PySendResult completion, PyObject *value)
{
    LsPromise *promise = (LsPromise *)activation->job.derived;
    bool returned = completion == PYGEN_RETURN;
    ls_async_report(activation, LS_EV_ASYNC_END, LS_RULE_ASYNC_RETURN, promise, returned ? 1 : 2);
    int result = returned ? ls_promise_resolve(promise, value) : ls_promise_reject_raised(promise);
    Py_XDECREF(value);
    PyObject *error = result < 0 ? PyErr_GetRaisedException() : NULL;
    activation->job.derived = NULL;
    free_activation(activation);
    Py_DECREF(promise);
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
    return result;
}

PyObject *
ls_async_start_fresh(LsAgent *agent, PyObject *coro)
{
    LsPromise *promise = ls_promise_new(agent, NULL);
    LsAsync *activation = promise == NULL ? NULL : new_activation(agent, coro);
    /* From here on the runtime alone decides when the body ends. Should it never end, nothing of it may run. */
    if (PyCoro_CheckExact(coro)) {
        (void)ls_mark_finalized(coro);
    }
    if (LS_UNLIKELY(activation == NULL)) {
        Py_XDECREF(promise);
        Py_DECREF(coro);
        return promise == NULL ? NULL : PyErr_NoMemory();
    }
    activation->job.derived = Py_NewRef((PyObject *)promise);
    int result = ls_context_capture(agent, &activation->job.context);
    ls_async_report(activation, LS_EV_ASYNC_START, LS_RULE_ASYNC_SYNC_START, promise, 0);
    if (LS_UNLIKELY(result < 0 || Py_EnterRecursiveCall(" while calling an async function"))) {
        result = end_function(activation, PYGEN_ERROR, NULL);
    }
    else {
        result = ls_async_step(activation, NULL);
        Py_LeaveRecursiveCall();
    }
    if (LS_UNLIKELY(result < 0)) {
        Py_CLEAR(promise);
    }
    return (PyObject *)promise;
}

PyObject *
ls_async_rejected(LsAgent *agent)
{
    PyObject *error = PyErr_GetRaisedException();
    LsPromise *promise = ls_promise_new(agent, NULL);
    if (promise == NULL) {
        Py_DECREF(error);
        return NULL;
    }
    PyErr_SetRaisedException(error);
    if (ls_promise_reject_raised(promise) < 0) {
        Py_CLEAR(promise);
    }
    return (PyObject *)promise;
}

/* True if the coroutine has not been started by anybody; else RuntimeError. A finished one says so itself when it is sent into. */
static bool
is_unstarted(PyObject *coro)
{
    static const char *const signs[] = {"cr_running", "cr_suspended"};
    for (size_t i = 0; PyCoro_CheckExact(coro) && i < Py_ARRAY_LENGTH(signs); i++) {
        PyObject *sign = PyObject_GetAttrString(coro, signs[i]);
        if (sign == NULL) {
            return false;
        }
        Py_DECREF(sign);
        if (sign == Py_True) {
            PyErr_Format(PyExc_RuntimeError, "this coroutine runs already and cannot be started again: %R", coro);
            return false;
        }
    }
    return true;
}

PyObject *
ls_async_start(LsAgent *agent, PyObject *coro)
{
    if (LS_LIKELY(is_unstarted(coro))) {
        return ls_async_start_fresh(agent, Py_NewRef(coro));
    }
    return ls_async_rejected(agent);
}

/* ---- the end of the run ---- */

typedef struct {
    LsState *state;
    PyObject *found;  /* list: what has been or is still to be looked into */
    PyObject *known;  /* set of the addresses of what is in it */
    PyObject *holder; /* the one that is looked into */
    PyObject *target;
    Py_ssize_t count; /* how often holder refers to target */
} Survey;

static bool
is_body(PyObject *object)
{
    return PyCoro_CheckExact(object) || PyGen_CheckExact(object) || PyAsyncGen_CheckExact(object);
}

/* An iterator made in C, synchronous or not: an asend(), an enumerate(), a for_await(). */
static bool
is_iterator_of_c(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    bool iterates = type->tp_iternext != NULL || (type->tp_as_async != NULL && type->tp_as_async->am_anext != NULL);
    return iterates && (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0;
}

static int
count_references(PyObject *object, void *arg)
{
    Survey *survey = arg;
    survey->count += object == survey->target;
    return 0;
}

static bool
is_held_by_holder_alone(Survey *survey, PyObject *object)
{
    survey->target = object;
    survey->count = 0;
    Py_TYPE(survey->holder)->tp_traverse(survey->holder, count_references, survey);
    return survey->count == Py_REFCNT(object);
}

/* Appends what is not there yet. 0, or -1 with MemoryError. */
static int
add_found(Survey *survey, PyObject *object)
{
    PyObject *address = PyLong_FromVoidPtr(object);
    int known = address == NULL ? -1 : PySet_Contains(survey->known, address);
    if (known == 0) {
        known = PySet_Add(survey->known, address) < 0 ? -1 : PyList_Append(survey->found, object);
    }
    Py_XDECREF(address);
    return known < 0 ? -1 : 0;
}

/* Collects what would run code when holder drops it. Coroutines and async generators wait for what never comes, whoever else holds
 * them; a generator that others hold as well may go on after the run, and is left alone. */
static int
survey_held(PyObject *object, void *arg)
{
    Survey *survey = arg;
    if (!PyObject_IS_GC(object) || !(is_body(object) || is_iterator_of_c(object)) ||
        Py_IS_TYPE(object, survey->state->async_generator_type)) { /* that one abandons its body itself when it goes */
        return 0;
    }
    if ((PyCoro_CheckExact(object) || PyAsyncGen_CheckExact(object) || is_held_by_holder_alone(survey, object)) &&
        add_found(survey, object) < 0) {
        PyErr_Clear(); /* out of memory: this one's `finally` may run */
    }
    return 0;
}

void
ls_async_abandon(LsState *state, PyObject *body)
{
    PyObject *error = PyErr_GetRaisedException();
    Survey survey = {.state = state, .found = PyList_New(0), .known = PySet_New(NULL)};
    if (survey.found == NULL || survey.known == NULL || add_found(&survey, body) < 0) {
        PyErr_Clear();
        (void)ls_mark_finalized(body);
    }
    for (Py_ssize_t i = 0; survey.found != NULL && survey.known != NULL && i < PyList_GET_SIZE(survey.found); i++) {
        survey.holder = PyList_GET_ITEM(survey.found, i);
        if (is_body(survey.holder) && !ls_mark_finalized(survey.holder)) {
            Py_INCREF(survey.holder); /* this build has no mark: the frame is leaked, which runs nothing either */
        }
        Py_TYPE(survey.holder)->tp_traverse(survey.holder, survey_held, &survey);
    }
    Py_XDECREF(survey.known);
    Py_XDECREF(survey.found);
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
}

void
ls_async_discard_all(LsAgent *agent)
{
    ls_queue_clear(&agent->microtasks, &agent->pool);
    PyMem_Free(agent->spare_activation);
    agent->spare_activation = NULL;
    while (!ls_list_empty(&agent->suspended)) {
        LsAsync *activation = LS_CONTAINER_OF(agent->suspended.next, LsAsync, link);
        /* Those that were queued have lost theirs already. */
        PyObject *awaited = activation->job.subject, *promise = activation->job.derived;
        PyObject *generator = activation->generator;
        activation->job.subject = activation->job.derived = NULL;
        ls_list_remove(&activation->link);
        if (awaited != NULL) {
            /* Reactions of a closed run never run; they go before the records do that are embedded in them. */
            ls_promise_drop_reactions((LsPromise *)awaited);
        }
        ls_async_abandon(agent->state, activation->body);
        if (generator != NULL) {
            activation->generator = NULL;
            Py_DECREF(generator);
        }
        else {
            free_activation(activation);
        }
        Py_XDECREF(promise);
        Py_XDECREF(awaited);
    }
}

int
ls_async_traverse_all(LsAgent *agent, visitproc visit, void *arg)
{
    for (LsList *node = agent->suspended.next; node != &agent->suspended; node = node->next) {
        LsAsync *activation = LS_CONTAINER_OF(node, LsAsync, link);
        Py_VISIT(activation->generator);
        if (activation->generator == NULL) { /* else the generator visits what its record holds */
            Py_VISIT(activation->coro);
            int result = ls_job_traverse(&activation->job, visit, arg);
            if (result != 0) {
                return result;
            }
        }
    }
    return 0;
}
