#include "daemon/config_users.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/config_mapping.h"

enum { WHERE = 64 };

static const struct config_key user_keys[] = {{"user"},        {"pass"},        {"ips"},
                                              {"maxSessions"}, {"permissions"}, {0}};
static const struct config_key rule_keys[] = {{"action"}, {"path"}, {0}};

/* What is being read. */
struct user_loader {
    struct config_loader *l;
    struct user *user;
    struct fy_node *at; /* something of it that has a place */
    char where[WHERE];  /* "users[0]." */
};

static void complain(struct user_loader *u, struct fy_node *at, const char *what)
{
    config_report(u->l, config_has_place(at) ? at : u->at, true, "%s%s", u->where, what);
}

/* Items of a list that may be missing or empty; -1, and reported, when it is none. */
static int count_items(struct user_loader *u, struct fy_node *list, const char *complaint)
{
    if (!list || (fy_node_is_scalar(list) && config_text(list).len == 0))
        return 0;
    if (!fy_node_is_sequence(list)) {
        complain(u, list, complaint);
        return -1;
    }
    return fy_node_sequence_item_count(list);
}

static void *new_items(struct user_loader *u, int count, size_t size)
{
    void *items = count > 0 ? calloc((size_t)count, size) : NULL;
    if (count > 0 && !items)
        complain(u, NULL, "out of memory");
    return items;
}

static bool is_clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return s.len < LIMIT_NAME;
}

/* A name that both Basic and Digest can carry: one ends it with a colon, the other quotes it. */
static bool is_user_name(struct span s)
{
    return s.len > 0 && is_clean(s) && span_find(s, ':') == s.len && span_find(s, '"') == s.len &&
           span_find(s, '\\') == s.len;
}

static void load_password(struct user_loader *u, struct span user, struct fy_node *at)
{
    struct account *account = &u->user->account;
    struct span pass = config_text(at);

    if (pass.len == 0 || !is_clean(pass)) {
        complain(u, at, pass.len == 0 ? "pass: missing" : "pass: too long, or not plain text");
    } else if (span_has_prefix(pass, "argon2:") || span_has_prefix(pass, "sha256:")) {
        complain(u, at, "pass: such a hash cannot answer Digest; `weir hash-password` makes one");
    } else {
        int result = account_init_hashed(account, user, pass);
        if (result == -ENOENT)
            result = account_init(account, user, pass);
        if (result < 0)
            complain(u, at, "pass: not what `weir hash-password` prints");
    }
}

static void load_name(struct user_loader *u, struct fy_node *mapping)
{
    const struct users *users = &u->l->settings->users;
    struct fy_node *at = config_get(mapping, "user"), *pass = config_get(mapping, "pass");
    struct span name = config_text(at);

    if (!is_user_name(name)) {
        complain(u, at, "user: a name is needed, without : \" and \\ in it");
    } else if (!span_is_text(name, "any")) {
        for (size_t i = 0; i < users->count; i++)
            if (span_is_text(name, users->users[i].account.user))
                complain(u, at, "user: stands above; give one user all his permissions");
        load_password(u, name, pass);
    } else if (config_text(pass).len > 0) {
        complain(u, pass, "pass: `any` is whoever asks, and has none");
    }
}

static void load_prefixes(struct user_loader *u, struct fy_node *list)
{
    struct user *user = u->user;
    struct fy_node *item;
    void *state = NULL;
    int count = count_items(u, list, "ips: not a list ([192.0.2.0/24])");

    user->prefixes = new_items(u, count, sizeof *user->prefixes);
    while (user->prefixes && (item = fy_node_sequence_iterate(list, &state)))
        if (address_prefix_parse(&user->prefixes[user->prefix_count++], config_text(item)) < 0)
            complain(u, item, "ips: neither an address nor a prefix (192.0.2.0/24)");
}

