/*
 * attach.h: giving an instance compiled code: its struct native (native.h),
 * where its globals live from then on, and code for its functions.
 */
#ifndef TINE_NATIVE_ATTACH_H
#define TINE_NATIVE_ATTACH_H

#include "native/load.h"

/* What an instance has when its code is compiled; in the instance's pool. */
struct compiled {
    struct image_map *image;
    struct native *native;
    struct native_layout layout;
    const uint32_t *first_types; /* as native_types */
    uint32_t n_results;          /* of native->results, as many as are used */
};

/*
 * From now on the instance runs the code of the image, which stays the
 * caller's and has to outlive it: it is what calls reach, but for functions
 * that the image has no code for; those stay what they are.  Functions that
 * are active go on as they are: in the interpreter, or, if the instance went
 * over to another image before, in that one's code, which has to outlive the
 * instance too.
 * ERROR_NOT_MODULE: the image is not of this module, or not for an instance
 * like this; nothing has changed.
 */
bool native_attach(struct instance *inst, struct image_map *image,
                   struct error *err) MUST_CHECK;

/* The entry thunk for functions of f's type; f runs compiled code. */
native_entry *native_entry_of(const struct func *f);

/* The foreign thunk that code of this instance calls a function of this type
 * through. */
const void *native_foreign_of(const struct compiled *compiled, uint32_t type);

#endif
