#include "daemon/units.h"

#include <stdio.h>

const char *units_write_bps(char text[UNITS_TEXT], uint64_t bps)
{
    static const char *const names[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
    double value = (double)bps;
    int unit = 0;
    while (value >= 1000 && unit < 4) {
        value /= 1000;
        unit++;
    }
    snprintf(text, UNITS_TEXT, unit > 0 && value < 100 ? "%.1f %s" : "%.0f %s", value, names[unit]);
    return text;
}

const char *units_write_seconds(char text[UNITS_TEXT], double seconds)
{
    unsigned long whole = seconds > 0 && seconds < 1e12 ? (unsigned long)seconds : 0;
    if (whole < 60)
        snprintf(text, UNITS_TEXT, "%lus", whole);
    else if (whole < 3600)
        snprintf(text, UNITS_TEXT, "%lum%02lus", whole / 60, whole % 60);
    else
        snprintf(text, UNITS_TEXT, "%luh%02lum", whole / 3600, whole / 60 % 60);
    return text;
}
