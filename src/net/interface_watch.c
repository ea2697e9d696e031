#include "net/interface_watch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/readable.h"

enum { NEWS_A_WAKE_UP = 256 }; /* then the others get their turn */

struct interface_watch {
    struct readable readable;
    void (*changed)(void *owner);
    void *owner;
};

/* What it says does not matter, only that something was said; where too much was (ENOBUFS), too. */
static void hear(struct readable *readable)
{
    struct interface_watch *watch = (struct interface_watch *)readable;
    uint8_t news[8192];
    bool is_news = false;
    for (int i = 0; i < NEWS_A_WAKE_UP; i++) {
        ssize_t len = recv(readable->fd, news, sizeof news, MSG_DONTWAIT);
        if (len < 0 && errno != ENOBUFS)
            break;
        is_news = true;
    }
    if (is_news)
        watch->changed(watch->owner);
}

static int open_socket(void)
{
    struct sockaddr_nl all = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
    };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        return -errno;
    if (bind(fd, (struct sockaddr *)&all, sizeof all) < 0) {
        int result = -errno;
        close(fd);
        return result;
    }
    return fd;
}

int interface_watch_new(struct interface_watch **out, uv_loop_t *loop, void (*changed)(void *owner),
                        void *owner)
{
    struct interface_watch *watch = calloc(1, sizeof *watch);
    int result = watch ? open_socket() : -ENOMEM;
    if (result < 0)
        goto fail;
    int fd = result;
    *watch = (struct interface_watch){.changed = changed, .owner = owner};
    result = readable_start(&watch->readable, loop, fd, hear);
    if (result < 0) {
        close(fd);
        goto fail;
    }
    *out = watch;
    return 0;
fail:
    free(watch);
    return result;
}

struct interface_watch *interface_watch_close(struct interface_watch *watch)
{
    readable_close((struct readable *)watch);
    return NULL;
}
