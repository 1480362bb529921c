/*
 * spawn_many.c: fifty programs at once, each with a pipe of its own; a parent
 * with much memory.
 */
#include "guest_test.h"

#include <spawn.h>

#define N 50

extern char **environ;

int main(int argc, char **argv)
{
    char *memory = malloc(32 << 20);
    int pipes[N][2];
    int sum = 0;

    if (argc > 1)
        return (int)write(1, argv[1], strlen(argv[1])) > 0 ? 0 : 1;
    MUST(memory);
    memset(memory, 1, 32 << 20);
    for (int i = 0; i < N; i++) {
        posix_spawn_file_actions_t actions;
        char number[16];
        char *args[] = {(char *)"prog", number, NULL};

        snprintf(number, sizeof(number), "%d", i);
        MUST(pipe2(pipes[i], O_CLOEXEC) == 0);
        MUST(posix_spawn_file_actions_init(&actions) == 0);
        MUST(posix_spawn_file_actions_adddup2(&actions, pipes[i][1], 1) == 0);
        MUST(posix_spawn(NULL, SELF, &actions, NULL, args, environ) == 0);
        MUST(posix_spawn_file_actions_destroy(&actions) == 0);
        MUST(close(pipes[i][1]) == 0);
    }
    for (int i = 0; i < N; i++) {
        char text[8] = "";
        int status;

        MUST(read(pipes[i][0], text, sizeof(text) - 1) > 0);
        MUST(read(pipes[i][0], text, sizeof(text) - 1) == 0);
        sum += atoi(text);
        MUST(wait(&status) > 0 && status == 0);
    }
    say("sum %d, memory %d\n", sum, memory[12345]);
    free(memory);
    return 0;
}
