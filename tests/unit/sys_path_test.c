/* sys_path_test.c: calls that name files by a path. */
#include "sys_fixture.h"

#include "base/limits.h"

static void tree_init(struct fixture *f)
{
    fixture_init(f);
    host_mkdir(f, "root");
    host_write(f, "root/file", "0123456789");
    host_mkdir(f, "root/dir");
    host_write(f, "root/dir/inside", "x");
    host_mkdir(f, "root/empty");
    host_symlink(f, "file", "root/link");
    host_symlink(f, "dir", "root/dirlink");
    host_symlink(f, "/dir/../file", "root/abslink");
    host_mkdir(f, "data");
    host_write(f, "data/file", "data");
    host_mkdir(f, "ro");
    host_write(f, "ro/file", "ro");
    host_mkdir(f, "ro/dir");
    fixture_mount(f, "root::/");
    fixture_mount(f, "data::/data");
    fixture_mount(f, "ro::/ro:ro");
    fixture_mount(f, "data::/dir/mounted");
    fixture_preopen(f);
}

/* Two paths in guest memory. */
#define PATH1 1024
#define PATH2 8192

#define RW (WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_WRITE | WASI_RIGHTS_FD_READDIR)

/* path_open; the descriptor, or minus the errno. */
static int32_t open_path(struct fixture *f, const char *path, uint16_t oflags,
                         uint64_t rights, uint16_t fdflags)
{
    enum wasi_errno e = sys_path_open(
        fixture_thread(f), 3, WASI_LOOKUP_SYMLINK_FOLLOW, PATH1,
        guest_put(f, PATH1, path), oflags, rights, RIGHTS_ALL, fdflags, 16);

    return e ? -(int32_t)e : (int32_t)guest_u32(f, 16);
}

static enum wasi_errno make_dir(struct fixture *f, const char *path)
{
    return sys_path_create_directory(fixture_thread(f), 3, PATH1,
                                     guest_put(f, PATH1, path));
}

static enum wasi_errno remove_dir(struct fixture *f, const char *path)
{
    return sys_path_remove_directory(fixture_thread(f), 3, PATH1,
                                     guest_put(f, PATH1, path));
}

static enum wasi_errno unlink_file(struct fixture *f, const char *path)
{
    return sys_path_unlink_file(fixture_thread(f), 3, PATH1,
                                guest_put(f, PATH1, path));
}

static enum wasi_errno rename_path(struct fixture *f, const char *from,
                                   const char *to)
{
    return sys_path_rename(fixture_thread(f), 3, PATH1,
                           guest_put(f, PATH1, from), 3, PATH2,
                           guest_put(f, PATH2, to));
}

static enum wasi_errno link_path(struct fixture *f, uint32_t flags,
                                 const char *from, const char *to)
{
    return sys_path_link(fixture_thread(f), 3, flags, PATH1,
                         guest_put(f, PATH1, from), 3, PATH2,
                         guest_put(f, PATH2, to));
}

static enum wasi_errno symlink_path(struct fixture *f, const char *text,
                                    const char *path)
{
    return sys_path_symlink(fixture_thread(f), PATH1, guest_put(f, PATH1, text),
                            3, PATH2, guest_put(f, PATH2, path));
}

