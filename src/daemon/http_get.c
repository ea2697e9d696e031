#include "daemon/http_get.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buffer.h"

enum { TIMEOUT_S = 5, READ_SIZE = 16 * 1024 };

static int open_connection(const struct address *to)
{
    struct timeval timeout = {.tv_sec = TIMEOUT_S};
    int fd = socket(to->u.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(fd, &to->u.any, to->len) < 0) {
        int result = -errno;
        close(fd);
        return result;
    }
    return fd;
}

/* Until the server closes. 0 or -errno. */
static int read_all(struct buffer *answer, int fd)
{
    for (;;) {
        uint8_t *room;
        int result = buffer_reserve(&room, answer, READ_SIZE);
        if (result < 0)
            return result == -ENOBUFS ? -EFBIG : result;
        ssize_t got = recv(fd, room, READ_SIZE, 0);
        if (got < 0)
            return errno == EAGAIN ? -ETIMEDOUT : -errno;
        if (got == 0)
            return 0;
        buffer_grow(answer, (size_t)got);
    }
}

static int take_body(char **body, struct span answer)
{
    uint64_t status;
    struct span rest = answer, line = span_cut(&rest, '\n');
    span_cut(&line, ' ');
    if (span_parse_uint(&status, span_cut(&line, ' '), 999) < 0 || status != 200)
        return -EPROTO;
    while (rest.len > 0 && span_trim(span_cut(&rest, '\n')).len > 0)
        ;
    char *text = malloc(rest.len + 1);
    if (!text)
        return -ENOMEM;
    span_copy(text, rest.len + 1, rest);
    *body = text;
    return 0;
}

int http_get(char **body, const struct address *from, const char *path)
{
    char request[256], host[ADDRESS_TEXT];
    struct buffer answer;
    int fd = open_connection(from);
    if (fd < 0)
        return fd;
    int len = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path,
                       address_write(host, from));
    buffer_init(&answer, HTTP_GET_MOST);
    int result = send(fd, request, (size_t)len, MSG_NOSIGNAL) == len ? 0 : -EIO;
    if (result == 0)
        result = read_all(&answer, fd);
    if (result == 0)
        result = take_body(body, buffer_span(&answer));
    buffer_done(&answer);
    close(fd);
    return result;
}
