/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may ask for which names: all that the resolver needs of a policy, as text.
 *
 * The process that reads foreign packets reads no policies: it gets this, in a sealed memory file,
 * from the one that holds the firewall. Line by line:
 *
 *   egret names 1
 *   inside 10.1.0.0/16            addresses that no name from outside may have
 *   group                         clients, and then what they may ask for
 *   from 10.1.0.0/20
 *   from 2001:db8:1::/52
 *   allow 46 *.zoom.us            for both families; 4 or 6: for that one
 *
 * A client may have what any group that holds it allows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "dns/forwarder.h"
#include "net/addr.h"
#include "net/name.h"
#include "net/prefixlist.h"

enum {
	ASKERS_TEXT_MAX = 64 << 20, /* bytes */
	ASKERS_GROUPS_MAX = 4096
};

struct askers;

/* E_SYNTAX, E_LIMIT with the line in `d`; -ENOMEM. */
EG_CHECK int askers_read(struct str text, struct diag *d, struct askers **ret);
void askers_free(struct askers *a);
void askers_freep(struct askers **a);

enum dns_decision askers_decide(const struct askers *a, struct addr client,
				const struct name *name);
bool askers_inside(const struct askers *a, struct addr address);

/* Clients of the same groups have the same number: what is open for one is open for the other. */
uint64_t askers_side(const struct askers *a, struct addr client);

/* ---- writing; buf's error is sticky ---- */

void askers_write_head(const struct prefixlist *inside, struct buf *out);
void askers_write_group(const struct prefixlist *from, struct buf *out);
void askers_write_name(enum dns_decision families, const struct pattern *p, struct buf *out);
