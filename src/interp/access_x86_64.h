/* access_x86_64.h: see access.h. */
#ifndef TINE_INTERP_ACCESS_X86_64_H
#define TINE_INTERP_ACCESS_X86_64_H

/* The text of an instruction: its name; the modifier of v.  FULL is that of a
 * whole register. */
#define FULL                  "q"
#define LOAD_TEXT(insn, mod)  insn " (%[b],%[x]), %" mod "[v]"
#define STORE_TEXT(insn, mod) insn " %" mod "[v], (%[b],%[x])"

#define ACCESS_LOAD_u8(m, a, ret)     LOAD_BY("movzbl", "r", "k", m, a, ret)
#define ACCESS_LOAD_u16(m, a, ret)    LOAD_BY("movzwl", "r", "k", m, a, ret)
#define ACCESS_LOAD_u32(m, a, ret)    LOAD_BY("movl", "r", "k", m, a, ret)
#define ACCESS_LOAD_u64(m, a, ret)    LOAD_BY("movq", "r", "q", m, a, ret)
#define ACCESS_LOAD_s8(m, a, ret)     LOAD_BY("movsbl", "r", "k", m, a, ret)
#define ACCESS_LOAD_s16(m, a, ret)    LOAD_BY("movswl", "r", "k", m, a, ret)
#define ACCESS_LOAD_s8_64(m, a, ret)  LOAD_BY("movsbq", "r", "q", m, a, ret)
#define ACCESS_LOAD_s16_64(m, a, ret) LOAD_BY("movswq", "r", "q", m, a, ret)
#define ACCESS_LOAD_s32_64(m, a, ret) LOAD_BY("movslq", "r", "q", m, a, ret)
#define ACCESS_LOAD_f32(m, a, ret)    LOAD_BY("movss", "x", "", m, a, ret)
#define ACCESS_LOAD_f64(m, a, ret)    LOAD_BY("movsd", "x", "", m, a, ret)
#define ACCESS_LOAD_v128(m, a, ret)   LOAD_BY("movdqu", "x", "", m, a, ret)

#define ACCESS_STORE_u8(m, a, value)   STORE_BY("movb", "r", "b", m, a, value)
#define ACCESS_STORE_u16(m, a, value)  STORE_BY("movw", "r", "w", m, a, value)
#define ACCESS_STORE_u32(m, a, value)  STORE_BY("movl", "r", "k", m, a, value)
#define ACCESS_STORE_u64(m, a, value)  STORE_BY("movq", "r", "q", m, a, value)
#define ACCESS_STORE_f32(m, a, value)  STORE_BY("movss", "x", "", m, a, value)
#define ACCESS_STORE_f64(m, a, value)  STORE_BY("movsd", "x", "", m, a, value)
#define ACCESS_STORE_v128(m, a, value) STORE_BY("movdqu", "x", "", m, a, value)

#endif
