/* spec_value.c: see spec_value.h. */
#include "spec_value.h"

#include <stdlib.h>
#include <string.h>

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

/* References: null is 0, host value n is n + 1, so that 0 is not null. */
static uint64_t read_ref(const char *text)
{
    return strcmp(text, "null") == 0 ? 0 : strtoull(text, NULL, 10) + 1;
}

/* Bits of a lane of a v128: the type of the lanes is "i8" ... "f64". */
static unsigned lane_bits(const json_t *value)
{
    return (unsigned)strtoul(string_of(value, "lane_type") + 1, NULL, 10);
}

/* The bits of a lane, from the lowest on. */
static uint64_t lane_of(const uint64_t *slots, unsigned bits, size_t lane)
{
    uint64_t all = slots[lane * bits / 64] >> lane * bits % 64;

    return bits == 64 ? all : all & ((UINT64_C(1) << bits) - 1);
}

static void read_v128(const json_t *value, uint64_t *slots)
{
    unsigned bits = lane_bits(value);
    const json_t *lane;
    size_t i;

    slots[0] = slots[1] = 0;
    json_array_foreach(json_object_get(value, "value"), i, lane)
    {
        uint64_t number = strtoull(json_string_value(lane), NULL, 10);

        if (bits < 64)
            number &= (UINT64_C(1) << bits) - 1;
        slots[i * bits / 64] |= number << i * bits % 64;
    }
}

uint32_t spec_value_read(const json_t *value, uint64_t *slots)
{
    const char *type = string_of(value, "type");
    const char *text = string_of(value, "value");

    if (strcmp(type, "v128") == 0) {
        read_v128(value, slots);
        return 2;
    }
    if (strstr(type, "ref"))
        slots[0] = read_ref(text);
    else if (strcmp(type, "i32") == 0 || strcmp(type, "f32") == 0)
        slots[0] = (uint32_t)strtoull(text, NULL, 10);
    else
        slots[0] = strtoull(text, NULL, 10);
    return 1;
}

static bool matches_f32(const char *text, uint32_t bits)
{
    if (strcmp(text, "nan:canonical") == 0)
        return (bits & 0x7fffffff) == 0x7fc00000;
    if (strcmp(text, "nan:arithmetic") == 0)
        return (bits & 0x7fc00000) == 0x7fc00000;
    return bits == (uint32_t)strtoull(text, NULL, 10);
}

static bool matches_f64(const char *text, uint64_t bits)
{
    const uint64_t quiet = 0x7ff8000000000000u;

    if (strcmp(text, "nan:canonical") == 0)
        return (bits & 0x7fffffffffffffffu) == quiet;
    if (strcmp(text, "nan:arithmetic") == 0)
        return (bits & quiet) == quiet;
    return bits == strtoull(text, NULL, 10);
}

static bool matches_v128(const json_t *want, const uint64_t *slots)
{
    bool is_float = string_of(want, "lane_type")[0] == 'f';
    unsigned bits = lane_bits(want);
    const json_t *lane;
    bool ok = true;
    size_t i;

    json_array_foreach(json_object_get(want, "value"), i, lane)
    {
        const char *text = json_string_value(lane);
        uint64_t have = lane_of(slots, bits, i);

        if (is_float)
            ok &= bits == 32 ? matches_f32(text, (uint32_t)have)
                             : matches_f64(text, have);
        else
            ok &= have ==
                  (strtoull(text, NULL, 10) & (UINT64_MAX >> (64 - bits)));
    }
    return ok && i * bits == 128;
}

bool spec_value_matches(const json_t *want, valtype type, const uint64_t *slots)
{
    const char *text = string_of(want, "value");

    switch (type) {
    case VT_I32:
        /* The upper half of the slot is part of the interpreter's promise. */
        return slots[0] == (uint32_t)strtoull(text, NULL, 10);
    case VT_I64:
        return slots[0] == strtoull(text, NULL, 10);
    case VT_F32:
        return matches_f32(text, (uint32_t)slots[0]);
    case VT_F64:
        return matches_f64(text, slots[0]);
    case VT_V128:
        return matches_v128(want, slots);
    default:
        /* Which function a reference is cannot be said in JSON. */
        if ((uint8_t)type != VT_EXTERNREF && strcmp(text, "null") != 0)
            return slots[0] != 0;
        return slots[0] == read_ref(text);
    }
}
