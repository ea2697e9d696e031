#include "daemon/config_schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/config_value.h"
#include "gateway/settings.h"
#include "switch/tape.h"

static const char *const join_words[] = {"keyFrame", "nextKeyFrame", "live", NULL};
static const char *const transport_words[] = {"auto", "udp", "tcp", "multicast", NULL};
static const char *const level_words[] = {"error", "warn", "info", "debug", NULL};

static int set_duration(void *field, const struct config_key *key, struct span text,
                        struct writer *complaint)
{
    int64_t us;
    uint64_t number;
    if (span_parse_uint(&number, text, UINT64_MAX) == 0) {
        writer_text(complaint, "a duration needs a unit, like 10s or 500ms");
        return -EINVAL;
    }
    if (config_parse_duration(&us, text) < 0) {
        writer_text(complaint, "not a duration (10s, 500ms, 1m30s)");
        return -EINVAL;
    }
    if (us < key->least || us > key->most) {
        writer_text(complaint, "duration out of range");
        return -EINVAL;
    }
    memcpy(field, &us, sizeof us);
    return 0;
}

static int set_bool(void *field, const struct config_key *key, struct span text,
                    struct writer *complaint)
{
    (void)key;
    writer_text(complaint, "neither yes nor no");
    return config_parse_bool(field, text);
}

static int set_count(void *field, const struct config_key *key, struct span text,
                     struct writer *complaint)
{
    uint64_t number;
    writer_text(complaint, "not a number in range");
    if (span_parse_uint(&number, text, (uint64_t)key->most) < 0 || number < (uint64_t)key->least)
        return -EINVAL;
    uint32_t value = (uint32_t)number;
    memcpy(field, &value, sizeof value);
    return 0;
}

static int set_size(void *field, const struct config_key *key, struct span text,
                    struct writer *complaint)
{
    uint64_t bytes;
    writer_text(complaint, "not a size in range (512K, 32M, 1G)");
    if (config_parse_size(&bytes, text) < 0 || bytes < (uint64_t)key->least ||
        bytes > (uint64_t)key->most)
        return -EINVAL;
    memcpy(field, &bytes, sizeof bytes);
    return 0;
}

static int set_bit_rate(void *field, const struct config_key *key, struct span text,
                        struct writer *complaint)
{
    uint64_t bps;
    (void)key;
    writer_text(complaint, "not a bit rate (500K, 100M, 10G)");
    if (config_parse_bit_rate(&bps, text) < 0)
        return -EINVAL;
    memcpy(field, &bps, sizeof bps);
    return 0;
}

static int set_word(void *field, const struct config_key *key, struct span text,
                    struct writer *complaint)
{
    writer_text(complaint, "expected one of: ");
    for (int i = 0; key->words[i]; i++) {
        unsigned value = (unsigned)i; /* every enumeration of the settings counts from 0 */
        if (span_is_text(text, key->words[i])) {
            memcpy(field, &value, sizeof value);
            return 0;
        }
        writer_format(complaint, "%s%s", i > 0 ? ", " : "", key->words[i]);
    }
    return -EINVAL;
}

/* mediamtx says "automatic". */
static int set_transport(void *field, const struct config_key *key, struct span text,
                         struct writer *complaint)
{
    if (span_is_text(text, "automatic"))
        text = span_text("auto");
    return set_word(field, key, text, complaint);
}

static int set_format(void *field, const struct config_key *key, struct span text,
                      struct writer *complaint)
{
    bool is_json = span_is_text(text, "json");
    (void)key;
    writer_text(complaint, "expected one of: text, json");
    if (!is_json && !span_is_text(text, "text"))
        return -EINVAL;
    memcpy(field, &is_json, sizeof is_json);
    return 0;
}

static int set_address(void *field, const struct config_key *key, struct span text,
                       struct writer *complaint)
{
    struct address address = {0};
    char copy[ADDRESS_TEXT + 8];
    (void)key;
    writer_text(complaint,
                "not an address (127.0.0.1:8554, [::1]:8554, :8554 for every interface)");
    if (span_copy(copy, sizeof copy, text) < 0 || address_parse(&address, copy) < 0)
        return -EINVAL;
    memcpy(field, &address, sizeof address);
    return 0;
}

/* Whether it may be used depends on the domains. */
static int set_group(void *field, const struct config_key *key, struct span text,
                     struct writer *complaint)
{
    struct address group;
    (void)key;
    writer_text(complaint, "not the address of a group (239.255.1.7, ff15::8000:7)");
    if (address_parse_host(&group, text, span_find(text, ':') < text.len) < 0 ||
        !address_is_multicast(&group))
        return -EINVAL;
    memcpy(field, &group, sizeof group);
    return 0;
}

static int set_api_address(void *field, const struct config_key *key, struct span text,
                           struct writer *complaint)
{
    bool is_on;
    if (text.len == 0 || (config_parse_bool(&is_on, text) == 0 && !is_on)) {
        memset(field, 0, sizeof(struct address));
        return 0;
    }
    return set_address(field, key, text, complaint);
}

