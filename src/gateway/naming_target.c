/* What a request's URL means. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/naming.h"
#include "net/address_range.h"
#include "wire/rtsp_message.h"

static const char in_path[] = "rtsp/"; /* what stands before an origin in a path of ours */

/* A host as it is compared: lower case, addresses in their shortest form. False: it is none. */
static bool read_host(char host[ORIGIN_HOST], struct address *address, const struct url *url)
{
    *address = (struct address){0};
    if (address_parse_host(address, url->host, url->is_ipv6) == 0) {
        address_set_port(address, url->port);
        address_write_host(host, address);
        return true;
    }
    return !url->is_ipv6 && origin_host_parse(host, url->host) == 0;
}

/* Whether the host and port of a URL are known to mean this gateway. */
static bool is_us(const struct gateway *g, const struct url *url, const struct address *local)
{
    struct address address;
    char host[ORIGIN_HOST];

    if (!read_host(host, &address, url))
        return false;
    if (address.len > 0 &&
        (address_is_equal(&address, local) || origins_is_own(&g->origins, &address)))
        return true;
    if (strcmp(host, "localhost") == 0 && url->port == address_port(local) &&
        address_range_of(local).kind == ADDRESS_LOOPBACK)
        return true;
    for (size_t i = 0; i < g->settings->host_count; i++)
        if (strcmp(g->settings->hosts[i], host) == 0)
            return true;
    return false;
}

/* The address the client has reached us by, its port left out as people do. */
static bool is_our_host(const struct url *url, const struct address *local)
{
    struct address address;
    char host[ORIGIN_HOST];
    return !url->has_port && read_host(host, &address, url) && address.len > 0 &&
           address_is_same_host(&address, local);
}

static int write_query_hash(struct writer *w, const struct gateway *g, struct span query)
{
    uint8_t text[sizeof g->naming_key + LIMIT_URL], hash[EVP_MAX_MD_SIZE];
    struct writer t = writer_of(text, sizeof text);

    writer_bytes(&t, g->naming_key, sizeof g->naming_key);
    writer_span(&t, query);
    if (writer_result(&t) < 0 || EVP_Digest(text, t.len, hash, NULL, EVP_sha256(), NULL) != 1)
        return RTSP_INTERNAL_ERROR;
    writer_text(w, "?");
    for (size_t i = 0; i < 16; i++)
        writer_format(w, "%02x", hash[i]);
    return 0;
}

/* The stream of an origin's URL: its host in one spelling, its path as it stands. */
static int name_origin(struct naming *n, const struct gateway *g, struct url *url)
{
    struct writer w = writer_of(n->name, sizeof n->name - 1);
    char host[ORIGIN_HOST], source[LIMIT_URL];
    struct writer s = writer_of(source, sizeof source - 1);
    struct address address;
    struct span query = url->query;
    int status = 0;

    if (url->is_tls)
        return RTSP_NOT_IMPLEMENTED;
    read_host(host, &address, url); /* it is allowed: it can be read */
    url->host = span_text(host);
    url->is_ipv6 = address.len > 0 && address_is_ipv6(&address);
    while (url->path.len > 0 && url->path.ptr[url->path.len - 1] == '/')
        url->path.len--;
    url_write(&s, url);
    url->query.len = 0;
    url_write(&w, url);
    if (query.len > 0)
        status = write_query_hash(&w, g, query);
    if (writer_result(&w) < 0 || writer_result(&s) < 0)
        return RTSP_URL_TOO_LONG;
    n->name[w.len] = source[s.len] = '\0';
    n->source = strdup(source);
    return n->source ? status : RTSP_INTERNAL_ERROR;
}

/* A name of ours, maybe: an origin that was asked for may not be had. */
static int name_path(struct naming *n, struct span path)
{
    int status = rtsp_server_name(n->name, path);
    /* Names of this form are those of origins, which nobody gets by a path. */
    if (status == 0 && (span_has_prefix(span_text(n->name), "rtsp://") ||
                        span_has_prefix(span_text(n->name), "rtsps://")))
        status = RTSP_NOT_FOUND;
    if (status != 0)
        n->name[0] = '\0';
    return n->source ? 0 : status;
}

static int name_refused(struct naming *n, const struct url *url, struct span path)
{
    char host[ORIGIN_HOST] = "";
    span_copy(host, sizeof host, url->host);
    n->source = strdup(host);
    return n->source ? name_path(n, path) : RTSP_INTERNAL_ERROR;
}

/* The origin in a path: "/rtsp/HOST[:PORT]/PATH". `text` holds what url points into. False: there
 * is none. */
static bool find_in_path(struct url *url, char text[LIMIT_URL], const struct rtsp_target *target)
{
    struct writer w = writer_of(text, LIMIT_URL - 1);
    struct span path = target->url.path;
    while (path.len > 0 && path.ptr[0] == '/')
        path = span_skip(path, 1);
    if (!span_has_prefix(path, in_path))
        return false;
    writer_text(&w, "rtsp://");
    writer_span(&w, span_skip(path, sizeof in_path - 1));
    if (target->url.query.len > 0) {
        writer_text(&w, "?");
        writer_span(&w, target->url.query);
    }
    text[w.len] = '\0';
    return writer_result(&w) == 0 && url_parse(url, writer_written(&w)) == 0;
}

int naming_take(struct naming *n, const struct gateway *g, const struct rtsp_target *target,
                const struct address *local)
{
    char text[LIMIT_URL];
    struct url url = target->url, in_url;
    bool is_ours = !target->has_host || is_us(g, &url, local);
    bool is_origin = !is_ours, may_have_user = true;

    naming_done(n);
    if (is_origin)
        n->verdict = origins_check_url(&g->origins, &url);
    if ((is_ours || n->verdict != ORIGIN_ALLOWED) && find_in_path(&in_url, text, target)) {
        url = in_url;
        is_origin = true;
        may_have_user = false;
        n->verdict = origins_check_url(&g->origins, &url);
    }
    if (is_origin && n->verdict != ORIGIN_ALLOWED && may_have_user && is_our_host(&url, local))
        is_origin = false;
    if (!is_origin)
        return name_path(n, target->url.path);
    /* A password in a URL ends in logs, histories and other programs' command lines. */
    if (url.has_user && !(may_have_user && n->verdict != ORIGIN_ALLOWED))
        return RTSP_BAD_REQUEST;
    return n->verdict == ORIGIN_ALLOWED ? name_origin(n, g, &url)
                                        : name_refused(n, &url, target->url.path);
}

void naming_done(struct naming *n)
{
    free(n->source);
    *n = (struct naming){0};
}
