/*
 * op_call.h: calls and returns.
 *
 * A call puts the return address into acc and the callee's frame into fp; the
 * callee's `enter` stores the one and checks the other.
 */

OP(enter)
{
    uint64_t *local = fp + ip[1];
    uint64_t *end;

    if (unlikely(fp + ip[2] >
                 atomic_load_explicit(&thread_limit, memory_order_relaxed)))
        ENTER_SLOW();
    *local++ = acc;
    /* Four at a time, beyond the end if need be: the operand stack or the
     * reserve behind the limit.  The empty assembly keeps this from becoming
     * a call of memset. */
    for (end = local + ip[3]; local < end; local += 4) {
        local[0] = 0;
        local[1] = 0;
        local[2] = 0;
        local[3] = 0;
        __asm__("" : "+r"(local));
    }
    NEXT(4);
}

OP(return_n)
{
    RETURN_TO((const code_unit *)(uintptr_t)fp[ip[1]]);
}

#define RETURN_OP(name, type, pa)                                              \
    OP(name##_##pa)                                                            \
    {                                                                          \
        const code_unit *ret;                                                  \
                                                                               \
        ret = (const code_unit *)(uintptr_t)fp[ip[1 + LEN(pa, type)]];         \
        fp[0] = RETURN_BITS_##type(GET(pa, type, 1));                          \
        RETURN_TO(ret);                                                        \
    }
#define RETURN_BITS_u64(value) (value)
#define RETURN_BITS_f64(value) num_bits64(value)

EACH_A(RETURN_OP, return, u64)
EACH_A(RETURN_OP, returnf, f64)

OP(return_const)
{
    const code_unit *ret = (const code_unit *)(uintptr_t)fp[ip[3]];

    fp[0] = imm_u32(&ip[1]);
    RETURN_TO(ret);
}

OP(call)
{
    struct func *f = inst->funcs[imm_u32(&ip[1])];

    acc = (u64)(uintptr_t)(ip + 4);
    fp += ip[3];
    ip = f->code;
    DISPATCH();
}

/* Go to f, whose arguments are at the new fp; `ret` is behind the call. */
#define CALL_ANY(f, base, ret)                                                 \
    do {                                                                       \
        fp += (base);                                                          \
        acc = (u64)(uintptr_t)(ret);                                           \
        if (unlikely((f)->inst != inst && (f)->inst))                          \
            CROSS_CALL(f);                                                     \
        ip = (f)->code;                                                        \
        DISPATCH();                                                            \
    } while (0)

OP(call_import)
{
    struct func *f = inst->funcs[imm_u32(&ip[1])];

    CALL_ANY(f, ip[3], ip + 4);
}

/* Look up the function of call_indirect: the table at ip[1], the type at
 * ip[3], the slot of the index at ip[7]. */
#define LOOKUP_INDIRECT(f)                                                     \
    do {                                                                       \
        const struct table *table = inst->tables[imm_u32(&ip[1])];             \
        u64 i = SLOT(u64, 7);                                                  \
                                                                               \
        if (unlikely(i >= table->size))                                        \
            TRAP(UNDEFINED_ELEMENT);                                           \
        f = table->elems[i];                                                   \
        if (unlikely(!f))                                                      \
            TRAP(UNINITIALIZED_ELEMENT);                                       \
        if (unlikely((u64)(uintptr_t)f->type != imm_full(&ip[3])))             \
            TRAP(INDIRECT_TYPE);                                               \
    } while (0)

OP(call_indirect)
{
    struct func *f;

    LOOKUP_INDIRECT(f);
    CALL_ANY(f, ip[8], ip + 9);
}

/*
 * Tail calls: the arguments move down to the frame's own place, and the callee
 * returns where this function would.  To a function of another instance this
 * is an ordinary call instead, and the translator has put a return behind it.
 * hdr, params, base are the last three units.
 */
#define TAIL_CALL(f, at)                                                       \
    do {                                                                       \
        const uint64_t *args = fp + ip[(at) + 2];                              \
        u32 n = ip[(at) + 1];                                                  \
        u32 i;                                                                 \
                                                                               \
        if (unlikely((f)->inst != inst && (f)->inst))                          \
            CALL_ANY(f, ip[(at) + 2], ip + (at) + 3);                          \
        acc = fp[ip[at]];                                                      \
        for (i = 0; i < n; i++)                                                \
            fp[i] = args[i];                                                   \
        ip = (f)->code;                                                        \
        DISPATCH();                                                            \
    } while (0)

OP(return_call)
{
    struct func *f = inst->funcs[imm_u32(&ip[1])];

    TAIL_CALL(f, 3);
}

OP(return_call_indirect)
{
    struct func *f;

    LOOKUP_INDIRECT(f);
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
    const code_unit *ret;

    inst = run_cross_return(fp, &ret);
    mem = inst->mem_base;
    RETURN_TO(ret);
}

OP(exit)
{
    LEAVE_LOOP();
}
