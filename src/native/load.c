/* load.c: see load.h. */
#include "native/load.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "native/arch.h"
#include "native/debugger.h"

#define PAGE        ((uint64_t)4096)
#define MAX_HEADERS 32
/* Above the code of any module that is not above LIMIT_MODULE. */
#define MAX_SPAN ((uint64_t)8 << 30)

static _Atomic(struct image_map *) all_images;

IN_SIGNAL struct image_map *image_at(uintptr_t pc)
{
    struct image_map *map = atomic_load(&all_images);

    while (map && (pc < map->code_start || pc >= map->code_end))
        map = map->next;
    return map;
}

/* --- The file --- */

struct elf {
    int hfd;
    uint64_t size;
    Elf64_Ehdr head;
    Elf64_Phdr segments[MAX_HEADERS];
    uint64_t span; /* from address 0 to the end of the last segment */
};

static bool damaged(struct error *err, const char *what)
{
    return error_set(err, ERROR_NOT_MODULE, ERROR_NO_OFFSET,
                     "no image of compiled code: %s", what);
}

static bool read_at(const struct elf *elf, void *to, uint64_t at, size_t n)
{
    return at <= elf->size && n <= elf->size - at &&
           pread(elf->hfd, to, n, (off_t)at) == (ssize_t)n;
}

/* Segments that are loaded follow each other, each on pages of its own. */
static bool check_segment(struct elf *elf, const Elf64_Phdr *segment)
{
    uint64_t end;

    if (segment->p_offset > elf->size ||
        segment->p_filesz > elf->size - segment->p_offset ||
        segment->p_filesz > segment->p_memsz ||
        segment->p_offset % PAGE != segment->p_vaddr % PAGE ||
        ckd_add(&end, segment->p_vaddr, segment->p_memsz) || end > MAX_SPAN ||
        segment->p_vaddr / PAGE * PAGE < elf->span)
        return false;
    if ((segment->p_flags & PF_W) && (segment->p_flags & PF_X))
        return false;
    elf->span = ROUND_UP(end, PAGE);
    return true;
}

static bool read_headers(struct elf *elf, struct error *err)
{
    struct stat st;
    unsigned i;

    if (fstat(elf->hfd, &st))
        return error_set_errno(err, ERROR_HOST, errno, "compiled code");
    if (!S_ISREG(st.st_mode))
        return damaged(err, "no file");
    elf->size = (uint64_t)st.st_size;
    if (!read_at(elf, &elf->head, 0, sizeof(elf->head)) ||
        memcmp(elf->head.e_ident, ELFMAG, SELFMAG) != 0 ||
        elf->head.e_ident[EI_CLASS] != ELFCLASS64 ||
        elf->head.e_ident[EI_DATA] != ELFDATA2LSB)
        return damaged(err, "no ELF file");
    if (elf->head.e_type != ET_DYN || elf->head.e_machine != ARCH_MACHINE)
        return damaged(err, "no shared object for this machine");
    if (elf->head.e_phentsize != sizeof(Elf64_Phdr) ||
        elf->head.e_phnum > MAX_HEADERS ||
        !read_at(elf, elf->segments, elf->head.e_phoff,
                 elf->head.e_phnum * sizeof(Elf64_Phdr)))
        return damaged(err, "program headers");
    for (i = 0; i < elf->head.e_phnum; i++)
        if (elf->segments[i].p_type == PT_LOAD &&
            !check_segment(elf, &elf->segments[i]))
            return damaged(err, "a segment");
    return elf->span > 0 || damaged(err, "no segments");
}

/* --- Mapping --- */

static int protection_of(const Elf64_Phdr *segment)
{
    return ((segment->p_flags & PF_R) ? PROT_READ : 0) |
           ((segment->p_flags & PF_W) ? PROT_WRITE : 0) |
           ((segment->p_flags & PF_X) ? PROT_EXEC : 0);
}

/* The file's part; behind it zeros, which only writable segments have. */
static bool map_segment(const struct elf *elf, const struct image_map *map,
                        const Elf64_Phdr *segment)
{
    uint64_t skew = segment->p_vaddr % PAGE;
    char *at = (char *)(map->bias + segment->p_vaddr - skew);
    uint64_t len = ROUND_UP(skew + segment->p_filesz, PAGE);
    uint64_t all = ROUND_UP(skew + segment->p_memsz, PAGE);
    int protection = protection_of(segment);

    if (segment->p_filesz > 0 &&
        mmap(at, len, protection, MAP_PRIVATE | MAP_FIXED, elf->hfd,
             (off_t)(segment->p_offset - skew)) == MAP_FAILED)
        return false;
    if (segment->p_filesz == segment->p_memsz)
        return true;
    if (!(protection & PROT_WRITE)) {
        errno = ENOEXEC;
        return false;
    }
    memset(at + skew + segment->p_filesz, 0, len - skew - segment->p_filesz);
    return all == len || mprotect(at + len, all - len, protection) == 0;
}

