#include "net/resolver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct resolver_query {
    uv_getaddrinfo_t request;
    resolver_answer *resolved;
    void *owner;
    bool is_cancelled;
};

static void on_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
    struct resolver_query *q = request->data;
    struct address found[RESOLVER_ADDRESSES];
    size_t count = 0;

    for (struct addrinfo *i = status == 0 ? list : NULL; i && count < RESOLVER_ADDRESSES;
         i = i->ai_next)
        found[count++] = address_of(i->ai_addr, i->ai_addrlen);
    uv_freeaddrinfo(list);
    if (!q->is_cancelled)
        q->resolved(q->owner, count > 0 ? 0 : status ? status : UV_EAI_NODATA, found, count);
    free(q);
}

int resolver_ask(struct resolver_query **query, uv_loop_t *loop, const char *host, uint16_t port,
                 resolver_answer *resolved, void *owner)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    char service[8];
    struct resolver_query *q = calloc(1, sizeof *q);
    if (!q)
        return -ENOMEM;
    snprintf(service, sizeof service, "%u", port);
    *q = (struct resolver_query){.resolved = resolved, .owner = owner};
    q->request.data = q;
    int result = uv_getaddrinfo(loop, &q->request, on_answer, host, service, &hints);
    if (result < 0) {
        free(q);
        return result;
    }
    *query = q;
    return 0;
}

struct resolver_query *resolver_cancel(struct resolver_query *q)
{
    if (q) {
        q->is_cancelled = true; /* a look-up that runs in a thread cannot be stopped */
        uv_cancel((uv_req_t *)&q->request);
    }
    return NULL;
}
