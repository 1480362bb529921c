/*
 * unit.c: an LLVM module with what all code of a unit uses: types,
 * declarations of functions, helpers and traps, metadata; see aot.h.
 */
#include <stdio.h>
#include <string.h>

#include "aot/target.h"

static LLVMMetadataRef md_string(struct unit *u, const char *text)
{
    return LLVMMDStringInContext2(u->ctx, text, strlen(text));
}

/* --- Metadata --- */

/* The access tag of a scalar type of type-based alias analysis. */
static LLVMValueRef make_alias(struct unit *u, LLVMMetadataRef root,
                               const char *name)
{
    LLVMMetadataRef zero = LLVMValueAsMetadata(const_i64(u, 0));
    LLVMMetadataRef parts[] = {md_string(u, name), root, zero};
    LLVMMetadataRef type = LLVMMDNodeInContext2(u->ctx, parts, 3);
    LLVMMetadataRef access[] = {type, type, zero};

    return LLVMMetadataAsValue(u->ctx, LLVMMDNodeInContext2(u->ctx, access, 3));
}

static void make_metadata(struct unit *u)
{
    static const char *const names[ALIAS_N] = {
        [ALIAS_MEMORY] = "memory",
        [ALIAS_GLOBAL] = "global",
        [ALIAS_TABLE] = "table",
        [ALIAS_STATE] = "state",
    };
    LLVMMetadataRef text = md_string(u, "tine");
    LLVMMetadataRef root = LLVMMDNodeInContext2(u->ctx, &text, 1);
    unsigned i;

    u->md_tbaa = LLVMGetMDKindIDInContext(u->ctx, "tbaa", 4);
    u->md_invariant = LLVMGetMDKindIDInContext(u->ctx, "invariant.load", 14);
    u->md_scope = LLVMGetMDKindIDInContext(u->ctx, "alias.scope", 11);
    u->empty =
        LLVMMetadataAsValue(u->ctx, LLVMMDNodeInContext2(u->ctx, NULL, 0));
    for (i = 0; i < ALIAS_N; i++)
        u->aliases[i] = make_alias(u, root, names[i]);
}

/* Line tables without variables and types: a "line" is an offset. */
static void make_debug(struct unit *u, const char *name)
{
    LLVMMetadataRef version =
        LLVMValueAsMetadata(const_i32(u, LLVMDebugMetadataVersion()));
    LLVMMetadataRef dwarf = LLVMValueAsMetadata(const_i32(u, 5));
    const char *path = u->plan->module->path;
    const char *base = strrchr(path, '/');

    base = base ? base + 1 : path;
    LLVMAddModuleFlag(u->llvm, LLVMModuleFlagBehaviorWarning,
                      "Debug Info Version", 18, version);
    LLVMAddModuleFlag(u->llvm, LLVMModuleFlagBehaviorWarning, "Dwarf Version",
                      13, dwarf);
    u->di = LLVMCreateDIBuilder(u->llvm);
    u->di_file = LLVMDIBuilderCreateFile(u->di, base, strlen(base), "", 0);
    (void)LLVMDIBuilderCreateCompileUnit(
        u->di, LLVMDWARFSourceLanguageC99, u->di_file, "tine", 4, true, "", 0,
        0, name, strlen(name), LLVMDWARFEmissionLineTablesOnly, 0, false, false,
        "", 0, "", 0);
    u->di_type =
        LLVMDIBuilderCreateSubroutineType(u->di, u->di_file, NULL, 0, 0);
}

/* --- Life --- */

static bool make_machine(struct unit *u, struct error *err)
{
    static const LLVMCodeGenOptLevel levels[] = {
        LLVMCodeGenLevelNone, LLVMCodeGenLevelLess, LLVMCodeGenLevelDefault,
        LLVMCodeGenLevelAggressive};
    const struct aot_options *options = u->plan->options;
    LLVMTargetRef target;
    LLVMTargetDataRef layout;
    char *text = NULL;

    if (LLVMGetTargetFromTriple(options->triple, &target, &text)) {
        (void)error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "target %s: %s",
                        options->triple, text);
        LLVMDisposeMessage(text);
        return false;
    }
    u->machine = LLVMCreateTargetMachine(
        target, options->triple, options->cpu, options->features,
        levels[options->level], LLVMRelocPIC, LLVMCodeModelSmall);
    if (!u->machine)
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "no code generator for %s", options->triple);
    layout = LLVMCreateTargetDataLayout(u->machine);
    LLVMSetModuleDataLayout(u->llvm, layout);
    LLVMDisposeTargetData(layout);
    LLVMSetTarget(u->llvm, options->triple);
    return true;
}

