/*
 * main_compile.c: the command `tine-compile`, which `tine compile` and the
 * cache start; see aot.h.
 *
 * Whoever wrote the module must be expected to know a way to make LLVM do what
 * it should not.  So all that reads the module is done by a process behind a
 * wall (wall.h), which can write to one folder only; this one moves the object
 * from there to where it is wanted.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "aot/target.h"
#include "aot/wall.h"
#include "base/folder.h"
#include "base/numbers.h"

static const char usage[] =
    "usage: tine-compile [options] MODULE.wasm -o OBJECT.so\n"
    "\n"
    "  -o FILE              where the object goes\n"
    "  -O LEVEL             0 to 3; 2 if not given\n"
    "      --cpu NAME       LLVM's name of a processor, or native\n"
    "      --target TRIPLE  x86_64-linux-gnu or aarch64-linux-gnu; this\n"
    "                       machine if not given\n"
    "      --functions LIST compile these only, by their indices in the "
    "module:\n"
    "                       17,4,2005; the others will be interpreted\n"
    "      --loops LIST     functions that are interpreted shall be able to go "
    "over\n"
    "                       at these loops: their offsets in the module, or "
    "all\n"
    "      --base KIND      constant: memory 0 is where programs have it;\n"
    "                       dynamic: it can be anywhere\n"
    "      --jobs N         processes at one time; the number of cores\n"
    "      --linker FILE    ld.lld\n"
    "      --progress       show how far it is\n"
    "      --keep-ir        leave LLVM's code in a folder beside the object\n"
    "      --check-wall     compile nothing; tell what a module could do if "
    "it\n"
    "                       had got the better of LLVM\n";

#define MAX_JOBS 1024u

static struct {
    const char *output;
    bool check_wall;
} command;

enum {
    OPT_CPU = 256,
    OPT_TARGET,
    OPT_FUNCTIONS,
    OPT_LOOPS,
    OPT_BASE,
    OPT_JOBS,
    OPT_LINKER,
    OPT_PROGRESS,
    OPT_KEEP,
    OPT_CHECK,
    OPT_HELP
};

static const struct option long_options[] = {
    {"cpu", required_argument, NULL, OPT_CPU},
    {"target", required_argument, NULL, OPT_TARGET},
    {"functions", required_argument, NULL, OPT_FUNCTIONS},
    {"loops", required_argument, NULL, OPT_LOOPS},
    {"base", required_argument, NULL, OPT_BASE},
    {"jobs", required_argument, NULL, OPT_JOBS},
    {"linker", required_argument, NULL, OPT_LINKER},
    {"progress", no_argument, NULL, OPT_PROGRESS},
    {"keep-ir", no_argument, NULL, OPT_KEEP},
    {"check-wall", no_argument, NULL, OPT_CHECK},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static bool set_level(struct aot_options *o, struct error *err)
{
    o->level = optarg[0] - '0';
    return (o->level >= 0 && o->level <= 3 && optarg[1] == '\0') ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "-O%s: it is -O0, -O1, -O2 or -O3", optarg);
}

static bool set_functions(struct aot_options *o, struct error *err)
{
    struct numbers numbers;

    if (!numbers_parse("--functions", optarg, &numbers, err))
        return false;
    o->functions = numbers.items;
    o->n_functions = numbers.n;
    return true;
}

static bool set_loops(struct aot_options *o, struct error *err)
{
    struct numbers numbers;

    o->all_loops = strcmp(optarg, "all") == 0;
    if (o->all_loops)
        return true;
    if (!numbers_parse("--loops", optarg, &numbers, err))
        return false;
    o->loops = numbers.items;
    o->n_loops = numbers.n;
    return true;
}

static bool set_base(struct aot_options *o, struct error *err)
{
    o->constant_base = strcmp(optarg, "constant") == 0;
    return o->constant_base || strcmp(optarg, "dynamic") == 0 ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "--base %s: it is constant or dynamic", optarg);
}

static bool set_jobs(struct aot_options *o, struct error *err)
{
    char *end;
    unsigned long n = strtoul(optarg, &end, 10);

    o->jobs = (unsigned)n;
    return (n >= 1 && n <= MAX_JOBS && *end == '\0') ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "--jobs %s: it is a number from 1 to %u", optarg,
                     MAX_JOBS);
}

static bool set_option(struct aot_options *o, int c, struct error *err)
{
    switch (c) {
    case 'o':
        command.output = optarg;
        return true;
    case 'O':
        return set_level(o, err);
    case OPT_CPU:
        o->cpu = optarg;
        return true;
    case OPT_TARGET:
        o->triple = optarg;
        return true;
    case OPT_FUNCTIONS:
        return set_functions(o, err);
    case OPT_LOOPS:
        return set_loops(o, err);
    case OPT_BASE:
        return set_base(o, err);
    case OPT_JOBS:
        return set_jobs(o, err);
    case OPT_LINKER:
        o->linker = optarg;
        return true;
    case OPT_PROGRESS:
        o->progress = true;
        return true;
    case OPT_KEEP:
        o->keep_ir = true;
        return true;
    case OPT_CHECK:
        command.check_wall = true;
        return true;
    default: /* getopt_long(3) has told */
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "see tine-compile --help");
    }
}

