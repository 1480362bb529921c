/*
 * sh.c: a small shell: pipelines, lists with && || ; &, subshells,
 * redirections, variables, quoting, command substitution, background jobs and
 * a few built-in commands.  No if, no loops, no functions, no patterns.
 *
 *   sh [script [argument...]] | sh -c command [name [argument...]] | sh
 *
 * Text is read line by line until a command is complete, parsed to a tree, and
 * the tree is run.  Words are kept as they were written and expanded when their
 * command runs.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sh_tree.h"

#define SAVED_FDS 10 /* copies of redirected descriptors lie from here on */

static int last_status;
static pid_t last_background;
static bool interactive;
static char **params; /* $1 ... */
static int n_params;

/* Variables: exported ones are in the environment, the others here. */

struct variable {
    char *name, *value;
    struct variable *next;
};
static struct variable *variables;

static struct variable *find_variable(const char *name)
{
    struct variable *v = variables;

    while (v && strcmp(v->name, name) != 0)
        v = v->next;
    return v;
}

static const char *get_variable(const char *name)
{
    struct variable *v = find_variable(name);

    return v ? v->value : getenv(name);
}

static void unset_variable(const char *name)
{
    struct variable **link = &variables;
    struct variable *v;

    unsetenv(name);
    while (*link && strcmp((*link)->name, name) != 0)
        link = &(*link)->next;
    v = *link;
    if (!v)
        return;
    *link = v->next;
    free(v->name);
    free(v->value);
    free(v);
}

static void set_variable(const char *name, const char *value)
{
    struct variable *v = find_variable(name);
    char *copy;

    if (!v && getenv(name)) {
        setenv(name, value, 1);
        return;
    }
    copy = must(strdup(value));
    if (!v) {
        v = must(calloc(1, sizeof(*v)));
        v->name = must(strdup(name));
        v->next = variables;
        variables = v;
    }
    free(v->value);
    v->value = copy;
}

static void export_variable(const char *name)
{
    const char *value = get_variable(name);
    char *copy = must(strdup(value ? value : ""));

    unset_variable(name);
    setenv(name, copy, 1);
    free(copy);
}

static size_t name_length(const char *s)
{
    size_t n = 0;

    if (isdigit((unsigned char)*s))
        return 0;
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    return n;
}

/* If the word is NAME=VALUE: do it. */
static bool assign(char *word, bool exported)
{
    size_t n = name_length(word);

    if (n == 0 || word[n] != '=')
        return false;
    word[n] = '\0';
    if (exported)
        setenv(word, word + n + 1, 1);
    else
        set_variable(word, word + n + 1);
    word[n] = '=';
    return true;
}

/* Running: forward */

static int run(struct node *n);
static int run_text(const char *text);
static pid_t fork_child(void);
static int wait_for(pid_t pid);

/* Expansion */

struct expansion {
    struct list *fields;
    struct text field;
    bool started; /* there is a field, possibly empty */
};

static void finish_field(struct expansion *e)
{
    if (!e->started)
        return;
    text_add(&e->field, "", 0);
    list_add(e->fields, e->field.s);
    e->field = (struct text){0};
    e->started = false;
}

/* Add the value of an expansion; outside of quotes it is split at blanks. */
static void add_value(struct expansion *e, const char *value, bool quoted)
{
    size_t len;

    if (quoted) {
        e->started = true;
        text_add(&e->field, value, strlen(value));
        return;
    }
    while (*value) {
        len = strcspn(value, " \t\n");
        if (len > 0) {
            e->started = true;
            text_add(&e->field, value, len);
        }
        value += len;
        if (*value)
            finish_field(e);
        value += strspn(value, " \t\n");
    }
}

static void add_params(struct expansion *e, bool quoted)
{
    for (int i = 0; i < n_params; i++) {
        if (i > 0)
            finish_field(e);
        add_value(e, params[i], quoted);
    }
}

static void add_number(struct expansion *e, long number)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%ld", number);
    add_value(e, digits, true);
}

static char *command_output(const char *command)
{
    struct text out = {0};
    char buf[4096];
    ssize_t n;
    pid_t pid;
    int fds[2];

    text_add(&out, "", 0);
    if (pipe(fds))
        return out.s;
    pid = fork_child();
    if (pid == 0) {
        close(fds[0]);
        dup2(fds[1], 1);
        close(fds[1]);
        exit(run_text(command));
    }
    close(fds[1]);
    while ((n = read(fds[0], buf, sizeof(buf))) > 0 ||
           (n < 0 && errno == EINTR)) {
        if (n > 0)
            text_add(&out, buf, (size_t)n);
    }
    close(fds[0]);
    if (pid > 0)
        last_status = wait_for(pid);
    while (out.len > 0 && out.s[out.len - 1] == '\n')
        out.s[--out.len] = '\0';
    return out.s;
}

