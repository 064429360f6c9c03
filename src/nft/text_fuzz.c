/* SPDX-License-Identifier: Apache-2.0 */
/* What reads, prints; and what was printed reads again and prints the same. */
#include <assert.h>
#include <stdint.h>

#include "nft/print.h"
#include "nft/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct nft_ruleset *read_text(struct str text)
{
	struct nft_ruleset *rs = NULL;
	struct diag *d = diag_new();
	int r = d ? nft_text_read(text, "fuzz", NULL, d, &rs) : 0;

	assert(r >= 0 || diag_errors(d) > 0);
	assert((r >= 0) == (rs != NULL));
	diag_free(d);
	return rs;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nft_ruleset *first = read_text((struct str){ (const char *)data, size }), *second;
	struct buf a = BUF_INIT, b = BUF_INIT;

	if (!first)
		return 0;
	nft_print(first, 0, &a);
	second = read_text(buf_str(&a));
	assert(second);
	nft_print(second, 0, &b);
	assert(str_eq(buf_str(&a), buf_str(&b)));
	buf_release(&a);
	buf_release(&b);
	nft_ruleset_free(first);
	nft_ruleset_free(second);
	return 0;
}
