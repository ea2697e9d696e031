#include "daemon/config_source.h"

#include <errno.h>
#include <string.h>

#include "gateway/path_pattern.h"
#include "gateway/publisher.h"
#include "gateway/receiver.h"
#include "gateway/receiver_plan.h"
#include "wire/url.h"

static bool is_pattern(const struct path_settings *path)
{
    return path->name[0] == '~';
}

/* A pattern's source is taken apart as it might come out. `sample` holds what url points into. */
static int parse_source(struct url *url, char sample[LIMIT_URL], const struct path_settings *path,
                        struct span text)
{
    if (!is_pattern(path))
        return url_parse(url, text);
    int result = path_pattern_sample(sample, text);
    return result < 0 ? result : url_parse(url, span_text(sample));
}

/* The template without its credentials, which are the same for all streams. 0 or -EINVAL. */
static int copy_template(struct path_settings *path, struct span text, const char *sample,
                         const struct url *url)
{
    size_t host = (size_t)((const char *)url->host.ptr - sample) - (url->is_ipv6 ? 1 : 0);
    struct writer w = writer_of(path->source, sizeof path->source - 1);
    if (host > text.len || memcmp(sample, text.ptr, host) != 0)
        return -EINVAL;
    writer_text(&w, "rtsp://");
    writer_span(&w, span_skip(text, host));
    path->source[w.len] = '\0';
    return writer_result(&w);
}

/* "rtsp+http": RTSP in HTTP, and otherwise an RTSP URL. */
static struct span take_scheme(char plain[LIMIT_URL + 1], struct path_settings *path,
                               struct span text)
{
    static const char scheme[] = "rtsp+http://";
    struct writer w = writer_of(plain, LIMIT_URL);
    path->is_tunnelled = span_has_prefix_nocase(text, scheme);
    if (!path->is_tunnelled)
        return text;
    writer_text(&w, "rtsp://");
    writer_span(&w, span_skip(text, strlen(scheme)));
    return writer_written(&w);
}

/* What is received where it is sent. A file may come later than the gateway: that is worth a
 * warning, and no reason not to serve the other paths. */
static void set_receiver(struct config_loader *l, struct fy_node *at, struct path_settings *path,
                         const char *where)
{
    char text[MEDIA_COMPLAINT + LIMIT_URL];
    struct writer complaint = writer_of(text, sizeof text);
    if (is_pattern(path))
        config_report(l, at, false,
                      "%ssource: a pattern's source is an RTSP URL: no name a client sends shall "
                      "choose what is listened to",
                      where);
    else if (receiver_set(path, config_text(at), l->file, &complaint) < 0)
        config_report(l, at, false, "%ssource: %.*s", where, SPAN_ARG(writer_written(&complaint)));
    else if (receiver_look(path, &complaint) < 0)
        config_warn(l, at, "%ssource: %.*s", where, SPAN_ARG(writer_written(&complaint)));
}

static void set_publisher(struct path_settings *path)
{
    path->kind = &publisher_kind;
    span_copy(path->source, sizeof path->source, span_text("publisher"));
    span_copy(path->shown, sizeof path->shown, span_text("publisher"));
}

/* An origin's URL: shown without its credentials from here on. */
static void set_origin(struct config_loader *l, struct fy_node *at, struct path_settings *path,
                       const char *where)
{
    char sample[LIMIT_URL];
    struct url url;
    char plain[LIMIT_URL + 1];
    struct span text = take_scheme(plain, path, config_text(at));
    struct writer w = writer_of(path->source, sizeof path->source - 1);

    if (parse_source(&url, sample, path, text) < 0) {
        config_report(l, at, true,
                      "%ssource: neither an RTSP URL (rtsp://host[:port]/path), nor udp://, rtp:// "
                      "or a file NAME.sdp, nor publisher",
                      where);
        return;
    }
    if (url.is_tls) {
        config_report(l, at, true, "%ssource: rtsps is not supported yet, use rtsp", where);
        return;
    }
    if (!is_pattern(path)) {
        url_write(&w, &url);
        path->source[w.len] = '\0';
    } else if (copy_template(path, text, sample, &url) < 0)
        config_report(l, at, true, "%ssource: credentials cannot come from a name", where);
    path_settings_show(path);
    if (url.has_user && (url_decode(path->user, sizeof path->user, url.user) < 0 ||
                         url_decode(path->password, sizeof path->password, url.password) < 0))
        config_report(l, at, true, "%ssource: the credentials are too long or badly %%-encoded",
                      where);
}

void config_load_source(struct config_loader *l, struct fy_node *at, struct path_settings *path,
                        const char *where)
{
    path->kind = NULL;
    path->is_tunnelled = false;
    if (span_is_text(config_text(at), "publisher"))
        set_publisher(path);
    else if (receiver_plan_is_for(config_text(at)))
        set_receiver(l, at, path, where);
    else
        set_origin(l, at, path, where);
}

bool config_source_has_user(const struct path_settings *path, struct span text)
{
    struct url url;
    char sample[LIMIT_URL];
    return parse_source(&url, sample, path, text) == 0 && url.has_user;
}
