#include "wire/sdp.h"

#include <errno.h>

enum { DEFAULT_CLOCK_RATE = 90000, NO_PAYLOAD_TYPE = 255 };

/* Static payload types (RFC 3551 table 4 and 5) that are still met. */
static const struct {
    uint8_t payload_type;
    const char *encoding;
    uint32_t clock_rate;
} static_types[] = {
    {0, "PCMU", 8000},   {3, "GSM", 8000},    {4, "G723", 8000},   {8, "PCMA", 8000},
    {9, "G722", 8000},   {10, "L16", 44100},  {11, "L16", 44100},  {14, "MPA", 90000},
    {18, "G729", 8000},  {26, "JPEG", 90000}, {31, "H261", 90000}, {32, "MPV", 90000},
    {33, "MP2T", 90000}, {34, "H263", 90000},
};

/* A NUL ends a line too: RFC 4566 9 allows none, and some cameras send their string's own. */
static bool is_line_end(uint8_t c)
{
    return c == '\r' || c == '\n' || c == '\0';
}

bool sdp_next_line(struct span *line, struct span *rest)
{
    while (rest->len > 0) {
        size_t end = 0;
        while (end < rest->len && !is_line_end(rest->ptr[end]))
            end++;
        *line = span_of(rest->ptr, end);
        *rest = span_skip(*rest, end + 1);
        if (line->len > 0)
            return true;
    }
    return false;
}

bool sdp_is_attribute(struct span line, const char *name, struct span *value)
{
    if (!span_has_prefix(line, "a="))
        return false;
    *value = span_skip(line, 2);
    struct span found = span_trim(span_cut(value, ':'));
    *value = span_trim(*value);
    return span_is_text_nocase(found, name);
}

static void use_static_type(struct sdp_track *t)
{
    for (size_t i = 0; i < sizeof static_types / sizeof static_types[0]; i++) {
        if (static_types[i].payload_type != t->payload_type)
            continue;
        t->encoding = span_text(static_types[i].encoding);
        t->clock_rate = static_types[i].clock_rate;
    }
}

/* The next word; more than one blank may stand before it. */
static struct span cut_word(struct span *rest)
{
    *rest = span_trim(*rest);
    return span_cut(rest, ' ');
}

/* m=<media> <port>[/<count>] <protocol> <format> ... */
static int parse_media(struct sdp_track *t, struct span line)
{
    uint64_t number;
    struct span rest = span_skip(line, 2);

    t->media = cut_word(&rest);
    struct span port = cut_word(&rest);
    t->protocol = cut_word(&rest);
    if (t->media.len == 0 || port.len == 0 || t->protocol.len == 0)
        return -EBADMSG;
    t->payload_type = NO_PAYLOAD_TYPE;
    t->clock_rate = DEFAULT_CLOCK_RATE;
    if (span_parse_uint(&number, cut_word(&rest), 127) == 0) {
        t->payload_type = (uint8_t)number;
        use_static_type(t);
    }
    return 0;
}

/* rtpmap:<type> <encoding>/<clock rate>[/<channels>] */
static void parse_rtpmap(struct sdp_track *t, struct span value)
{
    uint64_t number;
    if (span_parse_uint(&number, span_cut(&value, ' '), 127) < 0 || number != t->payload_type)
        return;
    value = span_trim(value);
    t->encoding = span_trim(span_cut(&value, '/'));
    t->clock_rate = DEFAULT_CLOCK_RATE;
    if (span_parse_uint(&number, span_trim(span_cut(&value, '/')), UINT32_MAX) == 0 && number > 0)
        t->clock_rate = (uint32_t)number;
}

/* range:<unit>=<start>-<end>. Live media has no end, and some servers write "npt=0-0" for it. */
static bool is_finite_range(struct span value)
{
    span_cut(&value, '=');
    struct span start = span_trim(span_cut(&value, '-'));
    struct span end = span_trim(value);
    return end.len > 0 && !span_is_equal(start, end) && !span_is_text_nocase(start, "now");
}

static void parse_track_line(struct sdp_track *t, struct span line)
{
    struct span value;
    if (sdp_is_attribute(line, "control", &value))
        t->control = value;
    else if (sdp_is_attribute(line, "rtpmap", &value))
        parse_rtpmap(t, value);
}

static void parse_session_line(struct sdp *sdp, struct span line)
{
    struct span value;
    if (sdp_is_attribute(line, "control", &value))
        sdp->control = value;
    else if (span_has_prefix(line, "s="))
        sdp->name = span_trim(span_skip(line, 2));
}

/* From the line's beginning to the end of the text parsed so far. */
static void extend(struct span *text, struct span line)
{
    if (!text->ptr)
        text->ptr = line.ptr;
    text->len = (size_t)(line.ptr + line.len - text->ptr);
}

