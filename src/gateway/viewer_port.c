/* From the address of an RTCP datagram to its viewer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "gateway/viewer_internal.h"

struct port_key { /* text, so that an IPv4 address and its mapped form are one */
    char text[ADDRESS_TEXT];
};

struct viewer_port {
    struct port_key key;
    struct viewer *viewer;
    unsigned track;
    UT_hash_handle hh;
    struct viewer_port *next; /* of the same viewer */
};

static struct port_key key_of(const struct address *address)
{
    struct port_key key = {0};
    address_write(key.text, address);
    return key;
}

void viewer_port_remove(struct viewer *v, unsigned track)
{
    struct viewer_port *port;
    LL_SEARCH_SCALAR(v->ports, port, track, track);
    if (!port)
        return;
    LL_DELETE(v->ports, port);
    HASH_DELETE(hh, v->gateway->ports, port);
    free(port);
}

int viewer_port_add(struct viewer *v, unsigned track, const struct address *address)
{
    struct port_key key = key_of(address);
    struct viewer_port *port = NULL;
    viewer_port_remove(v, track);
    HASH_FIND(hh, v->gateway->ports, &key, sizeof key, port);
    if (port) /* two viewers behind one address and port: the first one keeps it */
        return 0;
    port = calloc(1, sizeof *port);
    if (!port)
        return -ENOMEM;
    port->key = key;
    port->viewer = v;
    port->track = track;
    HASH_ADD(hh, v->gateway->ports, key, sizeof port->key, port);
    if (!port->hh.tbl) {
        free(port);
        return -ENOMEM;
    }
    LL_PREPEND(v->ports, port);
    return 0;
}

void viewer_port_remove_all(struct viewer *v)
{
    struct viewer_port *port = v->ports;
    while (port) {
        struct viewer_port *next = port->next;
        HASH_DELETE(hh, v->gateway->ports, port);
        free(port);
        port = next;
    }
    v->ports = NULL;
}

struct viewer *viewer_port_find(const struct gateway *g, const struct address *address)
{
    struct port_key key = key_of(address);
    struct viewer_port *port;
    HASH_FIND(hh, g->ports, &key, sizeof key, port);
    return port ? port->viewer : NULL;
}
