/*
 * pathopen.c: opening what a path leads to; see path.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "proc/hostabi.h"
#include "proc/pathwalk.h"
#include "proc/wait.h"

/* How often a call is made again that lost a race with a rename. */
#define RACE_TRIES 8

/* One open(2) that cannot leave the directory `hfd`. */
struct opening {
    int hfd;
    const char *name;
    int flags;
    mode_t mode;
    bool beneath; /* with openat2 and WALK_RESOLVE; else name is a component,
                     and O_NOFOLLOW is set */
};

/* Opening a pipe or a device may block, so this is interruptible; a signal
 * that comes before has the whole call made again (docs/signals.md). */
static long open_once(struct thread *t, const struct opening *o)
{
    struct open_how how = {
        .flags = (uint64_t)o->flags,
        .mode = o->flags & O_CREAT ? o->mode : 0,
        .resolve = WALK_RESOLVE,
    };

    if (o->beneath)
        return wait_syscall(t, SYS_openat2, o->hfd, (long)o->name, (long)&how,
                            sizeof(how), 0, 0);
    return wait_syscall(t, SYS_openat, o->hfd, (long)o->name, o->flags, o->mode,
                        0, 0);
}

static long open_retrying(struct thread *t, const struct opening *o)
{
    long r = -EAGAIN;
    int i;

    for (i = 0; r == -EAGAIN && i < RACE_TRIES; i++)
        r = open_once(t, o);
    return r;
}

static bool wants_write(int hflags)
{
    return (hflags & O_ACCMODE) != O_RDONLY || (hflags & O_TRUNC);
}

/* Files of a mounted /proc are not written: through some of them a process
 * writes its own memory, around every wall. */
static bool is_proc(int hfd)
{
    struct statfs fs;

    return fstatfs(hfd, &fs) < 0 || fs.f_type == PROC_SUPER_MAGIC;
}

/* Complete `file`, which has just been opened at guest path `guest`; the path
 * is taken out of there. */
static enum wasi_errno complete(struct file *file, int hflags,
                                const struct mount *mount, char **guest)
{
    struct stat st;

    if (fstat(file->hfd, &st) < 0)
        return errno_from_host(errno);
    file->mount = mount;
    file->filetype = file_type_of_mode(st.st_mode);
    file->fifo = S_ISFIFO(st.st_mode);
    if (file_is_dir(file))
        file->path = MOVE(*guest);
    if (S_ISREG(st.st_mode) && wants_write(hflags) && is_proc(file->hfd))
        return WASI_ACCES;
    /* Checked before opening; but names change. */
    if (mount->read_only && S_ISREG(st.st_mode) && wants_write(hflags))
        return WASI_ROFS;
    return WASI_OK;
}

/* Opening with one openat2.  false: the path must be walked. */
static bool open_direct(struct process *process, const struct walk *w,
                        int hflags, mode_t mode, struct file *file,
                        enum wasi_errno *ret_errno)
{
    struct walk_target target;
    struct opening o = {.flags = hflags, .mode = mode, .beneath = true};
    AUTO_FREE char *guest = NULL;
    bool dev;
    long r;

    if (!walk_target(w, w->rest, &target))
        return false;
    guest = target.guest;
    if (mounts_below(w->mounts, guest) ||
        (target.mount->read_only &&
         (wants_write(hflags) || (hflags & O_CREAT))))
        return false;
    dev = strcmp(guest, "/dev") == 0 || path_below("/dev", guest);
    o.hfd = target.hfd;
    o.name = target.rel ? target.rel : ".";
    if (target.rel && path_wants_dir(w->rest))
        strcat(guest, "/");
    r = open_retrying(&process->main, &o);
    if (r == -ELOOP || r == -EXDEV || r == -EAGAIN || r == -ENOSYS ||
        r == -ENOTDIR || (r == -ENOENT && (dev || (hflags & O_CREAT))))
        return false;
    *ret_errno = errno_from_result(r);
    if (r < 0)
        return true;
    if (target.rel && path_ends_in_slash(guest))
        guest[strlen(guest) - 1] = '\0';
    file->hfd = (int)r;
    *ret_errno = complete(file, hflags, target.mount, &guest);
    return true;
}

/* May this be opened so on a read-only mount?  Takes O_CREAT out, which then
 * has nothing to do. */
static enum wasi_errno check_read_only(const struct place *place, int *hflags)
{
    struct stat st;

