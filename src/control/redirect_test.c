/* SPDX-License-Identifier: Apache-2.0 */
/* The table that leads clients to our resolver: what it says, and that the kernel says the same. */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "control/redirect.h"
#include "nft/apply.h"
#include "nft/print.h"
#include "support/netns.h"
#include "support/oom.h"
#include "support/site.h"

static struct diag *d;
static struct policy policy;
static struct plan plan;
static struct flow_mgr *m;

static void open_policy(const char *text)
{
	d = diag_new();
	m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	assert_int_equal(policy_parse(str_of(text), "egret.yaml", &site_catalogs, d, &policy), 0);
	assert_int_equal(policy_compile(&policy, m, d, &plan), 0);
}

static void close_policy(void)
{
	plan_release(&plan);
	policy_release(&policy);
	flow_mgr_free(m);
	diag_free(d);
}

static struct redirect what(void)
{
	return (struct redirect){ .policy = &policy,
				  .rules = &plan.rules,
				  .listen = policy.resolver.listen,
				  .listens = policy.resolver.listens };
}

#define ZONES                                                                      \
	"zones:\n"                                                                 \
	"  staff: { addresses: [10.1.0.0/16, 2001:db8:1::/48], interface: lan }\n" \
	"  rooms: { addresses: 10.2.0.0/16, interface: lan }\n"                    \
	"  guest: { addresses: 10.3.0.0/16, interface: guest }\n"                  \
	"  far: { addresses: [10.4.0.0/24, 10.4.2.0/24, 10.4.4.1] }\n"             \
	"allow: []\n"
#define LISTEN "resolver: { listen: [10.1.0.1, 10.3.0.1, \"[2001:db8:1::1]:5353\"] }\n"

#define COUNTER "counter packets 0 bytes 0 "
#define FAR "ip saddr { 10.4.0.0/24, 10.4.2.0/24, 10.4.4.1 } "
#define OTHERS4 "ip daddr != { 10.1.0.1, 10.3.0.1 } meta l4proto { tcp, udp } th dport 53 "
#define OTHERS6 "ip6 daddr != { 2001:db8:1::1 } meta l4proto { tcp, udp } th dport 53 "

static const char want[] =
	"table inet egret_dns {\n"
	"\tchain prerouting {\n"
	"\t\ttype nat hook prerouting priority -100; policy accept;\n"
	"\t\tmeta iifname \"lan\" " OTHERS4 COUNTER "dnat ip to 10.1.0.1:53\n"
	"\t\tmeta iifname \"lan\" " OTHERS6 COUNTER "dnat ip6 to [2001:db8:1::1]:5353\n"
	"\t\tmeta iifname \"guest\" " OTHERS4 COUNTER "dnat ip to 10.3.0.1:53\n"
	"\t\tmeta iifname \"guest\" " OTHERS6 COUNTER "dnat ip6 to [2001:db8:1::1]:5353\n"
	"\t\t" FAR OTHERS4 COUNTER "dnat ip to 10.1.0.1:53\n"
	"\t}\n"
	"\tchain forward {\n"
	"\t\ttype filter hook forward priority -10; policy accept;\n"
	"\t\tmeta iifname \"lan\" ct state new tcp dport 853 " COUNTER "reject with tcp reset\n"
	"\t\tmeta iifname \"lan\" ct state new udp dport 853 " COUNTER "reject\n"
	"\t\tmeta iifname \"guest\" ct state new tcp dport 853 " COUNTER "reject with tcp reset\n"
	"\t\tmeta iifname \"guest\" ct state new udp dport 853 " COUNTER "reject\n"
	"\t\t" FAR "ct state new tcp dport 853 " COUNTER "reject with tcp reset\n"
	"\t\t" FAR "ct state new udp dport 853 " COUNTER "reject\n"
	"\t}\n"
	"}\n";

