/*
 * posix_exec.c: the exec family over proc_exec4.  PATH is searched here, so
 * that what is found is what execvp finds on Linux.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasi/libc-environ.h>
#include <wasix/api.h>

#include "guest.h"

#define DEFAULT_PATH "/usr/local/bin:/bin:/usr/bin"
#define SHELL        "/bin/sh"

size_t __tine_count(char *const *list)
{
    size_t n = 0;

    while (list && list[n])
        n++;
    return n;
}

/* Returns the errno, if it returns. */
static int try_exec(const char *path, char *const *argv, char *const *envp)
{
    static char *const nothing[] = {NULL};
    uint16_t error;

    if (*path == '\0')
        return ENOENT;
    error = __wasix_proc_exec4(path, strlen(path), argv ? argv : nothing,
                               __tine_count(argv), envp ? envp : nothing,
                               __tine_count(envp), 0, NULL, 0);
    return error;
}

int execve(const char *path, char *const argv[], char *const envp[])
{
    return __tine_result((uint16_t)try_exec(path, argv, envp));
}

/* Errors after which execvp looks further. */
static bool is_absence(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES ||
           error == ENAMETOOLONG;
}

int __tine_path_search(const char *file,
                       int (*try)(const char *file, void *arg), void *arg)
{
    const char *dirs = getenv("PATH");
    char path[PATH_MAX];
    bool denied = false;
    size_t len;
    int error;

    if (*file == '\0')
        return ENOENT;
    if (strchr(file, '/'))
        return try(file, arg);
    for (const char *dir = dirs ? dirs : DEFAULT_PATH; dir;
         dir = dir[len] ? dir + len + 1 : NULL) {
        len = strcspn(dir, ":");
        if (len + strlen(file) + 2 > sizeof(path))
            continue;
        memcpy(path, dir, len);
        if (len > 0)
            path[len] = '/';
        strcpy(path + len + (len > 0), file);
        error = try(path, arg);
        if (!is_absence(error))
            return error;
        denied |= error == EACCES;
    }
    return denied ? EACCES : ENOENT;
}

struct exec_args {
    char *const *argv;
    char *const *envp;
};

/* A file that is not a program is a script for the shell. */
static int exec_script(const char *path, const struct exec_args *args)
{
    size_t n = __tine_count(args->argv);
    char **argv = calloc(n + 3, sizeof(*argv));
    int error;

    if (!argv)
        return ENOMEM;
    argv[0] = (char *)(uintptr_t)SHELL;
    argv[1] = (char *)(uintptr_t)path;
    for (size_t i = 1; i < n; i++)
        argv[i + 1] = args->argv[i];
    error = try_exec(SHELL, argv, args->envp);
    free(argv);
    return error;
}

static int try_file(const char *path, void *arg)
{
    const struct exec_args *args = arg;
    int error = try_exec(path, args->argv, args->envp);

    return error == ENOEXEC ? exec_script(path, args) : error;
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
    struct exec_args args = {argv, envp};

    return __tine_result((uint16_t)__tine_path_search(file, try_file, &args));
}

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, __wasilibc_get_environ());
}

int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, __wasilibc_get_environ());
}

/*
 * The arguments of execl and its kin as an array, on the heap, with the
 * environment behind their end if there is one.  NULL: no memory.
 */
static char **collect(const char *first, va_list args, char ***ret_envp)
{
    va_list again;
    size_t n = 0;
    char **argv;

    va_copy(again, args);
    for (const char *arg = first; arg; arg = va_arg(args, const char *))
        n++;
    argv = calloc(n + 1, sizeof(*argv));
    if (argv && n > 0) {
        argv[0] = (char *)(uintptr_t)first;
        for (size_t i = 1; i < n; i++)
            argv[i] = va_arg(again, char *);
    }
    va_end(again);
    if (ret_envp)
        *ret_envp = va_arg(args, char **);
    return argv;
}

int execl(const char *path, const char *arg, ...)
{
    va_list args;
    char **argv;

    va_start(args, arg);
    argv = collect(arg, args, NULL);
    va_end(args);
    if (!argv)
        return __tine_result(ENOMEM);
    (void)execv(path, argv);
    free(argv);
    return -1;
}

int execlp(const char *file, const char *arg, ...)
{
    va_list args;
    char **argv;

    va_start(args, arg);
    argv = collect(arg, args, NULL);
    va_end(args);
    if (!argv)
        return __tine_result(ENOMEM);
    (void)execvp(file, argv);
    free(argv);
    return -1;
}

int execle(const char *path, const char *arg, ...)
{
    va_list args;
    char **argv;
    char **envp;

    va_start(args, arg);
    argv = collect(arg, args, &envp);
    va_end(args);
    if (!argv)
        return __tine_result(ENOMEM);
    (void)execve(path, argv, envp);
    free(argv);
    return -1;
}
