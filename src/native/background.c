/* background.c: see background.h. */
#include "native/background.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "native/compiler.h"

/* A guest that keeps every processor busy is the one that needs it most: beside
 * it this takes a tenth.  SCHED_IDLE and nice 19 take 3 and 15 thousandths. */
#define NICE 10

/* ioprio_set(2), which libc does not have. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_IDLE        (3 << 13)

/* Nothing of the family's: terminal, streams, descriptors, signals. */
static void detach(int *dir_hfd, int *hfd)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    sigset_t none;
    int i;

    (void)setsid();
    for (i = 0; i < 3; i++)
        (void)dup2(null, i);
    *dir_hfd = fcntl(*dir_hfd, F_DUPFD_CLOEXEC, 100);
    *hfd = fcntl(*hfd, F_DUPFD_CLOEXEC, 100);
    (void)close_range(3, 99, 0);
    (void)close_range((unsigned)MAX(*dir_hfd, *hfd) + 1, ~0u, 0);
    (void)!chdir("/");
    for (i = 1; i < NSIG; i++)
        (void)signal(i, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Let others go first, also when memory is short. */
static void stand_back(void)
{
    const struct sched_param param = {0};
    const struct rlimit no_core = {0, 0};
    int hfd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    (void)setpriority(PRIO_PROCESS, 0, NICE);
    (void)sched_setscheduler(0, SCHED_BATCH, &param);
    (void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_IDLE);
    if (hfd >= 0) {
        (void)!write(hfd, "1000", 4);
        (void)close(hfd);
    }
    (void)setrlimit(RLIMIT_CORE, &no_core);
}

static bool is_there(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                     int level)
{
    AUTO_FD int hfd = cachedir_find_best(dir, hash, level, NULL);

    return hfd >= 0;
}

/* One of those who want it compiles, in one of the places for that; the others
 * wait, but only as long as somebody waits for them.  The module's lock, or -1;
 * the place is ours until the process ends. */
static int claim(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                 pid_t parent)
{
    int held = cachedir_lock(dir, hash, false);

    if (held >= 0 && cachedir_slot(dir, false) >= 0)
        return held;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        return -1;
    if (held < 0)
        held = cachedir_lock(dir, hash, true);
    if (held < 0 || cachedir_slot(dir, true) < 0)
        return -1;
    (void)prctl(PR_SET_PDEATHSIG, 0);
    return held;
}

/* Its status.  tine-compile opens our descriptor, since it may not reach the
 * path. */
static int run_compiler(const struct cachedir *dir, int hfd,
                        const uint8_t hash[CACHE_HASH],
                        const struct compiler_options *how)
{
    struct error err = ERROR_INIT;
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)getpid(), hfd);
    return compiler_fill_locked(dir, path, hash, how, &err);
}

/* Whose pid it is nobody else can have meanwhile. */
static void announce(const struct background *work)
{
    AUTO_FD int hfd = (int)syscall(SYS_pidfd_open, work->parent, 0);

    if (hfd >= 0 && getppid() == work->parent)
        (void)syscall(SYS_pidfd_send_signal, hfd, work->signal, NULL, 0);
}

/* If it fails, so may the whole, which will say why. */
static void compile_hot(const struct cachedir *dir, int hfd,
                        const uint8_t hash[CACHE_HASH],
                        const struct background *work)
{
    const struct compiler_options how = {
        .level = COMPILER_LEVEL,
        .functions = work->functions,
        .n_functions = work->n_functions,
        .loops = work->loops,
        .n_loops = work->n_loops,
    };

    if (run_compiler(dir, hfd, hash, &how) == 0)
        announce(work);
}

static bool compile(const struct cachedir *dir, int hfd,
                    const uint8_t hash[CACHE_HASH],
                    const struct background *work)
{
    const struct compiler_options how = {
        .level = COMPILER_LEVEL,
        .loops = work->loops,
        .n_loops = work->n_loops,
    };
    int status;

    if (work->n_functions > 0 && !is_there(dir, hash, CACHE_PART))
        compile_hot(dir, hfd, hash, work);
    status = run_compiler(dir, hfd, hash, &how);
    /* Of the module itself it says 126: it would the next time too. */
    if (status > 0)
        cachedir_set_failed(dir, hash, status != 126);
    return status == 0;
}

NORETURN void background_compile(const struct cachedir *given,
                                 const struct background *work)
{
    struct cachedir dir = *given;
    struct error err = ERROR_INIT;
    uint8_t hash[CACHE_HASH];
    int hfd = work->hfd;
    int held;
    bool ok;

    detach(&dir.hfd, &hfd);
    stand_back();
    if (dir.hfd < 0 || hfd < 0 || !cachedir_hash(&dir, hfd, hash, &err))
        _exit(1);
    if (is_there(&dir, hash, COMPILER_LEVEL))
        _exit(0);
    if (cachedir_has_failed(&dir, hash))
        _exit(1);
    held = claim(&dir, hash, work->parent);
    if (held < 0)
        _exit(1);
    /* Others may have tried meanwhile. */
    ok = is_there(&dir, hash, COMPILER_LEVEL) ||
         (!cachedir_has_failed(&dir, hash) && compile(&dir, hfd, hash, work));
    cachedir_unlock(&dir, hash, held);
    /* Perhaps the file has grown old enough meanwhile. */
    if (ok)
        (void)!cachedir_hash(&dir, hfd, hash, &err);
    _exit(ok ? 0 : 1);
}
