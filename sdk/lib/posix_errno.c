/*
 * posix_errno.c: results in the manner of POSIX.
 */
#include "guest.h"

int __tine_result(uint16_t error)
{
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}
