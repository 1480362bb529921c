/* cachedir.c: see cachedir.h. */
#include "native/cachedir.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "native/cachekey.h"
#include "native/native.h"

#define DEFAULT_LIMIT ((uint64_t)1 << 30)
/* Times of files are this exact at worst: one changed less long ago may change
 * again without getting another time. */
#define RACY_SECONDS 2
/* A use is noted at most so often. */
#define TOUCH_SECONDS 3600
#define MAX_HEADERS   32

#define SEAL_MAGIC "tinese2"

/* The last bytes of an entry. */
struct seal {
    char magic[8];
    int32_t level;
    uint32_t zero; /* checked */
    uint64_t size; /* of what is before it */
    int64_t made;  /* the time that the file has as long as nobody writes to
                      it, in seconds */
    uint8_t hash[CACHE_HASH];
    uint8_t target[CACHE_HASH];
    uint8_t sum[CACHE_HASH]; /* of what is before it */
};

/* What says that a module's file is still the one that was hashed. */
struct identity {
    uint64_t device, inode, size;
    int64_t mtime, mtime_ns, ctime, ctime_ns;
};

struct index {
    struct identity identity;
    uint8_t hash[CACHE_HASH];
    uint8_t sum[CACHE_HASH]; /* of both */
};

/* --- The folder --- */

/* Nobody else can have written to it. */
static bool is_private(const struct cachedir *dir, const struct stat *st)
{
    return st->st_uid == dir->owner && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static char *folder_path(void)
{
    const char *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int n = -1;

    /* Relative ones are to be ignored, says the specification. */
    if (base && base[0] == '/')
        n = asprintf(&path, "%s/tine", base);
    else if (home && home[0] == '/')
        n = asprintf(&path, "%s/.cache/tine", home);
    return n < 0 ? NULL : path;
}

static void make_folder(char *path)
{
    char *slash = strrchr(path, '/');

    *slash = '\0';
    (void)mkdir(path, 0700);
    *slash = '/';
    (void)mkdir(path, 0700);
}

static int open_folder(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* What others can only read has done no harm; they need not. */
static bool close_to_others(const struct cachedir *dir, const struct stat *st)
{
    return (st->st_mode & (S_IRWXG | S_IRWXO)) == 0 ||
           fchmod(dir->hfd, 0700) == 0 || errno == EROFS;
}

static bool parse_limit(const char *text, uint64_t *ret)
{
    char *end;
    uint64_t n;
    unsigned shift;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    n = strtoull(text, &end, 10);
    shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (errno || n > UINT64_MAX >> shift || (*end && (!shift || end[1])))
        return false;
    *ret = n << shift;
    return true;
}

bool cachedir_limit(uint64_t *ret, struct error *err)
{
    const char *text = getenv("TINE_CACHE_SIZE");

    *ret = DEFAULT_LIMIT;
    return !text || parse_limit(text, ret) ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "TINE_CACHE_SIZE=%s: it is a number of bytes, as 500M or "
                     "2G",
                     text);
}

bool cachedir_open(struct cachedir *dir, struct error *err)
{
    struct stat st;

    *dir = (struct cachedir){.hfd = -1, .owner = geteuid()};
    if (!cachedir_limit(&dir->limit, err))
        return false;
    dir->path = folder_path();
    if (!dir->path)
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "no cache: neither XDG_CACHE_HOME nor HOME names an "
                         "absolute path");
    dir->hfd = open_folder(dir->path);
    if (dir->hfd < 0 && errno == ENOENT) {
        make_folder(dir->path);
        dir->hfd = open_folder(dir->path);
    }
    if (dir->hfd < 0) {
        error_set_errno(err, ERROR_HOST, errno, "no cache: %s", dir->path);
        cachedir_close(dir);
        return false;
    }
    if (fstat(dir->hfd, &st) || !is_private(dir, &st) ||
        !close_to_others(dir, &st)) {
        error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                  "no cache: others may write to %s", dir->path);
        cachedir_close(dir);
        return false;
    }
    cachekey_target(dir->target);
    return true;
}

void cachedir_close(struct cachedir *dir)
{
    if (dir->hfd >= 0)
        (void)close(dir->hfd);
    dir->hfd = -1;
    free(dir->path);
    dir->path = NULL;
}

