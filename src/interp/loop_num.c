/* loop_num.c: arithmetic, comparisons, moving values, as tail calls (loop.h).
 */
#include "interp/loop.h"

#if INTERP_TAIL
#include "interp/op_num.h"
#include "interp/op_var.h"
#endif