static void add_named(struct expansion *e, const char *name, size_t len,
                      bool quoted)
{
    char *copy = must(strndup(name, len));
    const char *value;

    if (isdigit((unsigned char)*copy)) {
        int i = atoi(copy);

        value = i == 0 ? shell_name : i <= n_params ? params[i - 1] : NULL;
    } else {
        value = get_variable(copy);
    }
    add_value(e, value ? value : "", quoted);
    free(copy);
}

/* At a `$`: expand, and return what follows. */
static const char *expand_dollar(struct expansion *e, const char *p,
                                 bool quoted)
{
    const char *end;
    char *text;
    size_t len;

    p++;
    switch (*p) {
    case '?':
        add_number(e, last_status);
        return p + 1;
    case '$':
        add_number(e, getpid());
        return p + 1;
    case '!':
        add_number(e, last_background);
        return p + 1;
    case '#':
        add_number(e, n_params);
        return p + 1;
    case '@':
    case '*':
        add_params(e, quoted);
        return p + 1;
    case '(':
        end = skip_parenthesis(p + 1);
        text = must(strndup(p + 1, (size_t)(end - p - 2)));
        /* Its own copy, since the fields may move. */
        char *output = command_output(text);
        add_value(e, output, quoted);
        free(output);
        free(text);
        return end;
    case '{':
        len = strcspn(p + 1, "}");
        add_named(e, p + 1, len, quoted);
        return p[len + 1] ? p + len + 2 : p + len + 1;
    }
    len = isdigit((unsigned char)*p) ? 1 : name_length(p);
    if (len == 0)
        add_value(e, "$", true);
    else
        add_named(e, p, len, quoted);
    return p + len;
}

static const char *expand_quoted(struct expansion *e, const char *p)
{
    /* "$@" without parameters is no field at all. */
    e->started |= strncmp(p, "\"$@\"", 4) != 0;
    for (p++; *p != '"';) {
        if (*p == '$') {
            p = expand_dollar(e, p, true);
            continue;
        }
        if (*p == '\\' && strchr("\\\"$`\n", p[1])) {
            p++;
            if (*p == '\n') {
                p++;
                continue;
            }
        }
        text_add(&e->field, p++, 1);
    }
    return p + 1;
}

/* Expand a word into any number of fields. */
static void expand(const char *p, struct list *fields)
{
    struct expansion e = {.fields = fields};
    const char *end;

    while (*p) {
        if (*p == '$') {
            p = expand_dollar(&e, p, false);
        } else if (*p == '"') {
            p = expand_quoted(&e, p);
        } else if (*p == '\'') {
            end = strchr(p + 1, '\'');
            e.started = true;
            text_add(&e.field, p + 1, (size_t)(end - p - 1));
            p = end + 1;
        } else {
            if (*p == '\\')
                p++;
            e.started = true;
            text_add(&e.field, p++, 1);
        }
    }
    finish_field(&e);
    free(e.field.s);
}

/* As one field, not split: the values of assignments and redirections. */
static char *expand_whole(const char *word)
{
    struct list fields = {0};
    struct text whole = {0};

    expand(word, &fields);
    text_add(&whole, "", 0);
    for (size_t i = 0; i < fields.n; i++) {
        if (i > 0)
            text_add(&whole, " ", 1);
        text_add(&whole, fields.items[i], strlen(fields.items[i]));
    }
    list_free(&fields);
    return whole.s;
}

/* Redirections */

static int open_target(const struct redirection *r, const char *name)
{
    if (strcmp(r->op, "<") == 0)
        return open(name, O_RDONLY | O_CLOEXEC);
    if (strcmp(r->op, ">") == 0)
        return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (strcmp(r->op, ">>") == 0)
        return open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (!isdigit((unsigned char)*name) || name[1]) {
        errno = EBADF;
        return -1;
    }
    return fcntl(*name - '0', F_DUPFD_CLOEXEC, SAVED_FDS);
}

/* With `saved`, descriptors to be put back by undo_redirections are kept
 * there; 0: it was not open. */
