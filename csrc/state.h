/* SPDX-License-Identifier: MIT
 *
 * state: what one interpreter's copy of the module holds: types, interned names, and the sentinel objects.
 *
 * Ownership: every field is a strong reference, visited and cleared by ls_state_traverse/clear through the LS_STATE_OBJECTS list.
 * Threads: one state per interpreter; the GIL of that interpreter guards it.
 * Invariants: no static mutable data anywhere else (but what agent.c keeps for each thread and process).
 * Errors: ls_state_init returns -1 with an exception set.
 */
#ifndef LS_STATE_H
#define LS_STATE_H

#include "base.h"

/* Types first: each room's ls_<room>_init() fills its own. */
#define LS_STATE_TYPES(X) \
    X(loop_type) \
    X(promise_meta) \
    X(promise_type) \
    X(resolver_type) \
    X(capability_type) \
    X(combinator_type) \
    X(element_type) \
    X(settled_type) \
    X(resolvers_type) \
    X(finally_type) \
    X(promise_awaiter_type) \
    X(async_function_type) \
    X(async_generator_type) \
    X(iter_result_type) \
    X(iteration_step_type) \
    X(for_await_type) \
    X(timeout_type) \
    X(immediate_type) \
    X(live_awaiter_type) \
    X(event_type) \
    X(trace_type)

#define LS_STATE_VALUES(X) \
    X(thrown) \
    X(aggregate_error) \
    X(unhandled_rejection) \
    X(null) \
    X(empty_tuple) \
    X(library) \
    X(monitoring_disable) \
    X(find_live_loop) \
    X(noop)

/* Interned names: X(field, "text"). */
#define LS_STATE_NAMES(X) \
    X(str_then, "then") \
    X(str_constructor, "constructor") \
    X(str_await, "await") \
    X(str_resolve_thenable, "resolve thenable") \
    X(str_pass_through, "pass-through") \
    X(str_all, "Promise.all") \
    X(str_all_settled, "Promise.allSettled") \
    X(str_any, "Promise.any") \
    X(str_race, "Promise.race") \
    X(str_close, "close") \
    X(str_set_timeout, "setTimeout") \
    X(str_set_interval, "setInterval") \
    X(str_set_immediate, "setImmediate") \
    X(str_refresh, "refresh") \
    X(str_queue_microtask, "queueMicrotask") \
    X(str_next_tick, "nextTick") \
    X(str_script, "script") \
    X(str_loader, "module loader") \
    X(str_post, "post") \
    X(str_timers, "timers") \
    X(str_poll, "poll") \
    X(str_check, "check") \
    X(str_catch, "catch") \
    X(str_finally, "finally_") \
    X(str_resolve, "resolve") \
    X(str_reject, "reject") \
    X(str_value, "value") \
    X(str_reason, "reason") \
    X(str_status, "status") \
    X(str_done, "done") \
    X(str_errors, "errors") \
    X(str_next, "next") \
    X(str_return, "return_") \
    X(str_throw, "throw") \
    X(str_asend, "asend") \
    X(str_athrow, "athrow") \
    X(str_aiter, "__aiter__") \
    X(str_anext, "__anext__") \
    X(str_name, "__name__") \
    X(str_qualname, "__qualname__") \
    X(str_wrapped, "__wrapped__") \
    X(str_fulfilled, "fulfilled") \
    X(str_rejected, "rejected") \
    X(str_pending, "pending") \
    X(str_cr_await, "cr_await") \
    X(str_gi_yieldfrom, "gi_yieldfrom") \
    X(str_ag_await, "ag_await") \
    X(str_lambda, "<lambda>") \
    X(str_module, "<module>") \
    X(str_module_attribute, "__module__") \
    X(str_file, "__file__") \
    X(str_console_class, "Console.") \
    X(str_asyncio, "asyncio") \
    X(str_future_blocking, "_asyncio_future_blocking") \
    X(str_wake, "wake") \
    X(str_wake_from_thread, "wake_from_thread") \
    X(str_new_future, "new_future") \
    X(str_wait_for, "wait_for") \
    X(str_adopt, "adopt") \
    X(str_await_method, "__await__") \
    X(str_set_result, "set_result")

struct LsState;
struct LsAgent;

typedef struct LsState {
#define X(name) PyTypeObject *name;
    LS_STATE_TYPES(X)
#undef X
#define X(name) PyObject *name;
    LS_STATE_VALUES(X)
#undef X
#define X(name, text) PyObject *name;
    LS_STATE_NAMES(X)
#undef X
    /* True once somebody assigned an attribute of Promise itself (Promise.resolve = ..., Promise.then = ...): the fast
     * paths that skip the attribute look-up are then off, as ECMA-262 makes these look-ups observable. */
    bool promise_patched;
    /* What sys.monitoring knows us by (0: not yet), its events for calls and for lines, and how many runs need each now
     * (callstack room). */
    int monitoring_tool;
    long monitoring_frames, monitoring_lines;
    Py_ssize_t monitoring_users, monitoring_line_users;
    LsSpares spare_promises;
    /* The loop room's way from the asyncio loop that runs in this thread to its live agent, which is made if need be: NULL if no
     * such loop runs, or with an exception. *held holds it (see ls_agent_live). May run Python. */
    struct LsAgent *(*find_live)(struct LsState *state, bool create, PyObject **held);
    Py_ssize_t live_hosts; /* how many Loops are turned by asyncio loops: mostly none */
    /* Live objects, for the tests: a run that has ended must leave none. */
    Py_ssize_t live_loops, live_timers, live_promises, live_activations;
} LsState;

extern struct PyModuleDef ls_module_def; /* defined in module.c */

int ls_state_init(PyObject *module);
int ls_state_traverse(LsState *state, visitproc visit, void *arg);
void ls_state_clear(LsState *state);

static inline LsState *
ls_state_of_module(PyObject *module)
{
    return (LsState *)PyModule_GetState(module);
}

/* The state of an instance of one of our types or of a subclass of it; NULL with an exception if there is none. */
static inline LsState *
ls_state_of_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModuleByDef(type, &ls_module_def);
    return module == NULL ? NULL : ls_state_of_module(module);
}

/* Creates a heap type and stores it in *slot (a LsState field). base may be NULL. */
int ls_state_add_type(PyObject *module, PyTypeObject **slot, PyType_Spec *spec, PyObject *base);
/* The same for a named tuple. */
int ls_state_add_record(PyTypeObject **slot, PyStructSequence_Desc *desc);

#endif
