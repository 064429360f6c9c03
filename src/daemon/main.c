/* SPDX-License-Identifier: Apache-2.0 */
/* The `egretd` program: reads its command line, serves until told to end, answers in exit codes. */
#include <stdio.h>

#include "base/diag.h"
#include "base/err.h"
#include "control/site.h"
#include "daemon/gateway.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/serve.h"
#include "daemon/settings.h"

enum { EXIT_ENDED = 0, EXIT_USAGE = 2, EXIT_FAILED = 3 };

static int print(const char *text)
{
	return fputs(text, stdout) == EOF || fflush(stdout) == EOF ? -5 : 0;
}

static int help(void)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	settings_help(&text);
	return text.r < 0 ? text.r : print(text.data);
}

/* Everything that can be said without touching the kernel or a socket. */
static int check(const struct settings *s, struct diag *d)
{
	EG_AUTO(site_freep) struct site *site = NULL;
	EG_AUTO(gateway_freep) struct gateway *gateway = NULL;
	int r = site_load(s->catalogs, s->policy, d, &site);

	if (r == 0)
		r = gateway_new(&site->policy, &site->plan, site->m, &gateway);
	if (r == 0)
		diag_note(d, NOWHERE, "%zu rules, %zu of them on names", site->plan.rules.n,
			  gateway_rules(gateway));
	return r;
}

static int run(const struct settings *s, char **argv, struct diag *d)
{
	int r;

	if (s->help)
		return help();
	if (s->version)
		return print("egretd " EGRET_VERSION "\n");
	r = s->check ? check(s, d) : serve(s, argv, d);
	if (r < 0 && diag_errors(d) == 0)
		diag_error(d, NOWHERE, "%s", err_text(r));
	return r;
}

int main(int argc, char **argv)
{
	struct settings s = { 0 };
	struct log log = { 0 };
	struct diag *d = diag_new();
	int status = EXIT_FAILED;

	if (!d) {
		(void)fputs("error: out of memory\n", stderr);
		return EXIT_FAILED;
	}
	if (settings_parse(argc, argv, d, &s) < 0) {
		status = EXIT_USAGE;
	} else {
		log.json = s.json;
		if (s.role)
			status = role_main(s.role, &log, d);
		else if (run(&s, argv, d) == 0)
			status = EXIT_ENDED;
	}
	log_tell(&log, d);
	diag_free(d);
	return status;
}
