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

uint32_t spec_value_slots(valtype type)
{
    return type == VT_V128 ? 2 : 1;
}

uint32_t spec_value_read(const json_t *value, uint64_t *slots)
{
    const char *type = string_of(value, "type");
    const char *text = string_of(value, "value");

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
    default:
        /* Which function a reference is cannot be said in JSON. */
        if (type == VT_FUNCREF && strcmp(text, "null") != 0)
            return slots[0] != 0;
        return slots[0] == read_ref(text);
    }
}
