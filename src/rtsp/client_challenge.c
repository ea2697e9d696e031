/* The origin's challenges: which one to answer, and how often. */
#include <stdlib.h>

#include "base/random.h"
#include "rtsp/client_internal.h"

/* Digest before Basic, SHA-256 before MD5. */
static int rank(const struct auth_challenge *challenge)
{
    return challenge->is_digest ? 2 + challenge->is_sha256 : 1;
}

/* The best challenge of all WWW-Authenticate headers; its rank, 0 for none. */
static int best_challenge(struct auth_challenge *best, struct span *text,
                          const struct rtsp_message *m)
{
    int best_rank = 0;
    for (size_t i = 0; i < m->header_count; i++) {
        struct span challenge, rest = m->headers[i].value;
        if (!span_is_text_nocase(m->headers[i].name, "WWW-Authenticate"))
            continue;
        while ((challenge = auth_challenge_cut(&rest)).len > 0) {
            struct auth_challenge found;
            if (auth_challenge_parse(&found, challenge) < 0 || rank(&found) <= best_rank)
                continue;
            best_rank = rank(&found);
            *best = found;
            *text = challenge;
        }
    }
    return best_rank;
}

bool client_take_challenge(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct auth_challenge challenge;
    struct span text;
    if (!c->user[0] || best_challenge(&challenge, &text, m) == 0)
        return false;
    /* Refused with credentials: only a nonce that has gone stale is worth another try. */
    if (c->tries > 0 && !(challenge.is_stale && c->tries < 2))
        return false;
    char *copy = malloc(text.len + 1);
    if (!copy)
        return false;
    span_copy(copy, text.len + 1, text);
    free(c->challenge_text);
    c->challenge_text = copy;
    c->has_challenge = auth_challenge_parse(&c->challenge, span_text(copy)) == 0;
    c->nonce_count = 0;
    c->tries++;
    random_token(c->cnonce, sizeof c->cnonce - 1);
    return c->has_challenge;
}
