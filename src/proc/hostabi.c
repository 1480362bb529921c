/* hostabi.c: see hostabi.h. */
#include "proc/hostabi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

struct errno_pair {
    int host;
    enum wasi_errno wasi;
};

static const struct errno_pair errnos[] = {
#define ERRNO(number, name, host, text) {(host), WASI_##name},
#include "abi/errno.def"
#undef ERRNO
    /* Host numbers that WASI has no number of its own for. */
    {EPFNOSUPPORT, WASI_AFNOSUPPORT},
    {ESOCKTNOSUPPORT, WASI_PROTONOSUPPORT},
    {EHOSTDOWN, WASI_HOSTUNREACH},
    {ETOOMANYREFS, WASI_NOBUFS},
    {EREMOTEIO, WASI_IO},
    {EBADFD, WASI_BADF},
    {ENOMEDIUM, WASI_NODEV},
    {EUSERS, WASI_NFILE},
    {ELIBBAD, WASI_NOEXEC},
};

enum wasi_errno errno_from_host(int host)
{
    size_t i;

    for (i = 0; i < countof(errnos); i++)
        if (errnos[i].host == host)
            return errnos[i].wasi;
    return WASI_UNKNOWN;
}

struct flag_row {
    enum flag_group group;
    int host;
    uint64_t value;
};

static const struct flag_row rows[] = {
#define GROUP(group)
#define FLAG(group, name, value, host) {GROUP_##group, (host), (value)},
#include "abi/flags.def"
#undef FLAG
#undef GROUP
};

bool flags_to_host(enum flag_group group, uint64_t flags, int *ret)
{
    int host = 0;
    size_t i;

    for (i = 0; i < countof(rows); i++) {
        if (rows[i].group != group || !(flags & rows[i].value))
            continue;
        host |= rows[i].host;
        flags &= ~rows[i].value;
    }
    *ret = host;
    return flags == 0;
}

uint64_t flags_from_host(enum flag_group group, int host)
{
    uint64_t flags = 0;
    size_t i;

    for (i = 0; i < countof(rows); i++)
        if (rows[i].group == group && rows[i].host &&
            (host & rows[i].host) == rows[i].host)
            flags |= rows[i].value;
    return flags;
}

bool value_to_host(enum flag_group group, uint64_t value, int *ret)
{
    size_t i;

    for (i = 0; i < countof(rows); i++) {
        if (rows[i].group == group && rows[i].value == value) {
            *ret = rows[i].host;
            return true;
        }
    }
    return false;
}

uint64_t value_from_host(enum flag_group group, int host, uint64_t otherwise)
{
    size_t i;

    for (i = 0; i < countof(rows); i++)
        if (rows[i].group == group && rows[i].host == host)
            return rows[i].value;
    return otherwise;
}