static bool redirect(const struct redirection *r, int *saved)
{
    bool ok = true;
    char *name;
    int fd;

    for (; r && ok; r = r->next) {
        name = expand_whole(r->word);
        if (saved && saved[r->fd] < 0) {
            fd = fcntl(r->fd, F_DUPFD_CLOEXEC, SAVED_FDS);
            saved[r->fd] = fd < 0 ? 0 : fd;
        }
        if (strcmp(name, "-") == 0 && r->op[1] == '&') {
            close(r->fd);
        } else {
            fd = open_target(r, name);
            ok = fd >= 0 &&
                 (fd == r->fd ? fcntl(fd, F_SETFD, 0) : dup2(fd, r->fd)) >= 0;
            if (!ok)
                complain(name, strerror(errno));
            if (fd >= 0 && fd != r->fd)
                close(fd);
        }
        free(name);
    }
    return ok;
}

static void undo_redirections(const int *saved)
{
    for (int fd = 0; fd < SAVED_FDS; fd++) {
        if (saved[fd] > 0) {
            dup2(saved[fd], fd);
            close(saved[fd]);
        } else if (saved[fd] == 0) {
            close(fd);
        }
    }
}

/* Children */

/* The exit status, after a word about signals. */
static int report(int status)
{
    int sig;

    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    sig = WIFSTOPPED(status) ? WSTOPSIG(status) : WTERMSIG(status);
    if (sig != SIGPIPE && sig != SIGINT)
        fprintf(stderr, "%s\n", strsignal(sig));
    else if (sig == SIGINT && interactive)
        fputc('\n', stderr);
    return 128 + sig;
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return 127;
    }
    return report(status);
}

static pid_t fork_child(void)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid < 0)
        complain("fork", strerror(errno));
    if (pid == 0) {
        if (interactive)
            signal(SIGINT, SIG_DFL);
        interactive = false;
    }
    return pid;
}

static void exec_command(struct list *words)
{
    execvp(words->items[0], words->items);
    if (errno == ENOENT) {
        complain(words->items[0], "not found");
        _exit(127);
    }
    complain(words->items[0], strerror(errno));
    _exit(126);
}

/* Built-in commands: arguments to status */

static int builtin_cd(char **argv)
{
    const char *dir = argv[1] ? argv[1] : get_variable("HOME");
    char *cwd;

    if (!dir || chdir(dir)) {
        complain("cd", dir ? strerror(errno) : "no HOME");
        return 1;
    }
    cwd = getcwd(NULL, 0);
    setenv("PWD", cwd ? cwd : dir, 1);
    free(cwd);
    return 0;
}

static int builtin_pwd(char **argv)
{
    char *cwd = getcwd(NULL, 0);

    (void)argv;
    puts(cwd ? cwd : "?");
    free(cwd);
    return 0;
}

static int builtin_exit(char **argv)
{
    exit(argv[1] ? atoi(argv[1]) & 255 : last_status);
}

static int builtin_echo(char **argv)
{
    bool newline = !(argv[1] && strcmp(argv[1], "-n") == 0);

    for (argv += newline ? 1 : 2; *argv; argv++)
        printf("%s%s", *argv, argv[1] ? " " : "");
    if (newline)
        putchar('\n');
    return 0;
}

static int builtin_export(char **argv)
{
    while (*++argv) {
        if (!assign(*argv, true))
            export_variable(*argv);
    }
    return 0;
}

static int builtin_unset(char **argv)
{
    while (*++argv)
        unset_variable(*argv);
    return 0;
}

static int builtin_colon(char **argv)
{
    (void)argv;
    return 0;
}

static int builtin_exec(char **argv)
{
    struct list words = {argv + 1, 0};

    if (argv[1])
        exec_command(&words);
    return 0;
}

static int builtin_wait(char **argv)
{
    int result = 0;
    int status;
    pid_t pid;

    if (argv[1]) {
        while (*++argv)
            result = wait_for(atoi(*argv));
        return result;
    }
    for (;;) {
        pid = waitpid(-1, &status, 0);
        if (pid > 0)
            report(status);
        else if (errno != EINTR)
            return 0;
    }
}

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ABRT", SIGABRT},
    {"KILL", SIGKILL}, {"USR1", SIGUSR1}, {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"CHLD", SIGCHLD},
    {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
};

static int signal_number(const char *name)
{
    if (isdigit((unsigned char)*name))
        return atoi(name);
    if (strncmp(name, "SIG", 3) == 0)
        name += 3;
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        if (strcmp(signals[i].name, name) == 0)
            return signals[i].number;
    }
    return -1;
}

