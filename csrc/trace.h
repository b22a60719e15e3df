/* SPDX-License-Identifier: MIT
 *
 * trace: the record of a run. Every room reports what it does as it does it; views are functions of this record alone.
 * Off costs one predictable branch. An event says what happened (kind), to which thing (id, ref), because of which running
 * unit (cause), by which rule, where in the learner's source (code + instruction), and when (the run's clock). Events go to
 * tapes: none, one, or several that began at different times. One that began in the middle tells first what was there already
 * (room snapshot), so that whoever reads it never meets a thing that he was not told of.
 *
 * Ownership: an event owns code, label and text (str, int or code objects only, so no cycle can pass through a tape). A tape is
 * a Python object (loopscope.Trace), held by the trace while it is attached and by whoever reads it.
 * Threads: the loop's thread only.
 * Invariants: events are numbered by their place; count <= limit, bytes <= bytes_limit; after a limit is met `truncated` is set
 * and the rest of the run is not recorded (the run itself goes on). `on` <=> a tape is attached that is not over.
 * Errors: recording never fails: out of memory ends a tape as its limit does.
 */
#ifndef LS_TRACE_H
#define LS_TRACE_H

#include "clock.h"

/* X(NAME, "name"): the kinds of events. The names are public (the trace's schema). */
#define LS_EVENT_KINDS(X) \
    X(RUN_START, "run-start") \
    X(RUN_END, "run-end") \
    X(PHASE, "phase")                     /* label: timers, poll, check, close */ \
    X(TASK_START, "task-start")           /* id: the task; ref: the timer, immediate ... that it runs */ \
    X(TASK_END, "task-end") \
    X(CHECKPOINT_START, "checkpoint-start") \
    X(CHECKPOINT_END, "checkpoint-end") \
    X(SCHEDULE, "schedule")               /* id: timer or host operation handed to the host; extra: delay in ms */ \
    X(CANCEL, "cancel")                   /* id: cleared timer, immediate */ \
    X(ENQUEUE, "enqueue")                 /* id: job or timer that enters the queue of its lane; ref: promise */ \
    X(JOB_START, "job-start")             /* id: leaves its queue and runs */ \
    X(JOB_END, "job-end") \
    X(PROMISE_CREATE, "promise-create")   /* id: the promise; ref: its parent (then) */ \
    X(PROMISE_RESOLVE, "promise-resolve") /* id: locked in to ref */ \
    X(PROMISE_SETTLE, "promise-settle")   /* extra: 1 fulfilled, 2 rejected; text: its value */ \
    X(PROMISE_REACT, "promise-react")     /* id: job registered on promise ref; it waits */ \
    X(PROMISE_HANDLED, "promise-handled") \
    X(UNHANDLED, "unhandled-rejection") \
    X(LATE_HANDLED, "rejection-handled")  /* the host tells that one it had reported has a handler after all */ \
    X(ASYNC_START, "async-start")         /* id: the async function's activation; ref: its promise */ \
    X(ASYNC_SUSPEND, "async-suspend")     /* ref: the awaited promise */ \
    X(ASYNC_RESUME, "async-resume") \
    X(ASYNC_END, "async-end")             /* extra: 1 returned, 2 threw */ \
    X(CALL, "call")                       /* a frame of the learner's is pushed */ \
    X(RETURN, "return")                   /* extra: 1 returned, 2 raised, 3 suspended: await, yield */ \
    X(LINE, "line")                       /* a line of a frame's is about to be executed */ \
    X(OUTPUT, "output")                   /* text: the printed text; extra: 1 stdout, 2 stderr */ \
    X(ERROR, "error")                     /* text: the uncaught error */ \
    X(OPERATION_START, "operation-start") \
    X(OPERATION_END, "operation-end") \
    X(CLOCK, "clock")                     /* virtual time jumped; extra: by how many ms */ \
    X(SNAPSHOT, "snapshot")               /* the next `extra` events tell of what was there before the tape began */ \
    X(TRACE_END, "trace-end")             /* the tape ends here; the run goes on */ \
    X(CLOSE, "close")                     /* the runtime is closed: what waits in it (ids id - extra + 1 to id) is dropped */

/* X(NAME, "name"): where a thing stands. */
#define LS_LANES(X) \
    X(NONE, "") \
    X(HOST, "host") \
    X(TASK, "task") \
    X(TICK, "tick") \
    X(MICROTASK, "microtask") \
    X(STACK, "stack") \
    X(OUTPUT_LANE, "output")

