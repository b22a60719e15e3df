/* SPDX-License-Identifier: MIT
 *
 * base: what every room needs before it has a room: Python.h, assertions, branch hints, the intrusive list, and all
 * differences between CPython 3.11 and 3.14.
 *
 * Ownership: nothing here owns anything.
 * Threads: nothing here is shared; everything is called with the GIL held.
 * Invariants: version differences live in this file alone.
 * Errors: none of these functions fails, unless its comment says so.
 */
#ifndef LS_BASE_H
#define LS_BASE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What gcc and clang have beyond C11. */
#define LS_LIKELY(x) __builtin_expect(!!(x), 1)
#define LS_UNLIKELY(x) __builtin_expect(!!(x), 0)
/* A function of its own, so that what it needs takes no registers from its caller. (With `cold` as well gcc takes callers for cold.) */
#define LS_NOINLINE __attribute__((noinline))
#define LS_PREFETCH(address) __builtin_prefetch(address)

static inline void
ls_let_go(PyObject **held)
{
    if (LS_UNLIKELY(*held != NULL)) {
        Py_DECREF(*held);
    }
}

/* Declares a reference that is given back when the block is left, behind what it returns. */
#define LS_HELD(name) PyObject *name __attribute__((cleanup(ls_let_go))) = NULL

/* Invariants are checked in debug builds (LOOPSCOPE_DEBUG=1); a failed one stops with a message, as it is our bug. */
#ifdef LS_DEBUG
#define LS_ASSERT(cond) \
    do { \
        if (!(cond)) { \
            fprintf(stderr, "loopscope: invariant broken at %s:%d: %s\n", __FILE__, __LINE__, #cond); \
            abort(); \
        } \
    } while (0)
#else
#define LS_ASSERT(cond) ((void)0)
#endif

#define LS_CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

/* The intrusive doubly linked list: a head that points at itself is empty; an unlinked node points at itself. */
typedef struct LsList {
    struct LsList *prev, *next;
} LsList;

static inline void
ls_list_init(LsList *node)
{
    node->prev = node->next = node;
}

static inline bool
ls_list_empty(const LsList *head)
{
    return head->next == head;
}

static inline void
ls_list_append(LsList *head, LsList *node)
{
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

static inline void
ls_list_remove(LsList *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    ls_list_init(node);
}

/* sys.monitoring (PEP 669): frames can be watched at little cost. */
#define LS_HAS_MONITORING (PY_VERSION_HEX >= 0x030C0000)

/* The frame that has called this one, whose object may have to be made: new reference, or NULL without an exception if there is none
 * or no memory for it. A raised exception is kept. */
static inline PyFrameObject *
ls_frame_back(PyFrameObject *frame)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyFrameObject *back = PyFrame_GetBack(frame);
    PyErr_Restore(type, value, traceback); /* instead of a MemoryError */
    return back;
}

/* The variables of a function's frame, one after the other, without the dict that `f_locals` would make of them and keep. */
typedef struct {
    PyFrameObject *frame; /* borrowed */
    PyObject *locals;     /* CPython 3.11 alone: a dict */
} LsFrameVariables;

/* ---- CPython 3.11 ---- */
#if PY_VERSION_HEX < 0x030C0000
#include <opcode.h>

/* True if a function may look at the dict of its own locals, or put something there. */
static inline bool
ls_code_knows_locals(PyCodeObject *code)
{
    static const char *const asking[] = {"locals", "vars", "eval", "exec", "dir"};
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_names); i++) {
        for (size_t j = 0; j < Py_ARRAY_LENGTH(asking); j++) {
            if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_names, i), asking[j]) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* There is no other way to the variables here than that dict, which stays the function's own: such a function has none. */
static inline LsFrameVariables
ls_frame_variables(PyFrameObject *frame)
{
    LsFrameVariables variables = {frame, NULL};
    PyCodeObject *code = PyFrame_GetCode(frame);
    if (!ls_code_knows_locals(code)) {
        variables.locals = PyFrame_GetLocals(frame);
    }
    Py_DECREF(code);
    if (variables.locals == NULL) {
        PyErr_Clear();
    }
    return variables;
}

