/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that only report: the table of a policy as it is, with every counter and lookup, but for
 * what would end a packet's way. Each drop and reject leads to the chain "would-drop" instead,
 * which counts, logs once a second at most ("egret would drop: ..."), and accepts. So no packet is
 * changed, and what the policy would do can be seen before it does it.
 */
#pragma once

#include "base/attr.h"
#include "nft/model.h"

#define NFTABLES_WOULD_DROP "would-drop"

/* Changes a model that nftables_write_model() made. */
EG_CHECK int nftables_report_only(struct nft_ruleset *rs);
