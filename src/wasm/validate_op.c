/*
 * validate_op.c: the typing rule of every instruction (specification, 3.4,
 * with the algorithm of appendix 7.3), in its plain form.  The loop in
 * validate_body.c knows the common cases of the common instructions too, and
 * leaves to this file whatever is not simply right.
 */
#include "wasm/validate.h"

#include <string.h>

static uint32_t here(const struct validator *v)
{
    return reader_offset_of(&v->r, v->at);
}

/* "type mismatch: i32.add expects i32, found nothing". */
static bool fail_type(const struct validator *v, const char *want,
                      const char *found)
{
    return error_set(v->r.err, ERROR_INVALID, here(v),
                     "type mismatch: %s expects %s, found %s", v->info->text,
                     want, found);
}

static bool fail_unknown(const struct validator *v, const char *what,
                         uint32_t index)
{
    return error_set(v->r.err, ERROR_INVALID, here(v), "unknown %s %u", what,
                     index);
}

/* The operand stack. */

static bool push(struct validator *v, valtype type)
{
    if (v->top == v->limit)
        return error_set(v->r.err, ERROR_UNSUPPORTED, here(v),
                         "more than %u operands on the stack",
                         LIMIT_FRAME_SLOTS);
    *v->top++ = type;
    return true;
}

static bool push_list(struct validator *v, const valtype *types, uint32_t n)
{
    if (n == 0)
        return true;
    if ((size_t)(v->limit - v->top) < n) {
        v->top = v->limit;
        return push(v, types[0]);
    }
    memcpy(v->top, types, n * sizeof(*types));
    v->top += n;
    return true;
}

/* Take any operand off; VT_BOTTOM where the stack has whatever is wanted. */
static bool pop_any(struct validator *v, const char *want, valtype *ret)
{
    if (v->top > v->floor)
        *ret = *--v->top;
    else if (v->frame->unreachable)
        *ret = VT_BOTTOM;
    else
        return fail_type(v, want, "nothing");
    return true;
}

static bool pop(struct validator *v, valtype want)
{
    valtype have = VT_BOTTOM;

    if (!pop_any(v, valtype_name(want), &have))
        return false;
    if (have == want || valtype_match(have, want))
        return true;
    return fail_type(v, valtype_name(want), valtype_name(have));
}

/* Is each of these operands of its type, or of any?  Some at a time with
 * memcmp, since a hostile module can ask for a thousand with every byte of a
 * br_table. */
static bool list_fits(const valtype *have, const valtype *want, size_t n)
{
    while (n) {
        size_t some = MIN(n, (size_t)64), i;
        bool same = memcmp(have, want, some * sizeof(*want)) == 0;

        for (i = 0; !same && i < some; i++) {
            if (have[i] != want[i] && !valtype_match(have[i], want[i]))
                return false;
        }
        have += some;
        want += some;
        n -= some;
    }
    return true;
}

static bool pop_list(struct validator *v, const valtype *types, uint32_t n)
{
    size_t n_have = MIN((size_t)(v->top - v->floor), n);

    if (n == 0)
        return true;
    if ((n_have == n || v->frame->unreachable) &&
        list_fits(v->top - n_have, types + (n - n_have), n_have)) {
        v->top -= n_have;
        return true;
    }
    /* Find which one is wrong. */
    while (n--) {
        if (!pop(v, types[n]))
            return false;
    }
    return true;
}

/* The control stack. */

static bool frame_open(struct validator *v, const struct functype *type)
{
    struct frame frame = {
        .type = type,
        .height = (uint32_t)(v->top - v->stack),
        /* A branch to a loop goes to its beginning. */
        .arity =
            (uint16_t)(v->op == OP_LOOP ? type->n_params : type->n_results),
        .op = (uint8_t)v->op,
    };

    if (!vec_push(&v->frames, frame))
        return error_set(v->r.err, ERROR_HOST, here(v),
                         "out of memory for nested blocks");
    v->frame = &v->frames.items[v->frames.n - 1];
    v->floor = v->top;
    return true;
}

static bool block_open(struct validator *v, const struct functype *type)
{
    return pop_list(v, type->params, type->n_params) && frame_open(v, type) &&
           push_list(v, type->params, type->n_params);
}

