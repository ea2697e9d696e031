#include "wire/authorization.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"

enum { NC_LEN = 8, HEX_MD5 = 32, HEX_SHA256 = 64 };

static int base64_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 4; padding may be missing. Length, or -EBADMSG. */
static int base64_decode(uint8_t *to, size_t cap, struct span text)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t len = 0;

    for (int i = 0; i < 2 && text.len > 0 && text.ptr[text.len - 1] == '='; i++)
        text.len--;
    if (text.len % 4 == 1)
        return -EBADMSG;
    for (size_t i = 0; i < text.len; i++) {
        int value = base64_value(text.ptr[i]);
        if (value < 0)
            return -EBADMSG;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8)
            continue;
        if (len == cap)
            return -EBADMSG;
        held -= 8;
        to[len++] = (uint8_t)(bits >> held);
    }
    return (int)len;
}

static bool has_control(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return true;
    return false;
}

static int parse_basic(struct authorization *a, struct span text)
{
    int len = base64_decode(a->plain, sizeof a->plain, span_trim(text));
    if (len < 0)
        return len;
    struct span plain = span_of(a->plain, (size_t)len);
    if (has_control(plain) || span_find(plain, ':') == plain.len)
        return -EBADMSG;
    a->password = plain;
    a->user = span_cut(&a->password, ':'); /* RFC 7617 2: a password may hold colons */
    return a->user.len > 0 ? 0 : -EBADMSG;
}

struct digest_field {
    const char *name;
    struct span value;
    size_t most;
};

enum { USER, REALM, NONCE, URI, RESPONSE, CNONCE, NC, QOP, ALGORITHM, USERHASH, FIELDS };

/* Every field once. Names we do not know (opaque among them: we send none) are passed over. */
static int collect(struct digest_field fields[FIELDS], struct span text)
{
    while (text.len > 0) {
        struct span value = span_cut_unquoted(&text, ',');
        struct span name = span_trim(span_cut_unquoted(&value, '='));
        value = span_unquote(span_trim(value));
        for (size_t i = 0; i < FIELDS; i++) {
            if (!span_is_text_nocase(name, fields[i].name))
                continue;
            if (fields[i].value.ptr || value.len == 0 || value.len > fields[i].most ||
                has_control(value))
                return -EBADMSG;
            fields[i].value = value;
        }
    }
    return 0;
}

static bool is_hex(struct span s, size_t len)
{
    uint64_t number;
    if (s.len != len)
        return false;
    for (; s.len > 0; s = span_skip(s, NC_LEN))
        if (span_parse_hex(&number, span_of(s.ptr, NC_LEN), UINT32_MAX) < 0)
            return false;
    return true;
}

/* What is written belongs together. */
static int check(struct authorization *a, const struct digest_field fields[FIELDS])
{
    struct span algorithm = fields[ALGORITHM].value, qop = fields[QOP].value;
    uint64_t count = 0;

    a->is_sha256 = span_is_text_nocase(algorithm, "SHA-256");
    if (algorithm.len > 0 && !a->is_sha256 && !span_is_text_nocase(algorithm, "MD5"))
        return -ENOENT;
    if (qop.len > 0 && !span_is_text_nocase(qop, "auth"))
        return -ENOENT;
    if (span_is_text_nocase(fields[USERHASH].value, "true"))
        return -ENOENT;
    if (a->user.len == 0 || a->realm.len == 0 || a->nonce.len == 0 || a->uri.len == 0 ||
        !is_hex(a->response, a->is_sha256 ? HEX_SHA256 : HEX_MD5))
        return -EBADMSG;
    a->has_qop = qop.len > 0;
    if (a->has_qop && (a->cnonce.len == 0 || !is_hex(a->nc, NC_LEN) ||
                       span_parse_hex(&count, a->nc, UINT32_MAX) < 0))
        return -EBADMSG;
    a->count = (uint32_t)count;
    return 0;
}

static int parse_digest(struct authorization *a, struct span text)
{
    struct digest_field fields[FIELDS] = {
        [USER] = {"username", .most = LIMIT_NAME - 1},
        [REALM] = {"realm", .most = AUTHORIZATION_FIELD},
        [NONCE] = {"nonce", .most = AUTHORIZATION_FIELD},
        [URI] = {"uri", .most = LIMIT_URL},
        [RESPONSE] = {"response", .most = AUTHORIZATION_FIELD},
        [CNONCE] = {"cnonce", .most = AUTHORIZATION_FIELD},
        [NC] = {"nc", .most = AUTHORIZATION_FIELD},
        [QOP] = {"qop", .most = AUTHORIZATION_FIELD},
        [ALGORITHM] = {"algorithm", .most = AUTHORIZATION_FIELD},
        [USERHASH] = {"userhash", .most = AUTHORIZATION_FIELD},
    };
    int result = collect(fields, text);
    if (result < 0)
        return result;
    a->is_digest = true;
    a->user = fields[USER].value;
    a->realm = fields[REALM].value;
    a->nonce = fields[NONCE].value;
    a->uri = fields[URI].value;
    a->response = fields[RESPONSE].value;
    a->cnonce = fields[CNONCE].value;
    a->nc = fields[NC].value;
    return check(a, fields);
}

int authorization_parse(struct authorization *a, struct span text)
{
    int result = -ENOENT;

    memset(a, 0, sizeof *a);
    text = span_trim(text);
    struct span scheme = span_cut(&text, ' ');
    if (span_is_text_nocase(scheme, "Basic"))
        result = parse_basic(a, text);
    else if (span_is_text_nocase(scheme, "Digest"))
        result = parse_digest(a, text);
    if (result < 0)
        a->user = (struct span){0};
    return result;
}