static void expect(const struct nft_ruleset *rs, const char *text)
{
	EG_AUTO(buf_release) struct buf got = BUF_INIT;

	nft_print(rs, NFT_PRINT_STATELESS | NFT_PRINT_SORTED, &got);
	assert_string_equal(got.data, text);
}

static void what_it_says(void **state)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	struct redirect w;

	(void)state;
	open_policy(ZONES LISTEN);
	w = what();
	assert_int_equal(redirect_model(&w, d, &rs), 0);
	assert_int_equal(diag_count(d), 0);
	expect(rs, want);
	close_policy();
}

/* The kernel gives it back as it was said, also when it stood there before. */
static void what_the_kernel_holds(void **state)
{
	struct nft_link *link = NULL;
	struct nft_ruleset *rs;
	struct redirect w;

	(void)state;
	open_policy(ZONES LISTEN);
	w = what();
	assert_int_equal(nft_link_open(&link, d), 0);
	for (unsigned i = 0; i < 2; i++) {
		rs = nft_ruleset_new();
		assert_int_equal(redirect_load(&w, link, d), 0);
		assert_int_equal(nft_read_table(link, NFT_INET, REDIRECT_TABLE, rs, d), 0);
		expect(rs, want);
		nft_ruleset_free(rs);
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(redirect_remove(link, d), 0);
		rs = nft_ruleset_new();
		assert_int_equal(nft_read_table(link, NFT_INET, REDIRECT_TABLE, rs, d), -ENOENT);
		nft_ruleset_free(rs);
	}
	nft_link_close(link);
	close_policy();
}

/* A row on port 853 is the policy's own word: this table does not speak against it. */
static void a_policy_that_uses_the_port(void **state)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	EG_AUTO(buf_release) struct buf got = BUF_INIT;
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	struct redirect w;

	(void)state;
	open_policy(ZONES);
	w = what();
	assert_int_equal(match_one(&rule.match, FLOW_PROTO, 6, 6, plan.arena), 0);
	assert_int_equal(match_one(&rule.match, FLOW_DPORT, 800, 900, plan.arena), 0);
	assert_int_equal(rulelist_add(&plan.rules, &rule), 0);
	assert_int_equal(redirect_model(&w, d, &rs), 0);
	nft_print(rs, NFT_PRINT_STATELESS, &got);
	assert_null(strstr(got.data, "tcp dport 853"));
	assert_non_null(strstr(got.data, "udp dport 853"));
	assert_null(strstr(got.data, "dnat")); /* nobody listens */
	close_policy();
}

static int make(void *data)
{
	struct redirect w = what();
	struct nft_ruleset *rs = NULL;
	int r = redirect_model(&w, d, &rs);

	(void)data;
	nft_ruleset_free(rs);
	return r;
}

static void without_memory(void **state)
{
	(void)state;
	open_policy(ZONES LISTEN);
	assert_true(assert_survives_oom(make, NULL) > 10);
	close_policy();
}

/* ---- with a client ---- */

