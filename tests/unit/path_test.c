/*
 * path_test.c: resolving and opening guest paths.  What matters most is where
 * they never lead: out of the mounts.
 */
#include "sys_fixture.h"

#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "base/limits.h"
#include "proc/hostabi.h"

/*
 * The tree that most tests use.  On the host:
 *
 *     secret           what no guest may see
 *     root/            mounted at /
 *         file, dir/sub/deep, links
 *     data/file        mounted at /data
 *     ro/file          mounted at /ro, read-only
 *     inner/file       mounted at /way/to/inner: the way exists nowhere
 */
static void tree_init(struct fixture *f)
{
    fixture_init(f);
    host_write(f, "secret", "secret");
    host_mkdir(f, "root");
    host_write(f, "root/file", "root file");
    host_mkdir(f, "root/dir");
    host_mkdir(f, "root/dir/sub");
    host_write(f, "root/dir/sub/deep", "deep");
    host_symlink(f, "dir/sub", "root/rel");
    host_symlink(f, "/dir/sub", "root/abs");
    host_symlink(f, "file", "root/filelink");
    host_symlink(f, "../../../../../../../../secret", "root/up");
    host_symlink(f, host_path(f, "secret"), "root/out");
    host_symlink(f, "missing", "root/dangling");
    host_symlink(f, "loop2", "root/loop1");
    host_symlink(f, "loop1", "root/loop2");
    host_symlink(f, "/data", "root/todata");
    host_symlink(f, "dir/", "root/slashed");
    host_symlink(f, "../../file", "root/dir/sub/backlink");
    host_mkdir(f, "data");
    host_write(f, "data/file", "data file");
    host_symlink(f, "../file", "data/toroot");
    host_mkdir(f, "ro");
    host_write(f, "ro/file", "ro file");
    host_mkdir(f, "ro/dir");
    host_mkdir(f, "inner");
    host_write(f, "inner/file", "inner file");
    fixture_mount(f, "root::/");
    fixture_mount(f, "data::/data");
    fixture_mount(f, "ro::/ro:ro");
    fixture_mount(f, "inner::/way/to/inner");
    fixture_preopen(f);
}

static enum wasi_errno open_flags(struct fixture *f, const char *path,
                                  int hflags, struct file **ret)
{
    return path_open_file(&f->process, NULL, path, hflags, 0666, ret);
}

/* Opening gives that error. */
static void check_error(struct fixture *f, const char *path, int hflags,
                        enum wasi_errno want)
{
    struct file *file = NULL;
    enum wasi_errno e = open_flags(f, path, hflags, &file);

    file_unref(file);
    if (e != want)
        print_message("%s: %d\n", path, e);
    assert_int_equal(e, want);
}

/* Opening gives a file with that text. */
static void check_text(struct fixture *f, const char *path, const char *want)
{
    AUTO_FILE struct file *file = NULL;
    char text[64] = "";
    enum wasi_errno e = open_flags(f, path, O_RDONLY, &file);

    if (e)
        print_message("%s: %d\n", path, e);
    assert_int_equal(e, WASI_OK);
    assert_true(read(file->hfd, text, sizeof(text) - 1) >= 0);
    assert_string_equal(text, want);
}

/* Opening gives a directory with that guest path. */
static void check_dir(struct fixture *f, const char *path, const char *want)
{
    AUTO_FILE struct file *file = NULL;
    enum wasi_errno e = open_flags(f, path, O_RDONLY | O_DIRECTORY, &file);

    if (e)
        print_message("%s: %d\n", path, e);
    assert_int_equal(e, WASI_OK);
    assert_true(file_is_dir(file));
    assert_string_equal(file->path, want);
}

static void plain_paths(void **state)
{
    struct fixture f;

    tree_init(&f);
    check_text(&f, "/file", "root file");
    check_text(&f, "file", "root file");
    check_text(&f, "//./file", "root file");
    check_text(&f, "/dir/sub/deep", "deep");
    check_text(&f, "dir//sub/./deep", "deep");
    check_text(&f, "/dir/../file", "root file");
    check_text(&f, "/dir/sub/../../file", "root file");
    check_text(&f, "/../../../file", "root file");
    check_error(&f, "", O_RDONLY, WASI_NOENT);
    check_error(&f, "/missing", O_RDONLY, WASI_NOENT);
    check_error(&f, "/missing/../file", O_RDONLY, WASI_NOENT);
    check_error(&f, "/file/", O_RDONLY, WASI_NOTDIR);
    check_error(&f, "/file/.", O_RDONLY, WASI_NOTDIR);
    check_error(&f, "/file/..", O_RDONLY, WASI_NOTDIR);
    check_error(&f, "/file/x", O_RDONLY, WASI_NOTDIR);
    check_error(&f, "/file", O_RDONLY | O_DIRECTORY, WASI_NOTDIR);
    check_error(&f, "/dir", O_WRONLY, WASI_ISDIR);
    check_error(&f, "/", O_RDWR, WASI_ISDIR);
    check_dir(&f, "/", "/");
    check_dir(&f, ".", "/");
    check_dir(&f, "..", "/");
    check_dir(&f, "/dir", "/dir");
    check_dir(&f, "/dir/", "/dir");
    check_dir(&f, "dir/sub/..", "/dir");
    check_dir(&f, "dir/sub/.", "/dir/sub");
    fixture_done(&f);
}

