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

/* Slots of the frame of the function that contains ip. */
uint32_t frame_slots(const code_unit *ip);

#endif
