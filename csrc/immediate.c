/* SPDX-License-Identifier: MIT
 *
 * The type Immediate and the check phase: Node's class Immediate and processImmediate().
 *
 * An Immediate is on at most one of two lists: `immediate_head` (for the next check phase) or `outstanding` (the batch that
 * runs now). The list owns one reference.
 */
#include "timers.h"

/* The head that points at the item; NULL if another item does. */
static LsImmediate **
head_of(LsTimers *timers, LsImmediate *item)
{
    if (item->prev != NULL) {
        return NULL;
    }
    return item == timers->immediate_head ? &timers->immediate_head : &timers->outstanding;
}

/* Takes the item off its list; the reference passes to the caller. */
static void
unlink_item(LsTimers *timers, LsImmediate *item)
{
    LsImmediate **head = head_of(timers, item);
    if (head != NULL) {
        *head = item->next;
    }
    else {
        item->prev->next = item->next;
    }
    if (item->next != NULL) {
        item->next->prev = item->prev;
    }
    if (item == timers->immediate_tail) {
        timers->immediate_tail = item->prev;
    }
    item->next = item->prev = NULL;
    item->queued = false;
}

/* Not counted any more. */
static void
end_item(LsTimers *timers, LsImmediate *item)
{
    item->destroyed = true;
    timers->immediate_count--;
    if (item->refed) {
        timers->immediate_refs--;
        item->refed = false;
    }
}

static LS_NOINLINE void
record_queued(LsImmediate *item)
{
    LsState *state = item->agent->state;
    if (item->callback != state->noop) { /* that one is the loop's own, which only makes it turn once more */
        LS_EMIT(item->agent, ENQUEUE, TASK, IMMEDIATE_CHECK, item->id, 0, 0, item->callback, state->str_set_immediate);
    }
}

PyObject *
ls_timers_set_immediate(LsAgent *agent, LsTimers *timers, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs < 1) {
        PyErr_SetString(PyExc_TypeError, "set_immediate: argument 'callback' is missing");
        return NULL;
    }
    if (ls_require_callable(args[0], "set_immediate", "callback") < 0) {
        return NULL;
    }
    PyTypeObject *type = agent->state->immediate_type;
    LsImmediate *item = (LsImmediate *)ls_alloc_quietly(type);
    if (item == NULL) {
        return NULL;
    }
    agent->state->live_timers++;
    item->agent = agent;
    Py_INCREF(agent->owner);
    item->callback = Py_NewRef(args[0]);
    item->id = ls_trace_new_id(&agent->trace);
    item->arity = ls_arity(agent->state, args[0], nargs - 1);
    item->destroyed = true; /* until it is queued */
    if (nargs > 1) {
        item->args = PyTuple_New(nargs - 1);
        if (item->args == NULL) {
            goto fail;
        }
        for (Py_ssize_t i = 1; i < nargs; i++) {
            PyTuple_SET_ITEM(item->args, i - 1, Py_NewRef(args[i]));
        }
    }
    if (ls_context_capture(agent, &item->context) < 0) {
        goto fail;
    }
    item->destroyed = false;
    item->refed = item->queued = true;
    timers->immediate_count++;
    timers->immediate_refs++;
    item->prev = timers->immediate_tail;
    if (timers->immediate_tail != NULL) {
        timers->immediate_tail->next = item;
    }
    else {
        timers->immediate_head = item;
    }
    timers->immediate_tail = item;
    Py_INCREF(item);
    if (LS_TRACED(agent)) {
        record_queued(item);
    }
    return (PyObject *)item;

fail:
    Py_DECREF(item);
    return NULL;
}

int
ls_timers_clear_immediate(LsAgent *agent, LsTimers *Py_UNUSED(timers), PyObject *handle)
{
    if (!Py_IS_TYPE(handle, agent->state->immediate_type)) {
        return 0; /* Node ignores what is no Immediate */
    }
    LsImmediate *item = (LsImmediate *)handle;
    if (ls_agent_check(item->agent, "clear_immediate") < 0) {
        return -1;
    }
    if (item->destroyed) {
        return 0;
    }
    LS_EMIT(agent, CANCEL, TASK, TIMER_CLEARED, item->id, 0, 0, item->callback, NULL);
    end_item(item->agent->timers, item);
    unlink_item(item->agent->timers, item);
    Py_DECREF(item);
    return 0;
}

