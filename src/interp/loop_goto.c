/*
 * loop_goto.c: the dispatch loop as one function with computed gotos (loop.h),
 * which is far longer than the style allows, since that is what it is for.
 */
#include "interp/exprs.h"
#include "interp/loop.h"

#if !INTERP_TAIL

#define OP(name)   L_##name:
#define DISPATCH() goto *labels[*ip]
#define GO_ON(name) goto L_##name

#define TRAP(name) TRAP_VALUE(TRAP_##name)
#define TRAP_VALUE(trap)                                                       \
    do {                                                                       \
        run_trap(ip, fp, (trap));                                              \
        __builtin_unreachable();                                               \
    } while (0)
#define TRAP_MEMORY(addr)                                                      \
    do {                                                                       \
        run_trap_memory(ip, fp, (addr));                                       \
        __builtin_unreachable();                                               \
    } while (0)
#define CROSS_CALL(f)                                                          \
    do {                                                                       \
        fp = run_cross_call(f, fp, (const code_unit *)(uintptr_t)acc);         \
        GO_CROSS(f);                                                           \
    } while (0)
#define CROSS_TAIL(f, at)                                                      \
    do {                                                                       \
        fp = run_cross_tail(f, fp, &ip[at]);                                   \
        GO_CROSS(f);                                                           \
    } while (0)
#define ATTEND() goto attend
#define THROW()                                                                \
    do {                                                                       \
        struct landing landing;                                                \
                                                                               \
        if (*ip == I_throw)                                                    \
            unwind_throw(ip, fp, INST, &landing);                              \
        else                                                                   \
            unwind_throw_ref(ip, fp, &landing);                                \
        LAND(landing);                                                         \
    } while (0)
#define NATIVE()                                                               \
    do {                                                                       \
        const code_unit *ret = (const code_unit *)(uintptr_t)acc;              \
        struct landing landing;                                                \
                                                                               \
        if (run_native(ip, fp, ret, &landing))                                 \
            RETURN_TO(ret);                                                    \
        LAND(landing);                                                         \
    } while (0)
#define ENTER_SLOW()                                                           \
    do {                                                                       \
        run_enter_slow(ip, fp, acc);                                           \
        DISPATCH();                                                            \
    } while (0)
#define LEAVE_LOOP()                                                           \
    do {                                                                       \
        INST = outer;                                                          \
        return;                                                                \
    } while (0)

void loop_run(struct func *entry, struct instance *inst, uint64_t *fp)
{
    static const code_unit exit_code[] = {0, I_exit};
    static const void *const labels[I_COUNT] = {
#define TABLE(name) [I_##name] = &&L_##name,
#include "interp/table.h"
#undef TABLE
    };
    const code_unit *ip = entry->code;
    struct instance *outer = INST;
    uint8_t *mem = inst ? inst->mem_base : NULL;
    u64 acc = (u64)(uintptr_t)&exit_code[1];
    vec32 facc = {0};

    INST = inst;
    DISPATCH();

attend:
    ATTEND_BACK(NULL);

#include "interp/op_atomic.h"
#include "interp/op_call.h"
#include "interp/op_ctl.h"
#include "interp/op_eh.h"
#include "interp/op_fused.h"
#include "interp/op_mem.h"
#include "interp/op_num.h"
#include "interp/op_ref.h"
#include "interp/op_simd.h"
#include "interp/op_var.h"
#include "interp/op_wide.h"

#include "interp/op_joined.h"
}

#endif
