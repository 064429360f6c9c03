/* SPDX-License-Identifier: Apache-2.0 */
#include "support/squidworld.h"

#include <assert.h>
#include <stdio.h>

#include "support/netns.h"

static const struct {
	const char *name, *addr;
} hosts[] = {
	{ "x.com", "10.0.0.1" },	   { "a.x.com", "10.0.0.2" },
	{ "b.a.x.com", "10.0.1.1" },	   { "notx.com", "10.1.0.1" },
	{ "y.org", "192.0.2.1" },	   { "w.y.org", "192.0.2.9" },
	{ "single", "192.0.2.200" },	   { "six.net", "2001:db8::1" },
	{ "a.six.net", "2001:db8::2" },	   { "u_v.six.net", "2001:db8:1::1" },
	{ "m.x.com", "2001:db8:ffff::9" }, { "lo.net", "127.0.0.9" },
};

static const char *const sources4[] = { "127.0.0.1", "127.0.0.2", "127.0.1.1", "127.1.0.1" };
static const char *const sources6[] = { "::1", "fd00::1", "fd00::2", "fd00:0:0:1::1" };
static const uint16_t ports[] = { 21, 80, 443, 444, 1025, 8443 };

static void must(int r)
{
	assert(r == 0);
	(void)r;
}

const char *squidworld_pick(struct rand *rng, const char *const *list, size_t n)
{
	return list[rand_below(rng, n)];
}

uint16_t squidworld_port(struct rand *rng)
{
	return ports[rand_below(rng, ARRAY_LEN(ports))];
}

void squidworld_hosts(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
		buf_printf(out, "%s %s\n", hosts[i].addr, hosts[i].name);
	must(out->r);
}

struct squidworld_request squidworld_random(struct rand *rng)
{
	struct squidworld_request q = { .flow = { .proto = 6, .state = STATE_NEW } };
	size_t at = rand_below(rng, ARRAY_LEN(hosts));
	bool by_name = rand_below(rng, 3);
	const char *name = hosts[at].name;
	bool v4;

	must(addr_parse(str_of(hosts[at].addr), &q.flow.dst));
	v4 = q.flow.dst.family == FAMILY_V4;
	must(addr_parse(
		str_of(v4 ? SQUIDWORLD_PICK(rng, sources4) : SQUIDWORLD_PICK(rng, sources6)),
		&q.flow.src));
	q.flow.dport = squidworld_port(rng);
	q.get = !rand_below(rng, 4);
	if (by_name) {
		must(name_parse(str_of(name), &q.flow.name));
		(void)snprintf(q.host, sizeof(q.host), "%s%s", name, rand_below(rng, 4) ? "" : ".");
		for (size_t i = 0; !rand_below(rng, 2) && q.host[i]; i++)
			if (q.host[i] >= 'a' && q.host[i] <= 'z' && rand_below(rng, 2))
				q.host[i] = (char)(q.host[i] - 'a' + 'A');
	} else {
		(void)snprintf(q.host, sizeof(q.host), v4 ? "%s" : "[%s]", hosts[at].addr);
	}
	return q;
}

bool squidworld_enter(void)
{
	if (!netns_enter())
		return false;
	for (size_t i = 0; i < ARRAY_LEN(sources6); i++) {
		const char *const add[] = { "ip",  "-6", "addr",  "add", sources6[i],
					    "dev", "lo", "nodad", NULL };
		EG_AUTO(buf_release) struct buf said = BUF_INIT;
		int r = netns_run(add, STR(""), &said);

		if (r != 0 && i > 0) { /* ::1 is there already */
			(void)printf("1..0 # SKIP no IPv6 here\n");
			return false;
		}
	}
	return true;
}
