/*
 * op_eh.h: exceptions, and references that may be null.
 */

OP(throw)
{
    THROW();
}

OP(throw_ref)
{
    THROW();
}

#define BR_REF(name, test, way)                                                \
    OP(name##_##way)                                                           \
    {                                                                          \
        if (fp[ip[1]] test)                                                    \
            JUMP_##way(2);                                                     \
        NEXT(4);                                                               \
    }

BR_REF(br_null, == 0, F)
BR_REF(br_null, == 0, L)
BR_REF(br_not_null, != 0, F)
BR_REF(br_not_null, != 0, L)

OP(ref_check)
{
    if (unlikely(fp[ip[1]] == 0))
        TRAP(NULL_REFERENCE);
    NEXT(2);
}

OP(call_ref)
{
    struct func *f = (struct func *)(uintptr_t)fp[ip[1]];

    if (unlikely(!f))
        TRAP(NULL_FUNCTION);
    CALL_ANY(f, ip[2], ip + 3);
}

OP(return_call_ref)
{
    struct func *f = (struct func *)(uintptr_t)fp[ip[1]];

    if (unlikely(!f))
        TRAP(NULL_FUNCTION);
    TAIL_CALL(f, 2);
}