/* X(NAME, "name"): the rule that an event follows; the texts are in loopscope.tracing.rules. */
#define LS_RULES(X) \
    X(NONE, "") \
    X(SCRIPT_FIRST, "script-first") \
    X(RUN_TO_END, "run-to-end") \
    X(SYNC_CALL, "sync-call") \
    X(CHECKPOINT, "checkpoint") \
    X(TICKS_FIRST, "ticks-before-microtasks") \
    X(MICROTASK_FIFO, "microtask-fifo") \
    X(TIMER_HOST, "timer-handed-to-host") \
    X(TIMER_DUE, "timer-due") \
    X(TIMER_LISTS, "timer-lists") \
    X(TIMER_CLEARED, "timer-cleared") \
    X(INTERVAL_REARM, "interval-rearm") \
    X(IMMEDIATE_CHECK, "immediate-check") \
    X(PHASES, "phases") \
    X(EXECUTOR_SYNC, "executor-sync") \
    X(SETTLE_ONCE, "settle-once") \
    X(REACTION_QUEUED, "reaction-queued") \
    X(REACTION_WAITS, "reaction-waits") \
    X(THENABLE_JOB, "thenable-job") \
    X(PASS_THROUGH, "pass-through") \
    X(ASYNC_SYNC_START, "async-sync-start") \
    X(AWAIT_YIELDS, "await-yields") \
    X(AWAIT_RESUMES, "await-resumes") \
    X(ASYNC_RETURN, "async-return") \
    X(GENERATOR_QUEUE, "generator-queue") \
    X(UNHANDLED_REJECTION, "unhandled-rejection") \
    X(UNCAUGHT, "uncaught-error") \
    X(HOST_WAITS, "host-waits") \
    X(LOOP_ENDS, "loop-ends") \
    X(POSTED, "posted-from-thread") \
    X(ALREADY_THERE, "already-there") \
    X(TRACE_ENDS, "trace-ends") \
    X(CLOSED, "runtime-closed") \
    X(EXIT, "process-exit") \
    X(STOPPED, "run-stopped")

#define X(name, text) LS_EV_##name,
typedef enum { LS_EV_ZERO, LS_EVENT_KINDS(X) LS_EV_COUNT } LsEventKind;
#undef X
#define X(name, text) LS_LANE_##name,
typedef enum { LS_LANES(X) LS_LANE_COUNT } LsLane;
#undef X
#define X(name, text) LS_RULE_##name,
typedef enum { LS_RULES(X) LS_RULE_COUNT } LsRule;
#undef X

#define LS_MOST_DEPTH ((1 << 17) - 1)

typedef struct {
    int64_t time_ns;
    uint32_t kind : 6, lane : 3, rule : 6, depth : 17; /* depth: of the learner's frames, at most LS_MOST_DEPTH */
    uint32_t id, ref, cause;
    int32_t extra;
    int32_t lasti;   /* instruction offset in code; -1: none */
    PyObject *code;  /* code object or NULL */
    PyObject *label; /* str or NULL */
    PyObject *text;  /* str or NULL; of the kinds for which ls_event_has_changes() holds: changes of the heap (heap room) */
} LsEvent;

_Static_assert(LS_EV_COUNT <= 1 << 6 && LS_LANE_COUNT <= 1 << 3 && LS_RULE_COUNT <= 1 << 6, "an event's fields are too small");
_Static_assert(sizeof(LsEvent) <= 32 + 3 * sizeof(PyObject *), "events are what a long recording is made of");

static inline bool
ls_event_has_changes(uint32_t kind)
{
    return kind == LS_EV_LINE || kind == LS_EV_CALL || kind == LS_EV_RETURN || kind == LS_EV_TASK_END || kind == LS_EV_JOB_END;
}

/* What the loop does itself has no place in the program's source: the stack is empty then. */
static inline bool
ls_event_is_of_loop(uint32_t kind)
{
    uint64_t of_loop = UINT64_C(1) << LS_EV_PHASE | UINT64_C(1) << LS_EV_TASK_START | UINT64_C(1) << LS_EV_TASK_END |
                       UINT64_C(1) << LS_EV_CHECKPOINT_START | UINT64_C(1) << LS_EV_CHECKPOINT_END |
                       UINT64_C(1) << LS_EV_JOB_START | UINT64_C(1) << LS_EV_JOB_END;
    return (of_loop >> kind & 1) != 0;
}

