/*
 * spec_value.h: values in the JSON of the specification's scripts.
 */
#ifndef TINE_TESTS_SPEC_VALUE_H
#define TINE_TESTS_SPEC_VALUE_H

#include <jansson.h>

#include "wasm/type.h"

/* Write an argument to slots; how many it took. */
uint32_t spec_value_read(const json_t *value, uint64_t *slots);

/* Is the result in the slots what is expected? */
bool spec_value_matches(const json_t *want, valtype type,
                        const uint64_t *slots);

#endif
