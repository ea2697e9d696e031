#include <getopt.h>
#include <stdio.h>

#include "daemon/command.h"
#include "daemon/config.h"
#include "daemon/config_file.h"

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {0}};
    const char *file = NULL;
    struct settings *settings;
    int c;

    while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
        if (c != 'c')
            return command_complain(&command_check, argc, argv);
        file = optarg;
    }
    if (!file)
        file = optind < argc ? argv[optind] : config_file_find();
    if (config_load(&settings, file, stderr) < 0)
        return 1;
    size_t count = settings->path_count + settings->pattern_count;
    printf("%s: ok (%zu path%s)\n", file, count, count == 1 ? "" : "s");
    config_free(settings);
    return 0;
}

const struct command command_check = {
    .name = "check",
    .summary = "says whether a config file is right, and if not, where and why",
    .usage = "usage: weir check [-c FILE]\n\n"
             "Reads a config file without starting anything.\n\n"
             "  -c, --config FILE   the file (./weir.yml, else /etc/weir/weir.yml)\n\n"
             "Exit status: 0 right, 1 wrong.\n",
    .run = run,
};