static int builtin_kill(char **argv)
{
    int sig = SIGTERM;
    int result = 0;

    if (argv[1] && strcmp(argv[1], "-s") == 0 && argv[2]) {
        sig = signal_number(argv[2]);
        argv += 2;
    } else if (argv[1] && argv[1][0] == '-') {
        sig = signal_number(argv[1] + 1);
        argv++;
    }
    if (sig < 0 || !argv[1]) {
        complain("kill", "usage: kill [-SIGNAL] PID...");
        return 2;
    }
    while (*++argv) {
        if (kill(atoi(*argv), sig)) {
            complain(*argv, strerror(errno));
            result = 1;
        }
    }
    return result;
}

static const struct builtin {
    const char *name;
    int (*run)(char **argv);
} builtins[] = {
    {":", builtin_colon},   {"cd", builtin_cd},     {"echo", builtin_echo},
    {"exec", builtin_exec}, {"exit", builtin_exit}, {"export", builtin_export},
    {"kill", builtin_kill}, {"pwd", builtin_pwd},   {"unset", builtin_unset},
    {"wait", builtin_wait},
};

static const struct builtin *find_builtin(const char *name)
{
    for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++) {
        if (strcmp(builtins[i].name, name) == 0)
            return &builtins[i];
    }
    return NULL;
}

/* Running */

static int run_builtin(const struct builtin *builtin, struct list *words,
                       const struct redirection *redirections)
{
    bool keep = builtin && builtin->run == builtin_exec;
    int saved[SAVED_FDS];
    int status = 1;

    for (int i = 0; i < SAVED_FDS; i++)
        saved[i] = -1;
    fflush(stdout);
    if (redirect(redirections, keep ? NULL : saved))
        status = builtin ? builtin->run(words->items) : 0;
    fflush(stdout);
    undo_redirections(saved);
    return status;
}

/* In a child: do not fork once more. */
static void run_in_child(struct node *n)
{
    struct list words = {0};
    size_t first = 0;

    if (n->kind != SIMPLE) {
        if (!redirect(n->redirections, NULL))
            exit(1);
        exit(run(n->kind == SUBSHELL ? n->left : n));
    }
    for (; first < n->words.n; first++) {
        size_t len = name_length(n->words.items[first]);
        char *value;

        if (len == 0 || n->words.items[first][len] != '=')
            break;
        value = expand_whole(n->words.items[first]);
        assign(value, true);
        free(value);
    }
    for (size_t i = first; i < n->words.n; i++)
        expand(n->words.items[i], &words);
    if (words.n == 0)
        exit(run_builtin(NULL, &words, n->redirections));
    if (find_builtin(words.items[0]))
        exit(
            run_builtin(find_builtin(words.items[0]), &words, n->redirections));
    if (!redirect(n->redirections, NULL))
        _exit(1);
    exec_command(&words);
}

static bool is_assignment(const char *word)
{
    size_t len = name_length(word);

    return len > 0 && word[len] == '=';
}

/* A command that the shell itself runs: assignments, built-ins.  -1: it is
 * not one. */
static int run_here(struct node *n)
{
    const struct builtin *builtin = NULL;
    struct list words = {0};
    size_t first = 0;
    int status;

    while (first < n->words.n && is_assignment(n->words.items[first]))
        first++;
    if (first < n->words.n) {
        builtin = find_builtin(n->words.items[first]);
        if (!builtin)
            return -1;
    }
    last_status = first < n->words.n ? last_status : 0;
    for (size_t i = 0; i < first; i++) {
        char *value = expand_whole(n->words.items[i]);

        assign(value, false);
        free(value);
    }
    for (size_t i = first; i < n->words.n; i++)
        expand(n->words.items[i], &words);
    status = run_builtin(builtin, &words, n->redirections);
    list_free(&words);
    return builtin || status ? status : last_status;
}

static int run_command(struct node *n)
{
    int status = n->kind == SIMPLE ? run_here(n) : -1;
    pid_t pid;

    if (status >= 0)
        return status;
    pid = fork_child();
    if (pid == 0)
        run_in_child(n);
    return pid < 0 ? 126 : wait_for(pid);
}

static int run_background(struct node *n)
{
    pid_t pid = fork_child();
    int null;

    if (pid == 0) {
        null = open("/dev/null", O_RDONLY);
        if (null > 0) {
            dup2(null, 0);
            close(null);
        }
        run_in_child(n->left);
    }
    if (pid < 0)
        return 126;
    last_background = pid;
    if (interactive)
        fprintf(stderr, "[%d]\n", (int)pid);
    return 0;
}

