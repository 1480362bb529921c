/*
 * places.h: accesses of memory trap in the order of the guest, and each is
 * reported as what it is.
 *
 * WebAssembly's loads trap also when nobody looks at the value, LLVM's do not,
 * and are moved.  So behind each access stands a call that may not return, as
 * far as LLVM can tell: what has been loaded is needed, nothing that may trap
 * comes before it that was behind it, and accesses of two places do not become
 * one.  Still a load goes if its value is known, and can leave a loop if it is
 * what comes first there.  Stores are volatile: one may not be left out because
 * of another behind it.
 *
 * LLVM drops the debug location of an access that it moves, or of which it
 * makes one with another.  So the place is put into a metadata besides that it
 * must keep, and of two accesses unite: the list of alias scopes.  It says
 * nothing, since no access is said to be in no scope.
 *
 * The code generator leaves volatile accesses in their order, but takes them
 * into instructions with other places.  So in the end none has one, and in
 * front of each stands a piece of assembly of no bytes that does
 * (native/lines.h).
 */
#ifndef TINE_AOT_PLACES_H
#define TINE_AOT_PLACES_H

#include "aot/aot.h"

/* Build the call, for an access just built. */
void places_keep(struct unit *u, LLVMValueRef access, unsigned offset);
bool places_is_keep(LLVMValueRef i);
/* What was loaded, or NULL. */
LLVMValueRef places_kept(LLVMValueRef keep);

/* From debug locations to metadata, where there are such. */
void places_note(struct unit *u, LLVMValueRef func);

/* The offset of an access; 0: it has none, since it never traps. */
unsigned places_offset(struct unit *u, LLVMValueRef access);
void places_forget(struct unit *u, LLVMValueRef access);

/* When all is optimised: no calls, but pieces of assembly. */
void places_mark(struct unit *u, LLVMValueRef func);

#endif
