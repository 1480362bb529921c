/*
 * exception.c: see exception.h.
 *
 * The heap is one reservation, cut into blocks; a block has cells of one size,
 * a power of two.  So a word refers to an exception if it is the address of a
 * cell in use.  With threads, all of this needs a lock, and a collection the
 * other threads at a safe point.
 */
#include "rt/exception.h"

#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "rt/arena.h"
#include "rt/thread.h"

#define BLOCK      ((size_t)64 << 10)
#define N_BLOCKS   (LIMIT_EXCEPTIONS / BLOCK)
#define CELL_LEAST ((size_t)32)
#define N_SIZES    11u /* 32 bytes to 32 KiB */
STATIC_ASSERT(sizeof(struct exception) + 2 * sizeof(uint64_t) * LIMIT_PARAMS <=
                  CELL_LEAST << (N_SIZES - 1),
              "the largest exception");

/* What is allocated from one collection to the next, at least; and as much
 * memory stays with the heap when all is free. */
#define COLLECT_LEAST ((size_t)1 << 20)

enum { SIZE_NONE = N_SIZES }; /* of a block that is free */

static struct {
    char *base;
    size_t n_blocks;         /* made accessible, from the base */
    uint8_t sizes[N_BLOCKS]; /* of each block's cells: CELL_LEAST << size */
    struct exception *free[N_SIZES];
    size_t fresh;           /* bytes allocated since the last collection */
    size_t threshold;       /* collect when there are so many */
    struct exception *grey; /* found, but not looked through yet */
    size_t live;            /* bytes found in this collection ... */
    size_t scanned;         /* ... in so many words */
} heap;

static struct exception_roots *all_roots;

uint32_t exception_slots(const struct functype *type)
{
    return type->param_slots;
}

/* --- Collecting --- */

static size_t cell_bytes(const struct exception *exn)
{
    return CELL_LEAST << heap.sizes[(size_t)((char *)exn - heap.base) / BLOCK];
}

/* If the word is a reference to an exception, that one is kept. */
static void mark(uint64_t word)
{
    size_t at = (size_t)(word - (uint64_t)(uintptr_t)heap.base);
    struct exception *exn;

    if (at >= heap.n_blocks * BLOCK || heap.sizes[at / BLOCK] == SIZE_NONE ||
        at % (CELL_LEAST << heap.sizes[at / BLOCK]) != 0)
        return;
    exn = (struct exception *)(void *)(heap.base + at);
    if (!exn->tag || exn->marked)
        return;
    exn->marked = true;
    exn->next = heap.grey;
    heap.grey = exn;
    heap.live += cell_bytes(exn);
}

static void mark_words(const uint64_t *words, size_t n)
{
    size_t i;

    heap.scanned += n;
    for (i = 0; i < n; i++)
        mark(words[i]);
}

static void mark_instance(const struct instance *inst)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = 0; i < m->n_globals; i++) {
        if (inst->globals[i] && valtype_is_exn(m->globals[i].type.type))
            mark_words(inst->globals[i], 1);
    }
    for (i = 0; i < m->n_tables; i++) {
        const struct table *table = inst->tables[i];

        if (table && valtype_is_exn(table->type.elem))
            mark_words((const uint64_t *)(const void *)table->elems,
                       table->size);
    }
}

static bool scans_machine_stack;

void exception_scan_machine_stack(void)
{
    scans_machine_stack = true;
}

/* On the guest stack, what compiled code keeps there; it has saved its
 * registers there too, when it has called. */
NOINLINE static void mark_machine_stack(const struct stack *stack)
{
    const char *from = __builtin_frame_address(0);

    if (from >= stack->machine_low && from < stack->machine_top)
        mark_words((const uint64_t *)(const void *)from,
                   (size_t)(stack->machine_top - from) / sizeof(uint64_t));
}

static void mark_all(const struct thread *t)
{
    const struct exception_roots *roots;
    const struct instance *inst;

    heap.live = 0;
    heap.scanned = 0;
    mark_words(t->stack.value_base,
               (size_t)(t->value_sp - t->stack.value_base));
    if (scans_machine_stack)
        mark_machine_stack(&t->stack);
    for (roots = all_roots; roots; roots = roots->next)
        mark_words(roots->slots, roots->n);
    for (inst = instance_first(); inst; inst = inst->next)
        mark_instance(inst);
    while (heap.grey) {
        const struct exception *exn = heap.grey;

        heap.grey = exn->next;
        mark_words(exn->slots, exn->n_slots);
    }
}

