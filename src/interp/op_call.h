/*
 * op_call.h: calls and returns.
 *
 * A call puts the return address into acc and the callee's frame into fp; the
 * callee's `enter` stores the one and checks the other.
 */

/* Lay out the frame of the function whose `enter` is at `code`.  Zero four
 * locals at a time, beyond the end if need be: the operand stack or the reserve
 * behind the limit.  The empty assembly keeps this from becoming a call of
 * memset. */
#define ENTER(code, ret)                                                       \
    do {                                                                       \
        uint64_t *local = fp + (code)[1];                                      \
        const uint64_t *end;                                                   \
                                                                               \
        *local++ = (ret);                                                      \
        end = local + (code)[3];                                               \
        do {                                                                   \
            local[0] = 0;                                                      \
            local[1] = 0;                                                      \
            local[2] = 0;                                                      \
            local[3] = 0;                                                      \
            local += 4;                                                        \
            __asm__("" : "+r"(local));                                         \
        } while (unlikely(local < end));                                       \
    } while (0)

#define EXCEEDS_LIMIT(code)                                                    \
    unlikely(fp + (code)[2] >                                                  \
             atomic_load_explicit(&thread_limit, memory_order_relaxed))

#define ENTER_AT                                                               \
    {                                                                          \
        if (EXCEEDS_LIMIT(ip))                                                 \
            ENTER_SLOW();                                                      \
        ENTER(ip, acc);                                                        \
        NEXT(4);                                                               \
    }

OP(enter)
ENTER_AT

/* Go to f's code, the return address in acc.  What is in cp is an `enter`,
 * alone or joined. */
#if INTERP_REGS
#define GO_CALL(f)                                                             \
    do {                                                                       \
        const code_unit *begin = (f)->code;                                    \
                                                                               \
        if (unlikely(begin != cp)) {                                           \
            ip = begin;                                                        \
            MUSTTAIL return loop_go_other(ARGS);                               \
        }                                                                      \
        __asm__("" : "=r"(ip) : "0"(cp));                                      \
        if (EXCEEDS_LIMIT(ip))                                                 \
            ENTER_SLOW();                                                      \
        ENTER(ip, acc);                                                        \
        NEXT(4);                                                               \
    } while (0)
#else
#define GO_CALL(f)                                                             \
    do {                                                                       \
        ip = (f)->code;                                                        \
        DISPATCH();                                                            \
    } while (0)
#endif

/*
 * Where the return address is, by the place of hdr: in the code, or one of the
 * frequent numbers, for which it need not wait for ip.
 */
#define RET(ph, n) ((const code_unit *)(uintptr_t)fp[HDR_##ph(n)])
#define HDR_any(n) ip[n]
#define HDR_0(n)   0
#define HDR_1(n)   1
#define HDR_2(n)   2
#define HDR_3(n)   3

