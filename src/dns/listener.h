/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets that clients send to, of both kinds, and their connections.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/loop.h"
#include "dns/client.h"

struct listeners;

/* `hook` is borrowed. NULL: out of memory. */
struct listeners *listeners_new(struct loop *loop, const struct client_hook *hook,
				uint32_t idle_ms);
void listeners_free(struct listeners *l);

/* A bound datagram socket or a listening stream socket; takes it over in any case. E_LIMIT. */
EG_CHECK int listeners_add(struct listeners *l, int fd);

/* Where their datagrams go: for bursts of answers. */
struct datagrams *listeners_datagrams(struct listeners *l);

/* Takes nothing from the sockets any more; open connections go on. */
void listeners_pause(struct listeners *l);

/* A non-blocking socket on an address; a stream socket listens. The story is in `d`. */
EG_CHECK int listener_open(const struct peer *at, bool stream, struct diag *d, int *ret_fd);
EG_CHECK int listener_port(int fd, uint16_t *ret);

/* False: it could not be sent, or the client is gone. n 0: no answer, a connection goes on. */
bool client_answer(const struct client *c, const uint8_t *packet, size_t n);
