/*
 * op_atomic.h: the threads proposal.  Atomic accesses are rare enough for
 * explicit checks, and must be aligned anyway.  All are sequentially
 * consistent, as the proposal says.
 */

/*
 * The checked effective address `at` of a bits-wide access.  What lies outside
 * memory 0 has been checked by mem_addr if memory 0 has 64-bit addresses, since
 * then every access has been, or if it is out of the reach of a 32-bit index
 * and offset, where memory 0's reservation lets no other memory be.
 */
#define ATOMIC_CHECKED (at >> 33 || INST->memories[0]->type.limits.is_64)
#define ATOMIC_ADDR(bits, slot, offset)                                        \
    u64 at = ADDR(S, slot, offset);                                            \
                                                                               \
    if (unlikely(at % ((bits) / 8)))                                           \
        TRAP(UNALIGNED_ATOMIC);                                                \
    if (unlikely(!memory_covers(INST->memories[0], at, (bits) / 8)) &&         \
        !ATOMIC_CHECKED)                                                       \
    TRAP_MEMORY(at)

/* The sum wraps for a memory that lies below memory 0. */
#define ATOMIC_HOST       ((uint8_t *)((uintptr_t)mem + at))
#define ATOMIC_CELL(bits) ((uint##bits##_t *)(void *)ATOMIC_HOST)

#define ATOMIC_RMW(name, bits, builtin)                                        \
    OP(atomic_##name##bits)                                                    \
    {                                                                          \
        ATOMIC_ADDR(bits, 1, 3);                                               \
        fp[ip[5]] = builtin(ATOMIC_CELL(bits), (uint##bits##_t)fp[ip[2]],      \
                            __ATOMIC_SEQ_CST);                                 \
        NEXT(6);                                                               \
    }

#define ATOMICS(bits)                                                          \
    OP(atomic_load##bits)                                                      \
    {                                                                          \
        ATOMIC_ADDR(bits, 1, 2);                                               \
        fp[ip[4]] = __atomic_load_n(ATOMIC_CELL(bits), __ATOMIC_SEQ_CST);      \
        NEXT(5);                                                               \
    }                                                                          \
    OP(atomic_store##bits)                                                     \
    {                                                                          \
        ATOMIC_ADDR(bits, 1, 3);                                               \
        __atomic_store_n(ATOMIC_CELL(bits), (uint##bits##_t)fp[ip[2]],         \
                         __ATOMIC_SEQ_CST);                                    \
        NEXT(5);                                                               \
    }                                                                          \
    ATOMIC_RMW(add, bits, __atomic_fetch_add)                                  \
    ATOMIC_RMW(sub, bits, __atomic_fetch_sub)                                  \
    ATOMIC_RMW(and, bits, __atomic_fetch_and)                                  \
    ATOMIC_RMW(or, bits, __atomic_fetch_or)                                    \
    ATOMIC_RMW(xor, bits, __atomic_fetch_xor)                                  \
    ATOMIC_RMW(xchg, bits, __atomic_exchange_n)                                \
    OP(atomic_cmpxchg##bits)                                                   \
    {                                                                          \
        uint##bits##_t old = (uint##bits##_t)fp[ip[2]];                        \
        ATOMIC_ADDR(bits, 1, 4);                                               \
                                                                               \
        /* The expected value is wrapped to the width of the access. */        \
        (void)__atomic_compare_exchange_n(                                     \
            ATOMIC_CELL(bits), &old, (uint##bits##_t)fp[ip[3]], false,         \
            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                               \
        fp[ip[6]] = old;                                                       \
        NEXT(7);                                                               \
    }

ATOMICS(8)
ATOMICS(16)
ATOMICS(32)
ATOMICS(64)

OP(atomic_fence)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    NEXT(1);
}

/* address, count, offset, result */
OP(atomic_notify)
{
    ATOMIC_ADDR(32, 1, 3);

    fp[ip[5]] = run_atomic_notify(ip, fp, ATOMIC_HOST, SLOT(u32, 2));
    NEXT(6);
}

/* address, expected, timeout, offset, result */
OP(atomic_wait32)
{
    ATOMIC_ADDR(32, 1, 4);

    if (!run_memory_of(INST, ATOMIC_HOST)->type.shared)
        TRAP(SHARED_EXPECTED);
    fp[ip[6]] =
        run_atomic_wait(ip, fp, ATOMIC_HOST, SLOT(u32, 2), SLOT(u64, 3), 32);
    NEXT(7);
}

OP(atomic_wait64)
{
    ATOMIC_ADDR(64, 1, 4);

    if (!run_memory_of(INST, ATOMIC_HOST)->type.shared)
        TRAP(SHARED_EXPECTED);
    fp[ip[6]] =
        run_atomic_wait(ip, fp, ATOMIC_HOST, SLOT(u64, 2), SLOT(u64, 3), 64);
    NEXT(7);
}
