/*
 * __typedef_sigset_t.h: stands in for wasi-libc's, whose sigset_t has eight
 * bits.  Bit n - 1 is signal n.
 */
#ifndef __wasilibc___typedef_sigset_t_h
#define __wasilibc___typedef_sigset_t_h

typedef unsigned long long sigset_t;

#endif
