/*
 * frame.h: finding one's way in the interpreter's frames (code.h).
 */
#ifndef TINE_INTERP_FRAME_H
#define TINE_INTERP_FRAME_H

#include "interp/interp.h"

/* Slots below the first frame of each entry into the loop: where the thread
 * stood before, ip and frame. */
#define FRAME_ENTRY_SLOTS 2

/* The function whose stub is at ip. */
struct func *frame_stub_func(const code_unit *ip);

/* The function whose translated code contains ip, or NULL. */
struct func *frame_func(const code_unit *ip);

/* From a place in f's code and its frame to where it returns to: the code and
 * the frame of the caller.  False, with the place where the thread stood
 * before in *ip and *fp, if the host called f. */
bool frame_caller(const struct func *f, const code_unit **ip, uint64_t **fp);

/* Slots of the frame of the function that contains ip. */
uint32_t frame_slots(const code_unit *ip);

#endif
