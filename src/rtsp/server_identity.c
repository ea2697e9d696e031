/* Who makes a request, and whether he may. Every request is looked at anew: neither a session's id
 * nor what was proven before on the same connection opens anything. */
#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/random.h"
#include "rtsp/server_internal.h"

enum {
    WRONG_MOST = 10, /* wrong credentials on one connection */
    RETRY_AFTER_S = 5,
};

/* OPTIONS is a question without consequence, and so is what we do not do at all; but for whom keeps
 * a session alive with it. */
static bool is_free(const struct rtsp_message *m)
{
    return m->method == RTSP_METHOD_UNKNOWN || m->method == RTSP_REDIRECT ||
           (m->method == RTSP_OPTIONS && !rtsp_header_find(m, "Session").ptr);
}

static size_t count_headers(const struct rtsp_message *m, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < m->header_count; i++)
        count += span_is_text_nocase(m->headers[i].name, name);
    return count;
}

/* A wrong password: its answer may have to wait. */
static int refuse_wrong(struct rtsp_server *s, const struct rtsp_message *m, struct span user)
{
    s->counts->wrong_credentials++;
    s->wrong_count++;
    int64_t hold_us = s->ops->wrong(s->owner, user);
    if (hold_us <= 0)
        return RTSP_UNAUTHORIZED;
    s->held_us = s->now_us + hold_us;
    s->waits_for = m->method;
    return -EAGAIN;
}

static int prove(struct rtsp_server *s, const struct rtsp_message *m,
                 const struct authorization *given)
{
    struct proof_request asked = {
        .method = m->method_name,
        .url = m->url,
        .from = span_text(s->host),
        .now_us = s->now_us,
    };
    const struct account *account = s->ops->account(s->owner, given->user);
    bool is_known_here = account && account == s->proven;

    if (!is_known_here && !s->ops->may_try(s->owner, given->user)) {
        s->retry_after_s = RETRY_AFTER_S + random_u32() % RETRY_AFTER_S;
        return RTSP_UNAVAILABLE;
    }
    switch (authenticator_check(s->settings->authenticator, account, given, &asked)) {
    case PROOF_GOOD:
        s->who = s->proven = account;
        return 0;
    case PROOF_STALE:
        s->is_stale = true;
        return RTSP_UNAUTHORIZED;
    default:
        return refuse_wrong(s, m, given->user);
    }
}

int server_identify(struct rtsp_server *s, const struct rtsp_message *m)
{
    struct span text = rtsp_header_find(m, "Authorization");
    struct authorization given;

    s->who = NULL;
    s->is_stale = false;
    if (!s->settings->authenticator || !text.ptr || is_free(m))
        return 0;
    int result = authorization_parse(&given, text);
    if (result == -EBADMSG || count_headers(m, "Authorization") > 1) {
        s->counts->malformed++;
        result = RTSP_BAD_REQUEST;
    } else if (result < 0) {
        result = RTSP_UNAUTHORIZED; /* a scheme we do not speak: the answer says which we do */
    } else {
        result = prove(s, m, &given);
    }
    OPENSSL_cleanse(&given, sizeof given);
    return result;
}

/* What a request is about: the stream its URL names, or that of its session. */
static void find_name(struct rtsp_server *s, char name[LIMIT_NAME], const struct rtsp_message *m)
{
    bool is_publisher = s->session && s->session->announcement; /* his tracks are no streams */
    bool goes_by_url = m->method == RTSP_DESCRIBE || (m->method == RTSP_SETUP && !is_publisher) ||
                       m->method == RTSP_ANNOUNCE || !s->session;
    int track;
    size_t base_len;
    if (!goes_by_url)
        span_copy(name, LIMIT_NAME, span_text(s->session->name));
    else if (server_parse_url(s, name, &track, &base_len, m->url) != 0)
        name[0] = '\0';
}

static enum rtsp_action action_of(const struct rtsp_server *s, const struct rtsp_message *m)
{
    bool is_publisher = s->session && s->session->announcement && m->method != RTSP_DESCRIBE;
    return is_publisher || m->method == RTSP_ANNOUNCE || m->method == RTSP_RECORD ? RTSP_PUBLISH
                                                                                  : RTSP_READ;
}

int server_permit(struct rtsp_server *s, const struct rtsp_message *m, int status)
{
    char name[LIMIT_NAME] = "";
    bool is_lost = status == RTSP_SESSION_NOT_FOUND && !s->who;

    if (!s->ops->may || is_free(m) || (status != 0 && !is_lost))
        return status;
    if (m->method == RTSP_OPTIONS) /* of a session that is his, or of none */
        return status;
    find_name(s, name, m);
    if (!name[0] && s->who) /* it names nothing he might be kept from */
        return status;
    switch (s->ops->may(s->owner, s->who, action_of(s, m), name)) {
    case RTSP_MAY:
        return status;
    case RTSP_MAY_IF_KNOWN: /* maybe the session is his, once he says who he is */
        return RTSP_UNAUTHORIZED;
    default:
        return is_lost ? status : RTSP_FORBIDDEN;
    }
}

static void reply_challenge(struct rtsp_server *s)
{
    char bytes[2048];
    struct writer w = writer_of(bytes, sizeof bytes);
    server_start_reply(s, &w, RTSP_UNAUTHORIZED);
    if (s->settings->authenticator)
        authenticator_challenge(s->settings->authenticator, &w, s->is_stale, span_text(s->host),
                                s->now_us);
    rtsp_write_end(&w);
    server_finish_reply(s, &w, RTSP_UNAUTHORIZED);
    if (s->wrong_count < WRONG_MOST)
        return;
    s->is_closed = true;
    s->ops->close(s->owner);
}

void server_refuse(struct rtsp_server *s, int status)
{
    if (status == RTSP_UNAUTHORIZED)
        reply_challenge(s);
    else if (status != -EAGAIN)
        server_reply(s, status);
}

void server_release(struct rtsp_server *s)
{
    if (s->held_us == 0 || s->now_us < s->held_us)
        return;
    s->held_us = 0;
    reply_challenge(s);
}
