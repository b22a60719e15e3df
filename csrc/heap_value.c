/* SPDX-License-Identifier: MIT
 *
 * Values and objects as the heap tells of them. What they are is read from their memory: no method of the program's is called,
 * no attribute is looked up, whatever its type defines. Numbers, texts and the like, and functions, classes and modules are
 * shown where they are named; everything else is an object with a number.
 */
#include "async_function.h"
#include "heap.h"

/* ---- texts ---- */

/* A name of the program's: any str, but no longer than the others. */
static void
put_name(LsText *text, PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        ls_text_put(text, "?");
        return;
    }
    if (PyUnicode_GET_LENGTH(name) <= LS_HEAP_LETTERS) {
        ls_text_put_letters(text, name);
        return;
    }
    PyObject *head = PyUnicode_Substring(name, 0, LS_HEAP_LETTERS);
    if (head == NULL) {
        text->failed = true;
        return;
    }
    ls_text_put_letters(text, head);
    ls_text_put(text, "\\u2026");
    Py_DECREF(head);
}

/* `noun name` as a JSON string. */
static void
put_named(LsText *text, const char *noun, PyObject *name)
{
    ls_text_put(text, "\"");
    ls_text_put(text, noun);
    put_name(text, name);
    ls_text_put(text, "\"");
}

/* What the type's own repr() says, which for the types that come here runs no Python; PyObject_Repr() may run a signal handler.
 * `cut`: there is more of the value than `value`. */
static void
put_repr(LsText *text, PyObject *value, bool cut)
{
    PyObject *repr = Py_TYPE(value)->tp_repr(value);
    if (repr == NULL) {
        text->failed = true;
        return;
    }
    ls_text_put(text, "\"");
    if (PyUnicode_Check(value) || PyBytes_Check(value)) {
        ls_text_put_letters(text, repr); /* an escape is longer than the letter, but bounded */
    }
    else {
        put_name(text, repr);
    }
    ls_text_put(text, cut ? "\\u2026\"" : "\"");
    Py_DECREF(repr);
}

static void
put_start(LsText *text, PyObject *value, bool is_text)
{
    PyObject *head = is_text ? PyUnicode_Substring(value, 0, LS_HEAP_LETTERS)
                             : PyBytes_FromStringAndSize(PyBytes_AS_STRING(value), LS_HEAP_LETTERS);
    if (head == NULL) {
        text->failed = true;
        return;
    }
    put_repr(text, head, true);
    Py_DECREF(head);
}

/* An int of any size: digits take the longer the more there are (and may be forbidden). */
static void
put_int(LsText *text, PyObject *value)
{
    if (PyLong_AsDouble(value) == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        ls_text_put(text, "\"int beyond 10^308\"");
        return;
    }
    put_repr(text, value, false);
}

static void
put_type_name(LsText *text, PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        put_name(text, ((PyHeapTypeObject *)type)->ht_name);
        return;
    }
    const char *dot = strrchr(type->tp_name, '.');
    ls_text_put(text, dot != NULL ? dot + 1 : type->tp_name);
}

/* Writes a value that needs no number: true, or false if it is an object. */
static bool
put_plain(LsHeap *heap, LsText *text, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (value == Py_None || value == Py_Ellipsis || value == Py_NotImplemented || type == &PyBool_Type ||
        type == &PyFloat_Type || type == &PyComplex_Type) {
        put_repr(text, value, false);
    }
    else if (type == &PyLong_Type) {
        put_int(text, value);
    }
    else if (type == &PyUnicode_Type && PyUnicode_GET_LENGTH(value) > LS_HEAP_LETTERS) {
        put_start(text, value, true);
    }
    else if (type == &PyBytes_Type && PyBytes_GET_SIZE(value) > LS_HEAP_LETTERS) {
        put_start(text, value, false);
    }
    else if (type == &PyUnicode_Type || type == &PyBytes_Type) {
        put_repr(text, value, false);
    }
    else if (type == &PyFunction_Type) {
        put_named(text, "function ", ((PyFunctionObject *)value)->func_name);
    }
    else if (type == ls_heap_agent(heap)->state->async_function_type) {
        PyObject *function = ((LsAsyncFunction *)value)->function;
        function = function != NULL && PyMethod_Check(function) ? PyMethod_GET_FUNCTION(function) : function;
        bool named = function != NULL && PyFunction_Check(function);
        PyObject *name = named ? ((PyFunctionObject *)function)->func_name : ls_heap_agent(heap)->state->str_lambda;
        put_named(text, "async function ", name);
    }
    else if (type == &PyMethod_Type && PyFunction_Check(PyMethod_GET_FUNCTION(value))) {
        put_named(text, "method ", ((PyFunctionObject *)PyMethod_GET_FUNCTION(value))->func_name);
    }
    else if (type == &PyCFunction_Type) {
        ls_text_put(text, "\"built-in ");
        ls_text_put(text, ((PyCFunctionObject *)value)->m_ml->ml_name);
        ls_text_put(text, "\"");
    }
    else if (PyType_Check(value)) {
        ls_text_put(text, "\"class ");
        put_type_name(text, (PyTypeObject *)value);
        ls_text_put(text, "\"");
    }
    else if (PyModule_Check(value)) {
        ls_text_put(text, "\"module\"");
    }
    else {
        return false;
    }
    return true;
}

