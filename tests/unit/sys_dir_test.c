/* sys_dir_test.c: listing directories. */
#include "sys_fixture.h"

#include "abi/layout.h"

#define BUF       8192
#define MAX_NAMES 1200

struct found {
    char names[MAX_NAMES][64];
    struct abi_dirent entries[MAX_NAMES];
    size_t n;
};

/* List with a buffer of `room` bytes, going on at the cookie of the last
 * entry that came whole, as a libc does. */
static void list(struct fixture *f, int32_t fd, gsize room, struct found *ret)
{
    struct thread *t = fixture_thread(f);
    uint64_t cookie = 0;
    gsize used, at;

    ret->n = 0;
    do {
        memset(f->memory.base + BUF, '#', room + 1);
        assert_int_equal(sys_fd_readdir(t, fd, BUF, room, cookie, 16), WASI_OK);
        used = guest_u32(f, 16);
        assert_true(used <= room);
        assert_int_equal(f->memory.base[BUF + room], '#');
        for (at = 0; used - at >= sizeof(struct abi_dirent);) {
            struct abi_dirent entry;

            memcpy(&entry, f->memory.base + BUF + at, sizeof(entry));
            if (used - at < sizeof(entry) + entry.d_namlen)
                break;
            assert_true(ret->n < MAX_NAMES);
            ret->entries[ret->n] = entry;
            memset(ret->names[ret->n], 0, 64);
            memcpy(ret->names[ret->n++],
                   f->memory.base + BUF + at + sizeof(entry), entry.d_namlen);
            at += sizeof(entry) + entry.d_namlen;
            cookie = entry.d_next;
        }
    } while (used == room);
}

static const struct abi_dirent *entry_of(const struct found *found,
                                         const char *name)
{
    const struct abi_dirent *entry = NULL;
    size_t i;

    for (i = 0; i < found->n; i++) {
        if (strcmp(found->names[i], name) != 0)
            continue;
        assert_null(entry); /* only once */
        entry = &found->entries[i];
    }
    return entry;
}

static struct found found;

static void any_buffer(void **state)
{
    static const gsize rooms[] = {96, 97, 131, 256, 1000, 4096, 32768};
    struct fixture f;
    struct stat st;
    char name[32];
    int32_t fd;
    size_t i, j;

    fixture_init(&f);
    host_mkdir(&f, "dir");
    for (i = 0; i < 1000; i++) {
        (void)snprintf(name, sizeof(name), "dir/file-%zu", i);
        host_write(&f, name, "");
    }
    fd = fixture_install(&f, open(host_path(&f, "dir"), O_RDONLY));
    for (i = 0; i < countof(rooms); i++) {
        list(&f, fd, rooms[i], &found);
        assert_int_equal(found.n, 1002);
        assert_non_null(entry_of(&found, "."));
        assert_non_null(entry_of(&found, ".."));
        for (j = 0; j < 1000; j += 111) {
            (void)snprintf(name, sizeof(name), "file-%zu", j);
            assert_non_null(entry_of(&found, name));
        }
    }
    assert_int_equal(lstat(host_path(&f, "dir/file-7"), &st), 0);
    assert_true(entry_of(&found, "file-7")->d_ino == st.st_ino);
    fixture_done(&f);
}

static void types(void **state)
{
    struct fixture f;
    int32_t fd;

    fixture_init(&f);
    host_mkdir(&f, "dir");
    host_mkdir(&f, "dir/sub");
    host_write(&f, "dir/file", "");
    host_symlink(&f, "x", "dir/link");
    assert_int_equal(mkfifo(host_path(&f, "dir/fifo"), 0666), 0);
    fd = fixture_install(&f, open(host_path(&f, "dir"), O_RDONLY));
    list(&f, fd, 4096, &found);
    assert_int_equal(found.n, 6);
    assert_int_equal(entry_of(&found, "sub")->d_type, WASI_FILETYPE_DIRECTORY);
    assert_int_equal(entry_of(&found, "file")->d_type,
                     WASI_FILETYPE_REGULAR_FILE);
    assert_int_equal(entry_of(&found, "link")->d_type,
                     WASI_FILETYPE_SYMBOLIC_LINK);
    assert_int_equal(entry_of(&found, "fifo")->d_type, WASI_FILETYPE_UNKNOWN);
    fixture_done(&f);
}

