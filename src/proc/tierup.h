/*
 * tierup.h: compiling in the background what is run, and going over to
 * compiled code while it runs (design, section 2).
 *
 * A guest process that finds no compiled code for a program passes the
 * program's file to the supervisor over a socket and interprets it.  The
 * supervisor, which stands outside of the walls, starts a process for it at a
 * low priority, unless the program ends at once and has not been run
 * before.  That process is not one of the family: when the family ends, it
 * goes on, so that the next run finds what it makes.  When it is done, the
 * supervisor sends SIGNAL_SWITCH to those guest processes that are its
 * children, and each to its own; at its next safe point a process looks into
 * the cache and, if its program is there, calls compiled code from then on.
 *
 * A large program is compiled twice: first its hot functions (sample.h), which
 * takes seconds instead of minutes, then all of it; processes go over each
 * time.  With it come the loops in which the program stays, at which functions
 * go over that are active already (interp/replace.h).  What is hot the guest
 * process tells over the socket when it has run for up to a second or so; the
 * supervisor waits for that, but not for long, since a program may as well
 * sleep.  If the family ends meanwhile, the program is compiled then, if it
 * would have been without waiting.
 *
 * The supervisor takes nothing from a guest but a descriptor and numbers: what
 * is compiled is what it reads there, and of the numbers those count that are
 * of functions and loops in it.
 *
 * The environment variable TINE_COMPILE can say otherwise: with `off` nothing
 * is compiled in the background.  With `late:N`, for tests, neither, and what
 * is compiled already is not run from the start either, but from the Nth safe
 * point of each program on, so that processes go over at a place that can be
 * chosen. (Ends of loops and calls of the host count, calls of functions do
 * not.)  If the cache has more than one object for a program, that is to the
 * one of the lowest level; with `late:N,M` it goes on to the next one at the
 * Mth call of the host from there that could have waited, and so on.
 */
#ifndef TINE_PROC_TIERUP_H
#define TINE_PROC_TIERUP_H

#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"
#include "proc/family.h"

struct program;
struct thread;

/* Above all signals of guests, and below SIGNAL_ORPHANED. */
#define SIGNAL_SWITCH   (SIGRTMAX - 1) /* to a guest process */
#define SIGNAL_REQUEST  (SIGRTMAX - 2) /* to the supervisor: read the socket */
#define SIGNAL_COMPILED (SIGRTMAX - 3) /* ... something new is compiled */
#define SIGNAL_SAMPLE   (SIGRTMAX - 4) /* to a guest process, from a timer */

/* What tells the files of programs apart. */
struct file_id {
    dev_t device;
    ino_t inode;
    struct timespec changed;
};

/* --- The supervisor --- */

/* Before guest process 1 is forked, its signals being blocked.  ERROR_HOST:
 * TINE_COMPILE is none of the above. */
bool tierup_open(struct error *err) MUST_CHECK;

/* Start what is due, and say how long to wait at most; NULL: forever. */
const struct timespec *tierup_work(struct timespec *room);

/* Act on one of the signals above; false if it is none. */
bool tierup_signal(struct family *family, int sig) MUST_CHECK;

/* The family ends: start what would be due. */
void tierup_close(void);

/* --- Guest processes --- */

/* A program, which has this file, has no compiled code, or not the best. */
void tierup_request(struct program *program, int hfd);

/* It begins to run. */
void tierup_begin(const struct program *program);

/* A program has been loaded.  Is its compiled code to be left alone for now?
 * Then counting begins. */
bool tierup_is_late(void);

/* SIGNAL_SWITCH came, and nothing has been done about it yet. */
void tierup_note(void);
bool tierup_is_noted(void);

/* At a safe point: do what is due.  Counting goes on with the next one, or,
 * where a call `restarts`, behind that: it must be able to block. */
void tierup_switch(struct thread *t, bool restarts);

/* Such a call is over, or the thread's attention has been taken back. */
void tierup_count_on(void);

#endif
