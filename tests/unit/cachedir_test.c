/* cachedir_test.c: what is kept of objects, and what is not believed. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "native/cachedir.h"
#include "native/native.h"

static char base[64];
static struct cachedir dir;
static const uint8_t hash[CACHE_HASH] = {1, 2, 3};
static struct error err = ERROR_INIT;

static int setup(void **state)
{
    (void)strcpy(base, "/tmp/cachedir_test.XXXXXX");
    assert_non_null(mkdtemp(base));
    (void)setenv("XDG_CACHE_HOME", base, 1);
    (void)unsetenv("TINE_CACHE_SIZE");
    assert_true(cachedir_open(&dir, &err));
    return 0;
}

static int teardown(void **state)
{
    char command[128];

    cachedir_close(&dir);
    (void)snprintf(command, sizeof(command), "rm -rf %s", base);
    return system(command);
}

/* Have the next objects code for some functions only? */
static bool is_part;

/* An object as far as the cache looks at it. */
static void make_object(const char *name, const uint8_t of[CACHE_HASH],
                        uint32_t version, size_t padding)
{
    struct {
        Elf64_Ehdr head;
        Elf64_Phdr segment;
        struct image image;
    } o = {0};
    int hfd = openat(dir.hfd, name, O_RDWR | O_CREAT | O_EXCL, 0700);

    memcpy(o.head.e_ident, ELFMAG, SELFMAG);
    o.head.e_entry = offsetof(__typeof__(o), image);
    o.head.e_phoff = offsetof(__typeof__(o), segment);
    o.head.e_phentsize = sizeof(o.segment);
    o.head.e_phnum = 1;
    o.segment.p_type = PT_LOAD;
    o.segment.p_filesz = sizeof(o);
    o.image.flags = is_part ? IMAGE_PART : 0;
    memcpy(o.image.magic, IMAGE_MAGIC, sizeof(o.image.magic));
    memcpy(o.image.hash, of, CACHE_HASH);
    o.image.version = version;
    assert_int_equal(write(hfd, &o, sizeof(o)), sizeof(o));
    assert_int_equal(ftruncate(hfd, (off_t)(sizeof(o) + padding)), 0);
    assert_int_equal(close(hfd), 0);
}

static bool add(const uint8_t of[CACHE_HASH], int level, size_t padding)
{
    char name[CACHE_NAME];

    cachedir_temporary(&dir, of, name);
    make_object(name, of, NATIVE_VERSION, padding);
    return cachedir_add(&dir, name, of, level, &err);
}

static bool found(int level)
{
    int hfd = cachedir_find(&dir, hash, level);

    return hfd >= 0 && close(hfd) == 0;
}

static size_t count(struct cache_file *first)
{
    struct cache_file *files;
    size_t n;

    assert_true(cachedir_list(&dir, &files, &n, &err));
    if (n > 0 && first)
        *first = files[0];
    free(files);
    return n;
}

static void only(char name_out[CACHE_NAME])
{
    struct cache_file file;

    assert_int_equal(count(&file), 1);
    assert_true(file.object);
    (void)strcpy(name_out, file.name);
}

static void test_entry(void **state)
{
    char name[CACHE_NAME];
    int hfd;

    assert_false(found(2));
    assert_true(add(hash, 1, 0));
    assert_false(found(2));
    assert_true(found(1));
    hfd = cachedir_find_best(&dir, hash, 0, NULL);
    assert_true(hfd >= 0);
    (void)close(hfd);
    only(name);
    assert_true(cachedir_verify(&dir, name));
}

static int best(void)
{
    int level = CACHE_LEVELS;
    int hfd = cachedir_find_best(&dir, hash, CACHE_PART, &level);

    assert_true(hfd >= 0);
    (void)close(hfd);
    return level;
}

/* What has code for some functions is found last, and goes when there is code
 * for all. */
static void test_part(void **state)
{
    char name[CACHE_NAME];

    assert_false(add(hash, CACHE_PART, 0));
    is_part = true;
    assert_false(add(hash, 2, 0));
    assert_int_equal(count(NULL), 0);
    assert_true(add(hash, CACHE_PART, 0));
    only(name);
    assert_true(cachedir_verify(&dir, name));
    assert_int_equal(cachedir_find_best(&dir, hash, 0, NULL), -1);
    assert_int_equal(best(), CACHE_PART);
    is_part = false;
    assert_true(add(hash, 0, 0));
    assert_int_equal(best(), 0);
    assert_int_equal(count(NULL), 1);
    is_part = true;
    assert_true(add(hash, CACHE_PART, 0));
    assert_int_equal(count(NULL), 2);
    assert_int_equal(best(), 0);
    is_part = false;
}

