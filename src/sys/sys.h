/*
 * sys.h: the calls that a guest may import: a prototype for each handler, made
 * from abi/wasix.def, the table of them, and the linker's way into it.
 *
 * A handler checks every argument before its first side effect.  One that
 * fails leaves no trace; what it has to tell is written last.
 */
#ifndef TINE_SYS_SYS_H
#define TINE_SYS_SYS_H

#include "abi/walk.h"
#include "abi/wasi.h"
#include "base/error.h"
#include "proc/process.h"
#include "rt/guest.h"
#include "rt/instance.h"

/* The C type of each kind of parameter, as kind_<KIND>. */
#define KIND(name, wasm, ctype, style, group) typedef ctype kind_##name;
#include "abi/kinds.def"
#undef KIND

/* The handlers. */
#define RESULT_ERRNO           enum wasi_errno
#define RESULT_TID             int32_t
#define RESULT_VOID            void
#define RESULT_NORETURN        void
#define WALK_PARAM(name, kind) , kind_##kind name
#define CALL(ns, name, handler, result, params)                                \
    RESULT_##result sys_##handler(struct thread *t WALK(WALK_PARAM, params));
#define MISSING(ns, name, label, result, params)
#include "abi/wasix.def"
#undef CALL
#undef MISSING
#undef WALK_PARAM
#undef RESULT_ERRNO
#undef RESULT_TID
#undef RESULT_VOID
#undef RESULT_NORETURN

enum call_kind {
#define KIND(name, wasm, ctype, style, group) KIND_##name,
#include "abi/kinds.def"
#undef KIND
};

enum call_result {
    RESULT_ERRNO,
    RESULT_TID, /* a thread number, or a negative errno */
    RESULT_VOID,
    RESULT_NORETURN,
};

/* How a parameter travels: CALL_PTR is i64 in 64-bit modules, else i32. */
enum call_wasm { CALL_I32, CALL_I64, CALL_PTR };

struct call_param {
    const char *name;
    enum call_kind kind;
};

/* A row of wasix.def. */
struct call_info {
    const char *name;
    uint32_t name_len;
    uint32_t namespaces; /* NS_* */
    enum call_result result;
    uint32_t n_params;
    const struct call_param *params;
    host_fn *thunk; /* NULL: not there yet */
};

/* The table. */
extern const struct call_info calls[];
extern const size_t n_calls;

/* What kind a kind is: its name, how it travels. */
const char *call_kind_name(enum call_kind kind);
enum call_wasm call_kind_wasm(enum call_kind kind);

/* An argument slot as a value of its kind; pointers are ptr_size wide. */
uint64_t call_arg(enum call_kind kind, uint64_t slot, uint32_t ptr_size);

/* A namespace by which imports name calls. */
struct call_namespace {
    const char *name;
    enum wasi_namespace bit;
    uint32_t ptr_size; /* of the modules that it is for; 0: of any */
};
extern const struct call_namespace call_namespaces[];
extern const size_t n_call_namespaces;

/* Is there a row of that name, whatever its type? */
bool calls_know(struct name ns, struct name name);

/*
 * The row for an import of a module with pointers of that size, where the
 * namespace leaves it open; the type must be the row's.  NULL:
 * ERROR_UNLINKABLE, with a text that names the import, and both types if that
 * is the fault.
 */
const struct call_info *calls_find(struct name ns, struct name name,
                                   const struct functype *type,
                                   uint32_t ptr_size,
                                   struct error *err) MUST_CHECK;

/* Write the type that a row has in modules of that pointer size to buf, as
 * functype_print does. */
void calls_print_type(const struct call_info *info, uint32_t ptr_size,
                      char *buf, size_t size);

/*
 * The linker for calls (program_link_fn of proc/program.h).  A function that
 * the table has with another type is an error; one that it does not have is
 * bound to a function that says so when it is called.  The second linker binds
 * everything to the tracer (trace.h).
 */
bool calls_link(struct program *program, const struct import *import,
                struct extern_ref *ret, struct error *err) MUST_CHECK;
bool calls_link_traced(struct program *program, const struct import *import,
                       struct extern_ref *ret, struct error *err) MUST_CHECK;

/* What a function object of a call is made with (its host_data). */
struct call_binding {
    const struct call_info *info;
    const struct call_namespace *ns;
};

/* The host_fn of rows that are not there yet: errno nosys, after a line on
 * standard error the first time. */
uint64_t call_missing(struct thread *t, const uint64_t *args, const void *data);

/* Is the calling program one of WASIX: does it import from its namespaces?
 * Where WASIX and preview 1 differ, others get what preview 1 says. */
bool call_from_wasix(const struct thread *t);

/* Is it one of 2022?  Their libc has preview 1's calls, too, from the
 * namespaces of WASIX. */
bool call_from_old_wasix(const struct thread *t);

/* The descriptors that a call works on. */
static inline struct fdtable *call_fds(const struct thread *t)
{
    return t->process->env->fds;
}

#endif
