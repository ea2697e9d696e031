/* What clients say in a world: requests that are well made, and some that are not. */
#ifndef WEIR_TEST_RTSP_WORLD_REQUEST_H
#define WEIR_TEST_RTSP_WORLD_REQUEST_H

#include "base/reader.h"
#include "rtsp_world.h"

/* A request that the script chooses comes into the connection's inbox. NULL where there is no room
 * for more. It is not shown to the server yet. */
struct world_request *world_ask(struct world_connection *c, struct reader *script);
/* The last one again, byte for byte. */
void world_ask_again(struct world_connection *c);
/* Bytes that are no request. */
void world_put(struct world_connection *c, struct span bytes);

#endif
