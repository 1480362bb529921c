/*
 * attach.h: giving an instance compiled code: its struct native (native.h),
 * where its globals live from then on, and code for its functions.
 */
#ifndef TINE_NATIVE_ATTACH_H
#define TINE_NATIVE_ATTACH_H

#include "interp/interp.h"
#include "native/load.h"

/* What an instance has when its code is compiled; in the instance's pool. */
struct compiled {
    struct image_map *image;
    struct native *native;
    struct native_layout layout;
    const uint32_t *first_types; /* as native_types */
    uint32_t n_results;          /* of native->results, as many as are used */
    /* Loops of functions that had been translated when the image came. */
    const struct interp_loop *loops;
    uint32_t n_loops;
};

/*
 * From now on the instance runs the code of the image, which stays the
 * caller's and has to outlive it: it is what calls reach, but for functions
 * that the image has no code for; those stay what they are.  Functions that
 * are active go on as they are: in the interpreter, until they come to a loop
 * that is in the image, or, if the instance went over to another image before,
 * in that one's code, which has to outlive the instance too.
 * ERROR_NOT_MODULE: the image is not of this module, or not for an instance
 * like this; nothing has changed.
 */
bool native_attach(struct instance *inst, struct image_map *image,
                   struct error *err) MUST_CHECK;

/* As struct interp_compiled has it. */
const struct interp_loop *native_loop_at(const struct instance *inst,
                                         const code_unit *head);

/* The entry thunk for functions of f's type; f runs compiled code. */
native_entry *native_entry_of(const struct func *f);

/* The foreign thunk that code of this instance calls a function of this type
 * through. */
const void *native_foreign_of(const struct compiled *compiled, uint32_t type);

#endif
