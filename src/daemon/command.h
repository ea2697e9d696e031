/* The subcommands. Each gets the arguments from its own name on, and returns the exit status: 0,
 * 1 for a failure, 2 for arguments that make no sense. */
#ifndef WEIR_DAEMON_COMMAND_H
#define WEIR_DAEMON_COMMAND_H

#define WEIR_VERSION_TEXT "weir " WEIR_VERSION

struct command {
    const char *name;
    const char *summary; /* one line */
    const char *usage;   /* what --help prints */
    int (*run)(int argc, char **argv);
};

extern const struct command command_serve, command_check, command_status, command_demo,
    command_switch, command_hash_password;

/* Says which option was wrong (as getopt_long left it) and where help is. Returns 2. */
int command_complain(const struct command *command, int argc, char **argv);

#endif
