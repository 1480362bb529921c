/*
 * target.h: the processors that code is made for: a row for each says what of
 * the code is its own.  Everything else is LLVM's to know, and a few
 * instructions on vectors (simd.h).
 */
#ifndef TINE_AOT_TARGET_H
#define TINE_AOT_TARGET_H

#include "aot/aot.h"

struct target {
    const char *arch;    /* with what LLVM's names of it begin */
    const char *triple;  /* if it is not told more exactly */
    const char *generic; /* the processor that all of them are as good as */
    /* LLVM's names of what code must and must not use, behind the
     * processor's; may be empty */
    const char *features;
    /* How code reaches the struct native (native/native.h): through this
     * address space, or, if it is 0, this register. */
    unsigned state_space;
    const char *state_register;
    /* Assembly of the stubs: jump to what stands `%u` bytes behind the struct
     * native; the same with the number `%d` as first argument; call a
     * function of the instance through its struct func, as the nest: what is
     * told are where struct native points to the first of them, how far behind
     * that it is, and where the code is in it; stop. */
    const char *jump;
    const char *jump_with;
    const char *call_own;
    const char *stop;
};

/* The target of a triple, or with NULL this machine's; NULL, with `err`, if
 * there is none. */
const struct target *target_find(const char *triple,
                                 struct error *err) MUST_CHECK;

/* Is it what this program runs on? */
bool target_is_host(const struct target *target);

#endif
