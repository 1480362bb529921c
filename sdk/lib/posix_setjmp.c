/*
 * posix_setjmp.c: setjmp and longjmp over stack_checkpoint and stack_restore.
 *
 * The runtime brings back the stack and the globals, __stack_pointer among
 * them, as a native longjmp brings back registers; linear memory stays as it
 * is.  The result is written into the frame of the setjmp that returns again.
 */
#include <setjmp.h>

#include <wasix/api.h>

#include "guest.h"

_Static_assert(sizeof(((struct __jmp_buf_tag *)0)->__snapshot) ==
                   sizeof(struct __wasix_stack_snapshot),
               "jmp_buf holds a snapshot");

static struct __wasix_stack_snapshot *snapshot_of(struct __jmp_buf_tag *env)
{
    return (struct __wasix_stack_snapshot *)(void *)env->__snapshot;
}

int setjmp(jmp_buf env)
{
    uint64_t value;

    env->__has_mask = 0;
    if (__wasix_stack_checkpoint(snapshot_of(env), &value) != 0)
        __builtin_trap();
    return (int)value;
}

int _setjmp(jmp_buf env) __attribute__((alias("setjmp")));

int sigsetjmp(sigjmp_buf env, int save_mask)
{
    uint64_t value;

    env->__has_mask = save_mask;
    env->__mask = __tine_signals.mask;
    if (__wasix_stack_checkpoint(snapshot_of(env), &value) != 0)
        __builtin_trap();
    return (int)value;
}

void longjmp(jmp_buf env, int value)
{
    if (env->__has_mask)
        (void)sigprocmask(SIG_SETMASK, &env->__mask, NULL);
    __wasix_stack_restore(snapshot_of(env), (uint32_t)(value ? value : 1));
    __builtin_trap();
}

void _longjmp(jmp_buf env, int value) __attribute__((alias("longjmp")));
void siglongjmp(sigjmp_buf env, int value) __attribute__((alias("longjmp")));
