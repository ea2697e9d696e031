#include "switch/media_place.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <net/if.h>

static char words[MEDIA_COMPLAINT + 1];

static struct media_url read_url(const char *text)
{
    struct writer complaint = writer_of(words, sizeof words - 1);
    struct media_url url;
    if (media_url_parse(&url, span_text(text), &complaint) < 0)
        fail_msg("%s: %s", text, words);
    return url;
}

static int place_in(struct input_udp_place *place, const char *text)
{
    struct media_url url = read_url(text);
    memset(words, 0, sizeof words);
    struct writer complaint = writer_of(words, sizeof words - 1);
    return media_place_input(place, &url, &complaint);
}

static int place_out(struct output_place *place, const char *text)
{
    struct media_url url = read_url(text);
    memset(words, 0, sizeof words);
    struct writer complaint = writer_of(words, sizeof words - 1);
    return media_place_output(place, &url, &complaint);
}

static void inputs_have_their_place(void **state)
{
    struct input_udp_place place;
    char text[ADDRESS_TEXT];
    unsigned lo = if_nametoindex("lo");
    (void)state;

    assert_int_equal(place_in(&place, "udp://@:5000"), 0);
    assert_string_equal(address_write(text, &place.local), "[::]:5000");
    assert_false(place.is_pair);
    assert_int_equal(place_in(&place, "rtp://127.0.0.1:5000?source=192.0.2.1,192.0.2.2"), 0);
    assert_string_equal(address_write(text, &place.local), "127.0.0.1:5000");
    assert_true(place.is_pair);
    assert_int_equal(place.source_count, 2);
    assert_int_equal(place_in(&place, "udp://@:5000?iface=lo"), 0);
    assert_string_equal(address_write(text, &place.local), "127.0.0.1:5000");
    assert_int_equal(place_in(&place, "udp://239.1.1.1:5000?iface=lo"), 0);
    assert_int_equal(place.interface, lo);
    assert_int_equal(place_in(&place, "udp://239.1.1.1:5000?iface=127.0.0.1"), 0);
    assert_int_equal(place.interface, lo);
    assert_int_equal(place_in(&place, "udp://[ff12::1%lo]:5000"), 0);
    assert_int_equal(place.local.u.v6.sin6_scope_id, lo);
}

static void outputs_have_their_place(void **state)
{
    struct output_place place;
    char text[ADDRESS_TEXT];
    (void)state;

    assert_int_equal(place_out(&place, "rtp://192.0.2.1:5000?dscp=34"), 0);
    assert_string_equal(address_write(text, &place.to), "192.0.2.1:5000");
    assert_string_equal(address_write(text, &place.local), "0.0.0.0:0");
    assert_true(place.is_pair && !place.is_group);
    assert_int_equal(place.dscp, 34);
    assert_int_equal(place_out(&place, "udp://192.0.2.1:5000?iface=lo"), 0);
    assert_string_equal(address_write(text, &place.local), "127.0.0.1:0");
    assert_int_equal(place_out(&place, "udp://[ff15::1]:5000?iface=lo&ttl=0&loop=no"), 0);
    assert_true(place.is_group && !place.way.loops);
    assert_int_equal(place.way.ttl, 0);
    assert_int_equal(place.way.interface, if_nametoindex("lo"));
    assert_int_equal(place_out(&place, "udp://239.1.1.1:5000?iface=lo"), 0);
    assert_int_equal(place.way.ttl, 1);
}

static void what_cannot_be_has_a_complaint(void **state)
{
    struct input_udp_place in;
    struct output_place out;
    (void)state;
    assert_int_equal(place_in(&in, "udp://232.1.1.1:5000?iface=lo"), -EINVAL);
    assert_non_null(strstr(words, "?source="));
    assert_int_equal(place_in(&in, "udp://127.0.0.1:5000?iface=lo"), -EINVAL);
    assert_non_null(strstr(words, "iface is for groups"));
    assert_int_equal(place_in(&in, "udp://239.1.1.1:5000?iface=nowhere0"), -ENODEV);
    assert_non_null(strstr(words, "there are: lo"));
    assert_int_equal(place_out(&out, "udp://@:5000"), -EINVAL);
    assert_int_equal(place_out(&out, "udp://0.0.0.0:5000"), -EINVAL);
    assert_int_equal(place_out(&out, "udp://192.0.2.1:5000?loop=no"), -EINVAL);
    assert_int_equal(place_out(&out, "udp://239.1.1.1:5000?source=192.0.2.1"), -EINVAL);
    assert_non_null(strstr(words, "source is an option of inputs"));
}

/* must: M4 */
static void what_would_come_round_is_known(void **state)
{
    static const struct {
        const char *in, *out;
        bool is_loop;
    } rows[] = {
        {"udp://@:5000", "udp://127.0.0.1:5000", true},
        {"udp://@:5000", "udp://[::1]:5000", true},
        {"udp://@:5000", "udp://127.0.0.1:5001", false},
        {"udp://@:5000", "udp://192.0.2.1:5000", false},
        {"rtp://@:5000", "udp://127.0.0.1:5001", true},
        {"udp://@:5001", "rtp://127.0.0.1:5000", true},
        {"udp://@:5000", "rtp://127.0.0.1:5001", false},
        {"udp://127.0.0.2:5000", "udp://127.0.0.1:5000", false},
        {"udp://239.1.1.1:5000?iface=lo", "udp://239.1.1.1:5000?iface=127.0.0.1", true},
        {"udp://239.1.1.1:5000?iface=lo", "udp://239.1.1.1:6000?iface=lo", true},
        {"udp://239.1.1.1:5000?iface=lo", "udp://239.1.1.2:5000?iface=lo", false},
        {"udp://[ff15::1]:5000?iface=lo", "udp://[ff15::1]:5000?iface=lo", true},
        {"udp://@:5000", "udp://239.1.1.1:5000?iface=lo", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct input_udp_place in;
        struct output_place out;
        assert_int_equal(place_in(&in, rows[i].in), 0);
        assert_int_equal(place_out(&out, rows[i].out), 0);
        if (media_place_is_loop(&in, &out) != rows[i].is_loop)
            fail_msg("%s -> %s", rows[i].in, rows[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_have_their_place),
        cmocka_unit_test(outputs_have_their_place),
        cmocka_unit_test(what_cannot_be_has_a_complaint),
        cmocka_unit_test(what_would_come_round_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
