/*
 * switch_x86_64.S: between the two stacks of a guest thread; stack.h has the
 * contracts.
 *
 * Offsets into struct thread are checked in stack.c.
 */
#define THREAD_HOST_SP  0
#define THREAD_GUEST_SP 8
#define THREAD_LEAVE    16

    .text

/* The registers that a C function must preserve, in one order everywhere.
 * Together with the return address that is 56 bytes: 8 more align the stack. */
    .macro SAVE
    push %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbp, 0
    push %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    push %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r12, 0
    push %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r13, 0
    push %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r14, 0
    push %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r15, 0
    sub $8, %rsp
    .cfi_adjust_cfa_offset 8
    .endm

    .macro RESTORE
    add $8, %rsp
    .cfi_adjust_cfa_offset -8
    pop %r15
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r15
    pop %r14
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r14
    pop %r13
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r13
    pop %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r12
    pop %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    pop %rbp
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbp
    .endm

/* From here on the frame that SAVE has made is where the field of the thread at
 * %rbx points to: DW_CFA_def_cfa_expression. */
    .macro CALLER_ON_OTHER_STACK field
    .cfi_escape 0x0f, 5, 0x73, \field, 0x06, 0x23, 64
    .endm

/* bool switch_enter(struct thread *t, fn, arg, void *guest_top) */
    .globl switch_enter
    .type switch_enter, @function
switch_enter:
    .cfi_startproc
    SAVE
    mov %rsp, THREAD_HOST_SP(%rdi)
    mov %rdi, %rbx
    CALLER_ON_OTHER_STACK THREAD_HOST_SP
    mov %rcx, %rsp
    mov %rsi, %rax
    mov %rdx, %rsi
    xor %ebp, %ebp
    call *%rax
    mov %rbx, %rdi
    mov $1, %eax
    jmp switch_back
    .cfi_endproc
    .size switch_enter, . - switch_enter

/* void stack_leave(struct thread *t) */
    .globl stack_leave
    .type stack_leave, @function
stack_leave:
    xor %eax, %eax
    jmp switch_back
    .size stack_leave, . - stack_leave

/* In: rdi the thread, eax what switch_enter returns. */
    .type switch_back, @function
switch_back:
    .cfi_startproc
    .cfi_undefined %rip
    mov THREAD_HOST_SP(%rdi), %rsp
    add $8, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .cfi_endproc
    .size switch_back, . - switch_back

/* uint64_t stack_host_call(struct thread *t, args, data, fn) */
    .globl stack_host_call
    .type stack_host_call, @function
stack_host_call:
    .cfi_startproc
    /* Debuggers take a caller at a lower address for an error, unless this is a
     * signal's frame; gdb writes so in its place. */
    .cfi_signal_frame
    SAVE
    mov %rsp, THREAD_GUEST_SP(%rdi)
    mov %rdi, %rbx
    CALLER_ON_OTHER_STACK THREAD_GUEST_SP
    mov THREAD_HOST_SP(%rdi), %rsp
    call *%rcx
    mov %rbx, %rdi
    cmpl $0, THREAD_LEAVE(%rdi)
    jne stack_leave
    mov THREAD_GUEST_SP(%rdi), %rsp
    .cfi_def_cfa %rsp, 64
    RESTORE
    ret
    .cfi_endproc
    .size stack_host_call, . - stack_host_call

/* bool switch_resume(struct thread *t, uint64_t result): into the end of
 * stack_host_call, whose registers stand on the guest stack. */
    .globl switch_resume
    .type switch_resume, @function
switch_resume:
    .cfi_startproc
    SAVE
    mov %rsp, THREAD_HOST_SP(%rdi)
    mov THREAD_GUEST_SP(%rdi), %rsp
    mov %rsi, %rax
    .cfi_undefined %rip
    add $8, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .cfi_endproc
    .size switch_resume, . - switch_resume

    .section .note.GNU-stack, "", @progbits
