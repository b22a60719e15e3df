/* SPDX-License-Identifier: MIT
 *
 * host_uv: the only user of libuv. The loop asks it to wait: until a moment, until another thread posts, until a signal
 * comes, or (with later Web APIs) until a host operation completes. libuv's callbacks touch no Python: they only set
 * flags and link records ("harvest, don't call back"), so the order of tasks is ours on any libuv version.
 *
 * Ownership: LsUv owns its uv_loop_t and handles in one block of its own, freed after every close callback has run.
 * Threads: ls_uv_wake() from any thread; everything else from the loop's thread. The GIL is released only inside ls_uv_wait().
 * Invariants: no handle is used after ls_uv_close(); one uv_timer in all.
 * Errors: -1 with OSError raised.
 */
#ifndef LS_HOST_UV_H
#define LS_HOST_UV_H

#include "base.h"

typedef struct LsUv LsUv;

LsUv *ls_uv_open(void);
/* Closes all handles and frees the block. Does not run Python. */
void ls_uv_close(LsUv *uv);
/* Sleeps (without the GIL) at most timeout_ms, which is above 0, or until woken. */
void ls_uv_wait(LsUv *uv, int64_t timeout_ms);
/* Wakes a sleeping loop. Any thread, no GIL needed. */
void ls_uv_wake(LsUv *uv);
/* While a run waits in the main thread, signals must end the sleep: makes libuv watch a pipe that CPython's signal handler
 * writes to (signal.set_wakeup_fd). No effect in other threads. 0 or -1. May run Python. */
int ls_uv_watch_signals(LsUv *uv);
/* forked: the block is shared with the parent process, and is left as it is. */
void ls_uv_unwatch_signals(LsUv *uv, bool forked);
const char *ls_uv_version(void);

#endif