/* --- Files --- */

/* A file that only the user can have written; errno EPERM if it is another.
 */
static int open_private(const struct cachedir *dir, const char *name, int flags,
                        struct stat *st)
{
    int hfd =
        openat(dir->hfd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (hfd < 0)
        return -1;
    if (!fstat(hfd, st) && S_ISREG(st->st_mode) && is_private(dir, st))
        return hfd;
    (void)close(hfd);
    errno = EPERM;
    return -1;
}

/* May a file be so long?  The kernel would kill us with SIGXFSZ. */
static bool is_allowed(off_t size)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
           (limit.rlim_cur == RLIM_INFINITY || (rlim_t)size <= limit.rlim_cur);
}

static bool write_all(int hfd, const void *from, size_t n)
{
    const char *at = from;
    off_t start = lseek(hfd, 0, SEEK_CUR);

    if (start < 0)
        return false;
    if (!is_allowed(start + (off_t)n)) {
        errno = EFBIG;
        return false;
    }
    while (n > 0) {
        ssize_t done = write(hfd, at, n);

        if (done <= 0)
            return false;
        at += done;
        n -= (size_t)done;
    }
    return true;
}

static void to_hex(char *text, const uint8_t *bytes, size_t n)
{
    (void)sodium_bin2hex(text, 2 * n + 1, bytes, n);
}

void cachedir_stem(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                   char stem_out[CACHE_STEM])
{
    to_hex(stem_out, hash, CACHE_HASH);
    stem_out[2 * CACHE_HASH] = '-';
    to_hex(stem_out + 2 * CACHE_HASH + 1, dir->target, 8);
}

/* Its first part is the module's and this processor's, as of its lock. */
void cachedir_temporary(const struct cachedir *dir,
                        const uint8_t hash[CACHE_HASH],
                        char name_out[CACHE_NAME])
{
    static unsigned count;
    char stem[CACHE_STEM];
    struct timespec now;

    cachedir_stem(dir, hash, stem);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(name_out, CACHE_NAME, CACHE_TEMPORARY "%s-%ld-%lld-%ld-%u",
                   stem, (long)getpid(), (long long)now.tv_sec, now.tv_nsec,
                   count++);
}

/* --- Hashes of modules --- */

static struct identity identity_of(const struct stat *st)
{
    return (struct identity){
        .device = st->st_dev,
        .inode = st->st_ino,
        .size = (uint64_t)st->st_size,
        .mtime = st->st_mtim.tv_sec,
        .mtime_ns = st->st_mtim.tv_nsec,
        .ctime = st->st_ctim.tv_sec,
        .ctime_ns = st->st_ctim.tv_nsec,
    };
}

static void index_name(char name_out[CACHE_NAME], const struct identity *id)
{
    uint8_t hash[16];

    (void)crypto_generichash(hash, sizeof(hash), (const uint8_t *)id,
                             sizeof(*id), NULL, 0);
    to_hex(name_out, hash, sizeof(hash));
    (void)strcat(name_out, ".index");
}

static void index_sum(const struct index *index, uint8_t sum[CACHE_HASH])
{
    (void)crypto_generichash(sum, CACHE_HASH, (const uint8_t *)index,
                             offsetof(struct index, sum), NULL, 0);
}

/* A file that was only noted has a hash of zeros. */
static bool index_read(const struct cachedir *dir, const char *name,
                       const struct identity *id, uint8_t hash[CACHE_HASH])
{
    struct stat st;
    AUTO_FD int hfd = open_private(dir, name, O_RDONLY, &st);
    struct index index;
    uint8_t sum[CACHE_HASH];

    if (hfd < 0 || st.st_size != sizeof(index) ||
        read(hfd, &index, sizeof(index)) != sizeof(index))
        return false;
    index_sum(&index, sum);
    if (memcmp(&index.identity, id, sizeof(*id)) != 0 ||
        memcmp(index.sum, sum, sizeof(sum)) != 0)
        return false;
    memcpy(hash, index.hash, CACHE_HASH);
    return true;
}

