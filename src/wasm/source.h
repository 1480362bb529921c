/*
 * source.h: where in the source text an instruction comes from, if the module
 * has debugging information (debuginfo.h).  Called for backtraces only.
 */
#ifndef TINE_WASM_SOURCE_H
#define TINE_WASM_SOURCE_H

#include "base/limits.h"
#include "wasm/module.h"

/* Room for a name, printable, perhaps cut off. */
#define SOURCE_NAME 160u

struct source_place {
    char func[SOURCE_NAME]; /* empty: nobody knows */
    char file[SOURCE_NAME]; /* empty: nobody knows */
    uint32_t line;          /* 0: nobody knows */
};

/*
 * The places of the instruction at an offset in the module's file (of the
 * original one, where this is the module that compiled code carries): of
 * inlined code its own, then that of the call that it stands for, and so on; so
 * that the last one is in the function that the module has.  Returns how many,
 * at most `n`; 0 if nothing is known.
 *
 * `work` begins at LIMIT_DEBUG_WORK, and is handed from call to call: what is
 * left of the bytes that may be read.
 */
size_t source_find(const struct module *module, uint32_t offset, uint64_t *work,
                   struct source_place *places, size_t n);

#endif
