/*
 * modbuild.h: building small binary modules in tests, and loading them.
 */
#ifndef TINE_TESTS_MODBUILD_H
#define TINE_TESTS_MODBUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wasm/module.h"
#include "wasm/opcode.h"

struct modbuild {
    uint8_t bytes[1u << 16];
    size_t n;
};

/* A list of bytes as two arguments. */
#define BYTES(...)                                                             \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

UNUSED static void mb_bytes(struct modbuild *mb, const uint8_t *bytes, size_t n)
{
    assert_true(n <= sizeof(mb->bytes) - mb->n);
    memcpy(mb->bytes + mb->n, bytes, n);
    mb->n += n;
}

UNUSED static void mb_u32(struct modbuild *mb, uint32_t value)
{
    do {
        uint8_t byte = value & 0x7f;

        value >>= 7;
        byte |= value ? 0x80 : 0;
        mb_bytes(mb, &byte, 1);
    } while (value);
}

/* Start a module: magic and version. */
UNUSED static void mb_init(struct modbuild *mb)
{
    mb->n = 0;
    mb_bytes(mb, BYTES(0, 'a', 's', 'm', 1, 0, 0, 0));
}

/* Add a section; its size is put in front. */
UNUSED static void mb_section(struct modbuild *mb, uint8_t id,
                              const uint8_t *bytes, size_t n)
{
    mb_bytes(mb, &id, 1);
    mb_u32(mb, (uint32_t)n);
    mb_bytes(mb, bytes, n);
}

/* Add a code section with one body: locals and instructions. */
UNUSED static void mb_code(struct modbuild *mb, const uint8_t *bytes, size_t n)
{
    static struct modbuild content;

    content.n = 0;
    mb_u32(&content, 1);
    mb_u32(&content, (uint32_t)n);
    mb_bytes(&content, bytes, n);
    mb_section(mb, 10, content.bytes, content.n);
}

/* Add a body to the content of a code section. */
UNUSED static void mb_code_body(struct modbuild *content, const uint8_t *bytes,
                                size_t n)
{
    mb_u32(content, (uint32_t)n);
    mb_bytes(content, bytes, n);
}

/* Decode and validate a copy of exactly the bytes, so that a sanitizer sees a
 * read behind them.  *copy is freed by the caller, behind the module. */
UNUSED static struct module *mb_load(const uint8_t *bytes, size_t n,
                                     uint8_t **copy, struct error *err)
{
    struct module *m;

    *err = (struct error)ERROR_INIT;
    *copy = malloc(n ? n : 1);
    assert_non_null(*copy);
    memcpy(*copy, bytes, n);
    m = module_decode("test", *copy, n, err);
    if (m && !module_validate(m, err)) {
        module_free(m);
        return NULL;
    }
    return m;
}

/* A module that must be accepted; freed with mb_free. */
UNUSED static struct module *mb_valid(const struct modbuild *mb, uint8_t **copy)
{
    struct error err;
    struct module *m = mb_load(mb->bytes, mb->n, copy, &err);

    if (!m)
        print_error("unexpected error at %llu: %s\n",
                    (unsigned long long)err.offset, err.text);
    assert_non_null(m);
    return m;
}

UNUSED static void mb_free(struct module *m, uint8_t *copy)
{
    module_free(m);
    free(copy);
}

UNUSED static void mb_expect_ok(const struct modbuild *mb)
{
    uint8_t *copy;
    struct module *m = mb_valid(mb, &copy);

    mb_free(m, copy);
}

/* A module that must be refused, with this text in the message. */
UNUSED static void mb_expect_error(const struct modbuild *mb,
                                   enum error_kind kind, const char *text)
{
    struct error err;
    uint8_t *copy;
    struct module *m = mb_load(mb->bytes, mb->n, &copy, &err);

    mb_free(m, copy);
    assert_null(m);
    if (!strstr(err.text, text))
        print_error("message: %s\nexpected: %s\n", err.text, text);
    assert_non_null(strstr(err.text, text));
    assert_int_equal(err.kind, kind);
}

