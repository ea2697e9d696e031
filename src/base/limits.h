/* Every bound of the program that is not in the config, with its reason. */
#ifndef WEIR_BASE_LIMITS_H
#define WEIR_BASE_LIMITS_H

enum {
    /* One RTSP message. Real heads stay below 2 KiB; Digest and long URLs may double that. */
    LIMIT_RTSP_HEAD = 16 * 1024,
    LIMIT_RTSP_HEADERS = 64,
    /* An SDP of 32 tracks with long parameter sets stays below this (RFC 4566 sets no bound). */
    LIMIT_RTSP_BODY = 64 * 1024,
    /* An interleaved frame's length has 16 bits (RFC 2326 10.12); with its four bytes before it. */
    LIMIT_FRAME = 4 + 65535,
    LIMIT_URL = 2048,
    /* A path's name, with its NUL: what the config and a request line may name. */
    LIMIT_NAME = 256,

    /* Channels are one byte and a track takes two; nobody has been seen with more than eight. */
    LIMIT_TRACKS = 32,

    /* Waiting to be parsed: one whole message, or a run of frames. */
    LIMIT_INBOX = 256 * 1024,
    /* Waiting to be sent on a control connection: answers, and the rest of one cut packet. */
    LIMIT_OUTBOX = 256 * 1024,

    /* One UDP datagram, and how many one system call brings. */
    LIMIT_DATAGRAM = 65536,
    LIMIT_UDP_BATCH = 32,
    /* The kernel's UDP_MAX_SEGMENTS was 64 before Linux 6.9; and what IP can carry in one send. */
    LIMIT_GSO_SEGMENTS = 64,
    LIMIT_GSO_BYTES = 65000,

    /* Packets an input keeps to restore their order: at 10,000 packets a second, 12 ms. */
    LIMIT_REORDER = 128,
    /* The longest a hole in the sequence holds back what came after it. */
    LIMIT_REORDER_US = 60 * 1000,

    /* Multicast groups that are out or are remembered: as many as 239.255.0.0/16 has. */
    LIMIT_GROUPS = 65536,

    /* Places one bridge sends to. */
    LIMIT_BRIDGE_OUTPUTS = 64,

    LIMIT_LOG_LINE = 2048,
    /* Connections that may be open at once unless the config says otherwise. */
    LIMIT_CONNECTIONS = 10000,
    /* Connections from one address that have not said what they want a second after they came. */
    LIMIT_HALF_OPEN = 64,
};

#endif