bool unit_init(struct unit *u, const struct plan *plan, const char *name,
               struct error *err)
{
    const struct module *m = plan->module;

    memset(u, 0, sizeof(*u));
    u->plan = plan;
    u->ctx = LLVMContextCreate();
    u->llvm = LLVMModuleCreateWithNameInContext(name, u->ctx);
    u->b = LLVMCreateBuilderInContext(u->ctx);
    u->none = LLVMVoidTypeInContext(u->ctx);
    u->i1 = LLVMInt1TypeInContext(u->ctx);
    u->i8 = LLVMInt8TypeInContext(u->ctx);
    u->i16 = LLVMInt16TypeInContext(u->ctx);
    u->i32 = LLVMInt32TypeInContext(u->ctx);
    u->i64 = LLVMInt64TypeInContext(u->ctx);
    u->f32 = LLVMFloatTypeInContext(u->ctx);
    u->f64 = LLVMDoubleTypeInContext(u->ctx);
    u->ptr = LLVMPointerTypeInContext(u->ctx, 0);
    u->v128 = LLVMVectorType(u->i64, 2);
    u->signatures = calloc(m->n_types + 1, sizeof(*u->signatures));
    u->nest_signatures = calloc(m->n_types + 1, sizeof(*u->nest_signatures));
    u->funcs = calloc(m->n_funcs + 1, sizeof(LLVMValueRef));
    u->foreigns = calloc(m->n_types + 1, sizeof(LLVMValueRef));
    u->tags = calloc(m->n_tags + 1, sizeof(LLVMValueRef));
    if (!u->signatures || !u->nest_signatures || !u->funcs || !u->foreigns ||
        !u->tags)
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
    if (!make_machine(u, err))
        return false;
    make_metadata(u);
    make_debug(u, name);
    return true;
}

void unit_done(struct unit *u)
{
    if (u->di)
        LLVMDisposeDIBuilder(u->di);
    if (u->machine)
        LLVMDisposeTargetMachine(u->machine);
    LLVMDisposeBuilder(u->b);
    LLVMDisposeModule(u->llvm);
    LLVMContextDispose(u->ctx);
    free(u->signatures);
    free(u->nest_signatures);
    free(u->funcs);
    free(u->foreigns);
    free(u->tags);
    memset(u, 0, sizeof(*u));
}

/* --- Types --- */

LLVMTypeRef unit_type(struct unit *u, valtype type)
{
    switch (type) {
    case VT_I32:
        return u->i32;
    case VT_I64:
        return u->i64;
    case VT_F32:
        return u->f32;
    case VT_F64:
        return u->f64;
    case VT_V128:
        return u->v128;
    default:
        return u->ptr;
    }
}

static LLVMTypeRef make_signature(struct unit *u, const struct functype *type,
                                  bool nest)
{
    LLVMTypeRef params[LIMIT_PARAMS + 1];
    LLVMTypeRef result = u->none;
    uint32_t n = 0, i;

    if (nest)
        params[n++] = u->ptr;
    for (i = 0; i < type->n_params; i++)
        params[n++] = unit_type(u, type->params[i]);
    if (type->n_results > 0)
        result = unit_type(u, type->results[0]);
    return LLVMFunctionType(result, params, n, false);
}

LLVMTypeRef unit_signature(struct unit *u, uint32_t type)
{
    uint32_t i = u->plan->types[type];

    if (!u->signatures[i])
        u->signatures[i] = make_signature(u, u->plan->module->types[i], false);
    return u->signatures[i];
}