/* The path may be NULL. */
static void report(const char *path, const struct error *err)
{
    (void)fprintf(stderr, "tine-compile: %s%s%s", path ? path : "",
                  path ? ": " : "", err->text);
    if (err->offset != ERROR_NO_OFFSET)
        (void)fprintf(stderr, " (at byte 0x%" PRIx64 ")", err->offset);
    (void)fputc('\n', stderr);
}

/* What was asked for cannot be. */
static int fail(const char *path, const struct error *err)
{
    report(path, err);
    return 125;
}

/* --- Behind the wall --- */

/* What LLVM's code generator must do and has no other word for.  An option that
 * a version does not know is ignored. */
static void set_llvm_options(void)
{
    static const char *const options[] = {
        "tine-compile",
        /* A conditional move of a load is a load in any case. */
        "-x86-cmov-converter-force-mem-operand=false",
        /* CodeGenPrepare looks at a function all over again for each branch
         * that it changes, unless the function has so many blocks: then it
         * looks at what has changed. */
        "-cgpp-huge-func=1",
        /* GVN must not make one of two branches' loads in front of them. */
        "-gvn-max-num-insns=1",
        /* Done by passes.c, before accesses are marked. */
        "-disable-lsr",
        /* What is left over behind vectors is to be the loop itself. */
        "-enable-epilogue-vectorization=false",
    };

    LLVMParseCommandLineOptions(countof(options), options, "");
}

static bool compile(const char *path, int hfd, const struct aot_options *o,
                    struct error *err)
{
    struct module *module = module_open(path, hfd, err);
    uint8_t hash[32];
    bool ok = module && module_validate(module, err);

    if (ok) {
        (void)crypto_generichash(hash, sizeof(hash), module->bytes,
                                 module->size, NULL, 0);
        LLVMInitializeAllTargetInfos();
        LLVMInitializeAllTargets();
        LLVMInitializeAllTargetMCs();
        LLVMInitializeAllAsmPrinters();
        LLVMInitializeAllAsmParsers();
        set_llvm_options();
        ok = aot_compile(module, hash, o, err);
    }
    module_free(module);
    return ok;
}

/* As tine run's: 125 if it may do another time. */
static int status_of(const struct error *err)
{
    return err->kind == ERROR_HOST ? 125 : 126;
}

NORETURN static void work(const char *path, int hfd, int dir_hfd,
                          const struct aot_options *o)
{
    struct error err = ERROR_INIT;
    bool ok = wall_enter(dir_hfd, o->linker, &err);

    if (ok && command.check_wall)
        wall_check(o->dir);
    else
        ok = ok && compile(path, hfd, o, &err);
    if (!ok)
        report(path, &err);
    _exit(ok ? 0 : status_of(&err));
}

/* --- Before it --- */

static const int interruptions[] = {SIGHUP, SIGINT, SIGTERM};
static volatile sig_atomic_t interruption;
static volatile pid_t worker;

static void interrupt(int sig)
{
    interruption = sig;
    if (worker > 0)
        (void)kill(worker, SIGKILL);
}

/* When its folder is away, we die of it. */
static void catch_interruptions(void)
{
    struct sigaction action = {.sa_handler = interrupt}, before;
    size_t i;

    for (i = 0; i < countof(interruptions); i++)
        if (sigaction(interruptions[i], NULL, &before) == 0 &&
            before.sa_handler != SIG_IGN)
            (void)sigaction(interruptions[i], &action, NULL);
}

