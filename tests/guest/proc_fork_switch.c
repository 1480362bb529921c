/*
 * proc_fork_switch.c: a fork inside nested loops and a switch; the child takes
 * over in the middle of them.
 */
#include "guest_test.h"

int main(void)
{
    unsigned long sum = 0;
    bool is_child = false;
    pid_t pid = 0;

    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            switch ((i * 5 + j) % 4) {
            case 0:
                sum = sum * 3 + 1;
                break;
            case 1:
                sum ^= 0x55;
                /* fall through */
            case 2:
                if (i == 2 && j == 3) {
                    pid = must_fork();
                    is_child = pid == 0;
                    sum += is_child ? 1 : 2;
                }
                sum += (unsigned long)j;
                break;
            default:
                sum -= (unsigned long)i;
            }
        }
    }
    sum &= 0xffffffff;
    if (is_child) {
        say("child: %lu\n", sum);
        return 1;
    }
    reap("child", pid);
    say("parent: %lu\n", sum);
    return 0;
}
