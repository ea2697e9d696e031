#include "wire/rtsp_field.h"

#include <errno.h>

enum { SESSION_ID_MOST = 128, SESSION_TIMEOUT_S = 60, SESSION_TIMEOUT_MOST_S = 86400 };

/* The next "name=value" or "name" of a list; the value without its quotes. */
static struct span cut_pair(struct span *value, struct span *rest, uint8_t delimiter)
{
    *value = span_cut_unquoted(rest, delimiter);
    struct span name = span_trim(span_cut_unquoted(value, '='));
    *value = span_unquote(span_trim(*value));
    return name;
}

int session_field_parse(struct session_field *field, struct span text)
{
    struct session_field parsed = {.timeout_s = SESSION_TIMEOUT_S};
    uint64_t seconds;

    parsed.id = span_trim(span_cut(&text, ';'));
    if (parsed.id.len == 0 || parsed.id.len > SESSION_ID_MOST)
        return -EBADMSG;
    for (size_t i = 0; i < parsed.id.len; i++)
        if (parsed.id.ptr[i] <= 0x20 || parsed.id.ptr[i] >= 0x7f || parsed.id.ptr[i] == ',')
            return -EBADMSG;
    while (text.len > 0) {
        struct span value, name = cut_pair(&value, &text, ';');
        if (span_is_text_nocase(name, "timeout") &&
            span_parse_uint(&seconds, value, SESSION_TIMEOUT_MOST_S) == 0 && seconds > 0)
            parsed.timeout_s = (uint32_t)seconds;
    }
    *field = parsed;
    return 0;
}

int rtp_info_parse_next(struct rtp_info *info, struct span *rest)
{
    struct rtp_info parsed = {0};
    struct span entry = {0};
    uint64_t number;

    while (rest->len > 0 && entry.len == 0)
        entry = span_trim(span_cut_unquoted(rest, ','));
    if (entry.len == 0)
        return -ENOENT;
    while (entry.len > 0) {
        /* An unquoted URL may hold '=': only the first one ends the name. */
        struct span value, name = cut_pair(&value, &entry, ';');
        if (span_is_text_nocase(name, "url")) {
            parsed.url = value;
        } else if (span_is_text_nocase(name, "seq") &&
                   span_parse_uint(&number, value, UINT16_MAX) == 0) {
            parsed.has_seq = true;
            parsed.seq = (uint16_t)number;
        } else if (span_is_text_nocase(name, "rtptime") &&
                   span_parse_uint(&number, value, UINT32_MAX) == 0) {
            parsed.has_rtptime = true;
            parsed.rtptime = (uint32_t)number;
        }
    }
    if (parsed.url.len == 0)
        return -EBADMSG;
    *info = parsed;
    return 0;
}

void rtp_info_write(struct writer *w, const struct rtp_info *info)
{
    bool is_quoted =
        span_find(info->url, ',') < info->url.len || span_find(info->url, ';') < info->url.len;
    writer_format(w, is_quoted ? "url=\"%.*s\"" : "url=%.*s", SPAN_ARG(info->url));
    if (info->has_seq)
        writer_format(w, ";seq=%u", (unsigned)info->seq);
    if (info->has_rtptime)
        writer_format(w, ";rtptime=%u", info->rtptime);
}

/* Digits with '.' and ':' between them: npt-sec and npt-hhmmss of RFC 2326 3.6. */
static bool is_npt_time(struct span s)
{
    bool was_digit = false;
    for (size_t i = 0; i < s.len; i++) {
        bool is_digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';
        if (!is_digit && (!was_digit || (s.ptr[i] != '.' && s.ptr[i] != ':')))
            return false;
        was_digit = is_digit;
    }
    return s.len > 0;
}

/* "0", "0.000", "0:00:00": the beginning, which for a live stream is now. */
static bool is_zero(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '1' && s.ptr[i] <= '9')
            return false;
    return s.len > 0;
}

