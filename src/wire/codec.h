/* The codecs whose key frames we know, and how to see where one begins in an RTP payload.
 * Pure, any thread. */
#ifndef WEIR_WIRE_CODEC_H
#define WEIR_WIRE_CODEC_H

#include "base/span.h"

enum codec {
    CODEC_OTHER, /* carried all the same; viewers join it live */
    CODEC_H264,  /* RFC 6184 */
    CODEC_H265,  /* RFC 7798 */
    CODEC_AV1,   /* AOMedia RTP payload 1.0 */
    CODEC_VP8,   /* RFC 7741 */
    CODEC_VP9,   /* RFC 9628 */
    CODEC_MPEG4, /* MP4V-ES, RFC 6416 */
    CODEC_JPEG,  /* RFC 2435 */
    CODEC_MP2T,  /* RFC 2250 2: a transport stream, whatever is in it */
};

/* By the encoding name of an rtpmap, compared without case; CODEC_OTHER when unknown. */
enum codec codec_find(struct span encoding_name);
const char *codec_name(enum codec codec);

/* Whether this RTP payload (behind the RTP header) shows that the picture it belongs to can be
 * decoded without any picture before it. True for at least one packet of each key frame, not
 * always for its first one: parameter sets may go before it under the same timestamp, and the
 * caller goes back to the first packet of that timestamp.
 *   H264  NAL unit 5 (IDR): single, in STAP-A, or at the start bit of an FU-A
 *   H265  NAL units 16 to 21 (IRAP): single, in an AP (48), or at the start of an FU (49)
 *   AV1   the N bit of the aggregation header
 *   VP8   S set, PID 0, and the frame's P bit 0;   VP9  P 0, B 1, and SID 0 where layers are told
 *   MPEG4 a VOP start code (000001B6) of coding type I
 *   JPEG  fragment offset 0 (each picture is a key frame)
 *   MP2T  a packet with random_access_indicator in which a picture's PES packet begins */
bool codec_is_key(enum codec codec, struct span payload);

/* Whether a decoder has to begin with this payload to understand the key frame behind it, though it
 * has a timestamp of its own: of MP2T, the table that says what is in it (PAT). */
bool codec_is_head(enum codec codec, struct span payload);

#endif