static bool map_segments(const struct elf *elf, struct image_map *map,
                         struct error *err)
{
    void *at = mmap(NULL, elf->span, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    unsigned i;

    if (at == MAP_FAILED)
        return error_set_errno(err, ERROR_HOST, errno, "compiled code");
    map->bias = (uintptr_t)at;
    map->start = map->bias;
    map->end = map->bias + elf->span;
    for (i = 0; i < elf->head.e_phnum; i++) {
        const Elf64_Phdr *segment = &elf->segments[i];

        if (segment->p_type != PT_LOAD || segment->p_memsz == 0)
            continue;
        if (!map_segment(elf, map, segment))
            return error_set_errno(err, ERROR_HOST, errno,
                                   "cannot map compiled code");
        if (!(segment->p_flags & PF_X))
            continue;
        if (map->code_end)
            return damaged(err, "code in two segments");
        map->code_start = map->bias + segment->p_vaddr;
        map->code_end = map->code_start + segment->p_filesz;
    }
    return map->code_end || damaged(err, "no code");
}

/* --- Relocations --- */

/* Is [vaddr, vaddr + n) in one segment with this flag? */
static bool is_inside(const struct elf *elf, uint64_t vaddr, uint64_t n,
                      uint32_t flag)
{
    unsigned i;

    for (i = 0; i < elf->head.e_phnum; i++) {
        const Elf64_Phdr *segment = &elf->segments[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & flag) &&
            vaddr >= segment->p_vaddr && n <= segment->p_filesz &&
            vaddr - segment->p_vaddr <= segment->p_filesz - n)
            return true;
    }
    return false;
}

static bool is_readable(const struct elf *elf, uint64_t vaddr, uint64_t n)
{
    return is_inside(elf, vaddr, n, PF_R);
}

/* What the dynamic section says about relocations. */
static bool read_dynamic(const struct elf *elf, const Elf64_Phdr *segment,
                         uint64_t *at, uint64_t *n)
{
    uint64_t i, count = segment->p_filesz / sizeof(Elf64_Dyn);
    Elf64_Dyn entry;

    *n = 0;
    for (i = 0; i < count; i++) {
        if (!read_at(elf, &entry, segment->p_offset + i * sizeof(entry),
                     sizeof(entry)))
            return false;
        if (entry.d_tag == DT_NULL)
            break;
        if (entry.d_tag == DT_RELA)
            *at = entry.d_un.d_ptr;
        if (entry.d_tag == DT_RELASZ)
            *n = entry.d_un.d_val / sizeof(Elf64_Rela);
        if (entry.d_tag == DT_REL || entry.d_tag == DT_RELR ||
            entry.d_tag == DT_JMPREL || entry.d_tag == DT_NEEDED)
            return false;
    }
    return true;
}

/* Pointers to what is in the image itself: the tags in the tables of landing
 * pads are such. */
static bool relocate(const struct elf *elf, const struct image_map *map,
                     struct error *err)
{
    uint64_t at = 0, n = 0, i;

    for (i = 0; i < elf->head.e_phnum; i++)
        if (elf->segments[i].p_type == PT_DYNAMIC &&
            !read_dynamic(elf, &elf->segments[i], &at, &n))
            return damaged(err, "the dynamic section");
    if (n > 0 && (at % 8 != 0 || n > elf->size / sizeof(Elf64_Rela) ||
                  !is_readable(elf, at, n * sizeof(Elf64_Rela))))
        return damaged(err, "relocations");
    for (i = 0; i < n; i++) {
        const Elf64_Rela *rela = (const Elf64_Rela *)(map->bias + at) + i;
        uint64_t value = map->bias + (uint64_t)rela->r_addend;

        if (ELF64_R_TYPE(rela->r_info) != ARCH_RELATIVE ||
            !is_inside(elf, rela->r_offset, sizeof(value), PF_W))
            return damaged(err, "a relocation");
        memcpy((void *)(map->bias + rela->r_offset), &value, sizeof(value));
    }
    return true;
}

/* --- What is in it --- */

