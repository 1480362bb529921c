/*
 * frame.h: finding one's way in the interpreter's frames (code.h).
 */
#ifndef TINE_INTERP_FRAME_H
#define TINE_INTERP_FRAME_H

#include "interp/interp.h"

/* Slots below the first frame of each entry into the loop: who called (enum
 * frame_end, and FRAME_BEHIND), and where the thread stood before, ip and
 * frame.
 */
#define FRAME_ENTRY_SLOTS 3

/* The thread's ip was behind its instruction. */
#define FRAME_BEHIND ((uint64_t)1 << 8)

/* What is below a frame. */
enum frame_end {
    FRAME_INSIDE, /* the frame of its caller */
    FRAME_NATIVE, /* compiled code has called */
    FRAME_HOST,   /* the host has called */
};

/* The function whose stub is at ip. */
struct func *frame_stub_func(const code_unit *ip);

/* The function whose translated code contains ip, or NULL. */
struct func *frame_func(const code_unit *ip);

/* A place in code, with its frame. */
struct frame_place {
    const code_unit *ip;
    uint64_t *fp;
    bool behind;        /* ip is behind its instruction */
    uint64_t *value_sp; /* of what is no frame: t->value_sp at that time */
};

/* From a place in f's code and its frame to where it returns to: the code and
 * the frame of the caller; if that is no frame, where the thread stood before
 * it entered the loop. */
enum frame_end frame_caller(const struct func *f, struct frame_place *place);

/* The same from a function's return address, and the place of its arguments.
 */
enum frame_end frame_return(const code_unit *ret, uint64_t *args,
                            struct frame_place *place);

/* The same, and the thread stands there now. */
enum frame_end frame_go_to_return(struct thread *t, const code_unit *ret,
                                  uint64_t *args);

/* Describe the frame of a place, which is behind its instruction or at it;
 * false if it is none. */
bool frame_describe(const code_unit *ip, bool behind, struct interp_frame *ret);

/* Slots of the frame of the function that contains ip. */
uint32_t frame_slots(const code_unit *ip);

#endif
