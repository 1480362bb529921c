/*
 * hostabi.h: the host's numbers for WASI's, and back: errors, and the values
 * and flags of abi/flags.def.  A host errno is translated where the call was
 * made, and nowhere else.
 */
#ifndef TINE_PROC_HOSTABI_H
#define TINE_PROC_HOSTABI_H

#include "abi/wasi.h"
#include "base/base.h"

/* WASI's number for host errno `host` (positive); WASI_OK for 0,
 * WASI_UNKNOWN for what WASI has no number for. */
enum wasi_errno errno_from_host(int host);

/* The same for the result of a system call that gives -errno: WASI_OK if it
 * is not negative. */
static inline enum wasi_errno errno_from_result(long result)
{
    return result < 0 ? errno_from_host((int)-result) : WASI_OK;
}

/* The host's bits for a flag word; false if one is set that the group does
 * not have. */
bool flags_to_host(enum flag_group group, uint64_t flags, int *ret) MUST_CHECK;

/* The flags of the group whose host bits are all set. */
uint64_t flags_from_host(enum flag_group group, int host);

/* The host's value for one of an enumeration; false if the group does not
 * have it. */
bool value_to_host(enum flag_group group, uint64_t value, int *ret) MUST_CHECK;

/* The first value of an enumeration that the host's stands for, or
 * `otherwise`. */
uint64_t value_from_host(enum flag_group group, int host, uint64_t otherwise);

#endif
