/*
 * crt1.c: where a program starts.  Linked by tine-cc in place of wasi-libc's,
 * which leaves it to the linker to wrap every export in constructor calls:
 * __wasm_signal must not run constructors.
 */
#include <stdlib.h>

#include "guest.h"

void __wasm_call_ctors(void);
int __main_void(void);

__attribute__((export_name("_start"))) void _start(void)
{
    static bool started;

    if (started)
        __builtin_trap();
    started = true;
    __wasm_call_ctors();
    exit(__main_void());
}

/* Before the program's own constructors, after wasi-libc's (50 and 51). */
__attribute__((constructor(60))) static void start_library(void)
{
    __tine_cwd_sync();
    __tine_signals_inherit();
}