static void opening(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    int32_t fd, first;

    tree_init(&f);
    first = open_path(&f, "file", 0, WASI_RIGHTS_FD_READ, 0);
    assert_true(first > 3);
    /* Rights are as asked for, with everything else granted. */
    assert_true(f.env.fds->entries[first].rights ==
                (RIGHTS_ALL &
                 ~(uint64_t)(WASI_RIGHTS_FD_WRITE | WASI_RIGHTS_FD_READDIR)));
    fd = open_path(&f, "file", 0, WASI_RIGHTS_FD_WRITE, 0);
    assert_int_equal(fd, first + 1);
    assert_int_equal(fcntl(fdtable_hfd(f.env.fds, fd), F_GETFL) & O_ACCMODE,
                     O_WRONLY);
    fd = open_path(&f, "file", 0, RW, WASI_FDFLAGS_APPEND);
    assert_int_equal(fcntl(fdtable_hfd(f.env.fds, fd), F_GETFL) &
                         (O_ACCMODE | O_APPEND),
                     O_RDWR | O_APPEND);
    assert_true(fcntl(fdtable_hfd(f.env.fds, fd), F_GETFD) & FD_CLOEXEC);
    fd = open_path(&f, "file", 0, 0, 0);
    guest_put_iov(&f, 32, 4096, 1);
    assert_int_equal(sys_fd_read(t, fd, 32, 1, 40), WASI_BADF);
    assert_int_equal(open_path(&f, "dir", 0, RW, 0), -WASI_ISDIR);
    fd = open_path(&f, "dir", WASI_OFLAGS_DIRECTORY,
                   WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_READDIR, 0);
    assert_true(fd > 0);
    assert_int_equal(open_path(&f, "file", WASI_OFLAGS_DIRECTORY, 0, 0),
                     -WASI_NOTDIR);
    assert_int_equal(open_path(&f, "missing", 0, 0, 0), -WASI_NOENT);
    assert_int_equal(open_path(&f, "", 0, 0, 0), -WASI_NOENT);
    assert_int_equal(open_path(&f, "abslink", 0, RW, 0), fd + 1);
    /* A failing open takes no number. */
    assert_int_equal(open_path(&f, "/file", 0, RW, 0), fd + 2);
    fixture_done(&f);
}

static void opening_with_flags(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct stat st;
    int32_t fd;

    tree_init(&f);
    fd = open_path(&f, "new", WASI_OFLAGS_CREAT | WASI_OFLAGS_EXCL, RW, 0);
    assert_true(fd > 0);
    assert_int_equal(
        open_path(&f, "new", WASI_OFLAGS_CREAT | WASI_OFLAGS_EXCL, RW, 0),
        -WASI_EXIST);
    assert_true(open_path(&f, "file", WASI_OFLAGS_EXCL, RW, 0) > 0);
    assert_true(open_path(&f, "file", WASI_OFLAGS_TRUNC, RW, 0) > 0);
    assert_int_equal(stat(host_path(&f, "root/file"), &st), 0);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(
        open_path(&f, "x", WASI_OFLAGS_CREAT | WASI_OFLAGS_DIRECTORY, 0, 0),
        -WASI_INVAL);
    assert_int_equal(open_path(&f, "x", 1 << 4, 0, 0), -WASI_INVAL);
    assert_int_equal(open_path(&f, "file", 0, 0, 1 << 5), -WASI_INVAL);
    assert_int_equal(open_path(&f, "/ro/x", WASI_OFLAGS_CREAT, RW, 0),
                     -WASI_ROFS);
    /* Not following, and the flags of path_open2. */
    assert_int_equal(sys_path_open(t, 3, 0, PATH1, guest_put(&f, PATH1, "link"),
                                   0, RW, 0, 0, 16),
                     WASI_LOOP);
    assert_int_equal(sys_path_open(t, 3, 2, PATH1, guest_put(&f, PATH1, "file"),
                                   0, RW, 0, 0, 16),
                     WASI_INVAL);
    assert_int_equal(sys_path_open2(t, 3, 0, PATH1,
                                    guest_put(&f, PATH1, "file"), 0, RW, 0, 0,
                                    WASI_FDFLAGSEXT_CLOEXEC, 16),
                     WASI_OK);
    assert_true(f.env.fds->entries[guest_u32(&f, 16)].cloexec);
    assert_int_equal(sys_path_open2(t, 3, 0, PATH1,
                                    guest_put(&f, PATH1, "file"), 0, RW, 0, 0,
                                    2, 16),
                     WASI_INVAL);
    /* Whatever the descriptor, when the path is absolute. */
    assert_int_equal(sys_path_open(t, -1, 0, PATH1,
                                   guest_put(&f, PATH1, "/file"), 0, RW, 0, 0,
                                   16),
                     WASI_OK);
    fd = open_path(&f, "file", 0, RW, 0);
    assert_int_equal(sys_path_open(t, fd, 0, PATH1, guest_put(&f, PATH1, "x"),
                                   0, RW, 0, 0, 16),
                     WASI_NOTDIR);
    assert_int_equal(sys_path_open(t, fd, 0, PATH1,
                                   guest_put(&f, PATH1, "/a\200b"), 0, RW, 0, 0,
                                   16),
                     WASI_INVAL);
    assert_int_equal(sys_path_open(t, 3, 0, PATH1, LIMIT_PATH, 0, RW, 0, 0, 16),
                     WASI_NAMETOOLONG);
    fixture_done(&f);
}

