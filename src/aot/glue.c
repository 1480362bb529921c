/*
 * glue.c: what an image has besides the functions of the module: the struct
 * image with its tables, the thunks (native/native.h), and the stubs by which
 * code calls the runtime.
 *
 * Stubs and tables are assembly, since LLVM's code has no words for them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "aot/target.h"

/* --- Assembly --- */

struct text {
    VEC(char) chars;
    bool failed;
};

static void line(struct text *text, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void line(struct text *text, const char *fmt, ...)
{
    char buf[1024];
    va_list ap;
    size_t len;

    va_start(ap, fmt);
    (void)vsnprintf(buf, sizeof(buf) - 1, fmt, ap);
    va_end(ap);
    len = strlen(buf);
    buf[len++] = '\n';
    if (text->failed || !vec_reserve(&text->chars, len)) {
        text->failed = true;
        return;
    }
    memcpy(text->chars.items + text->chars.n, buf, len);
    text->chars.n += len;
}

static void begin_stub(struct text *text, const char *name)
{
    line(text, ".globl \"%s\"", name);
    line(text, ".hidden \"%s\"", name);
    line(text, ".type \"%s\",@function", name);
    line(text, "\"%s\":", name);
    line(text, ".cfi_startproc");
}

static void end_stub(struct text *text, const char *name)
{
    line(text, ".cfi_endproc");
    line(text, ".size \"%s\", . - \"%s\"", name, name);
}

static uint32_t helper_offset(enum helper helper)
{
    return (uint32_t)(offsetof(struct native, helpers) +
                      helper * sizeof(void *));
}

static void put_stubs(struct text *text, const struct target *target)
{
    static const char *const names[HELPER_COUNT] = {
#define HELPER(name, result, params) "tine." #name,
#include "abi/helpers.def"
#undef HELPER
    };
    static const int traps[] = {
#define TRAP(name, sig, words) TRAP_##name,
#include "abi/traps.def"
#undef TRAP
    };
    char name[64];
    unsigned i;

    line(text, ".section .text.tine,\"ax\",@progbits");
    for (i = 0; i < HELPER_COUNT; i++) {
        begin_stub(text, names[i]);
        line(text, target->jump, helper_offset((enum helper)i));
        end_stub(text, names[i]);
    }
    for (i = 0; i < countof(traps); i++) {
        (void)snprintf(name, sizeof(name), "tine.trap.%d", traps[i]);
        begin_stub(text, name);
        line(text, target->jump_with, traps[i], helper_offset(HELPER_trap));
        end_stub(text, name);
    }
    /* Named in unwind tables; nobody calls it. */
    begin_stub(text, "tine.personality");
    line(text, "%s", target->stop);
    end_stub(text, "tine.personality");
}

/* For functions that code calls and that are not in the object.  All have the
 * frame of who calls them, so that one entry in the unwind tables does; an
 * empty one would stand in front of another function's. */
static void put_calls(struct text *text, const struct plan *plan)
{
    const struct module *m = plan->module;
    const struct target *target = plan->options->target;
    bool any = false;
    uint32_t i;

    for (i = m->n_imported_funcs; plan->called && i < m->n_funcs; i++) {
        if (!plan->called[i])
            continue;
        if (!any)
            begin_stub(text, "tine.calls");
        any = true;
        line(text, ".globl \"" UNIT_STUB "\"", i);
        line(text, ".hidden \"" UNIT_STUB "\"", i);
        line(text, "\"" UNIT_STUB "\":", i);
        line(text, target->call_own,
             (uint32_t)offsetof(struct native, own_funcs),
             (i - m->n_imported_funcs) * NATIVE_FUNC_SIZE,
             (uint32_t)NATIVE_FUNC_NATIVE);
    }
    if (any)
        end_stub(text, "tine.calls");
}

static void put_bytes(struct text *text, const uint8_t *bytes, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        line(text, ".byte %u", bytes[i]);
}

/* The types that functions have or are called by: those with thunks. */
static bool *used_types(const struct plan *plan)
{
    const struct module *m = plan->module;
    bool *used = calloc(m->n_types + 1, sizeof(*used));
    uint32_t i;

    /* A type that no call names costs little. */
    for (i = 0; used && i < m->n_types; i++)
        used[plan->types[i]] = true;
    return used;
}

static void put_functions(struct text *text, const struct plan *plan)
{
    const struct module *m = plan->module;
    uint32_t i;

    line(text, "0:");
    for (i = m->n_imported_funcs; i < m->n_funcs; i++) {
        if (scan_is_present(plan, i))
            line(text, ".long \"%s\" - tine_image", plan->symbols[i]);
        else
            line(text, ".long 0");
    }
}

static void put_thunk_table(struct text *text, const struct plan *plan,
                            const bool *used, const char *kind)
{
    uint32_t i;

    for (i = 0; i < plan->module->n_types; i++) {
        if (used[i])
            line(text, ".long \"tine.%s.%u\" - tine_image", kind, i);
        else
            line(text, ".long 0");
    }
}

/* Tables and embedded files have symbols of their own. */
static void put_image(struct text *text, const struct plan *plan,
                      const uint8_t hash[32], const struct skeleton *skeleton)
{
    const struct module *m = plan->module;

    line(text, ".hidden __start_" IMAGE_LOOPS);
    line(text, ".hidden __stop_" IMAGE_LOOPS);
    line(text, ".section " IMAGE_LOOPS ",\"a\",@progbits");
    line(text, ".p2align 2");
    line(text, ".section .rodata.tine,\"a\",@progbits");
    line(text, ".p2align 6");
    line(text, ".globl tine_image");
    line(text, ".hidden tine_image");
    line(text, ".type tine_image,@object");
    line(text, "tine_image:");
    line(text, ".ascii \"" IMAGE_MAGIC "\\0\"");
    line(text, ".long %u, %u", NATIVE_VERSION,
         (plan->tailcc ? IMAGE_TAILCC : 0u) | (plan->absent ? IMAGE_PART : 0u));
    line(text, ".quad %llu", (unsigned long long)plan->memory_base);
    put_bytes(text, hash, 32);
    line(text, ".long %u, %u", m->n_funcs - m->n_imported_funcs, m->n_types);
    line(text, ".long .Lfuncs - tine_image");
    line(text, ".long .Lentries - tine_image");
    line(text, ".long .Lforeigns - tine_image");
    /* Those of each part, one behind the other. */
    line(text, ".long __start_" IMAGE_LOOPS " - tine_image");
    line(text, ".long __stop_" IMAGE_LOOPS " - tine_image");
    line(text, ".long .Lmodule - tine_image");
    line(text, ".long %zu", skeleton->module_size);
    line(text,
         skeleton->memory_size ? ".long .Lmemory - tine_image" : ".long 0");
    line(text, ".long %zu", skeleton->memory_size);
    line(text, ".long %u, %u", skeleton->memory_addr, m->code_offset);
    line(text, ".p2align 3");
    line(text, ".quad %u", m->size);
    line(text, ".size tine_image, . - tine_image");
}

static void put_tables(struct text *text, const struct plan *plan,
                       const bool *used)
{
    line(text, ".p2align 2");
    line(text, ".Lfuncs:");
    put_functions(text, plan);
    line(text, ".Lentries:");
    put_thunk_table(text, plan, used, "entry");
    line(text, ".Lforeigns:");
    put_thunk_table(text, plan, used, "foreign");
}

static void put_files(struct text *text, const struct skeleton *skeleton,
                      const char *module_file, const char *memory_file)
{
    line(text, ".p2align 3");
    line(text, ".Lmodule:");
    if (skeleton->module_size)
        line(text, ".incbin \"%s\"", module_file);
    if (!skeleton->memory_size)
        return;
    /* Mapped over the memory where it begins: a page of the file. */
    line(text, ".section .tine.memory,\"a\",@progbits");
    line(text, ".p2align 12");
    line(text, ".Lmemory:");
    line(text, ".incbin \"%s\"", memory_file);
}

/* --- Thunks --- */

static LLVMValueRef begin_thunk(struct unit *u, LLVMValueRef func)
{
    unit_guest_attributes(u, func);
    LLVMPositionBuilderAtEnd(
        u->b, LLVMAppendBasicBlockInContext(u->ctx, func, "entry"));
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    return func;
}

static LLVMValueRef results_place(struct unit *u, uint64_t slot)
{
    return unit_state(u, (uint32_t)(offsetof(struct native, results) +
                                    slot * sizeof(uint64_t)));
}

/* The results behind the first, from native->results to slots or back. */
static void move_results(struct unit *u, const struct functype *type,
                         LLVMValueRef slots, bool to_slots)
{
    uint64_t slot = type->n_results ? valtype_slots(type->results[0]) : 0;
    uint32_t i;

    for (i = 1; i < type->n_results; i++) {
        valtype t = type->results[i];
        LLVMValueRef at = results_place(u, slot);

        if (to_slots)
            unit_store_slots(u, unit_load_slots(u, t, at, 0, ALIAS_STATE),
                             slots, slot, ALIAS_STATE);
        else
            unit_store_slots(u, unit_load_slots(u, t, slots, slot, ALIAS_STATE),
                             at, 0, ALIAS_STATE);
        slot += valtype_slots(t);
    }
}

/* void entry(code, slots, f) */
static void make_entry(struct unit *u, uint32_t i)
{
    const struct functype *type = u->plan->module->types[i];
    LLVMTypeRef params[] = {u->ptr, u->ptr, u->ptr};
    LLVMValueRef args[LIMIT_PARAMS + 1];
    LLVMValueRef func, slots, call;
    uint64_t slot = 0;
    char name[32];
    uint32_t k;

    (void)snprintf(name, sizeof(name), "tine.entry.%u", i);
    func = LLVMAddFunction(u->llvm, name,
                           LLVMFunctionType(u->none, params, 3, false));
    LLVMSetVisibility(func, LLVMHiddenVisibility);
    (void)begin_thunk(u, func);
    slots = LLVMGetParam(func, 1);
    args[0] = LLVMGetParam(func, 2);
    for (k = 0; k < type->n_params; k++) {
        args[k + 1] =
            unit_load_slots(u, type->params[k], slots, slot, ALIAS_STATE);
        slot += valtype_slots(type->params[k]);
    }
    call = LLVMBuildCall2(u->b, unit_nest_signature(u, i),
                          LLVMGetParam(func, 0), args, type->n_params + 1, "");
    LLVMSetInstructionCallConv(call, unit_convention(u));
    LLVMSetTailCallKind(call, LLVMTailCallKindNoTail);
    unit_nest_call(u, call);
    if (type->n_results > 0)
        unit_store_slots(u, call, slots, 0, ALIAS_STATE);
    move_results(u, type, slots, true);
    (void)LLVMBuildRetVoid(u->b);
}

/* results foreign(nest f, params) */
static void make_foreign(struct unit *u, uint32_t i)
{
    const struct functype *type = u->plan->module->types[i];
    uint32_t n = MAX(MAX(type->param_slots, type->result_slots), 1);
    LLVMValueRef func = begin_thunk(u, unit_foreign(u, i));
    LLVMValueRef slots, args[2], call;
    uint64_t slot = 0;
    uint32_t k;

    slots = LLVMBuildAlloca(u->b, LLVMArrayType2(u->i64, n), "");
    LLVMSetAlignment(slots, 16);
    for (k = 0; k < type->n_params; k++) {
        unit_store_slots(u, LLVMGetParam(func, k + 1), slots, slot,
                         ALIAS_STATE);
        slot += valtype_slots(type->params[k]);
    }
    args[0] = LLVMGetParam(func, 0);
    args[1] = slots;
    call = LLVMBuildCall2(u->b, unit_helper_type(u, HELPER_foreign),
                          unit_helper(u, HELPER_foreign), args, 2, "");
    LLVMSetTailCallKind(call, LLVMTailCallKindNoTail);
    move_results(u, type, slots, false);
    if (type->n_results == 0)
        (void)LLVMBuildRetVoid(u->b);
    else
        (void)LLVMBuildRet(
            u->b, unit_load_slots(u, type->results[0], slots, 0, ALIAS_STATE));
}

/* What the tables of landing pads point to: the index of a tag. */
static void make_tags(struct unit *u)
{
    uint32_t i;

    for (i = 0; i < u->plan->module->n_tags; i++) {
        LLVMValueRef tag;
        char name[32];

        (void)snprintf(name, sizeof(name), "tine.tag.%u", i);
        tag = LLVMAddGlobal(u->llvm, u->i32, name);
        LLVMSetInitializer(tag, const_i32(u, i));
        LLVMSetGlobalConstant(tag, true);
        LLVMSetVisibility(tag, LLVMHiddenVisibility);
    }
}

bool glue_make(struct unit *u, const uint8_t hash[32],
               const struct skeleton *skeleton, const char *module_file,
               const char *memory_file, struct error *err)
{
    AUTO_FREE bool *used = used_types(u->plan);
    struct text text = {.failed = !used};
    uint32_t i;

    for (i = 0; used && i < u->plan->module->n_types; i++) {
        if (!used[i])
            continue;
        make_entry(u, i);
        make_foreign(u, i);
    }
    make_tags(u);
    if (used) {
        put_stubs(&text, u->plan->options->target);
        put_calls(&text, u->plan);
        put_image(&text, u->plan, hash, skeleton);
        put_tables(&text, u->plan, used);
        put_files(&text, skeleton, module_file, memory_file);
    }
    if (!text.failed)
        LLVMSetModuleInlineAsm2(u->llvm, text.chars.items, text.chars.n);
    vec_done(&text.chars);
    return !text.failed ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
}