bool validate_function_frame(struct validator *v)
{
    v->frames.n = 0;
    v->top = v->stack;
    v->op = OP_END;
    v->at = v->r.p;
    return frame_open(v, v->type);
}

/* Has the innermost block exactly its results on the stack?  They are taken
 * off. */
static bool frame_finish(struct validator *v)
{
    const struct functype *type = v->frame->type;

    if (!pop_list(v, type->results, type->n_results))
        return false;
    if (v->top == v->floor)
        return true;
    return error_set(v->r.err, ERROR_INVALID, here(v),
                     "type mismatch: %zu values remain on the stack at the "
                     "end of a block",
                     (size_t)(v->top - v->floor));
}

/* The rest of the block cannot be reached. */
static void set_unreachable(struct validator *v)
{
    v->top = v->floor;
    v->frame->unreachable = true;
}

/* The block that a label means: 0 is the innermost. */
static bool label_find(struct validator *v, uint32_t label,
                       const valtype **types, uint32_t *n)
{
    const struct frame *frame;

    if (label >= v->frames.n)
        return fail_unknown(v, "label", label);
    frame = &v->frames.items[v->frames.n - 1 - label];
    *types = frame->op == OP_LOOP ? frame->type->params : frame->type->results;
    *n = frame->arity;
    return true;
}

static bool read_label(struct validator *v, const valtype **types, uint32_t *n)
{
    uint32_t label;

    return reader_u32(&v->r, "a label", &label) &&
           label_find(v, label, types, n);
}

static bool read_type(struct validator *v, const struct functype **ret)
{
    uint32_t index;

    if (!reader_u32(&v->r, "a type index", &index))
        return false;
    if (index >= v->module->n_types)
        return fail_unknown(v, "type", index);
    *ret = v->module->types[index];
    return true;
}

static bool read_block_type(struct validator *v, const struct functype **ret)
{
    int64_t index;
    valtype type;

    if (reader_left(&v->r) == 0)
        return reader_fail_end(&v->r, "a block type");
    if (*v->r.p == VT_EMPTY) {
        v->r.p++;
        *ret = functype_block(VT_EMPTY);
        return true;
    }
    /* One byte that is negative as a LEB128 number is a type. */
    if ((*v->r.p & 0xc0) == 0x40) {
        if (!reader_valtype(&v->r, "a block type", &type))
            return false;
        *ret = functype_block(type);
        return *ret || error_set(v->r.err, ERROR_HOST, here(v),
                                 "out of memory for a block type");
    }
    if (!reader_signed(&v->r, "a block type", 33, &index))
        return false;
    if (index < 0)
        return error_set(v->r.err, ERROR_MALFORMED, here(v),
                         "malformed block type");
    if (index >= v->module->n_types)
        return fail_unknown(v, "type", (uint32_t)index);
    *ret = v->module->types[index];
    return true;
}

static bool op_block(struct validator *v)
{
    const struct functype *type = NULL;

    if (!read_block_type(v, &type))
        return false;
    if (v->op == OP_IF && !pop(v, VT_I32))
        return false;
    return block_open(v, type);
}

static bool op_else(struct validator *v)
{
    const struct functype *type = v->frame->type;

    if (v->frame->op != OP_IF)
        return error_set(v->r.err, ERROR_MALFORMED, here(v),
                         "END opcode expected, found an else without an if");
    if (!frame_finish(v))
        return false;
    validate_local_unset(v);
    v->frame->op = OP_ELSE;
    v->frame->unreachable = false;
    return push_list(v, type->params, type->n_params);
}

static bool lists_match(const valtype *have, uint32_t n_have,
                        const valtype *want, uint32_t n_want)
{
    return n_have == n_want && (n_have == 0 || list_fits(have, want, n_have));
}

/* An if without an else passes its parameters on. */
static bool check_lone_if(struct validator *v)
{
    const struct functype *type = v->frame->type;

    if (v->frame->op != OP_IF)
        return true;
    if (lists_match(type->params, type->n_params, type->results,
                    type->n_results))
        return true;
    return error_set(v->r.err, ERROR_INVALID, here(v),
                     "type mismatch: an if without an else whose results are "
                     "not its parameters");
}

