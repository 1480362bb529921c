/*
 * loop.h: what the bodies of the interpreter's instructions (op_*.h) are
 * written with.
 *
 * They are compiled in one of two ways (INTERP_TAIL, chosen by the build):
 *
 * - as one function each, which ends in a guaranteed tail call of the next
 *   one's: the interpreter's registers are then arguments, in registers, and
 *   the compiler optimises each body by itself.  There are so many that they
 *   are compiled in several pieces, loop.c and loop_*.c;
 * - as labels of one large function with computed gotos, loop_goto.c, for
 *   compilers that have no guaranteed tail calls.
 *
 * A body may use ip, fp, mem, INST, acc and facc, ends with NEXT or DISPATCH,
 * and must not return.
 */
#ifndef TINE_INTERP_LOOP_H
#define TINE_INTERP_LOOP_H

#include "base/limits.h"
#include "interp/access.h"
#include "interp/code.h"
#include "interp/lanes.h"
#include "interp/num.h"
#include "interp/replace.h"
#include "interp/run.h"
#include "interp/unwind.h"

typedef uint32_t u32;
typedef uint64_t u64;
typedef float f32;
typedef double f64;

/* The float accumulator: one vector register, of which f32 and f64 use the
 * lowest element. */
typedef float vec32 __attribute__((vector_size(16)));
typedef double vec64 __attribute__((vector_size(16)));

