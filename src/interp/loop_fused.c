/* loop_fused.c: what does the work of two, as tail calls (loop.h). */
#include "interp/loop.h"

#if INTERP_TAIL
#include "interp/op_fused.h"
#endif