LLVMTypeRef unit_nest_signature(struct unit *u, uint32_t type)
{
    uint32_t i = u->plan->types[type];

    if (!u->nest_signatures[i])
        u->nest_signatures[i] =
            make_signature(u, u->plan->module->types[i], true);
    return u->nest_signatures[i];
}

/* LLVM's numbers (llvm/IR/CallingConv.h) are part of its bitcode format and do
 * not change. */
unsigned unit_convention(const struct unit *u)
{
    enum { CONVENTION_C = 0, CONVENTION_TAIL = 18 };

    return u->plan->tailcc ? CONVENTION_TAIL : CONVENTION_C;
}

/* --- Attributes --- */

static LLVMAttributeRef attribute(struct unit *u, const char *name,
                                  uint64_t value)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    assert(kind);
    return LLVMCreateEnumAttribute(u->ctx, kind, value);
}

void unit_attribute(struct unit *u, LLVMValueRef func, const char *name,
                    uint64_t value)
{
    LLVMAddAttributeAtIndex(func,
                            (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                            attribute(u, name, value));
}

void unit_call_attribute(struct unit *u, LLVMValueRef call, const char *name,
                         uint64_t value)
{
    LLVMAddCallSiteAttribute(call,
                             (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                             attribute(u, name, value));
}

static void text_attribute(struct unit *u, LLVMValueRef func, const char *name,
                           const char *value)
{
    LLVMAddAttributeAtIndex(
        func, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
        LLVMCreateStringAttribute(u->ctx, name, (unsigned)strlen(name), value,
                                  (unsigned)strlen(value)));
}

void unit_nest_call(struct unit *u, LLVMValueRef call)
{
    LLVMAddCallSiteAttribute(call, 1, attribute(u, "nest", 0));
}

void unit_nest_param(struct unit *u, LLVMValueRef func)
{
    LLVMAddAttributeAtIndex(func, 1, attribute(u, "nest", 0));
}

void unit_guest_attributes(struct unit *u, LLVMValueRef func)
{
    enum { UWTABLE_ASYNC = 2 };

    unit_attribute(u, func, "noredzone", 0);
    unit_attribute(u, func, "uwtable", UWTABLE_ASYNC);
    /* Addresses are numbers here, and names are the guest's. */
    unit_attribute(u, func, "null_pointer_is_valid", 0);
    text_attribute(u, func, "no-builtins", "");
    /* Frames larger than a page touch each of theirs, so that the guard of the
     * stack is met. */
    text_attribute(u, func, "probe-stack", "inline-asm");
    if (!u->plan->throws)
        unit_attribute(u, func, "nounwind", 0);
}

/* --- Functions --- */

static LLVMValueRef declare(struct unit *u, const char *name, LLVMTypeRef type)
{
    LLVMValueRef func = LLVMGetNamedFunction(u->llvm, name);

    if (!func) {
        func = LLVMAddFunction(u->llvm, name, type);
        LLVMSetVisibility(func, LLVMHiddenVisibility);
    }
    return func;
}

LLVMValueRef unit_func(struct unit *u, uint32_t func)
{
    const struct plan *plan = u->plan;

    if (!u->funcs[func]) {
        uint32_t type = plan->module->funcs[func].type_index;
        const char *name = plan->symbols[func];
        char stub[32];

        if (!scan_is_present(plan, func)) {
            (void)snprintf(stub, sizeof(stub), UNIT_STUB, func);
            name = stub;
        }
        u->funcs[func] = declare(u, name, unit_signature(u, type));
        LLVMSetFunctionCallConv(u->funcs[func], unit_convention(u));
    }
    return u->funcs[func];
}

LLVMValueRef unit_foreign(struct unit *u, uint32_t type)
{
    uint32_t i = u->plan->types[type];

    if (!u->foreigns[i]) {
        char name[32];

        (void)snprintf(name, sizeof(name), "tine.foreign.%u", i);
        u->foreigns[i] = declare(u, name, unit_nest_signature(u, i));
        LLVMSetFunctionCallConv(u->foreigns[i], unit_convention(u));
        unit_nest_param(u, u->foreigns[i]);
    }
    return u->foreigns[i];
}

static LLVMTypeRef letter_type(struct unit *u, char letter)
{
    switch (letter) {
    case 'i':
        return u->i32;
    case 'l':
        return u->i64;
    case 'p':
        return u->ptr;
    default:
        return u->none;
    }
}

static const struct {
    const char *name;
    const char *result;
    const char *params;
} helper_table[HELPER_COUNT] = {
#define HELPER(name, result, params) {"tine." #name, result, params},
#include "abi/helpers.def"
#undef HELPER
};

LLVMTypeRef unit_helper_type(struct unit *u, enum helper helper)
{
    const char *params = helper_table[helper].params;
    LLVMTypeRef types[8];
    unsigned n;

    for (n = 0; params[n]; n++)
        types[n] = letter_type(u, params[n]);
    return LLVMFunctionType(letter_type(u, helper_table[helper].result[0]),
                            types, n, false);
}

/* Those that do not return, and do not throw either. */
static bool is_trap(enum helper helper)
{
    return helper == HELPER_trap || helper == HELPER_trap_memory;
}

LLVMValueRef unit_helper(struct unit *u, enum helper helper)
{
    if (!u->helpers[helper]) {
        LLVMValueRef func =
            declare(u, helper_table[helper].name, unit_helper_type(u, helper));

        u->helpers[helper] = func;
        if (is_trap(helper))
            unit_attribute(u, func, "nounwind", 0);
        if (is_trap(helper) || helper == HELPER_throw ||
            helper == HELPER_throw_ref) {
            unit_attribute(u, func, "noreturn", 0);
            unit_attribute(u, func, "cold", 0);
        }
    }
    return u->helpers[helper];
}

LLVMValueRef unit_trap(struct unit *u, enum trap trap)
{
    assert(trap < countof(u->traps));
    if (!u->traps[trap]) {
        char name[32];
        LLVMValueRef func;

        (void)snprintf(name, sizeof(name), "tine.trap.%d", (int)trap);
        func = declare(u, name, LLVMFunctionType(u->none, NULL, 0, false));
        unit_attribute(u, func, "nounwind", 0);
        unit_attribute(u, func, "noreturn", 0);
        unit_attribute(u, func, "cold", 0);
        u->traps[trap] = func;
    }
    return u->traps[trap];
}

LLVMValueRef unit_intrinsic(struct unit *u, const char *name,
                            LLVMTypeRef *types, size_t n)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));

    assert(id);
    return LLVMGetIntrinsicDeclaration(u->llvm, id, types, n);
}