    if (!place->mount->read_only ||
        !(wants_write(*hflags) || (*hflags & O_CREAT)))
        return WASI_OK;
    if (fstatat(place->hfd, place->name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno == ENOENT && (*hflags & O_CREAT))
            return WASI_ROFS;
        return errno_from_host(errno);
    }
    if ((*hflags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
        return WASI_EXIST;
    if (S_ISDIR(st.st_mode))
        return WASI_ISDIR;
    /* Devices and pipes are not part of the file system. */
    if (S_ISREG(st.st_mode) && wants_write(*hflags))
        return WASI_ROFS;
    *hflags &= ~O_CREAT;
    return WASI_OK;
}

/* A place outside of all mounts. */
static enum wasi_errno open_virtual(struct process *process,
                                    struct place *place, int hflags,
                                    struct file **file)
{
    bool dot = strcmp(place->name, ".") == 0;
    const struct fd_entry *entry;

    if (!dot && !place->device)
        return hflags & O_CREAT ? WASI_ROFS : WASI_NOENT;
    if ((hflags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
        return WASI_EXIST;
    if (dot) {
        if (wants_write(hflags) || (hflags & O_CREAT))
            return WASI_ISDIR;
        (*file)->filetype = WASI_FILETYPE_DIRECTORY;
        (*file)->path = MOVE(place->dir);
        return WASI_OK;
    }
    if ((hflags & O_DIRECTORY) || place->must_be_dir)
        return WASI_NOTDIR;
    if (place->device->host) {
        (*file)->filetype = WASI_FILETYPE_CHARACTER_DEVICE;
        (*file)->hfd = open(place->device->host,
                            hflags & ~(O_CREAT | O_TRUNC | O_NOFOLLOW));
        return (*file)->hfd < 0 ? errno_from_host(errno) : WASI_OK;
    }
    entry = fdtable_entry(process->env->fds, place->device->fd);
    if (!entry)
        return WASI_NOENT;
    file_unref(*file);
    *file = file_ref(entry->file);
    return WASI_OK;
}

static enum wasi_errno open_place(struct process *process, struct place *place,
                                  int hflags, mode_t mode, struct file **file)
{
    struct opening o = {.hfd = place->hfd, .name = place->name, .mode = mode};
    enum wasi_errno e;
    long r;

    if (!place->mount)
        return open_virtual(process, place, hflags, file);
    if (place->must_be_dir && (hflags & O_CREAT))
        return WASI_ISDIR;
    e = check_read_only(place, &hflags);
    if (e)
        return e;
    o.flags = hflags | O_NOFOLLOW | (place->must_be_dir ? O_DIRECTORY : 0);
    r = open_retrying(&process->main, &o);
    if (r < 0)
        return errno_from_result(r);
    (*file)->hfd = (int)r;
    if (strcmp(place->name, ".") != 0) {
        char *path = path_normalise(place->dir, place->name);

        free(place->dir);
        place->dir = path;
        if (!path)
            return WASI_NOMEM;
    }
    return complete(*file, hflags, place->mount, &place->dir);
}

/* Opening what path_resolve finds.  WASI_LOOP though links are followed: the
 * name became a link behind our back; look again. */
static enum wasi_errno open_walked(struct process *process,
                                   const struct file *dir, const char *path,
                                   int hflags, mode_t mode, struct file **file)
{
    bool exclusive = (hflags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
    bool follow = !(hflags & O_NOFOLLOW) && !exclusive;
    enum wasi_errno e = WASI_LOOP;
    int i;

    /* A slash behind a link means the directory it leads to. */
    follow |= path_ends_in_slash(path);
    for (i = 0; e == WASI_LOOP && i < (follow ? RACE_TRIES : 1); i++) {
        AUTO_PLACE struct place place = PLACE_INIT;

        e = path_resolve(process, dir, path, follow, &place);
        if (e)
            break;
        e = open_place(process, &place, hflags, mode, file);
    }
    return e;
}

enum wasi_errno path_change_dir(struct process *process, const char *path)
{
    AUTO_FILE struct file *file = NULL;
    struct env *env = process->env;
    enum wasi_errno e =
        path_open_file(process, NULL, path, O_PATH | O_DIRECTORY, 0, &file);

    if (e)
        return e;
    /* Looking up a name in it asks for permission to search it. */
    if (file->hfd >= 0) {
        AUTO_FD int search = openat(file->hfd, ".", O_PATH | O_CLOEXEC);

        if (search < 0)
            return errno_from_host(errno);
    }
    free(env->cwd);
    env->cwd = MOVE(file->path);
    return WASI_OK;
}

enum wasi_errno path_open_file(struct process *process, const struct file *dir,
                               const char *path, int hflags, mode_t mode,
                               own struct file **ret)
{
    AUTO_FILE struct file *file = file_new(-1, WASI_FILETYPE_UNKNOWN);
    struct walk w;
    enum wasi_errno e;

    if (!file)
        return WASI_NOMEM;
    hflags |= O_CLOEXEC | (hflags & O_PATH ? 0 : O_NOCTTY);
    e = walk_start(&w, process, dir, path);
    if (!e && !open_direct(process, &w, hflags, mode, file, &e))
        e = open_walked(process, dir, path, hflags, mode, &file);
    walk_done(&w);
    if (!e)
        *ret = MOVE(file);
    return e;
}
