#include "gateway/permission.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define R       PERMISSION_READ
#define P       PERMISSION_PUBLISH
#define GRANTED PERMISSION_GRANTED
#define ASKED   PERMISSION_NEEDS_CREDENTIALS
#define DENIED  PERMISSION_DENIED

static void add_rule(struct user *user, enum permission_action action, const char *path)
{
    user->rules = realloc(user->rules, (user->rule_count + 1) * sizeof *user->rules);
    assert_int_equal(
        permission_rule_init(&user->rules[user->rule_count++], action, span_text(path)), 0);
}

/* name "": any. prefix NULL: from everywhere. */
static struct user *add_user(struct users *users, const char *name, const char *prefix)
{
    users->is_given = true;
    users->users = realloc(users->users, (users->count + 1) * sizeof *users->users);
    struct user *user = &users->users[users->count++];
    *user = (struct user){0};
    account_init(&user->account, span_text(name), span_text("secret"));
    if (prefix) {
        user->prefixes = calloc(1, sizeof *user->prefixes);
        assert_int_equal(address_prefix_parse(user->prefixes, span_text(prefix)), 0);
        user->prefix_count = 1;
    }
    return user;
}

struct row {
    const char *who; /* NULL: nobody */
    const char *from;
    enum permission_action action;
    const char *path;
    enum permission expected;
};

static void check_rows(const struct users *users, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        struct address from;
        const struct account *who = NULL;
        assert_int_equal(address_parse(&from, row->from), 0);
        if (row->who) {
            who = users_find(users, span_text(row->who), &from);
            assert_non_null(who);
        }
        if (permission_of(users, who, &from, row->action, row->path) != row->expected)
            fail_msg("row %zu: %s %s", i, row->who ? row->who : "nobody", row->path);
    }
}

#define CHECK(users, rows) check_rows(users, rows, sizeof rows / sizeof rows[0])

/* must: A2 */
static void users_and_their_rules(void **state)
{
    static const struct row rows[] = {
        {"alice", "192.0.2.7:1", R, "cam1", GRANTED},
        {"alice", "192.0.2.7:1", R, "cam2", DENIED},
        {"alice", "192.0.2.7:1", R, "cam10", DENIED},
        {"alice", "192.0.2.7:1", R, "", DENIED},
        {"alice", "192.0.2.7:1", P, "cam1", DENIED},
        {"alice", "192.0.2.7:1", R, "hall/north", GRANTED},
        {"alice", "192.0.2.7:1", R, "xhall/north", DENIED},
        {"bob", "203.0.113.1:1", R, "cam1", GRANTED},
        {"bob", "203.0.113.1:1", P, "bobs", GRANTED},
        {"bob", "203.0.113.1:1", P, "cam1", DENIED},
        {NULL, "192.0.2.7:1", R, "cam1", ASKED},
        {NULL, "192.0.2.7:1", P, "cam1", ASKED},
        {NULL, "203.0.113.1:1", R, "no such", ASKED},
        /* Here nobody has to say anything, and whoever does loses nothing by it. */
        {NULL, "127.0.0.1:1", R, "cam1", GRANTED},
        {NULL, "127.0.0.1:1", P, "cam1", ASKED},
        {"bob", "127.0.0.1:1", R, "cam7", GRANTED},
        {NULL, "[::ffff:127.0.0.1]:1", R, "cam1", GRANTED},
        {NULL, "[::1]:1", R, "cam1", ASKED},
    };
    struct users users = {0};
    struct user *user = add_user(&users, "alice", "192.0.2.0/24");
    (void)state;
    add_rule(user, R, "cam1");
    add_rule(user, R, "~^hall/");
    user = add_user(&users, "bob", NULL);
    add_rule(user, R, "");
    add_rule(user, P, "~^bobs$");
    user = add_user(&users, "", "127.0.0.1");
    add_rule(user, R, "");
    CHECK(&users, rows);
    users_done(&users);
    assert_int_equal(users.count, 0);
}

/* From elsewhere a name is as good as unknown. */
static void a_user_exists_where_he_may_come_from(void **state)
{
    struct users users = {0};
    struct address inside, outside;
    struct user *user = add_user(&users, "alice", "192.0.2.0/24");
    (void)state;
    add_rule(user, R, "");
    add_user(&users, "", NULL);
    address_parse(&inside, "192.0.2.1:1");
    address_parse(&outside, "192.0.3.1:1");
    assert_ptr_equal(users_find(&users, span_text("alice"), &inside), &users.users[0].account);
    assert_null(users_find(&users, span_text("alice"), &outside));
    assert_null(users_find(&users, span_text("alic"), &inside));
    assert_null(users_find(&users, span_text(""), &inside)); /* `any` is nobody's name */
    users_done(&users);
}

static void without_users(void **state)
{
    static const struct row rows[] = {
        {NULL, "203.0.113.1:1", R, "cam1", GRANTED},     {NULL, "203.0.113.1:1", P, "cam1", DENIED},
        {NULL, "127.0.0.1:1", P, "cam1", GRANTED},       {NULL, "[::1]:1", P, "cam1", GRANTED},
        {NULL, "[::ffff:127.9.9.9]:1", P, "c", GRANTED},
    };
    static const struct row nobody[] = {
        {NULL, "127.0.0.1:1", R, "cam1", DENIED}, /* a list that is empty allows nothing */
    };
    struct users users = {0};
    (void)state;
    CHECK(&users, rows);
    users.is_given = true;
    CHECK(&users, nobody);
}

static void rules_that_are_none(void **state)
{
    char longer[LIMIT_NAME + 1] = {0};
    struct permission_rule rule;
    (void)state;
    for (size_t i = 0; i < LIMIT_NAME; i++)
        longer[i] = 'a';
    assert_int_equal(permission_rule_init(&rule, R, span_text("~(")), -EINVAL);
    assert_int_equal(permission_rule_init(&rule, R, span_text("~[a")), -EINVAL);
    assert_int_equal(permission_rule_init(&rule, R, span_text(longer)), -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_and_their_rules),
        cmocka_unit_test(a_user_exists_where_he_may_come_from),
        cmocka_unit_test(without_users),
        cmocka_unit_test(rules_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
