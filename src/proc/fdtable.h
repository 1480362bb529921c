/*
 * fdtable.h: the descriptors of one guest process: guest number to open file,
 * rights, close-on-exec, and the name under which a directory is preopened.
 *
 * Not locked: a process has one thread today.  Numbers are the lowest free
 * ones, from 0, as POSIX wants it.
 *
 * Shells put files at numbers they are told (`exec 3>file`), where preopened
 * directories may be: those are covered then.  Paths begin at the directory as
 * before, since the guest's libc knows it by that number, and so will that of a
 * program it executes; everything else finds the file, until it is closed.
 */
#ifndef TINE_PROC_FDTABLE_H
#define TINE_PROC_FDTABLE_H

#include "proc/file.h"

#define RIGHTS_ALL ((uint64_t)0x7fffffffff) /* bits 0 to 38 */

struct fd_entry {
    struct file *file; /* NULL: free */
    uint64_t rights;
    uint64_t inheriting;
    bool reserved; /* taken by fdtable_reserve, not yet installed */
    bool cloexec;
    char *preopen;            /* the name told to the guest, or NULL; heap */
    struct fd_entry *covered; /* the preopened directory, where a file has been
                                 put over it; heap */
};

struct fdtable {
    struct fd_entry *entries;
    uint32_t n;   /* entries, free ones among them */
    uint32_t low; /* no number below it is free */
};

struct fdtable *fdtable_new(void) MUST_CHECK;

/* A copy that shares the files; what is only reserved is free in it.  NULL: no
 * memory. */
struct fdtable *fdtable_copy(const struct fdtable *table) MUST_CHECK;

/* Drop every file.  NULL is accepted. */
void fdtable_free(own struct fdtable *table);

/* The entry of an open descriptor, or NULL.  Valid until the table changes. */
struct fd_entry *fdtable_entry(struct fdtable *table, int32_t fd);

/*
 * A new reference to the file behind fd, for the time of a call: WASI_BADF if
 * fd is not open or lacks one of the rights FD_READ and FD_WRITE that are in
 * `rights`, as POSIX says of descriptors not open for reading or writing;
 * WASI_NOTCAPABLE if another one is missing.
 */
enum wasi_errno fdtable_get(struct fdtable *table, int32_t fd, uint64_t rights,
                            own struct file **ret) MUST_CHECK;

/* The same for a directory from which a path begins; also the rights that files
 * below it can have. */
enum wasi_errno fdtable_get_base(struct fdtable *table, int32_t fd,
                                 uint64_t rights, own struct file **ret,
                                 uint64_t *ret_inheriting) MUST_CHECK;

/* The host descriptor behind fd, or -1: for what tine itself has to say on the
 * guest's standard error, and for terminals. */
int fdtable_hfd(struct fdtable *table, int32_t fd);

/* Take the n lowest free numbers from min on; WASI_MFILE if there are none,
 * WASI_NOMEM.  Each is then installed or given back. */
enum wasi_errno fdtable_reserve(struct fdtable *table, uint32_t min, uint32_t n,
                                uint32_t *ret) MUST_CHECK;
void fdtable_unreserve(struct fdtable *table, uint32_t n, const uint32_t *fds);

/* Make a reserved number a descriptor.  Cannot fail. */
void fdtable_install(struct fdtable *table, uint32_t fd, own struct file *file,
                     uint64_t rights, uint64_t inheriting, bool cloexec);

/* Close; WASI_BADF.  A preopened directory stays open in silence, as in other
 * WASIX runtimes: guests close everything they do not know. */
enum wasi_errno fdtable_close(struct fdtable *table, int32_t fd);

/* Make a preopened directory a descriptor like any other; one that is covered
 * is gone. */
void fdtable_forget_preopen(struct fdtable *table, int32_t fd);

/* Make `to` a copy of `from` (dup2): WASI_BADF if `from` is not open or `to`
 * negative, WASI_MFILE for a number out of range, WASI_BUSY for a reserved one,
 * WASI_NOMEM.  Clears close-on-exec. */
enum wasi_errno fdtable_dup2(struct fdtable *table, int32_t from, int32_t to);

/* Could a file be put at exactly `to`?  Errors as fdtable_dup2, but for
 * `from`. */
enum wasi_errno fdtable_may_replace(struct fdtable *table, int32_t to);

/* Put the file, which is taken in any case, at exactly `to`, closing what was
 * there or covering a preopened directory.  Errors as fdtable_may_replace. */
enum wasi_errno fdtable_replace(struct fdtable *table, int32_t to,
                                own struct file *file, uint64_t rights,
                                uint64_t inheriting, bool cloexec) MUST_CHECK;

/* Close what is marked close-on-exec; not preopened directories. */
void fdtable_close_exec(struct fdtable *table);

#endif
