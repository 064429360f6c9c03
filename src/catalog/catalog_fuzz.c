/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: a catalog is refused with a message and nothing stays, or it keeps its word: what is
 * verified has no reason, what cannot be used says why, nothing without lists or names, protocol
 * or ports is usable, and no inbound row has our roles. Messages are safe for a terminal whatever
 * the text was.
 */
#include <assert.h>
#include <stdint.h>

#include "base/err.h"
#include "catalog/catalog.h"
#include "net/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every list file has two entries of the family that its name ends in; "none" is not there. */
static int stub_read(void *data, const char *path, struct buf *out, struct diag *d)
{
	struct str file = str_of(path);

	(void)data;
	if (str_ends(file, "none")) {
		diag_error(d, (struct place){ .file = path }, "not there");
		return E_UNKNOWN;
	}
	buf_adds(out, str_ends(file, "6.txt") ? "2001:db8::/32\n2001:db9::1\n"
					      : "192.0.2.0/24\n198.51.100.7\n");
	return out->r;
}

static void check_messages(const struct diag *d)
{
	struct buf told = BUF_INIT;

	diag_format(d, &told);
	for (size_t i = 0; i < told.n; i++)
		assert((unsigned char)told.data[i] >= 0x20 || told.data[i] == '\n');
	buf_release(&told);
}

static void check_requirement(const struct requirement *q)
{
	bool usable = q->usable4 || q->usable6;

	assert(usable == (q->status != STATUS_INCOMPLETE));
	assert((q->status == STATUS_VERIFIED) == !q->reason);
	assert(!usable || q->lists || q->names);
	assert(!usable || (q->proto && proto_has_ports(q->proto) == (q->ports.n > 0)));
	assert(!q->verified || q->status != STATUS_UNVERIFIED);
	assert(!q->usable4 || q->v4);
	assert(!q->usable6 || q->v6);
	assert(q->v4 || q->v6 || q->status == STATUS_INCOMPLETE);
	assert((q->direction == DIRECTION_INBOUND) == (q->roles == ROLE_VENDOR));
	assert((q->direction == DIRECTION_INBOUND) == (q->endpoint != NULL));
	for (size_t i = 0; i < q->lists; i++)
		assert((q->list[i]->lines == 0) == (q->list[i]->missing != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct list_source source = { .read = stub_read };
	struct diag *d = diag_new();
	struct catalog c;
	int r;

	assert(d);
	r = catalog_read((struct str){ (const char *)data, size }, "fuzz/catalog.yaml", &source, d,
			 &c);
	assert((r < 0) == (diag_errors(d) > 0));
	assert((r < 0) == (c.arena == NULL));
	check_messages(d);
	for (size_t i = 0; r == 0 && i < c.services; i++) {
		for (size_t k = 0; k < c.service[i].requirements; k++)
			check_requirement(&c.service[i].requirement[k]);
	}
	catalog_release(&c);
	diag_free(d);
	return 0;
}
