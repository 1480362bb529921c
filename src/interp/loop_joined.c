/*
 * loop_joined.c: sequences of instructions as one, as tail calls (loop.h).
 *
 * The other bodies are here once more, under names of this file, so that they
 * become part of those of the rows; what is in no row is dropped.
 */
#include "interp/exprs.h"
#include "interp/loop.h"

#if INTERP_TAIL

#undef OP
#define OP(name) static ALWAYS_INLINE CONVENTION void in_##name(PARAMS)

#include "interp/op_atomic.h"
#include "interp/op_call.h"
#include "interp/op_ctl.h"
#include "interp/op_fused.h"
#include "interp/op_mem.h"
#include "interp/op_num.h"
#include "interp/op_ref.h"
#include "interp/op_var.h"

#undef OP
#undef GO_ON
#define OP(name)    CONVENTION void op_##name(PARAMS)
#define GO_ON(name) MUSTTAIL return in_##name(ARGS)
#include "interp/op_joined.h"

#endif
