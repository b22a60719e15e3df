/* SPDX-License-Identifier: MIT
 *
 * A clock for the judge: loaded into Node (LD_PRELOAD), it gives the main thread virtual time. What Node does is all
 * its own; only waiting takes no time. Where the main thread would sleep until its next timer is due, the clock jumps
 * there instead, so that no order depends on how busy the machine is.
 *
 *   clock_gettime(CLOCK_MONOTONIC)   the virtual time: it stands still while the program computes
 *   epoll_pwait(timeout)             looks once whether anything has happened, else moves on by the timeout
 *   pthread_cond_timedwait           moves on to the deadline: Atomics.wait, with which programs block
 *   gettimeofday                     moves on by 1/16 ms at each look, so that a loop around Date.now() ends
 *
 * Other threads (V8's helpers) have the real clock. Without a timeout, waiting is real as well.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)

/* In nanoseconds; only the main thread looks at it. */
static int64_t now = 1000 * SECOND;

static bool
on_main_thread(void)
{
    static __thread enum { UNKNOWN, MAIN, OTHER } thread = UNKNOWN;
    if (thread == UNKNOWN) {
        thread = syscall(SYS_gettid) == getpid() ? MAIN : OTHER;
    }
    return thread == MAIN;
}

int
clock_gettime(clockid_t id, struct timespec *time)
{
    if ((id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE) && on_main_thread()) {
        time->tv_sec = now / SECOND;
        time->tv_nsec = now % SECOND;
        return 0;
    }
    return (int)syscall(SYS_clock_gettime, id, time);
}

int
gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    if (!on_main_thread()) {
        return (int)syscall(SYS_gettimeofday, time, zone);
    }
    now += MILLISECOND / 16;
    time->tv_sec = 1700000000 + now / SECOND;
    time->tv_usec = now % SECOND / 1000;
    return 0;
}

int
epoll_pwait(int epoll, struct epoll_event *events, int most, int timeout, const sigset_t *mask)
{
    bool jumps = timeout > 0 && on_main_thread();
    int count = (int)syscall(SYS_epoll_pwait, epoll, events, most, jumps ? 0 : timeout, mask, _NSIG / 8);
    if (jumps && count == 0) {
        now += timeout * MILLISECOND;
    }
    return count;
}

int
epoll_wait(int epoll, struct epoll_event *events, int most, int timeout)
{
    return epoll_pwait(epoll, events, most, timeout, NULL);
}

int
pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                       const struct timespec *restrict deadline)
{
    if (on_main_thread()) {
        int64_t then = deadline->tv_sec * SECOND + deadline->tv_nsec;
        if (then > now) {
            now = then;
        }
        return ETIMEDOUT;
    }
    int (*wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    *(void **)&wait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    return wait(condition, mutex, deadline);
}
