/*
 * file.h: open files, what guest descriptors refer to.  A file is a host
 * descriptor and what the host does not know about it.  It is
 * reference-counted: descriptors made by dup share it, and proc_fork_env
 * copies descriptor tables inside one process.
 *
 * Host descriptors 0 to 2 belong to the guest's standard streams as long as
 * one of its files holds them, and are never reused for anything else: when
 * the guest closes its standard error, no later file may get number 2 and with
 * it what tine itself writes there.
 */
#ifndef TINE_PROC_FILE_H
#define TINE_PROC_FILE_H

#include <stdatomic.h>
#include <sys/types.h>

#include "abi/wasi.h"
#include "base/base.h"

struct mount;

struct file {
    _Atomic uint32_t refs;
    int hfd;                   /* -1: a directory that exists only as the way to
                                  mounts */
    uint8_t filetype;          /* WASI_FILETYPE_* as found when it was opened */
    bool fifo;                 /* a pipe, for which WASI has no file type */
    uint16_t fdflags;          /* WASI_FDFLAGS_* that the host does not keep */
    const struct mount *mount; /* where it was opened by a path; else NULL */
    char *path;                /* directories: their guest path; heap */
};

/* Takes the host descriptor, also when it fails (NULL: no memory). */
struct file *file_new(own int hfd, uint8_t filetype) MUST_CHECK;

/* The same, with the type found by looking at the descriptor. */
struct file *file_adopt(own int hfd) MUST_CHECK;

struct file *file_ref(struct file *file);

/* Drop a reference; closes the host descriptor with the last.  NULL is
 * accepted. */
void file_unref(own struct file *file);

static inline void file_cleanup(struct file **file)
{
    file_unref(*file);
}

/* Dropped at the end of the scope. */
#define AUTO_FILE __attribute__((cleanup(file_cleanup)))

static inline bool file_is_dir(const struct file *file)
{
    return file->filetype == WASI_FILETYPE_DIRECTORY;
}

/* The WASI file type of a host descriptor: fstat(2), and getsockopt for
 * sockets.  WASI_FILETYPE_UNKNOWN for pipes. */
uint8_t file_type_of(int hfd);

/* The WASI file type for the type bits of a mode; a socket is taken for a
 * stream. */
uint8_t file_type_of_mode(mode_t mode);

/*
 * Rights that say truthfully what can be done with a file opened with access
 * mode `accmode` (of open(2); FILE_ASK_HOST: fcntl tells it): reading and
 * writing, listing for directories, seeking for what is no terminal (how
 * guests tell terminals from other character devices).  Everything else is
 * granted.
 */
#define FILE_ASK_HOST (-1)
uint64_t file_rights(const struct file *file, int accmode);

/* Note which of descriptors 0 to 2 are open and put something in the place of
 * the others.  To be called before anything else is opened; later calls do
 * nothing. */
void file_stdio_init(void);

/* Was standard descriptor hfd open when the program started? */
bool file_stdio_open(int hfd);

#endif
