/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a table of askers: read or refused with a story. For a table that is read the
 * decision for a name is that of a plain walk over its lines.
 */
#include <assert.h>

#include "daemon/askers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The slow twin: line by line, believing that all of it can be read. */
static unsigned walk(struct str text, struct addr client, const struct name *name)
{
	bool mine = false;
	unsigned families = 0;

	(void)str_cut(&text, '\n');
	while (text.p && text.n) {
		struct str line = str_cut(&text, '\n');
		struct str word = str_cut(&line, ' ');
		struct prefix p;
		struct pattern pattern;

		if (str_is(word, "group"))
			mine = false;
		if (str_is(word, "from") && prefix_parse(line, &p) == 0)
			mine |= prefix_has(p, client);
		if (!mine || !str_is(word, "allow"))
			continue;
		word = str_cut(&line, ' ');
		if (pattern_parse(line, true, &pattern) < 0 || !pattern_matches(&pattern, name))
			continue;
		families |= str_is(word, "46")	? DNS_ALLOW
			    : str_is(word, "4") ? DNS_ALLOW_V4
						: DNS_ALLOW_V6;
		if (pattern.kind == PATTERN_NAME)
			families |= DNS_NAMED;
	}
	return families;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a.zoom.us", "zoom.us", "example", "b.a.zoom.us" };
	static const char *const clients[] = { "10.1.0.5", "192.0.2.1", "2001:db8:1::5" };
	struct str text = { (const char *)data, size };
	struct diag *d = diag_new();
	struct askers *a = NULL;
	int r = askers_read(text, d, &a);

	assert((r == 0) == (a != NULL) && (r == 0 || diag_errors(d)));
	for (size_t i = 0; a && i < ARRAY_LEN(names); i++) {
		for (size_t k = 0; k < ARRAY_LEN(clients); k++) {
			struct addr client;
			struct name name;

			assert(addr_parse(str_of(clients[k]), &client) == 0);
			assert(name_parse(str_of(names[i]), &name) == 0);
			assert((unsigned)askers_decide(a, client, &name) ==
			       walk(text, client, &name));
		}
	}
	askers_free(a);
	diag_free(d);
	return 0;
}
