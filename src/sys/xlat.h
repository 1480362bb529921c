/*
 * xlat.h: the host's structures as the guest's, and back.  Errors and flags
 * are in proc/hostabi.h.
 */
#ifndef TINE_SYS_XLAT_H
#define TINE_SYS_XLAT_H

#include <sys/stat.h>
#include <time.h>

#include "abi/layout.h"
#include "abi/wasi.h"

/* Nanoseconds since the epoch; 0 before it, UINT64_MAX beyond 64 bits. */
uint64_t xlat_time(const struct timespec *time);

struct timespec xlat_timespec(uint64_t ns);

/* What stat(2) tells.  `filetype` is the file's, which the mode of a socket
 * does not tell. */
struct abi_filestat xlat_filestat(const struct stat *st, uint8_t filetype);

/* wasi_unstable's form of it; WASI_OVERFLOW when there are too many links. */
enum wasi_errno xlat_filestat_unstable(const struct abi_filestat *stat,
                                       struct abi_filestat_unstable *ret)
    MUST_CHECK;

/* The times for utimensat(2); WASI_INVAL for flags that contradict each other
 * or are not known. */
enum wasi_errno xlat_set_times(uint64_t atim, uint64_t mtim, uint16_t flags,
                               struct timespec ret[2]) MUST_CHECK;

#endif
