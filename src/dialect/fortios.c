/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: policies of FortiOS, as `show` and a backup print them. */
#include <errno.h>

#include "base/err.h"
#include "dialect/dialect.h"
#include "dialect/fortios_change.h"
#include "dialect/fortios_read.h"
#include "dialect/fortios_write.h"

enum { SURE = 95, LIKELY = 80 };

static int judge_line(struct str line)
{
	static const char *const sure[] = { "#config-version=FG", "config firewall " },
				 *const likely[] = { "config vdom", "config global",
						     "config system " };

	for (size_t i = 0; i < ARRAY_LEN(sure); i++)
		if (str_starts(line, sure[i]))
			return SURE;
	for (size_t i = 0; i < ARRAY_LEN(likely); i++)
		if (str_starts(line, likely[i]))
			return LIKELY;
	return 0;
}

static int fortios_detect(struct str text)
{
	int most = 0;

	while (text.p && most < SURE) {
		int sure = judge_line(str_trim(str_cut(&text, '\n')));

		most = sure > most ? sure : most;
	}
	return most;
}

static int fortios_read_files(const struct config_file *source, size_t n,
			      const struct assume *assume, struct flow_mgr *m, struct diag *d,
			      struct reading **ret)
{
	EG_AUTO(fos_config_freep) struct fos_config *config = NULL;
	int r = fos_parse(source, n, d, &config);

	return r < 0 ? r : fos_read(config, assume, m, d, ret);
}

static int fortios_read_text(struct str text, const char *file, const struct assume *assume,
			     struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	return fortios_read_files(&(struct config_file){ file, text }, 1, assume, m, d, ret);
}

const struct dialect dialect_fortios = {
	.name = "fortios",
	.title = "policies of FortiOS",
	.suffix = ".conf",
	.can = DIALECT_READ | DIALECT_WRITE | DIALECT_NAMES,
	.detect = fortios_detect,
	.read = fortios_read_text,
	.read_files = fortios_read_files,
	.change = fos_change,
	.write = fos_write,
};
