/* SPDX-License-Identifier: MIT
 *
 * The lists of timers and how they expire: Node's lib/internal/timers.js, processTimers() and listOnTimeout().
 *
 *     table: msecs -> list                      heap over the lists, by (expiry, order)
 *       5 ms -> [ a b c ]  expiry 5                     [5 ms]
 *       8 ms -> [ d ]      expiry 8                    /      \
 *      50 ms -> [ e f ]    expiry 50               [8 ms]    [50 ms]
 *
 * Timers of one list were started in the order of the list, so only its first one can be due next.
 */
#include "timers.h"

#include <string.h>

/* ---- the heap ---- */

static bool
expires_before(const LsTimerList *a, const LsTimerList *b)
{
    return a->expiry != b->expiry ? a->expiry < b->expiry : a->order < b->order;
}

static void
heap_place(LsTimers *timers, int32_t position, LsTimerList *list)
{
    timers->heap[position] = list;
    list->position = position;
}

static void
heap_up(LsTimers *timers, int32_t position)
{
    LsTimerList *list = timers->heap[position];
    while (position > 0) {
        int32_t parent = (position - 1) / 2;
        if (!expires_before(list, timers->heap[parent])) {
            break;
        }
        heap_place(timers, position, timers->heap[parent]);
        position = parent;
    }
    heap_place(timers, position, list);
}

static void
heap_down(LsTimers *timers, int32_t position)
{
    LsTimerList *list = timers->heap[position];
    for (;;) {
        int32_t child = 2 * position + 1;
        if (child >= timers->heap_count) {
            break;
        }
        if (child + 1 < timers->heap_count && expires_before(timers->heap[child + 1], timers->heap[child])) {
            child++;
        }
        if (!expires_before(timers->heap[child], list)) {
            break;
        }
        heap_place(timers, position, timers->heap[child]);
        position = child;
    }
    heap_place(timers, position, list);
}

/* ---- the table msecs -> list (open addressing, linear probing) ---- */

static uint32_t
slot_of(const LsTimers *timers, int32_t msecs)
{
    return ((uint32_t)msecs * 2654435769u >> 7) & (uint32_t)timers->slot_mask;
}

static LsTimerList **
find_slot(const LsTimers *timers, int32_t msecs)
{
    uint32_t slot = slot_of(timers, msecs);
    while (timers->slots[slot] != NULL && timers->slots[slot]->msecs != msecs) {
        slot = (slot + 1) & (uint32_t)timers->slot_mask;
    }
    return &timers->slots[slot];
}

static LsTimerList *
find_list(const LsTimers *timers, int32_t msecs)
{
    return timers->slots == NULL ? NULL : *find_slot(timers, msecs);
}

