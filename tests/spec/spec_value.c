/* spec_value.c: see spec_value.h. */
#include "spec_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A lane, from the lowest on. */
static uint64_t lane_of(const uint64_t *slots, unsigned bits, unsigned lane)
{
    uint64_t all = slots[lane * bits / 64] >> lane * bits % 64;

    return bits == 64 ? all : all & ((UINT64_C(1) << bits) - 1);
}

uint32_t spec_value_store(const struct spec_value *value, uint64_t *slots)
{
    uint32_t n = valtype_slots(value->type);

    assert(!value->is_any);
    memcpy(slots, value->bits, n * sizeof(*slots));
    return n;
}

static bool is_nan(enum spec_nan want, unsigned lane_bits, uint64_t bits)
{
    const uint64_t sign = UINT64_C(1) << (lane_bits - 1);
    const uint64_t quiet = lane_bits == 32 ? 0x7fc00000 : 0x7ff8000000000000u;

    if (want == SPEC_NAN_CANONICAL)
        return (bits & ~sign) == quiet;
    return (bits & quiet) == quiet;
}

static bool lane_matches(const struct spec_value *want, const uint64_t *slots,
                         unsigned lane)
{
    uint64_t have = lane_of(slots, want->lane_bits, lane);
    enum spec_nan nan = SPEC_BITS;

    if (lane < SPEC_FLOAT_LANES)
        nan = want->nans[lane];
    if (nan != SPEC_BITS)
        return is_nan(nan, want->lane_bits, have);
    return have == lane_of(want->bits, want->lane_bits, lane);
}

bool spec_value_matches(const struct spec_value *want, valtype type,
                        const uint64_t *slots)
{
    unsigned i;

    if (!valtype_match(type, want->type))
        return false;
    if (want->is_any)
        return true;
    if (valtype_is_ref(want->type) && want->type != VT_EXTERNREF)
        return (slots[0] != 0) == (want->bits[0] != 0);
    /* The upper half of the slot is part of the interpreter's promise. */
    if (want->type == VT_I32 && slots[0] > UINT32_MAX)
        return false;
    for (i = 0; i < want->n_lanes; i++)
        if (!lane_matches(want, slots, i))
            return false;
    return true;
}

void spec_value_print(const struct spec_value *value, char *buf, size_t size)
{
    static const char *const nans[] = {"", "nan:canonical", "nan:arithmetic"};
    size_t at = (size_t)snprintf(buf, size, "%s", valtype_name(value->type));
    unsigned i;

    for (i = 0; !value->is_any && i < value->n_lanes && at < size; i++) {
        enum spec_nan nan = i < SPEC_FLOAT_LANES ? value->nans[i] : SPEC_BITS;

        if (nan != SPEC_BITS)
            at += (size_t)snprintf(buf + at, size - at, " %s", nans[nan]);
        else
            at += (size_t)snprintf(buf + at, size - at, " 0x%" PRIx64,
                                   lane_of(value->bits, value->lane_bits, i));
    }
}
