#include "daemon/clip_data.h"

/* .incbin costs the compiler nothing, where an array of 400,000 numbers would. */
#define INCLUDE_BYTES(name, file)                                                                  \
    __asm__(".section .rodata\n" #name "_start:\n.incbin \"" file "\"\n" #name "_end:\n.byte 0\n"  \
            ".previous\n");                                                                        \
    extern const uint8_t name##_start[], name##_end[]

INCLUDE_BYTES(clip_rtp_bytes, CLIP_DIR "/clip.rtp");
INCLUDE_BYTES(clip_sdp_bytes, CLIP_DIR "/clip.sdp");

struct span clip_packets(void)
{
    return span_of(clip_rtp_bytes_start, (size_t)(clip_rtp_bytes_end - clip_rtp_bytes_start));
}

struct span clip_sdp(void)
{
    return span_of(clip_sdp_bytes_start, (size_t)(clip_sdp_bytes_end - clip_sdp_bytes_start));
}