static bool op_end(struct validator *v)
{
    const struct functype *type = v->frame->type;

    if (!frame_finish(v) || !check_lone_if(v))
        return false;
    validate_local_unset(v);
    if (--v->frames.n == 0)
        return true;
    v->frame = &v->frames.items[v->frames.n - 1];
    v->floor = v->stack + v->frame->height;
    return push_list(v, type->results, type->n_results);
}

static bool op_unreachable(struct validator *v)
{
    set_unreachable(v);
    return true;
}

static bool op_br(struct validator *v)
{
    const valtype *types;
    uint32_t n;

    if (!read_label(v, &types, &n) || !pop_list(v, types, n))
        return false;
    set_unreachable(v);
    return true;
}

static bool op_br_if(struct validator *v)
{
    const valtype *types;
    uint32_t n;

    return read_label(v, &types, &n) && pop(v, VT_I32) &&
           pop_list(v, types, n) && push_list(v, types, n);
}

/* Are the operands on top what a label of br_table takes?  They stay: those
 * of other labels are compared with the same ones. */
static bool check_label(struct validator *v, const valtype *types, uint32_t n)
{
    valtype *top = v->top;
    bool ok = pop_list(v, types, n);

    v->top = top;
    return ok;
}

static bool op_br_table(struct validator *v)
{
    const valtype *types, *last = NULL;
    uint32_t n_labels, n, arity = 0, i;

    if (!reader_count(&v->r, "the number of labels", LIMIT_BODY_SIZE, 1,
                      &n_labels) ||
        !pop(v, VT_I32))
        return false;
    for (i = 0; i <= n_labels; i++) {
        if (!read_label(v, &types, &n))
            return false;
        if (i > 0 && n != arity)
            return error_set(v->r.err, ERROR_INVALID, here(v),
                             "type mismatch: labels of br_table take %u and "
                             "%u values",
                             arity, n);
        /* Most labels are the one before again, or take nothing. */
        if ((i == 0 || types != last) && !check_label(v, types, n))
            return false;
        arity = n;
        last = types;
    }
    set_unreachable(v);
    return true;
}

static bool op_return(struct validator *v)
{
    if (!pop_list(v, v->type->results, v->type->n_results))
        return false;
    set_unreachable(v);
    return true;
}

/* Calls. */

static bool call(struct validator *v, const struct functype *type)
{
    return pop_list(v, type->params, type->n_params) &&
           push_list(v, type->results, type->n_results);
}

/* The callee's results become this function's. */
static bool tail_call(struct validator *v, const struct functype *type)
{
    if (!lists_match(type->results, type->n_results, v->type->results,
                     v->type->n_results))
        return error_set(v->r.err, ERROR_INVALID, here(v),
                         "type mismatch: %s of a function with other results",
                         v->info->text);
    if (!pop_list(v, type->params, type->n_params))
        return false;
    set_unreachable(v);
    return true;
}

static bool read_func(struct validator *v, uint32_t *index)
{
    if (!reader_u32(&v->r, "a function index", index))
        return false;
    return *index < v->module->n_funcs || fail_unknown(v, "function", *index);
}

static bool op_call(struct validator *v)
{
    const struct functype *type;
    uint32_t index;

    if (!read_func(v, &index))
        return false;
    type = v->module->funcs[index].type;
    return v->op == OP_CALL ? call(v, type) : tail_call(v, type);
}

static bool read_table(struct validator *v, const struct tabletype **ret)
{
    uint32_t index;

    if (!reader_u32(&v->r, "a table index", &index))
        return false;
    if (index >= v->module->n_tables)
        return fail_unknown(v, "table", index);
    *ret = &v->module->tables[index].type;
    return true;
}

static bool op_call_indirect(struct validator *v)
{
    const struct functype *type = NULL;
    const struct tabletype *table;

    if (!read_type(v, &type) || !read_table(v, &table))
        return false;
    if (!valtype_match(table->elem, VT_FUNCREF))
        return fail_type(v, "a table of funcref", valtype_name(table->elem));
    if (!pop(v, limits_addr(&table->limits)))
        return false;
    return v->op == OP_CALL_INDIRECT ? call(v, type) : tail_call(v, type);
}

