/* target.c: see target.h. */
#include "aot/target.h"

#include <string.h>

static const struct target targets[] = {
    /* Address space 256 is %gs. */
    {
        .arch = "x86_64",
        .triple = "x86_64-linux-gnu",
        .generic = "x86-64-v2",
        .features = "",
        .state_space = 256,
        .jump = "jmp *%%gs:%u",
        .jump_with = "movl $%d, %%edi\njmp *%%gs:%u",
        .call_own = "mov %%gs:%u, %%r10\nadd $%u, %%r10\njmp *%u(%%r10)",
        .stop = "ud2",
    },
    /* x28 has the struct native, and x18 is the runtime's: with it code that
     * a signal has interrupted is gone back to, when all other registers are
     * its own again.  The runtime does not save the wider registers of SVE. */
    {
        .arch = "aarch64",
        .triple = "aarch64-linux-gnu",
        .generic = "generic",
        .features = "+reserve-x18,+reserve-x28,-sve,-sme",
        .state_register = "x28",
        .jump = "ldr x16, [x28, #%u]\nbr x16",
        .jump_with = "mov w0, #%d\nldr x16, [x28, #%u]\nbr x16",
        .call_own = "ldr x15, [x28, #%1$u]\n"
                    "movz x16, #(%2$u & 0xffff)\n"
                    "movk x16, #(%2$u >> 16), lsl #16\n"
                    "add x15, x15, x16\nldr x16, [x15, #%3$u]\nbr x16",
        .stop = "brk #1",
    },
};

/* Does the triple begin with this name, as a word? */
static bool is_arch(const char *triple, const char *arch)
{
    size_t len = strlen(arch);

    return strncmp(triple, arch, len) == 0 &&
           (triple[len] == '-' || triple[len] == '\0');
}

const struct target *target_find(const char *triple, struct error *err)
{
    const char *name = triple ? triple : TINE_HOST;
    bool is_linux = !strchr(name, '-') || strstr(name, "-linux");
    size_t i;

    for (i = 0; i < countof(targets); i++)
        if (is_linux && is_arch(name, targets[i].arch))
            return &targets[i];
    (void)error_set(err, ERROR_UNSUPPORTED, ERROR_NO_OFFSET,
                    "no code can be made for %s: the targets are %s and %s",
                    name, targets[0].triple, targets[1].triple);
    return NULL;
}

bool target_is_host(const struct target *target)
{
    return strcmp(target->arch, TINE_HOST) == 0;
}