static void links(void **state)
{
    struct fixture f;

    tree_init(&f);
    check_text(&f, "/filelink", "root file");
    check_text(&f, "/rel/deep", "deep");
    check_text(&f, "/abs/deep", "deep");
    check_text(&f, "/rel/backlink", "root file");
    host_symlink(&f, "./deep", "root/dir/sub/dotlink");
    host_symlink(&f, "../sub/./deep", "root/dir/sub/uplink");
    check_text(&f, "/rel/dotlink", "deep");
    check_text(&f, "/rel/../sub/dotlink", "deep");
    check_text(&f, "/dir/./../rel/uplink", "deep");
    check_text(&f, "/todata/file", "data file");
    check_text(&f, "/todata/toroot", "root file");
    /* Behind a link, `..` is the target's parent. */
    check_text(&f, "/rel/../sub/deep", "deep");
    check_text(&f, "/todata/../file", "root file");
    check_dir(&f, "/abs", "/dir/sub");
    check_dir(&f, "/rel/..", "/dir");
    check_dir(&f, "/slashed", "/dir");
    check_dir(&f, "/todata", "/data");
    check_error(&f, "/filelink/", O_RDONLY, WASI_NOTDIR);
    check_error(&f, "/dangling", O_RDONLY, WASI_NOENT);
    check_error(&f, "/loop1", O_RDONLY, WASI_LOOP);
    check_error(&f, "/loop1/x", O_RDONLY, WASI_LOOP);
    check_error(&f, "/filelink", O_RDONLY | O_NOFOLLOW, WASI_LOOP);
    /* A slash behind a link means its target. */
    check_dir(&f, "/abs/", "/dir/sub");
    fixture_done(&f);
}

/* As many links as Linux follows, and one more. */
static void link_count(void **state)
{
    struct fixture f;
    char text[16], name[32];
    unsigned i;

    tree_init(&f);
    host_write(&f, "root/l0", "end");
    for (i = 1; i <= LIMIT_SYMLINKS + 1; i++) {
        (void)snprintf(text, sizeof(text), "l%u", i - 1);
        (void)snprintf(name, sizeof(name), "root/l%u", i);
        host_symlink(&f, text, name);
    }
    (void)snprintf(text, sizeof(text), "l%u", LIMIT_SYMLINKS);
    check_text(&f, text, "end");
    (void)snprintf(text, sizeof(text), "l%u", LIMIT_SYMLINKS + 1);
    check_error(&f, text, O_RDONLY, WASI_LOOP);
    fixture_done(&f);
}

/* Every way out that is not a race. */
static void escapes(void **state)
{
    struct fixture f;
    char path[128];

    tree_init(&f);
    check_error(&f, "../secret", O_RDONLY, WASI_NOENT);
    check_error(&f, "/../../../../secret", O_RDONLY, WASI_NOENT);
    check_error(&f, "/dir/../../secret", O_RDONLY, WASI_NOENT);
    check_error(&f, "/up", O_RDONLY, WASI_NOENT);
    check_error(&f, "/out", O_RDONLY, WASI_NOENT);
    check_error(&f, "/rel/../../../secret", O_RDONLY, WASI_NOENT);
    check_error(&f, "/data/../secret", O_RDONLY, WASI_NOENT);
    check_error(&f, "/way/to/inner/../../../secret", O_RDONLY, WASI_NOENT);
    check_error(&f, host_path(&f, "secret"), O_RDONLY, WASI_NOENT);
    (void)snprintf(path, sizeof(path), "/proc/self/root%s", f.host);
    check_error(&f, path, O_RDONLY, WASI_NOENT);
    /* Nor can anything be made out there. */
    host_symlink(&f, "../new", "root/newup");
    host_symlink(&f, host_path(&f, "new"), "root/newout");
    check_error(&f, "/newout", O_WRONLY | O_CREAT, WASI_NOENT);
    check_error(&f, "/newup", O_WRONLY | O_CREAT, WASI_OK);
    assert_false(host_exists(&f, "new"));
    assert_true(host_exists(&f, "root/new"));
    fixture_done(&f);
}