static ALWAYS_INLINE u32 imm_u32(const code_unit *at)
{
    u32 value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static ALWAYS_INLINE u64 imm_u64(const code_unit *at)
{
    return (u64)(int64_t)(int32_t)imm_u32(at);
}

static ALWAYS_INLINE u64 imm_full(const code_unit *at)
{
    u64 value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static ALWAYS_INLINE f32 imm_f32(const code_unit *at)
{
    return num_float32(imm_u32(at));
}

static ALWAYS_INLINE f64 imm_f64(const code_unit *at)
{
    return num_float64(imm_full(at));
}

static ALWAYS_INLINE u32 slot_u32(const uint64_t *slot)
{
    return (u32)*slot;
}

static ALWAYS_INLINE u64 slot_u64(const uint64_t *slot)
{
    return *slot;
}

static ALWAYS_INLINE f32 slot_f32(const uint64_t *slot)
{
    f32 value;

    memcpy(&value, slot, sizeof(value));
    return value;
}

static ALWAYS_INLINE f64 slot_f64(const uint64_t *slot)
{
    f64 value;

    memcpy(&value, slot, sizeof(value));
    return value;
}

/* Units that a constant of a type takes. */
#define LEN_u32 2
#define LEN_u64 2
#define LEN_f32 2
#define LEN_f64 4

/* Units that an operand or result in a place (places.h) takes. */
#define LEN(place, type) LEN_##place(type)
#define LEN_S(type)      1
#define LEN_I(type)      LEN_##type
#define LEN_A(type)      0
#define LEN_0(type)      0
#define LEN_1(type)      0
#define LEN_2(type)      0
#define LEN_3(type)      0

/* Read an operand of a type from its place; of what is in the code, at ip[n].
 */
#define SLOT(type, n)       slot_##type(&fp[ip[n]])
#define ACC(type)           REG_##type(acc, facc)
#define GET(place, type, n) GET_##place(type, n)
#define GET_S(type, n)      SLOT(type, n)
#define GET_I(type, n)      imm_##type(&ip[n])
#define GET_A(type, n)      ACC(type)
#define GET_0(type, n)      REG_##type(r0, f0)
#define GET_1(type, n)      REG_##type(r1, f1)
#define GET_2(type, n)      REG_##type(r2, f2)
#define GET_3(type, n)      REG_##type(r3, f3)
#define REG_u32(r, f)       ((u32)(r))
#define REG_u64(r, f)       (r)
#define REG_f32(r, f)       ((f)[0])
#define REG_f64(r, f)       (((vec64)(f))[0])

/* Write a result.  Slots and registers are written whole, so that any reader
 * finds one store to forward from.  What goes to a slot goes to the accumulator
 * too: if the next instruction reads it from there it need not wait for the
 * store.  KEEP leaves the accumulator alone. */
#define SET(place, type, n, value) SET_##place(type, n, value)
#define SET_S(type, n, value)      SET_SLOT_##type(n, value)
#define SET_SLOT_u32(n, value)     (fp[ip[n]] = acc = (u32)(value))
#define SET_SLOT_u64(n, value)     (fp[ip[n]] = acc = (u64)(value))
#define SET_SLOT_f32(n, value)     SET_SLOT_FLOAT(n, f32, num_bits32, value)
#define SET_SLOT_f64(n, value)     SET_SLOT_FLOAT(n, f64, num_bits64, value)
#define SET_SLOT_FLOAT(n, type, bits, value)                                   \
    do {                                                                       \
        type to_set = (value);                                                 \
                                                                               \
        SET_REG_##type(acc, facc, to_set);                                     \
        fp[ip[n]] = bits(to_set);                                              \
    } while (0)
#define KEEP_u64(n, value)       (fp[ip[n]] = (value))
#define KEEP_f64(n, value)       (fp[ip[n]] = num_bits64(value))
#define SET_A(type, n, value)    SET_REG_##type(acc, facc, value)
#define SET_0(type, n, value)    SET_REG_##type(r0, f0, value)
#define SET_1(type, n, value)    SET_REG_##type(r1, f1, value)
#define SET_2(type, n, value)    SET_REG_##type(r2, f2, value)
#define SET_3(type, n, value)    SET_REG_##type(r3, f3, value)
#define SET_REG_u32(r, f, value) (r = (u32)(value))
#define SET_REG_u64(r, f, value) (r = (u64)(value))
/* Of a float register the first element only has a meaning. */
#define SET_REG_f32(r, f, value)                                               \
    do {                                                                       \
        vec32 wide = {(value)};                                                \
        (f) = __builtin_shufflevector(wide, wide, 0, -1, -1, -1);              \
    } while (0)
#define SET_REG_f64(r, f, value)                                               \
    do {                                                                       \
        vec64 wide = {(value)};                                                \
        (f) = (vec32)__builtin_shufflevector(wide, wide, 0, -1);               \
    } while (0)

/* The effective address: 32-bit index plus 32-bit offset, in 64 bits. */
#define ADDR(place, n, at) (GET(place, u64, n) + imm_u32(&ip[at]))

/* What to do with a register and those below; save is one such thing. */
#define UP_TO_0(M, type) M(type, 0)
#define UP_TO_1(M, type) UP_TO_0(M, type) M(type, 1)
#define UP_TO_2(M, type) UP_TO_1(M, type) M(type, 2)
#define UP_TO_3(M, type) UP_TO_2(M, type) M(type, 3)

#define SAVE_ONE(type, pb) KEEP_##type(1 + pb, GET(pb, type, ));

/* The instance whose code runs; it is seldom needed, so that the register is
 * better used otherwise. */
#define INST run_inst

#define ATTENTION()                                                            \
    unlikely(atomic_load_explicit(&thread_attention, memory_order_relaxed))

#define NEXT(n)                                                                \
    do {                                                                       \
        ip += (n);                                                             \
        DISPATCH();                                                            \
    } while (0)

/*
 * Go to the target whose offset is at ip[n]; backwards, look for signals.
 *
 * An ip that is computed from an offset in the code is known some six cycles
 * after the ip before, so that a short loop would take as long as the chain
 * of its branches: nothing of the next iteration could begin earlier.  lp is
 * where the backward branch before this one went.  If that is the target
 * again, ip is taken from lp, behind a branch that is predicted; the empty
 * assembly hides from the compiler that both are the same.
 */
#define JUMP_F(n)                                                              \
    do {                                                                       \
        ip += (int32_t)imm_u32(&ip[n]);                                        \
        DISPATCH();                                                            \
    } while (0)
#if INTERP_REGS
#define JUMP_L(n)                                                              \
    do {                                                                       \
        const code_unit *target = ip + (int32_t)imm_u32(&ip[n]);               \
                                                                               \
        if (unlikely(target != lp || ATTENTION())) {                           \
            ip = target;                                                       \
            MUSTTAIL return loop_jump_back(ARGS);                              \
        }                                                                      \
        __asm__("" : "=r"(ip) : "0"(lp));                                      \
        DISPATCH();                                                            \
    } while (0)
#else
#define JUMP_L(n)                                                              \
    do {                                                                       \
        ip += (int32_t)imm_u32(&ip[n]);                                        \
        if (ATTENTION())                                                       \
            ATTEND();                                                          \
        DISPATCH();                                                            \
    } while (0)
#endif

/* Attend, at ip, behind a backward branch; `regs` as replace() takes them. */
#define ATTEND_BACK(regs)                                                      \
    do {                                                                       \
        const code_unit *ret_to;                                               \
        struct landing landing;                                                \
                                                                               \
        run_attend(ip, fp);                                                    \
        switch (replace(ip, fp, regs, &ret_to, &landing)) {                    \
        case REPLACED_RETURNED:                                                \
            RETURN_TO(ret_to);                                                 \
        case REPLACED_LANDED:                                                  \
            LAND(landing);                                                     \
        default:                                                               \
            DISPATCH();                                                        \
        }                                                                      \
    } while (0)

/* Return to `ret`, into the frame of the call before it; with what is the
 * result, if there is one, also in the accumulator. */
#define RETURN_TO(ret)                                                         \
    do {                                                                       \
        acc = fp[0];                                                           \
        ip = (ret);                                                            \
        fp -= ip[-1];                                                          \
        DISPATCH();                                                            \
    } while (0)

/* Go on where an exception is handled. */
#define LAND(landing)                                                          \
    do {                                                                       \
        ip = (landing).ip;                                                     \
        fp = (landing).fp;                                                     \
        INST = (landing).inst;                                                 \
        mem = INST->mem_base;                                                  \
        DISPATCH();                                                            \
    } while (0)

/* Go on in f, of another instance, for which run.h has made the frame. */
#define GO_CROSS(f)                                                            \
    do {                                                                       \
        acc = (u64)(uintptr_t)run_cross_code();                                \
        mem = INST->mem_base;                                                  \
        ip = (f)->code;                                                        \
        DISPATCH();                                                            \
    } while (0)

#if INTERP_TAIL

#if INTERP_REGS
#define PARAMS                                                                 \
    const code_unit *ip, uint64_t *fp, uint8_t *mem, u64 acc, const void *ops, \
        u64 r0, u64 r1, u64 r2, u64 r3, const code_unit *lp,                   \
        const code_unit *cp, vec32 facc, vec32 f0, vec32 f1, vec32 f2,         \
        vec32 f3
#define ARGS ip, fp, mem, acc, ops, r0, r1, r2, r3, lp, cp, facc, f0, f1, f2, f3
#define CONVENTION __attribute__((preserve_none))
#else
#define PARAMS                                                                 \
    const code_unit *ip, uint64_t *fp, uint8_t *mem, u64 acc, const void *ops, \
        vec32 facc
#define ARGS ip, fp, mem, acc, ops, facc
#define CONVENTION
#endif

typedef CONVENTION void handler(PARAMS);

#define MUSTTAIL    __attribute__((musttail))
#define OP(name)    CONVENTION void op_##name(PARAMS)
#define DISPATCH()  MUSTTAIL return ((handler *const *)ops)[*ip](ARGS)
#define GO_ON(name) MUSTTAIL return op_##name(ARGS)

/* The bodies. */
#define TABLE(name) handler op_##name;
#include "interp/table.h"
#undef TABLE

/* What is kept out of the bodies, which then need no stack frame (loop.c). */
handler loop_stop, loop_stop_memory, loop_attend, loop_enter_slow;
handler loop_cross_call, loop_cross_tail, loop_throw_any, loop_call_native;
#if INTERP_REGS
handler loop_jump_back, loop_go_other;
#endif

#define ATTEND() MUSTTAIL return loop_attend(ARGS)
#define CROSS_CALL(f)                                                          \
    do {                                                                       \
        ip = (const code_unit *)(void *)(f);                                   \
        MUSTTAIL return loop_cross_call(ARGS);                                 \
    } while (0)
#define CROSS_TAIL(f, at)                                                      \
    do {                                                                       \
        acc = (u64)(uintptr_t)&ip[at];                                         \
        ip = (const code_unit *)(void *)(f);                                   \
        MUSTTAIL return loop_cross_tail(ARGS);                                 \
    } while (0)
#define TRAP(name)                                                             \
    do {                                                                       \
        acc = TRAP_##name;                                                     \
        MUSTTAIL return loop_stop(ARGS);                                       \
    } while (0)
#define TRAP_VALUE(trap)                                                       \
    do {                                                                       \
        acc = (trap);                                                          \
        MUSTTAIL return loop_stop(ARGS);                                       \
    } while (0)
#define TRAP_MEMORY(addr)                                                      \
    do {                                                                       \
        acc = (addr);                                                          \
        MUSTTAIL return loop_stop_memory(ARGS);                                \
    } while (0)
#define THROW()      MUSTTAIL return loop_throw_any(ARGS)
#define NATIVE()     MUSTTAIL return loop_call_native(ARGS)
#define ENTER_SLOW() MUSTTAIL return loop_enter_slow(ARGS)
#define LEAVE_LOOP() return

#endif

#endif
