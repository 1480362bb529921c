/* loop_simd.c: the instructions on vectors, as tail calls (loop.h). */
#include "interp/loop.h"

#if INTERP_TAIL
#include "interp/op_simd.h"
#endif