/* The same for n items of `size` bytes at an offset in the struct image. */
static bool has(const struct elf *elf, int32_t at, uint64_t n, uint64_t size)
{
    uint64_t vaddr = elf->head.e_entry + (uint64_t)(int64_t)at;

    return n == 0 || (is_readable(elf, vaddr, n * size) &&
                      (size == 1 || vaddr % size == 0));
}

static bool is_code(const struct image_map *map, int32_t at)
{
    uintptr_t pc = (uintptr_t)image_place(map, at);

    return pc >= map->code_start && pc < map->code_end;
}

static bool all_code(const struct image_map *map, int32_t table, uint32_t n,
                     bool optional)
{
    const int32_t *at = image_place(map, table);
    uint32_t i;

    for (i = 0; i < n; i++)
        if (!is_code(map, at[i]) && !(optional && at[i] == 0))
            return false;
    return true;
}

static uint32_t loops_size(const struct image *image)
{
    return (uint32_t)image->loops_end - (uint32_t)image->loops_at;
}

static bool all_loops(const struct image_map *map)
{
    const struct image_loop *loops;
    size_t n = image_loops(map, &loops), i;

    for (i = 0; i < n; i++) {
        uintptr_t pc = (uintptr_t)image_loop_code(&loops[i]);

        if (loops[i].func >= map->image->n_funcs || pc < map->code_start ||
            pc >= map->code_end)
            return false;
    }
    return true;
}

/* Where in the file something is that is_readable. */
static uint64_t file_offset(const struct elf *elf, uint64_t vaddr)
{
    const Elf64_Phdr *segment = elf->segments;

    while (segment->p_type != PT_LOAD || vaddr < segment->p_vaddr ||
           vaddr - segment->p_vaddr >= segment->p_filesz)
        segment++;
    return segment->p_offset + (vaddr - segment->p_vaddr);
}

static bool check_image(const struct elf *elf, struct image_map *map,
                        struct error *err)
{
    const struct image *image;
    uint64_t entry = elf->head.e_entry;

    if (entry % 8 != 0 || !is_readable(elf, entry, sizeof(*image)))
        return damaged(err, "its entry point");
    image = (const struct image *)(map->bias + entry);
    map->image = image;
    if (memcmp(image->magic, IMAGE_MAGIC, sizeof(image->magic)) != 0)
        return damaged(err, "its first bytes");
    if (image->version != NATIVE_VERSION)
        return damaged(err, "made by another version of tine");
    if (!has(elf, image->funcs_at, image->n_funcs, sizeof(int32_t)) ||
        !has(elf, image->entries_at, image->n_types, sizeof(int32_t)) ||
        !has(elf, image->foreigns_at, image->n_types, sizeof(int32_t)) ||
        image->loops_end < image->loops_at ||
        !has(elf, image->loops_at, loops_size(image) / 4, 4) ||
        loops_size(image) % sizeof(struct image_loop) != 0 ||
        !has(elf, image->module_at, image->module_size, 1) ||
        !has(elf, image->memory_at, image->memory_size, 1))
        return damaged(err, "a table is outside");
    if (!all_code(map, image->funcs_at, image->n_funcs,
                  image->flags & IMAGE_PART) ||
        !all_code(map, image->entries_at, image->n_types, true) ||
        !all_code(map, image->foreigns_at, image->n_types, true) ||
        !all_loops(map))
        return damaged(err, "a function is outside");
    if (image->memory_size > 0 &&
        (((uintptr_t)image_place(map, image->memory_at) | image->memory_addr |
          image->memory_size) %
             PAGE !=
         0))
        return damaged(err, "the memory is not aligned");
    if (image->memory_size > 0)
        map->memory_offset =
            file_offset(elf, entry + (uint64_t)(int64_t)image->memory_at);
    return true;
}

/* Unwind tables, in the form that linkers give them. */
static bool find_frames(const struct elf *elf, struct image_map *map,
                        struct error *err)
{
    static const uint8_t form[] = {1, 0x1b, 0x03, 0x3b};
    unsigned i;

    for (i = 0; i < elf->head.e_phnum; i++) {
        const Elf64_Phdr *segment = &elf->segments[i];
        uint32_t n;

        if (segment->p_type != PT_GNU_EH_FRAME)
            continue;
        if (segment->p_memsz < 12 || segment->p_vaddr % 4 != 0 ||
            !is_readable(elf, segment->p_vaddr, segment->p_memsz))
            return damaged(err, "unwind tables");
        map->frames = (const uint8_t *)(map->bias + segment->p_vaddr);
        map->frames_len = segment->p_memsz;
        memcpy(&n, map->frames + 8, sizeof(n));
        if (memcmp(map->frames, form, sizeof(form)) != 0 ||
            n > (map->frames_len - 12) / 8)
            return damaged(err, "unwind tables");
        return true;
    }
    return true;
}

