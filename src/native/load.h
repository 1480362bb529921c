/*
 * load.h: images of compiled code in memory (native.h says what is in them).
 *
 * An image is mapped from its file, which is trusted like an executable; what
 * is checked is that it is whole, and made for this runtime.
 */
#ifndef TINE_NATIVE_LOAD_H
#define TINE_NATIVE_LOAD_H

#include "base/error.h"
#include "native/native.h"

struct image_map {
    const struct image *image;
    uintptr_t bias; /* from addresses in the file to those in memory */
    uintptr_t start, end;
    uintptr_t code_start, code_end;
    const uint8_t *frames; /* .eh_frame_hdr, or NULL */
    size_t frames_len;
    int hfd; /* for what is not mapped: lines.h */
    uint64_t file_size;
    uint64_t memory_offset;        /* in the file, of the initial memory */
    struct image_code *by_address; /* functions, sorted; NULL: not yet */
    size_t n_by_address;
    struct debugged *debugged; /* what debuggers know, or NULL */
    /* What went before in the same program, where code may still run: closed
     * with this one; or NULL. */
    struct image_map *before;
    struct image_map *next;
};

/*
 * Map the image in a file, of which the descriptor becomes part of the result.
 * ERROR_NOT_MODULE: it is none, or not whole, or not for this tine;
 * ERROR_HOST.
 */
struct image_map *image_open(own int hfd, struct error *err) MUST_CHECK;

/* NULL is accepted.  Nothing runs in it, or ever will. */
void image_close(own struct image_map *map);

/* The image that has code at `pc`, or NULL.  Safe in signal handlers. */
struct image_map *image_at(uintptr_t pc);

/* What lies so many bytes from the start of the struct image. */
static inline const void *image_place(const struct image_map *map, int32_t at)
{
    return (const char *)map->image + at;
}

/* The code of a function, by its number among those that the module defines;
 * NULL: it has none (IMAGE_PART). */
const void *image_func(const struct image_map *map, uint32_t func);

/* The loops at which functions can be entered; how many.  The code for one. */
size_t image_loops(const struct image_map *map, const struct image_loop **ret);
const void *image_loop_code(const struct image_loop *loop);

/* The function that has code at `pc`; UINT32_MAX if it is none, but a thunk
 * for example. */
uint32_t image_func_at(struct image_map *map, uintptr_t pc);

#endif