/* Start all commands of a pipeline, first to last; wait for all. */
static int run_pipeline(struct node *n)
{
    struct node *left = n->left;
    pid_t pids[2];
    int status;
    int fds[2];

    if (pipe2(fds, O_CLOEXEC)) {
        complain("pipe", strerror(errno));
        return 126;
    }
    for (int i = 0; i < 2; i++) {
        pids[i] = fork_child();
        if (pids[i] == 0) {
            dup2(fds[i == 0], i == 0);
            close(fds[0]);
            close(fds[1]);
            run_in_child(i == 0 ? left : n->right);
        }
    }
    close(fds[0]);
    close(fds[1]);
    if (pids[0] > 0)
        wait_for(pids[0]);
    status = pids[1] > 0 ? wait_for(pids[1]) : 126;
    return status;
}

static int run(struct node *n)
{
    switch (n->kind) {
    case SIMPLE:
    case SUBSHELL:
        last_status = run_command(n);
        break;
    case PIPE:
        last_status = run_pipeline(n);
        break;
    case NOT:
        last_status = !run(n->left);
        break;
    case AND:
        if (run(n->left) == 0)
            run(n->right);
        break;
    case OR:
        if (run(n->left) != 0)
            run(n->right);
        break;
    case SEQUENCE:
        run(n->left);
        run(n->right);
        break;
    case BACKGROUND:
        last_status = run_background(n);
        break;
    }
    return last_status;
}

/* Run complete commands from the text; false: it ended within one, which
 * starts at *rest. */
static bool run_complete(const char *text, const char **rest)
{
    struct parser ps = {.p = text};
    struct node *n;

    for (;;) {
        *rest = ps.p;
        next_token(&ps);
        n = parse_list(&ps, false);
        if (at_operator(&ps, ")"))
            syntax_error(&ps);
        if (ps.token == BAD || ps.incomplete) {
            node_free(n);
            if (ps.incomplete)
                return false;
            last_status = 2;
            return true;
        }
        if (n)
            run(n);
        node_free(n);
        if (ps.token == END)
            return true;
    }
}

static int run_text(const char *text)
{
    const char *rest;

    if (!run_complete(text, &rest)) {
        complain("syntax error", "unexpected end");
        last_status = 2;
    }
    return last_status;
}

/* Append a line; false at the end of the file.  Byte by byte: what follows
 * belongs to the commands if it is standard input. */
static bool read_line(int fd, struct text *t)
{
    size_t before = t->len;
    char c;
    ssize_t n;

    for (;;) {
        n = read(fd, &c, 1);
        if (n < 0 && errno == EINTR) {
            /* ^C at the prompt: forget the line. */
            fputs("\n$ ", stderr);
            t->len = 0;
            before = 0;
            continue;
        }
        if (n <= 0)
            return t->len > before;
        text_add(t, &c, 1);
        if (c == '\n')
            return true;
    }
}

static int run_file(int fd)
{
    struct text t = {0};
    const char *rest;
    bool more;

    for (;;) {
        if (interactive)
            fputs(t.len > 0 ? "> " : "$ ", stderr);
        more = read_line(fd, &t);
        if (!more && t.len == 0)
            break;
        if (!more) {
            run_text(t.s);
            break;
        }
        if (run_complete(t.s, &rest))
            t.len = 0;
    }
    free(t.s);
    if (interactive)
        fputc('\n', stderr);
    return last_status;
}

static void on_interrupt(int sig)
{
    (void)sig;
}

static int open_script(const char *name)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    int high;

    if (fd < 0) {
        complain(name, strerror(errno));
        exit(127);
    }
    high = fcntl(fd, F_DUPFD_CLOEXEC, SAVED_FDS);
    if (high >= 0)
        close(fd);
    return high >= 0 ? high : fd;
}

int main(int argc, char **argv)
{
    static const struct sigaction interrupt = {.sa_handler = on_interrupt};
    int first = 1;

    if (argc > 2 && strcmp(argv[1], "-c") == 0) {
        if (argc > 3)
            shell_name = argv[3];
        params = argv + (argc > 3 ? 4 : 3);
        n_params = argc > 4 ? argc - 4 : 0;
        return run_text(argv[2]);
    }
    if (argc > first) {
        shell_name = argv[first];
        params = argv + first + 1;
        n_params = argc - first - 1;
        return run_file(open_script(argv[first]));
    }
    interactive = isatty(0) && isatty(2);
    if (interactive)
        sigaction(SIGINT, &interrupt, NULL);
    return run_file(0);
}
