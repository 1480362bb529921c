/*
 * setjmp.h: non-local jumps over WASIX's stack_checkpoint and stack_restore.
 * A buffer may be copied, and is good until the function that filled it
 * returns.
 */
#ifndef _SETJMP_H
#define _SETJMP_H

#include <__typedef_sigset_t.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct __jmp_buf_tag {
    unsigned long long __snapshot[3];
    sigset_t __mask;
    int __has_mask;
} jmp_buf[1];
typedef jmp_buf sigjmp_buf;

int setjmp(jmp_buf) __attribute__((__returns_twice__));
int _setjmp(jmp_buf) __attribute__((__returns_twice__));
int sigsetjmp(sigjmp_buf, int) __attribute__((__returns_twice__));
_Noreturn void longjmp(jmp_buf, int);
_Noreturn void _longjmp(jmp_buf, int);
_Noreturn void siglongjmp(sigjmp_buf, int);

#define setjmp    setjmp
#define sigsetjmp sigsetjmp

#ifdef __cplusplus
}
#endif

#endif
