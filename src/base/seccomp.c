/* seccomp.c: see seccomp.h. */
#include "base/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

bool seccomp_enter(const struct sock_filter *filter, size_t n)
{
    const struct sock_fprog program = {
        .len = (unsigned short)n,
        .filter = (struct sock_filter *)(uintptr_t)filter};

    assert(n <= BPF_MAXINSNS);
    if (prctl(PR_GET_SECCOMP) < 0 && errno == EINVAL)
        return true;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}
