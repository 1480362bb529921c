/*
 * loop_joined.c: instructions that go on with what follows them, as tail calls
 * (loop.h).
 *
 * The other bodies are here once more, under names of this file, so that they
 * become part of those of the rows; what is in no row is dropped.
 */
#include "interp/loop.h"

#if INTERP_TAIL

#undef OP
#undef GO_ON
#define OP(name)    static ALWAYS_INLINE CONVENTION void in_##name(PARAMS)
#define GO_ON(name) MUSTTAIL return in_##name(ARGS)

#define TABLE(name) OP(name);
#include "interp/table.h"
#undef TABLE

#include "interp/op_call.h"
#include "interp/op_ctl.h"
#include "interp/op_fused.h"
#include "interp/op_mem.h"
#include "interp/op_num.h"
#include "interp/op_var.h"

#include "interp/op_joined.h"

#define JOIN(first, second)                                                    \
    CONVENTION void op_##first##_then_##second(PARAMS)                         \
    {                                                                          \
        GO_ON(first##_then_##second);                                          \
    }
#include "interp/joined.def"

#endif
