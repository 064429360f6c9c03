/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/settings.h"

#include <string.h>

#include "base/err.h"
#include "base/show.h"

static int too_many(const char *option, size_t most, struct diag *d)
{
	diag_error(d, NOWHERE, "more than %zu times %s", most, option);
	return E_LIMIT;
}

static int no_address(const char *option, const char *text, const char *expected, struct diag *d)
{
	diag_error(d, NOWHERE, "%s %s is no address", option, show(str_of(text)).text);
	diag_hint(d, "expected %s", expected);
	return E_SYNTAX;
}

static int add_listen(struct settings *s, const char *text, struct diag *d)
{
	if (s->listens == ARRAY_LEN(s->listen))
		return too_many("--listen", ARRAY_LEN(s->listen), d);
	if (peer_parse(str_of(text), DNS_PORT, &s->listen[s->listens]) < 0)
		return no_address("--listen", text,
				  "192.0.2.1, 192.0.2.1:53, 2001:db8::1 or [2001:db8::1]:53", d);
	s->listens++;
	return 0;
}

static int add_upstream(struct settings *s, const char *text, struct diag *d)
{
	if (s->upstreams == ARRAY_LEN(s->upstream))
		return too_many("--upstream", ARRAY_LEN(s->upstream), d);
	if (nameserver_parse(str_of(text), &s->upstream[s->upstreams]) < 0)
		return no_address("--upstream", text,
				  "192.0.2.53, [2001:db8::53]:53, or tls://192.0.2.53#dns.example",
				  d);
	s->upstreams++;
	return 0;
}

static int take_metrics(struct settings *s, const char *text, struct diag *d)
{
	/* No port is usual for it: one must be said, or the address stands for a mistake. */
	if (peer_parse(str_of(text), 0, &s->metrics) == 0 && s->metrics.port)
		return 0;
	return no_address("--metrics", text, "192.0.2.1:9153 or [2001:db8::1]:9153", d);
}

static int take_log(struct settings *s, const char *value, struct diag *d)
{
	s->json = strcmp(value, "json") == 0;
	if (s->json || strcmp(value, "plain") == 0)
		return 0;
	diag_error(d, NOWHERE, "--log %s", show(str_of(value)).text);
	diag_hint(d, "expected plain or json");
	return E_SYNTAX;
}

static int take_value(struct settings *s, const char *option, const char *value, struct diag *d)
{
	if (strcmp(option, "--policy") == 0)
		s->policy = value;
	else if (strcmp(option, "--catalogs") == 0)
		s->catalogs = value;
	else if (strcmp(option, "--role") == 0)
		s->role = value;
	else if (strcmp(option, "--metrics") == 0)
		return take_metrics(s, value, d);
	else if (strcmp(option, "--log") == 0)
		return take_log(s, value, d);
	else if (strcmp(option, "--listen") == 0)
		return add_listen(s, value, d);
	else
		return add_upstream(s, value, d);
	return 0;
}

static bool has_value(const char *option)
{
	static const char *const with[] = { "--policy", "--catalogs", "--listen", "--upstream",
					    "--log",	"--metrics",  "--role" };

	for (size_t i = 0; i < ARRAY_LEN(with); i++) {
		if (strcmp(option, with[i]) == 0)
			return true;
	}
	return false;
}

static bool *flag_of(struct settings *s, const char *option)
{
	if (strcmp(option, "--check") == 0)
		return &s->check;
	if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0)
		return &s->help;
	return strcmp(option, "--version") == 0 ? &s->version : NULL;
}

int settings_parse(int argc, char **argv, struct diag *d, struct settings *ret)
{
	struct settings s = { 0 };

	for (int i = 1; i < argc; i++) {
		bool *flag = flag_of(&s, argv[i]);
		int r = 0;

		if (flag) {
			*flag = true;
		} else if (has_value(argv[i]) && i + 1 < argc) {
			r = take_value(&s, argv[i], argv[i + 1], d);
			i++;
		} else {
			diag_error(d, NOWHERE,
				   has_value(argv[i]) ? "%s needs a value" : "unknown option %s",
				   show(str_of(argv[i])).text);
			diag_hint(d, "see: egretd --help");
			r = E_SYNTAX;
		}
		if (r < 0)
			return r;
	}
	*ret = s;
	return 0;
}

void settings_help(struct buf *out)
{
	buf_adds(out,
		 "usage: egretd [--policy FILE] [--catalogs DIR] [--listen ADDR[:PORT]] "
		 "[--upstream SERVER] [--metrics ADDR:PORT] [--log plain|json] [--check]\n\n"
		 "The gateway: loads the policy into the kernel and resolves the names in it.\n\n"
		 "  --policy FILE            the site policy\n"
		 "  --catalogs DIR           the folder of the vendors' catalogs\n"
		 "  --listen ADDR[:PORT]     answer DNS queries there; may be repeated\n"
		 "  --upstream SERVER        forward them there, ADDR[:PORT] or "
		 "tls://ADDR[:PORT]#NAME;\n"
		 "                           may be repeated, first is best\n"
		 "                           (both stand in place of what the policy's resolver: "
		 "says)\n"
		 "  --metrics ADDR:PORT      tell Prometheus there what is counted\n"
		 "  --log plain|json         how to say what happens, on standard error\n"
		 "  --check                  read everything, touch nothing\n"
		 "  -h, --help               this text\n"
		 "  --version                the version\n\n"
		 "SIGHUP reads the policy again, SIGUSR2 starts the program anew with the same "
		 "sockets, SIGTERM ends.\n"
		 "Exit: 0 ended as told, 2 usage, 3 failed.\n");
}
