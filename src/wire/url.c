#include "wire/url.h"

#include <errno.h>

#include "base/limits.h"

static bool is_clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= 0x20 || s.ptr[i] == 0x7f)
            return false;
    return s.len <= LIMIT_URL;
}

static size_t find_last(struct span s, uint8_t byte)
{
    for (size_t i = s.len; i > 0; i--)
        if (s.ptr[i - 1] == byte)
            return i - 1;
    return s.len;
}

/* host, host:port, [ipv6], [ipv6]:port */
static int parse_host(struct url *url, struct span s)
{
    uint64_t port;
    if (s.len > 0 && s.ptr[0] == '[') {
        size_t end = span_find(s, ']');
        if (end == s.len)
            return -EINVAL;
        url->is_ipv6 = true;
        url->host = span_of(s.ptr + 1, end - 1);
        s = span_skip(s, end + 1);
    } else {
        url->host = span_of(s.ptr, span_find(s, ':'));
        s = span_skip(s, url->host.len);
    }
    if (url->host.len == 0)
        return -EINVAL;
    if (s.len == 0)
        return 0;
    if (s.ptr[0] != ':' || span_parse_uint(&port, span_skip(s, 1), 65535) < 0 || port == 0)
        return -EINVAL;
    url->has_port = true;
    url->port = (uint16_t)port;
    return 0;
}

int url_parse(struct url *url, struct span text)
{
    struct url parsed = {.is_tls = span_has_prefix_nocase(text, "rtsps://")};
    if (!is_clean(text) || (!parsed.is_tls && !span_has_prefix_nocase(text, "rtsp://")))
        return -EINVAL;
    struct span rest = span_skip(text, parsed.is_tls ? 8 : 7);
    size_t end = 0;
    while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
        end++;
    struct span authority = span_of(rest.ptr, end);
    size_t at = find_last(authority, '@');

    parsed.port = parsed.is_tls ? URL_PORT_RTSPS : URL_PORT_RTSP;
    if (at < authority.len) {
        parsed.has_user = true;
        parsed.password = span_of(authority.ptr, at);
        parsed.user = span_cut(&parsed.password, ':');
        authority = span_skip(authority, at + 1);
    }
    if (parse_host(&parsed, authority) < 0)
        return -EINVAL;
    parsed.query = span_skip(rest, end);
    parsed.path = span_cut(&parsed.query, '?');
    *url = parsed;
    return 0;
}

/* scheme://host[:port] */
static void write_start(struct writer *w, const struct url *url)
{
    uint16_t usual = url->is_tls ? URL_PORT_RTSPS : URL_PORT_RTSP;
    writer_format(w, url->is_ipv6 ? "%s[%.*s]" : "%s%.*s", url->is_tls ? "rtsps://" : "rtsp://",
                  SPAN_ARG(url->host));
    if (url->port != usual)
        writer_format(w, ":%u", (unsigned)url->port);
}

void url_write(struct writer *w, const struct url *url)
{
    write_start(w, url);
    writer_span(w, url->path);
    if (url->query.len > 0) {
        writer_text(w, "?");
        writer_span(w, url->query);
    }
}

int url_decode(char *dst, size_t cap, struct span s)
{
    size_t len = 0;
    dst[0] = '\0';
    while (s.len > 0) {
        uint64_t value = s.ptr[0];
        size_t taken = 1;
        if (s.ptr[0] == '%') {
            taken = 3;
            if (s.len < 3 || span_parse_hex(&value, span_of(s.ptr + 1, 2), 255) < 0)
                return -EINVAL;
        }
        if (value == 0)
            return -EINVAL;
        if (len + 1 >= cap)
            return -ENAMETOOLONG;
        dst[len++] = (char)value;
        s = span_skip(s, taken);
    }
    dst[len] = '\0';
    return 0;
}

int url_resolve(struct writer *w, struct span base, struct span reference)
{
    struct url url, absolute;
    reference = span_trim(reference);
    if (url_parse(&absolute, reference) == 0) {
        url_write(w, &absolute);
        return writer_result(w);
    }
    if (url_parse(&url, base) < 0)
        return -EINVAL;
    if (reference.len > 0 && reference.ptr[0] == '/') {
        write_start(w, &url);
        writer_span(w, reference);
        return writer_result(w);
    }
    url_write(w, &url);
    if (reference.len > 0 && !span_is_text(reference, "*")) {
        struct span written = writer_written(w);
        if (!span_has_suffix(written, "/"))
            writer_text(w, "/");
        writer_span(w, reference);
    }
    return writer_result(w);
}