static void load_rule(struct user_loader *u, struct fy_node *mapping)
{
    struct fy_node *at = config_get(mapping, "action"), *path = config_get(mapping, "path");
    enum permission_action action = PERMISSION_READ;

    config_check_keys(u->l, mapping, rule_keys, true, u->where);
    if (span_is_text(config_text(at), "publish"))
        action = PERMISSION_PUBLISH;
    else if (!span_is_text(config_text(at), "read"))
        complain(u, at, "permissions: action: expected read or publish");
    if (path && !fy_node_is_scalar(path))
        complain(u, path, "permissions: path: a single value is expected");
    else if (permission_rule_init(&u->user->rules[u->user->rule_count], action, config_text(path)) <
             0)
        complain(u, path, "permissions: path: not a path's name, nor ~ and a regular expression");
    else
        u->user->rule_count++;
}

static void load_rules(struct user_loader *u, struct fy_node *list)
{
    struct fy_node *item;
    void *state = NULL;
    int count = count_items(u, list, "permissions: not a list ([{action: read}])");

    if (count == 0)
        complain(u, NULL, "permissions: missing: what may he do?");
    u->user->rules = new_items(u, count, sizeof *u->user->rules);
    while (u->user->rules && (item = fy_node_sequence_iterate(list, &state))) {
        if (fy_node_is_mapping(item))
            load_rule(u, item);
        else
            complain(u, item, "permissions: expected {action: read, path: name}");
    }
}

static void load_max_sessions(struct user_loader *u, struct fy_node *at)
{
    uint64_t count;
    if (!at)
        return;
    if (span_parse_uint(&count, config_text(at), 1000000) < 0)
        complain(u, at, "maxSessions: not a number in range");
    else
        u->user->max_sessions = (uint32_t)count;
}

static void load_user(struct user_loader *u, struct fy_node *mapping)
{
    if (!fy_node_is_mapping(mapping)) {
        complain(u, mapping, "user: missing ({user: name, pass: ..., permissions: [...]})");
        return;
    }
    struct fy_node *name = config_get(mapping, "user");
    if (config_has_place(name))
        u->at = name;
    config_check_keys(u->l, mapping, user_keys, true, u->where);
    load_name(u, mapping);
    load_prefixes(u, config_get(mapping, "ips"));
    load_max_sessions(u, config_get(mapping, "maxSessions"));
    load_rules(u, config_get(mapping, "permissions"));
}

static void load_users(struct config_loader *l, struct fy_node *name, struct fy_node *list)
{
    struct users *users = &l->settings->users;
    struct user_loader u = {.l = l, .at = name, .where = "users: "};
    struct fy_node *item;
    void *state = NULL;
    int count = count_items(&u, list, "not a list ([{user: name, pass: ..., permissions: [...]}])");

    if (users->is_given)
        complain(&u, name, "given under both names");
    if (count < 0 || users->is_given)
        return;
    users->is_given = true;
    users->users = new_items(&u, count, sizeof *users->users);
    while (users->users && (item = fy_node_sequence_iterate(list, &state))) {
        snprintf(u.where, sizeof u.where, "users[%zu].", users->count);
        u.at = name;
        u.user = &users->users[users->count];
        load_user(&u, item);
        users->count++;
    }
}

static void load_methods(struct config_loader *l, struct fy_node *name, struct fy_node *list)
{
    struct settings *settings = l->settings;
    struct fy_node *item;
    void *state = NULL;

    settings->allows_digest = settings->allows_basic = false;
    if (!fy_node_is_sequence(list)) {
        config_report(l, name, false, "authMethods: not a list ([digest, basic])");
        return;
    }
    while ((item = fy_node_sequence_iterate(list, &state))) {
        if (span_is_text(config_text(item), "digest"))
            settings->allows_digest = true;
        else if (span_is_text(config_text(item), "basic"))
            settings->allows_basic = true;
        else
            config_report(l, config_has_place(item) ? item : name, false,
                          "authMethods: expected digest or basic");
    }
    if (!settings->allows_digest && !settings->allows_basic && l->error_count == 0)
        config_report(l, name, false, "authMethods: the list is empty: nobody could say who he is");
}

bool config_load_access(struct config_loader *l, struct fy_node *name, struct fy_node *value)
{
    struct span key = config_text(name);
    if (span_is_text(key, "users") || span_is_text(key, "authInternalUsers"))
        load_users(l, name, value);
    else if (span_is_text(key, "authMethods"))
        load_methods(l, name, value);
    else
        return false;
    return true;
}
