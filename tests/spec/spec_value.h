/*
 * spec_value.h: values of the specification's scripts: arguments as they are
 * given to functions, and what results are compared with.
 */
#ifndef TINE_TESTS_SPEC_VALUE_H
#define TINE_TESTS_SPEC_VALUE_H

#include "wasm/type.h"

enum spec_nan {
    SPEC_BITS,           /* no NaN in particular: these bits */
    SPEC_NAN_CANONICAL,  /* of either sign */
    SPEC_NAN_ARITHMETIC, /* quiet, of either sign */
};

#define SPEC_FLOAT_LANES 4u

/*
 * Bits are as in slots, so those above a number of 32 bits are zero.  A
 * reference is null (0) or the number n of the script, as n + 1, so that it is
 * not null.
 */
struct spec_value {
    valtype type;
    bool is_any;       /* any of the type; what is below has no meaning */
    uint8_t lane_bits; /* of a v128 those of its lanes, else all: 8 to 64 */
    uint8_t n_lanes;   /* 1 if it is no v128 */
    enum spec_nan nans[SPEC_FLOAT_LANES]; /* of each lane that is a float */
    uint64_t bits[2];
};

/* Write an argument, whose bits are known, to slots; how many it took. */
uint32_t spec_value_store(const struct spec_value *value, uint64_t *slots);

/* Is what the slots have, a value of this type, what is wanted?  Which function
 * or exception a reference is cannot be said in a script. */
bool spec_value_matches(const struct spec_value *want, valtype type,
                        const uint64_t *slots);

/* Write "i32 0x7", "f32x4 ..." and the like to buf, cut off at size. */
void spec_value_print(const struct spec_value *value, char *buf, size_t size);

#endif
