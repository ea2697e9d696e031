#include "rtsp_origin.h"

enum { CHOICES = 8 };

static const char *const sessions[CHOICES] = {
    "", "", "42;timeout=20", "42", "43", "44;timeout=1", ";timeout=x", "46;timeout=99999999999"};
static const char *const publics[CHOICES] = {"OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER",
                                             "SET_PARAMETER, PLAY",
                                             "",
                                             "OPTIONS",
                                             "GET_PARAMETER, SET_PARAMETER",
                                             ", ,,",
                                             "PLAY",
                                             "get_parameter"};
static const char *const transports[CHOICES] = {
    "RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001",
    "RTP/AVP/TCP;unicast;interleaved=0-1",
    "RTP/AVP;unicast;client_port=5000-5001",
    "RTP/AVP;multicast;destination=239.0.0.1;port=5000",
    "RTP/AVP/TCP;interleaved=9-8",
    "x-unheard/udp;client_port=5000",
    "",
    "RTP/AVP;unicast;source=192.0.2.9;server_port=7000;ssrc=0000002A",
};
static const char *const bases[CHOICES] = {"",
                                           "Content-Base: rtsp://192.0.2.1/live/\r\n",
                                           "Content-Location: /other/\r\n",
                                           "Content-Base: rtsp://u:p@192.0.2.1/x\r\n",
                                           "Content-Base: nonsense\r\n",
                                           "",
                                           "",
                                           ""};
static const char *const bodies[CHOICES] = {
    "v=0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=0\r\n",
    ("v=0\r\nm=video 0 RTP/AVP 96\r\na=control:1\r\nm=audio 0 RTP/AVP 0\r\n"
     "a=control:rtsp://h/2\r\n"),
    "v=0\na=control:*\nm=video 0 RTP/AVP 96\na=control:/v\nm=x 0 udp 9\nm=audio 0 RTP/AVP 8\n",
    "v=0\r\na=range:npt=0-60\r\na=control:rtsp://192.0.2.1/live/all\r\nm=audio 0 RTP/AVP 0\r\n",
    "v=0\r\nm=application 0 udp 0\r\n",
    "v=0\r\n",
    "<html>",
    "",
};
static const char *const infos[CHOICES] = {
    "",
    "RTP-Info: url=rtsp://192.0.2.1/live/trackID=0;seq=1;rtptime=2\r\n",
    "RTP-Info: url=1;seq=65535,url=rtsp://h/2;rtptime=4294967295\r\n",
    "RTP-Info: url=;seq=x,,\r\n",
    "Range: npt=3-60\r\nScale: 1\r\n",
    "",
    "",
    "",
};
static const char *const challenges[CHOICES] = {
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n",
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", algorithm=SHA-256, qop=\"auth\"\r\n",
    "WWW-Authenticate: Basic realm=\"r\"\r\n",
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"s\", stale=true\r\n",
    "WWW-Authenticate: Basic realm=\"r\", Digest realm=\"r\", nonce=\"o\", opaque=\"p\"\r\n",
    "WWW-Authenticate: Bearer\r\n",
    "",
    "WWW-Authenticate: Digest nonce=\"without a realm\r\n",
};
static const char *const locations[CHOICES] = {
    "Location: rtsp://192.0.2.2/there\r\n",
    "Location: /elsewhere\r\n",
    "",
    "Location: http://192.0.2.1/\r\n",
    "Location: //x\r\n",
    "Location: \r\n",
    "Location: rtsp://u:p@h:99/a\r\n",
    "Location: rtsp://192.0.2.1/live\r\n",
};

/* Most are the one that is hoped for. */
static int choose_status(uint8_t how)
{
    static const int statuses[] = {100, 201, 300, 301, 302, 304, 305, 400, 401, 401, 401, 403,
                                   404, 405, 451, 454, 454, 455, 461, 500, 501, 503, 551, 199};
    size_t count = sizeof statuses / sizeof statuses[0];
    return how < 192 ? RTSP_OK : statuses[how % count];
}

static void write_session(struct writer *w, uint8_t how)
{
    if (sessions[how % CHOICES][0])
        rtsp_write_header(w, "Session", "%s", sessions[how % CHOICES]);
    else if (how >= 250) /* longer than any */
        rtsp_write_header(w, "Session", "%0200d", how);
}

int origin_answer(struct writer *w, struct reader *script, enum rtsp_method method, uint32_t cseq,
                  bool is_stray)
{
    uint8_t how = reader_u8(script), what = reader_u8(script), more = reader_u8(script);
    int status = choose_status(how);
    bool has_body = method == RTSP_DESCRIBE || more >= 240;

    rtsp_write_response(w, status, more % 16 != 1 || is_stray, cseq + (is_stray ? 7 : 0));
    if (status == 401)
        writer_text(w, challenges[what % CHOICES]);
    if (status >= 300 && status < 400)
        writer_text(w, locations[what % CHOICES]);
    if (method == RTSP_OPTIONS)
        rtsp_write_header(w, "Public", "%s", publics[what % CHOICES]);
    if (method == RTSP_SETUP)
        rtsp_write_header(w, "Transport", "%s", transports[what % CHOICES]);
    if (method == RTSP_DESCRIBE)
        writer_text(w, bases[what % CHOICES]);
    writer_text(w, infos[what / CHOICES % CHOICES]);
    write_session(w, method == RTSP_OPTIONS || method == RTSP_DESCRIBE ? 0 : more / 16 + 2);
    if (has_body)
        rtsp_write_body(w, "application/sdp", span_text(bodies[what / 16 % CHOICES]));
    else
        rtsp_write_end(w);
    return status;
}

enum rtsp_method origin_ask(struct writer *w, struct reader *script, uint32_t cseq)
{
    uint8_t how = reader_u8(script), what = reader_u8(script);
    enum rtsp_method method = how % (RTSP_SET_PARAMETER + 1);
    if (method == RTSP_METHOD_UNKNOWN)
        writer_format(w, "DANCE * RTSP/1.0\r\nCSeq: %u\r\n", (unsigned)cseq);
    else
        rtsp_write_request(w, method, span_text("rtsp://192.0.2.1/live"), cseq);
    write_session(w, what);
    if (method == RTSP_REDIRECT)
        writer_text(w, locations[how / 16 % CHOICES]);
    if (how >= 240)
        rtsp_write_header(w, "Require", "flight");
    if (method == RTSP_ANNOUNCE || what >= 224)
        rtsp_write_body(w, what >= 240 ? "text/plain" : "application/sdp",
                        span_text(bodies[what / CHOICES % CHOICES]));
    else
        rtsp_write_end(w);
    return method;
}
