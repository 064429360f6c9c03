/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Media may pause (S16): after 65 s of silence the far end speaks, and the packet must get through
 * the policy as egret writes it. The control, at the same time: the kernel's own timeout of 30 s,
 * under which it must not.
 */
#include "support/test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "dialect/dialect.h"
#include "lab/lab.h"
#include "lab/respond.h"
#include "net/proto.h"
#include "support/netns.h"
#include "support/site.h"

enum { PAUSE_MS = 65 * 1000, PORT = 8801, NOWHERE_TO_RUN = 100 };

static struct probe_end end_of(const char *addr, unsigned port)
{
	struct probe_end end = { .port = (uint16_t)port };

	assert_int_equal(addr_parse(str_of(addr), &end.addr), 0);
	return end;
}

/* The worst finding of both families after the pause, or NOWHERE_TO_RUN. */
static int finding_after_pause(const struct policy *p, struct buf *ruleset, struct diag *d)
{
	static struct respond_ports ports;
	static const char *const ends[][2] = { { "10.1.0.9", "3.7.35.1" },
					       { "2001:db8:1::9", "2407:30c0::1" } };
	struct topology t = TOPOLOGY_INIT;
	struct lab *lab = NULL;
	struct lab_job job[ARRAY_LEN(ends)];
	struct probe_result result[ARRAY_LEN(ends)];
	int r = topology_of_policy(p, d, &t);

	if (r == 0)
		r = lab_start(&t, d, &lab);
	if (r == E_UNSUPPORTED) {
		topology_release(&t);
		return NOWHERE_TO_RUN;
	}
	assert_int_equal(r, 0);
	respond_want(&ports, PROTO_UDP, PORT);
	assert_int_equal(respond_start(lab, t.outside, &ports), 0);
	assert_int_equal(lab_gateway_run(lab, netns_load, ruleset, d, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		job[i] = (struct lab_job){ .job = { .probe = &probe_udp,
						    .from = end_of(ends[i][0], 0),
						    .to = end_of(ends[i][1], PORT),
						    .pause_ms = PAUSE_MS } };
		job[i].node = topology_find(&t, job[i].job.from.addr);
	}
	assert_int_equal(lab_probe(lab, job, ARRAY_LEN(job), NULL, result), 0);
	lab_stop(lab);
	topology_release(&t);
	print_message("# %s, %s\n", result[0].detail, result[1].detail);
	assert_int_equal(result[0].finding, result[1].finding);
	return (int)result[0].finding;
}

static void a_call_survives_a_minute_of_silence(void **state)
{
	static const char plain[] = "table inet t {\nchain f { type filter hook forward priority 0;"
				    " policy drop;\nct state established accept\n"
				    "udp dport 8801 accept\n}\n}\n";
	struct arena *a = arena_new();
	struct site site;
	struct losses lost = { 0 };
	struct buf written = BUF_INIT, control = BUF_INIT;
	int finding, status;
	pid_t pid;

	(void)state;
	if (access("/usr/sbin/nft", X_OK) < 0) {
		print_message("# skipped: no nft here\n");
		skip();
	}
	site_open(&site, "catalogs", "examples/zoom-office.yaml");
	assert_int_equal(
		dialect_nftables.write(&site.plan.rules, site.m, a, site.d, &written, &lost), 0);
	buf_adds(&control, plain);
	pid = fork();
	if (pid == 0)
		_exit(finding_after_pause(&site.policy, &control, site.d));
	finding = finding_after_pause(&site.policy, &written, site.d);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (finding != NOWHERE_TO_RUN) {
		assert_int_equal(finding, FINDING_ANSWERED);
		assert_int_equal(WEXITSTATUS(status), FINDING_NO_ANSWER);
	}
	buf_release(&written);
	buf_release(&control);
	arena_free(a);
	site_close(&site);
	if (finding == NOWHERE_TO_RUN) {
		print_message("# skipped: no lab can be built here\n");
		skip();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_survives_a_minute_of_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
