/* file.c: see file.h. */
#include "proc/file.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "proc/fdtable.h"
#include "proc/hostabi.h"

#define N_STDIO 3

/* What stands at numbers 0 to 2 when the guest's file there is closed: an
 * eventfd nobody reads, on which what tine writes is lost without harm. */
static int stdio_filler = -1;
static bool stdio_open[N_STDIO];

void file_stdio_init(void)
{
    int hfd;

    if (stdio_filler >= 0)
        return;
    for (hfd = 0; hfd < N_STDIO; hfd++)
        stdio_open[hfd] = fcntl(hfd, F_GETFD) >= 0;
    stdio_filler = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    /* It takes the lowest number; one that it must fill, it fills. */
    if (stdio_filler >= 0 && stdio_filler < N_STDIO)
        stdio_filler = fcntl(stdio_filler, F_DUPFD_CLOEXEC, N_STDIO);
    for (hfd = 0; hfd < N_STDIO; hfd++)
        if (!stdio_open[hfd] && stdio_filler >= 0)
            (void)dup3(stdio_filler, hfd, O_CLOEXEC);
}

bool file_stdio_open(int hfd)
{
    return hfd >= 0 && hfd < N_STDIO && stdio_open[hfd];
}

static void hfd_close(int hfd)
{
    if (hfd >= 0 && hfd < N_STDIO && stdio_filler >= 0)
        (void)dup3(stdio_filler, hfd, O_CLOEXEC);
    else if (hfd >= 0)
        (void)close(hfd);
}

struct file *file_new(own int hfd, uint8_t filetype)
{
    struct file *file = calloc(1, sizeof(*file));

    if (!file) {
        hfd_close(hfd);
        return NULL;
    }
    atomic_init(&file->refs, 1);
    file->hfd = hfd;
    file->filetype = filetype;
    return file;
}

struct file *file_adopt(own int hfd)
{
    struct file *file = file_new(hfd, file_type_of(hfd));
    struct stat st;

    if (file && file->filetype == WASI_FILETYPE_UNKNOWN)
        file->fifo = fstat(hfd, &st) == 0 && S_ISFIFO(st.st_mode);
    return file;
}

struct file *file_ref(struct file *file)
{
    atomic_fetch_add_explicit(&file->refs, 1, memory_order_relaxed);
    return file;
}

void file_unref(own struct file *file)
{
    if (!file ||
        atomic_fetch_sub_explicit(&file->refs, 1, memory_order_acq_rel) > 1)
        return;
    hfd_close(file->hfd);
    free(file->path);
    free(file);
}

uint8_t file_type_of_mode(mode_t mode)
{
    return (uint8_t)value_from_host(GROUP_FILETYPE, (int)(mode & S_IFMT),
                                    WASI_FILETYPE_UNKNOWN);
}

static uint8_t socket_type(int hfd)
{
    int type = 0;
    socklen_t len = sizeof(type);

    (void)getsockopt(hfd, SOL_SOCKET, SO_TYPE, &type, &len);
    switch (type) {
    case SOCK_DGRAM:
        return WASI_FILETYPE_SOCKET_DGRAM;
    case SOCK_RAW:
        return WASI_FILETYPE_SOCKET_RAW;
    case SOCK_SEQPACKET:
        return WASI_FILETYPE_SOCKET_SEQPACKET;
    default:
        return WASI_FILETYPE_SOCKET_STREAM;
    }
}

uint8_t file_type_of(int hfd)
{
    struct stat st;

    if (fstat(hfd, &st) < 0)
        return WASI_FILETYPE_UNKNOWN;
    return S_ISSOCK(st.st_mode) ? socket_type(hfd)
                                : file_type_of_mode(st.st_mode);
}

uint64_t file_rights(const struct file *file, int accmode)
{
    const uint64_t seeking = WASI_RIGHTS_FD_SEEK | WASI_RIGHTS_FD_TELL;
    const uint64_t writing = WASI_RIGHTS_FD_WRITE | WASI_RIGHTS_FD_ALLOCATE |
                             WASI_RIGHTS_FD_FILESTAT_SET_SIZE;
    uint64_t rights = RIGHTS_ALL;

    if (file_is_dir(file))
        return rights & ~(seeking | writing);
    rights &= ~(uint64_t)WASI_RIGHTS_FD_READDIR;
    if (accmode == FILE_ASK_HOST)
        accmode = fcntl(file->hfd, F_GETFL) & O_ACCMODE;
    if (accmode == O_WRONLY)
        rights &= ~(uint64_t)WASI_RIGHTS_FD_READ;
    if (accmode == O_RDONLY)
        rights &= ~(uint64_t)WASI_RIGHTS_FD_WRITE;
    if (file->filetype == WASI_FILETYPE_CHARACTER_DEVICE && isatty(file->hfd))
        rights &= ~seeking;
    return rights;
}
