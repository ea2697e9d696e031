#include "gateway/permission.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int permission_rule_init(struct permission_rule *rule, enum permission_action action,
                         struct span path)
{
    struct permission_rule made = {.action = action};
    if (span_copy(made.path, sizeof made.path, path) < 0)
        return -ENAMETOOLONG;
    made.is_pattern = made.path[0] == '~';
    if (made.is_pattern && regcomp(&made.pattern, made.path + 1, REG_EXTENDED | REG_NOSUB) != 0)
        return -EINVAL;
    *rule = made;
    return 0;
}

static void user_done(struct user *user)
{
    for (size_t i = 0; i < user->rule_count; i++)
        if (user->rules[i].is_pattern)
            regfree(&user->rules[i].pattern);
    free(user->rules);
    free(user->prefixes);
    explicit_bzero(user, sizeof *user);
}

void users_done(struct users *users)
{
    for (size_t i = 0; i < users->count; i++)
        user_done(&users->users[i]);
    free(users->users);
    *users = (struct users){0};
}

static bool may_come_from(const struct user *user, const struct address *from)
{
    for (size_t i = 0; i < user->prefix_count; i++)
        if (address_in_prefix(from, &user->prefixes[i]))
            return true;
    return user->prefix_count == 0;
}

static bool is_any(const struct user *user)
{
    return !user->account.user[0];
}

const struct account *users_find(const struct users *users, struct span name,
                                 const struct address *from)
{
    for (size_t i = 0; i < users->count; i++) {
        const struct user *user = &users->users[i];
        if (!is_any(user) && span_is_text(name, user->account.user) && may_come_from(user, from))
            return &user->account;
    }
    return NULL;
}

uint32_t users_max_sessions(const struct users *users, const struct account *account)
{
    for (size_t i = 0; i < users->count; i++)
        if (&users->users[i].account == account)
            return users->users[i].max_sessions;
    return 0;
}

static bool allows(const struct user *user, enum permission_action action, const char *path)
{
    for (size_t i = 0; i < user->rule_count; i++) {
        const struct permission_rule *rule = &user->rules[i];
        if (rule->action != action)
            continue;
        if (!rule->path[0] || (!rule->is_pattern && strcmp(rule->path, path) == 0) ||
            (rule->is_pattern && regexec(&rule->pattern, path, 0, NULL, 0) == 0))
            return true;
    }
    return false;
}

static bool is_loopback(const struct address *from)
{
    static const struct address_prefix v4 = {.bits = 8, .host = {127}};
    static const struct address_prefix v6 = {.is_ipv6 = true, .bits = 128, .host = {[15] = 1}};
    return address_in_prefix(from, &v4) || address_in_prefix(from, &v6);
}

enum permission permission_of(const struct users *users, const struct account *who,
                              const struct address *from, enum permission_action action,
                              const char *path)
{
    enum permission otherwise = PERMISSION_DENIED;

    if (!users->is_given)
        return action == PERMISSION_READ || is_loopback(from) ? PERMISSION_GRANTED
                                                              : PERMISSION_DENIED;
    for (size_t i = 0; i < users->count; i++) {
        const struct user *user = &users->users[i];
        bool is_meant = is_any(user) || &user->account == who;
        if (is_meant && may_come_from(user, from) && allows(user, action, path))
            return PERMISSION_GRANTED;
        if (!is_any(user) && !who)
            otherwise = PERMISSION_NEEDS_CREDENTIALS;
    }
    return otherwise;
}
