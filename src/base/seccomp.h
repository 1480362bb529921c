/*
 * seccomp.h: giving up system calls, for good, for this process and all that it
 * starts: Linux's seccomp, by a filter that the build has made
 * (gen/seccomp_gen.c).
 */
#ifndef TINE_BASE_SECCOMP_H
#define TINE_BASE_SECCOMP_H

#include <linux/filter.h>

#include "base/base.h"

/* Needs PR_SET_NO_NEW_PRIVS.  A kernel without seccomp leaves all calls; false,
 * with errno, if it has it and refuses. */
bool seccomp_enter(const struct sock_filter *filter, size_t n) MUST_CHECK;

#endif
