/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux/netfilter/nf_tables.h beside nft/model.h: both name the flags of a set, with other values.
 *
 * Here the kernel's are NFT_KSET_*. Files of the netlink encoding include this header and never
 * the kernel's own.
 */
#pragma once

#define NFT_SET_CONSTANT NFT_KSET_CONSTANT
#define NFT_SET_INTERVAL NFT_KSET_INTERVAL
#define NFT_SET_TIMEOUT NFT_KSET_TIMEOUT
#include <linux/netfilter/nf_tables.h>
#undef NFT_SET_CONSTANT
#undef NFT_SET_INTERVAL
#undef NFT_SET_TIMEOUT