/* New reference, or NULL without an exception: not bound. May run Python, if the program has put keys of its own there. */
static inline PyObject *
ls_frame_variable(LsFrameVariables *variables, PyObject *name)
{
    PyObject *locals = variables->locals;
    PyObject *value = locals == NULL || !PyDict_Check(locals) ? NULL : PyDict_GetItemWithError(locals, name);
    Py_XINCREF(value);
    PyErr_Clear();
    return value;
}

/* Nothing may live longer because it was looked at: the dict is emptied, unless somebody else has it, too. */
static inline void
ls_frame_variables_done(LsFrameVariables *variables)
{
    PyObject *locals = variables->locals;
    if (locals != NULL && PyDict_CheckExact(locals) && Py_REFCNT(locals) == 2) {
        PyDict_Clear(locals);
    }
    Py_XDECREF(locals);
}

/* In a profile hook's `return`: the frame is only being left for a while, by an await or a yield. */
static inline bool
ls_frame_is_suspending(PyFrameObject *frame, PyCodeObject *code)
{
    int lasti = PyFrame_GetLasti(frame);
    return (code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0 && lasti >= 0 &&
           (unsigned char)code->co_code_adaptive[lasti] == YIELD_VALUE;
}

static inline PyObject *
PyErr_GetRaisedException(void)
{
    PyObject *type, *value, *tb;
    PyErr_Fetch(&type, &value, &tb);
    if (type == NULL) {
        return NULL;
    }
    PyErr_NormalizeException(&type, &value, &tb);
    if (tb != NULL) {
        PyException_SetTraceback(value, tb);
    }
    Py_DECREF(type);
    Py_XDECREF(tb);
    return value;
}

/* Steals exc. */
static inline void
PyErr_SetRaisedException(PyObject *exc)
{
    PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(exc)), exc, PyException_GetTraceback(exc));
}
#endif

/* ---- CPython 3.12 and newer ---- */
#if PY_VERSION_HEX >= 0x030C0000
static inline LsFrameVariables
ls_frame_variables(PyFrameObject *frame)
{
    LsFrameVariables variables = {frame, NULL};
    return variables;
}

static inline PyObject *
ls_frame_variable(LsFrameVariables *variables, PyObject *name)
{
    PyObject *value = PyFrame_GetVar(variables->frame, name);
    if (value == NULL) {
        PyErr_Clear(); /* NameError: not bound */
    }
    return value;
}

static inline void
ls_frame_variables_done(LsFrameVariables *Py_UNUSED(variables))
{
}
#endif

/* ---- CPython 3.12 and older ---- */
#if PY_VERSION_HEX < 0x030D0000
/* 1 and *result = new reference; 0 and NULL without an exception if there is no such attribute; -1. May run Python. */
static inline int
PyObject_GetOptionalAttr(PyObject *object, PyObject *name, PyObject **result)
{
    return _PyObject_LookupAttr(object, name, result);
}
#endif

/* A heap type with a metaclass of our own, which must add no fields to `type`. CPython 3.11 makes a plain type, which is then
 * given its metaclass. */
static inline PyObject *
ls_type_from_metaclass(PyTypeObject *metaclass, PyObject *module, PyType_Spec *spec)
{
#if PY_VERSION_HEX < 0x030C0000
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    if (type != NULL) {
        Py_SET_TYPE(type, (PyTypeObject *)Py_NewRef((PyObject *)metaclass));
    }
    return type;
#else
    return PyType_FromMetaclass(metaclass, module, spec, NULL);
#endif
}

/* Allocates an instance of a collectable type without letting this very allocation start a garbage collection. A promise or
 * timer is part of a garbage cycle only together with a function, cell or other object of the program's, whose allocations
 * set the collector's pace; left to count, a million pending promises would be traversed over and over (three quarters of
 * the time of a long chain). New reference or NULL with MemoryError. */