/* A directory's inheriting rights bound those of what is opened below it. */
static void inheriting(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    int32_t dir, fd;

    tree_init(&f);
    dir = open_path(&f, "dir", 0, WASI_RIGHTS_FD_READDIR, 0);
    assert_int_equal(
        sys_fd_fdstat_set_rights(t, dir, WASI_RIGHTS_PATH_OPEN,
                                 WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_SEEK),
        WASI_OK);
    (void)guest_put(&f, PATH1, "inside");
    assert_int_equal(
        sys_path_open(t, dir, 0, PATH1, 6, 0, RW, RIGHTS_ALL, 0, 16),
        WASI_NOTCAPABLE);
    assert_int_equal(sys_path_open(t, dir, 0, PATH1, 6, 0, WASI_RIGHTS_FD_READ,
                                   RIGHTS_ALL, 0, 16),
                     WASI_OK);
    fd = (int32_t)guest_u32(&f, 16);
    assert_true(f.env.fds->entries[fd].rights ==
                (WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_SEEK));
    assert_int_equal(sys_path_unlink_file(t, dir, PATH1, 6), WASI_NOTCAPABLE);
    fixture_done(&f);
}

static void directories(void **state)
{
    struct fixture f;

    tree_init(&f);
    assert_int_equal(make_dir(&f, "new"), WASI_OK);
    assert_int_equal(make_dir(&f, "new"), WASI_EXIST);
    assert_int_equal(make_dir(&f, "new/sub/"), WASI_OK);
    assert_int_equal(make_dir(&f, "file"), WASI_EXIST);
    assert_int_equal(make_dir(&f, "missing/x"), WASI_NOENT);
    assert_int_equal(make_dir(&f, "file/x"), WASI_NOTDIR);
    assert_int_equal(make_dir(&f, "/"), WASI_EXIST);
    assert_int_equal(make_dir(&f, "/data"), WASI_EXIST);
    assert_int_equal(make_dir(&f, "/dev"), WASI_EXIST);
    assert_int_equal(make_dir(&f, "/dev/null"), WASI_EXIST);
    assert_int_equal(make_dir(&f, "/dev/new"), WASI_ROFS);
    assert_int_equal(make_dir(&f, "/ro/new"), WASI_ROFS);
    assert_int_equal(make_dir(&f, "/ro/dir"), WASI_EXIST);
    assert_int_equal(remove_dir(&f, "new"), WASI_NOTEMPTY);
    assert_int_equal(remove_dir(&f, "new/sub/"), WASI_OK);
    assert_int_equal(remove_dir(&f, "new/."), WASI_INVAL);
    assert_int_equal(remove_dir(&f, "new"), WASI_OK);
    assert_int_equal(remove_dir(&f, "new"), WASI_NOENT);
    assert_int_equal(remove_dir(&f, "file"), WASI_NOTDIR);
    assert_int_equal(remove_dir(&f, "dirlink"), WASI_NOTDIR);
    assert_int_equal(remove_dir(&f, "dirlink/"), WASI_NOTDIR);
    assert_int_equal(remove_dir(&f, "/"), WASI_BUSY);
    assert_int_equal(remove_dir(&f, "/data"), WASI_BUSY);
    assert_int_equal(remove_dir(&f, "/dev"), WASI_BUSY);
    assert_int_equal(remove_dir(&f, "/dev/null"), WASI_NOTDIR);
    assert_int_equal(remove_dir(&f, "/dir"), WASI_BUSY);
    assert_int_equal(remove_dir(&f, "/ro/dir"), WASI_ROFS);
    assert_int_equal(remove_dir(&f, "/ro/missing"), WASI_NOENT);
    assert_true(host_exists(&f, "ro/dir"));
    fixture_done(&f);
}

