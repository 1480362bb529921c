/*
 * run.c: what surrounds the dispatch loop: entering it, calls of the host,
 * signals, traps, calls between instances.  See run.h and interp.h.
 */
#include "interp/run.h"

#include <string.h>

#include "interp/code.h"
#include "interp/frame.h"
#include "interp/interp.h"
#include "interp/prepare.h"
#include "interp/unwind.h"

/* What the 2022 to 2026 versions of LLVM keep below the stack pointer in leaf
 * functions. */
#define RED_ZONE 128u

THREAD_LOCAL struct instance *run_inst;

void interp_init(void)
{
    func_set_stubs(I_translate, I_host, I_native);
}

const struct interp_compiled *run_compiled;

void interp_set_compiled(const struct interp_compiled *compiled)
{
    run_compiled = compiled;
}

void run_trap(const code_unit *ip, uint64_t *fp, enum trap trap)
{
    struct thread *t = thread_current;

    t->ip = ip;
    t->fp = fp;
    t->ip_behind = false;
    thread_trap(t, trap);
    stack_leave(t);
}

void run_trap_memory(const code_unit *ip, uint64_t *fp, uint64_t addr)
{
    struct thread *t = thread_current;

    t->ip = ip;
    t->fp = fp;
    t->ip_behind = false;
    thread_trap(t, TRAP_MEMORY_BOUNDS);
    t->trap_addr = addr;
    stack_leave(t);
}

const struct memory *run_memory_of(const struct instance *inst,
                                   const uint8_t *cell)
{
    uint32_t i;

    for (i = 0; i < inst->module->n_memories; i++) {
        const struct memory *memory = inst->memories[i];

        if (memory_covers(memory, (uintptr_t)cell - (uintptr_t)memory->base, 1))
            return memory;
    }
    return NULL;
}

static uint32_t slots_needed(const struct functype *type)
{
    return MAX(type->param_slots, type->result_slots);
}

/* As loop_run, of compiled code.  That always returns: there is no frame of the
 * interpreter in between in which an exception could be handled. */
static void call_compiled(struct func *f, uint64_t *fp)
{
    static const code_unit exit_code[] = {0, I_exit};
    struct instance *outer = run_inst;
    struct landing landing;

    run_inst = f->inst;
    (void)run_native(f->code, fp, &exit_code[1], &landing);
    run_inst = outer;
}

/*
 * Run f on frames above everything in use.  The slots below its frame keep
 * who called and where the thread stood, for backtraces and exceptions.
 */
static void call_above(struct thread *t, struct func *f, uint64_t *slots,
                       enum frame_end end)
{
    uint64_t *fp = t->value_sp + FRAME_ENTRY_SLOTS;
    uint64_t *value_sp = t->value_sp;
    const code_unit *ip = t->ip;
    uint64_t *caller_fp = t->fp;
    bool behind = t->ip_behind;
    uint32_t n = slots_needed(f->type);

    if (fp + n > t->stack.value_limit)
        run_trap(ip, caller_fp, TRAP_STACK_OVERFLOW);
    fp[-3] = end | (behind ? FRAME_BEHIND : 0);
    fp[-2] = (uint64_t)(uintptr_t)ip;
    fp[-1] = (uint64_t)(uintptr_t)caller_fp;
    memcpy(fp, slots, f->type->param_slots * sizeof(*fp));
    if (*f->code == I_native)
        call_compiled(f, fp);
    else
        loop_run(f, f->inst, fp);
    memcpy(slots, fp, f->type->result_slots * sizeof(*fp));
    t->value_sp = value_sp;
    t->ip = ip;
    t->fp = caller_fp;
    t->ip_behind = behind;
}

void interp_call(struct thread *t, struct func *f, uint64_t *slots)
{
    call_above(t, f, slots, FRAME_NATIVE);
}

struct first_call {
    struct func *f;
    uint64_t *slots;
};

static void first_call(struct thread *t, void *arg)
{
    struct first_call *call = arg;

    call_above(t, call->f, call->slots, FRAME_HOST);
}

