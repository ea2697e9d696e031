#include "daemon/config.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_bridges.h"
#include "daemon/config_domains.h"
#include "daemon/config_mapping.h"
#include "daemon/config_origins.h"
#include "daemon/config_paths.h"
#include "daemon/config_schema.h"
#include "daemon/config_users.h"

static void set_transports(struct config_loader *l, struct fy_node *list)
{
    struct fy_node *item;
    void *state = NULL;
    struct settings *settings = l->settings;

    settings->allows_udp = settings->allows_tcp = settings->allows_multicast = false;
    if (!fy_node_is_sequence(list)) {
        config_report(l, list, false, "rtspTransports: not a list ([udp, tcp, multicast])");
        return;
    }
    while ((item = fy_node_sequence_iterate(list, &state))) {
        if (span_is_text(config_text(item), "udp"))
            settings->allows_udp = true;
        else if (span_is_text(config_text(item), "tcp"))
            settings->allows_tcp = true;
        else if (span_is_text(config_text(item), "multicast"))
            settings->allows_multicast = true;
        else
            config_report(l, item, false, "rtspTransports: expected udp, tcp or multicast");
    }
    if (!settings->allows_udp && !settings->allows_tcp && !settings->allows_multicast &&
        l->error_count == 0)
        config_report(l, NULL, false, "rtspTransports: the list is empty: nobody could be served");
}

/* RFC 3550 11: RTP on an even port, RTCP on the next. */
static void check_rtp_address(struct config_loader *l, struct fy_node *root)
{
    const struct address *rtp = &l->settings->rtp_address, *rtsp = &l->settings->rtsp_address;
    struct fy_node *at = config_get(root, "rtpAddress");

    if (rtp->len > 0 && address_port(rtp) % 2 != 0)
        config_report(l, at, false, "rtpAddress: the port must be even; RTCP takes the next one");
    if (rtp->len > 0 && rtp->u.any.sa_family != rtsp->u.any.sa_family)
        config_report(l, at, false, "rtpAddress: not the IP version of rtspAddress");
}

static void load_root(struct config_loader *l, struct fy_node *root)
{
    struct path_settings *defaults = &l->settings->path_defaults;
    struct fy_node_pair *pair;
    void *state = NULL;

    config_refuse_aliases(l, root);
    while ((pair = fy_node_mapping_iterate(root, &state))) {
        struct fy_node *name = fy_node_pair_key(pair), *value = fy_node_pair_value(pair);
        const struct config_key *key = config_key_find(config_global_keys, config_text(name));
        if (!key)
            config_report_unknown(l, name, config_global_keys, "");
        else if (config_is_twice(root, pair))
            config_report(l, name, false, "%s: given twice", key->name);
        else if (key->set)
            config_set_scalar(l, name, value, key, l->settings, "");
        else if (span_is_text(config_text(name), "rtspTransports"))
            set_transports(l, value);
        else if (span_is_text(config_text(name), "origins"))
            config_load_origins(l, name, value);
        else if (span_is_text(config_text(name), "hostNames"))
            config_load_hosts(l, name, value);
        else if (span_is_text(config_text(name), "pathDefaults") && fy_node_is_mapping(value))
            config_load_path_keys(l, value, defaults, "pathDefaults.");
        else if (!config_load_domains(l, name, value) && !config_load_bridges(l, name, value))
            config_load_access(l, name, value);
    }
    check_rtp_address(l, root);
    /* Last: they need the defaults and the address, wherever these stand. */
    config_load_paths(l, config_get(root, "paths"), defaults);
    if (l->error_count == 0)
        config_check_groups(l, root);
    if (l->error_count == 0)
        config_check_bridges(l, root);
    if (l->settings->path_count + l->settings->pattern_count + l->settings->bridge_count == 0 &&
        l->error_count == 0)
        fprintf(l->errors, "%s: warning: no paths: there is nothing to serve\n", l->file);
}

/* Files. */

