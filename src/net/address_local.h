/* Whether an address is one of the machine's own. Asks the kernel; any thread. */
#ifndef WEIR_NET_ADDRESS_LOCAL_H
#define WEIR_NET_ADDRESS_LOCAL_H

#include "net/address.h"

/* True for every loopback address, for 0.0.0.0 and ::, and where the kernel cannot be asked. */
bool address_is_local(const struct address *a);

#endif
