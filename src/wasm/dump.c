/* dump.c: see dump.h. */
#include "wasm/dump.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "wasm/decode.h"
#include "wasm/iter.h"

/* Bytes of the longest text of a type: ", (ref null #4194303)" is the longest
 * item. */
#define TYPE_TEXT ((LIMIT_PARAMS + LIMIT_RESULTS) * 21 + 64)

static void print_name(FILE *out, struct name name)
{
    char buf[256];

    while (name.len) {
        size_t n = utf8_print(buf, sizeof(buf), name.text, name.len);

        (void)fputs(buf, out);
        name.text += n;
        name.len -= (uint32_t)n;
    }
}

static void print_functype(FILE *out, const struct functype *type)
{
    char buf[TYPE_TEXT];

    functype_print(type, buf, sizeof(buf));
    (void)fputs(buf, out);
}

static void print_type(FILE *out, const struct externtype *type)
{
    char buf[TYPE_TEXT];

    externtype_print(type, buf, sizeof(buf));
    (void)fputs(buf, out);
}

/* `custom` is the next of the custom sections, which stand in the order of
 * the file; returns the one behind it. */
static const struct custom_section *print_section(
    FILE *out, const struct section *section,
    const struct custom_section *custom)
{
    (void)fprintf(out, "  0x%08" PRIx32 " %10" PRIu32 " bytes  %s",
                  section->offset, section->len,
                  decode_section_name(section->id));
    if (section->id == SECTION_CUSTOM) {
        (void)fputs(" '", out);
        print_name(out, custom->name);
        (void)fputs("'\n", out);
        return custom + 1;
    }
    if (section->id == SECTION_START)
        (void)fputc('\n', out);
    else
        (void)fprintf(out, " (%" PRIu32 ")\n", section->n);
    return custom;
}

static void print_import(FILE *out, const struct import *import, bool missing)
{
    (void)fputs("  ", out);
    print_name(out, import->module);
    (void)fputc('.', out);
    print_name(out, import->name);
    (void)fputs(": ", out);
    print_type(out, &import->type);
    (void)fputs(missing ? "  (not in tine)\n" : "\n", out);
}

static void print_export(FILE *out, const struct module *module,
                         const struct export *export)
{
    struct externtype type = module_export_type(module, export);

    (void)fputs("  ", out);
    print_name(out, export->name);
    (void)fputs(": ", out);
    print_type(out, &type);
    (void)fputc('\n', out);
}

void dump_module(FILE *out, const struct module *module, dump_has_fn *has,
                 void *ctx)
{
    const struct custom_section *custom = module->customs;
    uint32_t i;

    (void)fputs("sections\n", out);
    for (i = 0; i < module->n_sections; i++)
        custom = print_section(out, &module->sections[i], custom);
    (void)fputs("imports\n", out);
    for (i = 0; i < module->n_imports; i++)
        print_import(out, &module->imports[i], !has(ctx, &module->imports[i]));
    (void)fputs("exports\n", out);
    for (i = 0; i < module->n_exports; i++)
        print_export(out, module, &module->exports[i]);
    if (module->has_start)
        (void)fprintf(out, "start\n  function %" PRIu32 "\n", module->start);
}

static void print_labels(FILE *out, const struct instr *in)
{
    const uint8_t *p = in->labels.bytes;
    uint32_t i;

    for (i = 0; i <= in->labels.n; i++)
        (void)fprintf(out, " %" PRIu32, leb_get_u32(&p));
}

static void print_block_type(FILE *out, const struct functype *type)
{
    if (type->n_params == 0 && type->n_results == 0)
        return;
    (void)fputc(' ', out);
    print_functype(out, type);
}

static void print_float(FILE *out, const struct instr *in)
{
    uint32_t bits = (uint32_t)in->bits;
    double d;
    float f;

    /* The bits too, since a NaN is more than its name. */
    if (in->info->imm == IMM_F32) {
        memcpy(&f, &bits, sizeof(f));
        (void)fprintf(out, " %.9g (0x%08" PRIx32 ")", (double)f, bits);
    } else {
        memcpy(&d, &in->bits, sizeof(d));
        (void)fprintf(out, " %.17g (0x%016" PRIx64 ")", d, in->bits);
    }
}

static void print_memarg(FILE *out, const struct instr *in)
{
    if (in->index)
        (void)fprintf(out, " %" PRIu32, in->index);
    (void)fprintf(out, " offset=%" PRIu64 " align=%u", in->mem.offset,
                  1u << in->mem.align);
}