/* --- Values --- */

unsigned unit_called_intrinsic(LLVMValueRef i)
{
    LLVMValueRef callee = LLVMIsACallInst(i) ? LLVMGetCalledValue(i) : NULL;

    return callee && LLVMIsAFunction(callee) ? LLVMGetIntrinsicID(callee) : 0;
}

LLVMValueRef const_i32(struct unit *u, uint32_t value)
{
    return LLVMConstInt(u->i32, value, false);
}

LLVMValueRef const_i64(struct unit *u, uint64_t value)
{
    return LLVMConstInt(u->i64, value, false);
}

/* At the start of the function: the register never changes for its code, but
 * LLVM does not know that. */
static LLVMValueRef read_state(struct unit *u, LLVMValueRef func)
{
    const char *name = u->plan->options->target->state_register;
    LLVMMetadataRef text = md_string(u, name);
    LLVMMetadataRef node = LLVMMDNodeInContext2(u->ctx, &text, 1);
    LLVMValueRef arg = LLVMMetadataAsValue(u->ctx, node), value;
    LLVMValueRef read = unit_intrinsic(u, "llvm.read_register", &u->i64, 1);
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b);
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(func);
    LLVMValueRef first = LLVMGetFirstInstruction(entry);
    LLVMMetadataRef place = LLVMGetCurrentDebugLocation2(u->b);

    LLVMPositionBuilder(u->b, entry, first);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    value =
        LLVMBuildCall2(u->b, LLVMGlobalGetValueType(read), read, &arg, 1, "");
    value = LLVMBuildIntToPtr(u->b, value, u->ptr, "");
    LLVMPositionBuilderAtEnd(u->b, here);
    LLVMSetCurrentDebugLocation2(u->b, place);
    return value;
}

