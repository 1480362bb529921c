/* iter.c: see iter.h. */
#include "wasm/iter.h"

#include "base/bytes.h"

void iter_body(struct iter *it, const struct module *module,
               const struct body *body)
{
    it->module = module;
    it->p = module->bytes + body->offset;
    it->end = module->bytes + body->end;
    it->local_runs = leb_get_u32(&it->p);
}

void iter_constexpr(struct iter *it, const struct module *module,
                    struct constexpr_ref ref)
{
    it->module = module;
    it->p = module->bytes + ref.offset;
    it->end = it->p + ref.len;
    it->local_runs = 0;
}

static valtype read_heaptype(struct iter *it)
{
    if ((*it->p & 0xc0) == 0x40)
        return *it->p++;
    return valtype_to(it->module->types[leb_get_u32(&it->p)], true);
}

static valtype read_valtype(struct iter *it)
{
    uint8_t byte = *it->p++;

    if (byte == TYPE_REF)
        return valtype_non_null(read_heaptype(it));
    return byte == TYPE_REF_NULL ? read_heaptype(it) : byte;
}

bool iter_locals(struct iter *it, uint32_t *n, valtype *type)
{
    if (it->local_runs == 0)
        return false;
    it->local_runs--;
    *n = leb_get_u32(&it->p);
    *type = read_valtype(it);
    return true;
}

static const struct functype *read_block(struct iter *it)
{
    /* One byte with the sign bit set is a type, anything else an index. */
    if ((*it->p & 0xc0) == 0x40)
        return functype_block(*it->p == VT_EMPTY ? *it->p++ : read_valtype(it));
    return it->module->types[leb_get_u32(&it->p)];
}

struct catch iter_catch(const uint8_t **p)
{
    struct catch clause = {.kind = *(*p)++};

    if (clause.kind == CATCH || clause.kind == CATCH_REF)
        clause.tag = leb_get_u32(p);
    clause.label = leb_get_u32(p);
    return clause;
}

/* Immediates of several parts. */
static void read_parts(struct iter *it, struct instr *in)
{
    uint32_t n;

    switch (in->info->imm) {
    case IMM_LABELS:
        in->labels.n = leb_get_u32(&it->p);
        in->labels.bytes = it->p;
        for (n = 0; n <= in->labels.n; n++)
            (void)leb_get_u32(&it->p);
        break;
    case IMM_MEMARG:
    case IMM_MEMARG_LANE:
        n = leb_get_u32(&it->p);
        in->index = n & MEMARG_MEMORY ? leb_get_u32(&it->p) : 0;
        in->mem.align = n & ~MEMARG_MEMORY;
        in->mem.offset = leb_get_u64(&it->p);
        if (in->info->imm == IMM_MEMARG_LANE)
            in->lane = *it->p++;
        break;
    case IMM_SELECT:
        (void)leb_get_u32(&it->p); /* validation wants exactly one */
        in->type = read_valtype(it);
        break;
    case IMM_TRY_TABLE:
        in->block = read_block(it);
        in->catches.n = leb_get_u32(&it->p);
        in->catches.bytes = it->p;
        for (n = 0; n < in->catches.n; n++)
            (void)iter_catch(&it->p);
        break;
    case IMM_DATA_MEMORY:
    case IMM_CALL_INDIRECT:
    case IMM_TABLE2:
    case IMM_ELEM_TABLE:
    case IMM_MEMORY2:
        in->index = leb_get_u32(&it->p);
        in->index2 = leb_get_u32(&it->p);
        break;
    default:
        assert(!"an immediate without a reader");
    }
}

static void read_immediate(struct iter *it, struct instr *in)
{
    switch (in->info->imm) {
    case IMM_NONE:
        break;
    case IMM_ZERO:
        it->p++;
        break;
    case IMM_BLOCK:
        in->block = read_block(it);
        break;
    case IMM_LABEL:
    case IMM_FUNC:
    case IMM_LOCAL:
    case IMM_GLOBAL:
    case IMM_TABLE:
    case IMM_ELEM:
    case IMM_MEMORY:
    case IMM_DATA:
    case IMM_TYPE:
    case IMM_TAG:
        in->index = leb_get_u32(&it->p);
        break;
    case IMM_I32:
        in->bits = (uint32_t)leb_get_s32(&it->p);
        break;
    case IMM_I64:
        in->bits = (uint64_t)leb_get_s64(&it->p);
        break;
    case IMM_F32:
        in->bits = load_le32(it->p);
        it->p += 4;
        break;
    case IMM_F64:
        in->bits = load_le64(it->p);
        it->p += 8;
        break;
    case IMM_V128:
    case IMM_SHUFFLE:
        in->v128[0] = load_le64(it->p);
        in->v128[1] = load_le64(it->p + 8);
        it->p += 16;
        break;
    case IMM_LANE:
        in->lane = *it->p++;
        break;
    case IMM_REF_TYPE:
        in->type = read_heaptype(it);
        break;
    default:
        read_parts(it, in);
        break;
    }
}

bool iter_next(struct iter *it, struct instr *in)
{
    while (it->local_runs) {
        uint32_t n;
        valtype type;

        (void)iter_locals(it, &n, &type);
    }
    if (it->p == it->end)
        return false;
    in->offset = iter_offset(it);
    in->op = *it->p++;
    if (opcode_is_prefix((uint8_t)in->op))
        in->op = in->op << 16 | leb_get_u32(&it->p);
    in->info = opcode_find(in->op);
    read_immediate(it, in);
    return true;
}
