#include "rtsp/digest_uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void uris(void **state)
{
    static const struct {
        const char *uri, *url;
        bool matches;
    } rows[] = {
        {"rtsp://h/cam1", "rtsp://h/cam1", true},
        {"rtsp://h/cam1/", "rtsp://h/cam1", true},
        {"rtsp://h/cam1", "rtsp://h/cam1/", true},
        {"/cam1", "rtsp://h:8554/cam1", true},
        {"rtsp://other:554/cam1", "rtsp://h/cam1", true},
        {"rtsp://h/cam1?token=x", "rtsp://h/cam1", true},
        {"rtsp://h/cam1", "rtsp://h/cam1/trackID=0", true}, /* yellowstone */
        {"rtsp://h/cam1/", "rtsp://h/cam1/trackID=0", true},
        {"rtsp://h/cam1/trackID=0", "rtsp://h/cam1/trackID=0", true},
        {"rtsp://h/cam1/trackID=1", "rtsp://h/cam1/trackID=0", false},
        {"rtsp://h/cam1/trackID=0", "rtsp://h/cam1", false},
        {"rtsp://h/cam1", "rtsp://h/cam1/more", false},
        {"rtsp://h/cam1", "rtsp://h/cam10", false},
        {"rtsp://h/cam2", "rtsp://h/cam1", false},
        {"rtsp://h/", "rtsp://h/cam1", false},
        {"rtsp://h", "rtsp://h/trackID=0", false},
        {"*", "rtsp://h/cam1", false},
        {"*", "*", true},
        {"cam1", "rtsp://h/cam1", false},
        {"rtsp:", "rtsp://h/cam1", false},
        {"", "rtsp://h/cam1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (digest_uri_matches(span_text(rows[i].uri), span_text(rows[i].url)) != rows[i].matches)
            fail_msg("%s for %s", rows[i].uri, rows[i].url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(uris)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