static inline PyObject *
ls_alloc_quietly(PyTypeObject *type)
{
    int enabled = PyGC_Disable();
    PyObject *object = type->tp_alloc(type, 0);
    if (enabled) {
        PyGC_Enable();
    }
    return object;
}

/* The same for an object that the collector shall not know yet (see timers.h). */
static inline PyObject *
ls_alloc_untracked(PyTypeObject *type)
{
    int enabled = PyGC_Disable();
    PyObject *object = PyObject_GC_New(PyObject, type);
    if (enabled) {
        PyGC_Enable();
    }
    if (object != NULL) {
        memset((char *)object + sizeof(PyObject), 0, (size_t)type->tp_basicsize - sizeof(PyObject));
    }
    return object;
}

/* Memory of instances of one type that nobody holds any more, kept for the next ones: most promises live shortly, and the allocator
 * and the collector's accounts take longer than all that is done with them. The links are in the objects' own first fields. */
typedef struct {
    PyObject *first;
    uint32_t count;
} LsSpares;

#ifdef LS_DEBUG
#define LS_SPARES_LIMIT 0 /* so that AddressSanitizer sees a use of what is gone */
#else
#define LS_SPARES_LIMIT 256
#endif

static inline PyObject **
ls_spare_link(PyObject *object)
{
    return (PyObject **)((char *)object + sizeof(PyObject));
}

/* A zeroed, collectable instance of the exact type, of `size` bytes. New reference or NULL with MemoryError. */
static inline PyObject *
ls_spares_take(LsSpares *spares, PyTypeObject *type, size_t size)
{
    PyObject *object = spares->first;
    if (LS_UNLIKELY(object == NULL)) {
        return ls_alloc_quietly(type);
    }
    spares->first = *ls_spare_link(object);
    spares->count--;
    memset((char *)object + sizeof(PyObject), 0, size - sizeof(PyObject));
    (void)PyObject_Init(object, type);
    PyObject_GC_Track(object);
    return object;
}

/* In place of tp_free, for an instance of the exact type that the collector does not know any more. The reference to its type is the
 * caller's to drop. */
static inline void
ls_spares_put(LsSpares *spares, PyObject *object)
{
    if (LS_LIKELY(spares->count + 1 <= LS_SPARES_LIMIT)) {
        *ls_spare_link(object) = spares->first;
        spares->first = object;
        spares->count++;
    }
    else {
        PyObject_GC_Del(object);
    }
}

static inline void
ls_spares_clear(LsSpares *spares)
{
    while (spares->first != NULL) {
        PyObject *object = spares->first;
        spares->first = *ls_spare_link(object);
        PyObject_GC_Del(object);
    }
    spares->count = 0;
}

/* The __dict__ of an instance, whatever its type shows under that name: new reference, or NULL without an exception. */
static inline PyObject *
ls_instance_dict(PyObject *object)
{
    if (Py_TYPE(object)->tp_dictoffset == 0) {
        return NULL;
    }
    PyObject *dict = PyObject_GenericGetDict(object, NULL);
    if (dict == NULL) {
        PyErr_Clear();
        return NULL;
    }
    if (!PyDict_Check(dict)) {
        Py_CLEAR(dict);
    }
    return dict;
}

/* True if a context (or NULL) holds no variable at all. */
static inline bool
ls_context_is_empty(PyObject *context)
{
    return context == NULL || Py_TYPE(context)->tp_as_mapping->mp_length(context) == 0;
}

/* Marks a coroutine or generator as finalized, so that dropping it does not run its `finally` blocks (JavaScript's
 * rule for a function that is suspended when the program ends). CPython has no public setter for the bit; the public
 * getter tells whether it took, and the result says so. A caller that gets false keeps the object alive instead. */
static inline bool
ls_mark_finalized(PyObject *gen)
{
#ifndef Py_GIL_DISABLED
    ((uintptr_t *)gen)[-1] |= 1; /* PyGC_Head._gc_prev, _PyGC_PREV_MASK_FINALIZED; 3.11 to 3.14 */
#endif
    return PyObject_GC_IsFinalized(gen) != 0;
}

#endif