/* npt-range of RFC 2326 3.6: a start, an end, or both. */
static int parse_npt(struct range_field *field, struct span range)
{
    if (span_find(range, '-') == range.len)
        return -EBADMSG;
    field->start = span_trim(span_cut(&range, '-'));
    field->end = span_trim(range);
    bool is_now = span_is_text_nocase(field->start, "now");
    if (field->start.len + field->end.len == 0 ||
        (field->start.len > 0 && !is_now && !is_npt_time(field->start)) ||
        (field->end.len > 0 && !is_npt_time(field->end)))
        return -EBADMSG;
    field->kind = is_now || is_zero(field->start) ? RANGE_NPT_NOW : RANGE_NPT_OTHER;
    return 0;
}

int range_field_parse(struct range_field *field, struct span text)
{
    struct range_field parsed = {.kind = RANGE_OTHER};
    struct span range = span_cut(&text, ';'); /* ;time=... is of no use to live media */
    struct span unit = span_trim(span_cut(&range, '='));

    if (unit.len == 0)
        return -EBADMSG;
    if (span_is_text_nocase(unit, "npt") && parse_npt(&parsed, range) < 0)
        return -EBADMSG;
    *field = parsed;
    return 0;
}

static bool list_has(struct span list, const char *word)
{
    while (list.len > 0)
        if (span_is_text_nocase(span_trim(span_cut(&list, ',')), word))
            return true;
    return false;
}

/* "name=value" and "name = value" go on with a challenge; "Basic realm=r" and "Negotiate" begin
 * one.
 */
static bool begins_challenge(struct span part)
{
    size_t at = 0;
    while (at < part.len && part.ptr[at] > ' ' && part.ptr[at] != '=')
        at++;
    struct span rest = span_trim(span_skip(part, at));
    return at > 0 && !span_has_prefix(rest, "=");
}

struct span auth_challenge_cut(struct span *rest)
{
    struct span challenge = {0};
    while (rest->len > 0) {
        struct span after = *rest, part = span_trim(span_cut_unquoted(&after, ','));
        if (challenge.len > 0 && begins_challenge(part))
            break;
        *rest = after;
        if (part.len == 0)
            continue;
        if (challenge.len == 0)
            challenge.ptr = part.ptr;
        challenge.len = (size_t)(part.ptr + part.len - challenge.ptr);
    }
    return challenge;
}

int auth_challenge_parse(struct auth_challenge *challenge, struct span text)
{
    struct auth_challenge parsed = {0};
    text = span_trim(text);
    struct span scheme = span_cut(&text, ' ');
    bool has_realm = false, is_known = true;

    parsed.is_digest = span_is_text_nocase(scheme, "Digest");
    if (!parsed.is_digest && !span_is_text_nocase(scheme, "Basic"))
        return -ENOENT;
    while (text.len > 0) {
        struct span value, name = cut_pair(&value, &text, ',');
        if (span_is_text_nocase(name, "realm")) {
            parsed.realm = value;
            has_realm = true;
        } else if (span_is_text_nocase(name, "nonce")) {
            parsed.nonce = value;
        } else if (span_is_text_nocase(name, "opaque")) {
            parsed.opaque = value;
        } else if (span_is_text_nocase(name, "stale")) {
            parsed.is_stale = span_is_text_nocase(value, "true");
        } else if (span_is_text_nocase(name, "qop")) {
            parsed.has_qop_auth = list_has(value, "auth");
            is_known &= parsed.has_qop_auth || value.len == 0; /* auth-int alone: not ours */
        } else if (span_is_text_nocase(name, "algorithm")) {
            parsed.is_sha256 = span_is_text_nocase(value, "SHA-256");
            is_known &= parsed.is_sha256 || span_is_text_nocase(value, "MD5");
        }
    }
    if (!has_realm || (parsed.is_digest && parsed.nonce.len == 0))
        return -EBADMSG;
    if (!is_known)
        return -ENOENT;
    *challenge = parsed;
    return 0;
}

bool method_list_has(struct span list, enum rtsp_method method)
{
    return list_has(list, rtsp_method_name(method));
}
