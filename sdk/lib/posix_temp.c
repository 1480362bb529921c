/*
 * posix_temp.c: temporary files and directories.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define N_RANDOM 6 /* the X's */
#define TRIES    100

static const char letters[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Where the X's before the suffix are, or NULL with errno set. */
static char *find_xs(char *template, int suffix_len)
{
    size_t len = strlen(template);
    char *xs;

    errno = EINVAL;
    if (suffix_len < 0 || len < (size_t)suffix_len + N_RANDOM)
        return NULL;
    xs = template + len - (size_t)suffix_len - N_RANDOM;
    return strspn(xs, "X") >= N_RANDOM ? xs : NULL;
}

static void fill_in(char *xs)
{
    for (int i = 0; i < N_RANDOM; i++)
        xs[i] = letters[arc4random_uniform(sizeof(letters) - 1)];
}

int mkostemps(char *template, int suffix_len, int flags)
{
    char *xs = find_xs(template, suffix_len);
    int fd = -1;

    if (!xs)
        return -1;
    flags &= ~O_ACCMODE;
    for (int i = 0; i < TRIES && fd < 0; i++) {
        fill_in(xs);
        fd = open(template, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd < 0)
        memset(xs, 'X', N_RANDOM);
    return fd;
}

int mkostemp(char *template, int flags)
{
    return mkostemps(template, 0, flags);
}

int mkstemps(char *template, int suffix_len)
{
    return mkostemps(template, suffix_len, 0);
}

int mkstemp(char *template)
{
    return mkostemps(template, 0, 0);
}

char *mkdtemp(char *template)
{
    char *xs = find_xs(template, 0);

    if (!xs)
        return NULL;
    for (int i = 0; i < TRIES; i++) {
        fill_in(xs);
        if (mkdir(template, 0700) == 0)
            return template;
        if (errno != EEXIST)
            break;
    }
    memset(xs, 'X', N_RANDOM);
    return NULL;
}

FILE *tmpfile(void)
{
    char name[] = "/tmp/tmpfileXXXXXX";
    int fd = mkstemp(name);
    FILE *file;

    if (fd < 0)
        return NULL;
    (void)unlink(name);
    file = fdopen(fd, "w+");
    if (!file)
        (void)close(fd);
    return file;
}
