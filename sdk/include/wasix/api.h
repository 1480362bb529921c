/*
 * wasix/api.h: the WASIX calls that the library uses, as they are in the ABI.
 * Each returns an errno (0: success) unless its result says otherwise;
 * pointers named `ret_` are written on success only.
 *
 * Calls that plain WASI has too stand in <wasi/api.h>, which comes with
 * wasi-libc.
 */
#ifndef WASIX_API_H
#define WASIX_API_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define __WASIX(name)                                                          \
    __attribute__((import_module("wasix_32v1"), import_name(#name)))

/* Descriptors */

#define __WASIX_FDFLAGSEXT_CLOEXEC 1

uint16_t __wasix_fd_dup(int fd, int *ret_fd) __WASIX(fd_dup);

/* The lowest free descriptor from `min` on. */
uint16_t __wasix_fd_dup2(int fd, int min, uint8_t cloexec, int *ret_fd)
    __WASIX(fd_dup2);

uint16_t __wasix_fd_fdflags_get(int fd, uint16_t *ret_flags)
    __WASIX(fd_fdflags_get);
uint16_t __wasix_fd_fdflags_set(int fd, uint16_t flags) __WASIX(fd_fdflags_set);
uint16_t __wasix_fd_pipe(int *ret_read, int *ret_write) __WASIX(fd_pipe);

#define __WASIX_EVENTFD_SEMAPHORE 1

uint16_t __wasix_fd_event(uint64_t initial, uint16_t flags, int *ret_fd)
    __WASIX(fd_event);

uint16_t __wasix_path_open2(int fd, uint32_t dirflags, const char *path,
                            size_t path_len, uint16_t oflags,
                            uint64_t rights_base, uint64_t rights_inheriting,
                            uint16_t fdflags, uint16_t fdflagsext, int *ret_fd)
    __WASIX(path_open2);

/* Working directory.  *path_len: in the capacity, out the length. */

uint16_t __wasix_getcwd(char *path, size_t *path_len) __WASIX(getcwd);
uint16_t __wasix_chdir(const char *path, size_t path_len) __WASIX(chdir);

/* Processes */

/* Returns twice: *ret_pid is the child's pid in the parent, 0 in the child.
 * Without copy_memory it is vfork. */
uint16_t __wasix_proc_fork(uint8_t copy_memory, int *ret_pid) __WASIX(proc_fork)
    __attribute__((__returns_twice__));

uint16_t __wasix_proc_id(int *ret_pid) __WASIX(proc_id);
uint16_t __wasix_proc_parent(int pid, int *ret_parent) __WASIX(proc_parent);

/* Returns only in a child made by proc_fork_env. */
void __wasix_proc_exit2(uint32_t code) __WASIX(proc_exit2);

/* envs NULL: the caller's environment. */
uint16_t __wasix_proc_exec4(const char *name, size_t name_len,
                            char *const *args, size_t args_len,
                            char *const *envs, size_t envs_len,
                            uint8_t search_path, const char *path,
                            size_t path_len) __WASIX(proc_exec4);

#define __WASIX_FD_OP_CLOSE  0
#define __WASIX_FD_OP_DUP2   1
#define __WASIX_FD_OP_OPEN   2
#define __WASIX_FD_OP_CHDIR  3
#define __WASIX_FD_OP_FCHDIR 4

struct __wasix_fd_op {
    uint8_t cmd;
    int fd;
    int src_fd;
    const char *path;
    size_t path_len;
    uint32_t dirflags;
    uint16_t oflags;
    uint64_t rights_base;
    uint64_t rights_inheriting;
    uint16_t fdflags;
    uint16_t fdflagsext;
};

#define __WASIX_DISPOSITION_DEFAULT 0
#define __WASIX_DISPOSITION_IGNORE  1

struct __wasix_disposition {
    uint8_t signal;
    uint8_t action;
};

uint16_t __wasix_proc_spawn3(
    const char *name, size_t name_len, char *const *args, size_t args_len,
    char *const *envs, size_t envs_len, const struct __wasix_fd_op *fd_ops,
    size_t fd_ops_len, const struct __wasix_disposition *dispositions,
    size_t dispositions_len, uint8_t search_path, const char *path,
    size_t path_len, int *ret_pid) __WASIX(proc_spawn3);

struct __wasix_option_pid {
    uint8_t tag; /* 0: none, any child */
    int pid;
};

#define __WASIX_JOIN_NON_BLOCKING 1
#define __WASIX_JOIN_WAKE_STOPPED 2

#define __WASIX_STATUS_NOTHING 0
#define __WASIX_STATUS_EXIT    1
#define __WASIX_STATUS_SIGNAL  2
#define __WASIX_STATUS_STOPPED 3

struct __wasix_join_status {
    uint8_t tag;
    union {
        uint16_t exit_code;
        struct {
            uint16_t exit_code;
            uint8_t signal;
        } killed;
        uint8_t stop_signal;
    } u;
};

uint16_t __wasix_proc_join(struct __wasix_option_pid *pid, uint32_t flags,
                           struct __wasix_join_status *ret_status)
    __WASIX(proc_join);

/* Signals */

void __wasix_callback_signal(const char *name, size_t name_len)
    __WASIX(callback_signal);
uint16_t __wasix_proc_signal(int pid, uint8_t sig) __WASIX(proc_signal);

/* The one timer of this signal; `interval` in ns, 0 stops it. */
uint16_t __wasix_proc_raise_interval(uint8_t sig, uint64_t interval,
                                     uint8_t repeat)
    __WASIX(proc_raise_interval);

uint16_t __wasix_proc_signals_sizes_get(size_t *ret_count)
    __WASIX(proc_signals_sizes_get);
uint16_t __wasix_proc_signals_get(struct __wasix_disposition *list)
    __WASIX(proc_signals_get);

/* Stack */

struct __wasix_stack_snapshot {
    uint64_t user;
    uint64_t hash[2];
};

/* Returns again, with *ret_val = val, after each restore. */
uint16_t __wasix_stack_checkpoint(struct __wasix_stack_snapshot *snapshot,
                                  uint64_t *ret_val) __WASIX(stack_checkpoint)
    __attribute__((__returns_twice__));

/* Does not return. */
void __wasix_stack_restore(const struct __wasix_stack_snapshot *snapshot,
                           uint64_t val) __WASIX(stack_restore);

/* Terminal */

struct __wasix_tty {
    uint32_t cols;
    uint32_t rows;
    uint32_t width;
    uint32_t height;
    uint8_t stdin_tty;
    uint8_t stdout_tty;
    uint8_t stderr_tty;
    uint8_t echo;
    uint8_t line_buffered;
    uint8_t line_feeds;
};

uint16_t __wasix_tty_get(struct __wasix_tty *state) __WASIX(tty_get);
uint16_t __wasix_tty_set(const struct __wasix_tty *state) __WASIX(tty_set);

#undef __WASIX

#ifdef __cplusplus
}
#endif

#endif
