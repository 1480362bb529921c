/*
 * reader.h: a bounded cursor over the bytes of a module, which reports what
 * it could not read.  Used where the bytes are not yet known to be right: by
 * the decoder and by the validator.
 *
 * Every function returns false with *err set, or moves on and fills *ret.
 * `what` names what is read, for the message: "the number of imports".
 */
#ifndef TINE_WASM_READER_H
#define TINE_WASM_READER_H

#include "base/error.h"
#include "base/leb.h"
#include "wasm/module.h"

struct reader {
    const uint8_t *bytes; /* of the module; offsets count from here */
    const uint8_t *p;
    const uint8_t *end;
    const char *within; /* what ends at `end`: "the type section" */
    struct error *err;
    const struct module *module; /* whose types references may name */
    uint32_t n_members; /* types of the recursion group that is being read,
                           behind the module's n_types */
};

static inline size_t reader_left(const struct reader *r)
{
    return (size_t)(r->end - r->p);
}

/* Offset in the module of `at`, or of what is read next. */
static inline uint32_t reader_offset_of(const struct reader *r,
                                        const uint8_t *at)
{
    return (uint32_t)(at - r->bytes);
}

static inline uint32_t reader_offset(const struct reader *r)
{
    return reader_offset_of(r, r->p);
}

/* Report that `within` ended too early. */
bool reader_fail_end(const struct reader *r, const char *what);

/* Report how reading an integer ended. */
bool reader_fail_leb(const struct reader *r, enum leb_result result,
                     const char *what);

MUST_CHECK static inline bool reader_u32(struct reader *r, const char *what,
                                         uint32_t *ret)
{
    enum leb_result result = leb_read_u32(&r->p, r->end, ret);

    if (likely(result == LEB_OK))
        return true;
    (void)reader_fail_leb(r, result, what);
    return false;
}

bool reader_u8(struct reader *r, const char *what, uint8_t *ret) MUST_CHECK;
bool reader_u64(struct reader *r, const char *what, uint64_t *ret) MUST_CHECK;
/* `bits` is 32, 33 or 64. */
bool reader_signed(struct reader *r, const char *what, unsigned bits,
                   int64_t *ret) MUST_CHECK;

/* n bytes as they are. */
bool reader_bytes(struct reader *r, const char *what, uint32_t n,
                  const uint8_t **ret) MUST_CHECK;

/* A vector of bytes that is UTF-8. */
bool reader_name(struct reader *r, const char *what,
                 struct name *ret) MUST_CHECK;

/* The length of a vector whose items have at least item_size bytes each: above
 * `limit` is ERROR_UNSUPPORTED, and more than can follow is malformed, so that
 * nothing is allocated for items that are not there. */
bool reader_count(struct reader *r, const char *what, uint32_t limit,
                  uint32_t item_size, uint32_t *ret) MUST_CHECK;

/* A value type, a reference type, or a heap type, as the reference to it that
 * may be null; those of other proposals are ERROR_UNSUPPORTED. */
bool reader_valtype(struct reader *r, const char *what,
                    valtype *ret) MUST_CHECK;
bool reader_reftype(struct reader *r, const char *what,
                    valtype *ret) MUST_CHECK;
bool reader_heaptype(struct reader *r, const char *what,
                     valtype *ret) MUST_CHECK;

/* An opcode, prefixed or not; it need not be one that exists. */
bool reader_opcode(struct reader *r, uint32_t *ret) MUST_CHECK;

/* Report an opcode, at `at`, that opcode_find does not know. */
bool reader_fail_opcode(const struct reader *r, const uint8_t *at, uint32_t op);

#endif
