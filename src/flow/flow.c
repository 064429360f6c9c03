/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow.h"

#include <assert.h>

static const struct {
	u128 max;
	const char *name;
} dims[FLOW_DIMS] = {
	[FLOW_STATE] = { STATE_COUNT - 1, "state" },
	[FLOW_IIF] = { ZONE_MAX, "in" },
	[FLOW_OIF] = { ZONE_MAX, "out" },
	[FLOW_FRAG] = { 1, "fragment" },
	[FLOW_PROTO] = { UINT8_MAX, "proto" },
	[FLOW_DPORT] = { UINT16_MAX, "dport" },
	[FLOW_FAMILY] = { 1, "family" },
	[FLOW_DST4] = { UINT32_MAX, "dst" },
	[FLOW_DST6] = { U128_MAX, "dst" },
	[FLOW_SRC4] = { UINT32_MAX, "src" },
	[FLOW_SRC6] = { U128_MAX, "src" },
	[FLOW_SPORT] = { UINT16_MAX, "sport" },
	[FLOW_NAME] = { 0, "name" },
};

u128 flow_dim_max(enum flow_dim dim)
{
	return dims[dim].max;
}

const char *flow_dim_name(enum flow_dim dim)
{
	return dims[dim].name;
}

u128 flow_value(const struct flow *f, enum flow_dim dim)
{
	switch (dim) {
	case FLOW_STATE:
		return f->state;
	case FLOW_IIF:
		return f->iif;
	case FLOW_OIF:
		return f->oif;
	case FLOW_FRAG:
		return f->fragment;
	case FLOW_PROTO:
		return f->proto;
	case FLOW_DPORT:
		return f->dport;
	case FLOW_FAMILY:
		return f->dst.family == FAMILY_V6;
	case FLOW_DST4:
	case FLOW_DST6:
		return f->dst.value;
	case FLOW_SRC4:
	case FLOW_SRC6:
		return f->src.value;
	case FLOW_SPORT:
		return f->sport;
	case FLOW_NAME:
	case FLOW_DIMS:
		break;
	}
	assert(!"a dimension with a value");
	return 0;
}
