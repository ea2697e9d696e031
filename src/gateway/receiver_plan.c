#include "gateway/receiver_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char scheme[] = "sdp://";

static bool is_url(struct span source)
{
    return span_has_prefix_nocase(source, "udp://") || span_has_prefix_nocase(source, "rtp://");
}

bool receiver_plan_is_for(struct span source)
{
    struct span file = source;
    file.len = span_find(source, '?');
    bool has_scheme = memmem(source.ptr, source.len, "://", 3) != NULL;
    return is_url(source) || span_has_prefix_nocase(source, scheme) ||
           (!has_scheme && span_has_suffix(file, ".sdp"));
}

/* The options behind a file's name. */
static int parse_options(struct media_url *options, struct span query, struct writer *complaint)
{
    *options = (struct media_url){0};
    int result = media_url_set_all(options, query, complaint);
    return result < 0 ? -EINVAL : media_url_check(options, MEDIA_OF_INPUT, complaint);
}

static int settle_file(struct writer *w, struct span source, const char *beside,
                       struct writer *complaint)
{
    struct media_url options;
    struct span folder = span_text(beside);
    bool has_scheme = span_has_prefix_nocase(source, scheme);
    struct span rest = has_scheme ? span_skip(source, strlen(scheme)) : source, query = rest;
    struct span file = span_cut(&query, '?');

    if (has_scheme && !span_has_prefix(file, "/")) {
        writer_text(complaint, "sdp:// is followed by a whole path: sdp:///etc/weir/cam.sdp; a "
                               "file beside the configuration is just named: cam.sdp");
        return -EINVAL;
    }
    while (folder.len > 0 && folder.ptr[folder.len - 1] != '/')
        folder.len--;
    writer_text(w, scheme);
    if (!span_has_prefix(file, "/"))
        writer_span(w, folder);
    writer_span(w, rest);
    return parse_options(&options, query, complaint);
}

static int check_url(struct media_url *url, struct span source, struct writer *complaint)
{
    int result = media_url_parse(url, source, complaint);
    if (result == 0)
        result = media_url_check(url, MEDIA_OF_INPUT, complaint);
    if (result == 0 && url->is_source_specific && url->source_count == 0) {
        writer_text(complaint, "this group means nothing without its source (232.0.0.0/8, "
                               "ff3x::/32): say whose packets are wanted, with ?source=ADDRESS");
        result = -EINVAL;
    }
    return result;
}

int receiver_plan_settle(char settled[LIMIT_URL], struct span source, const char *beside,
                         struct writer *complaint)
{
    struct writer w = writer_of(settled, LIMIT_URL - 1);
    struct media_url url;
    int result = is_url(source) ? check_url(&url, source, complaint)
                                : settle_file(&w, source, beside, complaint);
    if (result == 0 && is_url(source))
        media_url_write(&w, &url);
    if (result == 0 && writer_result(&w) < 0) {
        writer_text(complaint, "too long");
        result = -ENAMETOOLONG;
    }
    settled[result == 0 ? w.len : 0] = '\0';
    return result;
}

static int complain(struct writer *complaint, const char *file, const char *what)
{
    writer_format(complaint, "%s: %s", file, what);
    return -EINVAL;
}

/* The whole file, terminated. It is opened so that no pipe can hold up the other streams. */
static int read_text(char **text, const char *file, struct writer *complaint)
{
    struct stat status;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return complain(complaint, file, strerror(errno));
    char *bytes = malloc(LIMIT_RTSP_BODY + 1);
    ssize_t len = -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && bytes)
        len = read(fd, bytes, LIMIT_RTSP_BODY + 1);
    close(fd);
    if (len < 0 || len > LIMIT_RTSP_BODY) {
        free(bytes);
        return complain(complaint, file,
                        len < 0 ? "cannot be read" : "is too long for a session description");
    }
    bytes[len] = '\0';
    *text = bytes;
    return 0;
}

static int read_file(struct receiver_plan *plan, struct span settled, struct writer *complaint)
{
    struct media_url options;
    char file[LIMIT_URL], said[MEDIA_COMPLAINT];
    struct writer reason = writer_of(said, sizeof said - 1);
    struct span query = span_skip(settled, strlen(scheme));
    int result = span_copy(file, sizeof file, span_cut(&query, '?'));
    if (result == 0)
        result = parse_options(&options, query, complaint);
    if (result == 0)
        result = read_text(&plan->description, file, complaint);
    if (result == 0 && receiver_plan_describe(plan, &options, &reason) < 0) {
        said[reason.len] = '\0';
        result = complain(complaint, file, said);
    }
    return result;
}

static int read_url(struct receiver_plan *plan, struct span settled, struct writer *complaint)
{
    struct receiver_track *t = &plan->tracks[0];
    plan->track_count = 1;
    t->is_sent = true;
    int result = check_url(&t->url, settled, complaint);
    t->rtcp_port = t->url.is_rtp ? (uint16_t)(t->url.port + 1) : 0;
    return result;
}

int receiver_plan_read(struct receiver_plan **out, struct span settled, struct writer *complaint)
{
    struct receiver_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return -ENOMEM;
    int result =
        is_url(settled) ? read_url(plan, settled, complaint) : read_file(plan, settled, complaint);
    if (result < 0)
        receiver_plan_free(plan);
    else
        *out = plan;
    return result;
}

struct receiver_plan *receiver_plan_free(struct receiver_plan *plan)
{
    if (plan)
        free(plan->description);
    free(plan);
    return NULL;
}
