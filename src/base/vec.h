/*
 * vec.h: a typed array that grows.
 *
 *     VEC(uint32_t) list = {0};
 *     if (!vec_push(&list, 7)) out of memory;
 *     list.items[list.n - 1];
 *     vec_done(&list);
 */
#ifndef TINE_BASE_VEC_H
#define TINE_BASE_VEC_H

#include "base/base.h"

#define VEC(type)                                                              \
    struct {                                                                   \
        type *items;                                                           \
        size_t n;                                                              \
        size_t room;                                                           \
    }

/* Make room for `more` items behind the last; false when out of memory. */
#define vec_reserve(vec, more)                                                 \
    ((vec)->room - (vec)->n >= (size_t)(more) ||                               \
     vec_grow((void **)&(vec)->items, &(vec)->room, (vec)->n, (more),          \
              sizeof(*(vec)->items)))

#define vec_push(vec, item)                                                    \
    (vec_reserve(vec, 1) && (((vec)->items[(vec)->n++] = (item)), true))

#define vec_done(vec)                                                          \
    do {                                                                       \
        free((vec)->items);                                                    \
        (vec)->items = NULL;                                                   \
        (vec)->n = 0;                                                          \
        (vec)->room = 0;                                                       \
    } while (0)

/* Behind vec_reserve: at least double the room. */
MUST_CHECK static inline bool vec_grow(void **items, size_t *room, size_t n,
                                       size_t more, size_t size)
{
    size_t want, bytes;
    void *grown;

    if (ckd_add(&want, n, more))
        return false;
    want = MAX(want, *room + *room / 2 + 8);
    if (ckd_mul(&bytes, want, size))
        return false;
    grown = realloc(*items, bytes);
    if (!grown)
        return false;
    *items = grown;
    *room = want;
    return true;
}

#endif
