/*
 * regs.h: which locals live in the interpreter's registers, and where.
 *
 * A region is a loop, with all in it, in which the locals used most have
 * registers.  On the way into it they are loaded from their slots, and on the
 * way out those that it writes are saved; the same around calls, whose callees
 * use the registers themselves.  Regions do not nest.
 */
#ifndef TINE_INTERP_REGS_H
#define TINE_INTERP_REGS_H

#include "base/vec.h"
#include "interp/code.h"
#include "wasm/module.h"

#define NO_REG 0xff

/* Registers are counted apart for integers and for floats; those whose locals
 * the region writes come first. */
struct reg_class {
    uint32_t n;
    uint32_t n_written;
    uint32_t locals[INTERP_REGS + 1];
};

struct region {
    uint32_t loop; /* how many loops begin before it in the body */
    struct reg_class ints;
    struct reg_class floats;
};

struct regions {
    struct region *items;
    size_t n;
    size_t room;
}; /* a VEC (base/vec.h) */

/* Choose the regions of a function of n_locals locals, parameters included, in
 * the order of its code.  False when the host has no memory. */
bool regs_choose(struct regions *regions, const struct module *module,
                 const struct functype *type, const struct body *body,
                 uint32_t n_locals) MUST_CHECK;

#endif
