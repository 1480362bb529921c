/* loop_mem.c: the loads and stores, as tail calls (loop.h). */
#include "interp/loop.h"

#if INTERP_TAIL
#include "interp/op_mem.h"
#endif
