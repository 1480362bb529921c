/*
 * places.h: where instructions have their operands and results, and the lists
 * of all combinations.
 *
 *     S        a slot of the frame
 *     A        the accumulator, in which the instruction before left it
 *     0 to 3   a register that a local lives in (regs.c)
 *     I        a constant in the code; last operands only
 *
 * Each place has an integer and a float register behind it: r0 and f0, and
 * acc and facc.  The compiler has to guarantee tail calls and a calling
 * convention with enough registers for there to be more than A
 * (INTERP_REGS, chosen by the build).
 *
 * EACH_ABD(M, ...) expands M(..., a, b, d) for every first operand, second
 * operand and result, in the order of the numbers (code.h); the names ending
 * in 2 know S and A only, for what is seldom worth more.
 */
#ifndef TINE_INTERP_PLACES_H
#define TINE_INTERP_PLACES_H

#define EACH_D2(M, ...) M(__VA_ARGS__, S) M(__VA_ARGS__, A)

#if INTERP_REGS
#define EACH_D(M, ...)                                                         \
    M(__VA_ARGS__, S)                                                          \
    M(__VA_ARGS__, A)                                                          \
    M(__VA_ARGS__, 0) M(__VA_ARGS__, 1) M(__VA_ARGS__, 2) M(__VA_ARGS__, 3)
/* What to do E with, for every first or second operand. */
#define OPERANDS(E, M, ...)                                                    \
    E(M, __VA_ARGS__, S)                                                       \
    E(M, __VA_ARGS__, A)                                                       \
    E(M, __VA_ARGS__, 0)                                                       \
    E(M, __VA_ARGS__, 1) E(M, __VA_ARGS__, 2) E(M, __VA_ARGS__, 3)
#define OPERANDS_A(E, M, ...)                                                  \
    E(M, __VA_ARGS__, S)                                                       \
    E(M, __VA_ARGS__, A)                                                       \
    E(M, __VA_ARGS__, 0)                                                       \
    E(M, __VA_ARGS__, 1) E(M, __VA_ARGS__, 2) E(M, __VA_ARGS__, 3)
#define OPERANDS_V(E, M, ...)                                                  \
    E(M, __VA_ARGS__, S)                                                       \
    E(M, __VA_ARGS__, A)                                                       \
    E(M, __VA_ARGS__, 0)                                                       \
    E(M, __VA_ARGS__, 1) E(M, __VA_ARGS__, 2) E(M, __VA_ARGS__, 3)
#else
#define EACH_D(M, ...)        EACH_D2(M, __VA_ARGS__)
#define OPERANDS(E, M, ...)   E(M, __VA_ARGS__, S) E(M, __VA_ARGS__, A)
#define OPERANDS_A(E, M, ...) E(M, __VA_ARGS__, S) E(M, __VA_ARGS__, A)
#define OPERANDS_V(E, M, ...) E(M, __VA_ARGS__, S) E(M, __VA_ARGS__, A)
#endif

#define PLAIN_M(M, ...) M(__VA_ARGS__)
#define EACH_J(M, ...)  M(__VA_ARGS__, F) M(__VA_ARGS__, L)

/* Operand and result. */
#define EACH_AD(M, ...)  OPERANDS(EACH_D, M, __VA_ARGS__)
#define EACH_AD2(M, ...) EACH_D2(M, __VA_ARGS__, S) EACH_D2(M, __VA_ARGS__, A)

/* Two operands. */
#define EACH_B(M, ...)  OPERANDS(PLAIN_M, M, __VA_ARGS__) M(__VA_ARGS__, I)
#define EACH_AB(M, ...) OPERANDS_A(EACH_B, M, __VA_ARGS__)
/* Two operands, none of them a constant. */
#define EACH_V(M, ...)  OPERANDS(PLAIN_M, M, __VA_ARGS__)
#define EACH_AV(M, ...) OPERANDS_A(EACH_V, M, __VA_ARGS__)

/* Two operands and a result. */
#define EACH_BD(M, ...)                                                        \
    OPERANDS(EACH_D, M, __VA_ARGS__) EACH_D(M, __VA_ARGS__, I)
#define EACH_ABD(M, ...) OPERANDS_A(EACH_BD, M, __VA_ARGS__)
#define EACH_BD2(M, ...)                                                       \
    EACH_D2(M, __VA_ARGS__, S)                                                 \
    EACH_D2(M, __VA_ARGS__, A) EACH_D2(M, __VA_ARGS__, I)
#define EACH_ABD2(M, ...)                                                      \
    EACH_BD2(M, __VA_ARGS__, S) EACH_BD2(M, __VA_ARGS__, A)

/* Two operands, none of them a constant, and a result. */
#define EACH_VD(M, ...)  OPERANDS(EACH_D, M, __VA_ARGS__)
#define EACH_AVD(M, ...) OPERANDS_A(EACH_VD, M, __VA_ARGS__)

