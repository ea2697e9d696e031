#include "base/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_fill(void *buf, size_t len)
{
    uint8_t *at = buf;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            abort();
        at += got;
        len -= (size_t)got;
    }
}

uint32_t random_u32(void)
{
    uint32_t value;
    random_fill(&value, sizeof value);
    return value;
}

double random_jitter(void)
{
    return 0.5 + (double)random_u32() / 4294967296.0;
}

void random_token(char *buf, size_t len)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    random_fill(buf, len);
    for (size_t i = 0; i < len; i++)
        buf[i] = letters[(uint8_t)buf[i] & 63];
    buf[len] = '\0';
}
