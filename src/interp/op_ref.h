/*
 * op_ref.h: tables and references.
 */

OP(ref_func)
{
    fp[ip[3]] = (u64)(uintptr_t)INST->funcs[imm_u32(&ip[1])];
    NEXT(4);
}

OP(table_get)
{
    const struct table *table = INST->tables[imm_u32(&ip[1])];
    u64 i = SLOT(u64, 3);

    if (unlikely(i >= table->size))
        TRAP(TABLE_BOUNDS);
    fp[ip[4]] = (u64)(uintptr_t)table->elems[i];
    NEXT(5);
}

OP(table_set)
{
    const struct table *table = INST->tables[imm_u32(&ip[1])];
    u64 i = SLOT(u64, 3);

    if (unlikely(i >= table->size))
        TRAP(TABLE_BOUNDS);
    table->elems[i] = (void *)(uintptr_t)SLOT(u64, 4);
    NEXT(5);
}

OP(table_size)
{
    fp[ip[3]] = INST->tables[imm_u32(&ip[1])]->size;
    NEXT(4);
}

/* table, initial value, delta, result */
OP(table_grow)
{
    struct table *table = INST->tables[imm_u32(&ip[1])];
    int64_t old =
        table_grow(table, SLOT(u64, 4), (void *)(uintptr_t)SLOT(u64, 3));

    fp[ip[5]] = table->type.limits.is_64 ? (u64)old : (u32)old;
    NEXT(6);
}

/* table, start, value, count */
OP(table_fill)
{
    const struct table *table = INST->tables[imm_u32(&ip[1])];
    void *value = (void *)(uintptr_t)SLOT(u64, 4);

    if (!table_fill(table, SLOT(u64, 3), value, SLOT(u64, 5)))
        TRAP(TABLE_BOUNDS);
    NEXT(6);
}

/* destination and source table, destination, source, count */
OP(table_copy)
{
    const struct table *to = INST->tables[imm_u32(&ip[1])];
    const struct table *from = INST->tables[imm_u32(&ip[3])];
    u64 dst = SLOT(u64, 5), src = SLOT(u64, 6), n = SLOT(u64, 7);

    if (!table_copy(to, dst, from, src, n))
        TRAP(TABLE_BOUNDS);
    NEXT(8);
}

/* segment, table, destination, source, count */
OP(table_init)
{
    enum trap trap =
        instance_table_init(INST, imm_u32(&ip[3]), imm_u32(&ip[1]),
                            SLOT(u64, 5), SLOT(u32, 6), SLOT(u32, 7));

    if (trap)
        TRAP_VALUE(trap);
    NEXT(8);
}

OP(elem_drop)
{
    INST->elem_dropped[imm_u32(&ip[1])] = true;
    NEXT(3);
}
