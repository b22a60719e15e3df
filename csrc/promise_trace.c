/* SPDX-License-Identifier: MIT
 *
 * What promises report to the trace. A tape that began in the middle of a run learns of each promise that was there before when
 * something happens to it: nobody could list them all.
 */
#include "promise.h"

/* What a job is called: its handler, or what it does instead of calling one. Borrowed, or NULL. */
static PyObject *
label_job(LsState *state, const LsJob *job, PyObject *handler)
{
    switch (job->kind) {
    case LS_JOB_RESUME:
        return state->str_await;
    case LS_JOB_THENABLE:
        return state->str_resolve_thenable;
    case LS_JOB_NATIVE:
        return job->fn;
    default:
        return handler == NULL ? state->str_pass_through : ls_combinator_label(state, ls_finally_label(state, handler));
    }
}

/* By which method a reaction was registered: borrowed, or NULL for what no program can register. */
static PyObject *
name_method(LsState *state, const LsJob *job, PyObject *handler)
{
    if (job->kind != LS_JOB_REACTION || handler == NULL) {
        return NULL;
    }
    if (Py_IS_TYPE(handler, state->finally_type)) {
        return state->str_finally;
    }
    return job->fn == NULL ? state->str_catch : state->str_then;
}

void
ls_promise_report_new(LsPromise *promise, LsRule rule, LsPromise *parent)
{
    LsAgent *agent = promise->agent;
    if (parent != NULL) {
        ls_promise_introduce(parent);
    }
    ls_trace_record(&agent->trace, &agent->clock, LS_EV_PROMISE_CREATE, LS_LANE_NONE, rule, promise->id,
                    parent == NULL ? 0 : parent->id, 0, NULL, NULL);
}

void
ls_promise_report_queued(LsPromise *promise, const LsJob *job)
{
    LsAgent *agent = promise->agent;
    PyObject *handler = ls_promise_choose_handler(job, promise->state);
    LsRule rule = job->kind == LS_JOB_RESUME     ? LS_RULE_AWAIT_RESUMES
                  : job->kind == LS_JOB_THENABLE ? LS_RULE_THENABLE_JOB
                  : job->kind == LS_JOB_REACTION && handler == NULL ? LS_RULE_PASS_THROUGH
                                                                    : LS_RULE_REACTION_QUEUED;
    ls_promise_introduce(promise);
    ls_trace_record(&agent->trace, &agent->clock, LS_EV_ENQUEUE, LS_LANE_MICROTASK, rule, job->id, promise->id, 0,
                    label_job(agent->state, job, handler), name_method(agent->state, job, handler));
}

/* While it waits nobody knows which of its two handlers will run: the first one there is names it. */
static void
report_waiting(LsPromise *promise, const LsJob *job)
{
    LsAgent *agent = promise->agent;
    LsRule rule = job->kind == LS_JOB_RESUME ? LS_RULE_AWAIT_YIELDS : LS_RULE_REACTION_WAITS;
    PyObject *handler = job->fn != NULL ? job->fn : job->fn2;
    ls_trace_record(&agent->trace, &agent->clock, LS_EV_PROMISE_REACT, LS_LANE_NONE, rule, job->id, promise->id, 0,
                    label_job(agent->state, job, handler), name_method(agent->state, job, handler));
}

static void
record_settled(LsPromise *promise)
{
    LsAgent *agent = promise->agent;
    PyObject *text = ls_trace_preview(promise->result);
    LS_EMIT(agent, PROMISE_SETTLE, NONE, SETTLE_ONCE, promise->id, 0, promise->state, NULL, text);
    Py_XDECREF(text);
}

/* ---- what was there before a tape began ---- */

void
ls_promise_tell_state(LsPromise *promise, bool as_pending)
{
    LsAgent *agent = promise->agent;
    LS_EMIT(agent, PROMISE_CREATE, NONE, NONE, promise->id, 0, 0, NULL, NULL);
    if (promise->state != LS_PENDING && !as_pending) {
        record_settled(promise);
        if (promise->reported && !promise->handled) {
            LS_EMIT(agent, UNHANDLED, NONE, UNHANDLED_REJECTION, promise->id, 0, 0, NULL, NULL);
        }
    }
}

/* Tells the tapes that have not heard of the promise what it is, and who waits for it: up to the newcomer, if one is given. */
static void
tell(LsPromise *promise, bool as_pending, const LsJob *newcomer)
{
    LsTrace *trace = &promise->agent->trace;
    for (LsTape *tape = trace->tapes, *next; tape != NULL; tape = next) {
        next = tape->next;
        if (promise->id <= tape->told_from && promise->told < tape->epoch) {
            LsTelling telling = ls_trace_begin_telling(trace, &promise->agent->clock, tape);
            ls_promise_tell_state(promise, as_pending);
            const LsJob *job = NULL;
            while ((job = ls_promise_next_reaction(promise, job)) != NULL && job != newcomer) {
                report_waiting(promise, job);
            }
            ls_trace_end_telling(trace, tape, telling, true);
        }
    }
    promise->told = trace->epochs;
}

static bool
is_untold(const LsPromise *promise)
{
    const LsTrace *trace = &promise->agent->trace;
    return LS_UNLIKELY(trace->told_from != 0) && trace->on && !trace->telling && promise->id <= trace->told_from &&
           promise->told < trace->epochs;
}

void
ls_promise_introduce(LsPromise *promise)
{
    if (is_untold(promise)) {
        tell(promise, false, NULL);
    }
}

void
ls_promise_report_settled(LsPromise *promise)
{
    if (is_untold(promise)) {
        tell(promise, true, NULL);
    }
    record_settled(promise);
}

void
ls_promise_report_waiting(LsPromise *promise, const LsJob *job)
{
    if (is_untold(promise)) {
        tell(promise, false, job);
    }
    report_waiting(promise, job);
}

void
ls_promise_report_locked(LsPromise *promise, PyObject *thenable)
{
    LsAgent *agent = promise->agent;
    LsPromise *other = ls_promise_check(agent->state, thenable) ? (LsPromise *)thenable : NULL;
    if (other != NULL && other->agent != agent) {
        other = NULL; /* another run's: its number means nothing here */
    }
    ls_promise_introduce(promise);
    if (other != NULL) {
        ls_promise_introduce(other);
    }
    LS_EMIT(agent, PROMISE_RESOLVE, NONE, THENABLE_JOB, promise->id, other == NULL ? 0 : other->id, 0, NULL, NULL);
}
