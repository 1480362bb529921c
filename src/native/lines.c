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
    uint32_t line; /* of the last row with one */
};

/* A row without a line goes with the one in front of it. */
static void see_row(void *ctx, const struct line_row *row)
{
    struct search *search = ctx;
    uint64_t from = row->from + search->bias, to = row->to + search->bias;
    size_t i;

    if (row->is_first || row->line)
        search->line = row->line;
    for (i = 0; search->line && i < search->n; i++)
        if (search->queries[i].pc - from < to - from)
            search->queries[i].offset = search->line;
}

static void search_all(const struct image_map *map, struct dwarf r,
                       struct lines_query *queries, size_t n)
{
    struct search search = {map->bias, queries, n, 0};

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

void lines_find(const struct image_map *map, struct lines_query *queries,
                size_t n)
{
    Elf64_Shdr section;
    uint64_t skew;
    uint8_t *file;
    size_t i;

    for (i = 0; i < n; i++)
        queries[i].offset = 0;
    if (!find_section(map, ".debug_line", &section) || section.sh_size == 0)
        return;
    skew = section.sh_offset % PAGE;
    file = mmap(NULL, section.sh_size + skew, PROT_READ, MAP_PRIVATE, map->hfd,
                (off_t)(section.sh_offset - skew));
    if (file == MAP_FAILED)
        return;
    search_all(
        map, (struct dwarf){file + skew, file + skew + section.sh_size, false},
        queries, n);
    (void)munmap(file, section.sh_size + skew);
}
