/*
 * progarg.h: the arguments that exec and spawn share: names and string lists,
 * in their two forms.
 *
 * A null pointer's length means nothing: libc passes strlen(NULL) along.
 */
#ifndef TINE_SYS_PROGARG_H
#define TINE_SYS_PROGARG_H

#include "proc/strings.h"
#include "rt/guest.h"

/* The program's name. */
enum wasi_errno progarg_name(const struct thread *t, gaddr at, gsize len,
                             own char **ret) MUST_CHECK;

/* The search path; NULL if the pointer is null. */
enum wasi_errno progarg_search(const struct thread *t, gaddr at, gsize len,
                               own char **ret) MUST_CHECK;

/* One text, its entries ended by newlines or carriage returns; empty ones are
 * dropped.  With `assignments` each must contain `=` (WASI_INVAL). */
enum wasi_errno progarg_text(const struct thread *t, gaddr at, gsize len,
                             bool assignments, struct strings *list) MUST_CHECK;

/* An array of n pointers to NUL-terminated strings. */
enum wasi_errno progarg_array(const struct thread *t, gaddr at, gsize n,
                              struct strings *list) MUST_CHECK;

#endif
