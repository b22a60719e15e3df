/* SPDX-License-Identifier: MIT
 *
 * The door: the module's definition and the order in which its rooms are set up. No logic.
 */
#include "loop.h"

static int
module_exec(PyObject *module)
{
    LsState *state = ls_state_of_module(module);
    if (ls_state_init(module) < 0 || ls_agent_watch_forks() < 0 || ls_timeout_init(module, state) < 0 ||
        ls_immediate_init(module, state) < 0 || ls_promise_init(module, state) < 0 || ls_combinators_init(module, state) < 0 ||
        ls_async_function_init(module, state) < 0 || ls_async_generator_init(module, state) < 0 ||
        ls_iteration_init(module, state) < 0 || ls_for_await_init(module, state) < 0 || ls_loop_init(module, state) < 0 ||
        ls_trace_object_init(module, state) < 0 || PyModule_AddFunctions(module, ls_promise_functions) < 0 ||
        PyModule_AddFunctions(module, ls_async_functions) < 0 || PyModule_AddFunctions(module, ls_loop_functions) < 0) {
        return -1;
    }
    state->noop = PyObject_GetAttrString(module, "_noop");
    if (state->noop == NULL) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "libuv_version", ls_uv_version());
}

static int
module_traverse(PyObject *module, visitproc visit, void *arg)
{
    return ls_state_traverse(ls_state_of_module(module), visit, arg);
}

static int
module_clear(PyObject *module)
{
    ls_state_clear(ls_state_of_module(module));
    return 0;
}

static void
module_free(void *module)
{
    ls_state_clear(ls_state_of_module((PyObject *)module));
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};

struct PyModuleDef ls_module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "loopscope._core",
    .m_doc = "The JavaScript concurrency model on libuv: loop, queues, promises, timers, async functions.",
    .m_size = sizeof(LsState),
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    return PyModuleDef_Init(&ls_module_def);
}
