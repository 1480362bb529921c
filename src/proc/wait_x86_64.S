/*
 * wait_x86_64.S: a system call that a signal can keep from starting; wait.h.
 *
 * long wait_raw(_Atomic uint32_t *attention, long nr, const long args[6])
 *
 * Between wait_begin and wait_end nothing but the test and the call happens: a
 * signal handler that finds the thread there continues it at wait_not_begun
 * instead.  If the signal comes later, the kernel ends the call with EINTR.
 */
    .text
    .globl wait_raw, wait_begin, wait_end, wait_not_begun
    .type wait_raw, @function
wait_raw:
    .cfi_startproc
    mov %rdi, %r11
    mov %rsi, %rax
    mov %rdx, %rcx
    mov 0(%rcx), %rdi
    mov 8(%rcx), %rsi
    mov 16(%rcx), %rdx
    mov 24(%rcx), %r10
    mov 32(%rcx), %r8
    mov 40(%rcx), %r9
wait_begin:
    cmpl $0, (%r11)
    jne wait_not_begun
    syscall
wait_end:
    ret
wait_not_begun:
    /* ERESTARTSYS, which the kernel never lets out. */
    mov $-512, %rax
    ret
    .cfi_endproc
    .size wait_raw, . - wait_raw

    .section .note.GNU-stack, "", @progbits
