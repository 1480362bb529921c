/* constexpr.c: see constexpr.h. */
#include "wasm/constexpr.h"

#include "base/limits.h"
#include "wasm/iter.h"

/* Read the immediate of a constant instruction. */
static bool scan_immediate(struct reader *r, const uint8_t *at, uint32_t op)
{
    const uint8_t *bytes;
    int64_t number;
    uint32_t index;
    valtype type;

    switch (op) {
    case OP_I32_CONST:
        return reader_signed(r, "an i32 constant", 32, &number);
    case OP_I64_CONST:
        return reader_signed(r, "an i64 constant", 64, &number);
    case OP_F32_CONST:
        return reader_bytes(r, "an f32 constant", 4, &bytes);
    case OP_F64_CONST:
        return reader_bytes(r, "an f64 constant", 8, &bytes);
    case OP_V128_CONST:
        return reader_bytes(r, "a v128 constant", 16, &bytes);
    case OP_REF_NULL:
        return reader_heaptype(r, "the type of a null reference", &type);
    case OP_REF_FUNC:
        return reader_u32(r, "a function index", &index);
    case OP_GLOBAL_GET:
        return reader_u32(r, "a global index", &index);
    case OP_I32_ADD:
    case OP_I32_SUB:
    case OP_I32_MUL:
    case OP_I64_ADD:
    case OP_I64_SUB:
    case OP_I64_MUL:
    case OP_END:
        return true;
    default:
        if (!opcode_find(op))
            return reader_fail_opcode(r, at, op);
        return error_set(r->err, ERROR_INVALID, reader_offset_of(r, at),
                         "constant expression required, found %s",
                         opcode_find(op)->text);
    }
}

bool constexpr_scan(struct reader *r, struct constexpr_ref *ret)
{
    uint32_t start = reader_offset(r);
    uint32_t op;

    do {
        const uint8_t *at = r->p;

        if (!reader_opcode(r, &op) || !scan_immediate(r, at, op))
            return false;
    } while (op != OP_END);
    ret->offset = start;
    ret->len = reader_offset(r) - start;
    return true;
}

/* What the expression has on its stack. */
struct checker {
    struct module *module;
    struct error *err;
    uint32_t n_globals;
    uint32_t depth;
    valtype stack[LIMIT_CONST_DEPTH];
};

static bool push(struct checker *c, const struct instr *in, valtype type)
{
    if (c->depth == LIMIT_CONST_DEPTH)
        return error_set(c->err, ERROR_UNSUPPORTED, in->offset,
                         "more than %u operands in a constant expression",
                         LIMIT_CONST_DEPTH);
    c->stack[c->depth++] = type;
    return true;
}

static bool check_arithmetic(struct checker *c, const struct instr *in)
{
    uint32_t n = in->info->n_in;
    uint32_t i;

    for (i = 0; i < n; i++) {
        if (c->depth == 0 || c->stack[--c->depth] != in->info->in[i])
            return error_set(c->err, ERROR_INVALID, in->offset,
                             "type mismatch: %s expects %s", in->info->text,
                             valtype_name(in->info->in[i]));
    }
    return push(c, in, in->info->out);
}

static bool check_global(struct checker *c, const struct instr *in)
{
    const struct globaltype *type;

    if (in->index >= c->n_globals)
        return error_set(c->err, ERROR_INVALID, in->offset, "unknown global %u",
                         in->index);
    type = &c->module->globals[in->index].type;
    if (type->mutable)
        return error_set(c->err, ERROR_INVALID, in->offset,
                         "constant expression required, global %u is mutable",
                         in->index);
    return push(c, in, type->type);
}

static bool check_func(struct checker *c, const struct instr *in)
{
    if (in->index >= c->module->n_funcs)
        return error_set(c->err, ERROR_INVALID, in->offset,
                         "unknown function %u", in->index);
    c->module->funcs[in->index].declared = true;
    return push(c, in, valtype_to(c->module->funcs[in->index].type, false));
}

static bool check_instr(struct checker *c, const struct instr *in)
{
    switch (in->op) {
    case OP_GLOBAL_GET:
        return check_global(c, in);
    case OP_REF_FUNC:
        return check_func(c, in);
    case OP_REF_NULL:
        return push(c, in, in->type);
    default:
        return check_arithmetic(c, in);
    }
}

bool constexpr_validate(struct module *module, struct constexpr_ref ref,
                        valtype want, uint32_t n_globals, struct error *err)
{
    struct checker c;
    struct instr in;
    struct iter it;

    c.module = module;
    c.err = err;
    c.n_globals = n_globals;
    c.depth = 0;
    iter_constexpr(&it, module, ref);
    while (iter_next(&it, &in) && in.op != OP_END) {
        if (!check_instr(&c, &in))
            return false;
    }
    if (c.depth == 1 && valtype_match(c.stack[0], want))
        return true;
    if (c.depth == 1)
        return error_set(err, ERROR_INVALID, ref.offset,
                         "type mismatch: constant expression gives %s, "
                         "expected %s",
                         valtype_name(c.stack[0]), valtype_name(want));
    return error_set(err, ERROR_INVALID, ref.offset,
                     "type mismatch: constant expression gives %u values, "
                     "expected 1",
                     c.depth);
}

static uint64_t arithmetic(uint32_t op, uint64_t a, uint64_t b)
{
    switch (op) {
    case OP_I32_ADD:
        return (uint32_t)(a + b);
    case OP_I32_SUB:
        return (uint32_t)(a - b);
    case OP_I32_MUL:
        return (uint32_t)(a * b);
    case OP_I64_ADD:
        return a + b;
    case OP_I64_SUB:
        return a - b;
    default:
        assert(op == OP_I64_MUL);
        return a * b;
    }
}

uint64_t constexpr_eval(const struct module *module, struct constexpr_ref ref,
                        const struct constexpr_env *env)
{
    uint64_t stack[LIMIT_CONST_DEPTH];
    uint32_t depth = 0;
    struct instr in;
    struct iter it;

    iter_constexpr(&it, module, ref);
    while (iter_next(&it, &in) && in.op != OP_END) {
        switch (in.op) {
        case OP_I32_CONST:
        case OP_I64_CONST:
        case OP_F32_CONST:
        case OP_F64_CONST:
        case OP_V128_CONST:
            stack[depth++] = in.bits;
            break;
        case OP_REF_NULL:
            stack[depth++] = 0;
            break;
        case OP_REF_FUNC:
            stack[depth++] = env->ref_func(env->ctx, in.index);
            break;
        case OP_GLOBAL_GET:
            stack[depth++] = env->global_get(env->ctx, in.index);
            break;
        default:
            depth--;
            stack[depth - 1] =
                arithmetic(in.op, stack[depth - 1], stack[depth]);
        }
    }
    return stack[0];
}

bool constexpr_v128(const struct module *module, struct constexpr_ref ref,
                    uint64_t ret[2], uint32_t *global)
{
    struct instr in;
    struct iter it;

    iter_constexpr(&it, module, ref);
    (void)iter_next(&it, &in);
    if (in.op == OP_GLOBAL_GET) {
        *global = in.index;
        return false;
    }
    assert(in.op == OP_V128_CONST);
    ret[0] = in.v128[0];
    ret[1] = in.v128[1];
    return true;
}
