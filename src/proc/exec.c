/* exec.c: see exec.h. */
#include "proc/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/limits.h"
#include "proc/hostabi.h"
#include "proc/path.h"
#include "proc/spawn.h"

/* Where programs are looked for when the guest does not say; confstr(3). */
#define DEFAULT_PATH "/usr/local/bin:/bin:/usr/bin"

/* Scripts whose interpreter is a script: as many as Linux takes. */
#define SCRIPT_DEPTH 5

/* Bytes of a script's first line that count; Linux's BINPRM_BUF_SIZE. */
#define SCRIPT_LINE 256

void exec_request_done(struct exec_request *request)
{
    free(request->name);
    free(request->search_path);
    strings_free(&request->argv);
    strings_free(&request->envp);
}

void exec_file_done(struct exec_file *file)
{
    file_unref(file->file);
    free(file->path);
    memset(file, 0, sizeof(*file));
}

/* --- Finding --- */

static enum wasi_errno open_at(struct process *process, const char *path,
                               struct exec_file *ret)
{
    enum wasi_errno e;

    ret->path = strdup(path);
    if (!ret->path)
        return WASI_NOMEM;
    /* Without waiting for somebody to write to a FIFO. */
    e = path_open_file(process, NULL, path, O_RDONLY | O_NONBLOCK, 0,
                       &ret->file);
    if (e == WASI_OK && ret->file->filetype != WASI_FILETYPE_REGULAR_FILE)
        e = WASI_ACCES;
    if (e != WASI_OK)
        exec_file_done(ret);
    return e;
}

/* Try one directory of the search path; an empty one is the current one. */
static enum wasi_errno open_in(struct process *process, const char *dir,
                               size_t dir_len, const char *name,
                               struct exec_file *ret)
{
    AUTO_FREE char *path = malloc(dir_len + strlen(name) + 3);

    if (!path)
        return WASI_NOMEM;
    if (dir_len == 0) {
        strcpy(path, "./");
    } else {
        memcpy(path, dir, dir_len);
        path[dir_len] = '/';
        path[dir_len + 1] = '\0';
    }
    strcat(path, name);
    return open_at(process, path, ret);
}

/* Along the search path, as execvp(3): what cannot be accessed is passed over
 * but remembered. */
static enum wasi_errno search(struct process *process, const char *path,
                              const char *name, struct exec_file *ret)
{
    enum wasi_errno worst = WASI_NOENT;

    if (strlen(name) > NAME_MAX)
        return WASI_NAMETOOLONG;
    for (;;) {
        size_t len = strcspn(path, ":");
        enum wasi_errno e = open_in(process, path, len, name, ret);

        if (e == WASI_OK || e == WASI_NOMEM)
            return e;
        if (e == WASI_ACCES)
            worst = e;
        if (path[len] == '\0')
            return worst;
        path += len + 1;
    }
}

static enum wasi_errno find(struct process *process, const char *name,
                            const struct exec_request *request,
                            struct exec_file *ret)
{
    const char *path = request->search_path;
    enum wasi_errno e;

    if (name[0] == '\0')
        return WASI_NOENT;
    if (request->or_search)
        path = strings_value(&process->env->envp, "PATH");
    if (!path)
        path = DEFAULT_PATH;
    if (request->search && !strchr(name, '/'))
        return search(process, path, name, ret);
    e = open_at(process, name, ret);
    if (e == WASI_NOENT && request->or_search && !strchr(name, '/'))
        e = search(process, path, name, ret);
    return e;
}

/* --- Scripts --- */

/* The interpreter and its one argument, which may be NULL, of a first line;
 * both point into it. */
static bool parse_script(char *line, char **interpreter, char **argument)
{
    char *end = strpbrk(line, "\n");
    char *p = line + 2;

    if (end)
        *end = '\0';
    end = line + strlen(line);
    while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        *--end = '\0';
    p += strspn(p, " \t");
    if (*p == '\0')
        return false;
    *interpreter = p;
    p += strcspn(p, " \t");
    *argument = NULL;
    if (*p) {
        *p++ = '\0';
        *argument = p + strspn(p, " \t");
    }
    return true;
}

