/* SPDX-License-Identifier: Apache-2.0 */
/* What flow_parse() accepts, flow_print() writes so that it is read as the same flow. */
#include <assert.h>

#include "flow/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Numbers are themselves, as flow_print() writes them; every other name is zone 7. */
static uint16_t zone(void *data, struct str name)
{
	uint64_t id;

	(void)data;
	return str_u64(name, ZONE_MAX, &id) == 0 ? (uint16_t)id : 7;
}

static bool same(const struct flow *a, const struct flow *b)
{
	return a->state == b->state && a->iif == b->iif && a->oif == b->oif &&
	       a->fragment == b->fragment && a->proto == b->proto && a->dport == b->dport &&
	       a->sport == b->sport && addr_cmp(a->dst, b->dst) == 0 &&
	       addr_cmp(a->src, b->src) == 0 && strcmp(a->name.text, b->name.text) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct diag *d = diag_new();
	struct buf out = BUF_INIT;
	struct flow f, again;

	if (d && flow_parse(text, zone, NULL, d, &f) == 0) {
		flow_print(&f, &out);
		assert(out.r < 0 || flow_parse(buf_str(&out), zone, NULL, d, &again) == 0);
		assert(out.r < 0 || same(&f, &again));
	} else if (d) {
		assert(diag_errors(d) == 1 && diag_get(d, 0)->at.column <= size + 1);
	}
	buf_release(&out);
	diag_free(d);
	return 0;
}
