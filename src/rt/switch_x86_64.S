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

/* bool switch_enter(struct thread *t, fn, arg, void *guest_top) */
    .globl switch_enter
    .type switch_enter, @function
switch_enter:
    .cfi_startproc
    SAVE
    mov %rsp, THREAD_HOST_SP(%rdi)
    mov %rcx, %rsp
    mov %rdi, %rbx
    mov %rsi, %rax
    mov %rdx, %rsi
    /* A debugger that walks the guest stack stops here. */
    xor %ebp, %ebp
    .cfi_undefined %rip
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
    SAVE
    mov %rsp, THREAD_GUEST_SP(%rdi)
    mov THREAD_HOST_SP(%rdi), %rsp
    mov %rdi, %rbx
    .cfi_undefined %rip
    call *%rcx
    mov %rbx, %rdi
    cmpl $0, THREAD_LEAVE(%rdi)
    jne stack_leave
    mov THREAD_GUEST_SP(%rdi), %rsp
    .cfi_restore %rip
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
