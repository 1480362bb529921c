/*
 * walk.h: the macros that walk a parameter sequence of wasix.def,
 * (name, KIND)(name, KIND)...; the only clever header.
 *
 * WALK(OP, seq) expands OP(name, KIND) for each pair, for the four OPs below,
 * which the file that walks defines.  A macro cannot call itself, so two take
 * turns: OP_A handles a pair and leaves the name of OP_B in front of the next
 * one, and the other way round; the name left over at the end gets _END pasted
 * on and vanishes.
 */
#ifndef TINE_ABI_WALK_H
#define TINE_ABI_WALK_H

#define WALK(op, seq)       WALK_FINISH(op##_A seq)
#define WALK_FINISH(...)    WALK_PASTE_END(__VA_ARGS__)
#define WALK_PASTE_END(...) __VA_ARGS__##_END

/* WALK_PARAM: `, type name` of a prototype. */
#define WALK_PARAM_A(name, kind) WALK_PARAM(name, kind) WALK_PARAM_B
#define WALK_PARAM_B(name, kind) WALK_PARAM(name, kind) WALK_PARAM_A
#define WALK_PARAM_A_END
#define WALK_PARAM_B_END

/* WALK_INDEX: a number for each parameter, as an enumerator. */
#define WALK_INDEX_A(name, kind) WALK_INDEX(name, kind) WALK_INDEX_B
#define WALK_INDEX_B(name, kind) WALK_INDEX(name, kind) WALK_INDEX_A
#define WALK_INDEX_A_END
#define WALK_INDEX_B_END

/* WALK_ARG: `, value` of a call. */
#define WALK_ARG_A(name, kind) WALK_ARG(name, kind) WALK_ARG_B
#define WALK_ARG_B(name, kind) WALK_ARG(name, kind) WALK_ARG_A
#define WALK_ARG_A_END
#define WALK_ARG_B_END

/* WALK_INFO: a row of a table. */
#define WALK_INFO_A(name, kind) WALK_INFO(name, kind) WALK_INFO_B
#define WALK_INFO_B(name, kind) WALK_INFO(name, kind) WALK_INFO_A
#define WALK_INFO_A_END
#define WALK_INFO_B_END

#endif
