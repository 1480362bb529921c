/*
 * wall.c: see wall.h.
 *
 * There is no limit of processes: the kernel counts all that the user has, so
 * that no number is right.
 */
#include "aot/wall.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/landlock.h"
#include "base/limits.h"
#include "base/seccomp.h"

/* --- Files --- */

/* Where libraries are, and what starts programs: nothing of the user's. */
static const char *const libraries[] = {"/usr", "/lib", "/lib64",
                                        "/etc/ld.so.cache"};
static const char *const loaders[] = {"/lib64/ld-linux-x86-64.so.2",
                                      "/lib/ld-linux-aarch64.so.1"};

/* The folder above the one that it is in, for its libraries: /opt/llvm of
 * /opt/llvm/bin/ld.lld. */
static bool allow_prefix(struct landlock *l, const char *linker)
{
    AUTO_FREE char *path = realpath(linker, NULL);
    int i;

    for (i = 0; path && i < 2; i++) {
        char *slash = strrchr(path, '/');

        if (!slash || slash == path)
            return true;
        *slash = '\0';
    }
    return !path || landlock_allow_path(l, path, LANDLOCK_READ);
}

static bool allow_linker(struct landlock *l, const char *linker)
{
    const uint64_t start = LANDLOCK_READ_FILE | LANDLOCK_EXECUTE;
    size_t i;

    for (i = 0; i < countof(libraries); i++)
        if (!landlock_allow_path(l, libraries[i], LANDLOCK_READ))
            return false;
    for (i = 0; i < countof(loaders); i++)
        if (!landlock_allow_path(l, loaders[i], start))
            return false;
    return landlock_allow_path(l, linker, start) && allow_prefix(l, linker);
}

static bool restrict_files(int dir, const char *linker)
{
    const uint64_t work = LANDLOCK_READ | LANDLOCK_WRITE_FILE |
                          LANDLOCK_TRUNCATE | LANDLOCK_ACCESS_FS_MAKE_REG |
                          LANDLOCK_ACCESS_FS_REMOVE_FILE;
    struct landlock l;
    bool ok = landlock_begin(&l) && landlock_allow(&l, dir, work) &&
              allow_linker(&l, linker) && landlock_enter(&l);

    landlock_done(&l);
    return ok;
}

/* --- System calls --- */

static bool restrict_calls(void)
{
    static const struct sock_filter filter[] = {
#include "compilecalls.inc"
    };

    return seccomp_enter(filter, countof(filter));
}

/* --- Amounts --- */

static bool limit(int resource, rlim_t most)
{
    struct rlimit r;

    if (getrlimit(resource, &r))
        return false;
    r.rlim_cur = MIN(r.rlim_cur, most);
    /* The first limit of time gives a signal that can be told apart. */
    r.rlim_max = MIN(r.rlim_max, most + (resource == RLIMIT_CPU));
    return setrlimit(resource, &r) == 0;
}

static bool restrict_amounts(void)
{
    /* A sanitizer reserves terabytes. */
    return (TINE_ASAN || TINE_TSAN ||
            limit(RLIMIT_AS, LIMIT_COMPILER_MEMORY)) &&
           limit(RLIMIT_CPU, LIMIT_COMPILER_SECONDS) &&
           limit(RLIMIT_FSIZE, LIMIT_COMPILER_FILE) && limit(RLIMIT_CORE, 0);
}

bool wall_enter(int dir, const char *linker, struct error *err)
{
    if (!restrict_amounts() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return error_set_errno(err, ERROR_HOST, errno, "sandbox");
    if (!restrict_files(dir, linker))
        return error_set_errno(err, ERROR_HOST, errno, "Landlock");
    if (!restrict_calls())
        return error_set_errno(err, ERROR_HOST, errno, "seccomp");
    return true;
}

/* --- A test --- */

static bool try_open(const char *path, int flags)
{
    AUTO_FD int hfd = open(path, flags | O_CLOEXEC, 0600);

    return hfd >= 0;
}

static bool try_socket(int family)
{
    AUTO_FD int hfd = socket(family, SOCK_STREAM, 0);

    return hfd >= 0;
}

static bool try_trace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool try_exec(void)
{
    char *const argv[] = {(char *)"true", NULL};

    (void)execv("/bin/true", argv);
    (void)execv("/usr/bin/true", argv);
    return false; /* else it would have ended, with 0 */
}

static void tell(const char *what, bool possible)
{
    printf("%s: %s\n", what, possible ? "possible" : "refused");
}

void wall_check(const char *dir)
{
    AUTO_FREE char *inside = NULL, *outside = NULL;

    if (asprintf(&inside, "%s/inside", dir) < 0 ||
        asprintf(&outside, "%s/../outside", dir) < 0)
        return;
    tell("write inside", try_open(inside, O_WRONLY | O_CREAT));
    tell("read inside", try_open(inside, O_RDONLY));
    tell("write outside", try_open(outside, O_WRONLY | O_CREAT));
    tell("make a folder", mkdir(outside, 0700) == 0);
    tell("move outside", rename(inside, outside) == 0);
    tell("link outside", symlink("/etc/passwd", inside) == 0);
    tell("read /etc/passwd", try_open("/etc/passwd", O_RDONLY));
    tell("read the folder around it", try_open(".", O_RDONLY | O_DIRECTORY));
    tell("read a process", try_open("/proc/self/maps", O_RDONLY));
    tell("socket, local", try_socket(AF_UNIX));
    tell("socket, network", try_socket(AF_INET));
    tell("trace", try_trace());
    tell("signal", kill(getppid(), 0) == 0);
    tell("regain",
         setrlimit(RLIMIT_CORE,
                   &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}) == 0);
    tell("unlink inside", unlink(inside) == 0);
    tell("start another program", try_exec());
    (void)fflush(stdout);
}
