/*
 * kept_aarch64.h: the registers that a C function must preserve, for assembly:
 * 160 bytes, x19 to x30 and d8 to d15, in this order.
 */

/* stp or ldp for all of them, from an offset on. */
    .macro PAIR insn, a, b, base, at
    \insn \a, \b, [\base, #\at]
    .endm

    .macro EACH_KEPT insn, base, at
    PAIR \insn, x19, x20, \base, \at
    PAIR \insn, x21, x22, \base, \at + 16
    PAIR \insn, x23, x24, \base, \at + 32
    PAIR \insn, x25, x26, \base, \at + 48
    PAIR \insn, x27, x28, \base, \at + 64
    PAIR \insn, x29, x30, \base, \at + 80
    PAIR \insn, d8, d9, \base, \at + 96
    PAIR \insn, d10, d11, \base, \at + 112
    PAIR \insn, d12, d13, \base, \at + 128
    PAIR \insn, d14, d15, \base, \at + 144
    .endm

/* Where x19 to x29 are, from an offset to the CFA on; x30 would be next. */
    .macro CFI_KEPT at
    .cfi_offset x19, \at
    .cfi_offset x20, \at + 8
    .cfi_offset x21, \at + 16
    .cfi_offset x22, \at + 24
    .cfi_offset x23, \at + 32
    .cfi_offset x24, \at + 40
    .cfi_offset x25, \at + 48
    .cfi_offset x26, \at + 56
    .cfi_offset x27, \at + 64
    .cfi_offset x28, \at + 72
    .cfi_offset x29, \at + 80
    .endm
#define KEPT_X30 88
