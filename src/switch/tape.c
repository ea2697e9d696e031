#include "switch/tape.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    /* One index entry for so many bytes: most packets are larger, and where they are not (a few
     * tiny audio packets a second) the index, not the memory, bounds the tape. */
    BYTES_AN_ENTRY = 256,
};

/* Kept whatever the group of pictures: room for a viewer's hiccup. */
static const int64_t keep_us = 2 * CLOCK_SECOND_US;

struct tape {
    uint8_t *bytes; /* capacity bytes, mapped twice in a row */
    uint64_t capacity;
    uint64_t limit;
    struct packet *index; /* a ring of index_capacity entries */
    uint64_t index_capacity;
    uint64_t first, end; /* packet numbers */
    uint64_t end_at;     /* bytes appended so far */
    uint64_t key;        /* valid when key_count > 0 */
    uint64_t key_count;
};

static uint64_t whole_pages(uint64_t size)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    return size / page * page;
}

/* Maps one stretch of memory twice in a row. NULL with errno set. */
static uint8_t *map_twice(uint64_t size)
{
    int fd = memfd_create("weir-tape", MFD_CLOEXEC);
    uint8_t *both = MAP_FAILED;
    if (fd < 0)
        return NULL;
    if (ftruncate(fd, (off_t)size) == 0)
        both = mmap(NULL, size * 2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (both == MAP_FAILED)
        goto fail;
    for (int i = 0; i < 2; i++) {
        if (mmap(both + (uint64_t)i * size, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                 fd, 0) == MAP_FAILED) {
            munmap(both, size * 2);
            goto fail;
        }
    }
    close(fd); /* the mappings keep the memory */
    return both;
fail:
    close(fd);
    return NULL;
}

static struct packet *entry(const struct tape *t, uint64_t number)
{
    return &t->index[number % t->index_capacity];
}

static uint64_t first_at(const struct tape *t)
{
    return t->first < t->end ? entry(t, t->first)->at : t->end_at;
}

/* Moves what the tape holds into larger memory; places keep their byte offsets. 0 or -errno. */
static int resize(struct tape *t, uint64_t capacity)
{
    struct tape old = *t;
    uint64_t from = first_at(t);
    uint64_t index_capacity = capacity / BYTES_AN_ENTRY;
    struct packet *index = malloc(index_capacity * sizeof *index);
    uint8_t *bytes = map_twice(capacity);

    if (!index || !bytes) {
        if (bytes)
            munmap(bytes, capacity * 2);
        free(index);
        return -ENOMEM;
    }
    for (uint64_t n = t->first; n < t->end; n++)
        index[n % index_capacity] = *entry(&old, n);
    if (old.bytes)
        memcpy(bytes + from % capacity, old.bytes + from % old.capacity, t->end_at - from);
    t->bytes = bytes;
    t->capacity = capacity;
    t->index = index;
    t->index_capacity = index_capacity;
    if (old.bytes)
        munmap(old.bytes, old.capacity * 2);
    free(old.index);
    return 0;
}

int tape_new(struct tape **tape, uint64_t limit)
{
    struct tape *t = calloc(1, sizeof *t);
    if (!t)
        return -ENOMEM;
    t->limit = whole_pages(limit < TAPE_LEAST ? TAPE_LEAST : limit);
    int result = resize(t, TAPE_LEAST);
    if (result < 0) {
        free(t);
        return result;
    }
    *tape = t;
    return 0;
}

struct tape *tape_free(struct tape *t)
{
    if (t) {
        munmap(t->bytes, t->capacity * 2);
        free(t->index);
        free(t);
    }
    return NULL;
}

static bool fits(const struct tape *t, uint64_t len)
{
    return t->end_at + len - first_at(t) <= t->capacity && t->end - t->first < t->index_capacity;
}

/* Whether dropping the oldest packet would lose something a viewer may still want. */
static bool is_oldest_wanted(const struct tape *t, int64_t now_us)
{
    uint64_t key;
    if (t->first == t->end)
        return true; /* a packet that does not fit an empty tape */
    if (tape_find_key(t, &key) && t->first >= key)
        return true;
    return now_us - entry(t, t->first)->arrived_us < keep_us;
}

static void make_room(struct tape *t, uint64_t len, int64_t now_us)
{
    while (!fits(t, len)) {
        uint64_t larger = t->capacity * 2 < t->limit ? t->capacity * 2 : t->limit;
        if (larger > t->capacity && is_oldest_wanted(t, now_us) && resize(t, larger) == 0)
            continue;
        assert(t->first < t->end && "TAPE_LEAST holds the largest packet");
        t->first++;
    }
}

uint64_t tape_append(struct tape *t, unsigned track, bool is_rtcp, struct span packet,
                     int64_t now_us)
{
    assert(packet.len <= UINT16_MAX && track < 128);
    make_room(t, TAPE_FRAME + packet.len, now_us);
    uint8_t *at = t->bytes + t->end_at % t->capacity;
    at[0] = '$';
    at[1] = (uint8_t)(2 * track + is_rtcp);
    at[2] = (uint8_t)(packet.len >> 8);
    at[3] = (uint8_t)packet.len;
    if (packet.len > 0)
        memcpy(at + TAPE_FRAME, packet.ptr, packet.len);
    *entry(t, t->end) = (struct packet){.at = t->end_at,
                                        .arrived_us = now_us,
                                        .len = (uint16_t)packet.len,
                                        .track = (uint8_t)track,
                                        .is_rtcp = is_rtcp};
    t->end_at += TAPE_FRAME + packet.len;
    return t->end++;
}

uint64_t tape_first(const struct tape *t)
{
    return t->first;
}

uint64_t tape_end(const struct tape *t)
{
    return t->end;
}

const struct packet *tape_packet(const struct tape *t, uint64_t number)
{
    assert(number >= t->first && number < t->end);
    return entry(t, number);
}

const uint8_t *tape_frame(const struct tape *t, uint64_t number)
{
    return t->bytes + tape_packet(t, number)->at % t->capacity;
}

struct span tape_span(const struct tape *t, uint64_t number)
{
    return span_of(tape_frame(t, number) + TAPE_FRAME, tape_packet(t, number)->len);
}

uint64_t tape_distance(const struct tape *t, uint64_t from, uint64_t to)
{
    uint64_t end = to < t->end ? entry(t, to)->at : t->end_at;
    return from < t->end ? end - tape_packet(t, from)->at : 0;
}

void tape_mark_key(struct tape *t, uint64_t number)
{
    t->key = number;
    t->key_count++;
}

bool tape_find_key(const struct tape *t, uint64_t *number)
{
    if (t->key_count == 0 || t->key < t->first)
        return false;
    *number = t->key;
    return true;
}

uint64_t tape_key_count(const struct tape *t)
{
    return t->key_count;
}

uint64_t tape_held_bytes(const struct tape *t)
{
    return t->end_at - first_at(t);
}

uint64_t tape_appended_bytes(const struct tape *t)
{
    return t->end_at;
}

uint64_t tape_capacity(const struct tape *t)
{
    return t->capacity;
}
