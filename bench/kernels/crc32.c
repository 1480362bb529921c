/* crc32.c: a table of bytes, xor and shifts. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t table[256];
static unsigned char data[1 << 20];

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 40;
    uint32_t crc = 0;

    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;

        for (int k = 0; k < 8; k++)
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
        table[i] = c;
    }
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (unsigned char)(i * 31 + (i >> 8));
    while (rounds-- > 0) {
        crc = ~crc;
        for (size_t i = 0; i < sizeof(data); i++)
            crc = table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
        crc = ~crc;
    }
    printf("%08x\n", crc);
    return 0;
}
