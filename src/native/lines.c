/* lines.c: see lines.h. */
#include "native/lines.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>

#include "base/linetable.h"

#define PAGE ((uint64_t)4096)

/* --- The table --- */

struct search {
    uint64_t bias; /* from addresses in the file to the queries' */
    struct lines_query *queries;
    size_t n;
    uint32_t line, access; /* of the last rows with one */
};

/* A row without a line goes with the one in front of it. */
static void see_row(void *ctx, const struct line_row *row)
{
    struct search *search = ctx;
    uint64_t from = row->from + search->bias, to = row->to + search->bias;
    size_t i;

    if (row->is_first)
        search->line = search->access = 0;
    if (row->line && row->column == LINES_ACCESS)
        search->access = row->line;
    else if (row->line)
        search->line = row->line;
    for (i = 0; i < search->n; i++) {
        struct lines_query *query = &search->queries[i];
        uint32_t line = query->is_access ? search->access : search->line;

        if (query->pc - from < to - from && line)
            query->offset = line;
    }
}

static void search_all(const struct image_map *map, struct dwarf r,
                       struct lines_query *queries, size_t n)
{
    struct search search = {map->bias, queries, n, 0, 0};

    while (r.p < r.end && !r.failed) {
        struct linetable table;

        if (linetable_init(&table, &r, 8))
            linetable_run(&table, see_row, &search);
    }
}

/* --- The section --- */

static bool read_at(const struct image_map *map, void *to, uint64_t at,
                    size_t n)
{
    return at <= map->file_size && n <= map->file_size - at &&
           pread(map->hfd, to, n, (off_t)at) == (ssize_t)n;
}

static bool find_section(const struct image_map *map, const char *wanted,
                         Elf64_Shdr *ret)
{
    Elf64_Ehdr head;
    Elf64_Shdr names;
    char name[32];
    size_t size = strlen(wanted) + 1;
    unsigned i;

    assert(size <= sizeof(name));
    if (!read_at(map, &head, 0, sizeof(head)) ||
        head.e_shentsize != sizeof(*ret) ||
        !read_at(map, &names, head.e_shoff + head.e_shstrndx * sizeof(names),
                 sizeof(names)))
        return false;
    for (i = 0; i < head.e_shnum; i++) {
        if (!read_at(map, ret, head.e_shoff + i * sizeof(*ret), sizeof(*ret)))
            return false;
        if (read_at(map, name, names.sh_offset + ret->sh_name, size) &&
            memcmp(name, wanted, size) == 0)
            return !(ret->sh_flags & SHF_COMPRESSED) &&
                   ret->sh_offset <= map->file_size &&
                   ret->sh_size <= map->file_size - ret->sh_offset;
    }
    return false;
}

/* A section's contents, mapped until contents_done. */
struct contents {
    uint8_t *file;
    size_t file_size;
    const uint8_t *bytes;
    size_t n;
};

static bool contents_open(const struct image_map *map, const char *name,
                          struct contents *ret)
{
    Elf64_Shdr header;
    uint64_t skew;

    memset(ret, 0, sizeof(*ret));
    if (!find_section(map, name, &header) || header.sh_size == 0)
        return false;
    skew = header.sh_offset % PAGE;
    ret->file_size = header.sh_size + skew;
    ret->file = mmap(NULL, ret->file_size, PROT_READ, MAP_PRIVATE, map->hfd,
                     (off_t)(header.sh_offset - skew));
    if (ret->file == MAP_FAILED)
        return false;
    ret->bytes = ret->file + skew;
    ret->n = header.sh_size;
    return true;
}

static void contents_done(struct contents *contents)
{
    (void)munmap(contents->file, contents->file_size);
}

void lines_find(const struct image_map *map, struct lines_query *queries,
                size_t n)
{
    struct contents contents;
    size_t i;

    for (i = 0; i < n; i++)
        queries[i].offset = 0;
    if (contents_open(map, ".debug_line", &contents)) {
        search_all(
            map,
            (struct dwarf){contents.bytes, contents.bytes + contents.n, false},
            queries, n);
        contents_done(&contents);
    }
}
