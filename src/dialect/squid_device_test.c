/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader against squid itself: random ACLs and access lists, random requests. What must pass is
 * not denied, what may not pass is; and most of it is certain. Names come from a hosts file, also
 * the names of addresses; nothing can be reached, so what is allowed ends at once, as an error.
 *
 * Usage: test-dialect-squid_device [LISTS [SEED]]
 */
#include "support/test.h"

#include "dialect/dialect.h"
#include "support/scratch.h"
#include "support/squidrun.h"
#include "support/squidworld.h"

enum { LISTS = 40, REQUESTS = 80, SEED = 20261126, ACLS = 7, LINES = 6 };

static unsigned long lists = LISTS;
static unsigned long seed = SEED;

/* ---- random ACLs ---- */

static void random_address(struct rand *rng, struct buf *out)
{
	static const char *const value[] = {
		"10.0.0.0/24",
		"10.0.0.0/16",
		"10.0.0.1",
		"10.0.0.1-10.0.0.2",
		"10.0.0.0/8",
		"192.0.2.0/24",
		"192.0.2.0/255.255.255.128",
		"192.0.2.1",
		"192.0.2.77/25",
		"192.0.2.9-192.0.2.200",
		"127.0.0.0/8",
		"127.0.0.2",
		"127.0.0.0/16",
		"127.0.1.0-127.1.0.0/24",
		"2001:db8::/32",
		"2001:db8::/48",
		"2001:db8::1",
		"2001:db8::1-2001:db8:1::1",
		"fd00::/8",
		"fd00::1",
		"fd00::/64",
		"::1",
		"all",
		"0.0.0.0/0",
		"0.0.0.0/1",
		"128.0.0.0/1",
		"::/1",
		"8000::/1",
		"::ffff:a00:0/104",
		"10.0.1.0/24",
		"2001:db8:1::/48",
		"::/0",
		"ipv4",
		"ipv6",
		"10/8",
	};
	size_t n = 1 + rand_below(rng, 3);

	for (size_t i = 0; i < n; i++)
		buf_printf(out, " %s", SQUIDWORLD_PICK(rng, value));
}

/* Domains before the names in them: squid 5 does not start else. */
static void random_names(struct rand *rng, struct buf *out)
{
	static const char *const value[] = {
		".com",	     ".net",	    ".x.com",	     ".a.x.com",    ".six.net",
		".X.com",    ".y.org",	    "x.com",	     "a.x.com",	    "A.x.COM",
		"notx.com",  "y.org",	    "w.y.org",	     "w.y.org.",    "single",
		"*.y.org",   "six.net",	    "a.six.net",     "u_v.six.net", "10.0.0.1",
		"192.0.2.9", "2001:db8::1", "[2001:db8::1]", "none",	    ".0.1",
	};
	bool taken[ARRAY_LEN(value)] = { false };
	size_t n = 1 + rand_below(rng, 4);

	for (size_t i = 0; i < n; i++)
		taken[rand_below(rng, ARRAY_LEN(value))] = true;
	for (size_t i = 0; i < ARRAY_LEN(value); i++)
		if (taken[i])
			buf_printf(out, " %s", value[i]);
}

static void random_regexes(struct rand *rng, struct buf *out)
{
	static const char *const value[] = {
		"\\.x\\.com$",
		"(^|\\.)x\\.com$",
		"^x\\.com$",
		"^(.*\\.)?y\\.org$",
		"^.+\\.x\\.com$",
		".*\\.six\\.net$",
		"-i ^X\\.com$ +i",
		"^A\\.x\\.com$",
		"x\\.com$",
		"^x.com$",
		"six",
		"^10\\.",
		"\\.1$",
		"^u_v\\.six\\.net$",
		"(\\.|^)net$",
		"^[a-z]\\.y",
		"none",
	};
	size_t n = 1 + rand_below(rng, 3);

	for (size_t i = 0; i < n; i++)
		buf_printf(out, " %s", SQUIDWORLD_PICK(rng, value));
}

static void random_ports(struct rand *rng, struct buf *out)
{
	static const char *const value[] = {
		"443", "80", "440-444", "1025-65535", "0-79", "21 80"
	};
	size_t n = 1 + rand_below(rng, 2);

	for (size_t i = 0; i < n; i++)
		buf_printf(out, " %s", SQUIDWORLD_PICK(rng, value));
}

static void random_group(struct rand *rng, size_t before, struct buf *out)
{
	size_t n = 1 + rand_below(rng, 3);

	for (size_t i = 0; i < n; i++)
		buf_printf(out, " %sa%zu", rand_below(rng, 3) ? "" : "!",
			   (size_t)rand_below(rng, before));
}

