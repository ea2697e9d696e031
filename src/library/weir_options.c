#include <errno.h>

#include "library/weir_internal.h"

static void show(char text[LIMIT_URL], const struct media_url *url)
{
    struct writer w = writer_of(text, LIMIT_URL - 1);
    media_url_write(&w, url);
    text[w.len] = '\0';
}

int weir_options_parse(struct media_url *url, char text[LIMIT_URL], unsigned allowed,
                       struct weir_loop *loop, const char *given)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    int result = media_url_parse(url, span_text(given), &complaint);
    if (result == 0)
        result = media_url_check(url, allowed, &complaint);
    if (result < 0)
        return weir_fail(loop, given, &complaint, result);
    show(text, url);
    return 0;
}

int weir_options_set(struct media_url *url, char text[LIMIT_URL], unsigned allowed,
                     struct weir_loop *loop, const char *name, const char *value)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    int result = media_url_set(url, allowed, span_text(name), span_text(value), &complaint);
    if (result < 0)
        return weir_fail(loop, text, &complaint, result);
    show(text, url);
    return 0;
}

int weir_options_get(const struct media_url *url, unsigned allowed, struct weir_loop *loop,
                     const char *text, const char *name, char *value, size_t size)
{
    char written[MEDIA_URL_SOURCES * MEDIA_HOST_TEXT];
    struct writer w = writer_of(written, sizeof written);
    if (media_url_get(&w, url, allowed, span_text(name)) < 0)
        return weir_fail(loop, text, NULL, -ENOENT);
    if (size == 0 || w.len >= size)
        return weir_fail(loop, text, NULL, -ENOSPC);
    return span_copy(value, size, writer_written(&w));
}