/* Not by way of another name: half of one is no index. */
static void index_write(const struct cachedir *dir, const char *name,
                        const struct identity *id,
                        const uint8_t hash[CACHE_HASH])
{
    struct index index = {.identity = *id};
    struct stat st;
    AUTO_FD int hfd = -1;

    memcpy(index.hash, hash, CACHE_HASH);
    index_sum(&index, index.sum);
    hfd = open_private(dir, name, O_WRONLY, &st);
    if (hfd < 0 && (errno == EPERM || errno == ELOOP))
        cachedir_remove(dir, name);
    if (hfd < 0)
        hfd =
            openat(dir->hfd, name,
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (hfd >= 0 && !write_all(hfd, &index, sizeof(index)))
        (void)unlinkat(dir->hfd, name, 0);
}

/* Of the first `size` bytes. */
static bool hash_file(int hfd, uint64_t size, uint8_t hash[CACHE_HASH])
{
    enum { CHUNK = 1 << 16 };
    AUTO_FREE uint8_t *chunk = malloc(CHUNK);
    crypto_generichash_state state;
    uint64_t at = 0;

    (void)crypto_generichash_init(&state, NULL, 0, CACHE_HASH);
    while (chunk && at < size) {
        ssize_t n =
            pread(hfd, chunk, MIN((uint64_t)CHUNK, size - at), (off_t)at);

        if (n <= 0)
            return false;
        (void)crypto_generichash_update(&state, chunk, (size_t)n);
        at += (uint64_t)n;
    }
    (void)crypto_generichash_final(&state, hash, CACHE_HASH);
    return chunk != NULL;
}

static bool is_racy(const struct stat *st)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec - MAX(st->st_mtim.tv_sec, st->st_ctim.tv_sec) <=
           RACY_SECONDS;
}

bool cachedir_known_hash(const struct cachedir *dir, int hfd,
                         uint8_t hash[CACHE_HASH])
{
    char name[CACHE_NAME];
    struct identity id;
    struct stat st;

    if (fstat(hfd, &st) || !S_ISREG(st.st_mode))
        return false;
    id = identity_of(&st);
    index_name(name, &id);
    return index_read(dir, name, &id, hash) &&
           !sodium_is_zero(hash, CACHE_HASH);
}

bool cachedir_hash(const struct cachedir *dir, int hfd,
                   uint8_t hash[CACHE_HASH], struct error *err)
{
    struct stat st, after;
    struct identity id, id_after;
    char name[CACHE_NAME];
    bool racy;

    if (fstat(hfd, &st))
        return error_set_errno(err, ERROR_HOST, errno, "cannot hash it");
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_NOT_MODULE, ERROR_NO_OFFSET,
                         "not a regular file");
    id = identity_of(&st);
    index_name(name, &id);
    if (index_read(dir, name, &id, hash) && !sodium_is_zero(hash, CACHE_HASH))
        return true;
    racy = is_racy(&st);
    if (!hash_file(hfd, id.size, hash) || fstat(hfd, &after))
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "cannot hash it");
    id_after = identity_of(&after);
    if (!racy && memcmp(&id, &id_after, sizeof(id)) == 0)
        index_write(dir, name, &id, hash);
    return true;
}

bool cachedir_note(const struct cachedir *dir, int hfd)
{
    static const uint8_t none[CACHE_HASH];
    uint8_t hash[CACHE_HASH];
    char name[CACHE_NAME];
    struct identity id;
    struct stat st;

    if (fstat(hfd, &st))
        return false;
    id = identity_of(&st);
    index_name(name, &id);
    if (index_read(dir, name, &id, hash))
        return true;
    if (!is_racy(&st))
        index_write(dir, name, &id, none);
    return false;
}

/* --- Objects --- */

static void object_name(const struct cachedir *dir, char name_out[CACHE_NAME],
                        const uint8_t hash[CACHE_HASH], int level)
{
    char stem[CACHE_STEM];

    cachedir_stem(dir, hash, stem);
    if (level == CACHE_PART)
        (void)snprintf(name_out, CACHE_NAME, "%s-part.so", stem);
    else
        (void)snprintf(name_out, CACHE_NAME, "%s-%d.so", stem, level);
}