static void print_shuffle(FILE *out, const struct instr *in)
{
    uint32_t i;

    for (i = 0; i < 16; i++)
        (void)fprintf(out, " %u",
                      (unsigned)(in->v128[i / 8] >> i % 8 * 8) & 0xff);
}

static void print_catches(FILE *out, const struct instr *in)
{
    static const char *const names[] = {
        [CATCH] = "catch",
        [CATCH_REF] = "catch_ref",
        [CATCH_ALL] = "catch_all",
        [CATCH_ALL_REF] = "catch_all_ref",
    };
    const uint8_t *p = in->catches.bytes;
    uint32_t i;

    for (i = 0; i < in->catches.n; i++) {
        struct catch clause = iter_catch(&p);

        (void)fprintf(out, " (%s", names[clause.kind]);
        if (clause.kind == CATCH || clause.kind == CATCH_REF)
            (void)fprintf(out, " %" PRIu32, clause.tag);
        (void)fprintf(out, " %" PRIu32 ")", clause.label);
    }
}

static void print_immediate(FILE *out, const struct instr *in)
{
    switch (in->info->imm) {
    case IMM_NONE:
    case IMM_ZERO:
        break;
    case IMM_BLOCK:
        print_block_type(out, in->block);
        break;
    case IMM_TRY_TABLE:
        print_block_type(out, in->block);
        print_catches(out, in);
        break;
    case IMM_LABELS:
        print_labels(out, in);
        break;
    case IMM_MEMARG:
        print_memarg(out, in);
        break;
    case IMM_MEMARG_LANE:
        print_memarg(out, in);
        (void)fprintf(out, " %" PRIu32, in->lane);
        break;
    case IMM_LANE:
        (void)fprintf(out, " %" PRIu32, in->lane);
        break;
    case IMM_V128:
        (void)fprintf(out, " i64x2 0x%016" PRIx64 " 0x%016" PRIx64, in->v128[0],
                      in->v128[1]);
        break;
    case IMM_SHUFFLE:
        print_shuffle(out, in);
        break;
    case IMM_I32:
        (void)fprintf(out, " %" PRId32, (int32_t)in->bits);
        break;
    case IMM_I64:
        (void)fprintf(out, " %" PRId64, (int64_t)in->bits);
        break;
    case IMM_F32:
    case IMM_F64:
        print_float(out, in);
        break;
    case IMM_REF_TYPE:
    case IMM_SELECT:
        (void)fprintf(out, " %s", valtype_name(in->type));
        break;
    case IMM_CALL_INDIRECT:
    case IMM_TABLE2:
    case IMM_ELEM_TABLE:
    case IMM_MEMORY2:
    case IMM_DATA_MEMORY:
        (void)fprintf(out, " %" PRIu32 " %" PRIu32, in->index, in->index2);
        break;
    default:
        (void)fprintf(out, " %" PRIu32, in->index);
        break;
    }
}

static bool opens_block(uint32_t op)
{
    return op == OP_BLOCK || op == OP_LOOP || op == OP_IF || op == OP_ELSE ||
           op == OP_TRY || op == OP_TRY_TABLE || op == OP_CATCH ||
           op == OP_CATCH_ALL;
}

static bool closes_block(uint32_t op)
{
    return op == OP_END || op == OP_ELSE || op == OP_CATCH ||
           op == OP_CATCH_ALL || op == OP_DELEGATE;
}

void dump_function(FILE *out, const struct module *module, uint32_t func)
{
    uint32_t depth = 1, n;
    char name[256];
    struct instr in;
    struct iter it;
    valtype local;

    module_func_name(module, func, name, sizeof(name));
    (void)fprintf(out, "%" PRIu32 " '%s' ", func, name);
    print_functype(out, module->funcs[func].type);
    (void)fputc('\n', out);
    iter_body(&it, module, &module->bodies[func - module->n_imported_funcs]);
    while (iter_locals(&it, &n, &local))
        (void)fprintf(out, "  local %s %" PRIu32 "\n", valtype_name(local), n);
    while (iter_next(&it, &in)) {
        depth -= closes_block(in.op);
        (void)fprintf(out, "  0x%08" PRIx32 " %*s%s", in.offset,
                      (int)MIN(2 * depth, 80u), "", in.info->text);
        print_immediate(out, &in);
        (void)fputc('\n', out);
        depth += opens_block(in.op);
    }
}
