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

#define BR_IF(op, cond, len)                                                   \
    OP(op##_F)                                                                 \
    {                                                                          \
        if (cond)                                                              \
            JUMP_F(len);                                                       \
        NEXT(len + 2);                                                         \
    }                                                                          \
    OP(op##_L)                                                                 \
    {                                                                          \
        if (cond)                                                              \
            JUMP_L(len);                                                       \
        NEXT(len + 2);                                                         \
    }

BR_IF(br_nz_S, SLOT(u32, 1) != 0, 2)
BR_IF(br_nz_A, ACC(u32) != 0, 1)
BR_IF(br_z_S, SLOT(u32, 1) == 0, 2)
BR_IF(br_z_A, ACC(u32) == 0, 1)

/* The offsets, the default's last, count from the instruction too. */
OP(br_table)
{
    u32 n = imm_u32(&ip[2]);
    u32 i = SLOT(u32, 1);
    int32_t offset = (int32_t)imm_u32(&ip[4 + 2 * (size_t)(i < n ? i : n)]);

    ip += offset;
    if (offset < 0 && ATTENTION())
        ATTEND();
    DISPATCH();
}
