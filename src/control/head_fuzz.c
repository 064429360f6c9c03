/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: whatever a server sends, what is kept of it is empty or of the form that may go back to
 * it, on one line; and the header of an answer does not depend on the one before.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "control/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct head *h, struct str text)
{
	while (text.p)
		head_line(h, str_cut(&text, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char again[] = "HTTP/1.1 200 OK\r\n";
	struct str text = { (const char *)data, size };
	struct head h = { 0 };
	struct head twice;

	read_all(&h, text);
	assert(!h.etag[0] || head_is_etag(str_of(h.etag)));
	assert(!h.modified[0] || head_is_date(str_of(h.modified)));
	assert(str_is_line(str_of(h.etag)) && str_is_line(str_of(h.modified)) &&
	       str_is_line(str_of(h.type)));
	assert(strlen(h.type) <= HEAD_TYPE_MAX && !strchr(h.type, ' '));
	twice = h;
	head_line(&twice, STR(again));
	read_all(&twice, text);
	assert(strcmp(twice.etag, h.etag) == 0);
	assert(strcmp(twice.modified, h.modified) == 0);
	assert(strcmp(twice.type, h.type) == 0);
	return 0;
}
