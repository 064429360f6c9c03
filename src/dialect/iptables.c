/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: what iptables-save, ip6tables-save and ipset save print, and what their restores
 * read. */
#include <errno.h>

#include "base/err.h"
#include "dialect/iptables_read.h"
#include "dialect/iptables_write.h"

enum { SURE = 95, LIKELY = 60 };

/* ":FORWARD DROP [0:0]" or a rule: what follows "*filter". */
static bool is_table_line(struct str line)
{
	return str_starts(line, ":") || str_starts(line, "-A ") || str_starts(line, "-P ") ||
	       str_starts(line, "-N ") || str_starts(line, "[");
}

static bool begins_table(struct str line)
{
	return str_is(line, "*filter") || str_is(line, "*nat") || str_is(line, "*mangle") ||
	       str_is(line, "*raw") || str_is(line, "*security");
}

static bool creates_set(struct str line)
{
	return str_starts(line, "create ") &&
	       (str_find(line, ':') < line.n); /* "create NAME hash:net ..." */
}

static int iptables_detect(struct str text)
{
	bool table = false;
	size_t lines = 0;

	/* The first lines that say something tell it. */
	while (text.p && lines < 3) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (!line.n || line.p[0] == '#')
			continue;
		if (lines == 0 && creates_set(line))
			return SURE;
		if (table && (is_table_line(line) || str_is(line, "COMMIT")))
			return SURE;
		table = begins_table(line);
		if (!table)
			return 0;
		lines++;
	}
	return table ? LIKELY : 0;
}

static int iptables_read_files(const struct config_file *source, size_t n,
			       const struct assume *assume, struct flow_mgr *m, struct diag *d,
			       struct reading **ret)
{
	EG_AUTO(ipt_config_freep) struct ipt_config *config = NULL;
	int r = ipt_parse(source, n, d, &config);

	return r < 0 ? r : ipt_read(config, assume, m, d, ret);
}

static int iptables_read(struct str text, const char *file, const struct assume *assume,
			 struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	return iptables_read_files(&(struct config_file){ file, text }, 1, assume, m, d, ret);
}

const struct dialect dialect_iptables = {
	.name = "iptables",
	.title = "iptables-save, ip6tables-save and ipset save",
	.suffix = ".iptables",
	.can = DIALECT_READ | DIALECT_WRITE | DIALECT_STATES,
	.detect = iptables_detect,
	.read = iptables_read,
	.read_files = iptables_read_files,
	.change = iptables_change,
	.write = iptables_write,
};
