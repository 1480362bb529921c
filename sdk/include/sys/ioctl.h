/*
 * sys/ioctl.h: wasi-libc's, and the size of the terminal.
 */
#include_next <sys/ioctl.h>

#ifndef TINE_SYS_IOCTL_H
#define TINE_SYS_IOCTL_H

#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414

struct winsize {
    unsigned short ws_row;
    unsigned short ws_col;
    unsigned short ws_xpixel;
    unsigned short ws_ypixel;
};

#endif