/* Why a tape has ended before the run. */
typedef enum { LS_CUT_NOT, LS_CUT_EVENTS, LS_CUT_BYTES, LS_CUT_MEMORY } LsCut;

/* Whose code it is: a library's; a part of a function of the program's that has a frame of its own (a class body, in some
 * versions of Python a comprehension); a function or the script. */
typedef enum { LS_OWNER_LIBRARY, LS_OWNER_PART, LS_OWNER_FUNCTION } LsOwner;

/* The owner of all code that has these two names, of a file and of a function. */
typedef struct {
    PyObject *file, *name; /* owned, or NULL */
    bool optimized;        /* it has CO_OPTIMIZED: it is no class body */
    LsOwner owner;
} LsKnownOwner;

#define LS_KNOWN_OWNERS 32

/* A block of events is 16 MiB, with what the allocator adds. */
#define LS_BLOCK_EVENTS ((((size_t)16 << 20) - 64) / sizeof(LsEvent))

/* The Python type loopscope.Trace (trace_object.c). */
typedef struct LsTape {
    PyObject_HEAD
    LsEvent **blocks; /* of LS_BLOCK_EVENTS events; the last one may be shorter */
    size_t count, capacity, limit;
    size_t bytes, bytes_limit; /* of the texts of events */
    int64_t until_ns; /* what happens later than that is not for it */
    struct LsTape *next; /* among the attached ones; owned */
    uint32_t told_from;  /* things with numbers up to this were there before it began: a snapshot tells of them */
    uint32_t epoch;      /* which of the trace's tapes with a snapshot it is */
    bool frames;         /* it wants call and return */
    bool lines;          /* it wants line, and what variables hold */
    bool frames_lost, lines_lost; /* the program has put a hook of its own in the place of ours */
    bool truncated;      /* a limit was met */
    LsCut cut;           /* which one */
    bool over;           /* nothing is added any more: truncated, or later than until_ns */
} LsTape;

typedef struct LsTrace {
    bool on;        /* events are recorded */
    bool frames;    /* for a tape that wants them: call and return (callstack room) */
    bool lines;     /* likewise */
    bool hooked;    /* the callstack room listens now */
    bool hooking;   /* it is about to */
    bool telling;   /* of what was there already */
    LsTape *tapes;  /* attached; owned */
    uint32_t told_from; /* the largest of the tapes' */
    uint32_t epochs;
    struct LsHeap *heap; /* owned by the callstack room: while lines are recorded, what it told of variables last; or NULL */
    PyObject *(*changes)(struct LsHeap *heap); /* ls_heap_changes, of a room below this one */
    uint32_t last_object;
    uint32_t last_id; /* ids of tasks, jobs, timers, promises, activations: one sequence per run */
    PyObject *library; /* borrowed: where files are that are not the learner's */
    LsKnownOwner owners[LS_KNOWN_OWNERS];
    PyFrameObject *root; /* the frame that called run(): what lies outside of it is not the program's. Owned */
    uint32_t depth;   /* how many frames of the program are on the stack, if frames is set */
    uint32_t cause;   /* the unit (task or job) that is running now; 0: the host */
    /* What a snapshot has to know of that unit. Kept while no tape is attached too, so it is as little as can be. */
    struct {
        bool in_checkpoint;
        uint8_t lane;     /* in a checkpoint: of a tick or a microtask */
        uint8_t job_kind; /* of a microtask: LsJobKind */
        const struct LsJob *job; /* the tick or reaction; borrowed, NULL else */
        /* the task that runs, or whose checkpoint it is */
        uint8_t rule;
        bool is_timer;
        int32_t delay;
        uint32_t task, source;
        PyObject *label, *kind; /* borrowed; label only while it runs */
    } unit;
} LsTrace;

/* library: where files are that a learner has not written: a tuple of two directories with their separators (this package's,
 * Python's), then of parts of paths; it outlives the trace (LsState.library). */
void ls_trace_init(LsTrace *trace, PyObject *library);
/* Code of this package, of Python's library and of installed packages is a library's, which a learner does not want to see.
 * Cannot fail, runs no Python. Remembers the code that it was asked about last, as comparing paths takes longer than recording an
 * event. */