/* Operands and variables. */

static bool op_drop(struct validator *v)
{
    valtype type;

    return pop_any(v, "a value", &type);
}

/* Without a type: two numbers of the same. */
static bool op_select(struct validator *v)
{
    valtype a, b;

    if (!pop(v, VT_I32) || !pop_any(v, "a number", &a) ||
        !pop_any(v, "a number", &b))
        return false;
    if (valtype_is_ref(a) || valtype_is_ref(b))
        return fail_type(v, "numbers", "references");
    if (a != b && a != VT_BOTTOM && b != VT_BOTTOM)
        return fail_type(v, valtype_name(a), valtype_name(b));
    return push(v, a == VT_BOTTOM ? b : a);
}

static bool op_select_t(struct validator *v)
{
    uint32_t n, i;
    valtype type = VT_BOTTOM;

    if (!reader_count(&v->r, "the number of types", LIMIT_RESULTS, 1, &n))
        return false;
    for (i = 0; i < n; i++) {
        if (!reader_valtype(&v->r, "the type of select", &type))
            return false;
    }
    if (n != 1)
        return error_set(v->r.err, ERROR_INVALID, here(v),
                         "invalid result arity: select has %u types", n);
    return pop(v, VT_I32) && pop(v, type) && pop(v, type) && push(v, type);
}

static bool op_local(struct validator *v)
{
    uint32_t index;
    valtype type;

    if (!reader_u32(&v->r, "a local index", &index))
        return false;
    if (!validate_local(v, index, &type))
        return fail_unknown(v, "local", index);
    if (v->op != OP_LOCAL_GET && !pop(v, type))
        return false;
    if (v->has_unset && !valtype_is_defaultable(type)) {
        if (v->op == OP_LOCAL_GET && !validate_local_is_set(v, index))
            return error_set(v->r.err, ERROR_INVALID, here(v),
                             "uninitialized local %u", index);
        if (v->op != OP_LOCAL_GET && !validate_local_init(v, index))
            return false;
    }
    return v->op == OP_LOCAL_SET || push(v, type);
}

static bool op_global(struct validator *v)
{
    const struct globaltype *type;
    uint32_t index;

    if (!reader_u32(&v->r, "a global index", &index))
        return false;
    if (index >= v->module->n_globals)
        return fail_unknown(v, "global", index);
    type = &v->module->globals[index].type;
    if (v->op == OP_GLOBAL_GET)
        return push(v, type->type);
    if (!type->mutable)
        return error_set(v->r.err, ERROR_INVALID, here(v),
                         "immutable global %u", index);
    return pop(v, type->type);
}

/* References and tables. */

static bool op_ref_null(struct validator *v)
{
    valtype type;

    return reader_heaptype(&v->r, "the type of ref.null", &type) &&
           push(v, type);
}

static bool op_ref_is_null(struct validator *v)
{
    valtype type;

    if (!pop_any(v, "a reference", &type))
        return false;
    if (type != VT_BOTTOM && !valtype_is_ref(type))
        return fail_type(v, "a reference", valtype_name(type));
    return push(v, VT_I32);
}

static bool op_ref_func(struct validator *v)
{
    uint32_t index;

    if (!read_func(v, &index))
        return false;
    if (!v->module->funcs[index].declared)
        return error_set(v->r.err, ERROR_INVALID, here(v),
                         "undeclared function reference %u", index);
    return push(v, valtype_to(v->module->funcs[index].type, false));
}

/* table.get, set, size, grow and fill. */
static bool op_table(struct validator *v)
{
    const struct tabletype *table;
    valtype addr;

    if (!read_table(v, &table))
        return false;
    addr = limits_addr(&table->limits);
    switch (v->op) {
    case OP_TABLE_GET:
        return pop(v, addr) && push(v, table->elem);
    case OP_TABLE_SET:
        return pop(v, table->elem) && pop(v, addr);
    case OP_TABLE_SIZE:
        return push(v, addr);
    case OP_TABLE_GROW:
        return pop(v, addr) && pop(v, table->elem) && push(v, addr);
    default:
        assert(v->op == OP_TABLE_FILL);
        return pop(v, addr) && pop(v, table->elem) && pop(v, addr);
    }
}