/* Makes room for one more list in the heap and in the table. 0, or -1 with MemoryError and nothing changed. */
static int
reserve_list(LsTimers *timers)
{
    if (timers->heap_count == timers->heap_capacity) {
        int32_t capacity = timers->heap_capacity == 0 ? 16 : timers->heap_capacity * 2;
        LsTimerList **heap = PyMem_Realloc(timers->heap, (size_t)capacity * sizeof(*heap));
        if (heap == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        timers->heap = heap;
        timers->heap_capacity = capacity;
    }
    if (timers->slots != NULL && timers->heap_count * 2 <= timers->slot_mask) {
        return 0;
    }
    int32_t mask = timers->slots == NULL ? 31 : timers->slot_mask * 2 + 1;
    LsTimerList **slots = PyMem_Calloc((size_t)mask + 1, sizeof(*slots));
    if (slots == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyMem_Free(timers->slots);
    timers->slots = slots;
    timers->slot_mask = mask;
    for (int32_t i = 0; i < timers->heap_count; i++) {
        *find_slot(timers, timers->heap[i]->msecs) = timers->heap[i];
    }
    return 0;
}

/* Deletes from the table and closes the gap, so that no probe sequence is broken. */
static void
forget_slot(LsTimers *timers, LsTimerList *list)
{
    uint32_t mask = (uint32_t)timers->slot_mask;
    uint32_t gap = (uint32_t)(find_slot(timers, list->msecs) - timers->slots);
    timers->slots[gap] = NULL;
    for (uint32_t next = (gap + 1) & mask; timers->slots[next] != NULL; next = (next + 1) & mask) {
        uint32_t home = slot_of(timers, timers->slots[next]->msecs);
        if (((next - home) & mask) >= ((next - gap) & mask)) {
            timers->slots[gap] = timers->slots[next];
            timers->slots[next] = NULL;
            gap = next;
        }
    }
}

/* ---- lists ---- */

static LsTimerList *
add_list(LsTimers *timers, int32_t msecs, int64_t expiry, int64_t order)
{
    if (reserve_list(timers) < 0) {
        return NULL;
    }
    LsTimerList *list = PyMem_Malloc(sizeof(LsTimerList));
    if (list == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    ls_list_init(&list->timers);
    list->expiry = expiry;
    list->order = order;
    list->msecs = msecs;
    list->pinned = false;
    *find_slot(timers, msecs) = list;
    timers->heap[timers->heap_count++] = list;
    heap_up(timers, timers->heap_count - 1);
    return list;
}

static void
remove_list(LsTimers *timers, LsTimerList *list)
{
    forget_slot(timers, list);
    int32_t position = list->position;
    LsTimerList *last = timers->heap[--timers->heap_count];
    list->position = -1;
    if (last != list) {
        heap_place(timers, position, last);
        heap_up(timers, position);
        heap_down(timers, last->position);
    }
    if (!list->pinned) {
        PyMem_Free(list);
    }
}

void
ls_timers_nest(LsTimers *timers, LsTimeout *timer)
{
    if (timers->browser) {
        if (timer->nesting > 5 && timer->msecs < 4) {
            timer->msecs = 4;
        }
        if (timer->nesting < LS_MOST_NESTING) {
            timer->nesting++;
        }
    }
}

int
ls_timers_insert(LsTimers *timers, LsTimeout *timer, int64_t start)
{
    LsTimerList *list = find_list(timers, timer->msecs);
    if (list == NULL) {
        list = add_list(timers, timer->msecs, start + timer->msecs,
                        timers->browser ? (int64_t)timer->id : timers->next_order++);
        if (list == NULL) {
            return -1;
        }
        if (list->expiry < timers->next_expiry) {
            /* An interval's start is older than the clock's last reading, from which the host counts. */
            timers->wake = timers->now + timer->msecs;
            timers->next_expiry = list->expiry;
        }
    }
    timer->start = start;
    if (ls_timer_is_linked(timer)) {
        ls_list_remove(&timer->link);
    }
    else {
        Py_INCREF(timer);
        PyObject_GC_UnTrack(timer); /* the Loop visits it from now on */
    }
    ls_list_append(&list->timers, &timer->link);
    return 0;
}

void
ls_timers_unlink(LsTimers *timers, LsTimeout *timer, bool drop_empty)
{
    LsList *before = timer->link.prev;
    ls_list_remove(&timer->link);
    if (drop_empty && ls_list_empty(before)) { /* that was the head, then */
        LsTimerList *list = LS_CONTAINER_OF(before, LsTimerList, timers);
        if (list->position >= 0) {
            remove_list(timers, list);
        }
    }
}

void
ls_timers_drop_empty(LsTimers *timers, int32_t msecs)
{
    LsTimerList *list = find_list(timers, msecs);
    if (list != NULL && ls_list_empty(&list->timers)) {
        remove_list(timers, list);
    }
}

void
ls_timers_release(LsTimeout *timer)
{
    bool may_run = timer->agent != NULL;
    if (may_run && !ls_timer_is_linked(timer) && Py_REFCNT(timer) > 1 && !PyObject_GC_IsTracked((PyObject *)timer)) {
        PyObject_GC_Track(timer);
    }
    Py_DECREF(timer);
}

/* ---- life of the room ---- */

void
ls_timers_setup(LsTimers *timers, bool browser)
{
    memset(timers, 0, sizeof(*timers));
    timers->browser = browser;
    timers->slot_mask = -1;
    timers->wake = timers->next_expiry = INT64_MAX;
}

static int
visit_timer(LsTimeout *timer, visitproc visit, void *arg)
{
    Py_VISIT(timer->callback);
    Py_VISIT(timer->args);
    Py_VISIT(timer->context);
    if (Py_REFCNT(timer) == 1) {
        Py_VISIT(timer->agent->owner); /* the list alone holds it, so its reference to the Loop is the Loop's own */
    }
    return 0;
}

#define LS_ABREAST 16

/* Walks several lists abreast, as the timers of one lie far apart: while one is fetched from memory, others are visited. */
int
ls_timers_traverse(LsTimers *timers, visitproc visit, void *arg)
{
    Py_VISIT(timers->by_id);
    struct {
        LsList *node, *head;
    } walks[LS_ABREAST];
    int32_t count = 0, next = 0;
    for (;;) {
        while (count < LS_ABREAST && next < timers->heap_count) {
            LsList *head = &timers->heap[next++]->timers;
            walks[count].node = head->next;
            walks[count++].head = head;
        }
        if (count == 0) {
            return ls_immediates_traverse(timers, visit, arg);
        }
        for (int32_t i = 0; i < count; i++) {
            LsList *node = walks[i].node;
            if (node == walks[i].head) {
                walks[i--] = walks[--count];
                continue;
            }
            walks[i].node = node->next;
            LS_PREFETCH(node->next);
            int stopped = visit_timer(LS_CONTAINER_OF(node, LsTimeout, link), visit, arg);
            if (stopped) {
                return stopped;
            }
        }
    }
}

void
ls_timers_clear(LsTimers *timers)
{
    while (timers->heap_count > 0) {
        LsTimerList *list = timers->heap[timers->heap_count - 1];
        if (ls_list_empty(&list->timers)) {
            remove_list(timers, list);
            continue;
        }
        LsTimeout *timer = LS_CONTAINER_OF(list->timers.next, LsTimeout, link);
        ls_timers_unlink(timers, timer, false);
        ls_timeout_destroy(timers, timer);
        ls_timers_release(timer);
    }
    PyMem_Free(timers->heap);
    PyMem_Free(timers->slots);
    timers->heap = NULL;
    timers->slots = NULL;
    timers->heap_capacity = 0;
    timers->slot_mask = -1;
    Py_CLEAR(timers->by_id);
    ls_immediates_clear(timers);
}

int64_t
ls_timers_due(const LsTimers *timers)
{
    if (timers->heap_count == 0) {
        return -1;
    }
    int64_t expiry = timers->heap[0]->expiry;
    return timers->browser || timers->wake < expiry ? expiry : timers->wake;
}

int64_t
ls_timers_fires(const LsTimers *timers)
{
    return timers->browser ? ls_timers_due(timers) : timers->wake == INT64_MAX ? -1 : timers->wake;
}

void
ls_timers_reschedule(LsTimers *timers)
{
    if (timers->heap_count > 0) {
        /* RunTimers(): what is due again already waits for a millisecond, in which others have their turn. */
        timers->next_expiry = timers->heap[0]->expiry;
        timers->wake = timers->next_expiry > timers->now ? timers->next_expiry : timers->now + 1;
    }
}

Py_ssize_t
ls_timers_count(const LsTimers *timers)
{
    Py_ssize_t count = 0;
    for (int32_t i = 0; i < timers->heap_count; i++) {
        const LsList *head = &timers->heap[i]->timers;
        for (const LsList *node = head->next; node != head; node = node->next) {
            count++;
        }
    }
    return count;
}

/* ---- expiry ---- */

/* Takes the first timer of the list, runs it, and re-arms or ends it. 0, or -1 with the callback's exception. */
static int
run_timer(LsAgent *agent, LsTimers *timers, LsTimeout *timer, LsRunTask run)
{
    ls_timers_unlink(timers, timer, false); /* its reference is ours now */
    int result = 0;
    if (timer->callback == NULL) {
        ls_timeout_destroy(timers, timer);
    }
    else {
        /* An interval counts from before its callback, so that the callback's own time does not add up. */
        int64_t start = timer->repeat ? ls_timers_read_clock(timers, &agent->clock) : 0;
        if (timer->repeat) {
            ls_timers_nest(timers, timer);
        }
        PyObject *callback = Py_NewRef(timer->callback);
        PyObject *args = Py_XNewRef(timer->args), *context = Py_XNewRef(timer->context);
        result = run(agent, (PyObject *)timer, timer->id, callback, timer->arity, args, context);
        if (timer->repeat && timer->callback != NULL && !agent->closed) {
            PyObject *error = result < 0 ? PyErr_GetRaisedException() : NULL;
            if (ls_timers_insert(timers, timer, start) < 0) {
                ls_timeout_destroy(timers, timer);
                result = -1; /* MemoryError */
                Py_CLEAR(error);
            }
            else {
                LS_EMIT(agent, SCHEDULE, HOST, INTERVAL_REARM, timer->id, 0, timer->msecs, callback, NULL);
            }
            if (error != NULL) {
                PyErr_SetRaisedException(error);
            }
        }
        else if (!ls_timer_is_linked(timer)) {
            ls_timeout_destroy(timers, timer);
        }
        Py_DECREF(callback);
        Py_XDECREF(args);
        Py_XDECREF(context);
    }
    ls_timers_release(timer);
    return result;
}

/* listOnTimeout(list, now). The list is at the top of the heap and due. */
static int
run_list(LsAgent *agent, LsTimers *timers, LsTimerList *list, int64_t now, LsRunTask run, LsRunNextTicks next_ticks)
{
    int result = 0;
    bool ran_one = false;
    list->pinned = true;
    while (!ls_list_empty(&list->timers)) {
        LsTimeout *timer = LS_CONTAINER_OF(list->timers.next, LsTimeout, link);
        if (now - ls_timer_start(timer) < list->msecs) {
            /* The rest started later. Waiting again, the list goes behind those that expire at the same moment. */
            int64_t expiry = ls_timer_start(timer) + list->msecs;
            list->expiry = expiry > now ? expiry : now + 1;
            list->order = timers->next_order++;
            heap_down(timers, list->position);
            list->pinned = false;
            return 0;
        }
        if (ran_one) {
            /* Ticks may clear the timer that was first: look again afterwards, but only once, as Node has fetched it
             * already: a cleared one is then skipped. */
            Py_INCREF(timer);
            result = next_ticks(agent);
            bool still_first = ls_timer_is_linked(timer) && list->position >= 0;
            Py_DECREF(timer);
            if (result < 0 || agent->closed) {
                break;
            }
            if (!still_first) {
                continue;
            }
        }
        ran_one = true;
        if ((result = run_timer(agent, timers, timer, run)) < 0 || agent->closed) {
            break;
        }
    }
    list->pinned = false;
    if (list->position < 0) {
        PyMem_Free(list); /* emptied and removed by a callback */
    }
    else if (result == 0 && ls_list_empty(&list->timers)) {
        remove_list(timers, list);
    }
    return result;
}

int
ls_timers_process(LsAgent *agent, LsTimers *timers, int64_t now, LsRunTask run, LsRunNextTicks next_ticks)
{
    bool ran_one = false;
    timers->next_expiry = INT64_MAX;
    while (timers->heap_count > 0 && timers->heap[0]->expiry <= now && !agent->closed) {
        if (ran_one && next_ticks(agent) < 0) {
            return -1;
        }
        if (ran_one && (timers->heap_count == 0 || timers->heap[0]->expiry > now)) {
            break; /* a tick has cleared what was due */
        }
        ran_one = true;
        if (run_list(agent, timers, timers->heap[0], now, run, next_ticks) < 0) {
            return -1;
        }
        ls_timers_check(timers);
    }
    return 0;
}

/* A list expires when its first timer does; among lists, the timer that was started first goes first. */
static void
update_key(LsTimers *timers, LsTimerList *list)
{
    LsTimeout *first = LS_CONTAINER_OF(list->timers.next, LsTimeout, link);
    list->expiry = ls_timer_start(first) + list->msecs;
    list->order = first->id;
    heap_down(timers, list->position);
}

int
ls_timers_process_browser(LsAgent *agent, LsTimers *timers, int64_t now, LsRunTask run, LsRunNextTicks checkpoint)
{
    while (timers->heap_count > 0 && timers->heap[0]->expiry <= now && !agent->closed) {
        LsTimerList *list = timers->heap[0];
        if (ls_list_empty(&list->timers)) {
            remove_list(timers, list);
            continue;
        }
        LsTimeout *timer = LS_CONTAINER_OF(list->timers.next, LsTimeout, link);
        if (ls_timer_start(timer) + list->msecs != list->expiry || timer->id != list->order) {
            update_key(timers, list); /* its first one was cleared or has run */
            continue;
        }
        timers->nesting = timer->nesting;
        int result = run_timer(agent, timers, timer, run);
        timers->nesting = 0;
        if (result < 0 || checkpoint(agent) < 0) {
            return -1;
        }
        ls_timers_check(timers);
    }
    return 0;
}

static int
compare_lists(const void *a, const void *b)
{
    return expires_before(*(LsTimerList *const *)a, *(LsTimerList *const *)b) ? -1 : 1;
}

void
ls_timers_report_due(LsAgent *agent, LsTimers *timers, int64_t now)
{
    if (timers->heap_count == 0 || timers->heap[0]->expiry > now) {
        return;
    }
    LsTimerList **lists = PyMem_Malloc((size_t)timers->heap_count * sizeof(*lists));
    if (lists == NULL) {
        return; /* the trace lacks these events: recording never fails */
    }
    size_t count = 0;
    for (int32_t i = 0; i < timers->heap_count; i++) {
        if (timers->heap[i]->expiry <= now) {
            lists[count++] = timers->heap[i];
        }
    }
    qsort(lists, count, sizeof(*lists), compare_lists);
    for (size_t i = 0; i < count; i++) {
        LsList *head = &lists[i]->timers;
        for (LsList *node = head->next; node != head; node = node->next) {
            LsTimeout *timer = LS_CONTAINER_OF(node, LsTimeout, link);
            if (now - ls_timer_start(timer) < timer->msecs) {
                break;
            }
            if (timer->callback != NULL) {
                LS_EMIT(agent, ENQUEUE, TASK, TIMER_DUE, timer->id, 0, timer->msecs, timer->callback, NULL);
            }
        }
    }
    PyMem_Free(lists);
}

#ifdef LS_DEBUG
void
ls_timers_check(const LsTimers *timers)
{
    for (int32_t i = 0; i < timers->heap_count; i++) {
        const LsTimerList *list = timers->heap[i];
        LS_ASSERT(list->position == i);
        LS_ASSERT(i == 0 || !expires_before(list, timers->heap[(i - 1) / 2]));
        LS_ASSERT(find_list(timers, list->msecs) == list);
    }
}
#endif
