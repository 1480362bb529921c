/* places.c: see places.h. */
#include "aot/places.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "native/lines.h"

/* One that may become a loop. */
static bool is_atomic(LLVMValueRef i)
{
    return LLVMIsAAtomicRMWInst(i) || LLVMIsAAtomicCmpXchgInst(i);
}

static bool is_access(LLVMValueRef i)
{
    return LLVMIsALoadInst(i) || LLVMIsAStoreInst(i) || is_atomic(i);
}

/* One that has a place of its own; intrinsics become an instruction or two. */
static bool is_call(LLVMValueRef i)
{
    return LLVMIsAInvokeInst(i) ||
           (LLVMIsACallInst(i) && !unit_called_intrinsic(i));
}

/* --- Scopes --- */

/* !{!{!"offset", !{!"tine"}}}: a list of one scope of the domain "tine". */
static LLVMValueRef scope_list(struct unit *u, unsigned offset)
{
    LLVMMetadataRef name = LLVMMDStringInContext2(u->ctx, "tine", 4);
    LLVMMetadataRef parts[2], scope;
    char text[16];
    int len = snprintf(text, sizeof(text), "%u", offset);

    parts[0] = LLVMMDStringInContext2(u->ctx, text, (size_t)len);
    parts[1] = LLVMMDNodeInContext2(u->ctx, &name, 1);
    scope = LLVMMDNodeInContext2(u->ctx, parts, 2);
    return LLVMMetadataAsValue(u->ctx, LLVMMDNodeInContext2(u->ctx, &scope, 1));
}

/* The offset of a scope of ours, or UINT_MAX: LLVM has some of its own. */
static unsigned scope_offset(LLVMValueRef scope)
{
    LLVMValueRef parts[3];
    const char *text;
    unsigned len = 0;

    if (LLVMGetMDNodeNumOperands(scope) != 2)
        return UINT_MAX;
    LLVMGetMDNodeOperands(scope, parts);
    text = LLVMGetMDString(parts[0], &len);
    return text ? (unsigned)strtoul(text, NULL, 10) : UINT_MAX;
}

/* The smallest offset in the list; 0: there is none. */
static unsigned first_offset(LLVMValueRef list)
{
    unsigned n = LLVMGetMDNodeNumOperands(list), i, offset = UINT_MAX;
    LLVMValueRef *scopes = calloc(n + 1, sizeof(LLVMValueRef));

    if (scopes)
        LLVMGetMDNodeOperands(list, scopes);
    for (i = 0; scopes && i < n; i++)
        offset = MIN(offset, scope_offset(scopes[i]));
    free(scopes);
    return offset == UINT_MAX ? 0 : offset;
}

unsigned places_offset(struct unit *u, LLVMValueRef access)
{
    unsigned offset = LLVMGetDebugLocLine(access);
    LLVMValueRef list = LLVMGetMetadata(access, u->md_scope);

    return !offset && list ? first_offset(list) : offset;
}

void places_note(struct unit *u, LLVMValueRef func)
{
    EACH_INSTRUCTION(func, i)
    {
        if (is_access(i) && LLVMGetDebugLocLine(i))
            LLVMSetMetadata(i, u->md_scope,
                            scope_list(u, LLVMGetDebugLocLine(i)));
    }
}

void places_forget(struct unit *u, LLVMValueRef access)
{
    LLVMSetMetadata(access, u->md_scope, NULL);
    LLVMInstructionSetDebugLoc(access, NULL);
}

/* --- Pieces of assembly --- */

/* Of no bytes, unlike those of other offsets, with a value if there is one. */
static LLVMValueRef build_piece(struct unit *u, unsigned offset,
                                LLVMValueRef value)
{
    unsigned n = value ? 2 : 1;
    LLVMValueRef args[] = {const_i32(u, offset), value};
    LLVMTypeRef types[] = {u->i32, value ? LLVMTypeOf(value) : NULL};
    LLVMTypeRef type = LLVMFunctionType(u->none, types, n, false);
    const char *operands = value ? "i,X" : "i";
    LLVMValueRef call = LLVMBuildCall2(
        u->b, type,
        LLVMGetInlineAsm(type, "", 0, operands, strlen(operands), true, false,
                         LLVMInlineAsmDialectATT, false),
        args, n, "");

    unit_call_attribute(u, call, "nounwind", 0);
    return call;
}

void places_keep(struct unit *u, LLVMValueRef access, unsigned offset)
{
    /* inaccessiblemem: readwrite, in LLVM's encoding */
    enum { MEMORY_INACCESSIBLE = 3 << 2 };
    LLVMValueRef call =
        build_piece(u, offset, LLVMIsALoadInst(access) ? access : NULL);

    unit_call_attribute(u, call, "memory", MEMORY_INACCESSIBLE);
}

bool places_is_keep(LLVMValueRef i)
{
    return LLVMIsACallInst(i) && LLVMIsAInlineAsm(LLVMGetCalledValue(i)) &&
           LLVMGetTypeKind(LLVMTypeOf(i)) == LLVMVoidTypeKind;
}

LLVMValueRef places_kept(LLVMValueRef keep)
{
    return LLVMGetNumArgOperands(keep) > 1 ? LLVMGetOperand(keep, 1) : NULL;
}

/* A place for what follows, up to the next. */
static void mark_before(struct unit *u, LLVMValueRef i, unsigned offset)
{
    LLVMMetadataRef scope =
        LLVMGetSubprogram(LLVMGetBasicBlockParent(LLVMGetInstructionParent(i)));

    LLVMPositionBuilderBefore(u->b, i);
    LLVMSetCurrentDebugLocation2(
        u->b, LLVMDIBuilderCreateDebugLocation(u->ctx, offset, LINES_ACCESS,
                                               scope, NULL));
    (void)build_piece(u, offset, NULL);
}

/* The piece behind the last access keeps the code generator from making one of
 * what two blocks end with. */
static void mark_block(struct unit *u, LLVMBasicBlockRef block)
{
    unsigned last_offset = 0;
    LLVMValueRef last = NULL;

    EACH_INSTRUCTION_OF(block, i)
    {
        unsigned offset;

        if (places_is_keep(i)) {
            LLVMInstructionEraseFromParent(i);
            continue;
        }
        if (is_call(i))
            continue;
        offset = is_access(i) ? places_offset(u, i) : 0;
        /* Also those that cannot trap: the code generator makes several small
         * ones of a large one. */
        if (offset || (is_access(i) && unit_is(u, i, ALIAS_MEMORY)))
            LLVMSetVolatile(i, true);
        if (offset) {
            mark_before(u, i, offset);
            last = i;
            last_offset = offset;
        }
        /* What becomes of an atomic access may be in other blocks. */
        if (!is_atomic(i))
            LLVMInstructionSetDebugLoc(i, NULL);
    }
    if (last)
        mark_before(u, LLVMGetNextInstruction(last), last_offset);
}

void places_mark(struct unit *u, LLVMValueRef func)
{
    EACH_BLOCK(func, block)
    mark_block(u, block);
}
