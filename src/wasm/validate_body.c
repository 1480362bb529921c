/*
 * validate_body.c: one function body: its locals, and the loop over its
 * instructions, which are validate_op.c's where they are not common.
 */
#include "wasm/validate.h"

#include <string.h>

#include "base/bytes.h"

/* Add n locals of a type: to the flat ones as long as there is room, the rest
 * as a run. */
static bool locals_add(struct validator *v, uint32_t n, valtype type)
{
    uint32_t n_flat = MIN(n, FLAT_LOCALS - v->n_flat);
    struct local_run run = {v->n_locals + n, type};
    uint32_t i;

    for (i = 0; i < n_flat; i++)
        v->flat[v->n_flat + i] = type;
    v->n_flat += n_flat;
    v->n_locals += n;
    return n == n_flat || vec_push(&v->runs, run);
}

bool validate_local(const struct validator *v, uint32_t index, valtype *ret)
{
    size_t low = 0, high = v->runs.n;

    if (index >= v->n_locals)
        return false;
    if (index < v->n_flat) {
        *ret = v->flat[index];
        return true;
    }
    /* The first run that ends behind it. */
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (v->runs.items[mid].end <= index)
            low = mid + 1;
        else
            high = mid;
    }
    *ret = v->runs.items[low].type;
    return true;
}

static bool fail_no_memory(struct validator *v)
{
    return error_set(v->r.err, ERROR_HOST, reader_offset(&v->r),
                     "out of memory for validation");
}

static bool read_locals(struct validator *v)
{
    uint32_t n_runs, n, i;
    uint64_t sum = 0;
    valtype type;

    v->n_locals = v->n_flat = 0;
    v->runs.n = 0;
    v->has_unset = false;
    v->inits.n = 0;
    v->body_number++;
    for (i = 0; i < v->type->n_params; i++) {
        if (!locals_add(v, 1, v->type->params[i]))
            return fail_no_memory(v);
    }
    if (!reader_u32(&v->r, "the number of local declarations", &n_runs))
        return false;
    for (i = 0; i < n_runs; i++) {
        uint32_t offset = reader_offset(&v->r);

        if (!reader_u32(&v->r, "a number of locals", &n))
            return false;
        sum += n;
        if (sum > UINT32_MAX)
            return error_set(v->r.err, ERROR_MALFORMED, offset,
                             "too many locals");
        if (sum > LIMIT_LOCALS)
            return error_set(v->r.err, ERROR_UNSUPPORTED, offset,
                             "too many locals: the limit is %u", LIMIT_LOCALS);
        if (!reader_valtype(&v->r, "the type of locals", &type))
            return false;
        if (!valtype_is_defaultable(type) && n)
            v->has_unset = true;
        if (!locals_add(v, n, type))
            return fail_no_memory(v);
    }
    return true;
}

/* Check one instruction in the plain way. */
static bool check_op(struct validator *v)
{
    v->at = v->r.p;
    if (v->r.p == v->r.end)
        return error_set(v->r.err, ERROR_MALFORMED, reader_offset(&v->r),
                         "unexpected end of section or function: END opcode "
                         "expected");
    if (!reader_opcode(&v->r, &v->op))
        return false;
    v->info = opcode_find(v->op);
    if (!v->info)
        return reader_fail_opcode(&v->r, v->at, v->op);
    return validate_op(v);
}

/* How the loop below treats an instruction.  The common shapes of signatures
 * are one way each, so that there are few targets to predict. */
enum way {
    WAY_PLAIN,
    WAY_BINARY, /* two operands of one type, a result */
    WAY_UNARY,
    WAY_LOAD,
    WAY_STORE,
    WAY_I32_CONST,
    WAY_I64_CONST,
    WAY_LOCAL_GET,
    WAY_LOCAL_SET,
    WAY_LOCAL_TEE,
    WAY_GLOBAL_GET,
    WAY_GLOBAL_SET,
    WAY_BLOCK,
    WAY_IF,
    WAY_END,
    WAY_BR,
    WAY_BR_IF,
    WAY_CALL,
    WAY_DROP,
    WAY_SELECT,
};