/* A client behind "lan", a way to the outside, and unbound, which knows one name. */
static const char rig[] =
	"set -e\n"
	"PATH=$PATH:/usr/sbin:/sbin\n"
	"unshare -n sleep 120 >/dev/null 2>&1 &\n"
	"echo $! >$W/client\n"
	"ip link add lan type veth peer name eth0\n"
	/* Until it has a namespace of its own, moving a device there moves it here. */
	"while ! ip link set eth0 netns $(cat $W/client) 2>/dev/null ||\n"
	"      ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done\n"
	"ip link add wan type veth peer name wan1\n"
	"ip addr add 10.1.0.1/24 dev lan; ip addr add 2001:db8:1::1/64 dev lan nodad\n"
	"ip link set lan up; ip link set wan up; ip link set wan1 up\n"
	"ip route add default dev wan; ip -6 route add default dev wan\n"
	"sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1\n"
	"in=\"nsenter -n -t $(cat $W/client)\"\n"
	"$in ip link set lo up; $in ip link set eth0 up\n"
	"$in ip addr add 10.1.0.5/24 dev eth0\n"
	"$in ip addr add 2001:db8:1::5/64 dev eth0 nodad\n"
	"$in ip route add default via 10.1.0.1\n"
	"$in ip -6 route add default via 2001:db8:1::1\n"
	"cat >$W/unbound.conf <<END\n"
	"server:\n"
	"  directory: \"$W\"\n"
	"  chroot: \"\"\n"
	"  username: \"\"\n"
	"  pidfile: \"$W/pid\"\n"
	"  use-syslog: no\n"
	"  logfile: \"$W/log\"\n"
	"  interface: 10.1.0.1\n"
	"  interface: 2001:db8:1::1\n"
	"  access-control: 0.0.0.0/0 allow\n"
	"  access-control: ::/0 allow\n"
	"  module-config: \"iterator\"\n"
	"  local-data: 'www.example. 60 A 192.0.2.80'\n"
	"remote-control:\n"
	"  control-enable: no\n"
	"END\n"
	"unbound -c $W/unbound.conf\n";

static char folder[32];

static int shell(const char *script)
{
	const char *const argv[] = { "/bin/sh", NULL };
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	int r;

	buf_printf(&text,
		   "W=%s\nask() { nsenter -n -t $(cat $W/client) dig +tries=1 +time=1 \"$@\" "
		   "www.example; }\n%s",
		   folder, script);
	r = netns_run(argv, buf_str(&text), &said);
	if (r)
		print_message("# %s\n", said.data ? said.data : "nothing was said");
	return r;
}

static const char *const foreign[] = { "@192.0.2.53", "@192.0.2.53 +tcp", "@2001:db8:ffff::53",
				       "@2001:db8:ffff::53 +tcp" };

static void a_client_that_asks_others(void **state)
{
	struct nft_link *link = NULL;
	struct redirect w;
	char script[200];

	(void)state;
	if (access("/usr/sbin/unbound", X_OK) < 0 || access("/usr/bin/dig", X_OK) < 0) {
		print_message("# skipped: unbound or dig is not installed\n");
		skip();
	}
	(void)snprintf(folder, sizeof(folder), "/tmp/egret-redirect.XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(shell(rig), 0);
	open_policy(ZONES "resolver: { listen: [10.1.0.1, 2001:db8:1::1] }\n");
	w = what();
	assert_int_equal(nft_link_open(&link, d), 0);
	assert_int_equal(shell("! ask @192.0.2.53 >/dev/null"), 0);
	assert_int_equal(redirect_load(&w, link, d), 0);
	for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
		(void)snprintf(script, sizeof(script), "ask %s | grep 192.0.2.80", foreign[i]);
		assert_int_equal(shell(script), 0);
	}
	assert_int_equal(shell("ask @10.1.0.1 | grep 192.0.2.80"), 0);
	assert_int_equal(shell("ask @2001:db8:1::1 +tcp | grep 192.0.2.80"), 0);
	/* Over TLS: refused at once. dig of this age does not speak it, so the port is tried. */
	assert_int_equal(shell("ask -p 853 @192.0.2.53 +tcp 2>&1 | grep refused"), 0);
	assert_int_equal(redirect_remove(link, d), 0);
	assert_int_equal(shell("! ask @192.0.2.53 >/dev/null"), 0);
	assert_int_equal(shell("kill $(cat $W/pid) $(cat $W/client); rm -rf \"$W\""), 0);
	nft_link_close(link);
	close_policy();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says),
		cmocka_unit_test(what_the_kernel_holds),
		cmocka_unit_test(a_policy_that_uses_the_port),
		cmocka_unit_test(without_memory),
		cmocka_unit_test(a_client_that_asks_others),
	};

	if (!netns_enter())
		return 0;
	return cmocka_run_group_tests(tests, site_made_up, site_drop);
}