/* The operands of copying; the count is of the smaller type of the two. */
static bool pop_copy(struct validator *v, const struct limits *dst,
                     const struct limits *src)
{
    valtype n = dst->is_64 && src->is_64 ? VT_I64 : VT_I32;

    return pop(v, n) && pop(v, limits_addr(src)) && pop(v, limits_addr(dst));
}

/* The operands of initialising from a segment, whose offsets are i32. */
static bool pop_init(struct validator *v, const struct limits *dst)
{
    return pop(v, VT_I32) && pop(v, VT_I32) && pop(v, limits_addr(dst));
}

static bool op_table_copy(struct validator *v)
{
    const struct tabletype *dst, *src;

    if (!read_table(v, &dst) || !read_table(v, &src))
        return false;
    if (!valtype_match(src->elem, dst->elem))
        return fail_type(v, valtype_name(dst->elem), valtype_name(src->elem));
    return pop_copy(v, &dst->limits, &src->limits);
}

static bool read_elem(struct validator *v, valtype *ret)
{
    uint32_t index;

    if (!reader_u32(&v->r, "an element segment index", &index))
        return false;
    if (index >= v->module->n_elems)
        return fail_unknown(v, "elem segment", index);
    *ret = v->module->elems[index].type;
    return true;
}

static bool op_table_init(struct validator *v)
{
    const struct tabletype *table;
    valtype type;

    if (!read_elem(v, &type) || !read_table(v, &table))
        return false;
    if (!valtype_match(type, table->elem))
        return fail_type(v, valtype_name(table->elem), valtype_name(type));
    return pop_init(v, &table->limits);
}

static bool op_elem_drop(struct validator *v)
{
    valtype type;

    return read_elem(v, &type);
}

/* Memories. */

static bool memory_find(struct validator *v, uint32_t index,
                        const struct limits **ret)
{
    if (index >= v->module->n_memories)
        return fail_unknown(v, "memory", index);
    *ret = &v->module->memories[index].limits;
    return true;
}

static bool read_memory(struct validator *v, const struct limits **ret)
{
    uint32_t index;

    return reader_u32(&v->r, "a memory index", &index) &&
           memory_find(v, index, ret);
}

static bool op_memory(struct validator *v)
{
    const struct limits *memory;

    if (!read_memory(v, &memory))
        return false;
    if (v->op == OP_MEMORY_GROW && !pop(v, limits_addr(memory)))
        return false;
    return push(v, limits_addr(memory));
}

static bool op_memory_copy(struct validator *v)
{
    const struct limits *dst, *src;

    return read_memory(v, &dst) && read_memory(v, &src) &&
           pop_copy(v, dst, src);
}

static bool op_memory_fill(struct validator *v)
{
    const struct limits *memory;

    if (!read_memory(v, &memory))
        return false;
    return pop(v, limits_addr(memory)) && pop(v, VT_I32) &&
           pop(v, limits_addr(memory));
}

static bool read_data(struct validator *v)
{
    uint32_t index;

    if (!reader_u32(&v->r, "a data segment index", &index))
        return false;
    /* The data section stands behind the code: only its count is known. */
    if (!v->module->has_data_count)
        return error_set(v->r.err, ERROR_MALFORMED, here(v),
                         "data count section required by %s", v->info->text);
    return index < v->module->n_datas || fail_unknown(v, "data segment", index);
}

static bool op_memory_init(struct validator *v)
{
    const struct limits *memory;

    return read_data(v) && read_memory(v, &memory) && pop_init(v, memory);
}

static bool op_data_drop(struct validator *v)
{
    return read_data(v);
}

/* Everything with a signature in opcodes.def. */