#define RETURN_N_OP(name, ph)                                                  \
    OP(name##_##ph)                                                            \
    {                                                                          \
        RETURN_TO(RET(ph, 1));                                                 \
    }

#define RETURN_OP(name, type, pa, ph)                                          \
    OP(name##_##pa##_##ph)                                                     \
    {                                                                          \
        const code_unit *ret = RET(ph, 1 + LEN(pa, type));                     \
                                                                               \
        fp[0] = RETURN_BITS_##type(GET(pa, type, 1));                          \
        RETURN_TO(ret);                                                        \
    }
#define RETURN_BITS_u32(value) (value)
#define RETURN_BITS_u64(value) (value)
#define RETURN_BITS_f64(value) num_bits64(value)

EACH_H(RETURN_N_OP, return_n)
EACH_AH(RETURN_OP, return, u64)
EACH_H(RETURN_OP, return, u32, I)
EACH_AH(RETURN_OP, returnf, f64)
EACH_H(RETURN_OP, returnf, f64, I)

#define FUNC_AT(offset)                                                        \
    ((const struct func *)(const void *)((const char *)INST->own_funcs +       \
                                         (offset)))

#define RETURN_BIN_OP(name, expr, pa, pb, ph)                                  \
    OP(name##_##pa##pb##_##ph)                                                 \
    {                                                                          \
        u32 a = GET(pa, u32, 1), b = GET(pb, u32, 1 + LEN(pa, u32));           \
        const code_unit *ret = RET(ph, 1 + LEN(pa, u32) + LEN(pb, u32));       \
                                                                               \
        fp[0] = (u32)(expr);                                                   \
        RETURN_TO(ret);                                                        \
    }

#define RETURN_LOAD_OP(name, pa, ph)                                           \
    OP(name##_##pa##_##ph)                                                     \
    {                                                                          \
        u64 at = GET(pa, u64, 1) + imm_u32(&ip[1 + LEN(pa, u64)]), value;      \
        const code_unit *ret = RET(ph, 3 + LEN(pa, u64));                      \
                                                                               \
        ACCESS_LOAD(u32, mem, at, value);                                      \
        fp[0] = value;                                                         \
        RETURN_TO(ret);                                                        \
    }

EACH_AH(RETURN_LOAD_OP, return_load)
EACH_AB2H(RETURN_BIN_OP, return_add, a + b)
EACH_AB2H(RETURN_BIN_OP, return_sub, a - b)

/* A call whose own operands are at ip[at]. */
#define CALL_AT(at)                                                            \
    do {                                                                       \
        const struct func *f = FUNC_AT(imm_u32(&ip[at]));                      \
                                                                               \
        acc = (u64)(uintptr_t)(ip + (at) + 3);                                 \
        fp += ip[(at) + 2];                                                    \
        GO_CALL(f);                                                            \
    } while (0)

OP(call)
{
    CALL_AT(1);
}

/* With what brings an argument into place. */
OP(call_copy)
{
    fp[ip[2]] = fp[ip[1]];
    CALL_AT(3);
}

OP(call_copy_two)
{
    fp[ip[2]] = fp[ip[1]];
    fp[ip[4]] = fp[ip[3]];
    CALL_AT(5);
}

OP(call_load)
{
    u64 at = SLOT(u64, 1) + imm_u32(&ip[2]), value;

    ACCESS_LOAD(u32, mem, at, value);
    fp[ip[4]] = value;
    CALL_AT(5);
}

OP(call_add)
{
    fp[ip[4]] = (u32)(SLOT(u32, 1) + imm_u32(&ip[2]));
    CALL_AT(5);
}

#define CALL_SAVE_OP(name, pb)                                                 \
    OP(name##_##pb)                                                            \
    {                                                                          \
        UP_TO_##pb(SAVE_ONE, u64) CALL_AT(2 + pb);                             \
    }

EACH_R(CALL_SAVE_OP, call_save)

/* Go to f, whose arguments are at the new fp; `ret` is behind the call. */
#define CALL_ANY(f, base, ret)                                                 \
    do {                                                                       \
        fp += (base);                                                          \
        acc = (u64)(uintptr_t)(ret);                                           \
        if (unlikely((f)->inst != INST && (f)->inst))                          \
            CROSS_CALL(f);                                                     \
        GO_CALL(f);                                                            \
    } while (0)

OP(call_import)
{
    struct func *f = INST->funcs[imm_u32(&ip[1])];

    CALL_ANY(f, ip[3], ip + 4);
}

/* Look up the function of call_indirect, whose operands are at ip[at]: the
 * table, the type, the slot of the index. */
#define LOOKUP_INDIRECT(f, at)                                                 \
    do {                                                                       \
        const struct table *table = INST->tables[imm_u32(&ip[at])];            \
        u64 i = SLOT(u64, (at) + 6);                                           \
                                                                               \
        if (unlikely(i >= table->size))                                        \
            TRAP(UNDEFINED_ELEMENT);                                           \
        f = table->elems[i];                                                   \
        if (unlikely(!f))                                                      \
            TRAP(UNINITIALIZED_ELEMENT);                                       \
        if (unlikely((u64)(uintptr_t)f->type != imm_full(&ip[(at) + 2])))      \
            TRAP(INDIRECT_TYPE);                                               \
    } while (0)

OP(call_indirect)
{
    struct func *f;

    LOOKUP_INDIRECT(f, 1);
    CALL_ANY(f, ip[8], ip + 9);
}

#define CALL_INDIRECT_SAVE_OP(name, pb)                                        \
    OP(name##_##pb)                                                            \
    {                                                                          \
        struct func *f;                                                        \
                                                                               \
        UP_TO_##pb(SAVE_ONE, u64) LOOKUP_INDIRECT(f, 2 + pb);                  \
        CALL_ANY(f, ip[9 + pb], ip + 10 + pb);                                 \
    }

EACH_R(CALL_INDIRECT_SAVE_OP, call_indirect_save)

/*
 * Tail calls: the arguments move down to the frame's own place, and the callee
 * returns where this function would.  hdr, params, base are the last three
 * units.
 */
#define TAIL_CALL(f, at)                                                       \
    do {                                                                       \
        const uint64_t *args = fp + ip[(at) + 2];                              \
        u32 n = ip[(at) + 1];                                                  \
        u32 i;                                                                 \
                                                                               \
        if (unlikely((f)->inst != INST && (f)->inst))                          \
            CROSS_TAIL(f, at);                                                 \
        acc = fp[ip[at]];                                                      \
        for (i = 0; i < n; i++)                                                \
            fp[i] = args[i];                                                   \
        ip = (f)->code;                                                        \
        DISPATCH();                                                            \
    } while (0)

OP(return_call)
{
    struct func *f = INST->funcs[imm_u32(&ip[1])];

    TAIL_CALL(f, 3);
}

OP(return_call_indirect)
{
    struct func *f;

    LOOKUP_INDIRECT(f, 1);
    TAIL_CALL(f, 8);
}

/* Stubs and the ends of calls from outside */

OP(translate)
{
    ip = run_translate(ip, fp, acc);
    DISPATCH();
}

OP(host)
{
    const code_unit *ret = (const code_unit *)(uintptr_t)acc;

    run_host(ip, fp, ret);
    RETURN_TO(ret);
}

OP(native)
{
    NATIVE();
}

OP(cross_return)
{
    const code_unit *ret = run_cross_return(fp);

    mem = INST->mem_base;
    RETURN_TO(ret);
}

OP(exit)
{
    LEAVE_LOOP();
}
