#include <errno.h>

#include "wire/media_url.h"
#include "wire/url.h"

struct option {
    const char *name;
    enum media_option bit;
    bool is_alias; /* read, never shown */
    int (*set)(struct media_url *url, struct span value, struct writer *complaint);
    void (*write)(struct writer *w, const struct media_url *url);
};

static struct span without_brackets(struct span s)
{
    bool has = s.len > 2 && s.ptr[0] == '[' && s.ptr[s.len - 1] == ']';
    return has ? span_of(s.ptr + 1, s.len - 2) : s;
}

static int set_iface(struct media_url *url, struct span value, struct writer *complaint)
{
    struct span name = without_brackets(value);
    bool is_printable = name.len > 0;
    for (size_t i = 0; i < name.len; i++)
        is_printable = is_printable && name.ptr[i] > 0x20 && name.ptr[i] < 0x7f;
    if (is_printable && span_copy(url->iface, sizeof url->iface, name) == 0)
        return 0;
    writer_text(complaint, "iface is the name of an interface, or an address it has");
    return -EINVAL;
}

static void write_iface(struct writer *w, const struct media_url *url)
{
    writer_text(w, url->iface);
}

static int set_source(struct media_url *url, struct span value, struct writer *complaint)
{
    do {
        struct span one = without_brackets(span_cut(&value, ','));
        if (url->source_count == MEDIA_URL_SOURCES) {
            writer_format(complaint, "more than %d sources", MEDIA_URL_SOURCES);
            return -EINVAL;
        }
        if (media_host_set(&url->sources[url->source_count], one, complaint) < 0)
            return -EINVAL;
        if (url->host.text[0] && url->sources[url->source_count].is_ipv6 != url->host.is_ipv6) {
            writer_text(complaint, "the source and the host are not of the same kind: both IPv4, "
                                   "or both IPv6");
            return -EINVAL;
        }
        url->source_count++;
    } while (value.len > 0);
    return 0;
}

static void write_sources(struct writer *w, const struct media_url *url)
{
    for (size_t i = 0; i < url->source_count; i++)
        writer_format(w, "%s%s", i > 0 ? "," : "", url->sources[i].text);
}

static int set_number(uint8_t *number, struct span value, const char *name, unsigned most,
                      struct writer *complaint)
{
    uint64_t parsed;
    if (span_parse_uint(&parsed, value, most) < 0) {
        writer_format(complaint, "%s is a number from 0 to %u", name, most);
        return -EINVAL;
    }
    *number = (uint8_t)parsed;
    return 0;
}

static int set_ttl(struct media_url *url, struct span value, struct writer *complaint)
{
    return set_number(&url->ttl, value, "ttl", 255, complaint);
}

static void write_ttl(struct writer *w, const struct media_url *url)
{
    writer_format(w, "%u", (unsigned)url->ttl);
}

static int set_dscp(struct media_url *url, struct span value, struct writer *complaint)
{
    return set_number(&url->dscp, value, "dscp", 63, complaint);
}

static void write_dscp(struct writer *w, const struct media_url *url)
{
    writer_format(w, "%u", (unsigned)url->dscp);
}

static int set_loop(struct media_url *url, struct span value, struct writer *complaint)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_is_text_nocase(value, words[i])) {
            url->loops = i % 2;
            return 0;
        }
    }
    writer_text(complaint, "loop is yes or no");
    return -EINVAL;
}

static void write_loop(struct writer *w, const struct media_url *url)
{
    writer_text(w, url->loops ? "yes" : "no");
}

static const struct option options[] = {
    {"iface", MEDIA_IFACE, false, set_iface, write_iface},
    {"localaddr", MEDIA_IFACE, true, set_iface, write_iface},
    {"source", MEDIA_SOURCE, false, set_source, write_sources},
    {"sources", MEDIA_SOURCE, true, set_source, write_sources},
    {"ttl", MEDIA_TTL, false, set_ttl, write_ttl},
    {"loop", MEDIA_LOOP, false, set_loop, write_loop},
    {"dscp", MEDIA_DSCP, false, set_dscp, write_dscp},
};
enum { OPTIONS = sizeof options / sizeof options[0] };

static void name_known(struct writer *complaint, unsigned allowed)
{
    const char *before = "";
    for (size_t i = 0; i < OPTIONS; i++) {
        if (!(options[i].bit & allowed) || options[i].is_alias)
            continue;
        writer_format(complaint, "%s%s", before, options[i].name);
        before = ", ";
    }
}

static const struct option *find(unsigned allowed, struct span name)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if ((options[i].bit & allowed) && span_is_text(name, options[i].name))
            return &options[i];
    return NULL;
}

int media_url_set(struct media_url *url, unsigned allowed, struct span name, struct span value,
                  struct writer *complaint)
{
    const struct option *option = find(allowed, name);
    struct media_url changed = *url;
    if (!option) {
        writer_text(complaint, "there is no option ");
        media_url_quote(complaint, name);
        writer_text(complaint, " here; there are: ");
        name_known(complaint, allowed);
        return -ENOENT;
    }
    if (option->set(&changed, value, complaint) < 0)
        return -EINVAL;
    changed.given |= option->bit;
    *url = changed;
    return 0;
}

int media_url_get(struct writer *value, const struct media_url *url, unsigned allowed,
                  struct span name)
{
    const struct option *option = find(allowed, name);
    if (!option)
        return -ENOENT;
    option->write(value, url);
    return 0;
}

int media_url_check(const struct media_url *url, unsigned allowed, struct writer *complaint)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (!(options[i].bit & url->given) || (options[i].bit & allowed))
            continue;
        writer_format(complaint, "%s is an option of %s; here there are: ", options[i].name,
                      options[i].bit & MEDIA_OF_INPUT ? "inputs" : "outputs");
        name_known(complaint, allowed);
        return -EINVAL;
    }
    return 0;
}

int media_url_set_all(struct media_url *url, struct span query, struct writer *complaint)
{
    char text[MEDIA_URL_SOURCES * MEDIA_HOST_TEXT + 16];
    while (query.len > 0) {
        struct span value = span_cut(&query, '&');
        struct span name = span_cut(&value, '=');
        if (url_decode(text, sizeof text, value) < 0) {
            writer_text(complaint, "too long, or a bad %-escape, is the value of ");
            media_url_quote(complaint, name);
            return -EINVAL;
        }
        int result = media_url_set(url, ~0u, name, span_text(text), complaint);
        if (result < 0)
            return result;
    }
    return 0;
}

/* What would be read as something else is escaped. */
static void write_value(struct writer *w, struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.ptr[i];
        writer_format(w, c == '%' || c == '&' || c == '?' || c == '#' ? "%%%02x" : "%c", c);
    }
}

void media_url_write_options(struct writer *w, const struct media_url *url)
{
    const char *before = "?";
    for (size_t i = 0; i < OPTIONS; i++) {
        uint8_t bytes[MEDIA_URL_SOURCES * MEDIA_HOST_TEXT];
        struct writer value = writer_of(bytes, sizeof bytes);
        if (options[i].is_alias || !(options[i].bit & url->given))
            continue;
        options[i].write(&value, url);
        writer_format(w, "%s%s=", before, options[i].name);
        write_value(w, writer_written(&value));
        before = "&";
    }
}
