/*
 * seccomp_gen.c: a program of the build: makes a system call filter from
 * proc/hostcalls.def or aot/compilecalls.def with libseccomp, and prints it as
 * C, so that processes only have to load it.
 *
 *     seccomp_gen guest|compiler
 */
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <asm/ioctls.h>

#define CLONE_NEW_ANY                                                          \
    (CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS |             \
     CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS)

static void check(int result, const char *what)
{
    if (result >= 0)
        return;
    fprintf(stderr, "seccomp_gen: %s: %s\n", what, strerror(-result));
    exit(1);
}

#define HOSTCALL(name)                                                         \
    check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(name), 0), #name);
#define HOSTCALL_MASKED(name, arg, mask)                                       \
    check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(name), 1,          \
                           SCMP_CMP(arg, SCMP_CMP_MASKED_EQ,                   \
                                    (uint64_t)(uint32_t)(mask), 0)),           \
          #name);
#define HOSTCALL_EQUAL(name, arg, value)                                       \
    check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(name), 1,          \
                           SCMP_CMP(arg, SCMP_CMP_EQ, (value), 0)),            \
          #name);

static void add_guest(scmp_filter_ctx filter)
{
#include "proc/hostcalls.def"
}

static void add_compiler(scmp_filter_ctx filter)
{
#include "aot/compilecalls.def"
}

/* Have the filter written to a temporary file, and print that. */
static void print_filter(scmp_filter_ctx filter)
{
    FILE *file = tmpfile();
    uint64_t instruction;

    if (!file)
        check(-errno, "tmpfile");
    check(seccomp_export_bpf(filter, fileno(file)), "seccomp_export_bpf");
    rewind(file);
    puts("/* Made by seccomp_gen: struct sock_filter. */");
    while (fread(&instruction, sizeof(instruction), 1, file) == 1)
        printf("{0x%x, %u, %u, 0x%x},\n", (unsigned)(instruction & 0xffff),
               (unsigned)(instruction >> 16 & 0xff),
               (unsigned)(instruction >> 24 & 0xff),
               (unsigned)(instruction >> 32));
    (void)fclose(file);
}

int main(int argc, char **argv)
{
    bool compiler = argc == 2 && strcmp(argv[1], "compiler") == 0;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

    if (!compiler && (argc != 2 || strcmp(argv[1], "guest") != 0)) {
        fprintf(stderr, "usage: seccomp_gen guest|compiler\n");
        return 1;
    }

    if (!filter)
        check(-ENOMEM, "seccomp_init");
    check(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize");
    if (compiler)
        add_compiler(filter);
    else
        add_guest(filter);
    print_filter(filter);
    seccomp_release(filter);
    if (fflush(stdout))
        check(-errno, "standard output");
    return 0;
}