static int set_text(void *field, const struct config_key *key, struct span text,
                    struct writer *complaint)
{
    writer_text(complaint, "too long");
    return span_copy(field, (size_t)key->most, text) < 0 ? -EINVAL : 0;
}

#define GLOBAL(name, field) name, offsetof(struct settings, field)
#define PATH(name, field)   name, offsetof(struct path_settings, field)
#define DAY_US              (24 * 3600 * CLOCK_SECOND_US)

const struct config_key config_global_keys[] = {
    {GLOBAL("logLevel", log_level), set_word, .words = level_words},
    {GLOBAL("logFormat", log_is_json), set_format},
    {GLOBAL("rtspAddress", rtsp_address), set_address},
    {GLOBAL("rtpAddress", rtp_address), set_address},
    {GLOBAL("apiAddress", api_address), set_api_address},
    {GLOBAL("rtspTransports", allows_udp), NULL},
    {GLOBAL("sessionTimeout", session_timeout_us), set_duration, CLOCK_SECOND_US, DAY_US},
    {GLOBAL("writeTimeout", write_timeout_us), set_duration, CLOCK_SECOND_US, DAY_US},
    {GLOBAL("maxConnections", max_connections), set_count, 1, 1000000},
    {GLOBAL("maxConnectionsPerAddress", max_connections_per_address), set_count, 0, 1000000},
    {GLOBAL("maxEgress", max_egress_bps), set_bit_rate},
    {GLOBAL("maxStreams", max_streams), set_count, 0, 1000000},
    {GLOBAL("domains", domains), NULL},
    {GLOBAL("engine", engine), set_word, .words = engine_names},
    {GLOBAL("bridges", bridges), NULL},
    {GLOBAL("origins", origins), NULL},
    {GLOBAL("hostNames", hosts), NULL},
    {GLOBAL("users", users), NULL},
    {GLOBAL("authInternalUsers", users), NULL},
    {GLOBAL("authMethods", allows_digest), NULL},
    {GLOBAL("pathDefaults", paths), NULL},
    {GLOBAL("paths", paths), NULL},
    {0},
};

const struct config_key config_path_keys[] = {
    {PATH("source", source), NULL, .is_secret = true},
    {PATH("sourceUser", user), set_text, 0, LIMIT_NAME, .is_secret = true},
    {PATH("sourcePass", password), set_text, 0, LIMIT_NAME, .is_secret = true},
    {PATH("sourceTransport", transport), set_transport, .words = transport_words},
    {PATH("rtspTransport", transport), set_transport, .words = transport_words},
    {PATH("sourceOnDemand", is_on_demand), set_bool},
    {PATH("sourceOnDemandStartTimeout", start_timeout_us), set_duration, CLOCK_MS_US, DAY_US},
    {PATH("sourceOnDemandCloseAfter", close_after_us), set_duration, 0, DAY_US},
    {PATH("sourceTimeout", source_timeout_us), set_duration, 100 * CLOCK_MS_US, DAY_US},
    {PATH("keepViewers", keep_viewers_us), set_duration, 0, DAY_US},
    {PATH("overridePublisher", is_override_allowed), set_bool},
    {PATH("maxReaders", max_readers), set_count, 0, 1000000},
    {PATH("maxEgress", max_egress_bps), set_bit_rate},
    {PATH("tapeSize", tape_size), set_size, TAPE_LEAST, INT64_C(16) << 30},
    {PATH("engine", engine), set_word, .words = engine_names},
    {PATH("joinFrom", join_from), set_word, .words = join_words},
    {PATH("multicastGroup", multicast_group), set_group},
    {PATH("announce", is_announced), set_bool},
    {0},
};

const struct config_key *config_key_find(const struct config_key *keys, struct span name)
{
    for (; keys->name; keys++)
        if (span_is_text(name, keys->name))
            return keys;
    return NULL;
}

/* Letters that stand at the same place, from the beginning and from the end. */
static size_t likeness(struct span a, struct span b)
{
    size_t same = 0, least = a.len < b.len ? a.len : b.len, head = 0;
    while (head < least && (a.ptr[head] | 0x20) == (b.ptr[head] | 0x20))
        head++;
    same = head;
    for (size_t i = 1; i <= least - head; i++) {
        if ((a.ptr[a.len - i] | 0x20) != (b.ptr[b.len - i] | 0x20))
            break;
        same++;
    }
    return same;
}

const struct config_key *config_key_guess(const struct config_key *keys, struct span name)
{
    const struct config_key *best = NULL;
    size_t best_likeness = 0;
    for (; keys->name; keys++) {
        struct span candidate = span_text(keys->name);
        size_t longer = candidate.len > name.len ? candidate.len : name.len;
        size_t like = likeness(name, candidate);
        if (like * 10 >= longer * 6 && like > best_likeness) {
            best = keys;
            best_likeness = like;
        }
    }
    return best;
}
