#include "gateway/path_pattern.h"

#include <errno.h>
#include <string.h>

#include "base/writer.h"
#include "wire/url.h"

enum { GROUPS = 10 }; /* $0, which is all that matched, to $9 */

/* Perl's shorthands mean nothing to POSIX, or the letter itself; and what a group has matched
 * already can make matching take for ever. */
static const char *find_foreign(const char *expression)
{
    for (const char *c = expression; *c; c++) {
        if (c[0] != '\\' || c[1] == '\0')
            continue;
        c++;
        if (*c >= '1' && *c <= '9')
            return "a group cannot be referred to within the expression";
        if (*c == 'd' || *c == 'D')
            return "\\d is not known here, write [0-9]";
    }
    return NULL;
}

int path_pattern_init(struct path_pattern *p, struct writer *reason)
{
    const char *expression = p->path.name + 1, *foreign = find_foreign(expression);
    char text[128];
    if (foreign) {
        writer_text(reason, foreign);
        return -EINVAL;
    }
    int result = regcomp(&p->regex, expression, REG_EXTENDED);
    if (result == 0)
        return 0;
    regerror(result, &p->regex, text, sizeof text);
    writer_format(reason, "not a POSIX extended regular expression: %s", text);
    return -EINVAL;
}

void path_pattern_done(struct path_pattern *p)
{
    regfree(&p->regex);
}

/* The group that "$1" or "$G1" at the front of `s` means, and how many bytes say so; -1: none. */
static int group_at(struct span s, size_t *len)
{
    size_t digit = s.len > 1 && s.ptr[1] == 'G' ? 2 : 1;
    if (s.len <= digit || s.ptr[0] != '$' || s.ptr[digit] < '0' || s.ptr[digit] > '9')
        return -1;
    *len = digit + 1;
    return s.ptr[digit] - '0';
}

int path_pattern_sample(char sample[LIMIT_URL], struct span source)
{
    struct writer w = writer_of(sample, LIMIT_URL - 1);
    size_t len = 1;
    for (; source.len > 0; source = span_skip(source, len)) {
        len = 1;
        if (group_at(source, &len) >= 0)
            writer_text(&w, "1");
        else
            writer_u8(&w, source.ptr[0]);
    }
    sample[w.len] = '\0';
    return writer_result(&w);
}

bool path_pattern_has_groups(const struct path_pattern *p)
{
    size_t len = 1;
    for (struct span s = span_text(p->path.source); s.len > 0; s = span_skip(s, len)) {
        len = 1;
        if (group_at(s, &len) > (int)p->regex.re_nsub)
            return false;
    }
    return true;
}

/* Where in a URL without userinfo a byte stands. */
enum place { IN_HOST, IN_PORT, IN_PATH, IN_QUERY };

static enum place place_after(enum place place, bool *is_bracketed, uint8_t c)
{
    if (c == '[' || c == ']')
        *is_bracketed = c == '[';
    if (place == IN_HOST && c == ':' && !*is_bracketed)
        return IN_PORT;
    if (place < IN_PATH && c == '/')
        return IN_PATH;
    return c == '?' ? IN_QUERY : place;
}

static bool is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_plain(enum place place, uint8_t c)
{
    static const char in_path[] = "-._~/:@!$&'()*+,;=", in_query[] = "-._~/:@";
    return is_alnum(c) || (c != '\0' && strchr(place == IN_PATH ? in_path : in_query, c));
}

/* What a group matched, so that it cannot leave its place. 0 or -EINVAL. */
static int write_match(struct writer *w, enum place place, struct span match)
{
    if (match.len == 0 && place < IN_PATH)
        return -EINVAL;
    for (size_t i = 0; i < match.len; i++) {
        uint8_t c = match.ptr[i];
        if (place == IN_HOST ? !is_alnum(c) && c != '-' : place == IN_PORT && (c < '0' || c > '9'))
            return -EINVAL;
        if (place < IN_PATH || is_plain(place, c))
            writer_u8(w, c);
        else
            writer_format(w, "%%%02X", (unsigned)c);
    }
    return 0;
}