LsOwner ls_trace_owner(LsTrace *trace, PyCodeObject *code);
/* The same for the name of a file, a str; library: of ls_trace_init(). */
bool ls_is_library_file(PyObject *library, PyObject *file);
/* Ends the tapes that want lines; the run goes on. */
void ls_trace_cut_lines(LsTrace *trace, LsCut why);
/* Notes that frames, or lines, cannot be had any more. */
void ls_trace_lose(LsTrace *trace, bool frames, bool lines);
/* The last event of a tape with lines; NULL: there is none. */
const LsEvent *ls_trace_last_of_lines(const LsTrace *trace);
/* Detaches all tapes. */
void ls_trace_clear(LsTrace *trace);

/* A new tape. NULL with MemoryError. */
LsTape *ls_tape_new(PyTypeObject *type, size_t limit, bool frames);
/* Drops its events. */
void ls_tape_clear(LsTape *tape);
/* Adds an event; bytes: what its text takes. False: nothing is added to the tape any more. */
bool ls_tape_append(LsTape *tape, const LsEvent *event, size_t bytes);

static inline LsEvent *
ls_tape_at(const LsTape *tape, size_t seq)
{
    return &tape->blocks[seq / LS_BLOCK_EVENTS][seq % LS_BLOCK_EVENTS];
}
/* From now on events go to this tape too. */
void ls_trace_attach(LsTrace *trace, LsTape *tape);
/* Adds the event `trace-end` to a detached tape. */
void ls_trace_end_tape(LsTrace *trace, LsTape *tape, int64_t time_ns);
/* No more; nothing happens if it is not attached. Reads `frames` anew. */
void ls_trace_detach(LsTrace *trace, LsTape *tape);
bool ls_trace_is_attached(const LsTrace *trace, const LsTape *tape);
/* Between these two, what is recorded tells one tape, attached or not, of what was there before it began: the events have no
 * place in the source and no cause. They stand behind an event `snapshot`, which counts them. */
typedef struct {
    LsTape *tapes, *next;
    size_t first;
    uint32_t cause;
    bool on;
} LsTelling;
LsTelling ls_trace_begin_telling(LsTrace *trace, const LsClock *clock, LsTape *tape);
/* always: even if there was nothing to tell. */
void ls_trace_end_telling(LsTrace *trace, LsTape *tape, LsTelling telling, bool always);

static inline uint32_t
ls_trace_new_id(LsTrace *trace)
{
    return ++trace->last_id;
}

/* Records one event at the learner's current source position. label: a callable (its name is used), a str, or NULL;
 * text: a str or NULL. Both borrowed. Never fails, never runs Python, keeps a raised exception. Call through LS_EMIT. */
void ls_trace_record(LsTrace *trace, const LsClock *clock, LsEventKind kind, LsLane lane, LsRule rule, uint32_t id,
                     uint32_t ref, int32_t extra, PyObject *label, PyObject *text);
/* The same at a given place (code may be NULL: none) and time. */
void ls_trace_record_at(LsTrace *trace, int64_t time_ns, PyObject *code, int32_t lasti, LsEventKind kind, LsLane lane,
                        LsRule rule, uint32_t id, uint32_t ref, int32_t extra, PyObject *label, PyObject *text);

/* True if events are recorded. With LS_NO_TRACE nothing is ever: compared with such a build, one can count what the trace costs while
 * it is off. */
#ifdef LS_NO_TRACE
#define LS_TRACED(agent) false
#else
#define LS_TRACED(agent) LS_UNLIKELY((agent)->trace.on)
#endif

#define LS_EMIT(agent, kind, lane, rule, id, ref, extra, label, text) \
    do { \
        if (LS_TRACED(agent)) { \
            ls_trace_record(&(agent)->trace, &(agent)->clock, LS_EV_##kind, LS_LANE_##lane, LS_RULE_##rule, (id), \
                            (ref), (extra), (PyObject *)(label), (text)); \
        } \
    } while (0)

/* The event's line and column in its source (resolved when asked, not when recorded); 0 if unknown. */
void ls_event_position(const LsEvent *event, int *line, int *column);
const char *ls_event_kind_name(int kind);
const char *ls_lane_name(int lane);
const char *ls_rule_name(int rule);

/* A short, side-effect-free text of a value for the trace ("'hi'", "42", "[Promise]", "ValueError: no"): new reference or NULL without an
 * exception. Never runs Python: user types show as their type's name. */
PyObject *ls_trace_preview(PyObject *value);

#endif
