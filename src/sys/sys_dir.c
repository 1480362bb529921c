/*
 * sys_dir.c: listing directories.
 *
 * A cookie is the host's d_off, so that listing goes on rightly wherever a
 * small buffer ended.  Behind the host's entries come the names that only the
 * guest's tree has: mount points that the directory does not have itself.
 * Their cookies have the top bit set, which the host's offsets never have.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "abi/layout.h"
#include "proc/hostabi.h"
#include "proc/path.h"
#include "sys/sys.h"

#define EXTRA_COOKIE ((uint64_t)1 << 63)

/* Bytes asked of the host at a time: some hundred entries. */
#define HOST_BUFFER 32768

/* The kernel's struct linux_dirent64, getdents64(2). */
struct host_dirent {
    uint64_t d_ino;
    int64_t d_off;
    uint16_t d_reclen;
    uint8_t d_type;
    char d_name[];
};

/* The guest's buffer, which has been checked. */
struct listing {
    struct thread *t;
    const struct file *dir;
    gaddr buf;
    gsize room;
    gsize used;
};

/* Copy in what fits; false when the buffer is full. */
static bool put(struct listing *l, const void *bytes, size_t len)
{
    size_t n = MIN(len, l->room - l->used);

    if (guest_write(l->t, l->buf + l->used, bytes, n))
        return false;
    l->used += n;
    return l->used < l->room;
}

static bool put_entry(struct listing *l, uint64_t next, uint64_t ino,
                      uint8_t type, const char *name, size_t len)
{
    const struct abi_dirent entry = {
        .d_next = next,
        .d_ino = ino,
        .d_namlen = (uint32_t)len,
        .d_type = type,
    };

    return put(l, &entry, sizeof(entry)) && put(l, name, len);
}

static bool is_mount_root(const struct file *dir)
{
    return dir->mount && dir->path && strcmp(dir->path, dir->mount->guest) == 0;
}

/* One of the host's entries.  What is above a mount is not the guest's
 * business: there, `..` is the directory itself. */
static bool put_host_entry(struct listing *l, const struct host_dirent *d)
{
    uint8_t type = file_type_of_mode(DTTOIF(d->d_type));
    uint64_t ino = d->d_ino;
    struct stat st;

    if (d->d_type == DT_UNKNOWN &&
        fstatat(l->dir->hfd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        type = file_type_of_mode(st.st_mode);
    if (strcmp(d->d_name, "..") == 0 && is_mount_root(l->dir) &&
        fstat(l->dir->hfd, &st) == 0)
        ino = st.st_ino;
    return put_entry(l, (uint64_t)d->d_off, ino, type, d->d_name,
                     strlen(d->d_name));
}

/* The host's entries from the cookie on.  *ret_end: there are no more. */
static enum wasi_errno list_host(struct listing *l, uint64_t cookie,
                                 bool *ret_end)
{
    const int hfd = l->dir->hfd;
    _Alignas(struct host_dirent) char buf[HOST_BUFFER];
    long n, at;

    *ret_end = false;
    if (lseek(hfd, (off_t)cookie, SEEK_SET) < 0)
        return errno_from_host(errno);
    for (;;) {
        n = syscall(SYS_getdents64, hfd, buf, sizeof(buf));
        if (n < 0)
            return l->used ? WASI_OK : errno_from_host(errno);
        *ret_end = n == 0;
        if (n == 0)
            return WASI_OK;
        for (at = 0; at < n;) {
            const struct host_dirent *d = (const void *)(buf + at);

            if (!put_host_entry(l, d))
                return WASI_OK;
            at += d->d_reclen;
        }
    }
}

/* The two entries that a directory outside of all mounts has anyway. */
static bool list_dots(struct listing *l, uint64_t cookie)
{
    struct stat st;

    path_stat_virtual(l->dir->path, &st);
    if (cookie == 0 &&
        !put_entry(l, 1, st.st_ino, WASI_FILETYPE_DIRECTORY, ".", 1))
        return false;
    return put_entry(l, EXTRA_COOKIE, st.st_ino, WASI_FILETYPE_DIRECTORY, "..",
                     2);
}

/* The names that the host does not have, from number `n` on. */
static enum wasi_errno list_extra(struct listing *l, uint64_t n)
{
    const struct mounts *mounts = l->t->process->mounts;
    struct extra_name extra;
    struct stat st;

    for (; path_extra_name(mounts, l->dir->path, n, &extra); n++) {
        AUTO_FREE char *name = strndup(extra.text, extra.len);
        AUTO_FREE char *path = name ? path_normalise(l->dir->path, name) : NULL;

        if (!path)
            return WASI_NOMEM;
        if (l->dir->hfd >= 0 &&
            fstatat(l->dir->hfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
            continue;
        path_stat_virtual(path, &st);
        if (!put_entry(l, EXTRA_COOKIE + n + 1, st.st_ino, extra.filetype, name,
                       extra.len))
            break;
    }
    return WASI_OK;
}

static enum wasi_errno list(struct listing *l, uint64_t cookie)
{
    enum wasi_errno e = WASI_OK;
    bool end = true;

    if (cookie < EXTRA_COOKIE) {
        if (l->dir->hfd >= 0)
            e = list_host(l, cookie, &end);
        else
            end = list_dots(l, cookie);
        cookie = EXTRA_COOKIE;
    }
    if (e || !end || !l->dir->path)
        return e;
    return list_extra(l, cookie - EXTRA_COOKIE);
}

enum wasi_errno sys_fd_readdir(struct thread *t, int32_t fd, gaddr buf_out,
                               gsize buf_len, uint64_t cookie,
                               gaddr bufused_out)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);
    AUTO_FILE struct file *file = NULL;
    struct listing l = {.t = t, .buf = buf_out, .room = buf_len};
    enum wasi_errno e;

    if (!guest_writable(t, buf_out, buf_len) ||
        !guest_writable(t, bufused_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    if (entry && !file_is_dir(entry->file))
        return WASI_NOTDIR;
    e = fdtable_get(call_fds(t), fd, WASI_RIGHTS_FD_READDIR, &file);
    if (e)
        return e;
    l.dir = file;
    if (l.room > 0)
        e = list(&l, cookie);
    /* A mount that can be searched but not listed is an O_PATH descriptor. */
    if (e == WASI_BADF)
        return WASI_ACCES;
    if (!e)
        guest_store_ptr(t, bufused_out, l.used);
    return e;
}
