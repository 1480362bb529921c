/*
 * op_ctl.h: traps and branches.
 */

OP(unreachable)
{
    TRAP(UNREACHABLE);
}

OP(br_F)
{
    JUMP_F(1);
}

OP(br_L)
{
    JUMP_L(1);
}

#define BR_IF_AT(test, pa, way)                                                \
    {                                                                          \
        if (GET(pa, u32, 1) test)                                              \
            JUMP_##way(1 + LEN(pa, u32));                                      \
        NEXT(3 + LEN(pa, u32));                                                \
    }

#define BR_IF_OP(name, test, pa, way)                                          \
    OP(name##_##pa##_##way)                                                    \
    BR_IF_AT(test, pa, way)

EACH_AJ(BR_IF_OP, br_nz, != 0)
EACH_AJ(BR_IF_OP, br_z, == 0)

/* The offsets, the default's last, count from the instruction too. */
#define BR_TABLE_OP(name, pa)                                                  \
    OP(name##_##pa)                                                            \
    {                                                                          \
        const code_unit *table = &ip[1 + LEN(pa, u32)];                        \
        u32 n = imm_u32(table);                                                \
        u32 i = GET(pa, u32, 1);                                               \
        int32_t offset;                                                        \
                                                                               \
        offset = (int32_t)imm_u32(&table[2 + 2 * (size_t)(i < n ? i : n)]);    \
        ip += offset;                                                          \
        if (offset < 0 && ATTENTION())                                         \
            ATTEND();                                                          \
        DISPATCH();                                                            \
    }

EACH_A(BR_TABLE_OP, br_table)
