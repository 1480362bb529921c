/*
 * dwarfform.h: the forms in which DWARF writes values (DWARF 2 to 5, section
 * 7.5.6), in its 32-bit format.  Nothing in the bytes is believed.
 */
#ifndef TINE_BASE_DWARFFORM_H
#define TINE_BASE_DWARFFORM_H

#include "base/dwarf.h"

enum dwarf_form {
    FORM_addr = 0x01,
    FORM_block2 = 0x03,
    FORM_block4 = 0x04,
    FORM_data2 = 0x05,
    FORM_data4 = 0x06,
    FORM_data8 = 0x07,
    FORM_string = 0x08,
    FORM_block = 0x09,
    FORM_block1 = 0x0a,
    FORM_data1 = 0x0b,
    FORM_flag = 0x0c,
    FORM_sdata = 0x0d,
    FORM_strp = 0x0e,
    FORM_udata = 0x0f,
    FORM_ref_addr = 0x10,
    FORM_ref1 = 0x11,
    FORM_ref2 = 0x12,
    FORM_ref4 = 0x13,
    FORM_ref8 = 0x14,
    FORM_ref_udata = 0x15,
    FORM_indirect = 0x16,
    FORM_sec_offset = 0x17,
    FORM_exprloc = 0x18,
    FORM_flag_present = 0x19,
    FORM_strx = 0x1a,
    FORM_addrx = 0x1b,
    FORM_ref_sup4 = 0x1c,
    FORM_strp_sup = 0x1d,
    FORM_data16 = 0x1e,
    FORM_line_strp = 0x1f,
    FORM_ref_sig8 = 0x20,
    FORM_implicit_const = 0x21,
    FORM_loclistx = 0x22,
    FORM_rnglistx = 0x23,
    FORM_ref_sup8 = 0x24,
    FORM_strx1 = 0x25,
    FORM_strx2 = 0x26,
    FORM_strx3 = 0x27,
    FORM_strx4 = 0x28,
    FORM_addrx1 = 0x29,
    FORM_addrx2 = 0x2a,
    FORM_addrx3 = 0x2b,
    FORM_addrx4 = 0x2c,
};

/* What decides how long some forms are. */
struct dwarf_format {
    unsigned version, address_size;
};

struct dwarf_value {
    uint64_t form; /* 0: there is no value */
    uint64_t number;
    struct dwarf text; /* FORM_string: up to the end of the section */
};

/* Read a value; one that is no number, but a block say, is passed over.  False
 * if the form is not known or the end is reached. */
bool dwarf_take_form(struct dwarf *r, struct dwarf_format format, uint64_t form,
                     struct dwarf_value *ret) MUST_CHECK;

/* Pass over a text and its NUL; false if it has none. */
bool dwarf_skip_text(struct dwarf *r) MUST_CHECK;

#endif
