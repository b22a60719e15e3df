/* SPDX-License-Identifier: MIT */
#include "heap.h"

/* Known objects: those seen the last time, and those of this time that are new. */
#define MOST_KNOWN (2 * LS_HEAP_OBJECTS)
#define SLOTS 1024 /* a power of two, well above MOST_KNOWN */

typedef struct {
    PyObject *address; /* not owned: looked at only if it was met in this walk */
    PyTypeObject *type;
    bool is_own; /* the type: asked once, as it takes longer than to tell of the object */
    uint32_t number;
    uint32_t walk;  /* when it was seen last */
    uint64_t hash;  /* of what was told of it last; 0: nothing yet */
    int depth;
} Known;

/* What was told of each variable of a function last; 0: that it has none. By the place of its name among those shown. */
typedef struct {
    uint64_t hashes[LS_HEAP_NAMES];
} Told;

#define RESULT (-2)

/* A variable, as it is found before the walk from its value starts. */
typedef struct {
    PyObject *name, *value; /* owned; value: NULL if it is not bound */
    Py_ssize_t frame;       /* of the function it belongs to, from the innermost; -1: the script; RESULT: none */
    size_t place;           /* among the variables that are shown of it */
} Variable;

struct LsHeap {
    LsAgent *agent;
    bool busy, failed;
    bool dropped; /* while it was busy */
    PyObject *globals, *names; /* owned, or NULL: of a script */
    uint32_t last_number, walk;
    Told script;
    Told *frames; /* of each of the program's functions on the stack, the outermost first */
    size_t depth, capacity;
    Known known[MOST_KNOWN];
    size_t count;
    uint16_t slots[SLOTS];           /* 1 + index in known; 0: empty */
    uint16_t seen[LS_HEAP_OBJECTS];  /* indices in known of what this walk has met, in order */
    size_t seen_count;
    LsText text, part; /* the whole; a value or an object */
    size_t variable_count;
    Variable variables[LS_HEAP_NAMES * (LS_HEAP_FRAMES + 1) + 2];
};

LsHeap *
ls_heap_new(LsAgent *agent)
{
    LsHeap *heap = PyMem_Calloc(1, sizeof(LsHeap));
    if (heap != NULL) {
        heap->agent = agent;
        heap->walk = 1;
        heap->last_number = agent->trace.last_object;
    }
    return heap;
}

static void
release(LsHeap *heap)
{
    PyObject *globals = heap->globals, *names = heap->names;
    ls_text_clear(&heap->text);
    ls_text_clear(&heap->part);
    PyMem_Free(heap->frames);
    PyMem_Free(heap);
    Py_XDECREF(names);
    Py_XDECREF(globals);
}

/* What looking runs (see note_script) may stop the recording: then it goes when the looking is over. */
void
ls_heap_free(LsHeap *heap)
{
    if (heap == NULL) {
        return;
    }
    heap->agent->trace.last_object = heap->last_number;
    if (heap->busy) {
        heap->dropped = true;
    }
    else {
        release(heap);
    }
}

LsAgent *
ls_heap_agent(LsHeap *heap)
{
    return heap->agent;
}

void
ls_heap_watch(LsHeap *heap, PyObject *globals, PyObject *names)
{
    PyObject *old_globals = heap->globals, *old_names = heap->names;
    heap->globals = Py_NewRef(globals);
    heap->names = Py_NewRef(names);
    Py_XDECREF(old_names);
    Py_XDECREF(old_globals);
}

void
ls_heap_push(LsHeap *heap)
{
    if (heap->depth == heap->capacity) {
        size_t capacity = heap->capacity == 0 ? 64 : heap->capacity * 2;
        Told *frames = PyMem_Realloc(heap->frames, capacity * sizeof(Told));
        if (frames == NULL) {
            heap->failed = true;
            return;
        }
        heap->frames = frames;
        heap->capacity = capacity;
    }
    memset(&heap->frames[heap->depth++], 0, sizeof(Told));
}

void
ls_heap_pop(LsHeap *heap)
{
    if (heap->depth > 0) {
        heap->depth--;
    }
}

/* ---- objects and their numbers ---- */

static uint16_t *
slot_of(LsHeap *heap, PyObject *address)
{
    size_t place = ((uintptr_t)address >> 4) * 0x9E3779B1u % SLOTS;
    while (heap->slots[place] != 0 && heap->known[heap->slots[place] - 1].address != address) {
        place = (place + 1) % SLOTS;
    }
    return &heap->slots[place];
}

/* Forgets what the last walk did not meet: another object may have its address by now. */
static void
begin_walk(LsHeap *heap)
{
    size_t kept = 0;
    memset(heap->slots, 0, sizeof(heap->slots));
    for (size_t i = 0; i < heap->count; i++) {
        if (heap->known[i].walk == heap->walk) {
            heap->known[kept] = heap->known[i];
            *slot_of(heap, heap->known[kept].address) = (uint16_t)(kept + 1);
            kept++;
        }
    }
    heap->count = kept;
    heap->seen_count = 0;
    heap->walk++;
    heap->text.length = 0;
}

