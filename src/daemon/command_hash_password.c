#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "daemon/command.h"
#include "rtsp/account.h"

enum { LINE_MOST = LIMIT_NAME + 1 };

/* One line, of which the terminal shows nothing. Length, or a negative errno. */
static int read_line(char line[LINE_MOST], const char *prompt)
{
    struct termios shown, hidden;
    bool is_terminal = tcgetattr(STDIN_FILENO, &shown) == 0;

    if (is_terminal) {
        fputs(prompt, stderr);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    char *got = fgets(line, LINE_MOST, stdin);
    if (is_terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputc('\n', stderr);
    }
    size_t len = got ? strcspn(line, "\n") : 0;
    if (!got || len == 0)
        return -ENODATA;
    if (len == LINE_MOST - 1)
        return -ENAMETOOLONG;
    line[len] = '\0';
    return (int)len;
}

/* Twice where somebody types it unseen. */
static int read_password(char password[LINE_MOST])
{
    char again[LINE_MOST];
    int len = read_line(password, "password: ");
    if (len < 0 || !isatty(STDIN_FILENO))
        return len;
    int result = read_line(again, "once more: ");
    if (result >= 0 && strcmp(password, again) != 0)
        result = -EKEYREJECTED;
    explicit_bzero(again, sizeof again);
    return result < 0 ? result : len;
}

static const char *complaint(int error)
{
    return error == -EKEYREJECTED   ? "the two are not the same"
           : error == -ENAMETOOLONG ? "the password or the name is too long"
           : error == -ENODATA      ? "there is no password"
                                    : strerror(-error);
}

static int run(int argc, char **argv)
{
    char password[LINE_MOST] = "", text[256];
    struct account account;
    struct writer w = writer_of(text, sizeof text);

    if (argc != 2 || argv[1][0] == '-' || argv[1][0] == '\0' || strpbrk(argv[1], ":\"\\")) {
        fprintf(stderr, "weir hash-password: one user's name is expected, without : \" and \\\n");
        return 2;
    }
    setvbuf(stdin, NULL, _IONBF, 0); /* nothing of it stays in a buffer */
    int result = read_password(password);
    if (result >= 0)
        result = account_init(&account, span_text(argv[1]), span_text(password));
    explicit_bzero(password, sizeof password);
    if (result < 0) {
        fprintf(stderr, "weir hash-password: %s\n", complaint(result));
        return 1;
    }
    account_write(&w, &account);
    printf("%.*s\n", SPAN_ARG(writer_written(&w)));
    return 0;
}

const struct command command_hash_password = {
    .name = "hash-password",
    .summary = "turns a password into what a config file may hold in its place",
    .usage =
        "usage: weir hash-password USER\n\n"
        "Reads a password from standard input, a terminal does not show it, and prints what\n"
        "stands for it as `pass` of that USER in the config file. Whoever reads the line cannot\n"
        "tell the password, but can watch with it: keep it as you would keep the password.\n",
    .run = run,
};
