/* SPDX-License-Identifier: MIT
 *
 * The operations of ECMA-262 27.6.3, named after their clauses.
 */
#include "async_generator.h"

/* ---- requests ---- */

/* 27.6.3.4 AsyncGeneratorEnqueue. New reference to the request's promise. */
static LsPromise *
async_generator_enqueue(LsAsyncGenerator *generator, LsCompletion completion, PyObject *value)
{
    LsAgent *agent = generator->activation.agent;
    LsRequest *request = PyMem_Malloc(sizeof(LsRequest));
    if (request == NULL) {
        return (LsPromise *)PyErr_NoMemory();
    }
    request->promise = ls_promise_new(agent, NULL);
    request->result = request->promise == NULL ? NULL : ls_iter_result_new(agent->state, Py_None, false);
    if (request->result == NULL) {
        Py_XDECREF(request->promise);
        PyMem_Free(request);
        return NULL;
    }
    request->next = NULL;
    request->value = Py_NewRef(value);
    request->completion = completion;
    if (generator->tail == NULL) {
        generator->head = request;
    }
    else {
        generator->tail->next = request;
    }
    generator->tail = request;
    return (LsPromise *)Py_NewRef((PyObject *)request->promise);
}

static LsRequest *
pop_request(LsAsyncGenerator *generator)
{
    LsRequest *request = generator->head;
    generator->head = request->next;
    if (generator->head == NULL) {
        generator->tail = NULL;
    }
    return request;
}

/* May run Python (through __del__). */
static void
free_request(LsRequest *request)
{
    LsPromise *promise = request->promise;
    LsIterResult *result = request->result;
    PyObject *value = request->value;
    PyMem_Free(request);
    Py_DECREF(value);
    Py_DECREF(result);
    Py_DECREF(promise);
}

/* 27.6.3.5 AsyncGeneratorCompleteStep */
static void
async_generator_complete_step(LsAsyncGenerator *generator, PyObject *value, bool done)
{
    LsRequest *request = pop_request(generator);
    Py_SETREF(request->result->value, Py_NewRef(value));
    request->result->done = done;
    ls_promise_fulfill(request->promise, (PyObject *)request->result);
    free_request(request);
}

static void
async_generator_complete_step_throw(LsAsyncGenerator *generator, PyObject *reason)
{
    LsRequest *request = pop_request(generator);
    ls_promise_reject(request->promise, reason);
    free_request(request);
}

/* ---- serving ---- */

static void
begin_serving(LsAsyncGenerator *generator, LsGeneratorState state)
{
    generator->state = (uint8_t)state;
    if (generator->activation.generator == NULL) {
        generator->activation.generator = Py_NewRef((PyObject *)generator);
    }
}

/* No request is being served any more: whoever holds the generator alone keeps it alive. The caller has its own reference. */
static void
end_serving(LsAsyncGenerator *generator, LsGeneratorState state)
{
    generator->state = (uint8_t)state;
    Py_CLEAR(generator->activation.coro);
    Py_CLEAR(generator->activation.generator);
}

static void
wait_for(LsAsyncGenerator *generator, LsGeneratorWait waiting, LsPromise *promise)
{
    generator->waiting = (uint8_t)waiting;
    ls_async_await(&generator->activation, promise);
    Py_DECREF(promise);
}

/* 27.6.3.9 AsyncGeneratorAwaitReturn for the first request. 1: waits; 0: the request has failed and is completed; -1 with an
 * exception that ends the run. May run Python. */
static int
async_generator_await_return(LsAsyncGenerator *generator)
{
    LsAgent *agent = generator->activation.agent;
    begin_serving(generator, LS_GENERATOR_AWAITING_RETURN);
    LsPromise *promise = ls_promise_coerce(agent, generator->head->value);
    if (promise != NULL) {
        wait_for(generator, LS_WAITS_FOR_RETURN, promise);
        return 1;
    }
    PyObject *reason;
    generator->state = LS_GENERATOR_COMPLETED;
    if (ls_take_reason(agent->state, &reason) < 0) {
        return -1;
    }
    async_generator_complete_step_throw(generator, reason);
    Py_DECREF(reason);
    return 0;
}

