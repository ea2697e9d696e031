/* What an origin says to the virtual client: answers that fit, answers that do not, and requests of
 * its own. A script's bytes choose. */
#ifndef WEIR_TEST_RTSP_ORIGIN_H
#define WEIR_TEST_RTSP_ORIGIN_H

#include "base/reader.h"
#include "base/writer.h"
#include "wire/rtsp_message.h"

/* To a request of this method with this CSeq, or with another CSeq. Returns the status. */
int origin_answer(struct writer *w, struct reader *script, enum rtsp_method method, uint32_t cseq,
                  bool is_stray);
/* Returns the method. */
enum rtsp_method origin_ask(struct writer *w, struct reader *script, uint32_t cseq);

#endif
