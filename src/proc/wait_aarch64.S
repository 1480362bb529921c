/*
 * wait_aarch64.S: a system call that a signal can keep from starting; wait.h.
 *
 * long wait_raw(_Atomic uint32_t *attention, long nr, const long args[6])
 *
 * Between wait_begin and wait_end nothing but the test and the call happens: a
 * signal handler that finds the thread there continues it at wait_not_begun
 * instead.  If the signal comes later, the kernel ends the call with EINTR.
 */
    .text
    .globl wait_raw, wait_begin, wait_end, wait_not_begun
    .type wait_raw, %function
wait_raw:
    .cfi_startproc
    mov x9, x0
    mov x8, x1
    mov x10, x2
    ldp x0, x1, [x10]
    ldp x2, x3, [x10, #16]
    ldp x4, x5, [x10, #32]
wait_begin:
    ldr w11, [x9]
    cbnz w11, wait_not_begun
    svc #0
wait_end:
    ret
wait_not_begun:
    /* ERESTARTSYS, which the kernel never lets out. */
    mov x0, #-512
    ret
    .cfi_endproc
    .size wait_raw, . - wait_raw

    .section .note.GNU-stack, "", @progbits
