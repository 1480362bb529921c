/* tierup.c: see tierup.h. */
#include "proc/tierup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "native/attach.h"
#include "native/background.h"
#include "native/cache.h"
#include "native/compiler.h"
#include "proc/process.h"
#include "proc/sample.h"

/* Programs that run so long are worth compiling at once; others the second
 * time. */
#define PATIENCE_NS ((int64_t)100000000)

#define SECOND_NS ((int64_t)1000000000)

/* How long to wait for what is hot: on an idle machine they are known after
 * less than two seconds. */
#define HOT_NS (5 * SECOND_NS)

/* Of one family: programs that wait to be compiled, programs at all. */
#define MAX_WAITING 16
#define MAX_TRIED   256

#define LATE "late:"

static int our_end = -1, guests_end = -1;

/* TINE_COMPILE=late:N,M: N, M; what is left of it for this program. */
static unsigned long late, late_again, late_left;

/* What guest processes say. */
enum kind {
    KIND_PROGRAM, /* compile it; with a descriptor */
    KIND_SAMPLED, /* the same, and what is hot will be told */
    KIND_SOME,    /* what is hot so far */
    KIND_ENOUGH,  /* what is hot */
};

struct message {
    uint32_t kind;
    uint32_t n_functions;
    uint32_t n_loops;
    struct file_id file;
    uint32_t numbers[COMPILER_FUNCTIONS + COMPILER_LOOPS]; /* of these */
};

/* Nothing that differs between equal ones is in it. */
STATIC_ASSERT(sizeof(struct file_id) ==
                  sizeof(dev_t) + sizeof(ino_t) + sizeof(struct timespec),
              "padding");

struct waiting {
    int hfd;
    struct file_id file;
    int64_t due_ns;    /* then it is worth it */
    int64_t until_ns;  /* until then it may be told what is hot */
    uint32_t *numbers; /* hot functions, then loops */
    size_t n_functions;
    size_t n_loops;
};

static struct waiting waiting[MAX_WAITING];
static size_t n_waiting;
static struct file_id tried[MAX_TRIED];
static size_t n_tried;
static pid_t compiling; /* 0: nothing */

static int64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* --- The supervisor --- */

/* A number, from 1, up to `end`. */
static bool parse_number(const char **at, char end, unsigned long *ret)
{
    char *behind;

    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *ret = strtoul(*at, &behind, 10);
    *at = behind + 1;
    return !errno && *ret > 0 && *behind == end;
}

/* late:N or late:N,M. */
static bool parse_late(const char *wanted)
{
    const char *at = wanted + strlen(LATE);

    if (strncmp(wanted, LATE, strlen(LATE)) != 0)
        return false;
    if (!strchr(wanted, ','))
        return parse_number(&at, '\0', &late);
    return parse_number(&at, ',', &late) &&
           parse_number(&at, '\0', &late_again);
}

static void open_socket(void)
{
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                   fds))
        return;
    if (fcntl(fds[0], F_SETOWN, getpid()) ||
        fcntl(fds[0], F_SETSIG, SIGNAL_REQUEST) ||
        fcntl(fds[0], F_SETFL, O_NONBLOCK | O_ASYNC)) {
        (void)close(fds[0]);
        (void)close(fds[1]);
        return;
    }
    our_end = fds[0];
    guests_end = fds[1];
}

bool tierup_open(struct error *err)
{
    const char *wanted = getenv("TINE_COMPILE");

    if (wanted && strcmp(wanted, "off") != 0 && !parse_late(wanted))
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "TINE_COMPILE=%s: it is off, late:N or late:N,M, with "
                         "numbers from 1",
                         wanted);
    if (cache_dir() && !wanted)
        open_socket();
    return true;
}

/* One message, of how many bytes, and its descriptor; -1: there was none in it.
 * False: no message. */
