/*
 * stdio.h: wasi-libc's, and the streams that it leaves out.
 */
#include_next <stdio.h>

#ifndef TINE_STDIO_H
#define TINE_STDIO_H

#ifdef __cplusplus
extern "C" {
#endif

FILE *popen(const char *, const char *);
int pclose(FILE *);
FILE *tmpfile(void);

#ifdef __cplusplus
}
#endif

#endif
