/* SPDX-License-Identifier: MIT
 *
 * The memory of a tape: blocks of events, so that a long recording is never copied.
 *
 *     blocks[0]  [ 0 1 2 ... ]        starts small, and grows up to the size of a block
 *     blocks[1]  [ ... ]              whole from the start: memory that is not yet written to costs nothing
 */
#include "trace.h"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

#define FIRST_EVENTS 256
#define LARGE_PAGE ((size_t)2 << 20)

LsTape *
ls_tape_new(PyTypeObject *type, size_t limit, bool frames)
{
    LsTape *tape = (LsTape *)type->tp_alloc(type, 0);
    if (tape != NULL) {
        tape->limit = limit;
        tape->bytes_limit = SIZE_MAX;
        tape->frames = frames;
        tape->until_ns = INT64_MAX;
    }
    return tape;
}

void
ls_tape_clear(LsTape *tape)
{
    LsEvent **blocks = tape->blocks;
    size_t count = tape->count, capacity = tape->capacity;
    tape->blocks = NULL;
    tape->count = tape->capacity = 0;
    for (size_t start = 0; start < capacity; start += LS_BLOCK_EVENTS) {
        LsEvent *events = blocks[start / LS_BLOCK_EVENTS];
        for (size_t i = 0; i < LS_BLOCK_EVENTS && start + i < count; i++) {
            Py_XDECREF(events[i].code);
            Py_XDECREF(events[i].label);
            Py_XDECREF(events[i].text);
        }
        PyMem_Free(events);
    }
    PyMem_Free(blocks);
}

/* Asks for large pages, if the system has them: to be handed memory in small ones takes as long as to record. */
static void
prefer_large_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE_PAGE) {
        uintptr_t offset = (uintptr_t)memory % (uintptr_t)sysconf(_SC_PAGESIZE);
        (void)madvise((char *)memory - offset, bytes + offset, MADV_HUGEPAGE);
    }
#else
    (void)memory, (void)bytes;
#endif
}

/* Makes room for one event at least. */
static bool
grow(LsTape *tape)
{
    size_t number = tape->capacity / LS_BLOCK_EVENTS, size = tape->capacity % LS_BLOCK_EVENTS;
    if (tape->capacity == tape->limit) {
        return false;
    }
    if (size == 0) {
        LsEvent **blocks = PyMem_Realloc(tape->blocks, (number + 1) * sizeof(*blocks));
        if (blocks == NULL) {
            return false;
        }
        tape->blocks = blocks;
        blocks[number] = NULL;
    }
    size_t wanted = number > 0 ? LS_BLOCK_EVENTS : size == 0 ? FIRST_EVENTS : 4 * size;
    if (wanted > LS_BLOCK_EVENTS / 8) {
        wanted = LS_BLOCK_EVENTS;
    }
    if (wanted > tape->limit - number * LS_BLOCK_EVENTS) {
        wanted = tape->limit - number * LS_BLOCK_EVENTS;
    }
    LsEvent *events = PyMem_Realloc(tape->blocks[number], wanted * sizeof(LsEvent));
    if (events == NULL) {
        return false;
    }
    prefer_large_pages(events, wanted * sizeof(LsEvent));
    tape->blocks[number] = events;
    tape->capacity = number * LS_BLOCK_EVENTS + wanted;
    return true;
}

static bool
cut(LsTape *tape, LsCut why)
{
    tape->over = tape->truncated = true;
    tape->cut = why;
    return false;
}

bool
ls_tape_append(LsTape *tape, const LsEvent *event, size_t bytes)
{
    if (LS_UNLIKELY(tape->over)) {
        return false;
    }
    if (LS_UNLIKELY(event->time_ns > tape->until_ns)) {
        tape->over = true;
        return false;
    }
    if (LS_UNLIKELY(tape->count == tape->capacity) && !grow(tape)) {
        return cut(tape, tape->count == tape->limit ? LS_CUT_EVENTS : LS_CUT_MEMORY);
    }
    if (LS_UNLIKELY(bytes > tape->bytes_limit - tape->bytes)) {
        return cut(tape, LS_CUT_BYTES);
    }
    tape->bytes += bytes;
    Py_XINCREF(event->code);
    Py_XINCREF(event->label);
    Py_XINCREF(event->text);
    *ls_tape_at(tape, tape->count++) = *event;
    return true;
}
