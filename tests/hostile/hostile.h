/*
 * hostile.h: what the hostile guests share: a place at the end of memory for
 * arguments, the state that a refused call must leave alone, and how to fail.
 *
 * They run with a folder as /data, which holds what hostile_test.py puts there,
 * and with the host's /proc, from which they see what tine's process
 * has.  They use no malloc, so that the end of memory stays where it is.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wasi/api.h>
#include <wasix/api.h>

/* Not every guest uses every function. */
#define MAYBE_UNUSED __attribute__((unused))

#define PAGE      65536u
#define LOW_BYTES 1024u /* at address 0, where nobody has anything */
#define N_FDS     80

#define PROG       "/data/prog"
#define CHILD      "/data/child"
#define CHILD_EXIT 42

/* Errnos, with the ABI's numbers. */
enum {
    E_OK = 0,
    E_2BIG = 1,
    E_ACCES = 2,
    E_BADF = 8,
    E_CHILD = 12,
    E_INVAL = 28,
    E_MFILE = 33,
    E_NAMETOOLONG = 37,
    E_NOENT = 44,
    E_NOEXEC = 45,
    E_NOSYS = 52,
    E_NOTDIR = 54,
    E_NOTSUP = 58,
    E_SRCH = 71,
    E_MEMVIOLATION = 78,
    E_UNKNOWN = 79,
};

/* What is being tried; a crash or a hang leaves it as the last line. */
__attribute__((format(printf, 1, 2))) MAYBE_UNUSED static void note(
    const char *format, ...)
{
    char line[256];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(line, sizeof(line) - 1, format, args);
    va_end(args);
    line[n++] = '\n';
    (void)write(1, line, (size_t)n);
}

/* What was expected; the last note says of what. */
__attribute__((format(printf, 1, 2))) MAYBE_UNUSED static void fail(
    const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    note("FAILED: %s", line);
    _exit(1);
}

#define MUST(condition)                                                        \
    do {                                                                       \
        if (!(condition))                                                      \
            fail("line %d: %s (errno %d)", __LINE__, #condition, errno);       \
    } while (0)

/* --- The arena --- */

static uint8_t *arena; /* one page, the last of memory */

static uint32_t memory_end(void)
{
    return __builtin_wasm_memory_size(0) * PAGE;
}

static uint32_t address(const void *p)
{
    return (uint32_t)(uintptr_t)p;
}

/* So that the compiler knows nothing of it, not even that it is not null. */
static uint8_t *at_address(uint32_t at)
{
    __asm__("" : "+r"(at));
    return (uint8_t *)(uintptr_t)at;
}

/* --- The state of the process --- */

/* How often the handler of SIGUSR2 ran. */
static volatile int caught;

struct state {
    uint8_t arena[PAGE];
    uint8_t low[LOW_BYTES];
    struct {
        uint16_t stat_errno, flags_errno, tell_errno, flags;
        __wasi_fdstat_t stat;
        uint64_t offset;
    } fds[N_FDS];
    char signals[512];  /* the host's masks */
    char children[256]; /* the host's */
    char host_fds[512]; /* their numbers */
    char files[2048];   /* in /data */
    char cwd[256];
    int pid, parent, caught;
    size_t n_inherited;
};

static size_t read_file(const char *path, char *buf, size_t size)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

    if (fd >= 0)
        (void)close(fd);
    buf[n < 0 ? 0 : n] = '\0';
    return n < 0 ? 0 : (size_t)n;
}

static void read_signals(char *to)
{
    static char text[8192];
    char *line = text, *end;

    (void)read_file("/proc/self/status", text, sizeof(text));
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        if (strncmp(line, "Sig", 3) == 0 && strncmp(line, "SigQ", 4) != 0)
            to = stpcpy(to, line);
    }
}

static void read_children(char *to, size_t size)
{
    char stat[64], path[128];

    (void)read_file("/proc/self/stat", stat, sizeof(stat));
    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
                   atoi(stat));
    (void)read_file(path, to, size);
}

static void list(const char *path, char *to, size_t size)
{
    static uint8_t buf[8192];
    int fd = open(path, O_RDONLY | O_DIRECTORY);
    size_t used, at, n = 0;

    MUST(fd >= 0);
    MUST(__wasi_fd_readdir(fd, buf, sizeof(buf), 0, &used) == 0);
    MUST(used < sizeof(buf));
    for (at = 0; at < used;) {
        __wasi_dirent_t entry;

        memcpy(&entry, buf + at, sizeof(entry));
        at += sizeof(entry);
        MUST(n + entry.d_namlen + 2 < size);
        memcpy(to + n, buf + at, entry.d_namlen);
        n += entry.d_namlen;
        to[n++] = ' ';
        at += entry.d_namlen;
    }
    (void)close(fd);
}