/* One that is not as it should be is a miss and goes away. */
static void test_any_length_is_a_miss(void **state)
{
    char name[CACHE_NAME];
    struct cache_file file;
    off_t size;

    assert_true(add(hash, 2, 0));
    assert_int_equal(count(&file), 1);
    for (size = 0; size < file.st.st_size; size += 7) {
        int hfd;

        only(name);
        hfd = openat(dir.hfd, name, O_RDWR);
        assert_int_equal(ftruncate(hfd, size), 0);
        (void)close(hfd);
        assert_false(cachedir_verify(&dir, name));
        assert_false(found(2));
        assert_int_equal(count(NULL), 0);
        assert_true(add(hash, 2, 0));
    }
}

static void flip(const char *name, off_t at)
{
    int hfd = openat(dir.hfd, name, O_RDWR);
    uint8_t byte;

    assert_int_equal(pread(hfd, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(hfd, &byte, 1, at), 1);
    (void)close(hfd);
}

static void test_any_flipped_bit_is_found(void **state)
{
    char name[CACHE_NAME];
    struct cache_file file;
    off_t at;

    assert_true(add(hash, 2, 0));
    only(name);
    (void)count(&file);
    for (at = 0; at < file.st.st_size; at++) {
        flip(name, at);
        if (cachedir_verify(&dir, name) || found(2))
            fail_msg("byte %ld of %ld", (long)at, (long)file.st.st_size);
        assert_int_equal(count(NULL), 0);
        assert_true(add(hash, 2, 0));
    }
}

/* It is read again, which need not be the next time. */
static void test_touched_but_the_same(void **state)
{
    char name[CACHE_NAME];
    struct stat before, after;
    int hfd;

    assert_true(add(hash, 2, 0));
    only(name);
    assert_int_equal(fstatat(dir.hfd, name, &before, 0), 0);
    flip(name, 200);
    flip(name, 200);
    assert_true(found(2));
    assert_int_equal(fstatat(dir.hfd, name, &after, 0), 0);
    assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
    assert_int_equal(after.st_mtim.tv_nsec, 0);
    /* What this does is known to nobody but the sum. */
    flip(name, 200);
    hfd = openat(dir.hfd, name, O_RDWR);
    assert_int_equal(
        futimens(hfd, (struct timespec[]){before.st_atim, before.st_mtim}), 0);
    (void)close(hfd);
    assert_false(cachedir_verify(&dir, name));
}

static void test_other_version_or_processor(void **state)
{
    char name[CACHE_NAME];

    cachedir_temporary(&dir, hash, name);
    make_object(name, hash, NATIVE_VERSION + 1, 0);
    assert_false(cachedir_add(&dir, name, hash, 2, &err));
    assert_int_equal(count(NULL), 0);
    assert_true(add(hash, 2, 0));
    dir.target[31] ^= 1; /* behind what is in the name */
    assert_false(found(2));
    assert_int_equal(count(NULL), 0);
}

static void test_others_could_have_written_it(void **state)
{
    char name[CACHE_NAME];

    assert_true(add(hash, 2, 0));
    only(name);
    assert_int_equal(fchmodat(dir.hfd, name, 0620, 0), 0);
    assert_false(cachedir_verify(&dir, name));
    assert_false(found(2));
    assert_int_equal(count(NULL), 0);

    assert_true(add(hash, 2, 0));
    assert_int_equal(renameat(dir.hfd, name, dir.hfd, "x"), 0);
    assert_int_equal(symlinkat("x", dir.hfd, name), 0);
    assert_false(found(2));
    assert_int_equal(count(NULL), 1);

    if (geteuid() == 0) {
        assert_true(add(hash, 2, 0));
        assert_int_equal(fchownat(dir.hfd, name, 1, 1, 0), 0);
        assert_false(found(2));
    }
}

static void test_refused_folders(void **state)
{
    struct cachedir other;
    struct stat st;
    char path[96];

    (void)snprintf(path, sizeof(path), "%s/tine", base);
    assert_int_equal(chmod(path, 0770), 0);
    assert_false(cachedir_open(&other, &err));
    /* Others can read it: closed, and used. */
    assert_int_equal(chmod(path, 0755), 0);
    assert_true(cachedir_open(&other, &err));
    cachedir_close(&other);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/tmp", path), 0);
    assert_false(cachedir_open(&other, &err));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mknod(path, S_IFREG | 0600, 0), 0);
    assert_false(cachedir_open(&other, &err));
    assert_int_equal(unlink(path), 0);
    if (geteuid() == 0) {
        assert_int_equal(mkdir(path, 0700), 0);
        assert_int_equal(chown(path, 1, 1), 0);
        assert_false(cachedir_open(&other, &err));
    }
    (void)setenv("XDG_CACHE_HOME", "relative", 1);
    (void)unsetenv("HOME");
    assert_false(cachedir_open(&other, &err));
}

static void test_least_recently_used_go(void **state)
{
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    uint8_t second[CACHE_HASH] = {9}, third[CACHE_HASH] = {8};
    char name[CACHE_NAME];
    int hfd;

    dir.limit = 250000;
    assert_true(add(hash, 2, 100000));
    only(name);
    assert_true(add(second, 2, 100000));
    assert_int_equal(utimensat(dir.hfd, name, old, 0), 0);
    assert_true(found(2)); /* which notes the use */
    hfd = cachedir_find(&dir, second, 2);
    assert_int_equal(futimens(hfd, old), 0);
    (void)close(hfd);
    assert_true(add(third, 2, 100000));
    assert_true(found(2));
    assert_int_equal(cachedir_find(&dir, second, 2), -1);
    assert_int_equal(count(NULL), 2);
}