/* A cookie leads back, and a new listing sees what is new. */
static void cookies(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct abi_dirent entry;
    int32_t fd;
    size_t i;

    fixture_init(&f);
    host_mkdir(&f, "dir");
    host_write(&f, "dir/a", "");
    host_write(&f, "dir/b", "");
    host_write(&f, "dir/c", "");
    fd = fixture_install(&f, open(host_path(&f, "dir"), O_RDONLY));
    list(&f, fd, 4096, &found);
    assert_int_equal(found.n, 5);
    for (i = 0; i + 1 < found.n; i++) {
        assert_int_equal(
            sys_fd_readdir(t, fd, BUF, 200, found.entries[i].d_next, 16),
            WASI_OK);
        memcpy(&entry, f.memory.base + BUF, sizeof(entry));
        assert_true(entry.d_ino == found.entries[i + 1].d_ino);
    }
    assert_int_equal(
        sys_fd_readdir(t, fd, BUF, 200, found.entries[4].d_next, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 0);
    host_write(&f, "dir/new", "");
    list(&f, fd, 4096, &found);
    assert_non_null(entry_of(&found, "new"));
    /* A buffer too small for one header is filled all the same. */
    assert_int_equal(sys_fd_readdir(t, fd, BUF, 5, 0, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 5);
    assert_int_equal(sys_fd_readdir(t, fd, BUF, 0, 0, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 0);
    /* Not a directory. */
    fd = fixture_install(&f, open(host_path(&f, "dir/a"), O_RDONLY));
    assert_int_equal(sys_fd_readdir(t, fd, BUF, 100, 0, 16), WASI_NOTDIR);
    fixture_done(&f);
}

static void mount_names(void **state)
{
    struct fixture f;
    struct file *file;
    struct stat st;
    uint32_t fd;

    fixture_init(&f);
    host_mkdir(&f, "root");
    host_mkdir(&f, "root/both");
    host_write(&f, "root/file", "");
    host_mkdir(&f, "m");
    fixture_mount(&f, "root::/");
    fixture_mount(&f, "m::/both");
    fixture_mount(&f, "m::/way/one");
    fixture_mount(&f, "m::/way/two");
    fixture_mount(&f, "m::/waylong");
    fixture_preopen(&f);
    /* 3 is the root: its own names, and those of mounts it does not have. */
    list(&f, 3, 100, &found);
    assert_int_equal(found.n, 6);
    assert_non_null(entry_of(&found, "both"));
    assert_non_null(entry_of(&found, "way"));
    assert_non_null(entry_of(&found, "waylong"));
    assert_non_null(entry_of(&found, "file"));
    /* Above the root is the root, not the host's directory. */
    assert_int_equal(lstat(host_path(&f, "root"), &st), 0);
    assert_true(entry_of(&found, "..")->d_ino == st.st_ino);
    /* A directory that is in no mount. */
    assert_int_equal(
        path_open_file(&f.process, NULL, "/way", O_RDONLY, 0, &file), WASI_OK);
    assert_int_equal(fdtable_reserve(f.env.fds, 0, 1, &fd), WASI_OK);
    fdtable_install(f.env.fds, fd, file, RIGHTS_ALL, RIGHTS_ALL, false);
    list(&f, (int32_t)fd, 64, &found);
    assert_int_equal(found.n, 4);
    assert_string_equal(found.names[0], ".");
    assert_string_equal(found.names[1], "..");
    assert_non_null(entry_of(&found, "one"));
    assert_int_equal(entry_of(&found, "two")->d_type, WASI_FILETYPE_DIRECTORY);
    assert_int_equal(
        path_open_file(&f.process, NULL, "/dev", O_RDONLY, 0, &file), WASI_OK);
    assert_int_equal(fdtable_reserve(f.env.fds, 0, 1, &fd), WASI_OK);
    fdtable_install(f.env.fds, fd, file, RIGHTS_ALL, RIGHTS_ALL, false);
    list(&f, (int32_t)fd, 4096, &found);
    assert_int_equal(entry_of(&found, "null")->d_type,
                     WASI_FILETYPE_CHARACTER_DEVICE);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_buffer),
        cmocka_unit_test(types),
        cmocka_unit_test(cookies),
        cmocka_unit_test(mount_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
