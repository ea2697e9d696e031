/* Linked between a replay and its fuzz target: plays each input again and again, and lets another
 * allocation fail each time, first that one alone, then also all that come behind it, until none
 * is left to fail. Allocations of shared libraries are not ours. */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The linker's names: --wrap. */
int __real_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static uint64_t count; /* of allocations of this run */
static uint64_t first; /* the one that fails; 0: none does */
static bool is_famine; /* and all that come behind it */

static bool fails(void)
{
    count++;
    return first > 0 && (count == first || (is_famine && count > first));
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t members, size_t size)
{
    return fails() ? NULL : __real_calloc(members, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static void starve(const uint8_t *data, size_t size)
{
    uint64_t failed = 0;
    do {
        count = 0;
        first = failed + 1;
        __real_LLVMFuzzerTestOneInput(data, size);
        failed += count >= first;
    } while (count >= first);
    first = 0;
    printf("%" PRIu64 " allocations failed%s\n", failed, is_famine ? ", and all behind them" : "");
}

int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    is_famine = false;
    starve(data, size);
    is_famine = true;
    starve(data, size);
    return 0;
}
