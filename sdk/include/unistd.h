/*
 * unistd.h: wasi-libc's, and the calls that it leaves out.
 */
#ifndef TINE_UNISTD_H
#define TINE_UNISTD_H

/* Otherwise getpid is marked as deprecated. */
#ifndef _WASI_EMULATED_GETPID
#define _WASI_EMULATED_GETPID
#endif

#include_next <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

pid_t fork(void);
pid_t _Fork(void);
pid_t vfork(void) __attribute__((__returns_twice__));
pid_t getppid(void);

int execve(const char *, char *const[], char *const[]);
int execv(const char *, char *const[]);
int execvp(const char *, char *const[]);
int execvpe(const char *, char *const[], char *const[]);
int execl(const char *, const char *, ...);
int execle(const char *, const char *, ...);
int execlp(const char *, const char *, ...);

int pipe(int[2]);
int pipe2(int[2], int);
int dup(int);
int dup2(int, int);
int dup3(int, int, int);

unsigned alarm(unsigned);
unsigned ualarm(unsigned, unsigned);
int pause(void);

uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int getgroups(int, gid_t[]);

int getpagesize(void);
int getdtablesize(void);

extern char **environ;

#ifdef __cplusplus
}
#endif

#endif