static const uint8_t ways[256] = {
    [OP_BLOCK] = WAY_BLOCK,
    [OP_LOOP] = WAY_BLOCK,
    [OP_IF] = WAY_IF,
    [OP_END] = WAY_END,
    [OP_BR] = WAY_BR,
    [OP_BR_IF] = WAY_BR_IF,
    [OP_CALL] = WAY_CALL,
    [OP_DROP] = WAY_DROP,
    [OP_SELECT] = WAY_SELECT,
    [OP_LOCAL_GET] = WAY_LOCAL_GET,
    [OP_LOCAL_SET] = WAY_LOCAL_SET,
    [OP_LOCAL_TEE] = WAY_LOCAL_TEE,
    [OP_GLOBAL_GET] = WAY_GLOBAL_GET,
    [OP_GLOBAL_SET] = WAY_GLOBAL_SET,
    [OP_I32_LOAD... OP_I64_LOAD32_U] = WAY_LOAD,
    [OP_I32_STORE... OP_I64_STORE32] = WAY_STORE,
    [OP_I32_CONST] = WAY_I32_CONST,
    [OP_I64_CONST] = WAY_I64_CONST,
    [OP_I32_EQZ] = WAY_UNARY,
    [OP_I32_EQ... OP_I32_GE_U] = WAY_BINARY,
    [OP_I64_EQZ] = WAY_UNARY,
    [OP_I64_EQ... OP_F64_GE] = WAY_BINARY,
    [OP_I32_CLZ... OP_I32_POPCNT] = WAY_UNARY,
    [OP_I32_ADD... OP_I32_ROTR] = WAY_BINARY,
    [OP_I64_CLZ... OP_I64_POPCNT] = WAY_UNARY,
    [OP_I64_ADD... OP_I64_ROTR] = WAY_BINARY,
    [OP_F32_ABS... OP_F32_SQRT] = WAY_UNARY,
    [OP_F32_ADD... OP_F32_COPYSIGN] = WAY_BINARY,
    [OP_F64_ABS... OP_F64_SQRT] = WAY_UNARY,
    [OP_F64_ADD... OP_F64_COPYSIGN] = WAY_BINARY,
    [OP_I32_WRAP_I64... OP_I64_EXTEND32_S] = WAY_UNARY,
};

/* An index of one or two bytes, which can be followed by something. */
static ALWAYS_INLINE bool quick_u32(const uint8_t **p, const uint8_t *end,
                                    uint32_t *ret)
{
    const uint8_t *at = *p;

    if (unlikely(end - at < 2))
        return false;
    if (likely(at[0] < 0x80)) {
        *ret = at[0];
        *p = at + 1;
        return true;
    }
    if (unlikely(at[1] >= 0x80))
        return false;
    *ret = (at[0] & 0x7fu) | (uint32_t)at[1] << 7;
    *p = at + 2;
    return true;
}

/* Skip an integer of at most `most` bytes, which are so few that none of its
 * bits can be too many. */
static ALWAYS_INLINE bool quick_skip(const uint8_t **p, const uint8_t *end,
                                     unsigned most)
{
    uint64_t last;
    unsigned len;

    if (unlikely(end - *p < 8))
        return false;
    last = ~load_le64(*p) & 0x8080808080808080u;
    if (unlikely(last == 0))
        return false;
    len = (unsigned)__builtin_ctzll(last) / 8 + 1;
    *p += len;
    return len <= most;
}

/* Are the parameters of a call on top of the stack? */
static ALWAYS_INLINE bool quick_params(const struct functype *type,
                                       const valtype *top)
{
    const valtype *args = top - type->n_params;
    uint32_t i;

    for (i = 0; i < type->n_params; i++) {
        if (args[i] != type->params[i])
            return false;
    }
    return true;
}

/*
 * The loop over the instructions of a body.
 *
 * Long, because the position and the stack pointers have to stay in registers:
 * checking each instruction with check_op alone runs at 110 MB/s of code, this
 * loop at 300 to 400 (CPython and Ruby).  Each case accepts what is simply
 * right, changing nothing before it is sure; anything else, errors too, goes
 * to `plain`, where check_op starts over with the instruction at `at`.
 */
