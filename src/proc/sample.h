/*
 * sample.h: which functions of an interpreted program are hot, that is, worth
 * compiling before all others.
 *
 * While a program is sampled, a timer of the process's processor time sends
 * SIGNAL_SAMPLE every few milliseconds; at its next safe point the thread
 * counts the functions of its innermost frames.  A program that is not sampled
 * pays nothing.
 *
 * What is missed: the interpreter looks for signals at entries of functions,
 * at backward branches and behind calls of the host, so that time is taken for
 * that of the function that is called or whose loop goes round next.  Where it
 * did pass is mostly among the callers, which count too, but not if it has
 * returned.  What a signal's handler does is not counted, nor what functions of
 * other instances do.  And what a program will do is not known from what it has
 * done; therefore functions that have run at all, which the interpreter knows,
 * are hot as well, if they are small.
 */
#ifndef TINE_PROC_SAMPLE_H
#define TINE_PROC_SAMPLE_H

#include "rt/instance.h"

struct thread;

/* Has a module so much code that its hot functions are worth an object? */
bool sample_pays(const struct module *module) MUST_CHECK;

/* Begin to sample the program that is about to run; nothing is known of it yet.
 * Whatever fails: nothing is counted. */
void sample_begin(const struct instance *inst);

/* What was sampled has been compiled, with loops at which functions can be
 * replaced that are being interpreted (interp/replace.h): have the thread look
 * for those as often as it was sampled, for some seconds of processor time. */
void sample_watch(void);

/* No longer: it is gone, or compiled, or all is known.  Before its instance is
 * freed, or at least before guest code runs again. */
void sample_end(void);

/* In a forked child, which has none of its parent's timers. */
void sample_after_fork(void);

/* Around a call of the kernel that a signal would cut short, as a write to a
 * pipe: SIGNAL_SAMPLE waits. */
void sample_hold(bool on);

/* In a signal handler: SIGNAL_SAMPLE came.  Is it to be attended to? */
bool sample_note(void);

enum sample {
    SAMPLE_NOTHING, /* new to tell */
    SAMPLE_SOME,    /* a list can be made, a better one will follow */
    SAMPLE_ENOUGH,  /* a list can be made, none will be better */
};

/* At a safe point: count, if it is time to. */
enum sample sample_take(const struct thread *t);

/* The hot functions' indices in the module, the hottest first, together no more
 * code than is compiled in a few seconds: how many, at most `room`. */
size_t sample_list(uint32_t *functions_out, size_t room);

/* The offsets of the loops that are hot because they go round, not because
 * their functions are called. */
size_t sample_loops(uint32_t *loops_out, size_t room);

#endif