static int read_file(char **text, size_t *len, const char *file)
{
    FILE *f = fopen(file, "re");
    char *bytes = f ? malloc(CONFIG_SIZE_MOST + 1) : NULL;
    int result = f ? -ENOMEM : -errno;

    if (bytes) {
        *len = fread(bytes, 1, CONFIG_SIZE_MOST + 1, f);
        result = ferror(f) ? -EIO : *len > CONFIG_SIZE_MOST ? -EFBIG : 0;
    }
    if (f)
        fclose(f);
    if (result < 0) {
        free(bytes);
        return result;
    }
    bytes[*len] = '\0';
    *text = bytes;
    return 0;
}

static void report_syntax(struct config_loader *l, struct fy_diag *diag)
{
    struct fy_diag_error *error;
    void *state = NULL;
    while ((error = fy_diag_errors_iterate(diag, &state))) {
        l->error_count++;
        fprintf(l->errors, "%s:%d:%d: %s\n", l->file, error->line, error->column, error->msg);
    }
    if (l->error_count == 0)
        config_report(l, NULL, false, "not YAML");
}

/* The YAML library takes a NUL for the end, and what follows it would be missed by nobody: the
 * users, say. */
static bool has_nul(struct config_loader *l, size_t len)
{
    int line = 1;
    const char *c = l->text;
    for (; *c; c++)
        line += *c == '\n';
    if (c == l->text + len)
        return false;
    l->error_count++;
    fprintf(l->errors, "%s:%d: a NUL character: the file is no text\n", l->file, line);
    return true;
}

/* The same with a second document. */
static void refuse_second(struct config_loader *l, struct fy_document *second)
{
    struct fy_node *root = fy_document_root(second);
    struct fy_node_pair *pair =
        root && fy_node_is_mapping(root) ? fy_node_mapping_get_by_index(root, 0) : NULL;
    config_report(l, pair ? fy_node_pair_key(pair) : root, true,
                  "a second YAML document: this one would not be read");
}

static void load_text(struct config_loader *l, size_t len)
{
    struct fy_diag *diag = fy_diag_create(NULL);
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_ALLOW_DUPLICATE_KEYS, .diag = diag};
    struct fy_parser *parser = diag ? fy_parser_create(&cfg) : NULL;
    struct fy_document *document = NULL, *second = NULL;
    bool is_yaml = false;

    if (parser && fy_parser_set_string(parser, l->text, len) == 0) {
        fy_diag_set_collect_errors(diag, true);
        document = fy_parse_load_document(parser);
        second = document ? fy_parse_load_document(parser) : NULL;
        is_yaml = !fy_parser_get_stream_error(parser);
    }
    struct fy_node *root = document ? fy_document_root(document) : NULL;
    if (!is_yaml)
        report_syntax(l, diag);
    else if (second)
        refuse_second(l, second);
    else if (root && fy_node_is_mapping(root))
        load_root(l, root);
    else if (root && !(fy_node_is_scalar(root) && config_text(root).len == 0))
        config_report(l, root, true, "the file must be a mapping of keys to values");
    else
        fprintf(l->errors, "%s: warning: the file is empty: there is nothing to serve\n", l->file);
    fy_document_destroy(second);
    fy_document_destroy(document);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
}

int config_load(struct settings **settings, const char *file, FILE *errors)
{
    struct config_loader l = {.file = file, .errors = errors};
    size_t len = 0;
    int result = read_file(&l.text, &len, file);

    if (result < 0) {
        fprintf(errors, "weir: cannot read %s: %s\n", file, strerror(-result));
        return result;
    }
    l.settings = malloc(sizeof *l.settings);
    if (l.settings) {
        settings_init(l.settings);
        if (!has_nul(&l, len))
            load_text(&l, len);
    }
    result = !l.settings ? -ENOMEM : l.error_count > 0 ? -EINVAL : 0;
    explicit_bzero(l.text, len);
    free(l.text);
    if (result < 0)
        config_free(l.settings);
    else
        *settings = l.settings;
    return result;
}

struct settings *config_free(struct settings *settings)
{
    if (settings) {
        users_done(&settings->users);
        domains_done(&settings->domains);
        config_free_bridges(settings);
        config_free_paths(settings);
        free(settings->origins);
        free(settings->hosts);
    }
    free(settings);
    return NULL;
}