int
ls_timers_process_immediates(LsAgent *agent, LsTimers *timers, LsRunTask run, LsRunNextTicks next_ticks)
{
    if (timers->outstanding == NULL) {
        /* Detach the batch: what its callbacks queue waits for the next turn. */
        timers->outstanding = timers->immediate_head;
        timers->immediate_head = timers->immediate_tail = NULL;
    }
    bool ran_one = false;
    while (timers->outstanding != NULL && !agent->closed) {
        if (ran_one) {
            if (next_ticks(agent) < 0) {
                return -1;
            }
            if (timers->outstanding == NULL) {
                break; /* a tick has cleared the rest */
            }
        }
        ran_one = true;
        LsImmediate *item = timers->outstanding;
        unlink_item(timers, item);
        end_item(timers, item);
        int result = run(agent, (PyObject *)item, item->id, item->callback, item->arity, item->args, item->context);
        Py_DECREF(item);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

static int
traverse_list(LsImmediate *item, visitproc visit, void *arg)
{
    for (; item != NULL; item = item->next) {
        Py_VISIT((PyObject *)item);
    }
    return 0;
}

int
ls_immediates_traverse(LsTimers *timers, visitproc visit, void *arg)
{
    int result = traverse_list(timers->immediate_head, visit, arg);
    return result != 0 ? result : traverse_list(timers->outstanding, visit, arg);
}

void
ls_immediates_clear(LsTimers *timers)
{
    LsImmediate *item;
    while ((item = timers->outstanding != NULL ? timers->outstanding : timers->immediate_head) != NULL) {
        end_item(timers, item);
        unlink_item(timers, item);
        Py_DECREF(item);
    }
}

static PyObject *
set_refed(PyObject *self, bool refed, const char *what)
{
    LsImmediate *item = (LsImmediate *)self;
    if (ls_agent_check(item->agent, what) < 0) {
        return NULL;
    }
    if (!item->destroyed && item->refed != refed) {
        item->refed = refed;
        item->agent->timers->immediate_refs += refed ? 1 : -1;
    }
    return Py_NewRef(self);
}

PyDoc_STRVAR(ref_doc,
             "ref($self, /)\n--\n\nLet the queued immediate keep the run alive (the default). Node: immediate.ref().");

static PyObject *
immediate_ref(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return set_refed(self, true, "Immediate.ref");
}

PyDoc_STRVAR(unref_doc,
             "unref($self, /)\n--\n\nLet the run end although the immediate is queued. Node: immediate.unref().");

static PyObject *
immediate_unref(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return set_refed(self, false, "Immediate.unref");
}

PyDoc_STRVAR(has_ref_doc, "has_ref($self, /)\n--\n\nTrue if it keeps the run alive. Node: immediate.hasRef().");

static PyObject *
immediate_has_ref(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(((LsImmediate *)self)->refed);
}

static PyObject *
immediate_repr(PyObject *self)
{
    LsImmediate *item = (LsImmediate *)self;
    return PyUnicode_FromFormat("<Immediate #%u%s>", item->id, item->destroyed ? ", done" : "");
}

static int
immediate_traverse(PyObject *self, visitproc visit, void *arg)
{
    LsImmediate *item = (LsImmediate *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(item->callback);
    Py_VISIT(item->args);
    Py_VISIT(item->context);
    Py_VISIT(item->agent == NULL ? NULL : item->agent->owner); /* NULL: inside tp_alloc */
    return 0;
}

static int
immediate_clear(PyObject *self)
{
    LsImmediate *item = (LsImmediate *)self;
    Py_CLEAR(item->callback);
    Py_CLEAR(item->args);
    Py_CLEAR(item->context);
    return 0;
}

static void
immediate_dealloc(PyObject *self)
{
    LsImmediate *item = (LsImmediate *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)immediate_clear(self);
    item->agent->state->live_timers--;
    Py_DECREF(item->agent->owner);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef immediate_methods[] = {
    {"ref", immediate_ref, METH_NOARGS, ref_doc},
    {"unref", immediate_unref, METH_NOARGS, unref_doc},
    {"has_ref", immediate_has_ref, METH_NOARGS, has_ref_doc},
    {"hasRef", immediate_has_ref, METH_NOARGS, has_ref_doc},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot immediate_slots[] = {
    {Py_tp_doc, (void *)"A callback queued for the check phase, as set_immediate() gives it."},
    {Py_tp_dealloc, immediate_dealloc},
    {Py_tp_traverse, immediate_traverse},
    {Py_tp_clear, immediate_clear},
    {Py_tp_methods, immediate_methods},
    {Py_tp_repr, immediate_repr},
    {0, NULL},
};

static PyType_Spec immediate_spec = {
    .name = "loopscope.Immediate",
    .basicsize = sizeof(LsImmediate),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = immediate_slots,
};

int
ls_immediate_init(PyObject *module, LsState *state)
{
    if (ls_state_add_type(module, &state->immediate_type, &immediate_spec, NULL) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Immediate", (PyObject *)state->immediate_type);
}
