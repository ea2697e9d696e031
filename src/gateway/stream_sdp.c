/* The description of a stream: from its source, and to its viewers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/stream_internal.h"

/* Whether viewers set up for the one can go on with the other. Parameter sets may differ: they
 * come in band too, and newcomers get the new ones. */
static bool is_same_media(const struct sdp *a, const struct sdp *b)
{
    if (a->track_count != b->track_count)
        return false;
    for (size_t i = 0; i < a->track_count; i++) {
        const struct sdp_track *x = &a->tracks[i], *y = &b->tracks[i];
        if (!span_is_equal(x->media, y->media) || !span_is_equal_nocase(x->encoding, y->encoding) ||
            x->clock_rate != y->clock_rate || x->payload_type != y->payload_type)
            return false;
    }
    return true;
}

bool stream_has_media(const struct stream *s, const struct sdp *sdp)
{
    return s->sw && is_same_media(s->sdp, sdp);
}

static void name_codecs(struct stream *s)
{
    struct writer w = writer_of(s->codecs, sizeof s->codecs - 1);
    for (size_t i = 0; i < s->sdp->track_count; i++) {
        const struct sdp_track *t = &s->sdp->tracks[i];
        struct span name = t->encoding.len > 0 ? t->encoding : t->media;
        writer_format(&w, "%s%.*s", i > 0 ? " " : "", SPAN_ARG(name));
    }
    s->codecs[w.len] = '\0';
}

static int make_switch(struct stream *s, const struct sdp *sdp)
{
    struct input_track tracks[LIMIT_TRACKS];
    for (size_t i = 0; i < sdp->track_count; i++)
        tracks[i] = (struct input_track){.codec = sdp->tracks[i].codec,
                                         .clock_rate = sdp->tracks[i].clock_rate,
                                         .form = s->form};
    int result = packet_switch_new(&s->sw, tracks, sdp->track_count, s->path->tape_size);
    if (result == 0)
        stream_open_loop(s, sdp->track_count);
    return result;
}

int stream_described(struct stream *s, struct span text)
{
    struct sdp *sdp = malloc(sizeof *sdp);
    char *copy = malloc(text.len + 1);
    int result = -ENOMEM;

    if (!sdp || !copy || span_copy(copy, text.len + 1, text) < 0)
        goto fail;
    result = sdp_parse(sdp, span_of(copy, text.len));
    if (result < 0)
        goto fail;
    bool is_enough = sdp->is_finite && s->form == INPUT_LIVE && !s->path->kind;
    if (s->sw && (is_enough || !is_same_media(s->sdp, sdp)))
        stream_start_anew(s);
    if (!s->sw && !is_enough)
        result = make_switch(s, sdp);
    if (result < 0)
        goto fail;
    if (!s->sdp_text || strcmp(s->sdp_text, copy) != 0)
        s->sdp_version++;
    free(s->sdp);
    free(s->sdp_text);
    s->sdp = sdp;
    s->sdp_text = copy;
    name_codecs(s);
    if (is_enough)
        stream_shelve(s, SUPPLY_STORED);
    return 0;
fail:
    free(sdp);
    free(copy);
    return result;
}

void stream_write_sdp(struct stream *s, struct writer *w, const struct address *local,
                      const struct address *source, struct span base)
{
    char host[ADDRESS_TEXT], source_host[ADDRESS_TEXT];
    struct sdp_origin_line origin = {
        .id = s->id,
        .version = s->sdp_version,
        .host = span_text(address_write_host(host, local)),
        .is_ipv6 = address_is_ipv6(local),
        .source = span_text(source ? address_write_host(source_host, source) : NULL),
        .base = base,
    };
    sdp_write(w, s->sdp, &origin);
}