/* One line of ACL `i`, always of the same type. */
static void acl_line(struct rand *rng, size_t i, unsigned kind, struct buf *out)
{
	static const char *const other[] = { "method CONNECT",	     "method GET POST",
					     "proto HTTP",	     "proto FTP NONE",
					     "url_regex -i x\\.com", "time 00:00-24:00",
					     "method connect" };
	const char *no_lookup = rand_below(rng, 3) ? "-n" : "";

	buf_printf(out, "acl a%zu ", i);
	switch (kind) {
	case 0:
		buf_adds(out, "src");
		random_address(rng, out);
		break;
	case 1:
	case 2:
		buf_printf(out, "dst %s", no_lookup);
		random_address(rng, out);
		break;
	case 3:
	case 4:
		buf_printf(out, "dstdomain %s", no_lookup);
		random_names(rng, out);
		break;
	case 5:
		buf_printf(out, "dstdom_regex %s", no_lookup);
		random_regexes(rng, out);
		break;
	case 6:
		buf_adds(out, "port");
		random_ports(rng, out);
		break;
	case 7:
	case 8:
		buf_adds(out, kind == 7 && i ? "any-of" : i ? "all-of" : "port 443");
		if (i)
			random_group(rng, i, out);
		break;
	default:
		buf_adds(out, SQUIDWORLD_PICK(rng, other));
		break;
	}
	buf_addc(out, '\n');
}

static void make(struct rand *rng, struct buf *out)
{
	static const char *const built_in[] = { "all", "CONNECT", "localhost", "to_localhost",
						"manager" };
	size_t lines = rand_below(rng, LINES + 1);

	for (size_t i = 0; i < ACLS; i++) {
		unsigned kind = (unsigned)rand_below(rng, 10);

		acl_line(rng, i, kind, out);
		/* again, where nothing can come before what holds it */
		if ((kind < 3 || (kind > 5 && kind < 9)) && !rand_below(rng, 4))
			acl_line(rng, i, kind, out);
	}
	for (size_t i = 0; i < lines; i++) {
		size_t n = 1 + rand_below(rng, 3);

		buf_printf(out, "http_access %s", rand_below(rng, 2) ? "allow" : "deny");
		for (size_t k = 0; k < n; k++) {
			const char *not = rand_below(rng, 3) ? "" : "!";

			if (rand_below(rng, 8))
				buf_printf(out, " %sa%zu", not, (size_t)rand_below(rng, ACLS));
			else
				buf_printf(out, " %s%s", not, SQUIDWORLD_PICK(rng, built_in));
		}
		buf_addc(out, '\n');
	}
	assert_int_equal(out->r, 0);
}

/* ---- both ---- */

struct count {
	size_t asked, certain, allowed, refused;
};

static struct reading *read_config(const struct buf *text, const char *at, struct flow_mgr *m,
				   struct diag *d)
{
	const struct assume assume = { .hook = at };
	struct buf messages = BUF_INIT;
	struct reading *r = NULL;

	if (dialect_squid.read(buf_str(text), "squid.conf", &assume, m, d, &r) < 0) {
		diag_format(d, &messages);
		fail_msg("seed %lu: squid reads it, egret does not\n%s\n%s", seed, text->data,
			 messages.data);
	}
	return r;
}

static void compare(const struct buf *text, const struct reading *r,
		    const struct squidworld_request *q, struct count *count)
{
	bool must = flow_leaf_at(r->m, r->must_accept, &q->flow);
	bool may = flow_leaf_at(r->m, r->may[VERDICT_ACCEPT], &q->flow);
	int status = squidrun_ask(q->flow.src, q->get ? "GET" : "CONNECT", q->host, q->flow.dport);
	bool allowed = status != 403;

	if (status < 200 || status == 400 || (must && !allowed) || (!may && allowed)) {
		struct buf flow = BUF_INIT;

		flow_print(&q->flow, &flow);
		fail_msg("seed %lu: %s %s as %s: squid says %d, egret must %d may %d\n%s", seed,
			 q->get ? "GET" : "CONNECT", q->host, flow.data, status, must, may,
			 text->data);
	}
	count->asked++;
	count->certain += must == may;
	count->allowed += allowed;
}

static void one_list(struct rand *rng, struct squidrun *squid, struct str names,
		     struct count *count)
{
	struct buf text = BUF_INIT;
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	struct reading *r[2];

	make(rng, &text);
	assert_true(m && d);
	if (!squidrun_start(squid, buf_str(&text), names)) {
		count->refused++;
	} else {
		r[0] = read_config(&text, "CONNECT", m, d);
		r[1] = read_config(&text, "GET", m, d);
		for (size_t i = 0; i < REQUESTS; i++) {
			struct squidworld_request q = squidworld_random(rng);

			compare(&text, r[q.get], &q, count);
		}
		squidrun_stop(squid);
		reading_free(r[0]);
		reading_free(r[1]);
	}
	diag_free(d);
	flow_mgr_free(m);
	buf_release(&text);
}

static void squid_agrees_with_the_reader(void **state)
{
	struct squidrun squid = { .folder = scratch };
	struct rand rng = { seed };
	struct buf names = BUF_INIT;
	struct count count = { 0 };

	(void)state;
	squidworld_hosts(&names);
	for (unsigned long i = 0; i < lists; i++)
		one_list(&rng, &squid, buf_str(&names), &count);
	print_message("# %lu lists, seed %lu: %zu requests, %zu certain, %zu allowed; %zu lists "
		      "squid does not start with\n",
		      lists, seed, count.asked, count.certain, count.allowed, count.refused);
	assert_true(count.refused < lists / 4);
	assert_true(count.certain > count.asked / 2);
	assert_true(count.allowed > count.asked / 8);
	buf_release(&names);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(squid_agrees_with_the_reader),
	};

	if (argc > 1)
		lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	if (!squidworld_enter())
		return 0;
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
