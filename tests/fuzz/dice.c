/* Feeds scripts of chance to a fuzz target that counts its visits: dice RUNS [SEED [NUMBER]]. Where
 * a place was not visited yet it goes on, and fails when ten times as many dialogues have not come
 * by. Without a seed it throws for one, and says which; what a run finds is found again by its
 * seed, or that and the number of the one dialogue. */
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "visits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SCRIPT_LEAST = 16, SCRIPT_MOST = 384 };

static uint64_t number; /* of the dialogue that is played */
static uint64_t seed;

/* splitmix64: every start is a good one. */
static uint64_t throw(uint64_t * state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void play(void)
{
    uint64_t state = seed ^ number * UINT64_C(0xd1342543de82ef95);
    size_t len = SCRIPT_LEAST + throw(&state) % (SCRIPT_MOST - SCRIPT_LEAST);
    uint8_t *script = malloc(len); /* of exactly this size, so that reading past its end is seen */
    for (size_t i = 0; script && i < len; i++)
        script[i] = (uint8_t)(throw(&state) >> 32);
    if (script)
        LLVMFuzzerTestOneInput(script, len);
    free(script);
}

static void tell(void)
{
    fprintf(stderr, "dialogue %" PRIu64 " of seed %" PRIu64 "\n", number, seed);
}

static void on_abort(int signal_number)
{
    (void)signal_number;
    tell();
}

/* The sanitizers call it, where they are there. */
void __asan_on_error(void);
void __asan_on_error(void)
{
    tell();
}

static int count_missing(void)
{
    int missing = 0;
    for (int i = 0; visits.rows[i]; i++)
        for (int j = 0; visits.columns[j]; j++)
            missing += visits.counts[i][j] == 0;
    return missing;
}

static void report(void)
{
    printf("%" PRIu64 " dialogues\n%-20s", number, "");
    for (int j = 0; visits.columns[j]; j++)
        printf(" %13.13s", visits.columns[j]);
    for (int i = 0; visits.rows[i]; i++) {
        printf("\n%-20s", visits.rows[i]);
        for (int j = 0; visits.columns[j]; j++)
            printf(" %13" PRIu64, visits.counts[i][j]);
    }
    printf("\n%d places were never visited\n", count_missing());
}

int main(int argc, char **argv)
{
    uint64_t runs = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    else if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return 1;
    signal(SIGABRT, on_abort);
    printf("seed %" PRIu64 "\n", seed);
    fflush(stdout);
    if (argc > 3) {
        number = strtoull(argv[3], NULL, 10);
        play();
        return 0;
    }
    for (; number < runs || (number < 10 * runs && count_missing() > 0); number++)
        play();
    report();
    return runs > 0 && count_missing() == 0 ? 0 : 1;
}
