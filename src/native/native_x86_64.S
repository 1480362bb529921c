/*
 * native_x86_64.S: between compiled code and the runtime; enter.h and
 * interrupt.h have the contracts, enter.c and arch_x86_64.c check the offsets.
 *
 * Sequences between labels of the table at the end are such that a signal may
 * have them begun again: what they read is still there when they are done.
 */
#define GS_NATIVE   %gs:0
#define GS_THREAD   %gs:16
#define THREAD_IP   32
#define THREAD_FP   40
#define THREAD_LIMIT 56

/* struct native_regs */
#define REGS_NATIVE 8
#define REGS_SP     16
#define REGS_RBX    24
#define REGS_RBP    32
#define REGS_R12    40
#define REGS_R13    48
#define REGS_R14    56
#define REGS_R15    64
#define REGS_PC     72

#define ATTENTION %fs:thread_attention@tpoff
#define CURRENT   %fs:native_current@tpoff

    .text

    .macro push_reg reg
    push \reg
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \reg, 0
    .endm

    .macro pop_reg reg
    pop \reg
    .cfi_adjust_cfa_offset -8
    .cfi_restore \reg
    .endm

/* enum native_entered native_enter(code, slots, f, entry, activation) */
    .globl native_enter
    .type native_enter, @function
native_enter:
    .cfi_startproc
    push_reg %rbp
    push_reg %rbx
    push_reg %r12
    push_reg %r13
    push_reg %r14
    push_reg %r15
    push %r8
    .cfi_adjust_cfa_offset 8
enter_check:
    cmpl $0, ATTENTION
    jne 1f
enter_call:
    call *%rcx
    .globl native_entered_at
native_entered_at:
    xor %eax, %eax
0:  add $8, %rsp
    .cfi_adjust_cfa_offset -8
    pop_reg %r15
    pop_reg %r14
    pop_reg %r13
    pop_reg %r12
    pop_reg %rbx
    pop_reg %rbp
    ret
    .cfi_adjust_cfa_offset 56
    .cfi_rel_offset %rbp, 48
    .cfi_rel_offset %rbx, 40
    .cfi_rel_offset %r12, 32
    .cfi_rel_offset %r13, 24
    .cfi_rel_offset %r14, 16
    .cfi_rel_offset %r15, 8
1:  mov $1, %eax
    jmp 0b

/* void native_leave(uint64_t sp) */
    .globl native_leave
native_leave:
    mov %rdi, %rsp
    mov $2, %eax
    jmp 0b
    .cfi_endproc
    .size native_enter, . - native_enter

/*
 * The stubs of helpers: they make a struct native_regs, whose last word is the
 * return address, the place of the thread, and call native_<name>.
 */
    .macro STUB name
    .type stub_\name, @function
stub_\name:
    .cfi_startproc
    mov GS_THREAD, %rax
    push_reg %r15
    push_reg %r14
    push_reg %r13
    push_reg %r12
    push_reg %rbp
    push_reg %rbx
    lea 56(%rsp), %r11
    push %r11
    .cfi_adjust_cfa_offset 8
    push GS_NATIVE
    .cfi_adjust_cfa_offset 8
    push $0
    .cfi_adjust_cfa_offset 8
    lea native_mark(%rip), %r11
    mov %r11, THREAD_IP(%rax)
    mov %rsp, THREAD_FP(%rax)
    cmp THREAD_LIMIT(%rax), %rsp
    jb stub_overflow
    call native_\name
    jmp stub_back
    .cfi_endproc
    .size stub_\name, . - stub_\name
    .endm

#define HELPER(name, result, params) STUB name
#include "abi/helpers.def"
#undef HELPER

/* The frame is as the stubs have left it. */
    .type stub_back, @function
