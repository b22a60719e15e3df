/* SPDX-License-Identifier: MIT
 *
 * loop: one run of a program on one thread: script, then turns of the event loop (Node's phases: timers, poll, check, close),
 * each task followed by its checkpoint (ticks, microtasks, rejections), until nothing can happen any more.
 *
 * Ownership: the Loop object owns the agent, the timers, the libuv block, and the posted callables.
 * A Loop with a `host` is live: asyncio's loop, which that stands for, gives it its turns, and it neither runs nor waits by itself.
 *
 * Threads: the creating thread, but post() (any thread: it appends to a list under the GIL and wakes the loop).
 * Invariants: running => the agent is current on its thread; closed => nothing pending is left.
 * Errors: an uncaught exception goes to the process's handlers (the `emit` callable given by Python); unhandled, it ends the run
 * and is raised by run().
 */
#ifndef LS_LOOP_H
#define LS_LOOP_H

#include "iteration.h"
#include "host_uv.h"
#include "timers.h"

typedef struct LsLoop {
    PyObject_HEAD
    PyObject *module; /* keeps LsState alive: whatever holds a Loop may use its state, in a dealloc too. Never cleared */
    LsAgent agent;
    LsTimers timers;
    LsUv *uv;         /* NULL in a live Loop: asyncio's loop does the waiting */
    PyObject *host;   /* live: the loopscope.live_runtime.LiveRuntime around it; else NULL */
    PyObject *failed_context; /* live: where the task or job ran that has raised, so that its error is reported there; or NULL */
    PyObject *emit;   /* emit(event, *args) -> bool, the process's event emitter; or NULL */
    PyObject *write;  /* write(stream, text), where console output goes; NULL: sys.stdout and sys.stderr */
    PyObject *error;  /* the exception that ended the run, or NULL */
    PyObject *posted; /* list of (callable, args, context) of post(): guarded, with has_posted, by the GIL */
    PyObject *weakrefs;
    long pid;         /* of the process that opened it: a forked child must not run it */
    LsTape *tape;     /* what trace=True records, from the start on; else it stays empty */
    int64_t due_until; /* in a timers phase: the timers that were due at this ms are in the task queue; else -1 */
    int exit_code;    /* process.exitCode; -1: not set */
    bool running;
    bool has_posted;
    bool exit_called; /* process.exit(): nothing runs any more */
    bool failed;      /* an uncaught error ends the run: nobody is asked about it again */
    uint8_t main_hops; /* microtasks that the error of a module's body has to go through yet */
    bool browser;     /* host="browser": HTML's timers, no ticks, no immediates; errors are reported and the page goes on */
    /* limits.c */
    int32_t jobs_between;     /* how many there were since the last look: agent.jobs_until_check counts down from it */
    int64_t jobs_left;        /* of the limit of steps; INT64_MAX: there is none */
    PyObject *limit_error;    /* class of what is raised at that limit; or NULL */
    PyObject *interrupt;      /* class of what another thread wants raised here; or NULL */
    PyObject *interrupt_function; /* with it: a function whose bytecode raises it */
    PyObject *alarm;          /* called once between two tasks, when the clock has reached alarm_ms; or NULL */
    int64_t alarm_ms;
} LsLoop;

/* ---- loop.c: the run ---- */
/* Runs main() as the script and then turns of the loop until nothing can happen any more. New reference to main's result, or
 * NULL with the exception that ended the run (SystemExit after process.exit). May run Python. */
PyObject *ls_loop_run(LsLoop *loop, PyObject *main, bool module_order);
/* process.exit(code): emits 'exit' once and raises SystemExit; nothing runs afterwards. Always -1. May run Python. */
int ls_loop_exit(LsLoop *loop, int code);
/* process.emit(event, *args): 1 a listener handled it, 0 nobody did, -1 an exception. Steals nothing. May run Python. */
int ls_loop_emit(LsLoop *loop, const char *event, PyObject *first, PyObject *second);
/* Tear-down: drops all that is pending without running it. May run Python (__del__). */
void ls_loop_close(LsLoop *loop);

/* ---- turns.c: the turns of the event loop, and their tasks ---- */
/* Starts a task: what it causes names it. source, delay: of the timer or immediate that it runs; label: borrowed until the task
 * ends; kind: how that was made, borrowed for ever. Returns its number. */
uint32_t ls_loop_begin_task(LsAgent *agent, LsRule rule, uint32_t source, int32_t delay, PyObject *label, PyObject *kind);
void ls_loop_end_task(LsAgent *agent, uint32_t task);
/* Turn after turn, until nothing must be waited for (uv_run). in_poll: what has run until now ran in a poll phase; the rest of
 * that turn comes first, alive or not. 0, or -1: the run ends. May run Python. */