/* argv becomes: interpreter, argument, the script's path, argv[1] and on. */
static bool script_argv(struct strings *argv, const char *interpreter,
                        const char *argument, const char *script)
{
    struct strings list = {0};
    bool ok = strings_add(&list, interpreter, strlen(interpreter)) &&
              (!argument || strings_add(&list, argument, strlen(argument))) &&
              strings_add(&list, script, strlen(script));
    size_t i;

    for (i = 1; ok && i < argv->n; i++)
        ok = strings_add(&list, argv->items[i], strlen(argv->items[i]));
    if (!ok) {
        strings_free(&list);
        return false;
    }
    strings_free(argv);
    *argv = list;
    return true;
}

/* If the file is a script, go on with its interpreter; *again says so. */
static enum wasi_errno follow_script(struct process *process,
                                     struct exec_request *request,
                                     struct exec_file *ret, bool *again)
{
    char line[SCRIPT_LINE + 1];
    char *interpreter, *argument;
    struct exec_file script;
    ssize_t n = pread(ret->file->hfd, line, SCRIPT_LINE, 0);
    enum wasi_errno e;

    *again = false;
    if (n < 0)
        return errno_from_host(errno);
    line[n] = '\0';
    if (strncmp(line, "#!", 2) != 0)
        return WASI_OK;
    if (!parse_script(line, &interpreter, &argument))
        return WASI_NOEXEC;
    script = *ret;
    memset(ret, 0, sizeof(*ret));
    e = open_at(process, interpreter, ret);
    if (e == WASI_OK &&
        !script_argv(&request->argv, interpreter, argument, script.path)) {
        exec_file_done(ret);
        e = WASI_2BIG;
    }
    exec_file_done(&script);
    *again = e == WASI_OK;
    return e;
}

enum wasi_errno exec_open(struct process *process, struct exec_request *request,
                          struct exec_file *ret)
{
    bool again = true;
    enum wasi_errno e;
    sigset_t old;
    int depth;

    memset(ret, 0, sizeof(*ret));
    signal_hold(&process->main, &old);
    e = find(process, request->name, request, ret);
    for (depth = 0; e == WASI_OK && again; depth++) {
        e = depth < SCRIPT_DEPTH ? follow_script(process, request, ret, &again)
                                 : WASI_LOOP;
    }
    signal_release(&process->main, &old);
    if (e != WASI_OK)
        exec_file_done(ret);
    return e;
}

enum wasi_errno exec_load(struct process *process, const struct exec_file *file,
                          struct program **ret, struct error *err)
{
    *ret =
        program_load(file->path, file->file->hfd, "_start", process->link, err);
    if (*ret)
        return WASI_OK;
    return err->kind == ERROR_HOST ? WASI_NOMEM : WASI_NOEXEC;
}

/* --- Taking over --- */

void exec_commit(struct thread *t, own struct program *program,
                 struct exec_request *request)
{
    struct process *process = t->process;

    process->next = program;
    process->next_argv = request->argv;
    memset(&request->argv, 0, sizeof(request->argv));
    process->next_keep_envp = request->keep_envp;
    process->next_envp = request->envp;
    memset(&request->envp, 0, sizeof(request->envp));
    t->leave = LEAVE_EXEC;
}

bool exec_take_over(struct process *process, struct error *err)
{
    struct env *env = process->env;

    if (process->spawned && !spawn_load(process, err))
        return false;
    process_reset(process);
    program_free(process->program);
    process->program = process->next;
    process->next = NULL;
    strings_free(&env->argv);
    env->argv = process->next_argv;
    memset(&process->next_argv, 0, sizeof(process->next_argv));
    if (!process->next_keep_envp) {
        strings_free(&env->envp);
        env->envp = process->next_envp;
    }
    memset(&process->next_envp, 0, sizeof(process->next_envp));
    fdtable_close_exec(env->fds);
    if (!program_start(process->program, &process->main, err))
        return false;
    if (process->spawned)
        spawn_started(process);
    return true;
}
