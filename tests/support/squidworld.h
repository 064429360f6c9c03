/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small world in which a real squid is asked: hosts of both families with their names, clients
 * with several addresses of the loopback interface, some ports.
 */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/rand.h"
#include "flow/flow.h"

/* What squid is asked for, and what it is for egret. */
struct squidworld_request {
	struct flow flow;
	char host[80]; /* a name in some spelling, or an address */
	bool get;      /* by GET, not CONNECT */
};

/* This process into a network namespace of its own, with clients' addresses. False: told, as TAP.
 */
bool squidworld_enter(void);

/* The hosts file. */
void squidworld_hosts(struct buf *out);

struct squidworld_request squidworld_random(struct rand *rng);
uint16_t squidworld_port(struct rand *rng);

/* One of a list. */
#define SQUIDWORLD_PICK(rng, list) squidworld_pick(rng, list, ARRAY_LEN(list))
const char *squidworld_pick(struct rand *rng, const char *const *list, size_t n);
