#include "gateway/access.h"

#include "base/clock.h"
#include "gateway/dialogue_internal.h"

int access_init(struct access *access, const struct settings *settings)
{
    struct authenticator_settings wanted = {settings->allows_digest, settings->allows_basic, false};
    const struct users *users = &settings->users;

    *access = (struct access){0};
    if (!users->is_given)
        return 0;
    for (size_t i = 0; i < users->count; i++)
        wanted.has_md5 |= users->users[i].account.secret[DIGEST_MD5][0] != '\0';
    int result = authenticator_new(&access->authenticator, &wanted);
    return result < 0 ? result : guesses_new(&access->guesses);
}

void access_done(struct access *access)
{
    access->authenticator = authenticator_free(access->authenticator);
    access->guesses = guesses_free(access->guesses);
}

enum rtsp_verdict access_may(void *dialogue, const struct account *who, enum rtsp_action action,
                             const char *name)
{
    struct dialogue *d = dialogue;
    const struct address *from = connection_peer(d->connection);
    char address[ADDRESS_TEXT];
    bool is_publish = action == RTSP_PUBLISH;

    switch (permission_of(&d->gateway->settings->users, who, from,
                          is_publish ? PERMISSION_PUBLISH : PERMISSION_READ, name)) {
    case PERMISSION_GRANTED:
        return RTSP_MAY;
    case PERMISSION_NEEDS_CREDENTIALS:
        return RTSP_MAY_IF_KNOWN;
    default:
        log_event(d->gateway->log, LOG_DEBUG, "access_denied", "path address user action", name,
                  address_write(address, from), who ? who->user : NULL,
                  is_publish ? "publish" : "read");
        return RTSP_MAY_NOT;
    }
}

const struct account *access_account(void *dialogue, struct span user)
{
    struct dialogue *d = dialogue;
    return users_find(&d->gateway->settings->users, user, connection_peer(d->connection));
}

bool access_may_try(void *dialogue, struct span user)
{
    struct dialogue *d = dialogue;
    return guesses_may_try(d->gateway->access.guesses, connection_peer(d->connection), user,
                           clock_now_us());
}

/* The log names users alone: others type their password where the name belongs. */
int64_t access_wrong(void *dialogue, struct span user)
{
    struct dialogue *d = dialogue;
    const struct account *account = access_account(d, user);
    const struct address *from = connection_peer(d->connection);
    char address[ADDRESS_TEXT];

    log_event(d->gateway->log, LOG_WARN, "wrong_credentials", "address user",
              address_write(address, from), account ? account->user : NULL);
    return guesses_failed(d->gateway->access.guesses, from, user, clock_now_us());
}