static bool check_code(struct validator *v)
{
    const uint8_t *end = v->r.end;
    const struct module *m = v->module;
    const uint8_t *p = v->r.p;
    valtype *top = v->top;
    valtype *floor = v->floor;
    bool has_memory = m->n_memories > 0 && !m->memories[0].limits.is_64;

    for (;;) {
        const uint8_t *at = p;
        const struct opcode_info *info;
        const struct functype *type;
        struct frame *frame;
        uint32_t index;
        uint8_t op;

        if (unlikely(p == end))
            goto plain;
        op = *p++;
        info = &opcode_table[op];
        switch (ways[op]) {
        case WAY_BINARY:
            if (top - floor < 2 || top[-1] != info->in[0] ||
                top[-2] != info->in[0])
                goto plain;
            top--;
            top[-1] = info->out;
            continue;
        case WAY_UNARY:
            if (top == floor || top[-1] != info->in[0])
                goto plain;
            top[-1] = info->out;
            continue;
        case WAY_LOAD:
            if (top == floor || top[-1] != VT_I32 || p == end ||
                *p > info->align || !has_memory)
                goto plain;
            p++;
            if (!quick_skip(&p, end, 4))
                goto plain;
            top[-1] = info->out;
            continue;
        case WAY_STORE:
            if (top - floor < 2 || top[-1] != info->in[0] ||
                top[-2] != VT_I32 || p == end || *p > info->align ||
                !has_memory)
                goto plain;
            p++;
            if (!quick_skip(&p, end, 4))
                goto plain;
            top -= 2;
            continue;
        case WAY_I32_CONST:
            if (!quick_skip(&p, end, 4) || top == v->limit)
                goto plain;
            *top++ = VT_I32;
            continue;
        case WAY_I64_CONST:
            if (!quick_skip(&p, end, 8) || top == v->limit)
                goto plain;
            *top++ = VT_I64;
            continue;
        case WAY_LOCAL_GET:
            if (!quick_u32(&p, end, &index) || index >= v->n_flat ||
                top == v->limit)
                goto plain;
            *top++ = v->flat[index];
            continue;
        case WAY_LOCAL_SET:
            if (!quick_u32(&p, end, &index) || index >= v->n_flat ||
                top == floor || top[-1] != v->flat[index])
                goto plain;
            top--;
            continue;
        case WAY_LOCAL_TEE:
            if (!quick_u32(&p, end, &index) || index >= v->n_flat ||
                top == floor || top[-1] != v->flat[index])
                goto plain;
            continue;
        case WAY_GLOBAL_GET:
            if (!quick_u32(&p, end, &index) || index >= m->n_globals ||
                top == v->limit)
                goto plain;
            *top++ = m->globals[index].type.type;
            continue;
        case WAY_GLOBAL_SET:
            if (!quick_u32(&p, end, &index) || index >= m->n_globals ||
                !m->globals[index].type.mutable || top == floor ||
                top[-1] != m->globals[index].type.type)
                goto plain;
            top--;
            continue;
        case WAY_IF:
            if (top == floor || top[-1] != VT_I32 || p == end ||
                *p != VT_EMPTY || v->frames.n == v->frames.room)
                goto plain;
            top--;
            goto open;
        case WAY_BLOCK:
            if (p == end || *p != VT_EMPTY || v->frames.n == v->frames.room)
                goto plain;
        open:
            p++;
            v->frame = &v->frames.items[v->frames.n++];
            *v->frame = (struct frame){
                .type = functype_block(VT_EMPTY),
                .height = (uint32_t)(top - v->stack),
                .op = op,
            };
            floor = top;
            continue;
        case WAY_END:
            type = v->frame->type;
            if (type->n_results || type->n_params || top != floor ||
                v->frames.n < 2)
                goto plain;
            v->frames.n--;
            v->frame--;
            floor = v->stack + v->frame->height;
            continue;
        case WAY_BR:
        case WAY_BR_IF:
            if (!quick_u32(&p, end, &index) || index >= v->frames.n)
                goto plain;
            frame = v->frame - index;
            if (frame->arity)
                goto plain;
            if (op == OP_BR) {
                top = floor;
                v->frame->unreachable = true;
                continue;
            }
            if (top == floor || top[-1] != VT_I32)
                goto plain;
            top--;
            continue;
        case WAY_CALL:
            if (!quick_u32(&p, end, &index) || index >= m->n_funcs)
                goto plain;
            type = m->funcs[index].type;
            if ((size_t)(top - floor) < type->n_params || type->n_results > 1 ||
                !quick_params(type, top) || top == v->limit)
                goto plain;
            top -= type->n_params;
            if (type->n_results)
                *top++ = type->results[0];
            continue;
        case WAY_DROP:
            if (top == floor)
                goto plain;
            top--;
            continue;
        case WAY_SELECT:
            if (top - floor < 3 || top[-1] != VT_I32 || top[-2] != top[-3] ||
                !valtype_is_num(top[-2]))
                goto plain;
            top -= 2;
            continue;
        default:
            break;
        }
    plain:
        v->r.p = at;
        v->top = top;
        v->floor = floor;
        if (!check_op(v))
            return false;
        if (v->frames.n == 0)
            return true;
        p = v->r.p;
        top = v->top;
        floor = v->floor;
    }
}

/* The same in the plain way only, for functions with locals that have no value
 * to start with, of which the loop above knows nothing. */
static bool check_code_plainly(struct validator *v)
{
    do {
        if (!check_op(v))
            return false;
    } while (v->frames.n > 0);
    return true;
}

bool validate_body(struct validator *v, uint32_t func)
{
    const struct module *m = v->module;
    struct body *body = &m->bodies[func - m->n_imported_funcs];

    v->body = body;
    v->type = m->funcs[func].type;
    v->r.p = m->bytes + body->offset;
    v->r.end = m->bytes + body->end;
    v->r.within = "section or function";
    if (!read_locals(v) || !validate_function_frame(v) ||
        !(v->has_unset ? check_code_plainly(v) : check_code(v)))
        return false;
    if (v->r.p < v->r.end)
        return error_set(v->r.err, ERROR_MALFORMED, reader_offset(&v->r),
                         "END opcode expected at the end of the function, "
                         "%zu bytes follow it",
                         reader_left(&v->r));
    return true;
}
