/*
 * sys_sockio.c: calls on sockets that the guest was given: accepting, receiving
 * and sending.
 */
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "proc/hostabi.h"
#include "proc/wait.h"
#include "sys/iov.h"
#include "sys/sys.h"

/* A reference to the socket behind fd. */
static enum wasi_errno socket_get(struct thread *t, int32_t fd, uint64_t rights,
                                  own struct file **ret)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);

    if (!entry)
        return WASI_BADF;
    switch (entry->file->filetype) {
    case WASI_FILETYPE_SOCKET_DGRAM:
    case WASI_FILETYPE_SOCKET_STREAM:
    case WASI_FILETYPE_SOCKET_RAW:
    case WASI_FILETYPE_SOCKET_SEQPACKET:
        return fdtable_get(call_fds(t), fd, rights, ret);
    default:
        return WASI_NOTSOCK;
    }
}

enum wasi_errno sys_sock_accept(struct thread *t, int32_t fd, uint16_t flags,
                                gaddr fd_out)
{
    AUTO_FILE struct file *listener = NULL;
    struct file *file;
    enum wasi_errno e;
    uint32_t got;
    int host;
    long hfd;

    if (!guest_writable(t, fd_out, 4))
        return WASI_MEMVIOLATION;
    if (flags & ~WASI_FDFLAGS_NONBLOCK)
        return WASI_INVAL;
    host = SOCK_CLOEXEC | (flags ? SOCK_NONBLOCK : 0);
    e = socket_get(t, fd, WASI_RIGHTS_SOCK_ACCEPT, &listener);
    if (!e)
        e = fdtable_reserve(call_fds(t), 0, 1, &got);
    if (e)
        return e;
    hfd = wait_syscall(t, SYS_accept4, listener->hfd, 0, 0, host, 0, 0);
    e = errno_from_result(hfd);
    file = e ? NULL : file_adopt((int)hfd);
    if (!file) {
        fdtable_unreserve(call_fds(t), 1, &got);
        return e ? e : WASI_NOMEM;
    }
    guest_store_u32(t, fd_out, got);
    fdtable_install(call_fds(t), got, file, file_rights(file, FILE_ASK_HOST),
                    RIGHTS_ALL, false);
    return WASI_OK;
}

enum wasi_errno sys_sock_recv(struct thread *t, int32_t fd, gaddr ri_data,
                              gsize ri_data_len, uint16_t ri_flags,
                              gaddr datalen_out, gaddr flags_out)
{
    AUTO_FILE struct file *file = NULL;
    struct msghdr msg = {0};
    struct iov iov;
    enum wasi_errno e;
    int host;
    long n;

    if (!guest_writable(t, datalen_out, t->ptr_size) ||
        !guest_writable(t, flags_out, 2))
        return WASI_MEMVIOLATION;
    e = socket_get(t, fd, WASI_RIGHTS_FD_READ, &file);
    if (e)
        return e;
    if (!flags_to_host(GROUP_RIFLAGS, ri_flags, &host))
        return WASI_INVAL;
    e = iov_pin(t, ri_data, ri_data_len, &iov);
    if (e)
        return e;
    msg.msg_iov = iov.items;
    msg.msg_iovlen = (size_t)iov.n;
    n = wait_syscall(t, SYS_recvmsg, file->hfd, (long)&msg, host, 0, 0, 0);
    if (n < 0)
        return errno_from_result(n);
    guest_store_ptr(t, datalen_out, (uint64_t)n);
    guest_store_u16(t, flags_out,
                    (uint16_t)flags_from_host(GROUP_ROFLAGS, msg.msg_flags));
    return WASI_OK;
}

enum wasi_errno sys_sock_send(struct thread *t, int32_t fd, gaddr si_data,
                              gsize si_data_len, uint16_t si_flags,
                              gaddr datalen_out)
{
    AUTO_FILE struct file *file = NULL;
    struct msghdr msg = {0};
    struct iov iov;
    enum wasi_errno e;
    int host;
    long n;

    if (!guest_writable(t, datalen_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    e = socket_get(t, fd, WASI_RIGHTS_FD_WRITE, &file);
    if (e)
        return e;
    if (!flags_to_host(GROUP_SIFLAGS, si_flags, &host))
        return WASI_INVAL;
    e = iov_pin(t, si_data, si_data_len, &iov);
    if (e)
        return e;
    msg.msg_iov = iov.items;
    msg.msg_iovlen = (size_t)iov.n;
    n = wait_syscall(t, SYS_sendmsg, file->hfd, (long)&msg, host, 0, 0, 0);
    if (n < 0)
        return errno_from_result(n);
    guest_store_ptr(t, datalen_out, (uint64_t)n);
    return WASI_OK;
}

enum wasi_errno sys_sock_shutdown(struct thread *t, int32_t fd, uint8_t how)
{
    static const int hosts[] = {
        [WASI_SDFLAGS_RD] = SHUT_RD,
        [WASI_SDFLAGS_WR] = SHUT_WR,
        [WASI_SDFLAGS_RD | WASI_SDFLAGS_WR] = SHUT_RDWR,
    };
    AUTO_FILE struct file *file = NULL;
    enum wasi_errno e;

    e = socket_get(t, fd, WASI_RIGHTS_SOCK_SHUTDOWN, &file);
    if (e)
        return e;
    if (how == 0 || how >= countof(hosts))
        return WASI_INVAL;
    return shutdown(file->hfd, hosts[how]) < 0 ? errno_from_host(errno)
                                               : WASI_OK;
}