/*
 * A module with something of everything that tine supports.
 *
 * Types: 0 () -> (), 1 (i32 i32) -> (i32), 2 () -> (i32 i64), 3 (i32) -> (i32).
 * Functions: 0 imported of type 3; 1 of type 0, the start; 2 of type 1; 3 of
 * type 2; 4 of type 1.
 */
UNUSED static void mb_rich(struct modbuild *mb)
{
    static struct modbuild code;
    /* Function 1: numbers, memory, atomics, tables, bulk operations. */
    static const uint8_t body1[] = {
        /* 300 i32, 2 f64 and 1 externref: past the one-byte indices. */
        3,
        0xac,
        2,
        VT_I32,
        2,
        VT_F64,
        1,
        VT_EXTERNREF,
        OP_I32_CONST,
        0xc0,
        0xbb,
        0x78,
        OP_LOCAL_TEE,
        0x80,
        1,
        OP_I32_CLZ,
        OP_I32_CONST,
        16,
        OP_I32_ADD,
        OP_I64_EXTEND_I32_S,
        OP_I64_CONST,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x7f,
        OP_I64_MUL,
        OP_I64_EXTEND8_S,
        OP_DROP,
        OP_F32_CONST,
        0,
        0,
        0xc0,
        0x7f,
        OP_F64_PROMOTE_F32,
        OP_LOCAL_SET,
        0xac,
        2,
        OP_LOCAL_GET,
        0xac,
        2,
        OP_F64_CONST,
        0,
        0,
        0,
        0,
        0,
        0,
        0xf8,
        0x3f,
        OP_F64_GT,
        OP_IF,
        0x40,
        OP_NOP,
        OP_ELSE,
        OP_UNREACHABLE,
        OP_END,
        OP_LOCAL_GET,
        0xac,
        2,
        0xfc,
        6,
        OP_DROP,
        OP_I32_CONST,
        8,
        OP_I32_CONST,
        8,
        OP_I32_LOAD,
        2,
        4,
        OP_I32_STORE8,
        0,
        0x90,
        0x80,
        4,
        OP_I32_CONST,
        0,
        OP_I64_CONST,
        5,
        0xfe,
        0x1f,
        3,
        0,
        OP_DROP,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        1,
        OP_I32_CONST,
        2,
        0xfe,
        0x48,
        2,
        0,
        OP_DROP,
        0xfe,
        3,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        1,
        0xfc,
        8,
        1,
        0,
        0xfc,
        9,
        1,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        1,
        0xfc,
        10,
        0,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        1,
        0xfc,
        11,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        1,
        0xfc,
        12,
        1,
        0,
        0xfc,
        13,
        1,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        0,
        OP_I32_CONST,
        1,
        0xfc,
        14,
        0,
        0,
        OP_REF_NULL,
        VT_EXTERNREF,
        OP_I32_CONST,
        1,
        0xfc,
        15,
        1,
        OP_DROP,
        0xfc,
        16,
        1,
        OP_DROP,
        OP_I32_CONST,
        0,
        OP_LOCAL_GET,
        0xae,
        2,
        OP_I32_CONST,
        0,
        0xfc,
        17,
        1,
        OP_I32_CONST,
        0,
        OP_REF_FUNC,
        2,
        OP_TABLE_SET,
        0,
        OP_I32_CONST,
        0,
        OP_TABLE_GET,
        0,
        OP_REF_IS_NULL,
        OP_DROP,
        OP_REF_NULL,
        VT_FUNCREF,
        OP_REF_NULL,
        VT_FUNCREF,
        OP_I32_CONST,
        1,
        OP_SELECT_T,
        1,
        VT_FUNCREF,
        OP_DROP,
        OP_MEMORY_SIZE,
        0,
        OP_MEMORY_GROW,
        0,
        OP_GLOBAL_SET,
        1,
        OP_END,
    };
    /* Function 2: control flow, with values across it. */
    static const uint8_t body2[] = {
        0,
        OP_BLOCK,
        VT_I32,
        OP_LOCAL_GET,
        0,
        OP_LOOP,
        3,
        OP_LOCAL_GET,
        1,
        OP_BR_IF,
        0,
        OP_LOCAL_GET,
        0,
        OP_BR_TABLE,
        2,
        0,
        1,
        1,
        OP_END,
        OP_END,
        OP_LOCAL_GET,
        1,
        OP_I32_CONST,
        3,
        OP_SELECT,
        OP_CALL,
        0,
        OP_LOCAL_GET,
        0,
        OP_IF,
        3,
        OP_I32_EQZ,
        OP_ELSE,
        OP_RETURN,
        OP_END,
        OP_LOCAL_GET,
        0,
        OP_I32_CONST,
        1,
        OP_CALL_INDIRECT,
        1,
        0,
        OP_END,
    };
    static const uint8_t body3[] = {0,    OP_GLOBAL_GET, 0, OP_I64_CONST,
                                    0x7f, OP_END};
    static const uint8_t body4[] = {0, OP_LOCAL_GET,   0, OP_LOCAL_GET,
                                    1, OP_RETURN_CALL, 2, OP_END};

    mb_init(mb);
    mb_section(mb, 0, BYTES(4, 'n', 'o', 't', 'e', 1, 2, 3));
    mb_section(mb, 1,
               BYTES(4, 0x60, 0, 0, 0x60, 2, VT_I32, VT_I32, 1, VT_I32, 0x60, 0,
                     2, VT_I32, VT_I64, 0x60, 1, VT_I32, 1, VT_I32));
    mb_section(mb, 2,
               BYTES(2, 3, 'e', 'n', 'v', 1, 'f', 0, 3, 3, 'e', 'n', 'v', 1,
                     'g', 3, VT_I32, 0));
    mb_section(mb, 3, BYTES(4, 0, 1, 2, 1));
    mb_section(mb, 4, BYTES(2, VT_FUNCREF, 1, 4, 8, VT_EXTERNREF, 0, 1));
    mb_section(mb, 5, BYTES(1, 3, 1, 2));
    mb_section(mb, 6,
               BYTES(3, VT_I32, 1, OP_GLOBAL_GET, 0, OP_I32_CONST, 4,
                     OP_I32_ADD, OP_END, VT_FUNCREF, 0, OP_REF_FUNC, 4, OP_END,
                     VT_F64, 1, OP_F64_CONST, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f,
                     OP_END));
    mb_section(mb, 7,
               BYTES(4, 3, 'r', 'u', 'n', 0, 2, 1, 't', 1, 0, 1, 'm', 2, 0, 1,
                     'g', 3, 1));
    mb_section(mb, 8, BYTES(1));
    mb_section(mb, 9,
               BYTES(8, 0, OP_I32_CONST, 0, OP_END, 1, 2, /* active */
                     1, 0, 2, 2, 3,                       /* passive */
                     2, 0, OP_I32_CONST, 1, OP_END, 0, 1, 1, 3, 0, 1,
                     4, /* declarative */
                     4, OP_GLOBAL_GET, 0, OP_END, 1, OP_REF_FUNC, 2, OP_END, 5,
                     VT_EXTERNREF, 1, OP_REF_NULL, VT_EXTERNREF, OP_END, 6, 1,
                     OP_I32_CONST, 0, OP_END, VT_EXTERNREF, 0, 7, VT_FUNCREF, 1,
                     OP_REF_NULL, VT_FUNCREF, OP_END));
    mb_section(mb, 12, BYTES(3));
    code.n = 0;
    mb_u32(&code, 4);
    mb_u32(&code, sizeof(body1));
    mb_bytes(&code, body1, sizeof(body1));
    mb_u32(&code, sizeof(body2));
    mb_bytes(&code, body2, sizeof(body2));
    mb_u32(&code, sizeof(body3));
    mb_bytes(&code, body3, sizeof(body3));
    mb_u32(&code, sizeof(body4));
    mb_bytes(&code, body4, sizeof(body4));
    mb_section(mb, 10, code.bytes, code.n);
    mb_section(mb, 11,
               BYTES(3, 0, OP_I32_CONST, 0, OP_END, 2, 'h', 'i', 1, 1, 'x', 2,
                     0, OP_I32_CONST, 5, OP_END, 0));
    mb_section(mb, 0,
               BYTES(4, 'n', 'a', 'm', 'e', 0, 2, 1, 'm', 1, 11, 2, 1, 4, 'm',
                     'a', 'i', 'n', 2, 2, 'f', '2'));
}

#endif
