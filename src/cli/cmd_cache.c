/*
 * cmd_cache.c: tine cache: what is in the cache of compiled programs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/report.h"
#include "native/cachedir.h"

#define SHOWN 16 /* digits of a module's hash */

static const struct option_row options[] = {
    {NULL, OPTION_FLAG, NULL, NULL, NULL},
};

/* What the name of an entry says of it. */
static const char *put_level(char level[8], const char *name)
{
    const char *at = strrchr(name, '-');

    if (at && strcmp(at, "-part.so") == 0)
        return "part";
    (void)snprintf(level, 8, "-O%c", at ? at[1] : '?');
    return level;
}

/* A row for each entry: the module's hash, the level, or that it is of some
 * functions only, the size, the last use. */
static int list(const struct cachedir *dir, const struct cache_file *files,
                size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        const struct cache_file *file = &files[i];
        char level[8], when[32] = "";
        struct tm tm;

        if (!file->object)
            continue;
        if (localtime_r(&file->st.st_atim.tv_sec, &tm))
            (void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
        printf("%.*s  %-4s  %10lld  %s\n", SHOWN, file->name,
               put_level(level, file->name), (long long)file->st.st_size, when);
    }
    return 0;
}

static int size(const struct cachedir *dir, const struct cache_file *files,
                size_t n)
{
    uint64_t bytes = 0;
    size_t i, objects = 0;

    for (i = 0; i < n; i++) {
        bytes += (uint64_t)files[i].st.st_size;
        objects += files[i].object;
    }
    printf("%" PRIu64 " bytes of %" PRIu64 " in %s, %zu programs\n", bytes,
           dir->limit, dir->path, objects);
    return 0;
}

/* Also what is being compiled: that compiler fails then. */
static int clear(const struct cachedir *dir, const struct cache_file *files,
                 size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        cachedir_remove(dir, files[i].name);
    return 0;
}

/* Read all of every entry, and remove those that are not whole. */
static int verify(const struct cachedir *dir, const struct cache_file *files,
                  size_t n)
{
    size_t i, bad = 0, objects = 0;

    for (i = 0; i < n; i++) {
        if (!files[i].object)
            continue;
        objects++;
        if (cachedir_verify(dir, files[i].name))
            continue;
        printf("%.*s: damaged, removed\n", SHOWN, files[i].name);
        cachedir_remove(dir, files[i].name);
        bad++;
    }
    printf("%zu of %zu programs are as they were compiled\n", objects - bad,
           objects);
    return bad > 0;
}

static const struct action {
    const char *name;
    int (*run)(const struct cachedir *dir, const struct cache_file *files,
               size_t n);
} actions[] = {
    {"list", list},
    {"size", size},
    {"clear", clear},
    {"verify", verify},
};

static const struct action *find(int argc, char **argv)
{
    size_t i;

    for (i = 0; argc == 1 && i < countof(actions); i++)
        if (strcmp(argv[0], actions[i].name) == 0)
            return &actions[i];
    return NULL;
}

static int fail(const struct error *err)
{
    report_error(NULL, err);
    return report_status(err);
}

static int run(void *ctx, int argc, char **argv)
{
    const struct action *action = find(argc, argv);
    struct error err = ERROR_INIT;
    struct cache_file *files;
    struct cachedir dir;
    int status;
    size_t n;

    if (!action) {
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "list, size, clear or verify is to be given; see tine cache "
                  "--help");
        return fail(&err);
    }
    if (!cachedir_open(&dir, &err))
        return fail(&err);
    if (!cachedir_list(&dir, &files, &n, &err)) {
        cachedir_close(&dir);
        return fail(&err);
    }
    status = action->run(&dir, files, n);
    free(files);
    cachedir_close(&dir);
    return status;
}

const struct command command_cache = {
    .name = "cache",
    .operands = "list|size|clear|verify",
    .summary = "show, empty or check the cache of compiled programs",
    .details =
        "  list    each program: its hash, optimisation, bytes, last use\n"
        "  size    how much there is, and how much there may be\n"
        "  clear   remove all of it\n"
        "  verify  read all of it, and remove what is damaged\n"
        "\n"
        "It is in $XDG_CACHE_HOME/tine or ~/.cache/tine, and not larger "
        "than\n"
        "TINE_CACHE_SIZE says, as 500M or 2G; 1G if that is not set.\n",
    .options = options,
    .run = run,
};
