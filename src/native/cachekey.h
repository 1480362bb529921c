/*
 * cachekey.h: on which processor, and with which version of tine, an object
 * that was compiled for this processor can run.
 */
#ifndef TINE_NATIVE_CACHEKEY_H
#define TINE_NATIVE_CACHEKEY_H

#include <stdint.h>

/* A hash of both: all that the processor says of its instructions. */
void cachekey_target(uint8_t hash[32]);

#endif
