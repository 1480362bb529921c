/*
 * debugger.c: see debugger.h.
 *
 * tine is linked statically, so that the list has only tine itself, in a form
 * that is the libc's own: nothing may be added to it.  But the libc's record
 * can name a second one, as it does for dlmopen(3) (glibc 2.35, gdb 12), and
 * that is ours.  Where tine is linked dynamically, the record is not to be had,
 * and debuggers see addresses only.
 */
#include "native/debugger.h"

#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct debugged {
    struct link_map map; /* the first field: the list's are such */
    char path[];
};

extern struct r_debug_extended _r_debug_extended __attribute__((weak));

/* Debuggers take the first entry of any list for the program itself. */
static struct link_map head = {.l_name = (char *)(uintptr_t)""};
static struct r_debug_extended ours = {
    .base = {.r_version = 2, .r_map = &head, .r_state = RT_CONSISTENT}};

/* The file's name; debuggers are not in the walls that the guest is in. */
static ssize_t find_path(int hfd, char *to, size_t size)
{
    char link[32];

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", hfd);
    return readlinkat(AT_FDCWD, link, to, size);
}

/* A debugger that is there already has a breakpoint in this function, which
 * does nothing. */
static void announce(void)
{
    if (ours.base.r_brk)
        ((void (*)(void))ours.base.r_brk)();
}

static void insert(struct link_map *map)
{
    map->l_prev = &head;
    map->l_next = head.l_next;
    if (map->l_next)
        map->l_next->l_prev = map;
    head.l_next = map;
    ours.base.r_brk = _r_debug_extended.base.r_brk;
    _r_debug_extended.base.r_version = 2;
    _r_debug_extended.r_next = &ours;
}

struct debugged *debugger_add(int hfd, uintptr_t bias, void *dynamic)
{
    char path[4096];
    struct debugged *debugged;
    ssize_t n;

    if (!&_r_debug_extended)
        return NULL;
    n = find_path(hfd, path, sizeof(path));
    if (n <= 0 || (size_t)n == sizeof(path))
        return NULL;
    debugged = calloc(1, sizeof(*debugged) + (size_t)n + 1);
    if (!debugged)
        return NULL;
    memcpy(debugged->path, path, (size_t)n);
    debugged->map.l_addr = bias;
    debugged->map.l_name = debugged->path;
    debugged->map.l_ld = dynamic;
    insert(&debugged->map);
    announce();
    return debugged;
}

void debugger_remove(own struct debugged *debugged)
{
    struct link_map *map;

    if (!debugged)
        return;
    map = &debugged->map;
    map->l_prev->l_next = map->l_next;
    if (map->l_next)
        map->l_next->l_prev = map->l_prev;
    announce();
    free(debugged);
}
