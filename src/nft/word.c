/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/word.h"

#include <errno.h>

static const struct {
	const char *word;
	uint32_t seconds;
} units[] = {
	{ "second", 1 }, { "minute", 60 }, { "hour", 3600 }, { "day", 86400 }, { "week", 604800 },
};

uint32_t nft_unit_seconds(struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_is(word, units[i].word))
			return units[i].seconds;
	return 0;
}

const char *nft_unit_word(uint32_t seconds)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (units[i].seconds == seconds)
			return units[i].word;
	return "second";
}

const char *nft_byte_unit(struct str word)
{
	static const char *const words[] = { "bytes", "kbytes", "mbytes" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i]))
			return words[i];
	return NULL;
}

int nft_family_find(struct str word, enum nft_family *ret)
{
	static const enum nft_family families[] = { NFT_INET,	NFT_IP,	    NFT_ARP,
						    NFT_NETDEV, NFT_BRIDGE, NFT_IP6 };

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		if (str_is(word, nft_family_name(families[i]))) {
			*ret = families[i];
			return 0;
		}
	}
	return -ENOENT;
}

/* nft(8), "Standard priority names": the first table for ip, ip6, inet, arp and netdev. */
int nft_priority_find(struct str word, enum nft_family family, struct str hook, int32_t *ret)
{
	static const struct {
		const char *word;
		int32_t priority;
	} names[] = { { "raw", -300 }, { "mangle", -150 }, { "dstnat", -100 },
		      { "filter", 0 }, { "security", 50 }, { "srcnat", 100 } },
	  bridge[] = { { "dstnat", -300 }, { "filter", -200 }, { "out", 100 }, { "srcnat", 300 } };
	bool is_bridge = family == NFT_BRIDGE && !str_is(hook, "ingress");
	size_t n = is_bridge ? ARRAY_LEN(bridge) : ARRAY_LEN(names);

	for (size_t i = 0; i < n; i++) {
		if (str_is(word, is_bridge ? bridge[i].word : names[i].word)) {
			*ret = is_bridge ? bridge[i].priority : names[i].priority;
			return 0;
		}
	}
	return -ENOENT;
}

enum nft_type nft_reject_code_type(enum nft_reject_type type)
{
	switch (type) {
	case NFT_REJECT_ICMP:
		return NFT_T_ICMP_CODE;
	case NFT_REJECT_ICMPV6:
		return NFT_T_ICMPV6_CODE;
	default:
		return NFT_T_ICMPX_CODE;
	}
}
