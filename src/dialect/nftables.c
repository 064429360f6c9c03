/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables.h"

const struct dialect dialect_nftables = {
	.name = "nftables",
	.title = "nftables ruleset",
	.suffix = ".nft",
	.can = 0,
};