/* Magic links of a mounted /proc are texts like any other. */
static void magic_links(void **state)
{
    struct fixture f;
    struct error err = ERROR_INIT;
    char path[128];
    int hfd;

    tree_init(&f);
    assert_true(mounts_add_dir(&f.mounts, "/proc::/proc", &err));
    hfd = open(host_path(&f, "secret"), O_RDONLY);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", hfd);
    check_error(&f, path, O_RDONLY, WASI_NOENT);
    check_error(&f, path, O_RDONLY | O_NOFOLLOW, WASI_LOOP);
    (void)close(hfd);
    hfd = open(f.host, O_RDONLY | O_DIRECTORY);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d/secret", hfd);
    check_error(&f, path, O_RDONLY, WASI_NOENT);
    (void)close(hfd);
    (void)snprintf(path, sizeof(path), "/proc/self/root%s/secret", f.host);
    check_error(&f, path, O_RDONLY, WASI_NOENT);
    check_error(&f, "/proc/self/exe", O_RDONLY, WASI_NOENT);
    /* The guest's own root, though. */
    check_dir(&f, "/proc/self/root", "/");
    fixture_done(&f);
}

static void mounts_of_all_kinds(void **state)
{
    struct fixture f;

    tree_init(&f);
    check_text(&f, "/data/file", "data file");
    check_text(&f, "data/file", "data file");
    check_text(&f, "/data/../file", "root file");
    check_text(&f, "/data/../data/./file", "data file");
    check_text(&f, "/dir/../data/file", "data file");
    check_text(&f, "/way/to/inner/file", "inner file");
    check_text(&f, "/way/../way/to/../to/inner/file", "inner file");
    check_dir(&f, "/data", "/data");
    check_dir(&f, "/data/..", "/");
    check_dir(&f, "/way", "/way");
    check_dir(&f, "/way/to", "/way/to");
    check_dir(&f, "/way/to/inner", "/way/to/inner");
    check_dir(&f, "/way/to/inner/..", "/way/to");
    check_error(&f, "/way/missing", O_RDONLY, WASI_NOENT);
    check_error(&f, "/way/new", O_WRONLY | O_CREAT, WASI_ROFS);
    check_error(&f, "/way", O_WRONLY, WASI_ISDIR);
    check_error(&f, "/way", O_RDONLY | O_CREAT, WASI_ISDIR);
    check_error(&f, "/way", O_RDONLY | O_CREAT | O_EXCL, WASI_EXIST);
    check_error(&f, "/way/to/inner/file/x", O_RDONLY, WASI_NOTDIR);
    fixture_done(&f);
}

/* A mount point is there whatever the mount around it has at that name. */
static void mounts_over_files(void **state)
{
    struct fixture f;

    fixture_init(&f);
    host_mkdir(&f, "root");
    host_write(&f, "root/file", "root file");
    host_symlink(&f, "elsewhere", "root/link");
    host_mkdir(&f, "root/real");
    host_write(&f, "root/real/own", "own");
    host_mkdir(&f, "in");
    host_write(&f, "in/x", "in x");
    fixture_mount(&f, "root::/");
    fixture_mount(&f, "in::/file/in");
    fixture_mount(&f, "in::/link/in");
    fixture_mount(&f, "in::/real/in");
    check_text(&f, "/file/in/x", "in x");
    check_text(&f, "/link/in/x", "in x");
    check_text(&f, "/real/in/x", "in x");
    check_text(&f, "/real/own", "own");
    check_text(&f, "/real/in/../own", "own");
    check_dir(&f, "/file", "/file");
    check_dir(&f, "/link/in/..", "/link");
    fixture_done(&f);
}

static void only_virtual(void **state)
{
    struct fixture f;
    AUTO_FILE struct file *dir = NULL;
    struct file *file;

    fixture_init(&f);
    /* With no mount there is no file system. */
    check_error(&f, "/", O_RDONLY, WASI_NOENT);
    check_error(&f, "/dev/null", O_RDONLY, WASI_NOENT);
    host_mkdir(&f, "in");
    host_write(&f, "in/x", "in x");
    fixture_mount(&f, "in::/a/b");
    check_dir(&f, "/", "/");
    check_text(&f, "/a/b/x", "in x");
    check_error(&f, "/x", O_RDONLY, WASI_NOENT);
    assert_int_equal(open_flags(&f, "/a", O_RDONLY, &dir), WASI_OK);
    assert_int_equal(dir->hfd, -1);
    assert_int_equal(path_open_file(&f.process, dir, "b/x", O_RDONLY, 0, &file),
                     WASI_OK);
    file_unref(file);
    assert_int_equal(
        path_open_file(&f.process, dir, "../a/b/../b/x", O_RDONLY, 0, &file),
        WASI_OK);
    file_unref(file);
    fixture_done(&f);
}

