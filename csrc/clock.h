/* SPDX-License-Identifier: MIT
 *
 * clock: the time of a run: the machine's monotonic clock, or a virtual one that moves only when the loop has nothing
 * else to do (to the next due timer) or when the program calls block(). Node's equivalent is uv_now/uv_hrtime.
 *
 * Ownership: plain data inside the agent.
 * Threads: the loop's thread only.
 * Invariants: time never goes back; 0 is the start of the run.
 * Errors: none.
 */
#ifndef LS_CLOCK_H
#define LS_CLOCK_H

#include "base.h"

typedef struct {
    bool is_virtual;
    int64_t start_ns;   /* real: the machine's clock at the start of the run */
    int64_t virtual_ns; /* virtual: now */
} LsClock;

/* Beyond this the nanoseconds would not fit. A virtual clock gets there: 285 years are some 4,200 of the longest timers. */
#define LS_CLOCK_END_MS INT64_C(9000000000000)

void ls_clock_init(LsClock *clock, bool is_virtual);
/* Nanoseconds since the start of the run. */
int64_t ls_clock_now_ns(const LsClock *clock);
/* Whole milliseconds since the start of the run, rounded down as libuv's uv_now is. */
static inline int64_t
ls_clock_now_ms(const LsClock *clock)
{
    return ls_clock_now_ns(clock) / 1000000;
}
/* Virtual clock only: moves forward to `ns`; never back. */
void ls_clock_advance_to(LsClock *clock, int64_t ns);

#endif