static int write_source(struct writer *w, struct span source, const char *name,
                        const regmatch_t matches[GROUPS])
{
    struct span start = span_of(source.ptr, sizeof "rtsp://" - 1);
    enum place place = IN_HOST;
    bool is_bracketed = false;
    size_t len = 1;
    writer_span(w, start);
    for (source = span_skip(source, start.len); source.len > 0; source = span_skip(source, len)) {
        int group = group_at(source, &len);
        if (group < 0) {
            place = place_after(place, &is_bracketed, source.ptr[0]);
            writer_u8(w, source.ptr[0]);
            len = 1;
            continue;
        }
        const regmatch_t *m = &matches[group];
        struct span match =
            m->rm_so < 0 ? span_text("") : span_of(name + m->rm_so, (size_t)(m->rm_eo - m->rm_so));
        if (write_match(w, place, match) < 0)
            return -EINVAL;
    }
    return writer_result(w) < 0 ? -EINVAL : 0;
}

static size_t find_group(struct span s)
{
    size_t len;
    for (size_t i = 0; i < s.len; i++)
        if (group_at(span_skip(s, i), &len) >= 0)
            return i;
    return s.len;
}

static bool is_all_groups(struct span label)
{
    size_t len = 0;
    while (label.len > 0 && group_at(label, &len) >= 0)
        label = span_skip(label, len);
    return label.len == 0;
}

/* Whether the text of a client decides where the URL leads, and not only to which host of a network
 * or domain that the config names. `host` is how the config writes it. */
static bool is_chosen(struct span host, const struct url *url)
{
    struct address address;
    struct span label = host;
    if (find_group(host) == host.len)
        return false;
    if (url->is_ipv6) /* [$1::1] and [::$1] name no network */
        return !is_alnum(host.ptr[0]) || host.ptr[0] == '0' ||
               find_group(host) < span_find(host, ':');
    if (address_parse_host(&address, url->host, false) == 0) {
        label.len = span_find(host, '.');
        return find_group(label) < label.len;
    }
    while (host.len > 0)
        label = span_cut(&host, '.');
    return is_all_groups(label);
}

/* The host in a source of the config, without brackets. */
static struct span host_of(struct span source)
{
    enum place place = IN_HOST;
    bool is_bracketed = false;
    size_t len = 0;
    struct span s = span_skip(source, sizeof "rtsp://" - 1);
    while (len < s.len && (place = place_after(place, &is_bracketed, s.ptr[len])) == IN_HOST)
        len++;
    s.len = len;
    return s.len > 1 && s.ptr[0] == '[' ? span_of(s.ptr + 1, s.len - 2) : s;
}

static bool is_good_host(const struct url *url)
{
    char host[ORIGIN_HOST];
    struct address address;
    return address_parse_host(&address, url->host, url->is_ipv6) == 0 ||
           (!url->is_ipv6 && origin_host_parse(host, url->host) == 0);
}

int path_pattern_apply(struct path_settings *path, const struct path_pattern *p, const char *name)
{
    regmatch_t matches[GROUPS];
    struct span source = span_text(p->path.source);
    struct url url;

    if (regexec(&p->regex, name, GROUPS, matches, 0) != 0)
        return -ENOENT;
    *path = p->path;
    if (span_copy(path->name, sizeof path->name, span_text(name)) < 0)
        return -EINVAL;
    if (find_group(source) == source.len) /* one source for all, or none to be fetched from */
        return 0;
    struct writer w = writer_of(path->source, sizeof path->source - 1);
    if (write_source(&w, source, name, matches) < 0)
        return -EINVAL;
    path->source[w.len] = '\0';
    if (url_parse(&url, writer_written(&w)) < 0 || url.has_user || !is_good_host(&url))
        return -EINVAL;
    path->is_origin_named = is_chosen(host_of(source), &url);
    path_settings_show(path);
    return 0;
}