LLVMValueRef unit_state(struct unit *u, uint32_t offset)
{
    const struct target *target = u->plan->options->target;
    LLVMValueRef func;

    if (target->state_space)
        return LLVMConstIntToPtr(
            const_i64(u, offset),
            LLVMPointerTypeInContext(u->ctx, target->state_space));
    func = LLVMGetBasicBlockParent(LLVMGetInsertBlock(u->b));
    if (u->state_func != func) {
        u->state = read_state(u, func);
        u->state_func = func;
    }
    return unit_offset(u, u->state, offset);
}

void unit_alias(struct unit *u, LLVMValueRef access, enum alias alias)
{
    LLVMSetMetadata(access, u->md_tbaa, u->aliases[alias]);
}

LLVMValueRef unit_load(struct unit *u, LLVMTypeRef type, LLVMValueRef ptr,
                       enum alias alias)
{
    LLVMValueRef load = LLVMBuildLoad2(u->b, type, ptr, "");

    unit_alias(u, load, alias);
    return load;
}

void unit_store(struct unit *u, LLVMValueRef value, LLVMValueRef ptr,
                enum alias alias)
{
    unit_alias(u, LLVMBuildStore(u->b, value, ptr), alias);
}

bool unit_is(const struct unit *u, LLVMValueRef access, enum alias alias)
{
    return LLVMGetMetadata(access, u->md_tbaa) == u->aliases[alias];
}

LLVMValueRef unit_load_const(struct unit *u, LLVMTypeRef type, LLVMValueRef ptr)
{
    LLVMValueRef load = unit_load(u, type, ptr, ALIAS_STATE);

    LLVMSetMetadata(load, u->md_invariant, u->empty);
    return load;
}

static LLVMValueRef memory_object(struct unit *u, uint32_t memory)
{
    return unit_load_const(
        u, u->ptr, unit_state(u, u->plan->layout.memories + 8 * memory));
}

LLVMValueRef unit_memory_size(struct unit *u, uint32_t memory)
{
    return unit_load(
        u, u->i64, unit_offset(u, memory_object(u, memory), NATIVE_MEMORY_SIZE),
        ALIAS_STATE);
}

LLVMValueRef unit_memory_base(struct unit *u, uint32_t memory)
{
    if (memory == 0 && u->plan->memory_base)
        return LLVMConstIntToPtr(const_i64(u, u->plan->memory_base), u->ptr);
    return unit_load_const(
        u, u->ptr,
        unit_offset(u, memory_object(u, memory), NATIVE_MEMORY_BASE));
}

LLVMValueRef unit_offset(struct unit *u, LLVMValueRef ptr, uint64_t bytes)
{
    LLVMValueRef index = const_i64(u, bytes);

    return LLVMBuildGEP2(u->b, u->i8, ptr, &index, 1, "");
}

/* The bits of a number that is no vector, or the reference. */
static LLVMValueRef to_bits(struct unit *u, LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);

    if (type == u->f32) {
        value = LLVMBuildBitCast(u->b, value, u->i32, "");
        type = u->i32;
    }
    if (type == u->i32)
        return LLVMBuildZExt(u->b, value, u->i64, "");
    return value;
}

void unit_store_slots(struct unit *u, LLVMValueRef value, LLVMValueRef ptr,
                      uint64_t slot, enum alias alias)
{
    LLVMValueRef store =
        LLVMBuildStore(u->b, to_bits(u, value), unit_offset(u, ptr, slot * 8));

    LLVMSetAlignment(store, 8);
    unit_alias(u, store, alias);
}

LLVMValueRef unit_load_slots(struct unit *u, valtype type, LLVMValueRef ptr,
                             uint64_t slot, enum alias alias)
{
    LLVMValueRef load = LLVMBuildLoad2(u->b, unit_type(u, type),
                                       unit_offset(u, ptr, slot * 8), "");

    LLVMSetAlignment(load, 8);
    unit_alias(u, load, alias);
    return load;
}
