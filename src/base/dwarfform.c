/* dwarfform.c: see dwarfform.h. */
#include "base/dwarfform.h"

bool dwarf_skip_text(struct dwarf *r)
{
    const uint8_t *nul = memchr(r->p, 0, (size_t)(r->end - r->p));

    if (!nul) {
        dwarf_fail(r);
        return false;
    }
    r->p = nul + 1;
    return true;
}

static void skip(struct dwarf *r, uint64_t n)
{
    if (n > (size_t)(r->end - r->p))
        dwarf_fail(r);
    else
        r->p += n;
}

/* Bytes of the forms that are a number of a fixed size; 0: it is no such. */
static unsigned fixed_size(struct dwarf_format format, uint64_t form)
{
    switch (form) {
    case FORM_data1:
    case FORM_flag:
    case FORM_ref1:
    case FORM_strx1:
    case FORM_addrx1:
        return 1;
    case FORM_data2:
    case FORM_ref2:
    case FORM_strx2:
    case FORM_addrx2:
        return 2;
    case FORM_strx3:
    case FORM_addrx3:
        return 3;
    case FORM_data4:
    case FORM_ref4:
    case FORM_strx4:
    case FORM_addrx4:
    case FORM_strp:
    case FORM_line_strp:
    case FORM_strp_sup:
    case FORM_ref_sup4:
    case FORM_sec_offset:
        return 4;
    case FORM_data8:
    case FORM_ref8:
    case FORM_ref_sig8:
    case FORM_ref_sup8:
        return 8;
    case FORM_addr:
        return format.address_size;
    case FORM_ref_addr:
        return format.version == 2 ? format.address_size : 4;
    default:
        return 0;
    }
}

bool dwarf_take_form(struct dwarf *r, struct dwarf_format format, uint64_t form,
                     struct dwarf_value *ret)
{
    unsigned size;

    /* Once: a form that says another is no form. */
    if (form == FORM_indirect)
        form = dwarf_take_u(r);
    size = fixed_size(format, form);
    *ret = (struct dwarf_value){.form = form};
    if (size > 0) {
        ret->number = dwarf_take(r, size);
        return !r->failed;
    }
    switch (form) {
    case FORM_udata:
    case FORM_ref_udata:
    case FORM_strx:
    case FORM_addrx:
    case FORM_loclistx:
    case FORM_rnglistx:
        ret->number = dwarf_take_u(r);
        break;
    case FORM_sdata:
        ret->number = (uint64_t)dwarf_take_s(r);
        break;
    case FORM_flag_present:
        ret->number = 1;
        break;
    case FORM_string:
        ret->text = *r;
        (void)!dwarf_skip_text(r);
        break;
    case FORM_data16:
        skip(r, 16);
        break;
    case FORM_block1:
        skip(r, dwarf_take(r, 1));
        break;
    case FORM_block2:
        skip(r, dwarf_take(r, 2));
        break;
    case FORM_block4:
        skip(r, dwarf_take(r, 4));
        break;
    case FORM_block:
    case FORM_exprloc:
        skip(r, dwarf_take_u(r));
        break;
    default:
        r->failed = true;
    }
    return !r->failed;
}
