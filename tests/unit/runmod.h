/*
 * runmod.h: running functions of modules that tests have built.
 */
#ifndef TINE_TESTS_RUNMOD_H
#define TINE_TESTS_RUNMOD_H

#include "interp/interp.h"
#include "unit/modbuild.h"

struct runmod {
    struct module *module;
    uint8_t *copy;
    struct instance *inst;
};

static struct thread run_thread;

/* Before the first module, as a group's setup; and behind the last one. */
UNUSED static int run_setup(void **state)
{
    struct error err = ERROR_INIT;

    interp_init();
    return thread_init(&run_thread, &err) ? 0 : -1;
}

UNUSED static int run_teardown(void **state)
{
    thread_done(&run_thread);
    return 0;
}

/* Imports, of any module name, are exports of the instance ctx. */
UNUSED static bool run_link(void *ctx, const struct import *import,
                            struct extern_ref *ret, struct error *err)
{
    struct instance *from = ctx;
    uint32_t i;

    for (i = 0; i < from->module->n_exports; i++) {
        const struct export *export = &from->module->exports[i];

        if (export->name.len == import->name.len &&
            memcmp(export->name.text, import->name.text, import->name.len) ==
                0) {
            *ret = instance_export(from, export);
            return true;
        }
    }
    return error_set(err, ERROR_UNLINKABLE, ERROR_NO_OFFSET, "unknown import");
}

UNUSED static void run_load(struct runmod *run, const struct modbuild *mb,
                            struct instance *from)
{
    struct error err = ERROR_INIT;

    run->module = mb_valid(mb, &run->copy);
    if (!instance_new(run->module, run_link, from, false, &run->inst, &err)) {
        print_error("%s\n", err.text);
        fail();
    }
}

UNUSED static void run_free(struct runmod *run)
{
    instance_free(run->inst);
    mb_free(run->module, run->copy);
}

/* Call the function of an index; TRAP_NONE if it returned. */
UNUSED static enum trap run_func(const struct runmod *run, uint32_t func,
                                 uint64_t *slots)
{
    run_thread.leave = LEAVE_NONE;
    run_thread.inst = run->inst;
    if (interp_run(&run_thread, run->inst->funcs[func], slots))
        return TRAP_NONE;
    run_thread.leave = LEAVE_NONE;
    return run_thread.trap;
}

/* A function (i32) -> (i32) that returns: its result. */
UNUSED static uint32_t run_i32(const struct runmod *run, uint32_t func,
                               uint32_t arg)
{
    uint64_t slots[16] = {arg};

    assert_int_equal(run_func(run, func, slots), TRAP_NONE);
    return (uint32_t)slots[0];
}

#endif