/* Three operands, the last two of which may be constants. */
#define EACH_BV(M, ...)                                                        \
    OPERANDS_V(EACH_W, M, __VA_ARGS__) EACH_W(M, __VA_ARGS__, I)
#define EACH_W(M, ...)   OPERANDS(PLAIN_M, M, __VA_ARGS__) M(__VA_ARGS__, I)
#define EACH_ABV(M, ...) OPERANDS_A(EACH_BV, M, __VA_ARGS__)

/* A register and an operand. */
#define EACH_RB(M, ...)  EACH_R(EACH_RB_, M, __VA_ARGS__)
#define EACH_RB_(M, ...) EACH_B(M, __VA_ARGS__)

/* Two operands with every place, the result with S and A. */
#define EACH_BT(M, ...)                                                        \
    OPERANDS(EACH_D2, M, __VA_ARGS__) EACH_D2(M, __VA_ARGS__, I)
#define EACH_ABT(M, ...) OPERANDS_A(EACH_BT, M, __VA_ARGS__)

/* Two operands and the direction of a branch, F or L (code.h). */
#define EACH_BJ(M, ...)                                                        \
    OPERANDS(EACH_J, M, __VA_ARGS__) EACH_J(M, __VA_ARGS__, I)
#define EACH_ABJ(M, ...) OPERANDS_A(EACH_BJ, M, __VA_ARGS__)
#define EACH_BJ2(M, ...)                                                       \
    EACH_J(M, __VA_ARGS__, S)                                                  \
    EACH_J(M, __VA_ARGS__, A) EACH_J(M, __VA_ARGS__, I)
#define EACH_ABJ2(M, ...)                                                      \
    EACH_BJ2(M, __VA_ARGS__, S) EACH_BJ2(M, __VA_ARGS__, A)

/* One operand and the direction of a branch. */
#define EACH_AJ(M, ...) OPERANDS(EACH_J, M, __VA_ARGS__)
#define EACH_A(M, ...)  OPERANDS(PLAIN_M, M, __VA_ARGS__)
#define EACH_A2(M, ...) M(__VA_ARGS__, S) M(__VA_ARGS__, A)

/* The place of the return address: named in the code, or one of these slots;
 * an operand and that. */
#define EACH_H(M, ...)                                                         \
    M(__VA_ARGS__, any)                                                        \
    M(__VA_ARGS__, 0) M(__VA_ARGS__, 1) M(__VA_ARGS__, 2) M(__VA_ARGS__, 3)
#define EACH_AH(M, ...)  OPERANDS(EACH_H, M, __VA_ARGS__)
#define EACH_AHI(M, ...) EACH_AH(M, __VA_ARGS__) EACH_H(M, __VA_ARGS__, I)

/* Two operands of S and A, the second also I, and the place of the return
 * address. */
#define EACH_AB2H(M, ...)                                                      \
    EACH_B2H(M, __VA_ARGS__, S) EACH_B2H(M, __VA_ARGS__, A)
#define EACH_B2H(M, ...)                                                       \
    EACH_H(M, __VA_ARGS__, S)                                                  \
    EACH_H(M, __VA_ARGS__, A) EACH_H(M, __VA_ARGS__, I)

/* Each register, pair of registers; a register, a slot or register to add to
 * it, and a bound, which may also be a constant; nothing if there are none. */
#if INTERP_REGS
#define EACH_R(M, ...)                                                         \
    M(__VA_ARGS__, 0) M(__VA_ARGS__, 1) M(__VA_ARGS__, 2) M(__VA_ARGS__, 3)
#define EACH_R2(M, ...)                                                        \
    M(__VA_ARGS__, 0) M(__VA_ARGS__, 1) M(__VA_ARGS__, 2) M(__VA_ARGS__, 3)
#define EACH_RR(M, ...)  EACH_R(EACH_RR_, M, __VA_ARGS__)
#define EACH_RR_(M, ...) EACH_R2(M, __VA_ARGS__)
#define EACH_RSB(M, ...) EACH_R(EACH_SB, M, __VA_ARGS__)
#define EACH_SB(M, ...)                                                        \
    EACH_SB_(M, __VA_ARGS__, S) EACH_R2(EACH_SB_, M, __VA_ARGS__)
#define EACH_SB_(M, ...)                                                       \
    M(__VA_ARGS__, S)                                                          \
    M(__VA_ARGS__, 0)                                                          \
    M(__VA_ARGS__, 1) M(__VA_ARGS__, 2) M(__VA_ARGS__, 3) M(__VA_ARGS__, I)
#else
#define EACH_R(M, ...)
#define EACH_RR(M, ...)
#define EACH_RSB(M, ...)
#endif

#endif
