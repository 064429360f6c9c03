/* SPDX-License-Identifier: Apache-2.0 */
/* What reads as JSON prints as text, and that text reads back to the same. */
#include <assert.h>
#include <stdint.h>

#include "nft/json.h"
#include "nft/print.h"
#include "nft/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct nft_ruleset *first = NULL, *second = NULL;
	struct diag *d = diag_new();
	struct buf a = BUF_INIT, b = BUF_INIT;
	int r = nft_json_read(text, "fuzz", d, &first);

	assert(r >= 0 || diag_errors(d) > 0);
	if (r >= 0) {
		nft_print(first, 0, &a);
		r = nft_text_read(buf_str(&a), "fuzz", NULL, d, &second);
		assert(r >= 0);
		nft_print(second, 0, &b);
		assert(str_eq(buf_str(&a), buf_str(&b)));
	}
	buf_release(&a);
	buf_release(&b);
	nft_ruleset_free(first);
	nft_ruleset_free(second);
	diag_free(d);
	return 0;
}
