/*
 * posix_process.c: fork and vfork, who a process is, how it ends.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wasix/api.h>

#include "guest.h"

#define WASM_PAGE 65536

/* What a vfork child, working in its parent's memory, must not change for the
 * parent.  A child may vfork as well, so that this is a stack. */
struct vfork_saved {
    struct __tine_signals signals;
    struct vfork_saved *outer;
};
static struct vfork_saved *vforks;

pid_t fork(void)
{
    int pid;

    if (__tine_result(__wasix_proc_fork(1, &pid)))
        return -1;
    if (pid == 0)
        __tine_signals_forked();
    return pid;
}

pid_t _Fork(void) __attribute__((alias("fork")));

static bool vfork_save(void)
{
    struct vfork_saved *saved = malloc(sizeof(*saved));

    if (!saved)
        return false;
    saved->signals = __tine_signals;
    saved->outer = vforks;
    vforks = saved;
    return true;
}

static void vfork_restore(void)
{
    struct vfork_saved *saved = vforks;

    vforks = saved->outer;
    __tine_signals = saved->signals;
    free(saved);
    __tine_cwd_sync();
}

/* When this returns for the second time, in the parent, the child has used the
 * memory below our caller's frame: of our own frame only `pid` counts, which
 * the runtime writes just before. */
pid_t vfork(void)
{
    uint16_t error;
    int pid;

    if (!vfork_save())
        return __tine_result(ENOMEM);
    error = __wasix_proc_fork(0, &pid);
    if (error == 0 && pid == 0) {
        __tine_signals_forked();
        return 0;
    }
    vfork_restore();
    return __tine_result(error) ? -1 : pid;
}

pid_t getpid(void)
{
    int pid;

    return __wasix_proc_id(&pid) == 0 ? pid : 0;
}

pid_t getppid(void)
{
    int parent;

    return __wasix_proc_parent(getpid(), &parent) == 0 ? parent : 0;
}

void _Exit(int code)
{
    __wasix_proc_exit2((uint32_t)code & 0xff);
    __builtin_trap();
}

void _exit(int code) __attribute__((alias("_Exit")));

/* There are no users: everybody is root, as in a container. */
uid_t getuid(void)
{
    return 0;
}

uid_t geteuid(void)
{
    return 0;
}

gid_t getgid(void)
{
    return 0;
}

gid_t getegid(void)
{
    return 0;
}

int getgroups(int size, gid_t *list)
{
    if (size < 0)
        return __tine_result(EINVAL);
    if (size > 0)
        list[0] = 0;
    return 1;
}

mode_t umask(mode_t mask)
{
    static mode_t current = 022;
    mode_t old = current;

    current = mask & 0777;
    return old;
}

int getpagesize(void)
{
    return WASM_PAGE;
}

int getdtablesize(void)
{
    return (int)sysconf(_SC_OPEN_MAX);
}
