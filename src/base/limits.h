/*
 * limits.h: every limit of tine, with its reason.  A limit that a guest or a
 * module can meet is reported by the name of what was exceeded.
 */
#ifndef TINE_BASE_LIMITS_H
#define TINE_BASE_LIMITS_H

/* WebAssembly's page, and the largest memories: 65536 pages, 4 GiB, where
 * addresses have 32 bits, and the whole of 64 bits where they have as many. */
#define WASM_PAGE_SIZE    65536u
#define WASM_MAX_PAGES    65536u
#define WASM_MAX_PAGES_64 ((uint64_t)1 << 48)

/* Address space that a 64-bit memory gets to grow into, unless it begins
 * larger or has a smaller maximum: more than most hosts have memory, and a
 * process has room for hundreds. */
#ifndef LIMIT_MEMORY_64
#define LIMIT_MEMORY_64 ((uint64_t)256 << 30)
#endif

/* The limits of the JavaScript API (section "Implementation-defined Limits"),
 * which producers already keep to. */
#define LIMIT_TYPES      1000000u
#define LIMIT_FUNCTIONS  1000000u
#define LIMIT_IMPORTS    1000000u
#define LIMIT_EXPORTS    1000000u
#define LIMIT_GLOBALS    1000000u
#define LIMIT_SEGMENTS   10000000u /* element and data segments, each */
#define LIMIT_TABLES     100000u
#define LIMIT_MEMORIES   100u
#define LIMIT_TAGS       1000000u
#define LIMIT_ELEM_ITEMS 10000000u /* elements in one segment */
#define LIMIT_PARAMS     1000u
#define LIMIT_RESULTS    1000u
#define LIMIT_LOCALS     50000u
#define LIMIT_BODY_SIZE  7654321u
#define LIMIT_MODULE     (1u << 30) /* bytes; offsets are kept in 32 bits */

/* Elements in one table, as many as 32-bit indices allow: a table of nulls
 * costs nothing but address space. */
#define LIMIT_TABLE_SIZE 0xffffffffu

/* Custom sections.  Each costs a record, and a module could have one for every
 * three of its bytes. */
#define LIMIT_CUSTOM_SECTIONS 100000u

/* Operands of a constant expression at one time; compilers need two. */
#define LIMIT_CONST_DEPTH 256u

/* Slots of 8 bytes in one interpreter frame: operands are 16 bits wide. */
#define LIMIT_FRAME_SLOTS 65000u

/* Bytes of the interpreter's frames and of the machine stack of one guest
 * thread.  8 MiB is what Linux gives a main thread; an interpreter frame is
 * about as large as a machine frame of the same function. */
#define LIMIT_VALUE_STACK   (8u << 20)
#define LIMIT_MACHINE_STACK (8u << 20)

/* Bytes of all captures of one process (stack_checkpoint): thirty of whole
 * stacks, or a quarter of a million of small ones. */
#define LIMIT_CAPTURES ((size_t)256 << 20)

/* Bytes of exceptions that a guest keeps alive at one time, in a reservation
 * of that size: eight million of C++'s. */
#define LIMIT_EXCEPTIONS ((size_t)256 << 20)

/* Guest processes alive at one time in a family; the table of them is one
 * shared mapping. */
#define LIMIT_PROCESSES 16384u

/* Guest descriptors of one process, as RLIMIT_NOFILE usually allows. */
#define LIMIT_FDS 65536u

/* Subscriptions of one poll_oneoff: reading and writing of every descriptor,
 * and a clock. */
#define LIMIT_POLL (2 * LIMIT_FDS + 1)

/* Linux's own: PATH_MAX, UIO_MAXIOV, symbolic links in one resolution. */
#define LIMIT_PATH     4096u
#define LIMIT_IOVS     1024u
#define LIMIT_SYMLINKS 40u

/* Bytes of arguments plus environment of one program; Linux gives 2 MiB. */
#define LIMIT_ARGS (2u << 20)

/* Of each process that compiles: several times what the largest programs that
 * are known take. */
#define LIMIT_COMPILER_MEMORY  ((uint64_t)8 << 30)
#define LIMIT_COMPILER_SECONDS 3600u
#define LIMIT_COMPILER_FILE    ((uint64_t)4 << 30)

/* Frames printed of a backtrace, from the top. */
#define LIMIT_BACKTRACE 32u

/* Bytes of debugging information read for one backtrace, which takes about a
 * second at most; kinds of entries in one unit (clang makes a few hundred);
 * bytes of a name in it; inlined functions told of one frame. */
#define LIMIT_DEBUG_WORK   ((uint64_t)256 << 20)
#define LIMIT_DEBUG_KINDS  65536u
#define LIMIT_DEBUG_TEXT   4096u
#define LIMIT_DEBUG_INLINE 16u

#endif