/* 27.6.3.10 AsyncGeneratorDrainQueue: the body has ended. 0 or -1. May run Python. */
static int
async_generator_drain_queue(LsAsyncGenerator *generator)
{
    int waits = 0;
    generator->state = LS_GENERATOR_COMPLETED;
    while (generator->head != NULL && waits == 0) {
        switch (generator->head->completion) {
        case LS_COMPLETION_RETURN:
            waits = async_generator_await_return(generator);
            break;
        case LS_COMPLETION_THROW: {
            PyObject *reason = Py_NewRef(generator->head->value);
            async_generator_complete_step_throw(generator, reason);
            Py_DECREF(reason);
            break;
        }
        case LS_COMPLETION_NORMAL:
            async_generator_complete_step(generator, Py_None, true);
            break;
        }
    }
    if (waits <= 0) {
        end_serving(generator, LS_GENERATOR_COMPLETED);
    }
    return waits < 0 ? -1 : 0;
}

/* Prepares the step that throws exc (stolen; NULL: MemoryError is raised) into the body. */
static void
prepare_throw(LsAsyncGenerator *generator, PyObject *exc)
{
    PyObject *name = generator->activation.agent->state->str_athrow;
    PyObject *step = exc == NULL ? NULL : PyObject_CallMethodOneArg(generator->body, name, exc);
    Py_XDECREF(exc);
    Py_XSETREF(generator->activation.coro, step);
}

static void
prepare_throw_reason(LsAsyncGenerator *generator, PyObject *reason, PyObject *traceback)
{
    ls_raise_reason(generator->activation.agent->state, reason, traceback);
    prepare_throw(generator, PyErr_GetRaisedException());
}

static int
end_body(LsAsyncGenerator *generator);

/* Runs the step of the body that was prepared (none: an exception is raised in its stead), and those that follow at once. 0 or -1.
 * May run Python. */
static int
run_body(LsAsyncGenerator *generator, LsPromise *settled)
{
    int status;
    do {
        generator->goes_on = false;
        generator->waiting = LS_WAITS_IN_BODY;
        if (LS_UNLIKELY(generator->activation.coro == NULL)) {
            return end_body(generator);
        }
        status = ls_async_step(&generator->activation, settled);
        settled = NULL;
    } while (status == 0 && generator->goes_on);
    return status;
}

/* 27.6.3.6 AsyncGeneratorResume with the first request's completion; at a `yield`, 27.6.3.7 AsyncGeneratorUnwrapYieldResumption.
 * 0 or -1. May run Python. */
static int
async_generator_resume(LsAsyncGenerator *generator)
{
    LsAgent *agent = generator->activation.agent;
    LsRequest *request = generator->head;
    bool starts = generator->state == LS_GENERATOR_SUSPENDED_START;
    begin_serving(generator, LS_GENERATOR_EXECUTING);
    if (request->completion == LS_COMPLETION_RETURN) {
        LsPromise *promise = ls_promise_coerce(agent, request->value);
        if (promise != NULL) {
            wait_for(generator, LS_WAITS_FOR_LEAVE, promise);
            return 0;
        }
        prepare_throw(generator, PyErr_GetRaisedException());
    }
    else if (request->completion == LS_COMPLETION_THROW) {
        prepare_throw_reason(generator, request->value, NULL);
    }
    else {
        PyObject *step = PyObject_CallMethodOneArg(generator->body, agent->state->str_asend, starts ? Py_None : request->value);
        Py_XSETREF(generator->activation.coro, step);
    }
    if (Py_EnterRecursiveCall(" while resuming an async generator")) {
        return end_body(generator);
    }
    int status = run_body(generator, NULL);
    Py_LeaveRecursiveCall();
    return status;
}

