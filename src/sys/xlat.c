/* xlat.c: see xlat.h. */
#include "sys/xlat.h"

#define NS_PER_S 1000000000u

uint64_t xlat_time(const struct timespec *time)
{
    uint64_t ns;

    if (time->tv_sec < 0)
        return 0;
    if (ckd_mul(&ns, (uint64_t)time->tv_sec, NS_PER_S) ||
        ckd_add(&ns, ns, (uint64_t)time->tv_nsec))
        return UINT64_MAX;
    return ns;
}

struct timespec xlat_timespec(uint64_t ns)
{
    return (struct timespec){
        .tv_sec = (time_t)(ns / NS_PER_S),
        .tv_nsec = (long)(ns % NS_PER_S),
    };
}

struct abi_filestat xlat_filestat(const struct stat *st, uint8_t filetype)
{
    return (struct abi_filestat){
        .dev = st->st_dev,
        .ino = st->st_ino,
        .filetype = filetype,
        .nlink = st->st_nlink,
        .size = (uint64_t)st->st_size,
        .atim = xlat_time(&st->st_atim),
        .mtim = xlat_time(&st->st_mtim),
        .ctim = xlat_time(&st->st_ctim),
    };
}

enum wasi_errno xlat_filestat_unstable(const struct abi_filestat *stat,
                                       struct abi_filestat_unstable *ret)
{
    if (stat->nlink > UINT32_MAX)
        return WASI_OVERFLOW;
    *ret = (struct abi_filestat_unstable){
        .dev = stat->dev,
        .ino = stat->ino,
        .filetype = stat->filetype,
        .nlink = (uint32_t)stat->nlink,
        .size = stat->size,
        .atim = stat->atim,
        .mtim = stat->mtim,
        .ctim = stat->ctim,
    };
    return WASI_OK;
}

/* One of the two times. */
static enum wasi_errno set_time(uint64_t ns, bool given, bool now,
                                struct timespec *ret)
{
    if (given && now)
        return WASI_INVAL;
    *ret = given ? xlat_timespec(ns)
                 : (struct timespec){.tv_nsec = now ? UTIME_NOW : UTIME_OMIT};
    return WASI_OK;
}

enum wasi_errno xlat_set_times(uint64_t atim, uint64_t mtim, uint16_t flags,
                               struct timespec ret[2])
{
    const uint16_t known = WASI_FSTFLAGS_ATIM | WASI_FSTFLAGS_ATIM_NOW |
                           WASI_FSTFLAGS_MTIM | WASI_FSTFLAGS_MTIM_NOW;
    enum wasi_errno e;

    if (flags & ~known)
        return WASI_INVAL;
    e = set_time(atim, flags & WASI_FSTFLAGS_ATIM,
                 flags & WASI_FSTFLAGS_ATIM_NOW, &ret[0]);
    if (e)
        return e;
    return set_time(mtim, flags & WASI_FSTFLAGS_MTIM,
                    flags & WASI_FSTFLAGS_MTIM_NOW, &ret[1]);
}
