/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real squid on the loopback interface of this network namespace, and a client that asks it. What
 * squid allows ends at once: no destination can be reached from here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"
#include "net/addr.h"

struct squidrun {
	pid_t pid;
	const char *folder; /* where its files are; it must be there */
};

/*
 * Runs squid with this configuration; `hosts` is its /etc/hosts, and all it knows of names. False:
 * it does not start with it; what it says is in the folder's "squid.log".
 */
bool squidrun_start(struct squidrun *s, struct str config, struct str hosts);
void squidrun_stop(struct squidrun *s);

/* Asks for host and port from that source; the status of the answer (403: denied), or negative. */
int squidrun_ask(struct addr src, const char *method, const char *host, uint16_t port);

/* squid -k parse: does it take the configuration? */
bool squidrun_parses(const char *folder, struct str config);
