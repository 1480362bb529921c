/*
 * codeindex.h: which function a place in translated code belongs to: for
 * backtraces, and for exceptions on their way out.
 */
#ifndef TINE_RT_CODEINDEX_H
#define TINE_RT_CODEINDEX_H

#include "rt/instance.h"

/* f has got its code.  False, with nothing changed, when the host has no
 * memory. */
bool codeindex_add(struct func *f) MUST_CHECK;

/* The function whose code contains `at`, or NULL. */
struct func *codeindex_find(const code_unit *at);

/* Forget the functions of an instance. */
void codeindex_drop(const struct instance *inst);

#endif