static void free_cell(struct exception *exn, unsigned size)
{
    exn->tag = NULL;
    exn->next = heap.free[size];
    heap.free[size] = exn;
}

/* Free what is not marked in a block. */
static void sweep_block(size_t block)
{
    unsigned size = heap.sizes[block];
    struct exception *older = heap.free[size];
    char *start = heap.base + block * BLOCK;
    bool used = false;
    size_t at;

    for (at = 0; at < BLOCK; at += CELL_LEAST << size) {
        struct exception *exn = (struct exception *)(void *)(start + at);

        if (exn->tag && exn->marked) {
            exn->marked = false;
            used = true;
        } else {
            free_cell(exn, size);
        }
    }
    if (used)
        return;
    /* A free block may get cells of another size. */
    heap.free[size] = older;
    heap.sizes[block] = SIZE_NONE;
    if (block * BLOCK >= COLLECT_LEAST)
        (void)madvise(start, BLOCK, MADV_DONTNEED);
}

/* The more there was to look at, the later comes the next one. */
static void collect(const struct thread *t)
{
    size_t block;

    mark_all(t);
    memset(heap.free, 0, sizeof(heap.free));
    for (block = 0; block < heap.n_blocks; block++) {
        if (heap.sizes[block] != SIZE_NONE)
            sweep_block(block);
    }
    heap.fresh = 0;
    heap.threshold = MAX(heap.live, heap.scanned * sizeof(uint64_t) / 4);
    heap.threshold = MAX(heap.threshold, COLLECT_LEAST);
}

/* --- Allocating --- */

/* Make one more block accessible; false if there are none, or no memory. */
static bool add_block(void)
{
    if (!heap.base) {
        heap.base = arena_reserve(0, LIMIT_EXCEPTIONS);
        heap.threshold = COLLECT_LEAST;
        if (!heap.base)
            return false;
    }
    if (heap.n_blocks == N_BLOCKS || mprotect(heap.base + heap.n_blocks * BLOCK,
                                              BLOCK, PROT_READ | PROT_WRITE))
        return false;
    heap.sizes[heap.n_blocks++] = SIZE_NONE;
    return true;
}

/* Give a free block cells of a size. */
static bool take_block(unsigned size)
{
    size_t block = 0, at;

    while (block < heap.n_blocks && heap.sizes[block] != SIZE_NONE)
        block++;
    if (block == heap.n_blocks && !add_block())
        return false;
    heap.sizes[block] = (uint8_t)size;
    for (at = BLOCK; at > 0; at -= CELL_LEAST << size)
        free_cell((struct exception *)(void *)(heap.base + block * BLOCK + at -
                                               (CELL_LEAST << size)),
                  size);
    return true;
}

struct exception *exception_new(const struct thread *t, const struct tag *tag,
                                const uint64_t *slots)
{
    uint32_t n = exception_slots(tag->type);
    size_t bytes = sizeof(struct exception) + n * sizeof(uint64_t);
    struct exception *exn;
    unsigned size = 0;

    while (CELL_LEAST << size < bytes)
        size++;
    if (heap.fresh >= heap.threshold && heap.base)
        collect(t);
    if (!heap.free[size] && !take_block(size)) {
        collect(t);
        if (!heap.free[size] && !take_block(size))
            return NULL;
    }
    exn = heap.free[size];
    heap.free[size] = exn->next;
    heap.fresh += CELL_LEAST << size;
    exn->tag = tag;
    exn->marked = false;
    exn->n_slots = n;
    if (n)
        memcpy(exn->slots, slots, n * sizeof(*slots));
    return exn;
}

void exception_drop_all(void)
{
    if (heap.base)
        (void)munmap(heap.base, LIMIT_EXCEPTIONS);
    memset(&heap, 0, sizeof(heap));
}

/* --- Roots --- */

void exception_roots_add(struct exception_roots *roots, const uint64_t *slots,
                         size_t n)
{
    roots->slots = slots;
    roots->n = n;
    roots->next = all_roots;
    roots->link = &all_roots;
    if (all_roots)
        all_roots->link = &roots->next;
    all_roots = roots;
}

void exception_roots_remove(struct exception_roots *roots)
{
    if (!roots->link)
        return;
    *roots->link = roots->next;
    if (roots->next)
        roots->next->link = roots->link;
    roots->link = NULL;
}
