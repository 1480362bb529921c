/*
 * proc_exec_chain.c: fifty programs, one after the other, in one process.
 */
#include "guest_test.h"

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 0;
    char number[16];

    if (n % 10 == 0)
        say("program %d\n", n);
    if (n == 50)
        return 50;
    snprintf(number, sizeof(number), "%d", n + 1);
    execl(SELF, "prog", number, (char *)NULL);
    return 99;
}
