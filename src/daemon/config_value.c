#include "daemon/config_value.h"

#include <errno.h>

#include "base/clock.h"

static const struct {
    const char *name;
    int64_t us;
} units[] = {
    {"ms", CLOCK_MS_US},
    {"s", CLOCK_SECOND_US},
    {"m", 60 * CLOCK_SECOND_US},
    {"h", 3600 * CLOCK_SECOND_US},
};

static const int64_t most_us = INT64_C(10000) * 3600 * CLOCK_SECOND_US; /* a year and more */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Takes the leading characters that are, or are not, digits. */
static struct span cut_run(struct span *rest, bool digits)
{
    size_t len = 0;
    while (len < rest->len && is_digit(rest->ptr[len]) == digits)
        len++;
    struct span run = span_of(rest->ptr, len);
    *rest = span_skip(*rest, len);
    return run;
}

static int64_t unit_us(struct span name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (span_is_text(name, units[i].name))
            return units[i].us;
    return 0;
}

int config_parse_duration(int64_t *duration_us, struct span text)
{
    int64_t sum_us = 0;
    if (text.len == 0)
        return -EINVAL;
    while (text.len > 0) {
        uint64_t number;
        struct span digits = cut_run(&text, true);
        int64_t unit = unit_us(cut_run(&text, false));
        if (digits.len == 0 || unit == 0)
            return -EINVAL;
        if (span_parse_uint(&number, digits, (uint64_t)(most_us / unit)) < 0)
            return -ERANGE;
        sum_us += (int64_t)number * unit;
        if (sum_us > most_us)
            return -ERANGE;
    }
    *duration_us = sum_us;
    return 0;
}

int config_parse_size(uint64_t *bytes, struct span text)
{
    uint64_t number;
    unsigned shift = 0;
    struct span digits = cut_run(&text, true);

    if (digits.len == 0)
        return -EINVAL;
    if (span_is_text_nocase(text, "K"))
        shift = 10;
    else if (span_is_text_nocase(text, "M"))
        shift = 20;
    else if (span_is_text_nocase(text, "G"))
        shift = 30;
    else if (text.len > 0)
        return -EINVAL;
    if (span_parse_uint(&number, digits, UINT64_MAX >> 32) < 0)
        return -ERANGE;
    *bytes = number << shift;
    return 0;
}

int config_parse_bit_rate(uint64_t *bps, struct span text)
{
    uint64_t number, unit = 1;
    struct span digits = cut_run(&text, true);

    if (digits.len == 0)
        return -EINVAL;
    if (span_is_text_nocase(text, "K"))
        unit = 1000;
    else if (span_is_text_nocase(text, "M"))
        unit = 1000 * 1000;
    else if (span_is_text_nocase(text, "G"))
        unit = 1000 * 1000 * 1000;
    else if (text.len > 0)
        return -EINVAL;
    if (span_parse_uint(&number, digits, UINT64_MAX / 1000 / 1000 / 1000 / 1000) < 0)
        return -ERANGE;
    *bps = number * unit;
    return 0;
}

int config_parse_bool(bool *value, struct span text)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"yes", true}, {"true", true},   {"on", true},
                 {"no", false}, {"false", false}, {"off", false}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_is_text_nocase(text, words[i].word)) {
            *value = words[i].value;
            return 0;
        }
    }
    return -EINVAL;
}
