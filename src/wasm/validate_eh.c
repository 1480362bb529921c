/*
 * validate_eh.c: the rules of exception handling, in its final form with
 * try_table (specification, 3.4) and in the older one with try, which
 * compilers still write.
 */
#include "wasm/validate.h"

#include <string.h>

static bool read_tag(struct validator *v, const struct functype **ret)
{
    uint32_t index;

    if (!reader_u32(&v->r, "a tag index", &index))
        return false;
    if (index >= v->module->n_tags)
        return validate_fail_unknown(v, "tag", index);
    *ret = v->module->tags[index];
    return true;
}

static bool op_throw(struct validator *v)
{
    const struct functype *tag = NULL;

    if (!read_tag(v, &tag) || !validate_pop_list(v, tag->params, tag->n_params))
        return false;
    validate_set_unreachable(v);
    return true;
}

static bool op_throw_ref(struct validator *v)
{
    if (!validate_pop(v, VT_EXNREF))
        return false;
    validate_set_unreachable(v);
    return true;
}

/* Can the label take what the clause catches: these values, and perhaps the
 * exception? */
static bool check_clause(struct validator *v, const struct functype *tag,
                         bool with_ref)
{
    uint32_t n_params = tag ? tag->n_params : 0, n = 0, i;
    const valtype *types = NULL;
    bool ok;

    if (!validate_label(v, &types, &n))
        return false;
    ok = n == n_params + with_ref;
    /* Nearly always the same; a hostile module asks for a thousand with every
     * three bytes. */
    if (ok && n_params &&
        memcmp(tag->params, types, n_params * sizeof(*types)) != 0)
        for (i = 0; ok && i < n_params; i++)
            ok = valtype_match(tag->params[i], types[i]);
    if (ok && with_ref)
        ok = valtype_match(valtype_non_null(VT_EXNREF), types[n_params]);
    return ok ||
           error_set(v->r.err, ERROR_INVALID, reader_offset_of(&v->r, v->at),
                     "type mismatch: a clause of try_table catches other "
                     "values than its label takes");
}

static bool read_clause(struct validator *v)
{
    uint32_t offset = reader_offset(&v->r);
    const struct functype *tag = NULL;
    uint8_t kind;

    if (!reader_u8(&v->r, "the kind of a catch clause", &kind))
        return false;
    if (kind > CATCH_ALL_REF)
        return error_set(v->r.err, ERROR_MALFORMED, offset,
                         "malformed catch clause 0x%x", kind);
    if ((kind == CATCH || kind == CATCH_REF) && !read_tag(v, &tag))
        return false;
    return check_clause(v, tag, kind == CATCH_REF || kind == CATCH_ALL_REF);
}

/* The labels of the clauses count from outside. */
static bool op_try_table(struct validator *v)
{
    const struct functype *type = NULL;
    uint32_t n, i;

    v->body->has_try = true;
    if (!validate_block_type(v, &type) ||
        !reader_count(&v->r, "the number of catch clauses", LIMIT_BODY_SIZE, 2,
                      &n))
        return false;
    for (i = 0; i < n; i++) {
        if (!read_clause(v))
            return false;
    }
    return validate_block_open(v, type);
}

/* The older form. */

static bool op_try(struct validator *v)
{
    const struct functype *type = NULL;

    v->body->has_try = true;
    return validate_block_type(v, &type) && validate_block_open(v, type);
}

static bool fail_place(struct validator *v)
{
    return error_set(v->r.err, ERROR_MALFORMED, reader_offset_of(&v->r, v->at),
                     "END opcode expected, found a %s without a try",
                     v->info->text);
}

/* catch and catch_all: the next part of a try. */
static bool op_catch(struct validator *v)
{
    const struct functype *tag = NULL;

    if (v->op == OP_CATCH && !read_tag(v, &tag))
        return false;
    if (v->frame->op != OP_TRY && v->frame->op != OP_CATCH)
        return fail_place(v);
    if (!validate_block_finish(v))
        return false;
    validate_local_unset(v);
    v->frame->op = (uint8_t)v->op;
    v->frame->unreachable = false;
    return !tag || validate_push_list(v, tag->params, tag->n_params);
}

/* The end of a try whose exceptions another block is to treat; the label
 * counts from outside. */
static bool op_delegate(struct validator *v)
{
    const valtype *types;
    uint32_t label, n;

    if (!reader_u32(&v->r, "a label", &label))
        return false;
    if (v->frame->op != OP_TRY)
        return fail_place(v);
    if (label >= v->frames.n - 1)
        return validate_fail_unknown(v, "label", label);
    return validate_label_at(v, label + 1, &types, &n) && validate_block_end(v);
}

static bool op_rethrow(struct validator *v)
{
    uint32_t label;
    uint8_t op;

    if (!reader_u32(&v->r, "a label", &label))
        return false;
    if (label >= v->frames.n)
        return validate_fail_unknown(v, "label", label);
    op = v->frames.items[v->frames.n - 1 - label].op;
    if (op != OP_CATCH && op != OP_CATCH_ALL)
        return error_set(v->r.err, ERROR_INVALID,
                         reader_offset_of(&v->r, v->at),
                         "invalid rethrow label %u: not of a catch", label);
    validate_set_unreachable(v);
    return true;
}

bool validate_eh(struct validator *v)
{
    switch (v->op) {
    case OP_THROW:
        return op_throw(v);
    case OP_THROW_REF:
        return op_throw_ref(v);
    case OP_TRY_TABLE:
        return op_try_table(v);
    case OP_TRY:
        return op_try(v);
    case OP_CATCH:
    case OP_CATCH_ALL:
        return op_catch(v);
    case OP_DELEGATE:
        return op_delegate(v);
    default:
        assert(v->op == OP_RETHROW);
        return op_rethrow(v);
    }
}