static bool read_at(int hfd, void *to, uint64_t at, size_t n)
{
    return at <= INT64_MAX && pread(hfd, to, n, (off_t)at) == (ssize_t)n;
}

/* The struct image of an ELF file; false if that is not one. */
static bool read_image(int hfd, struct image *image)
{
    Elf64_Ehdr head;
    Elf64_Phdr segments[MAX_HEADERS];
    unsigned i;

    if (!read_at(hfd, &head, 0, sizeof(head)) ||
        memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_phentsize != sizeof(Elf64_Phdr) || head.e_phnum > MAX_HEADERS ||
        !read_at(hfd, segments, head.e_phoff, head.e_phnum * sizeof(*segments)))
        return false;
    for (i = 0; i < head.e_phnum; i++) {
        const Elf64_Phdr *s = &segments[i];

        if (s->p_type == PT_LOAD && head.e_entry >= s->p_vaddr &&
            head.e_entry - s->p_vaddr < s->p_filesz)
            return read_at(hfd, image,
                           s->p_offset + (head.e_entry - s->p_vaddr),
                           sizeof(*image));
    }
    return false;
}

static bool is_image_of(int hfd, const uint8_t hash[CACHE_HASH], int level)
{
    struct image image;

    return read_image(hfd, &image) &&
           !(image.flags & IMAGE_PART) == (level != CACHE_PART) &&
           memcmp(image.magic, IMAGE_MAGIC, sizeof(image.magic)) == 0 &&
           image.version == NATIVE_VERSION &&
           memcmp(image.hash, hash, CACHE_HASH) == 0;
}

static bool read_seal(int hfd, const struct stat *st, struct seal *seal)
{
    uint64_t size = (uint64_t)st->st_size;

    return size > sizeof(*seal) &&
           read_at(hfd, seal, size - sizeof(*seal), sizeof(*seal)) &&
           memcmp(seal->magic, SEAL_MAGIC, sizeof(seal->magic)) == 0 &&
           seal->zero == 0 && seal->size == size - sizeof(*seal);
}

static bool has_sum(int hfd, const struct seal *seal)
{
    uint8_t sum[CACHE_HASH];

    return hash_file(hfd, seal->size + offsetof(struct seal, sum), sum) &&
           memcmp(sum, seal->sum, sizeof(sum)) == 0;
}

static bool is_untouched(const struct stat *st, const struct seal *seal)
{
    return st->st_mtim.tv_sec == seal->made && st->st_mtim.tv_nsec == 0;
}

/* The time when it was used stays as it is. */
static bool mark_untouched(int hfd, const struct seal *seal)
{
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                      {.tv_sec = seal->made}};

    return futimens(hfd, times) == 0;
}

/* As it was when it was sealed: nobody has written to it since, as its time
 * tells; else it is read. */
static bool is_whole(int hfd, const struct stat *st, const struct seal *seal)
{
    if (is_untouched(st, seal))
        return true;
    if (!has_sum(hfd, seal))
        return false;
    (void)mark_untouched(hfd, seal);
    return true;
}

static bool is_entry(const struct cachedir *dir, int hfd, const struct stat *st,
                     const uint8_t hash[CACHE_HASH], int level)
{
    struct seal seal;

    return read_seal(hfd, st, &seal) && seal.level == level &&
           memcmp(seal.hash, hash, CACHE_HASH) == 0 &&
           memcmp(seal.target, dir->target, CACHE_HASH) == 0 &&
           is_image_of(hfd, hash, level) && is_whole(hfd, st, &seal);
}

static void touch(int hfd, const struct stat *st)
{
    const struct timespec times[2] = {{.tv_nsec = UTIME_NOW},
                                      {.tv_nsec = UTIME_OMIT}};
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec - st->st_atim.tv_sec >= TOUCH_SECONDS)
        (void)futimens(hfd, times);
}

int cachedir_find(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                  int level)
{
    char name[CACHE_NAME];
    struct stat st;
    AUTO_FD int hfd = -1;

    object_name(dir, name, hash, level);
    hfd = open_private(dir, name, O_RDONLY, &st);
    if (hfd >= 0 && is_entry(dir, hfd, &st, hash, level)) {
        touch(hfd, &st);
        return MOVE_FD(hfd);
    }
    if (hfd >= 0 || errno == EPERM || errno == ELOOP)
        cachedir_remove(dir, name);
    return -1;
}

