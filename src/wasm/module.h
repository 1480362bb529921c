/*
 * module.h: a decoded module, and its lifetime.  Filled by decode.c, checked
 * by validate.c, and constant from then on: instances share it.
 *
 * Names, constant expressions and function bodies stay in the bytes of the
 * module; what is kept here are offsets and pointers into them.
 */
#ifndef TINE_WASM_MODULE_H
#define TINE_WASM_MODULE_H

#include <string.h>

#include "base/error.h"
#include "base/pool.h"
#include "wasm/type.h"

/* A UTF-8 name inside the module's bytes; not NUL-terminated. */
struct name {
    const char *text;
    uint32_t len;
};

static inline bool name_is(struct name name, const char *text)
{
    return strlen(text) == name.len && memcmp(text, name.text, name.len) == 0;
}

/* A constant expression: `len` bytes at `offset`, the final `end` included. */
struct constexpr_ref {
    uint32_t offset;
    uint32_t len;
};

struct import {
    struct name module;
    struct name name;
    struct externtype type;
    uint32_t index;  /* in the index space of its kind */
    uint32_t offset; /* in the file */
};

struct export
{
    struct name name;
    enum extern_kind kind;
    uint32_t index;
};

/* A function that the module defines (not one it imports). */
struct body {
    uint32_t offset; /* of the locals declaration */
    uint32_t end;    /* one behind the final `end` */
    bool has_try;    /* control can come from elsewhere: set by validation */
};

struct func_decl {
    const struct functype *type;
    uint32_t type_index; /* defined ones only */
    bool declared;       /* may be the operand of ref.func */
};

struct global_decl {
    struct globaltype type;
    struct constexpr_ref init; /* defined ones only */
};

struct table_decl {
    struct tabletype type;
    struct constexpr_ref init; /* len 0: null; defined ones only */
};

enum segment_mode { SEGMENT_PASSIVE, SEGMENT_ACTIVE, SEGMENT_DECLARATIVE };

struct elem_segment {
    enum segment_mode mode;
    valtype type;
    uint32_t table;
    struct constexpr_ref offset; /* SEGMENT_ACTIVE */
    uint32_t n;
    /* Either function indices, or constant expressions. */
    const uint32_t *funcs;
    const struct constexpr_ref *exprs;
    uint32_t file_offset;
};

struct data_segment {
    enum segment_mode mode;
    uint32_t memory;
    struct constexpr_ref offset; /* SEGMENT_ACTIVE */
    const uint8_t *bytes;
    uint32_t len;
    uint32_t file_offset;
};

struct custom_section {
    struct name name;
    uint32_t offset; /* of the contents behind the name */
    uint32_t len;
};

/* One section as it stands in the file, for `tine inspect`. */
struct section {
    uint8_t id;
    uint32_t offset; /* of the contents */
    uint32_t len;
    uint32_t n; /* entries; 0 for custom and start sections */
};

struct module {
    struct pool pool; /* everything below */
    const char *path; /* for messages */
    const uint8_t *bytes;
    uint32_t size;
    bool mapped; /* bytes are a copy, unmapped by module_free */

    const struct functype **types;
    uint32_t n_types;
    struct import *imports;
    uint32_t n_imports;
    struct export *exports;
    uint32_t n_exports;
    uint32_t *export_order; /* indices of exports, sorted by name */

    /* The index spaces: imported entries first. */
    struct func_decl *funcs;
    uint32_t n_funcs, n_imported_funcs;
    struct table_decl *tables;
    uint32_t n_tables, n_imported_tables;
    struct memtype *memories;
    uint32_t n_memories, n_imported_memories;
    struct global_decl *globals;
    uint32_t n_globals, n_imported_globals;
    const struct functype **tags;
    uint32_t n_tags, n_imported_tags;

    struct body *bodies; /* n_funcs - n_imported_funcs of them */
    /* In the file, of the code section's contents; in the original's file where
     * this is the module that an image carries. */
    uint32_t code_offset;
    struct elem_segment *elems;
    uint32_t n_elems;
    struct data_segment *datas;
    uint32_t n_datas;
    bool has_data_count;
    uint32_t data_count;
    bool has_start;
    uint32_t start;

    struct custom_section *customs;
    uint32_t n_customs;
    struct section *sections;
    uint32_t n_sections;
};

/* Decode the bytes of a module (the binary format, specification section 5).
 * The bytes are borrowed; they must outlive the module and never change.
 * `path` names the module in messages and is copied.  NULL on failure:
 * ERROR_MALFORMED, ERROR_UNSUPPORTED or ERROR_HOST; or ERROR_INVALID for what
 * decoding cannot go on with: an unknown type, or an instruction that is not
 * constant where an expression must be. */
struct module *module_decode(const char *path, const uint8_t *bytes,
                             size_t size, struct error *err) MUST_CHECK;

/* Decode from an open file, which is copied: whoever can write to the file,
 * perhaps the guest itself, cannot change what has been validated.  The
 * descriptor may be closed afterwards.  A file that is no WebAssembly module
 * is ERROR_NOT_MODULE. */
struct module *module_open(const char *path, int hfd,
                           struct error *err) MUST_CHECK;

/* Check the whole module (specification section 3): ERROR_INVALID, or for
 * function bodies, which are decoded only now, also ERROR_MALFORMED and
 * ERROR_UNSUPPORTED; ERROR_HOST when out of memory. */
bool module_validate(struct module *module, struct error *err) MUST_CHECK;

/* The same for the module that an image of compiled code carries
 * (native/native.h), whose function bodies nobody will run. */
bool module_validate_shell(struct module *module, struct error *err) MUST_CHECK;

/* NULL is accepted. */
void module_free(own struct module *module);

/* The export of that name, or NULL.  Only behind module_validate. */
const struct export *module_export(const struct module *module,
                                   const char *name);
const struct export *module_export_named(const struct module *module,
                                         struct name name);

/* Sort the exports by name, for module_export.  Returns one whose name another
 * has too, or NULL.  The validator calls it. */
const struct export *module_sort_exports(struct module *module);

/* The type of an export. */
struct externtype module_export_type(const struct module *module,
                                     const struct export *export);

/* Bytes of a pointer of the program: 8 if memory 0 has 64-bit addresses. */
uint32_t module_ptr_size(const struct module *module);

/* The custom section of that name, or NULL. */
const struct custom_section *module_custom(const struct module *module,
                                           const char *name);

/* The name under which a tag is exported or imported, for messages; empty if
 * it has none. */
struct name module_tag_name(const struct module *module, uint32_t index);

/* The name of a function for backtraces: from the name section, else the
 * first export or import of it, else "func[index]" (then false is returned);
 * cut off at size.  Reads the name section anew at each call and believes
 * nothing in it. */
bool module_func_name(const struct module *module, uint32_t index, char *buf,
                      size_t size);

#endif
