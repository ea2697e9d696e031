#include "gateway/settings.h"

#include <string.h>

#include "base/clock.h"
#include "base/writer.h"

void settings_init(struct settings *settings)
{
    *settings = (struct settings){
        .log_level = LOG_INFO,
        .allows_udp = true,
        .allows_tcp = true,
        .allows_multicast = true,
        .allows_digest = true,
        .allows_basic = true,
        .session_timeout_us = 60 * CLOCK_SECOND_US,
        .write_timeout_us = 10 * CLOCK_SECOND_US,
        .max_connections = LIMIT_CONNECTIONS,
        .max_connections_per_address = LIMIT_CONNECTIONS / 2,
        .max_streams = 1000,
    };
    path_settings_init(&settings->path_defaults);
    address_parse(&settings->rtsp_address, ":8554");
    address_parse(&settings->api_address, "127.0.0.1:9997");
}

void path_settings_init(struct path_settings *path)
{
    *path = (struct path_settings){
        .transport = SOURCE_AUTO,
        .start_timeout_us = 10 * CLOCK_SECOND_US,
        .close_after_us = 10 * CLOCK_SECOND_US,
        .source_timeout_us = 10 * CLOCK_SECOND_US,
        .keep_viewers_us = 30 * CLOCK_SECOND_US,
        .tape_size = 32u * 1024 * 1024,
        .join_from = JOIN_KEY_FRAME,
    };
}

void path_settings_show(struct path_settings *path)
{
    struct span source = span_text(path->source);
    struct writer w = writer_of(path->shown, sizeof path->shown - 1);
    source.len = span_find(source, '?');
    if (path->is_tunnelled) {
        writer_text(&w, "rtsp+http");
        source = span_skip(source, strlen("rtsp"));
    }
    writer_span(&w, source);
    path->shown[w.len] = '\0';
}
