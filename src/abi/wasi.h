/*
 * wasi.h: the constants of WASI and WASIX as C names, from the tables beside
 * this file, and the namespaces of imports.
 */
#ifndef TINE_ABI_WASI_H
#define TINE_ABI_WASI_H

#include <stdint.h>

/* Guest addresses and sizes, wide enough for 64-bit guests. */
typedef uint64_t gaddr;
typedef uint64_t gsize;

enum wasi_errno {
#define ERRNO(number, name, host, text) WASI_##name = (number),
#include "abi/errno.def"
#undef ERRNO
    WASI_OK = 0,
};

/* The import namespaces, as bits, since most calls are in several. */
enum wasi_namespace {
    NS_U = 1 << 0, /* wasi_unstable */
    NS_P = 1 << 1, /* wasi_snapshot_preview1 */
    NS_T = 1 << 2, /* wasi: only thread-spawn */
    NS_X = 1 << 3, /* wasix_32v1 and wasix_64v1 */
};

#define GROUP(group)
#define FLAG(group, name, value, host) WASI_##group##_##name = (value),
enum wasi_flags {
#include "abi/flags.def"
};
#undef FLAG
#undef GROUP

/* The groups of flags.def. */
#define GROUP(group) GROUP_##group,
#define FLAG(group, name, value, host)
enum flag_group {
    GROUP_NONE,
#include "abi/flags.def"
};
#undef FLAG
#undef GROUP

#endif