static void relative_to_directories(void **state)
{
    struct fixture f;
    struct file *dir;
    struct file *file;
    static const char *const good[] = {"deep",        "./deep",
                                       "../sub/deep", "../../file",
                                       "/file",       "../../data/file"};
    size_t i;

    tree_init(&f);
    assert_int_equal(open_flags(&f, "/rel", O_RDONLY, &dir), WASI_OK);
    for (i = 0; i < countof(good); i++) {
        assert_int_equal(
            path_open_file(&f.process, dir, good[i], O_RDONLY, 0, &file),
            WASI_OK);
        file_unref(file);
    }
    assert_int_equal(
        path_open_file(&f.process, dir, "../../../secret", O_RDONLY, 0, &file),
        WASI_NOENT);
    /* A directory that moved is still the same one. */
    assert_int_equal(
        rename(host_path(&f, "root/dir"), host_path(&f, "root/moved")), 0);
    assert_int_equal(
        path_open_file(&f.process, dir, "deep", O_RDONLY, 0, &file), WASI_OK);
    file_unref(file);
    file_unref(dir);
    /* A file is no directory; one from outside of the tree is nowhere. */
    assert_int_equal(open_flags(&f, "/file", O_RDONLY, &file), WASI_OK);
    assert_int_equal(path_open_file(&f.process, file, "x", O_RDONLY, 0, &dir),
                     WASI_NOTDIR);
    file_unref(file);
    file = file_adopt(open(f.host, O_RDONLY | O_DIRECTORY));
    assert_int_equal(
        path_open_file(&f.process, file, "secret", O_RDONLY, 0, &dir),
        WASI_NOTCAPABLE);
    file_unref(file);
    /* The working directory. */
    free(f.env.cwd);
    f.env.cwd = strdup("/dir/sub");
    check_error(&f, "deep", O_RDONLY, WASI_NOENT);
    free(f.env.cwd);
    f.env.cwd = strdup("/moved/sub");
    check_text(&f, "deep", "deep");
    check_text(&f, "../../file", "root file");
    fixture_done(&f);
}

