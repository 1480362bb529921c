/*
 * switch_aarch64.S: between the two stacks of a guest thread; stack.h has the
 * contracts.
 *
 * Offsets into struct thread are checked in stack.c.
 */
#include "rt/kept_aarch64.h"

#define THREAD_HOST_SP  0
#define THREAD_GUEST_SP 8
#define THREAD_LEAVE    16

#define FRAME 160

    .text

    .macro SAVE
    sub sp, sp, #FRAME
    .cfi_adjust_cfa_offset FRAME
    EACH_KEPT stp, sp, 0
    CFI_KEPT -FRAME
    .cfi_offset x30, KEPT_X30 - FRAME
    .endm

    .macro RESTORE
    EACH_KEPT ldp, sp, 0
    add sp, sp, #FRAME
    .endm

/* From here on the frame that SAVE has made is where the field of the thread at
 * x19 points to: DW_CFA_def_cfa_expression. */
    .macro CALLER_ON_OTHER_STACK field
    .cfi_escape 0x0f, 6, 0x83, \field, 0x06, 0x23, 0xa0, 0x01
    .endm

/* bool switch_enter(struct thread *t, fn, arg, void *guest_top) */
    .globl switch_enter
    .type switch_enter, %function
switch_enter:
    .cfi_startproc
    SAVE
    mov x9, sp
    str x9, [x0, #THREAD_HOST_SP]
    mov x19, x0
    CALLER_ON_OTHER_STACK THREAD_HOST_SP
    mov sp, x3
    mov x9, x1
    mov x1, x2
    mov x29, #0
    blr x9
    mov x0, x19
    mov w1, #1
    b switch_back
    .cfi_endproc
    .size switch_enter, . - switch_enter

/* void stack_leave(struct thread *t) */
    .globl stack_leave
    .type stack_leave, %function
stack_leave:
    mov w1, #0
    b switch_back
    .size stack_leave, . - stack_leave

/* In: x0 the thread, w1 what switch_enter returns. */
    .type switch_back, %function
switch_back:
    .cfi_startproc
    .cfi_undefined x30
    ldr x9, [x0, #THREAD_HOST_SP]
    mov sp, x9
    mov w0, w1
    RESTORE
    ret
    .cfi_endproc
    .size switch_back, . - switch_back

/* uint64_t stack_host_call(struct thread *t, args, data, fn) */
    .globl stack_host_call
    .type stack_host_call, %function
stack_host_call:
    .cfi_startproc
    /* Debuggers take a caller at a lower address for an error, unless this is a
     * signal's frame; gdb writes so in its place. */
    .cfi_signal_frame
    SAVE
    mov x9, sp
    str x9, [x0, #THREAD_GUEST_SP]
    mov x19, x0
    CALLER_ON_OTHER_STACK THREAD_GUEST_SP
    ldr x9, [x0, #THREAD_HOST_SP]
    mov sp, x9
    blr x3
    ldr w9, [x19, #THREAD_LEAVE]
    cbnz w9, 1f
    ldr x9, [x19, #THREAD_GUEST_SP]
    mov sp, x9
    .cfi_remember_state
    .cfi_def_cfa sp, FRAME
    RESTORE
    ret
    .cfi_restore_state
1:  mov x0, x19
    b stack_leave
    .cfi_endproc
    .size stack_host_call, . - stack_host_call

/* bool switch_resume(struct thread *t, uint64_t result): into the end of
 * stack_host_call, whose registers stand on the guest stack. */
    .globl switch_resume
    .type switch_resume, %function
switch_resume:
    .cfi_startproc
    SAVE
    mov x9, sp
    str x9, [x0, #THREAD_HOST_SP]
    ldr x9, [x0, #THREAD_GUEST_SP]
    mov sp, x9
    mov x0, x1
    .cfi_undefined x30
    RESTORE
    ret
    .cfi_endproc
    .size switch_resume, . - switch_resume

    .section .note.GNU-stack, "", @progbits
