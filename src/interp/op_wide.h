/*
 * op_wide.h: wide arithmetic: 128 bits in two slots, the lower half first.
 */

/* Operands are read before a result is written, which may be their slot. */
#define SET_PAIR(n, value)                                                     \
    do {                                                                       \
        unsigned __int128 wide = (unsigned __int128)(value);                   \
        uint64_t *to = &fp[ip[n]];                                             \
                                                                               \
        to[0] = (u64)wide;                                                     \
        to[1] = (u64)(wide >> 64);                                             \
        NEXT((n) + 1);                                                         \
    } while (0)

#define WIDE(n) ((unsigned __int128)SLOT(u64, (n) + 1) << 64 | SLOT(u64, (n)))

OP(i64_add128)
{
    SET_PAIR(5, WIDE(1) + WIDE(3));
}

OP(i64_sub128)
{
    SET_PAIR(5, WIDE(1) - WIDE(3));
}

OP(i64_mul_wide_s)
{
    SET_PAIR(3, (__int128)(int64_t)SLOT(u64, 1) * (int64_t)SLOT(u64, 2));
}

OP(i64_mul_wide_u)
{
    SET_PAIR(3, (unsigned __int128)SLOT(u64, 1) * SLOT(u64, 2));
}