static void make_left_over(const uint8_t of[CACHE_HASH])
{
    char name[CACHE_NAME], path[CACHE_NAME + 16];

    cachedir_temporary(&dir, of, name);
    make_object(name, of, NATIVE_VERSION, 0);
    (void)snprintf(path, sizeof(path), "%s.XXX", name);
    assert_int_equal(mkdirat(dir.hfd, path, 0700), 0);
    (void)snprintf(path, sizeof(path), "%s.XXX/0.o", name);
    make_object(path, of, NATIVE_VERSION, 0);
}

/* What compilers that were killed have left goes, with the locks that they
 * had; what is being made stays. */
static void test_left_over(void **state)
{
    uint8_t dead[CACHE_HASH] = {9}, living[CACHE_HASH] = {8};
    int ours, held;

    assert_true(close(cachedir_lock(&dir, dead, false)) == 0);
    held = cachedir_lock(&dir, living, false);
    ours = cachedir_lock(&dir, hash, false);
    assert_true(held >= 0 && ours >= 0);
    assert_int_equal(cachedir_lock(&dir, living, false), -1);
    make_left_over(hash);
    make_left_over(dead);
    make_left_over(living);
    assert_int_equal(count(NULL), 9);
    cachedir_clean(&dir, hash);
    assert_int_equal(count(NULL), 4); /* two locks, two of the living */
    (void)close(held);
    cachedir_clean(&dir, hash);
    assert_int_equal(count(NULL), 1);
    cachedir_unlock(&dir, hash, ours);
    assert_int_equal(count(NULL), 0);
}

static void test_failures_are_remembered(void **state)
{
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    struct cache_file file;

    assert_false(cachedir_has_failed(&dir, hash));
    cachedir_set_failed(&dir, hash, false);
    assert_true(cachedir_has_failed(&dir, hash));
    assert_int_equal(count(&file), 1);
    assert_true(time(NULL) - file.st.st_mtim.tv_sec < 60);
    cachedir_set_failed(&dir, hash, true);
    assert_true(cachedir_has_failed(&dir, hash));
    assert_int_equal(count(&file), 1);
    assert_true(time(NULL) - file.st.st_mtim.tv_sec > 86400 - 660);
    assert_int_equal(utimensat(dir.hfd, file.name, old, 0), 0);
    assert_false(cachedir_has_failed(&dir, hash));
    cachedir_clean(&dir, hash);
    assert_int_equal(count(NULL), 0);
}

static int module_file(const char *text, time_t time)
{
    struct timespec times[2] = {{.tv_sec = time}, {.tv_sec = time}};
    char path[96];
    int hfd;

    (void)snprintf(path, sizeof(path), "%s/module", base);
    hfd = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(pwrite(hfd, text, strlen(text), 0), strlen(text));
    assert_int_equal(futimens(hfd, times), 0);
    return hfd;
}

static void test_hash_of_module(void **state)
{
    /* b2sum -l 256 of "abc" */
    static const uint8_t abc[] = {0xbd, 0xdd, 0x81, 0x3c};
    uint8_t first[CACHE_HASH], second[CACHE_HASH];
    int hfd = module_file("abc", 1000);

    assert_true(cachedir_hash(&dir, hfd, first, &err));
    assert_memory_equal(first, abc, sizeof(abc));
    assert_int_equal(count(NULL), 0); /* it has just changed */
    (void)sleep(4);
    assert_true(cachedir_hash(&dir, hfd, first, &err));
    assert_int_equal(count(NULL), 1);
    assert_true(cachedir_hash(&dir, hfd, second, &err));
    assert_memory_equal(first, second, CACHE_HASH);
    (void)close(hfd);
    /* The same size and mtime. */
    hfd = module_file("abd", 1000);
    assert_true(cachedir_hash(&dir, hfd, second, &err));
    assert_memory_not_equal(first, second, CACHE_HASH);
    (void)close(hfd);
}

static void test_slots(void **state)
{
    cpu_set_t one;
    int first;

    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    first = cachedir_slot(&dir, false);
    assert_true(first >= 0);
    assert_int_equal(cachedir_slot(&dir, false), -1);
    (void)close(first);
    first = cachedir_slot(&dir, true);
    assert_true(first >= 0);
    (void)close(first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_entry),
        TEST(test_part),
        TEST(test_any_length_is_a_miss),
        TEST(test_any_flipped_bit_is_found),
        TEST(test_touched_but_the_same),
        TEST(test_other_version_or_processor),
        TEST(test_others_could_have_written_it),
        TEST(test_refused_folders),
        TEST(test_least_recently_used_go),
        TEST(test_left_over),
        TEST(test_failures_are_remembered),
        TEST(test_hash_of_module),
        TEST(test_slots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
