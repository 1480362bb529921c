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
#include "proc/process.h"

/* Programs that run so long are worth compiling at once; others the second
 * time. */
#define PATIENCE_NS ((int64_t)100000000)

#define SECOND_NS ((int64_t)1000000000)

/* Of one family: programs that wait to be compiled, programs at all. */
#define MAX_WAITING 16
#define MAX_TRIED   256

#define LATE "late:"

static int our_end = -1, guests_end = -1;

/* TINE_COMPILE=late:N,M: N, M; what is left of it for this program. */
static unsigned long late, late_again, late_left;

struct file_id {
    dev_t device;
    ino_t inode;
    struct timespec changed;
};

struct waiting {
    int hfd;
    int64_t due_ns;
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

/* The descriptor of one message; -1: there was none in it.  False: no
 * message. */
static bool receive(int *ret_hfd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    char byte;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };
    const struct cmsghdr *head;

    *ret_hfd = -1;
    if (recvmsg(our_end, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) <= 0)
        return false;
    head = CMSG_FIRSTHDR(&msg);
    if (head && head->cmsg_level == SOL_SOCKET &&
        head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(ret_hfd, CMSG_DATA(head), sizeof(int));
    return true;
}

/* A program that nobody has asked for yet? */
static bool is_new(int hfd)
{
    struct file_id id;
    struct stat st;
    size_t i;

    if (fstat(hfd, &st) || !S_ISREG(st.st_mode) || n_tried == MAX_TRIED)
        return false;
    memset(&id, 0, sizeof(id));
    id.device = st.st_dev;
    id.inode = st.st_ino;
    id.changed = st.st_ctim;
    for (i = 0; i < n_tried; i++)
        if (memcmp(&tried[i], &id, sizeof(id)) == 0)
            return false;
    tried[n_tried++] = id;
    return true;
}

static void enqueue(own int hfd)
{
    bool seen;

    if (n_waiting == MAX_WAITING || !is_new(hfd)) {
        (void)close(hfd);
        return;
    }
    seen = cachedir_note(cache_dir(), hfd);
    waiting[n_waiting++] =
        (struct waiting){hfd, now_ns() + (seen ? 0 : PATIENCE_NS)};
}

/* A few at a time: a guest that sends without end does not keep us. */
static void take_requests(void)
{
    int hfd, i;

    for (i = 0; i < MAX_WAITING && receive(&hfd); i++)
        if (hfd >= 0)
            enqueue(hfd);
    if (i == MAX_WAITING)
        (void)kill(getpid(), SIGNAL_REQUEST);
}

/* A child that waitid(2) does not see, since it announces its end by another
 * signal than SIGCHLD. */
static void start(own int hfd)
{
    pid_t parent = getpid();
    long child = syscall(SYS_clone, (long)SIGNAL_COMPILED, 0L, 0L, 0L, 0L);

    if (child == 0)
        background_compile(cache_dir(), hfd, parent);
    if (child > 0)
        compiling = (pid_t)child;
    (void)close(hfd);
}

/* Of what waits, that which is due first; its place, if there is one. */
static struct waiting *first_due(void)
{
    struct waiting *first = NULL;
    size_t i;

    for (i = 0; i < n_waiting; i++)
        if (!first || waiting[i].due_ns < first->due_ns)
            first = &waiting[i];
    return first;
}

const struct timespec *tierup_work(struct timespec *room)
{
    struct waiting *first = compiling ? NULL : first_due();
    int64_t left;

    if (!first)
        return NULL;
    left = first->due_ns - now_ns();
    if (left > 0) {
        room->tv_sec = left / SECOND_NS;
        room->tv_nsec = left % SECOND_NS;
        return room;
    }
    start(first->hfd);
    *first = waiting[--n_waiting];
    return NULL;
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
    if (compiling && waitpid(compiling, &status, __WCLONE | WNOHANG) > 0) {
        compiling = 0;
        if (status == 0)
            family_each_host(family, tell);
    }
    return true;
}

/* --- Guest processes --- */

void tierup_request(int hfd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    char byte = 0;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };

    if (guests_end < 0)
        return;
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.head), &hfd, sizeof(hfd));
    (void)sendmsg(guests_end, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Get the thread's attention, but not at the entry of a function, which looks
 * until there is nothing more to attend to. */
static void count_next(void)
{
    atomic_store_explicit(&thread_attention, 1, memory_order_relaxed);
}

bool tierup_is_late(void)
{
    late_left = late;
    if (late_left > 0)
        count_next();
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
        count_next();
}

/* What ran so far may still do so.  True if the program runs other code now. */
static bool go_over(struct program *program, bool to_next)
{
    struct image_map *image = cache_better(&program->id, to_next);
    struct error err = ERROR_INIT;

    if (image && native_attach(program->inst, image, &err)) {
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
    bool is_late = !noted;

    if (is_late && late_left == 0)
        return;
    if (is_late && --late_left > 0) {
        /* Compiled code would look again at once, until there are none left. */
        if (!restarts && !program->image)
            count_next();
        return;
    }
    noted = 0;
    late_left = 0;
    pass_on(process->env);
    if (program && program->inst && program->id.known &&
        go_over(program, is_late) && is_late)
        late_left = late_again;
}
