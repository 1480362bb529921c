/*
 * layout.h: structures in guest memory, little-endian like every host of
 * ours, with every offset asserted.  A handler fills or reads one of these and
 * copies it as a whole, so that padding is written as zero.
 *
 * Structures with pointers or sizes in them exist twice, for 32-bit and 64-bit
 * guests; where a handler needs only a field or two of them, the macros below
 * give the offset for a pointer size of p bytes.
 */
#ifndef TINE_ABI_LAYOUT_H
#define TINE_ABI_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

STATIC_ASSERT(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "byte order");

#define LAYOUT_SIZE(type, size)                                                \
    STATIC_ASSERT(sizeof(struct type) == (size), "size of " #type)
#define LAYOUT_AT(type, field, offset)                                         \
    STATIC_ASSERT(offsetof(struct type, field) == (offset), #type "." #field)

/* iovec, ciovec: buf, buf_len. */
#define ABI_IOVEC_SIZE(p)    (2 * (p))
#define ABI_IOVEC_BUF_LEN(p) (p)

/* prestat: tag, then the length of the directory's name. */
#define ABI_PRESTAT_SIZE(p)     (2 * (p))
#define ABI_PRESTAT_NAME_LEN(p) (p)

struct abi_dirent {
    uint64_t d_next;
    uint64_t d_ino;
    uint32_t d_namlen;
    uint8_t d_type;
    uint8_t pad[3];
};
LAYOUT_AT(abi_dirent, d_next, 0);
LAYOUT_AT(abi_dirent, d_ino, 8);
LAYOUT_AT(abi_dirent, d_namlen, 16);
LAYOUT_AT(abi_dirent, d_type, 20);
LAYOUT_SIZE(abi_dirent, 24);

struct abi_fdstat {
    uint8_t fs_filetype;
    uint8_t pad1;
    uint16_t fs_flags;
    uint32_t pad2;
    uint64_t fs_rights_base;
    uint64_t fs_rights_inheriting;
};
LAYOUT_AT(abi_fdstat, fs_filetype, 0);
LAYOUT_AT(abi_fdstat, fs_flags, 2);
LAYOUT_AT(abi_fdstat, fs_rights_base, 8);
LAYOUT_AT(abi_fdstat, fs_rights_inheriting, 16);
LAYOUT_SIZE(abi_fdstat, 24);

struct abi_filestat {
    uint64_t dev;
    uint64_t ino;
    uint8_t filetype;
    uint8_t pad[7];
    uint64_t nlink;
    uint64_t size;
    uint64_t atim;
    uint64_t mtim;
    uint64_t ctim;
};
LAYOUT_AT(abi_filestat, dev, 0);
LAYOUT_AT(abi_filestat, ino, 8);
LAYOUT_AT(abi_filestat, filetype, 16);
LAYOUT_AT(abi_filestat, nlink, 24);
LAYOUT_AT(abi_filestat, size, 32);
LAYOUT_AT(abi_filestat, atim, 40);
LAYOUT_AT(abi_filestat, mtim, 48);
LAYOUT_AT(abi_filestat, ctim, 56);
LAYOUT_SIZE(abi_filestat, 64);

/* wasi_unstable's: a narrow link count. */
struct abi_filestat_unstable {
    uint64_t dev;
    uint64_t ino;
    uint8_t filetype;
    uint8_t pad[3];
    uint32_t nlink;
    uint64_t size;
    uint64_t atim;
    uint64_t mtim;
    uint64_t ctim;
};
LAYOUT_AT(abi_filestat_unstable, filetype, 16);
LAYOUT_AT(abi_filestat_unstable, nlink, 20);
LAYOUT_AT(abi_filestat_unstable, size, 24);
LAYOUT_AT(abi_filestat_unstable, atim, 32);
LAYOUT_AT(abi_filestat_unstable, mtim, 40);
LAYOUT_AT(abi_filestat_unstable, ctim, 48);
LAYOUT_SIZE(abi_filestat_unstable, 56);

struct abi_subscription_clock {
    uint32_t id;
    uint32_t pad1;
    uint64_t timeout;
    uint64_t precision;
    uint16_t flags;
    uint8_t pad2[6];
};

struct abi_subscription {
    uint64_t userdata;
    uint8_t tag;
    uint8_t pad[7];
    union {
        struct abi_subscription_clock clock;
        int32_t fd; /* FD_READ and FD_WRITE */
    };
};
LAYOUT_AT(abi_subscription, userdata, 0);
LAYOUT_AT(abi_subscription, tag, 8);
LAYOUT_AT(abi_subscription, clock.id, 16);
LAYOUT_AT(abi_subscription, clock.timeout, 24);
LAYOUT_AT(abi_subscription, clock.precision, 32);
LAYOUT_AT(abi_subscription, clock.flags, 40);
LAYOUT_AT(abi_subscription, fd, 16);
LAYOUT_SIZE(abi_subscription, 48);

/* wasi_unstable's: an identifier in front of the clock. */
struct abi_subscription_unstable {
    uint64_t userdata;
    uint8_t tag;
    uint8_t pad[7];
    union {
        struct {
            uint64_t identifier;
            struct abi_subscription_clock clock;
        };
        int32_t fd;
    };
};
LAYOUT_AT(abi_subscription_unstable, tag, 8);
LAYOUT_AT(abi_subscription_unstable, identifier, 16);
LAYOUT_AT(abi_subscription_unstable, clock.id, 24);
LAYOUT_AT(abi_subscription_unstable, clock.timeout, 32);
LAYOUT_AT(abi_subscription_unstable, clock.precision, 40);
LAYOUT_AT(abi_subscription_unstable, clock.flags, 48);
LAYOUT_AT(abi_subscription_unstable, fd, 16);
LAYOUT_SIZE(abi_subscription_unstable, 56);

struct abi_event {
    uint64_t userdata;
    uint16_t error;
    uint8_t type;
    uint8_t pad1[5];
    uint64_t nbytes;
    uint16_t flags;
    uint8_t pad2[6];
};
LAYOUT_AT(abi_event, userdata, 0);
LAYOUT_AT(abi_event, error, 8);
LAYOUT_AT(abi_event, type, 10);
LAYOUT_AT(abi_event, nbytes, 16);
LAYOUT_AT(abi_event, flags, 24);
LAYOUT_SIZE(abi_event, 32);

struct abi_tty {
    uint32_t cols;
    uint32_t rows;
    uint32_t width; /* pixels */
    uint32_t height;
    uint8_t stdin_tty;
    uint8_t stdout_tty;
    uint8_t stderr_tty;
    uint8_t echo;
    uint8_t line_buffered;
    uint8_t line_feeds;
    uint8_t pad[2];
};
LAYOUT_AT(abi_tty, cols, 0);
LAYOUT_AT(abi_tty, rows, 4);
LAYOUT_AT(abi_tty, width, 8);
LAYOUT_AT(abi_tty, height, 12);
LAYOUT_AT(abi_tty, stdin_tty, 16);
LAYOUT_AT(abi_tty, stdout_tty, 17);
LAYOUT_AT(abi_tty, stderr_tty, 18);
LAYOUT_AT(abi_tty, echo, 19);
LAYOUT_AT(abi_tty, line_buffered, 20);
LAYOUT_AT(abi_tty, line_feeds, 21);
LAYOUT_SIZE(abi_tty, 24);

/* The options: a tag, WASI_OPTION_*, and a value. */
struct abi_option_timestamp {
    uint8_t tag;
    uint8_t pad[7];
    uint64_t value;
};
LAYOUT_AT(abi_option_timestamp, value, 8);
LAYOUT_SIZE(abi_option_timestamp, 16);

/* option_pid and option_fd. */
struct abi_option_i32 {
    uint8_t tag;
    uint8_t pad[3];
    int32_t value;
};
LAYOUT_AT(abi_option_i32, value, 4);
LAYOUT_SIZE(abi_option_i32, 8);

/* tag: WASI_JOIN_STATUS_*. */
struct abi_join_status {
    uint8_t tag;
    uint8_t pad1;
    union {
        uint16_t exit_code; /* EXIT_NORMAL, EXIT_SIGNAL */
        uint8_t stopped;    /* STOPPED: the signal */
    };
    uint8_t signal; /* EXIT_SIGNAL */
    uint8_t pad2;
};
LAYOUT_AT(abi_join_status, exit_code, 2);
LAYOUT_AT(abi_join_status, stopped, 2);
LAYOUT_AT(abi_join_status, signal, 4);
LAYOUT_SIZE(abi_join_status, 6);

struct abi_process_handles {
    int32_t pid;
    struct abi_option_i32 stdio[3];
};
LAYOUT_AT(abi_process_handles, stdio, 4);
LAYOUT_SIZE(abi_process_handles, 28);

struct abi_signal_disposition {
    uint8_t sig;
    uint8_t disp; /* WASI_DISPOSITION_* */
};
LAYOUT_AT(abi_signal_disposition, disp, 1);
LAYOUT_SIZE(abi_signal_disposition, 2);

struct abi_stack_snapshot {
    uint64_t user;
    uint64_t hash[2];
};
LAYOUT_AT(abi_stack_snapshot, hash, 8);
LAYOUT_SIZE(abi_stack_snapshot, 24);

/* cmd: WASI_FD_OP_*. */
struct abi_spawn_fd_op_32 {
    uint8_t cmd;
    uint8_t pad1[3];
    int32_t fd;
    int32_t src_fd;
    uint32_t path;
    uint32_t path_len;
    uint32_t dirflags;
    uint16_t oflags;
    uint8_t pad2[6];
    uint64_t fs_rights_base;
    uint64_t fs_rights_inheriting;
    uint16_t fdflags;
    uint16_t fdflagsext;
    uint8_t pad3[4];
};
LAYOUT_AT(abi_spawn_fd_op_32, fd, 4);
LAYOUT_AT(abi_spawn_fd_op_32, src_fd, 8);
LAYOUT_AT(abi_spawn_fd_op_32, path, 12);
LAYOUT_AT(abi_spawn_fd_op_32, path_len, 16);
LAYOUT_AT(abi_spawn_fd_op_32, dirflags, 20);
LAYOUT_AT(abi_spawn_fd_op_32, oflags, 24);
LAYOUT_AT(abi_spawn_fd_op_32, fs_rights_base, 32);
LAYOUT_AT(abi_spawn_fd_op_32, fs_rights_inheriting, 40);
LAYOUT_AT(abi_spawn_fd_op_32, fdflags, 48);
LAYOUT_AT(abi_spawn_fd_op_32, fdflagsext, 50);
LAYOUT_SIZE(abi_spawn_fd_op_32, 56);

struct abi_spawn_fd_op_64 {
    uint8_t cmd;
    uint8_t pad1[3];
    int32_t fd;
    int32_t src_fd;
    uint32_t pad2;
    uint64_t path;
    uint64_t path_len;
    uint32_t dirflags;
    uint16_t oflags;
    uint16_t pad3;
    uint64_t fs_rights_base;
    uint64_t fs_rights_inheriting;
    uint16_t fdflags;
    uint16_t fdflagsext;
    uint8_t pad4[4];
};
LAYOUT_AT(abi_spawn_fd_op_64, fd, 4);
LAYOUT_AT(abi_spawn_fd_op_64, src_fd, 8);
LAYOUT_AT(abi_spawn_fd_op_64, path, 16);
LAYOUT_AT(abi_spawn_fd_op_64, path_len, 24);
LAYOUT_AT(abi_spawn_fd_op_64, dirflags, 32);
LAYOUT_AT(abi_spawn_fd_op_64, oflags, 36);
LAYOUT_AT(abi_spawn_fd_op_64, fs_rights_base, 40);
LAYOUT_AT(abi_spawn_fd_op_64, fs_rights_inheriting, 48);
LAYOUT_AT(abi_spawn_fd_op_64, fdflags, 56);
LAYOUT_AT(abi_spawn_fd_op_64, fdflagsext, 58);
LAYOUT_SIZE(abi_spawn_fd_op_64, 64);

#endif