bool interp_run(struct thread *t, struct func *f, uint64_t *slots)
{
    struct first_call call = {f, slots};

    t->value_sp = t->stack.value_base;
    t->ip = NULL;
    t->fp = NULL;
    return stack_enter(t, first_call, &call);
}

/* Call one guest signal handler. */
static void call_handler(struct thread *t, struct func *f, uint64_t sig)
{
    uint64_t slots[1] = {sig};
    uint64_t saved = 0;

    if (t->stack_pointer) {
        saved = *t->stack_pointer;
        *t->stack_pointer =
            t->ptr_size == 8 ? saved - RED_ZONE : (uint32_t)(saved - RED_ZONE);
    }
    call_above(t, f, slots, FRAME_HOST);
    if (t->stack_pointer)
        *t->stack_pointer = saved;
}

/*
 * Attend to signals until there are none; t->ip, fp and value_sp say where the
 * thread stands.  True if the host call whose result is given is to be made
 * again.
 */
static bool attend_all(struct thread *t, bool in_call, uint64_t result)
{
    struct attend request = {
        .in_call = in_call, .result = result, .interruption = t->interruption};
    struct deadline deadline = t->deadline;

    for (;;) {
        (void)stack_host_call(t, (const uint64_t *)(const void *)&request, NULL,
                              t->attend);
        if (!request.call)
            break;
        call_handler(t, request.call, request.arg);
    }
    t->deadline = deadline;
    return request.restart;
}

void interp_attend(struct thread *t)
{
    (void)attend_all(t, false, 0);
}

void run_attend(const code_unit *ip, uint64_t *fp)
{
    struct thread *t = thread_current;

    t->ip = ip;
    t->fp = fp;
    t->ip_behind = false;
    t->value_sp = fp + frame_slots(ip);
    (void)attend_all(t, false, 0);
}

void run_enter_slow(const code_unit *ip, uint64_t *fp, uint64_t ret)
{
    struct thread *t = thread_current;

    if (fp + ip[2] > t->stack.value_limit) {
        const code_unit *caller = (const code_unit *)(uintptr_t)ret;

        run_trap(caller - 1, fp - caller[-1], TRAP_STACK_OVERFLOW);
    }
    fp[ip[1]] = ret;
    t->ip = ip;
    t->fp = fp;
    t->ip_behind = false;
    t->value_sp = fp + ip[2];
    (void)attend_all(t, false, 0);
}

uint64_t interp_host(struct thread *t, const struct func *f,
                     const uint64_t *args)
{
    uint64_t result;

    t->restarting = false;
    for (;;) {
        result = stack_host_call(t, args, f->host_data, f->host);
        if (likely(!atomic_load_explicit(&thread_attention,
                                         memory_order_relaxed)) ||
            !attend_all(t, true, result))
            return result;
        t->restarting = true;
    }
}

void run_host(const code_unit *ip, uint64_t *fp, const code_unit *ret)
{
    struct func *f = frame_stub_func(ip);
    struct thread *t = thread_current;
    /* The call may come back to here from elsewhere, as setjmp does. */
    struct instance *inst = run_inst;
    uint64_t result;

    t->ip = ret;
    t->ip_behind = true;
    t->fp = fp - ret[-1];
    t->value_sp = fp + slots_needed(f->type);
    result = interp_host(t, f, fp);
    run_inst = inst;
    if (f->type->n_results > 0)
        fp[0] = result;
}

bool run_native(const code_unit *ip, uint64_t *fp, const code_unit *ret,
                struct landing *landing)
{
    struct func *f = frame_stub_func(ip);
    struct thread *t = thread_current;
    enum frame_end end = frame_go_to_return(t, ret, fp);
    struct instance *inst = run_inst;
    bool returned;

    t->value_sp = fp + slots_needed(f->type);
    returned = run_compiled->call(t, f, fp, end, landing);
    run_inst = inst;
    return returned;
}

