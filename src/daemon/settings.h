/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of egretd. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "dns/forwarder.h"
#include "net/peer.h"

enum { DNS_PORT = 53 };

struct settings {
	const char *policy, *catalogs; /* NULL: looked for */
	/* What is given here stands in place of what the policy's `resolver:` says. */
	struct peer listen[FORWARDER_LISTENERS_MAX / 2];
	size_t listens;
	struct nameserver upstream[FORWARDER_UPSTREAMS_MAX];
	size_t upstreams;
	struct peer metrics; /* port 0: nobody is told */
	const char *role;    /* egretd itself started this process: daemon/role.h */
	bool json;	     /* of logs */
	bool check, help, version;
};

/* E_SYNTAX, E_LIMIT with the story in `d`. Text is borrowed from argv. */
EG_CHECK int settings_parse(int argc, char **argv, struct diag *d, struct settings *ret);

/* "usage: egretd ..." and the options; the manual page's synopsis says the same. */
void settings_help(struct buf *out);
