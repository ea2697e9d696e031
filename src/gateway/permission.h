/* Who may do what: the users of the config and their rules. Pure, any thread. */
#ifndef WEIR_GATEWAY_PERMISSION_H
#define WEIR_GATEWAY_PERMISSION_H

#include <regex.h>

#include "net/address_prefix.h"
#include "rtsp/authenticator.h"

enum permission_action { PERMISSION_READ, PERMISSION_PUBLISH };

struct permission_rule {
    enum permission_action action;
    char path[LIMIT_NAME]; /* "": every path; "~..." is matched by the pattern */
    bool is_pattern;
    regex_t pattern; /* owned, where is_pattern */
};

struct user {
    struct account account; /* without a name: `any`, whoever asks */
    uint32_t max_sessions;  /* at once; 0: no limit. Not for `any` */
    size_t prefix_count;    /* 0: from everywhere */
    struct address_prefix *prefixes;
    size_t rule_count;
    struct permission_rule *rules;
};

struct users {     /* zeroed: there are none, and nobody has to say who he is */
    bool is_given; /* the config has a list of users, be it an empty one */
    size_t count;
    struct user *users; /* owned, with all they point to */
};

/* A rule for a path: "cam1" is that one, "~^cam[0-9]" an extended regular expression that a part of
 * the name has to match, "" every path. 0; -EINVAL for a bad expression; -ENAMETOOLONG. */
int permission_rule_init(struct permission_rule *rule, enum permission_action action,
                         struct span path);
/* Wipes the secrets and frees what it holds; the struct is zeroed. */
void users_done(struct users *users);

/* Somebody of that name who may come from that address; NULL. From elsewhere a user does not exist,
 * so that nobody can find out his password there. */
const struct account *users_find(const struct users *users, struct span name,
                                 const struct address *from);

/* How many sessions an account may have at once; 0: no limit. Accepts NULL. */
uint32_t users_max_sessions(const struct users *users, const struct account *account);

enum permission {
    PERMISSION_GRANTED,
    PERMISSION_NEEDS_CREDENTIALS, /* whoever says who he is might be allowed to */
    PERMISSION_DENIED,
};

/* `who` is NULL when nobody said (or proved) who he is. Where the config has no users everybody may
 * read, and publish from this very host. */
enum permission permission_of(const struct users *users, const struct account *who,
                              const struct address *from, enum permission_action action,
                              const char *path);

#endif
