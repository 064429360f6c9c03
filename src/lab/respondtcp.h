/* SPDX-License-Identifier: Apache-2.0 */
/* The responders' TCP connections: each becomes TLS, HTTP or an echo by its first bytes. */
#pragma once

#include "lab/respondudp.h"

/* Somebody connects to a listening socket. */
void respond_accept(struct respond_shared *s, struct respond_handle *h, uint32_t events);