/* --- Life --- */

static void tell_debuggers(const struct elf *elf, struct image_map *map)
{
    unsigned i;

    for (i = 0; i < elf->head.e_phnum; i++)
        if (elf->segments[i].p_type == PT_DYNAMIC)
            map->debugged =
                debugger_add(map->hfd, map->bias,
                             (void *)(map->bias + elf->segments[i].p_vaddr));
}

struct image_map *image_open(own int hfd, struct error *err)
{
    struct image_map *map = calloc(1, sizeof(*map));
    struct elf elf = {.hfd = hfd};

    if (!map) {
        (void)close(hfd);
        (void)error_set_errno(err, ERROR_HOST, ENOMEM, "compiled code");
        return NULL;
    }
    map->hfd = hfd;
    if (!read_headers(&elf, err) || !map_segments(&elf, map, err) ||
        !relocate(&elf, map, err) || !check_image(&elf, map, err) ||
        !find_frames(&elf, map, err)) {
        image_close(map);
        return NULL;
    }
    map->file_size = elf.size;
    tell_debuggers(&elf, map);
    map->next = atomic_load(&all_images);
    atomic_store(&all_images, map);
    return map;
}

static void forget(const struct image_map *map)
{
    struct image_map *at = atomic_load(&all_images);

    if (at == map) {
        atomic_store(&all_images, map->next);
        return;
    }
    while (at && at->next != map)
        at = at->next;
    if (at)
        at->next = map->next;
}

void image_close(own struct image_map *map)
{
    while (map) {
        struct image_map *before = map->before;

        forget(map);
        debugger_remove(map->debugged);
        if (map->end)
            (void)munmap((void *)map->start, map->end - map->start);
        (void)close(map->hfd);
        free(map->by_address);
        free(map);
        map = before;
    }
}

/* --- Functions --- */

const void *image_func(const struct image_map *map, uint32_t func)
{
    const int32_t *at = image_place(map, map->image->funcs_at);

    return at[func] ? image_place(map, at[func]) : NULL;
}

size_t image_loops(const struct image_map *map, const struct image_loop **ret)
{
    const struct image *image = map->image;

    *ret = image_place(map, image->loops_at);
    return loops_size(image) / sizeof(**ret);
}

const void *image_loop_code(const struct image_loop *loop)
{
    return (const char *)&loop->code_at + loop->code_at;
}

struct image_code {
    int32_t at;
    uint32_t func; /* UINT32_MAX: a thunk */
};

static int compare(const void *left, const void *right)
{
    const struct image_code *a = left, *b = right;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->func < b->func ? -1 : a->func > b->func;
}

static void add(struct image_map *map, int32_t at, uint32_t func)
{
    if (at)
        map->by_address[map->n_by_address++] = (struct image_code){at, func};
}

static bool sort(struct image_map *map)
{
    const struct image *image = map->image;
    const int32_t *funcs = image_place(map, image->funcs_at);
    const int32_t *entries = image_place(map, image->entries_at);
    const int32_t *foreigns = image_place(map, image->foreigns_at);
    const struct image_loop *loops;
    size_t n_loops = image_loops(map, &loops), k;
    size_t n = (size_t)image->n_funcs + 2 * (size_t)image->n_types + n_loops;
    uint32_t i;

    map->by_address = malloc(MAX(n, (size_t)1) * sizeof(*map->by_address));
    if (!map->by_address)
        return false;
    for (i = 0; i < image->n_funcs; i++)
        add(map, funcs[i], i);
    for (i = 0; i < image->n_types; i++) {
        add(map, entries[i], UINT32_MAX);
        add(map, foreigns[i], UINT32_MAX);
    }
    for (k = 0; k < n_loops; k++)
        add(map,
            (int32_t)((const char *)image_loop_code(&loops[k]) -
                      (const char *)image),
            loops[k].func);
    qsort(map->by_address, map->n_by_address, sizeof(*map->by_address),
          compare);
    return true;
}

uint32_t image_func_at(struct image_map *map, uintptr_t pc)
{
    size_t low = 0, high;

    if ((!map->by_address && !sort(map)) || pc >= map->code_end)
        return UINT32_MAX;
    high = map->n_by_address;
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if ((uintptr_t)image_place(map, map->by_address[mid].at) <= pc)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 ? map->by_address[low - 1].func : UINT32_MAX;
}