static void unlinking(void **state)
{
    struct fixture f;

    tree_init(&f);
    assert_int_equal(unlink_file(&f, "link"), WASI_OK);
    assert_true(host_exists(&f, "root/file"));
    assert_int_equal(unlink_file(&f, "file/"), WASI_NOTDIR);
    assert_int_equal(unlink_file(&f, "file"), WASI_OK);
    assert_false(host_exists(&f, "root/file"));
    assert_int_equal(unlink_file(&f, "file"), WASI_NOENT);
    assert_int_equal(unlink_file(&f, "dir"), WASI_BUSY);
    assert_int_equal(unlink_file(&f, "empty"), WASI_ISDIR);
    assert_int_equal(unlink_file(&f, "empty/"), WASI_ISDIR);
    assert_int_equal(unlink_file(&f, "empty/."), WASI_ISDIR);
    assert_int_equal(unlink_file(&f, "/data"), WASI_ISDIR);
    assert_int_equal(unlink_file(&f, "/dev/null"), WASI_PERM);
    assert_int_equal(unlink_file(&f, "/ro/file"), WASI_ROFS);
    assert_int_equal(unlink_file(&f, "/ro/missing"), WASI_NOENT);
    assert_true(host_exists(&f, "ro/file"));
    assert_int_equal(unlink_file(&f, "dirlink/inside"), WASI_OK);
    fixture_done(&f);
}

static void renaming(void **state)
{
    struct fixture f;

    tree_init(&f);
    assert_int_equal(rename_path(&f, "file", "renamed"), WASI_OK);
    assert_true(host_exists(&f, "root/renamed"));
    assert_int_equal(rename_path(&f, "file", "renamed"), WASI_NOENT);
    assert_int_equal(rename_path(&f, "renamed", "x/"), WASI_NOTDIR);
    assert_int_equal(rename_path(&f, "renamed/", "x"), WASI_NOTDIR);
    assert_int_equal(rename_path(&f, "empty/", "moved/"), WASI_OK);
    assert_int_equal(rename_path(&f, "renamed", "moved"), WASI_ISDIR);
    assert_int_equal(rename_path(&f, "moved", "renamed"), WASI_NOTDIR);
    assert_int_equal(rename_path(&f, "moved", "moved/sub"), WASI_INVAL);
    assert_int_equal(rename_path(&f, "moved/.", "x"), WASI_BUSY);
    /* The link, not what it points to. */
    assert_int_equal(rename_path(&f, "dirlink", "l"), WASI_OK);
    assert_true(host_exists(&f, "root/l"));
    /* Across mounts, and mounts themselves. */
    assert_int_equal(rename_path(&f, "renamed", "/data/x"), WASI_XDEV);
    assert_int_equal(rename_path(&f, "/data/file", "x"), WASI_XDEV);
    assert_int_equal(rename_path(&f, "/data", "x"), WASI_BUSY);
    assert_int_equal(rename_path(&f, "moved", "/data"), WASI_BUSY);
    /* A mount point would change its name with this directory; what lies
     * under it would come to light. */
    assert_int_equal(rename_path(&f, "dir", "elsewhere"), WASI_BUSY);
    assert_int_equal(rename_path(&f, "moved", "dir"), WASI_BUSY);
    assert_int_equal(rename_path(&f, "/dev/null", "x"), WASI_BUSY);
    assert_int_equal(rename_path(&f, "renamed", "/dev/null"), WASI_BUSY);
    assert_int_equal(rename_path(&f, "renamed", "/dev/x"), WASI_ROFS);
    assert_int_equal(rename_path(&f, "/ro/file", "/ro/x"), WASI_ROFS);
    assert_int_equal(rename_path(&f, "/ro/missing", "/ro/x"), WASI_NOENT);
    assert_int_equal(rename_path(&f, "renamed", "/ro/x"), WASI_ROFS);
    assert_true(host_exists(&f, "ro/file"));
    fixture_done(&f);
}