/* The memory goes to v->memory. */
static bool read_memarg(struct validator *v)
{
    uint32_t flags, index = 0;
    uint64_t offset;

    if (!reader_u32(&v->r, "an alignment", &flags))
        return false;
    if (flags > MEMARG_MAX)
        return error_set(v->r.err, ERROR_MALFORMED, here(v),
                         "malformed memop flags 0x%x", flags);
    if ((flags & MEMARG_MEMORY) && !reader_u32(&v->r, "a memory index", &index))
        return false;
    flags &= ~MEMARG_MEMORY;
    if (!reader_u64(&v->r, "an offset", &offset) ||
        !memory_find(v, index, &v->memory))
        return false;
    if (offset > UINT32_MAX && !v->memory->is_64)
        return error_set(v->r.err, ERROR_INVALID, here(v),
                         "offset out of range: 0x%llx for a 32-bit memory",
                         (unsigned long long)offset);
    if (flags > v->info->align)
        return error_set(v->r.err, ERROR_INVALID, here(v),
                         "alignment must not be larger than natural");
    if (v->info->proposal == PROPOSAL_THREADS && flags != v->info->align)
        return error_set(v->r.err, ERROR_INVALID, here(v),
                         "atomic alignment must be natural");
    return true;
}

/* The index of a lane, below n. */
static bool read_lane(struct validator *v, uint32_t n)
{
    uint8_t lane;

    if (!reader_u8(&v->r, "a lane index", &lane))
        return false;
    return lane < n || error_set(v->r.err, ERROR_INVALID, here(v),
                                 "invalid lane index %u", lane);
}

/* The lanes of i8x16.shuffle, out of two vectors. */
static bool read_shuffle(struct validator *v)
{
    uint32_t i;

    for (i = 0; i < 16; i++) {
        if (!read_lane(v, 32))
            return false;
    }
    return true;
}

static bool read_immediate(struct validator *v)
{
    const uint8_t *bytes;
    int64_t number;
    uint8_t zero;

    switch (v->info->imm) {
    case IMM_NONE:
        return true;
    case IMM_I32:
        return reader_signed(&v->r, "an i32 constant", 32, &number);
    case IMM_I64:
        return reader_signed(&v->r, "an i64 constant", 64, &number);
    case IMM_F32:
        return reader_bytes(&v->r, "an f32 constant", 4, &bytes);
    case IMM_F64:
        return reader_bytes(&v->r, "an f64 constant", 8, &bytes);
    case IMM_V128:
        return reader_bytes(&v->r, "a v128 constant", 16, &bytes);
    case IMM_SHUFFLE:
        return read_shuffle(v);
    case IMM_LANE:
        return read_lane(v, 16u >> v->info->align);
    case IMM_MEMARG:
        return read_memarg(v);
    case IMM_MEMARG_LANE:
        return read_memarg(v) && read_lane(v, 16u >> v->info->align);
    default:
        assert(v->info->imm == IMM_ZERO);
        if (!reader_u8(&v->r, "a zero byte", &zero))
            return false;
        return zero == 0 || error_set(v->r.err, ERROR_MALFORMED, here(v),
                                      "zero byte expected");
    }
}

static bool op_by_signature(struct validator *v)
{
    uint32_t i;

    if (!read_immediate(v))
        return false;
    for (i = v->info->n_in; i-- > 0;) {
        if (!pop(v, v->info->in[i]))
            return false;
    }
    if ((v->info->imm == IMM_MEMARG || v->info->imm == IMM_MEMARG_LANE) &&
        !pop(v, limits_addr(v->memory)))
        return false;
    return v->info->out == 0 || push(v, v->info->out);
}

/* Wide arithmetic: 128 bits are two operands, the lower half first. */
static bool op_wide(struct validator *v)
{
    static const valtype types[] = {VT_I64, VT_I64, VT_I64, VT_I64};
    bool sum = v->op == OP_I64_ADD128 || v->op == OP_I64_SUB128;

    return pop_list(v, types, sum ? 4 : 2) && push_list(v, types, 2);
}

