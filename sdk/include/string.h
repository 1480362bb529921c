/*
 * string.h: wasi-libc's, and strsignal.
 */
#include_next <string.h>

#ifndef TINE_STRING_H
#define TINE_STRING_H

#ifdef __cplusplus
extern "C" {
#endif

char *strsignal(int);

#ifdef __cplusplus
}
#endif

#endif
