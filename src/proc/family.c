/* family.c: see family.h. */
#include "proc/family.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"
#include "proc/hostabi.h"

/* Guest pids stay below 2^29: libc keeps them in lock words with flags. */
#define PID_MAX   0x1fffffff
#define FIRST_PID 1

enum state {
    STATE_RESERVED, /* not running yet */
    STATE_ALIVE,
    STATE_DEAD, /* not waited for, or being reaped */
};

struct member {
    _Atomic int32_t pid; /* 0: free */
    _Atomic int32_t host_pid;
    _Atomic int32_t ppid;
    _Atomic uint8_t state;
    _Atomic bool has_inmates; /* others have had the same host process */
};

/* A guest pid has its entry at pid % LIMIT_PROCESSES. */
struct family {
    _Atomic int32_t next_pid;
    _Atomic uint32_t ending;
    _Atomic uint32_t used; /* entries behind these have never been */
    struct member members[LIMIT_PROCESSES];
};

struct family *family_new(void)
{
    struct family *family = mmap(NULL, sizeof(*family), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (family == MAP_FAILED)
        return NULL;
    family->next_pid = FIRST_PID;
    return family;
}

static struct member *member_of(struct family *family, int32_t pid)
{
    struct member *member;

    if (pid <= 0)
        return NULL;
    member = &family->members[(uint32_t)pid % LIMIT_PROCESSES];
    return member->pid == pid ? member : NULL;
}

static int32_t next_pid(struct family *family)
{
    int32_t pid = family->next_pid;

    while (!atomic_compare_exchange_weak(&family->next_pid, &pid,
                                         pid == PID_MAX ? FIRST_PID : pid + 1))
        ;
    return pid;
}

static void note_used(struct family *family, uint32_t entry)
{
    uint32_t used = family->used;

    while (used <= entry &&
           !atomic_compare_exchange_weak(&family->used, &used, entry + 1))
        ;
}

/* How many to look through: to touch them all would cost a family of two more
 * than its processes do.  Bounded, since the table is not to be believed. */
static uint32_t n_members(const struct family *family)
{
    return MIN(family->used, LIMIT_PROCESSES);
}

int32_t family_reserve(struct family *family, int32_t ppid)
{
    uint32_t tries;

    for (tries = 0; tries < LIMIT_PROCESSES; tries++) {
        int32_t pid = next_pid(family);
        struct member *member =
            &family->members[(uint32_t)pid % LIMIT_PROCESSES];
        int32_t free_pid = 0;

        if (!atomic_compare_exchange_strong(&member->pid, &free_pid, pid))
            continue;
        note_used(family, (uint32_t)pid % LIMIT_PROCESSES);
        member->state = STATE_RESERVED;
        member->host_pid = 0;
        member->ppid = ppid;
        member->has_inmates = false;
        return pid;
    }
    return 0;
}

bool family_set_alive(struct family *family, int32_t pid, int32_t host_pid)
{
    struct member *member = member_of(family, pid);

    if (!member)
        return false;
    member->host_pid = host_pid;
    member->state = STATE_ALIVE;
    return true;
}

void family_set_dead(struct family *family, int32_t pid)
{
    struct member *member = member_of(family, pid);

    if (!member)
        return;
    member->state = STATE_DEAD;
    member->host_pid = getpid();
}

void family_set_inmates(struct family *family, int32_t pid)
{
    struct member *member = member_of(family, pid);

    if (member)
        member->has_inmates = true;
}

void family_release(struct family *family, int32_t pid)
{
    struct member *member = member_of(family, pid);

    if (!member)
        return;
    member->state = STATE_DEAD;
    member->pid = 0;
}

void family_release_host(struct family *family, int32_t host_pid)
{
    uint32_t i;

    for (i = 0; i < n_members(family); i++) {
        struct member *member = &family->members[i];

        if (member->pid && member->host_pid == host_pid) {
            member->state = STATE_DEAD;
            member->pid = 0;
        }
    }
}

void family_release_inmates(struct family *family, int32_t pid,
                            int32_t host_pid)
{
    const struct member *member = member_of(family, pid);

    if (member && member->has_inmates)
        family_release_host(family, host_pid);
}

void family_each_host(struct family *family, void (*fn)(int32_t host_pid))
{
    uint32_t i;

    for (i = 0; i < n_members(family); i++) {
        const struct member *member = &family->members[i];

        if (member->pid && member->state == STATE_ALIVE)
            fn(member->host_pid);
    }
}

static bool is_alive(struct family *family, int32_t pid)
{
    const struct member *member = member_of(family, pid);

    return member && member->state == STATE_ALIVE;
}

enum wasi_errno family_parent(struct family *family, int32_t pid, int32_t *ret)
{
    const struct member *member = member_of(family, pid);

    if (!member || member->state != STATE_ALIVE)
        return WASI_SRCH;
    *ret = is_alive(family, member->ppid) ? member->ppid : 0;
    return WASI_OK;
}

enum wasi_errno family_kill(struct family *family, int32_t pid, int sig)
{
    struct member *member = member_of(family, pid);
    enum wasi_errno e = WASI_SRCH;
    AUTO_FD int pidfd = -1;

    if (!member || member->state != STATE_ALIVE)
        return WASI_SRCH;
    pidfd = (int)syscall(SYS_pidfd_open, member->host_pid, 0);
    if (pidfd < 0)
        return errno_from_host(errno);
    if (member->pid == pid && member->state == STATE_ALIVE)
        e = syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0)
                ? errno_from_host(errno)
                : WASI_OK;
    return e;
}

/* Is pid the process root, or a descendant of it?  Bounded, since parents may
 * be freed and their pids given to others while we look. */
static bool descends(struct family *family, int32_t pid, int32_t root)
{
    uint32_t steps;

    for (steps = 0; steps < LIMIT_PROCESSES && pid; steps++) {
        const struct member *member = member_of(family, pid);

        if (pid == root)
            return true;
        pid = member ? member->ppid : 0;
    }
    return false;
}

/* Is it one of those that kill(2) means by `group`? */
static bool is_in_group(struct family *family, int32_t pid, int32_t group,
                        int32_t caller)
{
    if (group == 0)
        return true;
    if (group == -1)
        return pid != FIRST_PID && pid != caller;
    return descends(family, pid, -group);
}

enum wasi_errno family_kill_group(struct family *family, int32_t group,
                                  int32_t caller, int sig, bool *here)
{
    enum wasi_errno e = WASI_SRCH;
    int32_t self = getpid();
    uint32_t i;

    *here = false;
    for (i = 0; i < n_members(family); i++) {
        const struct member *member = &family->members[i];
        int32_t pid = member->pid;

        if (!pid || member->state != STATE_ALIVE ||
            !is_in_group(family, pid, group, caller))
            continue;
        if (member->host_pid == self)
            *here = true;
        else if (family_kill(family, pid, sig) == WASI_OK)
            e = WASI_OK;
    }
    return *here ? WASI_OK : e;
}

void family_set_ending(struct family *family)
{
    family->ending = 1;
}

bool family_is_ending(const struct family *family)
{
    return family->ending != 0;
}