stub_back:
    .cfi_startproc
    .cfi_def_cfa_offset 80
    .cfi_rel_offset %rbx, REGS_RBX
    .cfi_rel_offset %rbp, REGS_RBP
    .cfi_rel_offset %r12, REGS_R12
    .cfi_rel_offset %r13, REGS_R13
    .cfi_rel_offset %r14, REGS_R14
    .cfi_rel_offset %r15, REGS_R15
    mov REGS_NATIVE(%rsp), %rcx
    cmp %rcx, CURRENT
    jne 1f
stub_check:
    cmpl $0, ATTENTION
    jne 1f
    add $REGS_PC, %rsp
stub_ret:
    .cfi_remember_state
    .cfi_def_cfa_offset 8
    .cfi_restore %rbx
    .cfi_restore %rbp
    .cfi_restore %r12
    .cfi_restore %r13
    .cfi_restore %r14
    .cfi_restore %r15
    ret
    .cfi_restore_state
1:  mov %rax, %rbx
    mov %rsp, %rdi
    call native_attend
    mov %rbx, %rax
    mov REGS_RBX(%rsp), %rbx
    jmp stub_back
stub_overflow:
    call native_overflow
    hlt
    .cfi_endproc
    .size stub_back, . - stub_back

/* void native_land(const struct native_regs *regs, exception, selector, pad) */
    .globl native_land
    .type native_land, @function
native_land:
    .cfi_startproc
    push_reg %rbp
    push_reg %rbx
    push_reg %r12
    push_reg %r13
    push_reg %r14
    push_reg %r15
    mov %rsp, %r8
    mov %rsi, %rax
land_check:
    cmpl $0, ATTENTION
    jne 1f
    mov REGS_RBX(%rdi), %rbx
    mov REGS_RBP(%rdi), %rbp
    mov REGS_R12(%rdi), %r12
    mov REGS_R13(%rdi), %r13
    mov REGS_R14(%rdi), %r14
    mov REGS_R15(%rdi), %r15
    mov REGS_SP(%rdi), %rsp
land_jump:
    jmp *%rcx
1:  mov %r8, %rsp
    pop_reg %r15
    pop_reg %r14
    pop_reg %r13
    pop_reg %r12
    pop_reg %rbx
    pop_reg %rbp
    ret
    .cfi_endproc
    .size native_land, . - native_land

/*
 * A signal handler has had interrupted compiled code call this, with its pc as
 * the return address.  Everything is saved, native_interrupted called, and
 * everything restored.  From %rbx up, behind the state of the vector registers:
 *
 *     0    struct native_regs
 *     80   r11 r10 r9 r8 rdi rsi rdx rcx rax
 *     152  flags
 *     160  the interrupted pc
 *     168  what was the top of the stack
 */
#define SAVED_R11   80
#define SAVED_FLAGS 152
#define SAVED_PC    160
#define SAVED_SIZE  168

    .macro STATE_PLACE
    mov native_state_size(%rip), %rcx
    sub %rcx, %rsp
    and $-64, %rsp
    mov %rsp, %r12
    .endm

    .globl native_interrupt
    .type native_interrupt, @function
native_interrupt:
    .cfi_startproc
    .cfi_signal_frame
    pushfq
    .cfi_adjust_cfa_offset 8
    cld
    push_reg %rax
    push_reg %rcx
    push_reg %rdx
    push_reg %rsi
    push_reg %rdi
    push_reg %r8
    push_reg %r9
    push_reg %r10
    push_reg %r11
    push (SAVED_PC - SAVED_R11)(%rsp)
    .cfi_adjust_cfa_offset 8
    push_reg %r15
    push_reg %r14
    push_reg %r13
    push_reg %r12
    push_reg %rbp
    push_reg %rbx
    lea (SAVED_SIZE - REGS_RBX)(%rsp), %rax
    push %rax
    .cfi_adjust_cfa_offset 8
    push GS_NATIVE
    .cfi_adjust_cfa_offset 8
    push $1
    .cfi_adjust_cfa_offset 8
    mov %rsp, %rbx
    .cfi_def_cfa_register %rbx
    STATE_PLACE
    mov native_state_mask(%rip), %eax
    xor %edx, %edx
    test %eax, %eax
    jz 1f
    mov %rdx, 512(%rsp)
    mov %rdx, 520(%rsp)
    mov %rdx, 528(%rsp)
    mov %rdx, 536(%rsp)
    mov %rdx, 544(%rsp)
    mov %rdx, 552(%rsp)
    mov %rdx, 560(%rsp)
    mov %rdx, 568(%rsp)
    xsave64 (%rsp)
    jmp interrupt_again
