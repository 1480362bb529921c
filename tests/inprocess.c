/* inprocess.c: see inprocess.h. */
#include "inprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "interp/interp.h"
#include "native/enter.h"
#include "proc/futex.h"

/* No signals; looks again every other time, for loops at which functions can
 * be replaced. */
static uint64_t attend(struct thread *t, const uint64_t *args, const void *data)
{
    static bool again;

    (void)args, (void)data;
    thread_calm(t);
    again = !again;
    if (again)
        thread_look();
    return 0;
}

bool inprocess_init(struct thread *t, struct error *err)
{
    interp_init();
    native_init();
    if (!thread_init(t, err))
        return false;
    t->attend = attend;
    futex_attach(t);
    return true;
}

struct module *inprocess_open(const char *path, struct error *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct module *module;

    if (fd < 0) {
        error_set_errno(err, ERROR_NOT_FOUND, errno, "%s", path);
        return NULL;
    }
    module = module_open(path, fd, err);
    if (module && !module_validate(module, err)) {
        module_free(module);
        return NULL;
    }
    return module;
}

/* A descriptor of the object, which has no name any more; or -1. */
static int compile(const char *compiler, const char *level, bool loops,
                   const char *functions, const char *path, struct error *err)
{
    char object[] = "/tmp/tine-test.XXXXXX";
    char *const argv[] = {(char *)compiler,
                          (char *)level,
                          (char[]){"--base=dynamic"},
                          (char[]){"--jobs=1"},
                          (char *)path,
                          (char[]){"-o"},
                          object,
                          (char[]){"--loops"},
                          (char *)(loops ? "all" : ""),
                          functions ? (char[]){"--functions"} : NULL,
                          (char *)functions,
                          NULL};
    int hfd = mkostemp(object, O_CLOEXEC), status = -1;
    pid_t pid;

    if (hfd < 0 || posix_spawn(&pid, compiler, NULL, NULL, argv, environ)) {
        error_set_errno(err, ERROR_HOST, errno, "%s", compiler);
        return -1;
    }
    (void)close(hfd);
    (void)waitpid(pid, &status, 0);
    hfd = open(object, O_RDONLY | O_CLOEXEC);
    (void)unlink(object);
    if (status == 0)
        return hfd;
    (void)close(hfd);
    error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "%s does not compile", path);
    return -1;
}

struct image_map *inprocess_compile(const char *compiler, const char *level,
                                    bool loops, const struct module *module,
                                    struct error *err)
{
    int hfd = compile(compiler, level, loops, NULL, module->path, err);

    return hfd < 0 ? NULL : image_open(hfd, err);
}

struct image_map *inprocess_compile_half(const char *compiler,
                                         const char *level, uint64_t seed,
                                         const struct module *module,
                                         struct error *err)
{
    enum { DIGITS = 11 };
    char *list = calloc(module->n_funcs + 1u, DIGITS), *at = list;
    uint64_t state = seed >> 1;
    uint32_t i;
    int hfd;

    if (!list)
        abort();
    for (i = 0; i < module->n_funcs; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        if ((state >> 63) == (seed & 1))
            at += sprintf(at, "%s%" PRIu32, at == list ? "" : ",", i);
    }
    hfd = compile(compiler, level, true, list, module->path, err);
    free(list);
    return hfd < 0 ? NULL : image_open(hfd, err);
}

bool inprocess_call(struct thread *t, struct func *f, uint64_t *slots)
{
    bool ok;

    t->leave = LEAVE_NONE;
    t->inst = f->inst;
    ok = interp_run(t, f, slots);
    t->leave = LEAVE_NONE;
    return ok;
}
