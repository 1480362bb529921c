/*
 * validate_ref.c: typed function references: the rules of the instructions
 * that came with them (specification, 3.4), and which locals have a value.
 */
#include "wasm/validate.h"

#include <string.h>

/* Locals of any function. */
#define N_LOCALS (LIMIT_PARAMS + LIMIT_LOCALS)

/* Take a reference off; VT_REF_BOTTOM where the stack has whatever is
 * wanted. */
static bool pop_ref(struct validator *v, valtype *ret)
{
    if (!validate_pop_any(v, "a reference", ret))
        return false;
    if (*ret == VT_BOTTOM)
        *ret = VT_REF_BOTTOM;
    return valtype_is_ref(*ret) ||
           validate_fail_type(v, "a reference", valtype_name(*ret));
}

static bool op_call_ref(struct validator *v)
{
    const struct functype *type = NULL;

    if (!validate_type_index(v, &type) ||
        !validate_pop(v, valtype_to(type, true)))
        return false;
    return v->op == OP_CALL_REF ? validate_call(v, type)
                                : validate_tail_call(v, type);
}

static bool op_as_non_null(struct validator *v)
{
    valtype type = VT_REF_BOTTOM;

    return pop_ref(v, &type) && validate_push(v, valtype_non_null(type));
}

/* To the label without the reference if it is null, else on with it. */
static bool op_br_on_null(struct validator *v)
{
    const valtype *types = NULL;
    valtype type = VT_REF_BOTTOM;
    uint32_t n = 0;

    return validate_label(v, &types, &n) && pop_ref(v, &type) &&
           validate_pop_list(v, types, n) && validate_push_list(v, types, n) &&
           validate_push(v, valtype_non_null(type));
}

/* To the label with the reference unless it is null, else on without it. */
static bool op_br_on_non_null(struct validator *v)
{
    const valtype *types = NULL;
    uint32_t n = 0;

    if (!validate_label(v, &types, &n))
        return false;
    if (n == 0 || !valtype_is_ref(types[n - 1]))
        return validate_fail_type(v, "a label that takes a reference",
                                  n ? valtype_name(types[n - 1]) : "nothing");
    return validate_pop(v, valtype_nullable(types[n - 1])) &&
           validate_pop_list(v, types, n - 1) &&
           validate_push_list(v, types, n - 1);
}

bool validate_ref(struct validator *v)
{
    switch (v->op) {
    case OP_CALL_REF:
    case OP_RETURN_CALL_REF:
        return op_call_ref(v);
    case OP_REF_AS_NON_NULL:
        return op_as_non_null(v);
    case OP_BR_ON_NULL:
        return op_br_on_null(v);
    default:
        assert(v->op == OP_BR_ON_NON_NULL);
        return op_br_on_non_null(v);
    }
}

bool validate_local_is_set(const struct validator *v, uint32_t local)
{
    return local < v->type->n_params ||
           (v->init_body && v->init_body[local] == v->body_number);
}

bool validate_local_init(struct validator *v, uint32_t local)
{
    struct local_init init = {local, (uint32_t)v->frames.n};

    if (validate_local_is_set(v, local))
        return true;
    if (!v->init_body)
        v->init_body = calloc(N_LOCALS, sizeof(*v->init_body));
    if (!v->init_body || !vec_push(&v->inits, init))
        return error_set(v->r.err, ERROR_HOST, reader_offset(&v->r),
                         "out of memory for validation");
    v->init_body[local] = v->body_number;
    return true;
}

void validate_local_unset(struct validator *v)
{
    while (v->inits.n && v->inits.items[v->inits.n - 1].depth >= v->frames.n)
        v->init_body[v->inits.items[--v->inits.n].local] = 0;
}