/* 27.6.3.8 AsyncGeneratorYield, until its first Await. Steals value. 0: waits; or the error goes to the body. May run Python. */
static int
async_generator_yield(LsAsyncGenerator *generator, PyObject *value)
{
    LsPromise *promise = ls_promise_coerce(generator->activation.agent, value);
    Py_DECREF(value);
    if (promise != NULL) {
        wait_for(generator, LS_WAITS_FOR_YIELD, promise);
        return 0;
    }
    prepare_throw(generator, PyErr_GetRaisedException());
    if (generator->activation.coro == NULL) {
        return end_body(generator);
    }
    generator->goes_on = true;
    return 0;
}

/* 27.6.3.2 AsyncGeneratorStart, steps 4.f to 4.l: the body has ended with the raised exception. 0 or -1. May run Python. */
static int
end_body(LsAsyncGenerator *generator)
{
    LsAsync *activation = &generator->activation;
    bool returned = PyErr_ExceptionMatches(PyExc_StopAsyncIteration);
    PyObject *reason = NULL, *value = Py_NewRef(Py_None);
    PyObject *exc = PyErr_GetRaisedException();
    if (exc == generator->leaving) {
        returned = true;
        Py_SETREF(value, Py_NewRef(generator->returned));
    }
    ls_async_report(activation, LS_EV_ASYNC_END, LS_RULE_GENERATOR_QUEUE, generator->head->promise, returned ? 1 : 2);
    Py_CLEAR(generator->leaving);
    Py_CLEAR(generator->returned);
    Py_CLEAR(activation->job.context);
    int status = 0;
    if (returned) {
        Py_DECREF(exc);
        generator->state = LS_GENERATOR_COMPLETED;
        async_generator_complete_step(generator, value, true);
    }
    else {
        generator->state = LS_GENERATOR_COMPLETED;
        PyErr_SetRaisedException(exc);
        status = ls_take_reason(activation->agent->state, &reason);
        if (status == 0) {
            async_generator_complete_step_throw(generator, reason);
            Py_DECREF(reason);
        }
    }
    Py_DECREF(value);
    if (status < 0) {
        end_serving(generator, LS_GENERATOR_COMPLETED);
        return -1;
    }
    return async_generator_drain_queue(generator);
}

/* A step of the body is over: what asend() returns was yielded; what it raises ends the body. */
static int
end_step(LsAsync *activation, PySendResult completion, PyObject *value)
{
    LsAsyncGenerator *generator = LS_CONTAINER_OF(activation, LsAsyncGenerator, activation);
    return completion == PYGEN_RETURN ? async_generator_yield(generator, value) : end_body(generator);
}

/* The operand of a `yield` has settled: the rest of 27.6.3.8 AsyncGeneratorYield. */
static int
settle_yield(LsAsyncGenerator *generator, LsPromise *settled)
{
    if (settled->state == LS_REJECTED) {
        prepare_throw_reason(generator, ls_promise_result(settled), ls_promise_traceback(settled));
        return run_body(generator, NULL);
    }
    async_generator_complete_step(generator, ls_promise_result(settled), false);
    if (generator->head != NULL) { /* a request that waited goes on at once, before the one before it is seen to be done */
        return async_generator_resume(generator);
    }
    ls_async_report(&generator->activation, LS_EV_ASYNC_SUSPEND, LS_RULE_GENERATOR_QUEUE, NULL, 0);
    end_serving(generator, LS_GENERATOR_SUSPENDED_YIELD);
    return 0;
}

/* The operand of return_() at a `yield` has settled: the rest of 27.6.3.7 AsyncGeneratorUnwrapYieldResumption. */
static int
settle_leave(LsAsyncGenerator *generator, LsPromise *settled)
{
    if (settled->state == LS_REJECTED) {
        prepare_throw_reason(generator, ls_promise_result(settled), ls_promise_traceback(settled));
    }
    else {
        PyObject *leaving = PyObject_CallNoArgs(PyExc_GeneratorExit);
        Py_XSETREF(generator->leaving, Py_XNewRef(leaving));
        Py_XSETREF(generator->returned, Py_NewRef(ls_promise_result(settled)));
        prepare_throw(generator, leaving);
    }
    return run_body(generator, NULL);
}