void
ls_heap_put_value(LsHeap *heap, LsText *text, PyObject *value, int depth)
{
    if (put_plain(heap, text, value)) {
        return;
    }
    uint32_t number = ls_heap_number(heap, value, depth + 1);
    if (number != 0) {
        ls_text_put_number(text, number);
        return;
    }
    ls_text_put(text, "\"[");
    put_type_name(text, Py_TYPE(value));
    ls_text_put(text, "]\"");
}

/* ---- objects ---- */

static void
put_more(LsText *text, Py_ssize_t shown, Py_ssize_t all)
{
    if (all > shown) {
        ls_text_put(text, ",\"more\":");
        ls_text_put_number(text, (unsigned long)(all - shown));
    }
}

static void
put_sequence(LsHeap *heap, LsText *text, PyObject *object, int depth)
{
    Py_ssize_t count = PySequence_Fast_GET_SIZE(object); /* a list or a tuple, or of a subclass */
    Py_ssize_t shown = count < LS_HEAP_ITEMS ? count : LS_HEAP_ITEMS;
    ls_text_put(text, ",\"items\":[");
    for (Py_ssize_t i = 0; i < shown; i++) {
        ls_text_put(text, i > 0 ? "," : "");
        PyObject *item = PySequence_Fast_GET_ITEM(object, i);
        if (item == NULL) { /* of a tuple that is being made */
            ls_text_put(text, "\"\"");
            continue;
        }
        ls_heap_put_value(heap, text, item, depth);
    }
    ls_text_put(text, "]");
    put_more(text, shown, count);
}

/* Through set's own iterator, even for a subclass with another one: it runs no Python. */
static void
put_set(LsHeap *heap, LsText *text, PyObject *object, int depth)
{
    Py_ssize_t count = PySet_GET_SIZE(object), shown = 0;
    PyObject *iterator = PySet_Type.tp_iter(object);
    if (iterator == NULL) {
        text->failed = true;
        return;
    }
    ls_text_put(text, ",\"items\":[");
    for (PyObject *item; shown < LS_HEAP_ITEMS && (item = Py_TYPE(iterator)->tp_iternext(iterator)) != NULL; shown++) {
        ls_text_put(text, shown > 0 ? "," : "");
        ls_heap_put_value(heap, text, item, depth);
        Py_DECREF(item);
    }
    ls_text_put(text, "]");
    put_more(text, shown, count);
    Py_DECREF(iterator);
}

static void
put_entries(LsHeap *heap, LsText *text, PyObject *dict, int depth)
{
    Py_ssize_t position = 0, shown = 0;
    PyObject *key, *value;
    ls_text_put(text, ",\"entries\":[");
    while (shown < LS_HEAP_ITEMS && PyDict_Next(dict, &position, &key, &value)) {
        ls_text_put(text, shown > 0 ? ",[" : "[");
        ls_heap_put_value(heap, text, key, depth);
        ls_text_put(text, ",");
        ls_heap_put_value(heap, text, value, depth);
        ls_text_put(text, "]");
        shown++;
    }
    ls_text_put(text, "]");
    put_more(text, shown, PyDict_GET_SIZE(dict));
}

typedef struct {
    LsHeap *heap;
    LsText *text;
    int depth;
    Py_ssize_t shown, left_out;
} Attributes;

static void
put_attribute(Attributes *all, PyObject *name, PyObject *value)
{
    Py_ssize_t length = PyUnicode_Check(name) ? PyUnicode_GET_LENGTH(name) : 0;
    if (length == 0 || (PyUnicode_READ_CHAR(name, 0) == '_' && PyUnicode_READ_CHAR(name, length - 1) == '_')) {
        return;
    }
    if (all->shown == LS_HEAP_ITEMS) {
        all->left_out++;
        return;
    }
    ls_text_put(all->text, all->shown == 0 ? ",\"attributes\":[[\"" : ",[\"");
    put_name(all->text, name);
    ls_text_put(all->text, "\",");
    ls_heap_put_value(all->heap, all->text, value, all->depth);
    ls_text_put(all->text, "]");
    all->shown++;
}