int cachedir_find_best(const struct cachedir *dir,
                       const uint8_t hash[CACHE_HASH], int least,
                       int *ret_level)
{
    int level = CACHE_LEVELS;
    int hfd = -1;

    while (hfd < 0 && level > least)
        hfd = cachedir_find(dir, hash, --level);
    if (hfd >= 0 && ret_level)
        *ret_level = level;
    return hfd;
}

/* No write comes by the time that it gets: that is over, and even. */
static int64_t time_of_seal(void)
{
    return ((int64_t)time(NULL) - 4) & ~(int64_t)1;
}

static bool write_seal(const struct cachedir *dir, int hfd,
                       const struct stat *st, const uint8_t hash[CACHE_HASH],
                       int level)
{
    struct seal seal = {
        .magic = SEAL_MAGIC,
        .level = level,
        .size = (uint64_t)st->st_size,
        .made = time_of_seal(),
    };

    memcpy(seal.hash, hash, CACHE_HASH);
    memcpy(seal.target, dir->target, CACHE_HASH);
    return lseek(hfd, 0, SEEK_END) == st->st_size &&
           write_all(hfd, &seal, offsetof(struct seal, sum)) &&
           hash_file(hfd, seal.size + offsetof(struct seal, sum), seal.sum) &&
           write_all(hfd, seal.sum, sizeof(seal.sum)) &&
           mark_untouched(hfd, &seal) && fsync(hfd) == 0;
}

/* Until there is no more than the limit; the one just made stays. */
static void evict(const struct cachedir *dir, const char *made)
{
    struct cache_file *files;
    struct error err = ERROR_INIT;
    uint64_t total = 0;
    size_t i, n;

    if (!cachedir_list(dir, &files, &n, &err))
        return;
    for (i = 0; i < n; i++)
        total += (uint64_t)files[i].st.st_size;
    for (i = 0; i < n && total > dir->limit; i++) {
        /* Empty ones are locks and marks. */
        if (files[i].temporary || files[i].st.st_size == 0 ||
            strcmp(files[i].name, made) == 0)
            continue;
        cachedir_remove(dir, files[i].name);
        total -= (uint64_t)files[i].st.st_size;
    }
    free(files);
}

/* Nobody looks for it any more when there is one of all functions. */
static void remove_part(const struct cachedir *dir,
                        const uint8_t hash[CACHE_HASH], int level)
{
    char name[CACHE_NAME];

    object_name(dir, name, hash, CACHE_PART);
    if (level != CACHE_PART)
        (void)unlinkat(dir->hfd, name, 0);
}

bool cachedir_add(const struct cachedir *dir, const char *name,
                  const uint8_t hash[CACHE_HASH], int level, struct error *err)
{
    char final[CACHE_NAME];
    struct stat st;
    AUTO_FD int hfd = open_private(dir, name, O_RDWR, &st);

    object_name(dir, final, hash, level);
    if (hfd < 0 || !is_image_of(hfd, hash, level)) {
        error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                  "what was compiled is not of this program");
    } else if (fchmod(hfd, 0600) || !write_seal(dir, hfd, &st, hash, level) ||
               renameat(dir->hfd, name, dir->hfd, final)) {
        error_set_errno(err, ERROR_HOST, errno, "cannot write to %s",
                        dir->path);
    } else {
        remove_part(dir, hash, level);
        evict(dir, final);
        return true;
    }
    cachedir_remove(dir, name);
    return false;
}

bool cachedir_verify(const struct cachedir *dir, const char *name)
{
    struct stat st;
    AUTO_FD int hfd = open_private(dir, name, O_RDONLY | O_NOATIME, &st);
    char module[2 * CACHE_HASH + 1];
    struct seal seal;

    if (hfd < 0 || !read_seal(hfd, &st, &seal) || !has_sum(hfd, &seal))
        return false;
    to_hex(module, seal.hash, CACHE_HASH);
    return strncmp(name, module, strlen(module)) == 0 &&
           is_image_of(hfd, seal.hash, seal.level);
}
