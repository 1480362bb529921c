/* reader.c: see reader.h. */
#include "wasm/reader.h"

#include <stdio.h>

#include "base/utf8.h"
#include "wasm/opcode.h"

bool reader_fail_end(const struct reader *r, const char *what)
{
    return error_set(r->err, ERROR_MALFORMED, reader_offset_of(r, r->end),
                     "unexpected end of %s (reading %s)", r->within, what);
}

bool reader_fail_leb(const struct reader *r, enum leb_result result,
                     const char *what)
{
    if (result == LEB_END)
        return reader_fail_end(r, what);
    return error_set(
        r->err, ERROR_MALFORMED, reader_offset(r), "integer %s (reading %s)",
        result == LEB_TOO_LONG ? "representation too long" : "too large", what);
}

bool reader_u8(struct reader *r, const char *what, uint8_t *ret)
{
    if (r->p == r->end)
        return reader_fail_end(r, what);
    *ret = *r->p++;
    return true;
}

bool reader_u64(struct reader *r, const char *what, uint64_t *ret)
{
    enum leb_result result = leb_read_u(&r->p, r->end, 64, ret);

    return result == LEB_OK || reader_fail_leb(r, result, what);
}

bool reader_signed(struct reader *r, const char *what, unsigned bits,
                   int64_t *ret)
{
    enum leb_result result = leb_read_s(&r->p, r->end, bits, ret);

    return result == LEB_OK || reader_fail_leb(r, result, what);
}

bool reader_bytes(struct reader *r, const char *what, uint32_t n,
                  const uint8_t **ret)
{
    if (reader_left(r) < n)
        return reader_fail_end(r, what);
    *ret = r->p;
    r->p += n;
    return true;
}

bool reader_name(struct reader *r, const char *what, struct name *ret)
{
    const uint8_t *text = NULL;
    uint32_t len;

    if (!reader_u32(r, what, &len) || !reader_bytes(r, what, len, &text))
        return false;
    if (!utf8_valid(text, len))
        return error_set(r->err, ERROR_MALFORMED, reader_offset_of(r, text),
                         "malformed UTF-8 encoding (reading %s)", what);
    ret->text = (const char *)text;
    ret->len = len;
    return true;
}

bool reader_count(struct reader *r, const char *what, uint32_t limit,
                  uint32_t item_size, uint32_t *ret)
{
    uint32_t offset = reader_offset(r);
    uint32_t n;

    if (!reader_u32(r, what, &n))
        return false;
    if (n > reader_left(r) / item_size)
        return reader_fail_end(r, what);
    if (n > limit)
        return error_set(r->err, ERROR_UNSUPPORTED, offset,
                         "%s is %u, and the limit is %u", what, n, limit);
    *ret = n;
    return true;
}

/* Is the byte a heap type that we have, and as a value type the reference to
 * it that may be null? */
static bool is_heap_byte(uint8_t byte)
{
    switch (byte) {
    case VT_FUNCREF:
    case VT_EXTERNREF:
    case VT_EXNREF:
    case VT_NULLFUNCREF:
    case VT_NULLEXTERNREF:
    case VT_NULLEXNREF:
        return true;
    default:
        return false;
    }
}

/* Report the byte read last, which is no type that we have. */
static bool fail_type(struct reader *r, const char *what, uint8_t byte,
                      const char *kind)
{
    const char *foreign = valtype_foreign(byte);

    r->p--;
    if (foreign)
        return error_set(r->err, ERROR_UNSUPPORTED, reader_offset(r),
                         "%s is not supported: type 0x%02x (reading %s)",
                         foreign, byte, what);
    return error_set(r->err, ERROR_MALFORMED, reader_offset(r),
                     "malformed %s type 0x%02x (reading %s)", kind, byte, what);
}

static bool type_of_index(const struct reader *r, uint32_t offset,
                          uint32_t index, valtype *ret)
{
    uint32_t n_types = r->module->n_types;

    if (index < n_types)
        *ret = valtype_to(r->module->types[index], true);
    else if (index - n_types < r->n_members)
        *ret = valtype_to_member(index - n_types, true);
    else
        return error_set(r->err, ERROR_INVALID, offset, "unknown type %u",
                         index);
    return *ret != VT_FUNCREF ||
           error_set(r->err, ERROR_UNSUPPORTED, offset,
                     "too many different types in this process");
}

bool reader_heaptype(struct reader *r, const char *what, valtype *ret)
{
    uint32_t offset = reader_offset(r);
    int64_t index;

    /* One byte that is negative as a LEB128 number is an abstract type. */
    if (reader_left(r) && (*r->p & 0xc0) == 0x40) {
        *ret = *r->p++;
        return is_heap_byte((uint8_t)*ret) ||
               fail_type(r, what, (uint8_t)*ret, "heap");
    }
    if (!reader_signed(r, what, 33, &index))
        return false;
    if (index < 0)
        return error_set(r->err, ERROR_MALFORMED, offset,
                         "malformed heap type (reading %s)", what);
    return type_of_index(r, offset, (uint32_t)index, ret);
}

static bool read_type(struct reader *r, const char *what, bool only_ref,
                      valtype *ret)
{
    uint8_t byte = 0;

    if (!reader_u8(r, what, &byte))
        return false;
    *ret = byte;
    if (is_heap_byte(byte) || (valtype_is_num(byte) && !only_ref))
        return true;
    if (byte != TYPE_REF && byte != TYPE_REF_NULL)
        return fail_type(r, what, byte, only_ref ? "reference" : "value");
    if (!reader_heaptype(r, what, ret))
        return false;
    if (byte == TYPE_REF)
        *ret = valtype_non_null(*ret);
    return true;
}

bool reader_valtype(struct reader *r, const char *what, valtype *ret)
{
    return read_type(r, what, false, ret);
}

bool reader_reftype(struct reader *r, const char *what, valtype *ret)
{
    return read_type(r, what, true, ret);
}

bool reader_opcode(struct reader *r, uint32_t *ret)
{
    const uint8_t *at = r->p;
    uint32_t number;
    uint8_t byte = 0;

    if (!reader_u8(r, "an instruction", &byte))
        return false;
    *ret = byte;
    if (!opcode_is_prefix(byte))
        return true;
    if (!reader_u32(r, "an opcode", &number))
        return false;
    if (number > 0xffff)
        return error_set(r->err, ERROR_MALFORMED, reader_offset_of(r, at),
                         "illegal opcode 0x%02x 0x%x", byte, number);
    *ret = (uint32_t)byte << 16 | number;
    return true;
}

bool reader_fail_opcode(const struct reader *r, const uint8_t *at, uint32_t op)
{
    const char *foreign = opcode_foreign(op);
    uint32_t offset = reader_offset_of(r, at);
    char text[32];

    if (op > 0xff)
        (void)snprintf(text, sizeof(text), "0x%02x 0x%02x", op >> 16,
                       op & 0xffff);
    else
        (void)snprintf(text, sizeof(text), "0x%02x", op);
    if (foreign)
        return error_set(r->err, ERROR_UNSUPPORTED, offset,
                         "%s is not supported: opcode %s", foreign, text);
    return error_set(r->err, ERROR_MALFORMED, offset, "illegal opcode %s",
                     text);
}
