/*
 * base.h: attributes and small macros that every file may use.  Everything
 * that depends on the compiler is decided here and nowhere else.
 */
#ifndef TINE_BASE_BASE_H
#define TINE_BASE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define NORETURN               __attribute__((noreturn))
#define NOINLINE               __attribute__((noinline))
#define ALWAYS_INLINE          __attribute__((always_inline)) inline
#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED                 __attribute__((unused))
/* A thread-local variable at a constant distance from the thread pointer,
 * which all of an executable's own are. */
#define THREAD_LOCAL _Thread_local __attribute__((tls_model("local-exec")))
#define FALLTHROUGH  __attribute__((fallthrough))

/* Marks a pointer parameter whose ownership passes to the callee. */
#define own

/* A field's lock, and what a function needs held; for the reader. */
#define GUARDED(lock)
#define REQUIRES(lock)

#define STATIC_ASSERT(cond, text) _Static_assert(cond, text)

#define countof(array) (sizeof(array) / sizeof((array)[0]))

#define container_of(ptr, type, member)                                        \
    ((type *)((char *)(ptr) - offsetof(type, member)))

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Round n up to a multiple of a power of two. */
#define ROUND_UP(n, align) (((n) + ((align) - 1)) & ~((align) - 1))

/* Checked arithmetic as C23 names it: true when the result does not fit. */
#define ckd_add(ret, a, b) __builtin_add_overflow((a), (b), (ret))
#define ckd_sub(ret, a, b) __builtin_sub_overflow((a), (b), (ret))
#define ckd_mul(ret, a, b) __builtin_mul_overflow((a), (b), (ret))

/* assert() stays on in releases; dassert() is for hot loops. */
#if defined(TINE_DEBUG)
#define dassert(cond) assert(cond)
#else
#define dassert(cond) ((void)0)
#endif

/* Which sanitizer this is built with. */
#if defined(__SANITIZE_ADDRESS__)
#define TINE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TINE_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define TINE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TINE_TSAN 1
#endif
#endif
#if !defined(TINE_ASAN)
#define TINE_ASAN 0
#endif
#if !defined(TINE_TSAN)
#define TINE_TSAN 0
#endif

/* What handlers of signals call: ThreadSanitizer, in whose functions a signal
 * may have come, must not be entered again. */
#if TINE_TSAN && defined(__clang__)
#define IN_SIGNAL __attribute__((disable_sanitizer_instrumentation))
#else
#define IN_SIGNAL
#endif

static inline void base_cleanup_free(void *slot)
{
    free(*(void **)slot);
}

static inline void base_cleanup_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

/* Freed, or closed when not negative, at the end of the scope. */
#define AUTO_FREE __attribute__((cleanup(base_cleanup_free)))
#define AUTO_FD   __attribute__((cleanup(base_cleanup_fd)))

/* Take the value out of an AUTO_FREE pointer, leaving NULL. */
#define MOVE(ptr)                                                              \
    ({                                                                         \
        __typeof__(ptr) moved = (ptr);                                         \
        (ptr) = NULL;                                                          \
        moved;                                                                 \
    })

/* Take the number out of an AUTO_FD, leaving -1. */
#define MOVE_FD(fd)                                                            \
    ({                                                                         \
        int moved = (fd);                                                      \
        (fd) = -1;                                                             \
        moved;                                                                 \
    })

#endif
