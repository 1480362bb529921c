/*
 * fd_append.c: several processes append to a file at once; nothing is lost.
 */
#include "guest_test.h"

#include <sys/stat.h>

#define WRITERS 5
#define LINES   100

int main(void)
{
    int counts[WRITERS] = {0};
    char line[16];
    struct stat st;
    FILE *file;

    for (int i = 0; i < WRITERS; i++) {
        if (must_fork() == 0) {
            int fd = open("file", O_WRONLY | O_CREAT | O_APPEND, 0666);

            MUST(fd >= 0);
            for (int j = 0; j < LINES; j++) {
                snprintf(line, sizeof(line), "%d %04d\n", i, j);
                MUST(lseek(fd, 0, SEEK_SET) == 0);
                MUST(write(fd, line, 7) == 7);
            }
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    MUST(stat("file", &st) == 0);
    say("%d bytes\n", (int)st.st_size);
    file = fopen("file", "r");
    MUST(file);
    while (fgets(line, sizeof(line), file)) {
        int i = line[0] - '0';

        MUST(i >= 0 && i < WRITERS && atoi(line + 2) == counts[i]);
        counts[i]++;
    }
    for (int i = 0; i < WRITERS; i++)
        say("writer %d: %d lines\n", i, counts[i]);
    return 0;
}
