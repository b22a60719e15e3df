/* SPDX-License-Identifier: MIT
 *
 * callstack: the pushes and pops of the program's own frames, reported to the trace as `call` and `return`. What belongs to this
 * package or to Python's library is left out, but for the methods of console, which stand as "console.log" around their output.
 * With lines, also each line of the program's that is about to be executed, and what its variables hold then (heap room).
 * From CPython 3.12 on this comes from sys.monitoring, before that from the thread's profile and trace hooks.
 *
 * Ownership: the interpreter's one monitoring tool belongs to LsState, which counts its users; a hook of the thread to the run.
 * Threads: each run reports the frames of its own thread alone.
 * Invariants: pushes and pops are balanced: whatever ends a frame (return, exception, await, yield) is reported.
 * Errors: none: where another tool is in the way (a profiler, a debugger), or the program puts its own in the place of ours,
 * `frames_lost` and `lines_lost` of the tapes are set, which Trace.frames and Trace.lines tell.
 */
#ifndef LS_CALLSTACK_H
#define LS_CALLSTACK_H

#include "heap.h"
#include "loop.h"

/* Around a run, or what a tape takes of it. The first does nothing unless trace.frames is set, the second unless it has listened.
 * They may run Python (audit hooks); a raised exception is kept. */
void ls_callstack_start(LsAgent *agent);
void ls_callstack_stop(LsAgent *agent);
/* The name under which a frame is shown: new reference; NULL, without an exception, if it is not. */
PyObject *ls_callstack_name(LsAgent *agent, PyFrameObject *frame, PyCodeObject *code);

#endif