int ls_loop_run_turns(LsLoop *loop, bool in_poll);
/* True while something that must be waited for is pending (uv_loop_alive). */
bool ls_loop_alive(const LsLoop *loop);
/* Takes over work for the loop from any thread. 0 or -1. */
int ls_loop_post(LsLoop *loop, PyObject *callable, PyObject *args);
/* One turn without waiting: the checkpoint of what was scheduled from outside of it, as input that the poll phase got; posted
 * work; immediates; the timers that are due. 0, or -1 with KeyboardInterrupt, SystemExit or MemoryError. May run Python. */
int ls_loop_turn(LsLoop *loop);

/* ---- live.c: a Loop that asyncio's loop turns ---- */
/* Makes a new Loop live: `host` gives it its turns. 0 or -1. */
int ls_live_setup(LsLoop *loop, PyObject *host);
/* Enters the Loop for one turn, or for its checkpoint alone: 1; 0 if a turn is under way (in a nested asyncio loop); -1. */
int ls_live_turn(LsLoop *loop, bool checkpoint_only);
/* In how many ms there is something to do; 0: now, -1: only when somebody asks for a turn. */
int64_t ls_live_timeout(LsLoop *loop);
/* Work was posted: asks for a turn, from any thread. 0 or -1. May run Python. */
int ls_live_wake_from_thread(LsLoop *loop);
int ls_live_init(PyObject *module, LsState *state);

/* ---- checkpoint.c: what runs after every task ---- */
/* Node's processTicksAndRejections(): ticks, then microtasks, until both are dry, then rejections, again. 0, or -1 with the
 * exception of a tick or of a rejection handler (the rest stays queued). May run Python. */
int ls_loop_drain(LsLoop *loop);
/* The checkpoint at the end of a task: drains, and gives an exception to the process's handlers. 0, or -1: the run ends. */
int ls_loop_checkpoint(LsLoop *loop);
/* Around what runs in a checkpoint: for the trace. */
void ls_loop_begin_checkpoint(LsAgent *agent);
void ls_loop_end_checkpoint(LsAgent *agent);
/* Microtasks alone (HTML "perform a microtask checkpoint"). 0, or -1: the run ends. */
int ls_loop_run_microtasks(LsLoop *loop);
/* With an exception raised: offers it to 'uncaughtException'. 0: handled, the run goes on; -1 with the exception that ends
 * the run raised. May run Python. */
int ls_loop_handle_uncaught(LsLoop *loop, const char *origin);
/* Calls a task's or a job's function; starts a coroutine that it gives. 0 or -1 with its exception. May run Python. */
int ls_loop_call(LsLoop *loop, PyObject *callback, uint8_t arity, PyObject *args, PyObject *context);
/* Lets signal handlers run, at the latest every 1000 jobs. 0 or -1 (KeyboardInterrupt). May run Python. */
int ls_loop_check_signals(LsLoop *loop);

/* ---- limits.c: what stops a run from outside, or looks after it ---- */
/* A run may start this many tasks and jobs from now on (INT64_MAX: any number); then `error`, a class, is raised. */
void ls_loop_limit_steps(LsLoop *loop, int64_t steps, PyObject *error);
/* Signals, interrupts and the limit of steps. 0, or -1 with an exception. May run Python. */
int ls_loop_check_limits(LsLoop *loop);
/* Raises what another thread has asked for. 0 or -1. May run Python. */
int ls_loop_check_interrupt(LsLoop *loop);
/* At the end of a run: what was asked for and has not been raised will not be. */
void ls_loop_forget_interrupt(LsLoop *loop);
/* Calls the alarm, if its time has come. Its errors are reported, not raised, but for KeyboardInterrupt and the like: 0, or -1.
 * May run Python. */
int ls_loop_ring_alarm(LsLoop *loop);
/* Methods of Loop, and what they say of themselves. */
PyObject *ls_loop_interrupt(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
PyObject *ls_loop_set_step_limit(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
PyObject *ls_loop_set_alarm(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
extern const char ls_loop_interrupt_doc[], ls_loop_set_step_limit_doc[], ls_loop_set_alarm_doc[];

/* ---- snapshot.c: tapes that begin or end in the middle ---- */
/* Attaches a tape, and tells it what is there already. */
void ls_loop_start_tape(LsLoop *loop, LsTape *tape);
/* Detaches it; nothing happens if it is not attached. */
void ls_loop_stop_tape(LsLoop *loop, LsTape *tape);

static inline LsLoop *
ls_loop_of(LsAgent *agent)
{
    return LS_CONTAINER_OF(agent, LsLoop, agent);
}

int ls_loop_init(PyObject *module, LsState *state);         /* loop_object.c: the type Loop */
int ls_trace_object_init(PyObject *module, LsState *state); /* trace_object.c: the types Trace and Event */
extern PyMethodDef ls_loop_functions[];                     /* loop_functions.c: set_timeout, queue_microtask, ... */

#endif