static void creating(void **state)
{
    struct fixture f;
    struct stat st;

    tree_init(&f);
    check_error(&f, "/new", O_WRONLY | O_CREAT, WASI_OK);
    assert_int_equal(stat(host_path(&f, "root/new"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666 & ~022);
    check_error(&f, "/new", O_WRONLY | O_CREAT | O_EXCL, WASI_EXIST);
    check_error(&f, "/new/", O_WRONLY | O_CREAT, WASI_ISDIR);
    check_error(&f, "/newer/", O_WRONLY | O_CREAT, WASI_ISDIR);
    check_error(&f, "/dir/", O_RDONLY | O_CREAT, WASI_ISDIR);
    check_error(&f, "/missing/new", O_WRONLY | O_CREAT, WASI_NOENT);
    /* Through links: what a dangling one points to is made, but not with
     * O_EXCL. */
    check_error(&f, "/dangling", O_WRONLY | O_CREAT | O_EXCL, WASI_EXIST);
    check_error(&f, "/dangling", O_WRONLY | O_CREAT, WASI_OK);
    assert_true(host_exists(&f, "root/missing"));
    check_error(&f, "/todata/made", O_WRONLY | O_CREAT, WASI_OK);
    assert_true(host_exists(&f, "data/made"));
    check_error(&f, "/abs/made", O_WRONLY | O_CREAT | O_EXCL, WASI_OK);
    assert_true(host_exists(&f, "root/dir/sub/made"));
    fixture_done(&f);
}

static void read_only(void **state)
{
    struct fixture f;

    tree_init(&f);
    check_text(&f, "/ro/file", "ro file");
    check_error(&f, "/ro/file", O_WRONLY, WASI_ROFS);
    check_error(&f, "/ro/file", O_RDWR, WASI_ROFS);
    check_error(&f, "/ro/file", O_RDONLY | O_TRUNC, WASI_ROFS);
    check_error(&f, "/ro/file", O_RDONLY | O_CREAT, WASI_OK);
    check_error(&f, "/ro/file", O_RDONLY | O_CREAT | O_EXCL, WASI_EXIST);
    check_error(&f, "/ro/new", O_WRONLY | O_CREAT, WASI_ROFS);
    check_error(&f, "/ro/new", O_RDONLY | O_CREAT, WASI_ROFS);
    check_error(&f, "/ro/new", O_WRONLY, WASI_NOENT);
    check_error(&f, "/ro/dir", O_WRONLY, WASI_ISDIR);
    check_error(&f, "/ro/dir/new", O_WRONLY | O_CREAT, WASI_ROFS);
    assert_false(host_exists(&f, "ro/new"));
    check_text(&f, "/ro/file", "ro file");
    /* Pipes are not part of the file system. */
    assert_int_equal(mkfifo(host_path(&f, "ro/fifo"), 0666), 0);
    check_error(&f, "/ro/fifo", O_RDWR | O_NONBLOCK, WASI_OK);
    fixture_done(&f);
}

static void devices(void **state)
{
    struct fixture f;
    AUTO_FILE struct file *file = NULL;
    struct file *out;
    uint32_t x = 1;

    tree_init(&f);
    check_dir(&f, "/dev", "/dev");
    check_text(&f, "/dev/null", "");
    check_error(&f, "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, WASI_OK);
    check_error(&f, "/dev/null", O_WRONLY | O_CREAT | O_EXCL, WASI_EXIST);
    check_error(&f, "/dev/null", O_RDONLY | O_DIRECTORY, WASI_NOTDIR);
    check_error(&f, "/dev/null/", O_RDONLY, WASI_NOTDIR);
    check_error(&f, "/dev/null/x", O_RDONLY, WASI_NOTDIR);
    check_error(&f, "/dev/tty0", O_RDONLY, WASI_NOENT);
    check_error(&f, "/dev/new", O_WRONLY | O_CREAT, WASI_ROFS);
    check_error(&f, "/dir/../dev/urandom", O_RDONLY, WASI_OK);
    check_error(&f, "dev/random", O_RDONLY, WASI_OK);
    host_symlink(&f, "/dev/null", "root/tonull");
    check_text(&f, "/tonull", "");
    host_symlink(&f, "dev/zero", "root/tozero");
    assert_int_equal(open_flags(&f, "/tozero", O_RDONLY, &file), WASI_OK);
    assert_int_equal(read(file->hfd, &x, 4), 4);
    assert_int_equal(x, 0);
    assert_int_equal(file->filetype, WASI_FILETYPE_CHARACTER_DEVICE);
    /* The standard streams are the guest's, not the host's. */
    assert_int_equal(open_flags(&f, "/dev/stdout", O_WRONLY, &out), WASI_OK);
    assert_ptr_equal(out, fdtable_entry(f.env.fds, 1)->file);
    file_unref(out);
    assert_int_equal(fdtable_close(f.env.fds, 2), WASI_OK);
    check_error(&f, "/dev/stderr", O_WRONLY, WASI_NOENT);
    /* What a mount has comes first. */
    host_mkdir(&f, "root/dev");
    check_text(&f, "/dev/null", "");
    host_write(&f, "root/dev/null", "mine");
    check_text(&f, "/dev/null", "mine");
    check_error(&f, "/dev/new", O_WRONLY | O_CREAT, WASI_OK);
    fixture_done(&f);
}

static void places(void **state)
{
    static const struct {
        const char *path;
        bool follow;
        const char *dir, *name;
        bool must_be_dir, fixed;
    } cases[] = {
        {"/file", false, "/", "file", false, false},
        {"/missing", false, "/", "missing", false, false},
        {"/dir/", false, "/", "dir", true, false},
        {"/dir/.", false, "/dir", ".", true, false},
        {"/", false, "/", ".", true, true},
        {"/filelink", false, "/", "filelink", false, false},
        {"/filelink", true, "/", "file", false, false},
        {"/dangling", true, "/", "missing", false, false},
        {"/abs/x", false, "/dir/sub", "x", false, false},
        {"/abs", true, "/dir", "sub", false, false},
        {"/slashed", true, "/", "dir", true, false},
        {"/data", false, "/data", ".", false, true},
        {"/todata", true, "/data", ".", false, true},
        {"/way/to", false, "/way/to", ".", false, true},
        {"/way/x", false, "/way", "x", false, false},
        {"/dev/null", false, "/dev", "null", false, true},
        {"/data/../dir/x", false, "/dir", "x", false, false},
    };
    struct fixture f;
    size_t i;

    tree_init(&f);
    for (i = 0; i < countof(cases); i++) {
        AUTO_PLACE struct place place = PLACE_INIT;

        assert_int_equal(path_resolve(&f.process, NULL, cases[i].path,
                                      cases[i].follow, &place),
                         WASI_OK);
        assert_string_equal(place.dir, cases[i].dir);
        assert_string_equal(place.name, cases[i].name);
        assert_int_equal(place.must_be_dir, cases[i].must_be_dir);
        assert_int_equal(place_is_fixed(&place), cases[i].fixed);
    }
    fixture_done(&f);
}

static void long_paths(void **state)
{
    struct fixture f;
    AUTO_FREE char *path = calloc(1, 3 * LIMIT_PATH);
    size_t i;

    tree_init(&f);
    memset(path, 'x', 300);
    check_error(&f, path, O_RDONLY, WASI_NAMETOOLONG);
    check_error(&f, path, O_WRONLY | O_CREAT, WASI_NAMETOOLONG);
    memset(path, '/', LIMIT_PATH - 5);
    strcpy(path + LIMIT_PATH - 5, "file");
    check_text(&f, path, "root file");
    strcpy(path + LIMIT_PATH - 5, "/file");
    check_error(&f, path, O_RDONLY, WASI_NAMETOOLONG);
    /* A long way down and up again. */
    path[0] = '\0';
    for (i = 0; i < 300; i++)
        strcat(path, "dir/../");
    strcat(path, "file");
    check_text(&f, path, "root file");
    /* Links that make the path longer and longer. */
    memset(path, 0, LIMIT_PATH);
    for (i = 0; i < 1000; i++)
        strcat(path, "./");
    strcat(path, "long");
    host_symlink(&f, path, "root/long");
    check_error(&f, "/long", O_RDONLY, WASI_LOOP);
    fixture_done(&f);
}

/* As the kernel resolves in a root directory: RESOLVE_IN_ROOT is what a guest
 * with one mount sees.  Made when openat2 is still there, for both rounds. */

#define N_RANDOM 20000

struct expectation {
    char path[64];
    int hflags;
    enum wasi_errno e;
    mode_t type;
};

static struct expectation expectations[N_RANDOM];

static uint32_t random_state;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % n;
}

static void random_path(char *path, size_t size)
{
    static const char *const parts[] = {"a",  "b",  "f",   "l1", "l2", "l3",
                                        "l4", "l5", "..",  ".",  "",   "x",
                                        "l6", "l7", "a/b", "l8"};
    uint32_t n = 1 + random_below(5);
    size_t len = random_below(3) == 0;

    strcpy(path, len ? "/" : "");
    while (n-- > 0) {
        const char *part = parts[random_below(countof(parts))];

        len += (size_t)snprintf(path + len, size - len, "%s%s", part,
                                n > 0 || random_below(4) == 0 ? "/" : "");
    }
    if (!*path)
        strcpy(path, ".");
}

static void random_tree(struct fixture *f)
{
    static const char *const dirs[] = {"root",      "root/a",   "root/b",
                                       "root/a/a",  "root/a/b", "root/b/a",
                                       "root/a/b/a"};
    static const char *const links[][2] = {
        {"l1", "a"},  {"l2", "/a/b"},   {"l3", "../b"},    {"l4", "l1/b"},
        {"l5", "l5"}, {"l6", "b/../f"}, {"l7", "nowhere"}, {"l8", "a/"},
    };
    char name[64];
    size_t i, j;

    fixture_init(f);
    for (i = 0; i < countof(dirs); i++) {
        host_mkdir(f, dirs[i]);
        (void)snprintf(name, sizeof(name), "%s/f", dirs[i]);
        host_write(f, name, dirs[i]);
        for (j = 0; j < countof(links); j++) {
            if ((i * 5 + j * 3) % 4 == 0)
                continue;
            (void)snprintf(name, sizeof(name), "%s/%s", dirs[i], links[j][0]);
            host_symlink(f, links[j][1], name);
        }
    }
    fixture_mount(f, "root::/");
}

/* What the kernel says; the guest path of a directory becomes *dir. */
static void ask_kernel(struct fixture *f, struct expectation *want, char *dir)
{
    static const int flags[] = {O_RDONLY, O_DIRECTORY, O_NOFOLLOW,
                                O_NOFOLLOW | O_DIRECTORY};
    struct open_how how = {.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    char link[64], real[256] = "";
    struct stat st = {0};
    int hfd;

    random_path(want->path, sizeof(want->path));
    want->hflags = flags[random_below(countof(flags))];
    how.flags = (uint64_t)want->hflags | O_CLOEXEC;
    /* EAGAIN: something on this machine was renamed meanwhile. */
    do
        hfd = (int)syscall(SYS_openat2, f->mounts.items[0].hfd, want->path,
                           &how, sizeof(how));
    while (hfd < 0 && errno == EAGAIN);
    want->e = hfd < 0 ? errno_from_host(errno) : WASI_OK;
    if (hfd < 0)
        return;
    assert_int_equal(fstat(hfd, &st), 0);
    want->type = st.st_mode & S_IFMT;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", hfd);
    assert_true(readlink(link, real, sizeof(real) - 1) > 0);
    strcpy(dir, real + strlen(host_path(f, "root")));
    if (!*dir)
        strcpy(dir, "/");
    (void)close(hfd);
}

static void as_the_kernel(void **state)
{
    static bool asked;
    struct fixture f;
    size_t i;

    random_tree(&f);
    for (i = 0; i < N_RANDOM; i++) {
        struct expectation *want = &expectations[i];
        AUTO_FILE struct file *file = NULL;
        char dir[256] = "";
        enum wasi_errno e;

        if (!asked)
            ask_kernel(&f, want, dir);
        e = open_flags(&f, want->path, want->hflags, &file);
        if (e != want->e)
            print_message("%s %o\n", want->path, want->hflags);
        assert_int_equal(e, want->e);
        if (e)
            continue;
        assert_true(file->hfd >= 0);
        assert_int_equal(file_is_dir(file), S_ISDIR(want->type));
        if (*dir && file_is_dir(file))
            assert_string_equal(file->path, dir);
    }
    asked = true;
    fixture_done(&f);
}

/* Races: another thread changes the tree while it is walked.  Whatever is
 * opened must be inside, and no descriptor may leak. */

struct race {
    struct fixture *f;
    _Atomic bool stop;
    void (*step)(struct fixture *f, unsigned i);
};

static void *racer(void *arg)
{
    struct race *race = arg;
    unsigned i;

    for (i = 0; !atomic_load(&race->stop); i++)
        race->step(race->f, i);
    return NULL;
}

static int count_fds(void)
{
    int n = 0;
    int i;

    for (i = 0; i < 1000; i++)
        n += fcntl(i, F_GETFD) >= 0;
    return n;
}

#define RACE_MS 300

static long milliseconds(const struct timespec *from, const struct timespec *to)
{
    return (to->tv_sec - from->tv_sec) * 1000 +
           (to->tv_nsec - from->tv_nsec) / 1000000;
}

/* Open `path` again and again; nothing but `inside` may be read.  *ret_hits:
 * how often it was. */
static void check_race(struct fixture *f, const char *path,
                       void (*step)(struct fixture *f, unsigned i))
{
    struct race race = {.f = f, .step = step};
    int before = count_fds();
    struct timespec start, now;
    pthread_t thread;
    unsigned opened = 0;

    assert_int_equal(pthread_create(&thread, NULL, racer, &race), 0);
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        AUTO_FILE struct file *file = NULL;
        char text[16] = "";

        if (open_flags(f, path, O_RDONLY, &file) == WASI_OK) {
            opened++;
            assert_true(read(file->hfd, text, 15) >= 0);
            assert_string_equal(text, "inside");
        }
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    } while (opened == 0 || milliseconds(&start, &now) < RACE_MS);
    atomic_store(&race.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(count_fds(), before);
}

/* A directory becomes a link out, and a directory again. */
static void swap_link(struct fixture *f, unsigned i)
{
    const char *names[] = {host_path(f, "root/a"), host_path(f, "root/real"),
                           host_path(f, "root/link")};

    (void)rename(names[0], i & 1 ? names[2] : names[1]);
    (void)rename(i & 1 ? names[1] : names[2], names[0]);
}

static void race_init(struct fixture *f)
{
    fixture_init(f);
    host_mkdir(f, "root");
    host_mkdir(f, "root/a");
    host_mkdir(f, "root/a/b");
    host_mkdir(f, "root/a/b/c");
    host_write(f, "root/a/x", "inside");
    host_write(f, "root/a/b/x", "inside");
    host_write(f, "root/a/b/c/x", "inside");
    host_write(f, "root/x", "inside");
    host_mkdir(f, "outside");
    host_mkdir(f, "outside/b");
    host_mkdir(f, "outside/b/c");
    host_write(f, "x", "secret");
    host_write(f, "outside/x", "secret");
    host_write(f, "outside/b/x", "secret");
    host_write(f, "outside/b/c/x", "secret");
    fixture_mount(f, "root::/");
}

static void race_symlink(void **state)
{
    static const char *const targets[] = {"../outside", NULL};
    struct fixture f;
    int i;

    for (i = 0; i < 2; i++) {
        race_init(&f);
        host_symlink(&f, targets[i] ? targets[i] : host_path(&f, "outside"),
                     "root/link");
        check_race(&f, "/a/b/x", swap_link);
        fixture_done(&f);
    }
}

/* The last component is swapped for a link out. */
static void swap_file(struct fixture *f, unsigned i)
{
    if (i & 1)
        assert_int_equal(symlink("../../x", host_path(f, "root/a/new")), 0);
    else
        host_write(f, "root/a/new", "inside");
    assert_int_equal(
        rename(host_path(f, "root/a/new"), host_path(f, "root/a/x")), 0);
}

static void race_last(void **state)
{
    struct fixture f;

    race_init(&f);
    check_race(&f, "/a/b/../x", swap_file);
    fixture_done(&f);
}

/* A directory is moved out of the mount and back while it is walked: `..`
 * from there must not lead to where it is now. */
static void move_out(struct fixture *f, unsigned i)
{
    (void)rename(host_path(f, "root/a/b"), host_path(f, "outside/moved"));
    (void)rename(host_path(f, "outside/moved"), host_path(f, "root/a/b"));
}

static void race_rename(void **state)
{
    struct fixture f;

    race_init(&f);
    host_mkdir(&f, "root/d");
    host_symlink(&f, "a/b/c", "root/tolink");
    check_race(&f, "/a/b/c/../../x", move_out);
    check_race(&f, "/tolink/../../x", move_out);
    check_race(&f, "/a/b/c/../../../../x", move_out);
    fixture_done(&f);
}

/* A name with two parents, one of them outside, is still only a file. */
static void hard_links(void **state)
{
    struct fixture f;
    struct stat st;
    AUTO_PLACE struct place place = PLACE_INIT;

    race_init(&f);
    assert_int_equal(link(host_path(&f, "x"), host_path(&f, "root/hard")), 0);
    check_text(&f, "/hard", "secret");
    check_error(&f, "/hard/../x", O_RDONLY, WASI_NOTDIR);
    assert_int_equal(path_resolve(&f.process, NULL, "/hard", true, &place),
                     WASI_OK);
    assert_int_equal(place_stat(&f.process, &place, &st), WASI_OK);
    assert_int_equal(st.st_nlink, 2);
    fixture_done(&f);
}

/* A FIFO blocks until the other side comes. */
static void fifo_blocks(void **state)
{
    struct fixture f;
    pid_t child;

    tree_init(&f);
    assert_int_equal(mkfifo(host_path(&f, "root/fifo"), 0666), 0);
    child = fork();
    if (child == 0) {
        int hfd = open(host_path(&f, "root/fifo"), O_WRONLY);

        _exit(write(hfd, "through", 7) == 7 ? 0 : 1);
    }
    check_text(&f, "/fifo", "through");
    assert_int_equal(waitpid(child, NULL, 0), child);
    check_error(&f, "/fifo", O_WRONLY | O_NONBLOCK, WASI_NXIO);
    check_error(&f, "/fifo", O_RDONLY | O_NONBLOCK, WASI_OK);
    fixture_done(&f);
}

/* From now on the kernel is an old one, without openat2. */
static void forget_openat2(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {countof(code), code};

    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0),
                     0);
}

/* All tests twice: with openat2, and without. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_paths),
        cmocka_unit_test(links),
        cmocka_unit_test(link_count),
        cmocka_unit_test(escapes),
        cmocka_unit_test(magic_links),
        cmocka_unit_test(mounts_of_all_kinds),
        cmocka_unit_test(mounts_over_files),
        cmocka_unit_test(only_virtual),
        cmocka_unit_test(relative_to_directories),
        cmocka_unit_test(creating),
        cmocka_unit_test(read_only),
        cmocka_unit_test(devices),
        cmocka_unit_test(places),
        cmocka_unit_test(long_paths),
        cmocka_unit_test(as_the_kernel),
        cmocka_unit_test(race_symlink),
        cmocka_unit_test(race_last),
        cmocka_unit_test(race_rename),
        cmocka_unit_test(hard_links),
        cmocka_unit_test(fifo_blocks),
    };

    int failed;

    (void)umask(022);
    failed = cmocka_run_group_tests_name("openat2", tests, NULL, NULL);
    forget_openat2();
    return failed + cmocka_run_group_tests_name("openat", tests, NULL, NULL);
}
