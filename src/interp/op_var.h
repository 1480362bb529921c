/*
 * op_var.h: constants, copies, selections, globals.
 */

OP(copy)
{
    fp[ip[2]] = fp[ip[1]];
    NEXT(3);
}

/* From lower to higher: the destination may overlap the source from below. */
OP(copy_n)
{
    memmove(&fp[ip[2]], &fp[ip[1]], ip[3] * sizeof(*fp));
    NEXT(4);
}

OP(const_u32)
{
    fp[ip[3]] = imm_u32(&ip[1]);
    NEXT(4);
}

OP(const32)
{
    fp[ip[3]] = imm_u64(&ip[1]);
    NEXT(4);
}

OP(const64)
{
    fp[ip[5]] = imm_full(&ip[1]);
    NEXT(6);
}

OP(select_SSS_S)
{
    u64 a = fp[ip[2]], b = fp[ip[3]];

    fp[ip[4]] = SLOT(u32, 1) ? a : b;
    NEXT(5);
}

OP(select_ASS_S)
{
    u64 a = fp[ip[1]], b = fp[ip[2]];

    fp[ip[3]] = ACC(u32) ? a : b;
    NEXT(4);
}

OP(global_get_S)
{
    fp[ip[3]] = *inst->globals[imm_u32(&ip[1])];
    NEXT(4);
}

OP(global_get_A)
{
    acc = *inst->globals[imm_u32(&ip[1])];
    NEXT(3);
}

OP(global_set_S)
{
    *inst->globals[imm_u32(&ip[1])] = fp[ip[3]];
    NEXT(4);
}

OP(global_set_A)
{
    *inst->globals[imm_u32(&ip[1])] = acc;
    NEXT(3);
}