MAYBE_UNUSED static void get_state(struct state *s)
{
    size_t cwd_len = sizeof(s->cwd);
    int fd;

    memset(s, 0, sizeof(*s));
    memcpy(s->arena, arena, sizeof(s->arena));
    memcpy(s->low, at_address(0), sizeof(s->low));
    for (fd = 0; fd < N_FDS; fd++) {
        s->fds[fd].stat_errno = __wasi_fd_fdstat_get(fd, &s->fds[fd].stat);
        s->fds[fd].flags_errno = __wasix_fd_fdflags_get(fd, &s->fds[fd].flags);
        s->fds[fd].tell_errno = __wasi_fd_tell(fd, &s->fds[fd].offset);
    }
    read_signals(s->signals);
    read_children(s->children, sizeof(s->children));
    list("/proc/self/fd", s->host_fds, sizeof(s->host_fds));
    list("/data", s->files, sizeof(s->files));
    MUST(__wasix_getcwd(s->cwd, &cwd_len) == 0);
    MUST(__wasix_proc_id(&s->pid) == 0);
    MUST(__wasix_proc_parent(s->pid, &s->parent) == 0);
    MUST(__wasix_proc_signals_sizes_get(&s->n_inherited) == 0);
    s->caught = caught;
}

/* Is the state what it was? */
MAYBE_UNUSED static void check_state(const struct state *before)
{
    static struct state now;

    get_state(&now);
#define SAME(field)                                                            \
    if (memcmp(&now.field, &before->field, sizeof(now.field)) != 0)            \
    fail("changed: " #field)
#define SAME_TEXT(field)                                                       \
    if (strcmp(now.field, before->field) != 0)                                 \
    fail(#field " changed from %.120s to %.120s", before->field, now.field)
    SAME(arena);
    SAME(low);
    SAME(fds);
    SAME_TEXT(signals);
    SAME_TEXT(children);
    SAME_TEXT(host_fds);
    SAME_TEXT(files);
    SAME_TEXT(cwd);
    SAME(pid);
    SAME(parent);
    SAME(caught);
    SAME(n_inherited);
#undef SAME
#undef SAME_TEXT
}

/* --- A process in which something could be changed --- */

static void on_signal(int sig)
{
    (void)sig;
    caught++;
}

static int kept_child;

/* Descriptors of several kinds, a handler, and a child that has ended and is
 * not waited for. */
MAYBE_UNUSED static void prepare(void)
{
    static const char text[] = "0123456789";
    int fds[2], file;
    size_t i;
    char c;

    MUST(__builtin_wasm_memory_grow(0, 1) != (size_t)-1);
    arena = at_address(memory_end() - PAGE);
    for (i = 0; i < PAGE; i++)
        arena[i] = (uint8_t)(i * 7 + 13);
    MUST((file = open("/data/file", O_RDWR)) >= 0);
    MUST(write(file, text, sizeof(text)) == sizeof(text));
    MUST(pipe(fds) == 0);
    MUST(fcntl(file, F_DUPFD_CLOEXEC, 30) == 30);
    MUST(signal(SIGUSR2, on_signal) != SIG_ERR);
    kept_child = fork();
    MUST(kept_child >= 0);
    if (kept_child == 0)
        _exit(7);
    /* Its end of the pipe is closed when it has ended. */
    (void)close(fds[1]);
    MUST(read(fds[0], &c, 1) == 0);
}

/* The process is whole: its child can be waited for, signals come. */
MAYBE_UNUSED static void check_alive(void)
{
    int status = 0, before = caught;

    note("at the end");
    MUST(kill(getpid(), SIGUSR2) == 0);
    MUST(caught == before + 1);
    MUST(waitpid(kept_child, &status, 0) == kept_child);
    MUST(status == 7 << 8);
    MUST(waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD);
}

/* How a child made with fork ended. */
MAYBE_UNUSED static int status_of(int pid)
{
    int status;

    MUST(waitpid(pid, &status, 0) == pid);
    return status;
}

MAYBE_UNUSED static void expect_exit(int status, int code)
{
    if (status != code << 8)
        fail("the child ended with status %#x, not exit code %d",
             (unsigned)status, code);
}

MAYBE_UNUSED static void expect_errno(int have, int want)
{
    if (have != want)
        fail("errno %d, not %d", have, want);
}

#endif