static int run(const char *path, int hfd, int dir_hfd,
               const struct aot_options *o)
{
    pid_t self = getpid();
    int status = -1;

    worker = fork();
    if (worker == 0) {
        size_t i;

        for (i = 0; i < countof(interruptions); i++)
            (void)signal(interruptions[i], SIG_DFL);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == self)
            work(path, hfd, dir_hfd, o);
        _exit(125);
    }
    if (interruption)
        interrupt(interruption);
    while (worker > 0 && waitpid(worker, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

/* What the process behind the wall has left there may be anything. */
static bool take_output(int dir_hfd, struct error *err)
{
    struct stat st;

    if (fstatat(dir_hfd, AOT_OUTPUT, &st, AT_SYMLINK_NOFOLLOW))
        return error_set_errno(err, ERROR_HOST, errno, "no object");
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "no object");
    return renameat(dir_hfd, AOT_OUTPUT, AT_FDCWD, command.output) == 0 ||
           error_set_errno(err, ERROR_HOST, errno, "%s", command.output);
}

/* In a folder of its own, which goes again. */
static int compile_in(char *dir, const char *path, int hfd,
                      struct aot_options *o)
{
    struct error err = ERROR_INIT;
    AUTO_FD int dir_hfd = -1;
    int status = 125;

    if (!mkdtemp(dir)) {
        (void)error_set_errno(&err, ERROR_HOST, errno,
                              "cannot make a folder beside %s", command.output);
        return fail(path, &err);
    }
    dir_hfd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    o->dir = dir;
    if (dir_hfd < 0)
        (void)error_set_errno(&err, ERROR_HOST, errno, "%s", dir);
    else
        status = run(path, hfd, dir_hfd, o);
    if (status == 0 && !command.check_wall && !take_output(dir_hfd, &err))
        status = 125;
    if (err.kind != ERROR_NONE)
        report(path, &err);
    if (!o->keep_ir)
        folder_remove(AT_FDCWD, dir);
    return status;
}

/* What is no file, such as /dev/null, is not replaced by one. */
static bool can_replace(const char *output)
{
    struct stat st;

    return stat(output, &st) || S_ISREG(st.st_mode);
}

/* The linker as a path: a name without slashes is looked for along PATH. */
static char *find_linker(const char *name)
{
    return strchr(name, '/') ? strdup(name)
                             : folder_search(getenv("PATH"), name);
}

static int start(const char *path, struct aot_options *o)
{
    AUTO_FD int hfd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_FREE char *linker = find_linker(o->linker), *dir = NULL;
    struct error err = ERROR_INIT;
    int status;

    if (hfd < 0) {
        (void)error_set_errno(&err, ERROR_NOT_FOUND, errno, "cannot open");
        report(path, &err);
        return 127;
    }
    if (!can_replace(command.output)) {
        (void)error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                        "%s is there, and is no regular file", command.output);
        return fail(path, &err);
    }
    if (!linker) {
        (void)error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                        "the linker, ld.lld, is not there: no %s; install lld",
                        o->linker);
        return fail(path, &err);
    }
    if (asprintf(&dir, "%s.XXXXXX", command.output) < 0) {
        dir = NULL;
        return 125;
    }
    o->linker = linker;
    catch_interruptions();
    status = compile_in(dir, path, hfd, o);
    if (interruption) {
        (void)signal(interruption, SIG_DFL);
        (void)raise(interruption);
    }
    return status;
}

/* What the options leave open. */
static bool set_target(struct aot_options *o, struct error *err)
{
    static char features[4096];
    bool native = !o->cpu || strcmp(o->cpu, "native") == 0;
    int len;

    o->target = target_find(o->triple, err);
    if (!o->target)
        return false;
    if (!o->triple)
        o->triple = o->target->triple;
    if (native && o->cpu && !target_is_host(o->target))
        return error_set(err, ERROR_UNSUPPORTED, ERROR_NO_OFFSET,
                         "--cpu native: this machine is no %s",
                         o->target->arch);
    if (native && target_is_host(o->target)) {
        o->cpu = LLVMGetHostCPUName();
        o->features = LLVMGetHostCPUFeatures();
    }
    if (!o->cpu)
        o->cpu = o->target->generic;
    len = snprintf(features, sizeof(features), "%s%s%s", o->features,
                   o->features[0] && o->target->features[0] ? "," : "",
                   o->target->features);
    o->features = features;
    return (len >= 0 && (size_t)len < sizeof(features)) ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "the processor has too many features");
}

int main(int argc, char **argv)
{
    struct aot_options o = {
        .features = "",
        .linker = TINE_LINKER,
        .level = 2,
        .jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN),
        .constant_base = true,
    };
    struct error err = ERROR_INIT;
    int c;

    /* A file that may not become so long is an error as others are. */
    (void)signal(SIGXFSZ, SIG_IGN);
    while ((c = getopt_long(argc, argv, "o:O:", long_options, NULL)) != -1) {
        if (c == OPT_HELP) {
            (void)fputs(usage, stdout);
            return 0;
        }
        if (!set_option(&o, c, &err))
            return fail(NULL, &err);
    }
    if (optind != argc - 1 || !command.output) {
        (void)error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                        "one module and -o FILE are to be given; see "
                        "tine-compile --help");
        return fail(NULL, &err);
    }
    if (!set_target(&o, &err))
        return fail(NULL, &err);
    return start(argv[optind], &o);
}