uint32_t
ls_heap_number(LsHeap *heap, PyObject *object, int depth)
{
    uint16_t *slot = slot_of(heap, object);
    Known *known = *slot != 0 ? &heap->known[*slot - 1] : NULL;
    if (known != NULL && known->walk == heap->walk) {
        return known->number;
    }
    if (heap->seen_count == LS_HEAP_OBJECTS || depth > LS_HEAP_DEPTH) {
        return 0;
    }
    if (known == NULL) {
        known = &heap->known[heap->count++];
        *slot = (uint16_t)heap->count;
        known->address = object;
        known->type = NULL;
    }
    if (known->type != Py_TYPE(object)) { /* new, or another one at the same place */
        known->type = Py_TYPE(object);
        known->is_own = ls_heap_is_own_type(heap->agent->state, known->type);
        known->number = ++heap->last_number;
        known->hash = 0;
    }
    known->walk = heap->walk;
    known->depth = depth;
    heap->seen[heap->seen_count++] = (uint16_t)(known - heap->known);
    return known->number;
}

/* ---- the walk ---- */

/* Variables that a program cannot name ("._0", "_loopscope.this_loop") are no variables of its own. */
static bool
is_own_name(PyObject *name)
{
    return PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), 1) == -1 &&
           PyUnicode_CompareWithASCIIString(name, "__class__") != 0;
}

static bool
is_among(PyObject *names, PyObject *name)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        if (PyTuple_GET_ITEM(names, i) == name) { /* interned */
            return true;
        }
    }
    return false;
}

/* Notes a variable; takes the reference to its value (NULL: it is not bound). frame: -1 for the script. */
static void
note(LsHeap *heap, Py_ssize_t frame, size_t place, PyObject *name, PyObject *value)
{
    Variable *variable = &heap->variables[heap->variable_count++];
    variable->name = Py_NewRef(name);
    variable->value = value;
    variable->frame = frame;
    variable->place = place;
}

/* May run Python: the globals may have keys with an `__eq__` of the program's. */
static void
note_script(LsHeap *heap)
{
    if (heap->globals == NULL) {
        return;
    }
    PyObject *globals = Py_NewRef(heap->globals), *names = Py_NewRef(heap->names);
    Py_ssize_t count = PyTuple_GET_SIZE(names);
    for (Py_ssize_t i = 0; i < count && i < LS_HEAP_NAMES; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        note(heap, -1, (size_t)i, name, Py_XNewRef(PyDict_GetItemWithError(globals, name)));
        PyErr_Clear();
    }
    Py_DECREF(globals);
    Py_DECREF(names);
}

/* The same, as the locals of a frame are a dict in CPython 3.11. */
static void
note_frame(LsHeap *heap, PyFrameObject *frame, PyCodeObject *code, Py_ssize_t number)
{
    PyObject *groups[3] = {PyCode_GetVarnames(code), PyCode_GetCellvars(code), PyCode_GetFreevars(code)};
    LsFrameVariables variables = ls_frame_variables(frame);
    size_t place = 0;
    for (int group = 0; group < 3 && groups[group] != NULL; group++) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(groups[group]) && place < LS_HEAP_NAMES; i++) {
            PyObject *name = PyTuple_GET_ITEM(groups[group], i);
            if (is_own_name(name) && !(group == 1 && is_among(groups[0], name))) {
                note(heap, number, place++, name, ls_frame_variable(&variables, name));
            }
        }
    }
    ls_frame_variables_done(&variables);
    for (int group = 0; group < 3; group++) {
        Py_XDECREF(groups[group]);
    }
    PyErr_Clear();
}

/* Notes an object that the variables on the stack do not name, though it is alive: told of, it keeps its number. */
static void
note_result(LsHeap *heap, PyObject *result)
{
    note(heap, RESULT, 0, heap->agent->state->str_return, Py_XNewRef(result));
}

static void
note_new_instance(LsHeap *heap, PyFrameObject *frame, PyCodeObject *code)
{
    PyObject *names = PyCode_GetVarnames(code);
    if (names != NULL && PyTuple_GET_SIZE(names) > 0 && PyUnicode_CompareWithASCIIString(code->co_name, "__init__") == 0) {
        LsFrameVariables variables = ls_frame_variables(frame);
        PyObject *self = ls_frame_variable(&variables, PyTuple_GET_ITEM(names, 0));
        note_result(heap, self);
        Py_XDECREF(self);
        ls_frame_variables_done(&variables);
    }
    Py_XDECREF(names);
    PyErr_Clear();
}

static void
note_frames(LsHeap *heap, bool leaving)
{
    LsTrace *trace = &heap->agent->trace;
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    size_t from_top = 0;
    while (frame != NULL && frame != trace->root && from_top < heap->depth && from_top < LS_HEAP_FRAMES) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        bool counts = ls_trace_owner(trace, code) == LS_OWNER_FUNCTION;
        if (counts && !leaving) {
            if (code->co_flags & CO_OPTIMIZED) { /* a module's variables are its globals */
                note_frame(heap, frame, code, (Py_ssize_t)from_top);
            }
            from_top++;
        }
        else if (counts) {
            note_new_instance(heap, frame, code);
            leaving = false;
        }
        Py_DECREF(code);
        Py_SETREF(frame, ls_frame_back(frame));
    }
    Py_XDECREF(frame);
}

