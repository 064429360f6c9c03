/* SPDX-License-Identifier: Apache-2.0 */
/* What the responders' handlers share, the answers to datagrams, and those that come late. */
#pragma once

#include <openssl/ssl.h>
#include <stdint.h>

#include "base/attr.h"

struct respond_late;

struct respond_shared {
	int epoll;
	SSL_CTX *tls;
	struct respond_late *late; /* answers that wait for their time */
};

/* One descriptor in the epoll set. `ready` may end and free a handle that is not a listener's. */
struct respond_handle {
	int fd;
	void (*ready)(struct respond_shared *s, struct respond_handle *h, uint32_t events);
};

/* A datagram has come. */
void respond_datagram(struct respond_shared *s, struct respond_handle *h, uint32_t events);

/* Sends what is due; returns the milliseconds until the next is, -1 when none waits. */
int respond_late(struct respond_shared *s);

/*
 * Has `data` sent on `fd` in `ms`, with sendmsg() to `to` from the interface information `control`
 * (both may be empty, for a connected socket). The descriptor is duplicated. A late answer that
 * cannot be kept is not sent.
 */
struct respond_message {
	const void *data, *to, *control;
	size_t n, to_n, control_n;
};
void respond_later(struct respond_shared *s, int fd, const struct respond_message *m, unsigned ms);
