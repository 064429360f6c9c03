/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: access lists of Cisco IOS and IOS XE, as `show running-config` prints them. */
#include <errno.h>

#include "base/err.h"
#include "dialect/ios_change.h"
#include "dialect/ios_read.h"
#include "dialect/ios_write.h"

enum { SURE = 95, LIKELY = 80 };

/* "access-list 101 permit ..."; Cisco ASA has "access-list NAME extended ..." */
static int judge_numbered(struct str rest)
{
	struct str number = str_cut(&rest, ' '), word = str_cut(&rest, ' ');
	uint64_t n;

	if (str_is(word, "extended") || str_is(word, "standard"))
		return -1;
	if (str_u64(number, 9999, &n) < 0)
		return 0;
	return str_is(word, "permit") || str_is(word, "deny") || str_is(word, "remark") ? SURE : 0;
}

/* How sure a line makes; -1: it is of another language. */
static int judge_line(struct str line)
{
	static const char numbered[] = "access-list ";
	struct str rest = line;

	if (str_starts(line, numbered)) {
		rest.p += sizeof(numbered) - 1;
		rest.n -= sizeof(numbered) - 1;
		return judge_numbered(rest);
	}
	if (str_starts(line, "ip access-list extended ") ||
	    str_starts(line, "ip access-list standard "))
		return SURE;
	if (str_starts(line, "ipv6 traffic-filter ") || str_starts(line, "ipv6 access-list "))
		return LIKELY;
	return 0;
}

static int ios_detect(struct str text)
{
	int most = 0;

	while (text.p && most < SURE) {
		int sure = judge_line(str_trim(str_cut(&text, '\n')));

		if (sure < 0)
			return 0;
		most = sure > most ? sure : most;
	}
	return most;
}

static int ios_read_text(struct str text, const char *file, const struct assume *assume,
			 struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(ios_config_freep) struct ios_config *config = NULL;
	int r = ios_parse(text, file, d, &config);

	return r < 0 ? r : ios_read(config, assume, m, d, ret);
}

const struct dialect dialect_ios = {
	.name = "ios",
	.title = "access lists of Cisco IOS",
	.suffix = ".ios",
	.can = DIALECT_READ | DIALECT_WRITE,
	.detect = ios_detect,
	.read = ios_read_text,
	.change = ios_change,
	.write = ios_write,
};
