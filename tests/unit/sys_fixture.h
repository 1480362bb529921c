/*
 * sys_fixture.h: a guest process that runs nothing, with a memory, a scratch
 * directory of the host and mounts of it, for tests of calls and paths.
 */
#ifndef TINE_TESTS_UNIT_SYS_FIXTURE_H
#define TINE_TESTS_UNIT_SYS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "proc/path.h"
#include "proc/preopen.h"
#include "proc/treeremove.h"
#include "sys/sys.h"

#define MEMORY_SIZE 65536u

struct fixture {
    struct process process;
    struct instance inst;
    struct memory memory;
    struct memory *memories[1];
    struct env env;
    struct mounts mounts;
    struct import import; /* what makes it a program of WASIX */
    struct module module;
    char host[64]; /* the scratch directory */
};

static inline struct thread *fixture_thread(struct fixture *f)
{
    return &f->process.main;
}

/* From now on the program is one of WASIX's first, of 2022. */
static inline void fixture_old_wasix(struct fixture *f)
{
    f->import.name = (struct name){"path_open", 9};
}

/* From now on the program is one of preview 1, not of WASIX. */
static inline void fixture_preview1(struct fixture *f)
{
    f->import.module = (struct name){"wasi_snapshot_preview1", 22};
}

/* Make the process; the mounts come from fixture_mount. */
static inline void fixture_init(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    strcpy(f->host, "/tmp/tine-test-XXXXXX");
    assert_non_null(mkdtemp(f->host));
    f->memory.base = calloc(1, MEMORY_SIZE);
    assert_non_null(f->memory.base);
    atomic_init(&f->memory.size, MEMORY_SIZE);
    f->memories[0] = &f->memory;
    f->inst.mem_base = f->memory.base;
    f->inst.memories = f->memories;
    f->import.module = (struct name){"wasix_32v1", 10};
    f->import.name = (struct name){"path_open2", 10};
    f->module.imports = &f->import;
    f->module.n_imports = 1;
    f->inst.module = &f->module;
    f->process.main.inst = &f->inst;
    f->process.main.ptr_size = 4;
    f->process.main.process = &f->process;
    f->process.main.tid = 1;
    f->process.env = &f->env;
    f->process.mounts = &f->mounts;
    f->process.trace_fd = -1;
    f->env.pid = 1;
    f->env.cwd = strdup("/");
    f->env.fds = fdtable_new();
    assert_non_null(f->env.fds);
}

static inline void fixture_done(struct fixture *f)
{
    fdtable_free(f->env.fds);
    mounts_done(&f->mounts);
    strings_free(&f->env.argv);
    strings_free(&f->env.envp);
    free(f->env.cwd);
    free(f->memory.base);
    assert_true(tree_remove(f->host));
}

/* A path of the host: `format` below the scratch directory.  The last few
 * results stay valid. */
PRINTF_LIKE(2, 3)
static inline const char *host_path(struct fixture *f, const char *format, ...)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];
    int len = snprintf(path, 512, "%s/", f->host);
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(path + len, (size_t)(512 - len), format, ap);
    va_end(ap);
    return path;
}

static inline void host_mkdir(struct fixture *f, const char *name)
{
    assert_int_equal(mkdir(host_path(f, "%s", name), 0777), 0);
}

static inline void host_write(struct fixture *f, const char *name,
                              const char *text)
{
    int hfd =
        open(host_path(f, "%s", name), O_WRONLY | O_CREAT | O_TRUNC, 0666);

    assert_true(hfd >= 0);
    assert_int_equal(write(hfd, text, strlen(text)), (int)strlen(text));
    assert_int_equal(close(hfd), 0);
}

static inline void host_symlink(struct fixture *f, const char *text,
                                const char *name)
{
    assert_int_equal(symlink(text, host_path(f, "%s", name)), 0);
}

static inline bool host_exists(struct fixture *f, const char *name)
{
    struct stat st;

    return lstat(host_path(f, "%s", name), &st) == 0;
}

/* Mount host directory `name` of the scratch directory: "name::/guest". */
static inline void fixture_mount(struct fixture *f, const char *spec)
{
    struct error err = ERROR_INIT;

    assert_true(mounts_add_dir(&f->mounts, host_path(f, "%s", spec), &err));
}

/* Open descriptors as a program would find them; the standard streams are
 * copies, since the test needs its own to the end. */
static inline void fixture_preopen(struct fixture *f)
{
    struct error err = ERROR_INIT;
    int fd;

    fdtable_free(f->env.fds);
    f->env.fds = fdtable_initial(&f->mounts, &err);
    assert_non_null(f->env.fds);
    for (fd = 0; fd < 3; fd++)
        if (fdtable_entry(f->env.fds, fd))
            f->env.fds->entries[fd].file->hfd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

/* Put a file at the lowest free number, with all rights. */
static inline int32_t fixture_install(struct fixture *f, int hfd)
{
    struct file *file = file_adopt(hfd);
    uint32_t fd;

    assert_non_null(file);
    assert_int_equal(fdtable_reserve(f->env.fds, 0, 1, &fd), WASI_OK);
    fdtable_install(f->env.fds, fd, file, file_rights(file, FILE_ASK_HOST),
                    RIGHTS_ALL, false);
    return (int32_t)fd;
}

/* Put text into guest memory; its length. */
static inline gsize guest_put(struct fixture *f, gaddr at, const char *text)
{
    size_t len = strlen(text);

    assert_true(at + len <= MEMORY_SIZE);
    memcpy(f->memory.base + at, text, len);
    return len;
}

static inline uint32_t guest_u32(struct fixture *f, gaddr at)
{
    return guest_load_u32(fixture_thread(f), at);
}

static inline uint64_t guest_u64(struct fixture *f, gaddr at)
{
    return guest_load_u64(fixture_thread(f), at);
}

/* One 32-bit I/O vector. */
static inline void guest_put_iov(struct fixture *f, gaddr at, gaddr buf,
                                 gsize len)
{
    struct thread *t = fixture_thread(f);

    guest_store_ptr(t, at, buf);
    guest_store_ptr(t, at + t->ptr_size, len);
}

#endif
