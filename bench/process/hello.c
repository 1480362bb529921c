/* hello.c: what a program costs that does next to nothing. */
#include <stdio.h>

int main(void)
{
    puts("hello");
    return 0;
}
