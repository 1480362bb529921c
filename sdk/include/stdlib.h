/*
 * stdlib.h: wasi-libc's, and the calls that it leaves out.
 */
#include_next <stdlib.h>

#ifndef TINE_STDLIB_H
#define TINE_STDLIB_H

#include <sys/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

int mkstemp(char *);
int mkostemp(char *, int);
int mkstemps(char *, int);
int mkostemps(char *, int, int);
char *mkdtemp(char *);

#ifdef __cplusplus
}
#endif

#endif
