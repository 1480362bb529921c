/*
 * guest.h: what the files of the guest library share.  Names begin with
 * __tine_, so that they cannot meet a program's.
 */
#ifndef TINE_SDK_GUEST_H
#define TINE_SDK_GUEST_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define NS_PER_SEC 1000000000ull

/* About 100 years: longer than any program waits, short enough for every
 * runtime's arithmetic. */
#define WAIT_FOREVER (100ull * 365 * 24 * 3600 * NS_PER_SEC)

/* The compiler may not move accesses to memory across this: the two sides are
 * told apart by signal handlers.  (Calls do not need it.) */
#define SIGNAL_FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/* WASI's rights (<wasi/api.h>) of an open file: those of preview 1, and which
 * of them the access modes stand for. */
#define RIGHTS_ALL  (((__wasi_rights_t)1 << 30) - 1)
#define RIGHTS_READ (__WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_READDIR)
#define RIGHTS_WRITE                                                           \
    (__WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_DATASYNC |                      \
     __WASI_RIGHTS_FD_ALLOCATE | __WASI_RIGHTS_FD_FILESTAT_SET_SIZE)

/* What the runtime calls. */
void _start(void);
void __wasm_signal(int sig);

/* posix_errno.c: 0, or -1 with errno set. */
int __tine_result(uint16_t error);

/* posix_clock.c: CLOCK_MONOTONIC in ns. */
uint64_t __tine_now(void);

/* posix_cwd.c: take over the runtime's idea of the working directory. */
void __tine_cwd_sync(void);

/*
 * posix_exec.c: call try(file, arg) for each place where PATH says that `file`
 * may be, until one succeeds (0) or fails for another reason than not being
 * there.  The error that execvp would give; try returns one too.
 */
int __tine_path_search(const char *file,
                       int (*try)(const char *file, void *arg), void *arg);

/* The number of strings in a NULL-terminated list; 0 for NULL. */
size_t __tine_count(char *const *list);

/*
 * All that the library knows about signals; see posix_signal.c.  In one place,
 * since a vfork child works in its parent's memory but has its own.
 */
struct __tine_signals {
    struct sigaction actions[NSIG];
    volatile sigset_t mask;
    /* The pid to which a blocked signal came: it is pending if that is our
     * own, and not if it is 0 or that of a parent whose memory this was.  A
     * word each, so that a delivery can interrupt a change of another one. */
    volatile int pending[NSIG];
    volatile sigset_t waited; /* sigwait's, while it waits */
    bool registered;          /* the runtime calls __wasm_signal */
    uint64_t timer_next;      /* ITIMER_REAL: when it expires, 0: off */
    uint64_t timer_interval;
    bool timer_rearm; /* the runtime's timer runs once, to start a repeating
                         one then */
};
extern struct __tine_signals __tine_signals;

#define SIGNAL_BIT(sig) ((sigset_t)1 << ((sig) - 1))

/* Handlers that have run so far. */
extern volatile unsigned __tine_handlers_run;

/* The time-out of the wait that is about to begin, or NULL: a handler that
 * runs before the wait is entered ends it by way of this. */
extern volatile uint64_t *volatile __tine_wake_clock;

/* Have the runtime call __wasm_signal from now on. */
void __tine_signals_register(void);

/* Deliver what is pending and not in the mask any more. */
void __tine_signals_flush(void);

bool __tine_signal_pending(int sig);

/* The child of a fork: no timer runs. */
void __tine_signals_forked(void);

/* What a parent set with posix_spawn; at the start of the program. */
void __tine_signals_inherit(void);

/* Does the program ignore the signal, by itself or by default? */
bool __tine_signal_ignored(int sig);

/* Has the program said that it does not want to wait for children (SIGCHLD
 * ignored, or SA_NOCLDWAIT)? */
bool __tine_children_ignored(void);

/* posix_wait.c: wait for all children that have ended. */
void __tine_children_reap(void);

/* posix_timer.c: SIGALRM has arrived. */
void __tine_timer_expired(void);

#endif
