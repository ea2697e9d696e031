/* Random bytes from the kernel's CSPRNG. Any thread. */
#ifndef WEIR_BASE_RANDOM_H
#define WEIR_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills buf; aborts when the kernel has no randomness to give, as nothing safe can follow. */
void random_fill(void *buf, size_t len);
uint32_t random_u32(void);
/* A number in [0.5, 1.5): the jitter RTCP intervals and retries use (RFC 3550 6.3.1). */
double random_jitter(void);
/* `len` random characters of [A-Za-z0-9_-] (6 bits each) and a NUL; buf holds len + 1 bytes. */
void random_token(char *buf, size_t len);

#endif
