/*
 * helper.c: what compiled code calls (abi/helpers.def), on the guest stack,
 * through the stubs in native_*.S; t->ip and fp are set.
 */
#include "interp/interp.h"
#include "native/attach.h"
#include "native/enter.h"
#include "rt/exception.h"

void native_trap(enum trap trap);
void native_trap_memory(uint64_t addr);
void native_foreign(struct func *f, uint64_t *slots);
const void *native_call_slow(struct func *f, uint32_t type);
uint64_t native_memory_grow(uint32_t memory, uint64_t pages);
void native_memory_copy(uint32_t to, uint32_t from, uint64_t dst, uint64_t src,
                        uint64_t n);
void native_memory_fill(uint32_t memory, uint64_t dst, uint32_t value,
                        uint64_t n);
void native_memory_init(uint32_t memory, uint32_t segment, uint64_t dst,
                        uint64_t src, uint64_t n);
void native_data_drop(uint32_t segment);
uint64_t native_table_grow(uint32_t table, void *value, uint64_t n);
void native_table_fill(uint32_t table, uint64_t dst, void *value, uint64_t n);
void native_table_copy(uint32_t to, uint32_t from, uint64_t dst, uint64_t src,
                       uint64_t n);
void native_table_init(uint32_t table, uint32_t segment, uint64_t dst,
                       uint64_t src, uint64_t n);
void native_elem_drop(uint32_t segment);
uint32_t native_atomic_wait(uint32_t memory, uint64_t addr, uint64_t expected,
                            uint64_t timeout_ns, uint32_t bits);
uint32_t native_atomic_notify(uint32_t memory, uint64_t addr, uint32_t count);

/* The instance whose code called. */
static struct instance *caller(void)
{
    const struct native_regs *regs =
        (const struct native_regs *)(const void *)thread_current->fp;

    return regs->native->inst;
}

/* --- Traps --- */

void native_trap(enum trap trap)
{
    struct thread *t = thread_current;

    thread_trap(t, trap);
    stack_leave(t);
}

void native_trap_memory(uint64_t addr)
{
    struct thread *t = thread_current;

    thread_trap(t, TRAP_MEMORY_BOUNDS);
    t->trap_addr = addr;
    stack_leave(t);
}

static void trap_if(enum trap trap)
{
    if (unlikely(trap))
        native_trap(trap);
}

static void memory_check(bool ok)
{
    trap_if(ok ? TRAP_NONE : TRAP_MEMORY_BOUNDS);
}

static void table_check(bool ok)
{
    trap_if(ok ? TRAP_NONE : TRAP_TABLE_BOUNDS);
}

/* --- Calls --- */

void native_foreign(struct func *f, uint64_t *slots)
{
    struct thread *t = thread_current;
    struct landing landing;

    t->ip_behind = true;
    if (!f->inst) {
        uint64_t result = interp_host(t, f, slots);

        if (f->type->n_results > 0)
            slots[0] = result;
    } else if (func_is_native(f)) {
        (void)native_call(t, f, slots, FRAME_NATIVE, &landing);
    } else {
        interp_call(t, f, slots);
    }
}

const void *native_call_slow(struct func *f, uint32_t type)
{
    const struct instance *inst = caller();

    if (f->type != inst->module->types[type])
        native_trap(TRAP_INDIRECT_TYPE);
    return native_foreign_of(inst->compiled, type);
}

/* --- Memories --- */

uint64_t native_memory_grow(uint32_t memory, uint64_t pages)
{
    struct memory *m = caller()->memories[memory];
    int64_t old = memory_grow(m, pages);

    return m->type.limits.is_64 ? (uint64_t)old : (uint32_t)old;
}

void native_memory_copy(uint32_t to, uint32_t from, uint64_t dst, uint64_t src,
                        uint64_t n)
{
    struct memory *const *memories = caller()->memories;

    memory_check(memory_copy(memories[to], dst, memories[from], src, n));
}

void native_memory_fill(uint32_t memory, uint64_t dst, uint32_t value,
                        uint64_t n)
{
    memory_check(
        memory_fill(caller()->memories[memory], dst, (uint8_t)value, n));
}

void native_memory_init(uint32_t memory, uint32_t segment, uint64_t dst,
                        uint64_t src, uint64_t n)
{
    trap_if(instance_memory_init(caller(), memory, segment, dst, src, n));
}

void native_data_drop(uint32_t segment)
{
    caller()->data_dropped[segment] = true;
}

/* --- Tables --- */

uint64_t native_table_grow(uint32_t table, void *value, uint64_t n)
{
    struct table *of = caller()->tables[table];
    int64_t old = table_grow(of, n, value);

    return of->type.limits.is_64 ? (uint64_t)old : (uint32_t)old;
}

void native_table_fill(uint32_t table, uint64_t dst, void *value, uint64_t n)
{
    table_check(table_fill(caller()->tables[table], dst, value, n));
}

void native_table_copy(uint32_t to, uint32_t from, uint64_t dst, uint64_t src,
                       uint64_t n)
{
    struct table *const *tables = caller()->tables;

    table_check(table_copy(tables[to], dst, tables[from], src, n));
}

void native_table_init(uint32_t table, uint32_t segment, uint64_t dst,
                       uint64_t src, uint64_t n)
{
    trap_if(instance_table_init(caller(), table, segment, dst, src, n));
}

void native_elem_drop(uint32_t segment)
{
    caller()->elem_dropped[segment] = true;
}

/* --- Atomics --- */

/* The cell of an access of so many bits; traps as the instruction does, which
 * has no check of bounds in the first memory but its guard. */
static void *cell_at(uint32_t memory, uint64_t addr, uint32_t bits)
{
    const struct memory *of = caller()->memories[memory];
    bool is_inside = memory_covers(of, addr, bits / 8);

    if ((memory != 0 || of->type.limits.is_64) && !is_inside)
        native_trap_memory(addr);
    if (addr % (bits / 8) != 0)
        native_trap(TRAP_UNALIGNED_ATOMIC);
    if (!is_inside)
        native_trap_memory(addr);
    return of->base + addr;
}

uint32_t native_atomic_wait(uint32_t memory, uint64_t addr, uint64_t expected,
                            uint64_t timeout_ns, uint32_t bits)
{
    struct thread *t = thread_current;
    const struct atomic_wait args = {cell_at(memory, addr, bits), expected,
                                     (int64_t)timeout_ns, bits};

    if (!caller()->memories[memory]->type.shared)
        native_trap(TRAP_SHARED_EXPECTED);
    return (uint32_t)interp_host_atomic(t, &args, t->atomic_wait);
}

uint32_t native_atomic_notify(uint32_t memory, uint64_t addr, uint32_t count)
{
    struct thread *t = thread_current;
    const struct atomic_wait args = {cell_at(memory, addr, 32), count, 0, 32};

    return (uint32_t)interp_host_atomic(t, &args, t->atomic_notify);
}