static void linking(void **state)
{
    const uint32_t follow = WASI_LOOKUP_SYMLINK_FOLLOW;
    struct fixture f;
    struct stat st;

    tree_init(&f);
    assert_int_equal(link_path(&f, 0, "file", "hard"), WASI_OK);
    assert_int_equal(lstat(host_path(&f, "root/hard"), &st), 0);
    assert_int_equal(st.st_nlink, 2);
    assert_int_equal(link_path(&f, 0, "file", "hard"), WASI_EXIST);
    assert_int_equal(link_path(&f, 0, "link", "a"), WASI_OK);
    assert_int_equal(lstat(host_path(&f, "root/a"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(link_path(&f, follow, "link", "b"), WASI_OK);
    assert_int_equal(lstat(host_path(&f, "root/b"), &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(link_path(&f, 2, "link", "c"), WASI_INVAL);
    assert_int_equal(link_path(&f, 0, "dir", "c"), WASI_PERM);
    assert_int_equal(link_path(&f, 0, "missing", "c"), WASI_NOENT);
    assert_int_equal(link_path(&f, 0, "file/", "c"), WASI_NOTDIR);
    assert_int_equal(link_path(&f, 0, "file", "c/"), WASI_NOENT);
    assert_int_equal(link_path(&f, 0, "/ro/file", "c"), WASI_XDEV);
    assert_int_equal(link_path(&f, 0, "file", "/data/c"), WASI_XDEV);
    assert_int_equal(link_path(&f, 0, "file", "/ro/c"), WASI_ROFS);
    assert_int_equal(link_path(&f, 0, "/dev/null", "c"), WASI_XDEV);
    fixture_done(&f);
}

static enum wasi_errno read_link(struct fixture *f, const char *path,
                                 gsize room, const char *want)
{
    enum wasi_errno e;

    memset(f->memory.base + PATH2, '#', 64);
    e = sys_path_readlink(fixture_thread(f), 3, PATH1,
                          guest_put(f, PATH1, path), PATH2, room, 16);
    if (!e) {
        assert_int_equal(guest_u32(f, 16), strlen(want));
        assert_memory_equal(f->memory.base + PATH2, want, strlen(want));
        assert_int_equal(f->memory.base[PATH2 + strlen(want)], '#');
    }
    return e;
}

static void symbolic_links(void **state)
{
    struct fixture f;

    tree_init(&f);
    assert_int_equal(symlink_path(&f, "some/where", "s"), WASI_OK);
    assert_int_equal(read_link(&f, "s", 64, "some/where"), WASI_OK);
    assert_int_equal(read_link(&f, "s", 4, "some"), WASI_OK);
    assert_int_equal(read_link(&f, "s", 0, ""), WASI_OK);
    assert_int_equal(symlink_path(&f, "/absolute", "abs"), WASI_OK);
    assert_int_equal(read_link(&f, "abs", 64, "/absolute"), WASI_OK);
    assert_int_equal(symlink_path(&f, "x", "s"), WASI_EXIST);
    assert_int_equal(symlink_path(&f, "", "t"), WASI_NOENT);
    assert_int_equal(symlink_path(&f, "x", "t/"), WASI_NOENT);
    assert_int_equal(symlink_path(&f, "x", "dir/"), WASI_EXIST);
    assert_int_equal(symlink_path(&f, "x", "/ro/t"), WASI_ROFS);
    assert_int_equal(symlink_path(&f, "x", "/ro/file"), WASI_EXIST);
    assert_int_equal(read_link(&f, "file", 64, ""), WASI_INVAL);
    assert_int_equal(read_link(&f, "dirlink/", 64, ""), WASI_INVAL);
    assert_int_equal(read_link(&f, "missing", 64, ""), WASI_NOENT);
    assert_int_equal(read_link(&f, "/data", 64, ""), WASI_INVAL);
    assert_int_equal(read_link(&f, "/dev/null", 64, ""), WASI_INVAL);
    fixture_done(&f);
}

static enum wasi_errno change_dir(struct fixture *f, const char *path)
{
    return sys_chdir(fixture_thread(f), PATH1, guest_put(f, PATH1, path));
}

static void working_directory(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    tree_init(&f);
    assert_int_equal(change_dir(&f, "dirlink"), WASI_OK);
    assert_string_equal(f.env.cwd, "/dir");
    assert_int_equal(change_dir(&f, "mounted"), WASI_OK);
    assert_string_equal(f.env.cwd, "/dir/mounted");
    assert_int_equal(change_dir(&f, "../../.."), WASI_OK);
    assert_string_equal(f.env.cwd, "/");
    assert_int_equal(change_dir(&f, "file"), WASI_NOTDIR);
    assert_int_equal(change_dir(&f, "missing"), WASI_NOENT);
    assert_int_equal(change_dir(&f, ""), WASI_NOENT);
    assert_string_equal(f.env.cwd, "/");
    assert_int_equal(change_dir(&f, "/dir"), WASI_OK);
    /* Room for the NUL is needed, and nothing else is touched. */
    memset(f.memory.base + PATH2, '#', 8);
    guest_store_u32(t, 16, 4);
    assert_int_equal(sys_getcwd(t, PATH2, 16), WASI_RANGE);
    assert_int_equal(guest_u32(&f, 16), 4);
    assert_int_equal(f.memory.base[PATH2], '#');
    guest_store_u32(t, 16, 5);
    assert_int_equal(sys_getcwd(t, PATH2, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 4);
    assert_memory_equal(f.memory.base + PATH2, "/dir\0#", 6);
    guest_store_u32(t, 16, 0);
    assert_int_equal(sys_getcwd(t, 0, 16), WASI_RANGE);
    assert_int_equal(guest_u32(&f, 16), 4);
    guest_store_u32(t, 16, 100);
    assert_int_equal(sys_getcwd(t, 0, 16), WASI_INVAL);
    guest_store_u32(t, 16, UINT32_MAX);
    assert_int_equal(sys_getcwd(t, MEMORY_SIZE - 4, 16), WASI_MEMVIOLATION);
    fixture_done(&f);
}

/* The libc of 2022 gives paths as they are, below the directory called `.`,
 * and leaves the working directory to the runtime. */
static void old_libc(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    int32_t dot = 3;
    gsize len;

    tree_init(&f);
    while (strcmp(f.env.fds->entries[dot].preopen, ".") != 0)
        dot++;
    len = guest_put(&f, PATH1, "inside");
    assert_int_equal(sys_path_filestat_get(t, dot, 0, PATH1, len, 4096),
                     WASI_NOENT);
    assert_int_equal(change_dir(&f, "dir"), WASI_OK);
    len = guest_put(&f, PATH1, "inside");
    /* Later ones keep the working directory themselves. */
    assert_int_equal(sys_path_filestat_get(t, dot, 0, PATH1, len, 4096),
                     WASI_NOENT);
    fixture_old_wasix(&f);
    assert_int_equal(sys_path_filestat_get(t, dot, 0, PATH1, len, 4096),
                     WASI_OK);
    assert_int_equal(sys_path_filestat_get(t, 3, 0, PATH1, len, 4096),
                     WASI_NOENT);
    /* To a program of preview 1 all preopened directories are what they are.
     */
    fixture_preview1(&f);
    assert_int_equal(sys_path_filestat_get(t, dot, 0, PATH1, len, 4096),
                     WASI_NOENT);
    len = guest_put(&f, PATH1, "dir/inside");
    assert_int_equal(sys_path_filestat_get(t, dot, 0, PATH1, len, 4096),
                     WASI_OK);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening),
        cmocka_unit_test(opening_with_flags),
        cmocka_unit_test(inheriting),
        cmocka_unit_test(directories),
        cmocka_unit_test(unlinking),
        cmocka_unit_test(renaming),
        cmocka_unit_test(linking),
        cmocka_unit_test(symbolic_links),
        cmocka_unit_test(working_directory),
        cmocka_unit_test(old_libc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