/* What a dict holds under a name: borrowed, or NULL. Nothing but str is compared, as another key's `__eq__` would run now. */
static PyObject *
look_up(PyObject *dict, PyObject *name)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (key == name || (PyUnicode_CheckExact(key) && PyUnicode_GET_LENGTH(key) == PyUnicode_GET_LENGTH(name) &&
                            PyUnicode_Compare(key, name) == 0)) {
            return value;
        }
    }
    return NULL;
}

bool
ls_heap_is_own_type(LsState *state, PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return false;
    }
    PyObject *name = look_up(type->tp_dict, state->str_module_attribute);
    if (name == NULL || !PyUnicode_CheckExact(name)) {
        return false;
    }
    if (PyUnicode_CompareWithASCIIString(name, "__main__") == 0) { /* a script, whatever runs it */
        return true;
    }
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *module = PyDict_CheckExact(modules) ? look_up(modules, name) : NULL;
    PyObject *dict = module != NULL && PyModule_Check(module) ? PyModule_GetDict(module) : NULL;
    PyObject *file = dict == NULL ? NULL : look_up(dict, state->str_file);
    return module == NULL || (file != NULL && PyUnicode_Check(file) && !ls_is_library_file(state->library, file));
}

/* What stands in the __slots__ of a type and of its bases. */
static void
put_slots(Attributes *all, PyObject *object)
{
    for (PyTypeObject *type = Py_TYPE(object); type != NULL && type->tp_flags & Py_TPFLAGS_HEAPTYPE; type = type->tp_base) {
        PyObject *name, *descriptor;
        Py_ssize_t position = 0;
        while (PyDict_Next(type->tp_dict, &position, &name, &descriptor)) {
            if (!Py_IS_TYPE(descriptor, &PyMemberDescr_Type)) {
                continue;
            }
            PyMemberDef *member = ((PyMemberDescrObject *)descriptor)->d_member;
            if (((PyDescrObject *)descriptor)->d_type != type || member->type != T_OBJECT_EX) {
                continue;
            }
            PyObject *value = *(PyObject **)((char *)object + member->offset);
            if (value != NULL) {
                put_attribute(all, name, value);
            }
        }
    }
}

static void
put_attributes(LsHeap *heap, LsText *text, PyObject *object, int depth)
{
    Attributes all = {heap, text, depth, 0, 0};
    put_slots(&all, object);
    PyObject *dict = ls_instance_dict(object);
    if (dict != NULL) {
        PyObject *name, *value;
        Py_ssize_t position = 0;
        while (PyDict_Next(dict, &position, &name, &value)) {
            put_attribute(&all, name, value);
        }
        Py_DECREF(dict);
    }
    if (all.shown > 0) {
        ls_text_put(text, "]");
        put_more(text, 0, all.left_out);
    }
}

static void
put_promise(LsHeap *heap, LsText *text, LsPromise *promise, int depth)
{
    static const char *const states[] = {"\"pending\"", "\"fulfilled\"", "\"rejected\""};
    ls_text_put(text, ",\"promise\":");
    ls_text_put_number(text, promise->id);
    ls_text_put(text, ",\"state\":");
    ls_text_put(text, states[promise->state]);
    if (promise->state != LS_PENDING && promise->result != NULL) {
        ls_text_put(text, ",\"items\":[");
        ls_heap_put_value(heap, text, promise->result, depth);
        ls_text_put(text, "]");
    }
}

void
ls_heap_put_object(LsHeap *heap, LsText *text, PyObject *object, bool is_own, int depth)
{
    ls_text_put(text, "{\"type\":\"");
    put_type_name(text, Py_TYPE(object));
    ls_text_put(text, "\"");
    if (ls_promise_check(ls_heap_agent(heap)->state, object)) {
        put_promise(heap, text, (LsPromise *)object, depth);
    }
    else if (PyList_Check(object) || PyTuple_Check(object)) {
        put_sequence(heap, text, object, depth);
    }
    else if (PyDict_Check(object)) {
        put_entries(heap, text, object, depth);
    }
    else if (PyAnySet_Check(object)) {
        put_set(heap, text, object, depth);
    }
    else if (PyExceptionInstance_Check(object)) {
        PyObject *args = ((PyBaseExceptionObject *)object)->args;
        if (args != NULL && PyTuple_CheckExact(args)) {
            put_sequence(heap, text, args, depth);
        }
    }
    else if (is_own) {
        put_attributes(heap, text, object, depth);
    }
    ls_text_put(text, "}");
}