/* Tells of the variables that hold something else than the last time. */
static void
tell_variables(LsHeap *heap)
{
    Py_ssize_t frame = RESULT; /* whose group is open: none */
    bool frames = false;
    for (size_t i = 0; i < heap->variable_count; i++) {
        Variable *variable = &heap->variables[i];
        if (variable->frame == RESULT) {
            heap->part.length = 0;
            if (variable->value != NULL) {
                ls_heap_put_value(heap, &heap->part, variable->value, 0);
            }
            continue;
        }
        Told *told = variable->frame < 0 ? &heap->script : &heap->frames[heap->depth - 1 - (size_t)variable->frame];
        uint64_t hash = 0;
        heap->part.length = 0;
        if (variable->value != NULL) {
            ls_heap_put_value(heap, &heap->part, variable->value, 0);
            hash = ls_text_hash(&heap->part);
        }
        if (hash == told->hashes[variable->place]) {
            continue;
        }
        told->hashes[variable->place] = hash;
        if (frame == variable->frame) {
            ls_text_put(&heap->text, ",");
        }
        else if (variable->frame < 0) {
            ls_text_put(&heap->text, "\"names\":{");
        }
        else {
            ls_text_put(&heap->text, frames ? "}],[" : frame == -1 ? "},\"frames\":[[" : "\"frames\":[[");
            ls_text_put_number(&heap->text, (unsigned long)variable->frame);
            ls_text_put(&heap->text, ",{");
            frames = true;
        }
        frame = variable->frame;
        ls_text_put_string(&heap->text, variable->name);
        ls_text_put(&heap->text, ":");
        if (variable->value == NULL) {
            ls_text_put(&heap->text, "null");
        }
        else {
            ls_text_put_text(&heap->text, &heap->part);
        }
    }
    ls_text_put(&heap->text, frames ? "}]]" : frame == -1 ? "}" : "");
}

/* Tells of each object that was met; those may name others, which then come behind them. */
static void
tell_objects(LsHeap *heap)
{
    bool open = false;
    for (size_t i = 0; i < heap->seen_count; i++) {
        Known *known = &heap->known[heap->seen[i]];
        heap->part.length = 0;
        ls_heap_put_object(heap, &heap->part, known->address, known->is_own, known->depth);
        uint64_t hash = ls_text_hash(&heap->part);
        if (hash == known->hash) {
            continue;
        }
        known->hash = hash;
        ls_text_put(&heap->text, open ? "," : heap->text.length > 1 ? ",\"objects\":{" : "\"objects\":{");
        open = true;
        ls_text_put(&heap->text, "\"");
        ls_text_put_number(&heap->text, known->number);
        ls_text_put(&heap->text, "\":");
        ls_text_put_text(&heap->text, &heap->part);
    }
    ls_text_put(&heap->text, open ? "}" : "");
}

/* The walk from the variables that were noted. */
static PyObject *
tell(LsHeap *heap)
{
    int collects = PyGC_Disable(); /* from here on nothing runs, and all stays as it is */
    begin_walk(heap);
    ls_text_put(&heap->text, "{");
    tell_variables(heap);
    tell_objects(heap);
    ls_text_put(&heap->text, "}");
    PyObject *changes = NULL;
    heap->failed = heap->failed || heap->text.failed || heap->part.failed;
    if (heap->text.length > 2 && !heap->failed) {
        changes = PyUnicode_DecodeASCII(heap->text.data, (Py_ssize_t)heap->text.length, NULL);
        heap->failed = changes == NULL;
    }
    if (heap->failed) {
        ls_trace_cut_lines(&heap->agent->trace, LS_CUT_MEMORY);
    }
    PyErr_Clear();
    if (collects) {
        PyGC_Enable();
    }
    return changes;
}

static PyObject *
find_changes(LsHeap *heap, bool leaving, PyObject *result)
{
    if (heap->busy) { /* what looking runs (see note_script) is not looked at itself */
        return NULL;
    }
    heap->busy = true;
    PyObject *error = PyErr_Occurred() ? PyErr_GetRaisedException() : NULL;
    heap->variable_count = 0;
    note_script(heap);
    note_frames(heap, leaving);
    note_result(heap, result);
    PyObject *changes = heap->dropped ? NULL : tell(heap);
    for (size_t i = 0; i < heap->variable_count; i++) {
        Py_DECREF(heap->variables[i].name);
        Py_XDECREF(heap->variables[i].value);
    }
    heap->busy = false;
    if (heap->dropped) {
        release(heap);
    }
    if (error != NULL) {
        PyErr_SetRaisedException(error);
    }
    return changes;
}

PyObject *
ls_heap_changes(LsHeap *heap)
{
    return find_changes(heap, false, NULL);
}

PyObject *
ls_heap_leaving_changes(LsHeap *heap, PyObject *result)
{
    return find_changes(heap, true, result);
}
