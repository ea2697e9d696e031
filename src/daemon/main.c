#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "daemon/command.h"

static const struct command *const commands[] = {&command_serve,  &command_check,
                                                 &command_status, &command_demo,
                                                 &command_switch, &command_hash_password};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(FILE *to)
{
    fprintf(to, "weir: a streaming gateway: one stream in, any number of viewers out\n\n"
                "usage: weir COMMAND [OPTIONS]\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-13s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(to,
            "\n  weir COMMAND --help   tells more\n  weir --version        names the version\n");
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

int command_complain(const struct command *command, int argc, char **argv)
{
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    fprintf(stderr, "weir %s: bad or incomplete option: %s\n", command->name, word);
    fprintf(stderr, "weir %s --help tells which there are\n", command->name);
    return 2;
}

static int help(int argc, char **argv)
{
    const struct command *command = argc > 2 ? find(argv[2]) : NULL;
    if (argc > 2 && !command) {
        fprintf(stderr, "weir: there is no command %s (weir --help lists them)\n", argv[2]);
        return 2;
    }
    if (command)
        fputs(command->usage, stdout);
    else
        print_help(stdout);
    return 0;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return help(argc, argv);
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        puts(WEIR_VERSION_TEXT);
        return 0;
    }
    const struct command *command = find(word);
    if (!command) {
        if (*word)
            fprintf(stderr, "weir: there is no command %s\n\n", word);
        print_help(stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(command->usage, stdout);
            return 0;
        }
    }
    opterr = 0; /* our own words for it */
    return command->run(argc - 1, argv + 1);
}
