/* bytecode.c: an interpreter of a small stack machine: one large switch. */
#include <stdio.h>
#include <stdlib.h>

enum { PUSH, LOAD, STORE, ADD, SUB, MUL, LESS, JUMP_IF, JUMP, XOR, HALT };

/* a = 0; x = 1; for (i = 0; i < n; i++) { x = x * 3 + i; a ^= x - 7; } */
static int program[] = {
    PUSH, 0, STORE, 0, PUSH, 1,       STORE, 1,    PUSH,  0, STORE, 2, /* 0 */
    LOAD, 2, LOAD,  3, LESS, JUMP_IF, 21,    JUMP, 50,                 /* 12 */
    LOAD, 1, PUSH,  3, MUL,  LOAD,    2,     ADD,  STORE, 1,           /* 21 */
    LOAD, 0, LOAD,  1, PUSH, 7,       SUB,   XOR,  STORE, 0,           /* 31 */
    LOAD, 2, PUSH,  1, ADD,  STORE,   2,     JUMP, 12,                 /* 41 */
    HALT,                                                              /* 50 */
};

static unsigned run(const int *p, unsigned n)
{
    unsigned stack[16], vars[4] = {0, 0, 0, n};
    unsigned *sp = stack;
    int pc = 0;

    for (;;) {
        switch (p[pc++]) {
        case PUSH:
            *sp++ = (unsigned)p[pc++];
            break;
        case LOAD:
            *sp++ = vars[p[pc++]];
            break;
        case STORE:
            vars[p[pc++]] = *--sp;
            break;
        case ADD:
            sp--;
            sp[-1] += sp[0];
            break;
        case SUB:
            sp--;
            sp[-1] -= sp[0];
            break;
        case MUL:
            sp--;
            sp[-1] *= sp[0];
            break;
        case XOR:
            sp--;
            sp[-1] ^= sp[0];
            break;
        case LESS:
            sp--;
            sp[-1] = sp[-1] < sp[0];
            break;
        case JUMP_IF:
            pc = *--sp ? p[pc] : pc + 1;
            break;
        case JUMP:
            pc = p[pc];
            break;
        default:
            return vars[0];
        }
    }
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 3000000;

    printf("%u\n", run(program, n));
    return 0;
}