int sdp_parse(struct sdp *sdp, struct span text)
{
    struct sdp_track *t = NULL;
    struct span line, value;

    *sdp = (struct sdp){0};
    while (sdp_next_line(&line, &text)) {
        if (span_has_prefix(line, "m=")) {
            if (sdp->track_count == LIMIT_TRACKS)
                return -E2BIG;
            t = &sdp->tracks[sdp->track_count++];
            if (parse_media(t, line) < 0)
                return -EBADMSG;
        } else if (sdp_is_attribute(line, "range", &value)) {
            sdp->is_finite |= is_finite_range(value);
        } else if (t) {
            parse_track_line(t, line);
        } else {
            parse_session_line(sdp, line);
        }
        extend(t ? &t->text : &sdp->head, line);
    }
    for (size_t i = 0; i < sdp->track_count; i++)
        sdp->tracks[i].codec = codec_find(sdp->tracks[i].encoding);
    return sdp->track_count > 0 ? 0 : -EBADMSG;
}

/* Where the origin's media would have been fetched: of no use to our viewers. */
static bool is_transport_reference(struct span line, bool is_finite)
{
    static const char *const dropped[] = {
        "control",   "source-filter", "rtcp",    "rtcp-mux",    "rtcp-unicast",
        "candidate", "ice-ufrag",     "ice-pwd", "ice-options", "ice-lite",
    };
    struct span value;
    if (span_has_prefix(line, "c=") || (!is_finite && sdp_is_attribute(line, "range", &value)))
        return true;
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
        if (sdp_is_attribute(line, dropped[i], &value))
            return true;
    return false;
}

static void write_line(struct writer *w, struct span line)
{
    writer_span(w, line);
    writer_text(w, "\r\n");
}

static void write_lines(struct writer *w, const struct sdp *sdp, struct span text, const char *type)
{
    struct span line;
    while (sdp_next_line(&line, &text))
        if (span_has_prefix(line, type) && !is_transport_reference(line, sdp->is_finite))
            write_line(w, line);
}

/* RFC 4566 5 has an order for the lines of a media description: m i c b k a. */
static void write_track(struct writer *w, const struct sdp *sdp, size_t index,
                        const struct sdp_origin_line *origin)
{
    const struct sdp_track *t = &sdp->tracks[index];
    struct span text = t->text, line;
    sdp_next_line(&line, &text);
    struct span formats = span_skip(line, (size_t)(t->protocol.ptr + t->protocol.len - line.ptr));
    size_t port = origin->group.len > 0 ? origin->port + 2 * index : 0;

    writer_format(w, "m=%.*s %zu %.*s", SPAN_ARG(t->media), port, SPAN_ARG(t->protocol));
    write_line(w, formats);
    write_lines(w, sdp, text, "i=");
    write_lines(w, sdp, text, "b=");
    write_lines(w, sdp, text, "k=");
    write_lines(w, sdp, text, "a=");
    if (origin->group.len == 0)
        writer_format(w, "a=control:%.*s%strackID=%zu\r\n", SPAN_ARG(origin->base),
                      origin->base.len > 0 ? "/" : "", index);
}

/* Where it is sent: RFC 4566 5.7 wants the TTL of IPv4 groups, and none of IPv6. */
static void write_place(struct writer *w, const struct sdp_origin_line *origin, const char *kind)
{
    if (origin->group.len == 0) {
        writer_format(w, "c=IN %s %s\r\n", kind, origin->is_ipv6 ? "::" : "0.0.0.0");
        return;
    }
    writer_format(w, "c=IN %s %.*s", kind, SPAN_ARG(origin->group));
    if (!origin->is_ipv6)
        writer_format(w, "/%u", (unsigned)origin->ttl);
    writer_text(w, "\r\n");
}

/* RFC 4570; of RTSP, which group it will be is said at SETUP. */
static void write_source(struct writer *w, const struct sdp_origin_line *origin, const char *kind)
{
    struct span group = origin->group.len > 0 ? origin->group : span_text("*");
    if (origin->source.len > 0)
        writer_format(w,
                      "a=source-filter: incl IN %s %.*s %.*s\r\n"
                      "a=rtcp-unicast: reflection\r\n",
                      kind, SPAN_ARG(group), SPAN_ARG(origin->source));
}

void sdp_write(struct writer *w, const struct sdp *sdp, const struct sdp_origin_line *origin)
{
    const char *kind = origin->is_ipv6 ? "IP6" : "IP4";
    struct span name = origin->name.len > 0 ? origin->name : sdp->name;
    writer_format(w, "v=0\r\no=- %llu %llu IN %s %.*s\r\n", (unsigned long long)origin->id,
                  (unsigned long long)origin->version, kind, SPAN_ARG(origin->host));
    writer_text(w, "s=");
    write_line(w, name.len > 0 ? name : span_text("-"));
    write_lines(w, sdp, sdp->head, "i=");
    write_place(w, origin, kind);
    write_lines(w, sdp, sdp->head, "b=");
    writer_text(w, origin->group.len > 0 ? "t=0 0\r\n" : "t=0 0\r\na=control:*\r\n");
    write_source(w, origin, kind);
    write_lines(w, sdp, sdp->head, "a=");
    for (size_t i = 0; i < sdp->track_count; i++)
        write_track(w, sdp, i, origin);
}
