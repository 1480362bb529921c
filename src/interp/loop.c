/*
 * loop.c: the dispatch loop as tail calls (loop.h): the table of the bodies,
 * those in no other loop_*.c, and what the bodies have in common.
 */
#include "interp/loop.h"

#if INTERP_TAIL

#include <pthread.h>

#define LOW(f) num_bits64(((vec64)(f))[0])

CONVENTION NOINLINE void loop_stop(PARAMS)
{
    run_trap(ip, fp, (enum trap)acc);
}

CONVENTION NOINLINE void loop_stop_memory(PARAMS)
{
    run_trap_memory(ip, fp, acc);
}

CONVENTION NOINLINE void loop_attend(PARAMS)
{
#if INTERP_REGS
    const uint64_t regs[REPLACE_REGS] = {r0,      r1,      r2,      r3,
                                         LOW(f0), LOW(f1), LOW(f2), LOW(f3)};
#else
    const uint64_t *regs = NULL;
#endif

    ATTEND_BACK(regs);
}

#if INTERP_REGS
/* Behind a backward branch that was not to lp, or when there is a signal. */
CONVENTION NOINLINE void loop_jump_back(PARAMS)
{
    lp = ip;
    if (ATTENTION())
        ATTEND();
    DISPATCH();
}

/*
 * Code that was not called last.  cp is for calls what lp is for backward
 * branches; it never is a stub.
 *
 * How functions begin is compared with what is frequent, since branches are
 * predicted better than where a jump goes; the empty assembly keeps this from
 * becoming such a jump.
 */
CONVENTION NOINLINE void loop_go_other(PARAMS)
{
    u32 op = *ip;

    if (likely(op < I_translate || op > I_native))
        cp = ip;
#define BEGIN(name)                                                            \
    __asm__("" : "+r"(op));                                                    \
    if (op == I_##name)                                                        \
        GO_ON(name);
#include "interp/joined.def"
    DISPATCH();
}
#endif

CONVENTION NOINLINE void loop_enter_slow(PARAMS)
{
    run_enter_slow(ip, fp, acc);
    DISPATCH();
}

/* The function comes in the place of ip. */
CONVENTION NOINLINE void loop_cross_call(PARAMS)
{
    struct func *f = (struct func *)(uintptr_t)ip;

    fp = run_cross_call(f, fp, (const code_unit *)(uintptr_t)acc);
    GO_CROSS(f);
}

/* The same, with the last units of the tail call in acc. */
CONVENTION NOINLINE void loop_cross_tail(PARAMS)
{
    struct func *f = (struct func *)(uintptr_t)ip;

    fp = run_cross_tail(f, fp, (const code_unit *)(uintptr_t)acc);
    GO_CROSS(f);
}

/* Both instructions, so that their bodies need no stack frame. */
CONVENTION NOINLINE void loop_throw_any(PARAMS)
{
    struct landing landing;

    if (*ip == I_throw)
        unwind_throw(ip, fp, INST, &landing);
    else
        unwind_throw_ref(ip, fp, &landing);
    LAND(landing);
}

/* Calls compiled code; the rest as in loop_throw_any. */
CONVENTION NOINLINE void loop_call_native(PARAMS)
{
    const code_unit *ret = (const code_unit *)(uintptr_t)acc;
    struct landing landing;

    if (run_native(ip, fp, ret, &landing))
        RETURN_TO(ret);
    LAND(landing);
}

#include "interp/op_atomic.h"
#include "interp/op_call.h"
#include "interp/op_ctl.h"
#include "interp/op_eh.h"
#include "interp/op_ref.h"
#include "interp/op_wide.h"

/*
 * Where the bodies are, by number: each as its distance from the entry itself.
 * A table of addresses would be relocated in each process, more than all else
 * together, whether it interprets anything or not.
 */
/* clang-format off */
__asm__(".pushsection .rodata.loop_places,\"a\",%progbits\n"
        ".balign 4\n"
        "loop_places:\n"
#define TABLE(name) ".long op_" #name " - .\n"
#include "interp/table.h"
#undef TABLE
        ".popsection\n");
/* clang-format on */

extern const int32_t loop_places[I_COUNT];

static handler *handlers[I_COUNT];
static pthread_once_t handlers_once = PTHREAD_ONCE_INIT;

static void find_handlers(void)
{
    size_t i;

    for (i = 0; i < I_COUNT; i++)
        handlers[i] =
            (handler *)((uintptr_t)&loop_places[i] + (intptr_t)loop_places[i]);
}

void loop_run(struct func *entry, struct instance *inst, uint64_t *fp)
{
    static const code_unit exit_code[] = {0, I_exit};
    const code_unit *ip = entry->code;
    struct instance *outer = INST;
    uint8_t *mem = inst ? inst->mem_base : NULL;
    u64 acc = (u64)(uintptr_t)&exit_code[1];
    const void *ops = handlers;
    vec32 facc = {0};
#if INTERP_REGS
    const code_unit *lp = NULL, *cp = NULL;
    u64 r0 = 0, r1 = 0, r2 = 0, r3 = 0;
    vec32 f0 = facc, f1 = facc, f2 = facc, f3 = facc;
#endif

    (void)pthread_once(&handlers_once, find_handlers);
    INST = inst;
    handlers[*ip](ARGS);
    INST = outer;
}

#endif
