/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: security rules of PAN-OS, as `set` lines and as XML. */
#include <errno.h>

#include "base/err.h"
#include "dialect/panos_change.h"
#include "dialect/panos_parsing.h"
#include "dialect/panos_read.h"
#include "dialect/panos_schema.h"
#include "dialect/panos_write.h"

enum { SURE = 95, LIKELY = 70 };

/* ---- whose text it is ---- */

/* "pre-rulebase security rules ...", behind a virtual system or device group or not. */
static bool begins_rules(struct str line)
{
	static const char *const base[] = { "rulebase", "pre-rulebase", "post-rulebase" };
	static const char *const kind[] = { "security", "default-security-rules" };
	struct str word = str_cut(&line, ' ');

	if (str_is(word, "vsys") || str_is(word, "device-group")) {
		/* a name in quotes may hold blanks */
		if (line.n && line.p[0] == '"')
			(void)str_cut(&line, '"'), (void)str_cut(&line, '"');
		(void)str_cut(&line, ' ');
		word = str_cut(&line, ' ');
	} else if (str_is(word, "shared")) {
		word = str_cut(&line, ' ');
	}
	for (size_t i = 0; i < ARRAY_LEN(base); i++)
		for (size_t k = 0; k < ARRAY_LEN(kind) && str_is(word, base[i]); k++)
			if (str_starts(line, kind[k]))
				return true;
	return false;
}

/* "address NAME ip-netmask ..." and the like, in any scope. */
static bool begins_object(struct str line)
{
	static const char *const field[] = { " ip-netmask ", " ip-range ", " ip-wildcard ",
					     " protocol tcp port ", " protocol udp port " };
	bool known = str_starts(line, "address ") || str_starts(line, "service ") ||
		     str_starts(line, "shared ") || str_starts(line, "device-group ") ||
		     str_starts(line, "vsys ");

	for (size_t i = 0; known && i < ARRAY_LEN(field); i++)
		if (memmem(line.p, line.n, field[i], strlen(field[i])))
			return true;
	return false;
}

static int judge_lines(struct str text)
{
	static const char set[] = "set ";
	int most = 0;

	while (text.p && most < SURE) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (!str_starts(line, set))
			continue;
		line.p += sizeof(set) - 1;
		line.n -= sizeof(set) - 1;
		if (begins_rules(line))
			most = SURE;
		else if (begins_object(line))
			most = LIKELY;
	}
	return most;
}

/* <config> with rules in it, or the answer of the API around one. */
static int judge_xml(struct str text)
{
	static const char *const mark[] = { "<rulebase>", "<pre-rulebase>", "<post-rulebase>",
					    "<device-group>", "urldb=\"paloaltonetworks\"" };
	static const char *const root[] = { "<config", "<response", "<policy>" };
	bool begins = false;

	for (size_t i = 0; i < ARRAY_LEN(root); i++)
		begins = begins || memmem(text.p, text.n, root[i], strlen(root[i]));
	for (size_t i = 0; begins && i < ARRAY_LEN(mark); i++)
		if (memmem(text.p, text.n, mark[i], strlen(mark[i])))
			return SURE;
	return 0;
}

static int panos_detect(struct str text)
{
	return panos_is_xml(text) ? judge_xml(text) : judge_lines(text);
}

/* ---- reading ---- */

static int panos_read_files(const struct config_file *source, size_t n, const struct assume *assume,
			    struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct panos_tree t = { 0 };
	int r = a ? panos_tree_init(&t, &panos_config_kind, a) : -ENOMEM;

	if (r == 0)
		r = panos_parse_files(&t, source, n, d);
	if (r == 0)
		r = panos_read(&t, source[0].file, assume, m, d, ret);
	panos_tree_release(&t);
	return r;
}

static int panos_read_text(struct str text, const char *file, const struct assume *assume,
			   struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	return panos_read_files(&(struct config_file){ file, text }, 1, assume, m, d, ret);
}

const struct dialect dialect_panos = {
	.name = "panos",
	.title = "security rules of PAN-OS",
	.suffix = ".set",
	.can = DIALECT_READ | DIALECT_WRITE | DIALECT_NAMES,
	.detect = panos_detect,
	.read = panos_read_text,
	.read_files = panos_read_files,
	.change = panos_change,
	.write = panos_write,
};