const code_unit *run_translate(const code_unit *ip, uint64_t *fp, uint64_t ret)
{
    struct func *f = frame_stub_func(ip);
    const code_unit *caller = (const code_unit *)(uintptr_t)ret;

    if (!prepare_func(f))
        run_trap(caller - 1, fp - caller[-1], TRAP_NO_MEMORY);
    return f->body;
}

/*
 * The header of a call to another instance, below the callee's frame: where to
 * return, the caller's instance, how many slots of results to move down.
 */
enum { CROSS_RET, CROSS_INST, CROSS_RESULTS, CROSS_SLOTS };

const code_unit *run_cross_code(void)
{
    static const code_unit code[] = {CROSS_SLOTS, I_cross_return};

    return &code[1];
}

static void put_header(uint64_t *fp, const struct func *f, const code_unit *ret)
{
    fp[CROSS_RET] = (uint64_t)(uintptr_t)ret;
    fp[CROSS_INST] = (uint64_t)(uintptr_t)run_inst;
    fp[CROSS_RESULTS] = f->type->result_slots;
}

uint64_t *run_cross_call(struct func *f, uint64_t *fp, const code_unit *ret)
{
    uint32_t n = slots_needed(f->type);

    if (fp + CROSS_SLOTS + n > thread_current->stack.value_limit)
        run_trap(ret - 1, fp - ret[-1], TRAP_STACK_OVERFLOW);
    memmove(fp + CROSS_SLOTS, fp, f->type->param_slots * sizeof(*fp));
    put_header(fp, f, ret);
    run_inst = f->inst;
    return fp + CROSS_SLOTS;
}

uint64_t *run_cross_tail(struct func *f, uint64_t *fp, const code_unit *tail)
{
    const code_unit *ret = (const code_unit *)(uintptr_t)fp[tail[0]];
    const uint64_t *args = fp + tail[2];
    uint64_t *frame = fp;

    if (ret != run_cross_code())
        frame += CROSS_SLOTS;
    if (frame + slots_needed(f->type) > thread_current->stack.value_limit)
        run_trap(tail, fp, TRAP_STACK_OVERFLOW);
    memmove(frame, args, tail[1] * sizeof(*fp));
    if (ret != run_cross_code()) {
        put_header(fp, f, ret);
    }
    run_inst = f->inst;
    return frame;
}

const code_unit *run_cross_return(uint64_t *fp)
{
    const code_unit *ret = (const code_unit *)(uintptr_t)fp[CROSS_RET];

    run_inst = (struct instance *)(uintptr_t)fp[CROSS_INST];
    memmove(fp, fp + CROSS_SLOTS, fp[CROSS_RESULTS] * sizeof(*fp));
    return ret;
}

uint64_t interp_host_atomic(struct thread *t, const struct atomic_wait *args,
                            host_fn *fn)
{
    uint64_t result;

    t->restarting = false;
    for (;;) {
        result =
            stack_host_call(t, (const uint64_t *)(const void *)args, NULL, fn);
        if (unlikely(
                atomic_load_explicit(&thread_attention, memory_order_relaxed)))
            (void)attend_all(t, true, result);
        if (result != WASI_INTR)
            return result;
        t->restarting = true;
    }
}

static uint64_t host_call_at(const code_unit *ip, uint64_t *fp,
                             const struct atomic_wait *args, host_fn *fn)
{
    struct thread *t = thread_current;

    t->ip = ip;
    t->fp = fp;
    t->value_sp = fp + frame_slots(ip);
    return interp_host_atomic(t, args, fn);
}

uint64_t run_atomic_wait(const code_unit *ip, uint64_t *fp, void *cell,
                         uint64_t expected, uint64_t timeout, unsigned bits)
{
    const struct atomic_wait args = {cell, expected, (int64_t)timeout, bits};

    return host_call_at(ip, fp, &args, thread_current->atomic_wait);
}

uint64_t run_atomic_notify(const code_unit *ip, uint64_t *fp, void *cell,
                           uint64_t n)
{
    const struct atomic_wait args = {cell, n, 0, 32};

    return host_call_at(ip, fp, &args, thread_current->atomic_notify);
}