1:  fxsave64 (%rsp)
interrupt_again:
    mov %rbx, %rdi
    call native_interrupted
    mov native_state_mask(%rip), %eax
    xor %edx, %edx
    test %eax, %eax
    jz 2f
    xrstor64 (%r12)
    jmp interrupt_check
2:  fxrstor64 (%r12)
interrupt_check:
    cmpl $0, ATTENTION
    jne interrupt_again
    mov %rbx, %rsp
interrupt_restore:
    mov REGS_RBX(%rsp), %rbx
    .cfi_def_cfa %rsp, SAVED_SIZE
    mov REGS_RBP(%rsp), %rbp
    mov REGS_R12(%rsp), %r12
    mov REGS_R13(%rsp), %r13
    mov REGS_R14(%rsp), %r14
    mov REGS_R15(%rsp), %r15
    mov (SAVED_R11 + 0)(%rsp), %r11
    mov (SAVED_R11 + 8)(%rsp), %r10
    mov (SAVED_R11 + 16)(%rsp), %r9
    mov (SAVED_R11 + 24)(%rsp), %r8
    mov (SAVED_R11 + 32)(%rsp), %rdi
    mov (SAVED_R11 + 40)(%rsp), %rsi
    mov (SAVED_R11 + 48)(%rsp), %rdx
    mov (SAVED_R11 + 56)(%rsp), %rcx
    mov (SAVED_R11 + 64)(%rsp), %rax
    lea SAVED_FLAGS(%rsp), %rsp
    .cfi_def_cfa_offset SAVED_SIZE - SAVED_FLAGS
interrupt_flags:
    popfq
    .cfi_def_cfa_offset SAVED_SIZE - SAVED_PC
interrupt_ret:
    ret
    .cfi_def_cfa %rsp, SAVED_SIZE
interrupt_rewound:
    mov %rsp, %rbx
    .cfi_def_cfa_register %rbx
    STATE_PLACE
    jmp interrupt_check
    .cfi_endproc
    .size native_interrupt, . - native_interrupt

    .section .data.rel.ro, "aw", @progbits
    .balign 16
    .globl native_stubs
    .type native_stubs, @object
native_stubs:
#define HELPER(name, result, params) .quad stub_##name
#include "abi/helpers.def"
#undef HELPER
    .size native_stubs, . - native_stubs

/* struct native_rewind (interrupt.h): from (included), to (included), where to
 * go on, what to take from the stack pointer; or, in its place, -1: it is in
 * r8. */
    .balign 16
    .globl native_rewinds, native_rewinds_end
    .type native_rewinds, @object
native_rewinds:
    .quad enter_check, enter_call, enter_check, 0
    .quad stub_check, stub_ret - 1, stub_check, 0
    .quad stub_ret, stub_ret, stub_check, REGS_PC
    .quad land_check, land_jump - 1, land_check, 0
    .quad land_jump, land_jump, land_check, -1
    .quad interrupt_check, interrupt_restore - 1, interrupt_check, 0
    .quad interrupt_restore, interrupt_flags - 1, interrupt_rewound, 0
    .quad interrupt_flags, interrupt_flags, interrupt_rewound, SAVED_FLAGS
    .quad interrupt_ret, interrupt_ret, interrupt_rewound, SAVED_PC
native_rewinds_end:
    .size native_rewinds, . - native_rewinds

    .section .note.GNU-stack, "", @progbits