/* The operand of return_() without a body has settled: the closures of 27.6.3.9 AsyncGeneratorAwaitReturn. */
static int
settle_return(LsAsyncGenerator *generator, LsPromise *settled)
{
    generator->state = LS_GENERATOR_COMPLETED;
    if (settled->state == LS_REJECTED) {
        async_generator_complete_step_throw(generator, ls_promise_result(settled));
    }
    else {
        async_generator_complete_step(generator, ls_promise_result(settled), true);
    }
    return async_generator_drain_queue(generator);
}

static int
settle_await(LsAsync *activation, LsPromise *settled)
{
    LsAsyncGenerator *generator = LS_CONTAINER_OF(activation, LsAsyncGenerator, activation);
    int status = -1;
    Py_INCREF(generator); /* serving may end */
    switch ((LsGeneratorWait)generator->waiting) {
    case LS_WAITS_IN_BODY:
        status = run_body(generator, settled);
        break;
    case LS_WAITS_FOR_YIELD:
        status = settle_yield(generator, settled);
        break;
    case LS_WAITS_FOR_LEAVE:
        status = settle_leave(generator, settled);
        break;
    case LS_WAITS_FOR_RETURN:
        status = settle_return(generator, settled);
        break;
    }
    PyObject *error = status < 0 ? PyErr_GetRaisedException() : NULL;
    Py_DECREF(generator);
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
    return status;
}

/* ---- requests from outside ---- */

/* The steps of 27.6.1.2 to 27.6.1.4 after the request is queued. 0 or -1. May run Python. */
static int
serve_request(LsAsyncGenerator *generator, LsCompletion completion)
{
    LsAsync *activation = &generator->activation;
    switch ((LsGeneratorState)generator->state) {
    case LS_GENERATOR_SUSPENDED_START:
        if (completion != LS_COMPLETION_NORMAL) { /* the body is never entered */
            return async_generator_drain_queue(generator);
        }
        ls_async_report(activation, LS_EV_ASYNC_START, LS_RULE_GENERATOR_QUEUE, generator->head->promise, 0);
        return async_generator_resume(generator);
    case LS_GENERATOR_SUSPENDED_YIELD:
        ls_async_report(activation, LS_EV_ASYNC_RESUME, LS_RULE_GENERATOR_QUEUE, generator->head->promise, 0);
        return async_generator_resume(generator);
    case LS_GENERATOR_COMPLETED:
        return async_generator_drain_queue(generator);
    case LS_GENERATOR_EXECUTING:
    case LS_GENERATOR_AWAITING_RETURN:
        break; /* its turn comes */
    }
    return 0;
}

PyObject *
ls_async_generator_request(LsAsyncGenerator *generator, LsCompletion completion, PyObject *value)
{
    if (ls_agent_check(generator->activation.agent, "AsyncGenerator") < 0) {
        return NULL;
    }
    LsPromise *promise = async_generator_enqueue(generator, completion, value);
    if (promise != NULL && LS_UNLIKELY(serve_request(generator, completion) < 0)) {
        PyObject *error = PyErr_GetRaisedException();
        Py_CLEAR(promise);
        PyErr_SetRaisedException(error);
    }
    return (PyObject *)promise;
}

static const LsAsyncKind generator_kind = {end_step, settle_await};

void
ls_async_generator_setup(LsAsyncGenerator *generator, LsAgent *agent, PyObject *body)
{
    ls_async_setup(&generator->activation, agent, body);
    generator->activation.kind = &generator_kind;
    generator->body = body;
    generator->state = LS_GENERATOR_SUSPENDED_START;
}

void
ls_async_generator_drop_requests(LsAsyncGenerator *generator)
{
    while (generator->head != NULL) {
        free_request(pop_request(generator));
    }
}