static bool receive(struct message *message, size_t *ret_len, int *ret_hfd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec iov = {message, sizeof(*message)};
    struct msghdr msg = {
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = &control,
        /* With the padding a second one would fit, which nobody closes. */
        .msg_controllen = CMSG_LEN(sizeof(int)),
    };
    const struct cmsghdr *head;
    ssize_t n = recvmsg(our_end, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

    *ret_hfd = -1;
    /* An empty one may have a descriptor too. */
    if (n < 0)
        return false;
    *ret_len = (size_t)n;
    head = CMSG_FIRSTHDR(&msg);
    if (head && head->cmsg_level == SOL_SOCKET &&
        head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(ret_hfd, CMSG_DATA(head), sizeof(int));
    return true;
}

static bool identify(int hfd, struct file_id *ret)
{
    struct stat st;

    if (fstat(hfd, &st) || !S_ISREG(st.st_mode))
        return false;
    ret->device = st.st_dev;
    ret->inode = st.st_ino;
    ret->changed = st.st_ctim;
    return true;
}

static bool is_same(const struct file_id *a, const struct file_id *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* A program that nobody has asked for yet? */
static bool is_new(const struct file_id *id)
{
    size_t i;

    if (n_tried == MAX_TRIED)
        return false;
    for (i = 0; i < n_tried; i++)
        if (is_same(&tried[i], id))
            return false;
    tried[n_tried++] = *id;
    return true;
}

static void enqueue(own int hfd, bool sampled)
{
    struct waiting w = {.hfd = hfd, .due_ns = now_ns()};

    if (n_waiting == MAX_WAITING || !identify(hfd, &w.file) ||
        !is_new(&w.file)) {
        (void)close(hfd);
        return;
    }
    if (sampled)
        w.until_ns = w.due_ns + HOT_NS;
    if (!cachedir_note(cache_dir(), hfd))
        w.due_ns += PATIENCE_NS;
    waiting[n_waiting++] = w;
}

/* What is hot in what waits; any process of the family may tell it, and the
 * last one is believed. */
static void set_hot(const struct message *message)
{
    size_t n = message->n_functions + message->n_loops;
    struct waiting *w;
    uint32_t *numbers;

    for (w = waiting; w < waiting + n_waiting; w++)
        if (is_same(&w->file, &message->file))
            break;
    if (w == waiting + n_waiting)
        return;
    if (message->kind == KIND_ENOUGH)
        w->until_ns = 0;
    numbers = malloc((n + 1) * sizeof(*numbers));
    if (!numbers)
        return;
    memcpy(numbers, message->numbers, n * sizeof(*numbers));
    free(w->numbers);
    w->numbers = numbers;
    w->n_functions = message->n_functions;
    w->n_loops = message->n_loops;
}

static void act_on(const struct message *message, size_t len, own int hfd)
{
    bool has_head = len >= offsetof(struct message, numbers);
    size_t rest = has_head ? len - offsetof(struct message, numbers) : 0;

    if (has_head && hfd >= 0 && message->kind <= KIND_SAMPLED) {
        enqueue(hfd, message->kind == KIND_SAMPLED);
        return;
    }
    if (hfd >= 0)
        (void)close(hfd);
    else if (has_head &&
             (message->kind == KIND_SOME || message->kind == KIND_ENOUGH) &&
             message->n_functions <= COMPILER_FUNCTIONS &&
             message->n_loops <= COMPILER_LOOPS &&
             message->n_functions + message->n_loops ==
                 rest / sizeof(*message->numbers))
        set_hot(message);
}

/* A few at a time: a guest that sends without end does not keep us. */
static void take_requests(void)
{
    static struct message message;
    size_t len;
    int hfd, i;

    for (i = 0; i < MAX_WAITING && receive(&message, &len, &hfd); i++)
        act_on(&message, len, hfd);
    if (i == MAX_WAITING)
        (void)kill(getpid(), SIGNAL_REQUEST);
}

/* A child that waitid(2) does not see, since it announces its end by another
 * signal than SIGCHLD. */
static void start(struct waiting *w)
{
    const struct background work = {
        .hfd = w->hfd,
        .functions = w->numbers,
        .n_functions = w->n_functions,
        .loops = w->numbers ? w->numbers + w->n_functions : NULL,
        .n_loops = w->n_loops,
        .parent = getpid(),
        .signal = SIGNAL_COMPILED,
    };
    long child = syscall(SYS_clone, (long)SIGNAL_COMPILED, 0L, 0L, 0L, 0L);

    if (child == 0)
        background_compile(cache_dir(), &work);
    if (child > 0)
        compiling = (pid_t)child;
    (void)close(w->hfd);
    free(w->numbers);
    *w = waiting[--n_waiting];
}

static int64_t ready_ns(const struct waiting *w)
{
    return MAX(w->due_ns, w->until_ns);
}

/* Of what waits, that which is ready, or due, first; its place, if there is
 * one. */
static struct waiting *first_of_all(int64_t (*at)(const struct waiting *w))
{
    struct waiting *first = NULL;
    size_t i;

    for (i = 0; i < n_waiting; i++)
        if (!first || at(&waiting[i]) < at(first))
            first = &waiting[i];
    return first;
}

const struct timespec *tierup_work(struct timespec *room)
{
    struct waiting *first = compiling ? NULL : first_of_all(ready_ns);
    int64_t left;

    if (!first)
        return NULL;
    left = ready_ns(first) - now_ns();
    if (left > 0) {
        room->tv_sec = left / SECOND_NS;
        room->tv_nsec = left % SECOND_NS;
        return room;
    }
    start(first);
    return NULL;
}

static int64_t due_ns(const struct waiting *w)
{
    return w->due_ns;
}

/* One: what waits behind another one has always been left to the next run. */
void tierup_close(void)
{
    struct waiting *first;

    if (our_end < 0)
        return;
    take_requests();
    first = compiling ? NULL : first_of_all(due_ns);
    if (first && first->due_ns <= now_ns())
        start(first);
}

/* Whatever guests have written into the table: only children of ours get it. */
static void tell(int32_t host_pid)
{
    siginfo_t info;

    if (host_pid > 0 &&
        waitid(P_PID, (id_t)host_pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
        (void)kill(host_pid, SIGNAL_SWITCH);
}

bool tierup_signal(struct family *family, int sig)
{
    int status;

    if (sig == SIGNAL_REQUEST) {
        if (our_end >= 0)
            take_requests();
        return true;
    }
    if (sig != SIGNAL_COMPILED)
        return sig == SIGNAL_SWITCH;
    if (!compiling)
        return true;
    /* If it has not ended, it has something that is worth going over to. */
    if (waitpid(compiling, &status, __WCLONE | WNOHANG) > 0)
        compiling = 0;
    if (compiling || status == 0)
        family_each_host(family, tell);
    return true;
}

/* --- Guest processes --- */

static void send_program(enum kind kind, int hfd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    struct message message;
    struct iovec iov = {&message, offsetof(struct message, numbers)};
    struct msghdr msg = {
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };

    memset(&message, 0, iov.iov_len);
    message.kind = kind;
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.head), &hfd, sizeof(hfd));
    (void)sendmsg(guests_end, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void tierup_request(struct program *program, int hfd)
{
    if (guests_end < 0)
        return;
    program->is_sampled = !program->image && identify(hfd, &program->file);
    send_program(program->is_sampled ? KIND_SAMPLED : KIND_PROGRAM, hfd);
}

void tierup_begin(const struct program *program)
{
    if (program->is_sampled)
        sample_begin(program->inst);
    else
        sample_end();
}

/* As a message of its own, which is lost if nobody reads those before it. */
static void send_hot(enum kind kind, const struct program *program)
{
    static struct message message;
    struct iovec iov = {&message, offsetof(struct message, numbers)};
    const struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    bool functions = sample_pays(program->module);

    message.kind = kind;
    message.file = program->file;
    message.n_functions =
        functions ? (uint32_t)sample_list(message.numbers, COMPILER_FUNCTIONS)
                  : 0;
    message.n_loops = (uint32_t)sample_loops(
        message.numbers + message.n_functions, COMPILER_LOOPS);
    iov.iov_len +=
        (message.n_functions + message.n_loops) * sizeof(*message.numbers);
    (void)sendmsg(guests_end, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void take_sample(const struct thread *t)
{
    enum sample sample = sample_take(t);

    if (likely(sample == SAMPLE_NOTHING))
        return;
    send_hot(sample == SAMPLE_ENOUGH ? KIND_ENOUGH : KIND_SOME,
             t->process->program);
    if (sample == SAMPLE_ENOUGH)
        sample_end();
}

bool tierup_is_late(void)
{
    late_left = late;
    if (late_left > 0)
        thread_look();
    return late_left > 0;
}

static volatile sig_atomic_t noted;

IN_SIGNAL void tierup_note(void)
{
    noted = 1;
}

bool tierup_is_noted(void)
{
    return noted;
}

/* The children of all that live in this process. */
static void pass_on(const struct env *env)
{
    size_t i;

    for (; env; env = env->below)
        for (i = 0; i < env->children.n; i++)
            if (env->children.items[i].host_pid > 0)
                (void)kill(env->children.items[i].host_pid, SIGNAL_SWITCH);
}

void tierup_count_on(void)
{
    if (unlikely(late_left > 0))
        thread_look();
}

/* What ran so far may still do so.  True if the program runs other code now. */
static bool go_over(struct program *program, bool to_next)
{
    struct image_map *image = cache_better(&program->id, to_next);
    struct error err = ERROR_INIT;

    if (image && native_attach(program->inst, image, &err)) {
        if (program->inst->compiled->n_loops > 0)
            sample_watch();
        else
            sample_end();
        image->before = program->image;
        program->image = image;
        return true;
    }
    image_close(image);
    return false;
}

void tierup_switch(struct thread *t, bool restarts)
{
    struct process *process = t->process;
    struct program *program = process->program;
    bool is_late;

    take_sample(t);
    is_late = !noted;
    if (is_late && late_left == 0)
        return;
    if (is_late && --late_left > 0) {
        /* Compiled code would look again at once, until there are none left. */
        if (!restarts && !program->image)
            thread_look();
        return;
    }
    noted = 0;
    late_left = 0;
    pass_on(process->env);
    if (program && program->inst && program->id.known &&
        go_over(program, is_late) && is_late)
        late_left = late_again;
}
