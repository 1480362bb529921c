/*
 * sys/resource.h: wasi-libc's.  getrusage() is the library's, not wasi-libc's
 * emulation.
 */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif

#include_next <sys/resource.h>