/* Long, but nothing more than a table from instructions to rules. */
bool validate_op(struct validator *v)
{
    if (v->info->sig)
        return op_by_signature(v);
    switch (v->op) {
    case OP_UNREACHABLE:
        return op_unreachable(v);
    case OP_BLOCK:
    case OP_LOOP:
    case OP_IF:
        return op_block(v);
    case OP_ELSE:
        return op_else(v);
    case OP_END:
        return op_end(v);
    case OP_BR:
        return op_br(v);
    case OP_BR_IF:
        return op_br_if(v);
    case OP_BR_TABLE:
        return op_br_table(v);
    case OP_RETURN:
        return op_return(v);
    case OP_CALL:
    case OP_RETURN_CALL:
        return op_call(v);
    case OP_CALL_INDIRECT:
    case OP_RETURN_CALL_INDIRECT:
        return op_call_indirect(v);
    case OP_DROP:
        return op_drop(v);
    case OP_SELECT:
        return op_select(v);
    case OP_SELECT_T:
        return op_select_t(v);
    case OP_LOCAL_GET:
    case OP_LOCAL_SET:
    case OP_LOCAL_TEE:
        return op_local(v);
    case OP_GLOBAL_GET:
    case OP_GLOBAL_SET:
        return op_global(v);
    case OP_REF_NULL:
        return op_ref_null(v);
    case OP_REF_IS_NULL:
        return op_ref_is_null(v);
    case OP_REF_FUNC:
        return op_ref_func(v);
    case OP_TABLE_GET:
    case OP_TABLE_SET:
    case OP_TABLE_SIZE:
    case OP_TABLE_GROW:
    case OP_TABLE_FILL:
        return op_table(v);
    case OP_TABLE_COPY:
        return op_table_copy(v);
    case OP_TABLE_INIT:
        return op_table_init(v);
    case OP_ELEM_DROP:
        return op_elem_drop(v);
    case OP_MEMORY_SIZE:
    case OP_MEMORY_GROW:
        return op_memory(v);
    case OP_MEMORY_COPY:
        return op_memory_copy(v);
    case OP_MEMORY_FILL:
        return op_memory_fill(v);
    case OP_MEMORY_INIT:
        return op_memory_init(v);
    case OP_I64_ADD128:
    case OP_I64_SUB128:
    case OP_I64_MUL_WIDE_S:
    case OP_I64_MUL_WIDE_U:
        return op_wide(v);
    case OP_DATA_DROP:
        return op_data_drop(v);
    default:
        return v->info->proposal == PROPOSAL_TYPED_REFERENCES ? validate_ref(v)
                                                              : validate_eh(v);
    }
}

/* For the rules in other files. */

bool validate_push(struct validator *v, valtype type)
{
    return push(v, type);
}

bool validate_push_list(struct validator *v, const valtype *types, uint32_t n)
{
    return push_list(v, types, n);
}

bool validate_pop(struct validator *v, valtype want)
{
    return pop(v, want);
}

bool validate_pop_any(struct validator *v, const char *want, valtype *ret)
{
    return pop_any(v, want, ret);
}

bool validate_pop_list(struct validator *v, const valtype *types, uint32_t n)
{
    return pop_list(v, types, n);
}

bool validate_label(struct validator *v, const valtype **types, uint32_t *n)
{
    return read_label(v, types, n);
}

bool validate_label_at(struct validator *v, uint32_t label,
                       const valtype **types, uint32_t *n)
{
    return label_find(v, label, types, n);
}

bool validate_type_index(struct validator *v, const struct functype **ret)
{
    return read_type(v, ret);
}

bool validate_block_type(struct validator *v, const struct functype **ret)
{
    return read_block_type(v, ret);
}

bool validate_block_open(struct validator *v, const struct functype *type)
{
    return block_open(v, type);
}

bool validate_block_finish(struct validator *v)
{
    return frame_finish(v);
}

bool validate_block_end(struct validator *v)
{
    return op_end(v);
}

bool validate_call(struct validator *v, const struct functype *type)
{
    return call(v, type);
}

bool validate_tail_call(struct validator *v, const struct functype *type)
{
    return tail_call(v, type);
}

void validate_set_unreachable(struct validator *v)
{
    set_unreachable(v);
}

bool validate_fail_type(const struct validator *v, const char *want,
                        const char *found)
{
    return fail_type(v, want, found);
}

bool validate_fail_unknown(const struct validator *v, const char *what,
                           uint32_t index)
{
    return fail_unknown(v, what, index);
}
