/*
 * stack.c: making, guarding, copying the stacks of a guest thread; see
 * stack.h.  The switching itself is in switch_*.S.
 */
#include "rt/stack.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "rt/arena.h"
#include "rt/exception.h"
#include "rt/thread.h"

STATIC_ASSERT(offsetof(struct thread, host_sp) == 0, "switch_*.S");
STATIC_ASSERT(offsetof(struct thread, guest_sp) == 8, "switch_*.S");
STATIC_ASSERT(offsetof(struct thread, leave) == 16, "switch_*.S");

/* Guards are wider than any step that a C function makes between touches. */
#define STACK_GUARD ((size_t)64 << 10)

/* Slots behind the limit that may be written without a check: zeroing locals
 * runs ahead by a few (interp/op_call.h). */
#define VALUE_RESERVE 64

/* The two parts grow away from each other, out of the middle of one page, with
 * globals between them: a child of a fork that is not deep in calls copies one
 * page for all of it. */
#define MIDDLE ((size_t)2048)

struct stack_copy {
    void *guest_sp;
    uint64_t *value_sp;
    const code_unit *ip;
    uint64_t *fp;
    size_t machine_len;
    size_t value_len;
    struct exception_roots roots; /* the copy of both */
    _Alignas(16) char bytes[];    /* machine stack, then value stack */
};

bool switch_enter(struct thread *t, void (*fn)(struct thread *t, void *arg),
                  void *arg, void *guest_top);
bool switch_resume(struct thread *t, uint64_t result);

bool stack_init(struct stack *stack, struct error *err)
{
    size_t inner = LIMIT_MACHINE_STACK + LIMIT_VALUE_STACK;
    size_t size = STACK_GUARD + inner + STACK_GUARD;
    char *map = arena_reserve(ARENA_STACK, size);
    char *middle;

    if (!map)
        return error_set_errno(err, ERROR_HOST, errno,
                               "cannot reserve the guest stack");
    stack->map = map;
    stack->map_size = size;
    stack->machine_low = map + STACK_GUARD;
    middle = stack->machine_low + LIMIT_MACHINE_STACK + MIDDLE;
    stack->machine_top = middle;
    stack->globals = (uint64_t *)(void *)middle;
    stack->value_base = stack->globals + (size_t)2 * STACK_GLOBALS;
    stack->value_limit =
        (uint64_t *)(void *)(stack->machine_low + inner) - VALUE_RESERVE;
    if (mprotect(stack->machine_low, inner, PROT_READ | PROT_WRITE)) {
        (void)error_set_errno(err, ERROR_HOST, errno,
                              "cannot get memory for the guest stack");
        stack_done(stack);
        return false;
    }
    return true;
}

void stack_done(struct stack *stack)
{
    if (stack->map)
        (void)munmap(stack->map, stack->map_size);
    memset(stack, 0, sizeof(*stack));
}

bool stack_is_guard(const struct stack *stack, const void *at)
{
    const char *p = at;

    return p >= stack->map && p < stack->machine_low;
}

bool stack_enter(struct thread *t, void (*fn)(struct thread *t, void *arg),
                 void *arg)
{
    assert(t->leave == LEAVE_NONE);
    return switch_enter(t, fn, arg, t->stack.machine_top);
}

bool stack_resume(struct thread *t, uint64_t result)
{
    assert(t->leave == LEAVE_NONE);
    return switch_resume(t, result);
}

struct stack_copy *stack_save(const struct thread *t)
{
    size_t machine_len = (size_t)(t->stack.machine_top - (char *)t->guest_sp);
    size_t value_len =
        (size_t)(t->value_sp - t->stack.value_base) * sizeof(uint64_t);
    struct stack_copy *copy = malloc(sizeof(*copy) + machine_len + value_len);

    if (!copy)
        return NULL;
    copy->guest_sp = t->guest_sp;
    copy->value_sp = t->value_sp;
    copy->ip = t->ip;
    copy->fp = t->fp;
    copy->machine_len = machine_len;
    copy->value_len = value_len;
    memcpy(copy->bytes, t->guest_sp, machine_len);
    memcpy(copy->bytes + machine_len, t->stack.value_base, value_len);
    exception_roots_add(&copy->roots,
                        (const uint64_t *)(const void *)copy->bytes,
                        (machine_len + value_len) / sizeof(uint64_t));
    return copy;
}

void stack_restore(struct thread *t, const struct stack_copy *copy)
{
    t->guest_sp = copy->guest_sp;
    t->value_sp = copy->value_sp;
    t->ip = copy->ip;
    t->fp = copy->fp;
    memcpy(copy->guest_sp, copy->bytes, copy->machine_len);
    memcpy(t->stack.value_base, copy->bytes + copy->machine_len,
           copy->value_len);
}

void stack_copy_free(own struct stack_copy *copy)
{
    if (copy)
        exception_roots_remove(&copy->roots);
    free(copy);
}

size_t stack_copy_size(const struct stack_copy *copy)
{
    return sizeof(*copy) + copy->machine_len + copy->value_len;
}

size_t stack_depth(const struct thread *t)
{
    return (size_t)((char *)t->value_sp - (char *)t->guest_sp);
}
