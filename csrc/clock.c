/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <time.h>

/* CLOCK_MONOTONIC is what libuv's uv_hrtime() reads, too. */
static int64_t
machine_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void
ls_clock_init(LsClock *clock, bool is_virtual)
{
    clock->is_virtual = is_virtual;
    clock->virtual_ns = 0;
    clock->start_ns = is_virtual ? 0 : machine_ns();
}

int64_t
ls_clock_now_ns(const LsClock *clock)
{
    return clock->is_virtual ? clock->virtual_ns : machine_ns() - clock->start_ns;
}

void
ls_clock_advance_to(LsClock *clock, int64_t ns)
{
    LS_ASSERT(clock->is_virtual);
    if (ns > clock->virtual_ns) {
        clock->virtual_ns = ns;
    }
}
