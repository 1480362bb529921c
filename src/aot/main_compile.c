/*
 * main_compile.c: the command `tine-compile`, which `tine compile` and the
 * cache start; see aot.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "aot/aot.h"

static const char usage[] =
    "usage: tine-compile [options] MODULE.wasm -o OBJECT.so\n"
    "\n"
    "  -o FILE              where the object goes\n"
    "  -O LEVEL             0 to 3; 2 if not given\n"
    "      --cpu NAME       LLVM's name of a processor, or native\n"
    "      --target TRIPLE  x86_64-linux-gnu if not given\n"
    "      --base KIND      constant: memory 0 is where programs have it;\n"
    "                       dynamic: it can be anywhere\n"
    "      --jobs N         processes at one time; the number of cores\n"
    "      --linker FILE    ld.lld\n"
    "      --progress       show how far it is\n"
    "      --keep-ir        leave LLVM's code beside the object\n";

enum {
    OPT_CPU = 256,
    OPT_TARGET,
    OPT_BASE,
    OPT_JOBS,
    OPT_LINKER,
    OPT_PROGRESS,
    OPT_KEEP,
    OPT_HELP
};

static const struct option long_options[] = {
    {"cpu", required_argument, NULL, OPT_CPU},
    {"target", required_argument, NULL, OPT_TARGET},
    {"base", required_argument, NULL, OPT_BASE},
    {"jobs", required_argument, NULL, OPT_JOBS},
    {"linker", required_argument, NULL, OPT_LINKER},
    {"progress", no_argument, NULL, OPT_PROGRESS},
    {"keep-ir", no_argument, NULL, OPT_KEEP},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static bool option(struct aot_options *o, int c)
{
    switch (c) {
    case 'o':
        o->output = optarg;
        return true;
    case 'O':
        o->level = optarg[0] - '0';
        return o->level >= 0 && o->level <= 3 && optarg[1] == '\0';
    case OPT_CPU:
        o->cpu = optarg;
        return true;
    case OPT_TARGET:
        o->triple = optarg;
        return true;
    case OPT_BASE:
        o->constant_base = strcmp(optarg, "constant") == 0;
        return o->constant_base || strcmp(optarg, "dynamic") == 0;
    case OPT_JOBS:
        o->jobs = (unsigned)strtoul(optarg, NULL, 10);
        return o->jobs > 0;
    case OPT_LINKER:
        o->linker = optarg;
        return true;
    case OPT_PROGRESS:
        o->progress = true;
        return true;
    case OPT_KEEP:
        o->keep_ir = true;
        return true;
    default:
        return false;
    }
}

static void report(const char *path, const struct error *err)
{
    (void)fprintf(stderr, "tine-compile: %s: %s", path, err->text);
    if (err->offset != ERROR_NO_OFFSET)
        (void)fprintf(stderr, " (at byte 0x%" PRIx64 ")", err->offset);
    (void)fputc('\n', stderr);
}

static struct module *load(const char *path, struct error *err)
{
    AUTO_FD int hfd = open(path, O_RDONLY | O_CLOEXEC);
    struct module *module;

    if (hfd < 0) {
        (void)error_set_errno(err, ERROR_NOT_FOUND, errno, "cannot open");
        return NULL;
    }
    module = module_open(path, hfd, err);
    if (module && !module_validate(module, err)) {
        module_free(module);
        return NULL;
    }
    return module;
}

/* What LLVM's code generator must not do and has no other word for.  An option
 * that a version does not know is ignored. */
static void set_llvm_options(void)
{
    static const char *const options[] = {
        "tine-compile",
        /* A conditional move of a load is a load in any case. */
        "-x86-cmov-converter-force-mem-operand=false",
    };

    LLVMParseCommandLineOptions(countof(options), options, "");
}

int main(int argc, char **argv)
{
    struct aot_options o = {
        .cpu = "native",
        .features = "",
        .triple = "x86_64-linux-gnu",
        .linker = TINE_LINKER,
        .level = 2,
        .jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN),
        .constant_base = true,
    };
    struct error err = ERROR_INIT;
    uint8_t hash[32];
    struct module *module;
    bool ok;
    int c;

    while ((c = getopt_long(argc, argv, "o:O:", long_options, NULL)) != -1) {
        if (c == OPT_HELP) {
            (void)fputs(usage, stdout);
            return 0;
        }
        if (!option(&o, c)) {
            (void)fputs(usage, stderr);
            return 125;
        }
    }
    if (optind != argc - 1 || !o.output) {
        (void)fputs(usage, stderr);
        return 125;
    }
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    set_llvm_options();
    if (strcmp(o.cpu, "native") == 0) {
        o.cpu = LLVMGetHostCPUName();
        o.features = LLVMGetHostCPUFeatures();
    }
    module = load(argv[optind], &err);
    if (!module) {
        report(argv[optind], &err);
        return err.kind == ERROR_NOT_FOUND ? 127 : 126;
    }
    (void)crypto_generichash(hash, sizeof(hash), module->bytes, module->size,
                             NULL, 0);
    ok = aot_compile(module, hash, &o, &err);
    if (!ok)
        report(argv[optind], &err);
    module_free(module);
    return ok ? 0 : 125;
}
