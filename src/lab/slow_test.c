/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Media may pause (S16): after 65 s of silence the far end speaks, and the packet must get through
 * the policy as egret writes it. The control, at the same time: the kernel's own timeout of 30 s,
 * under which it must not.
 */
#include "support/test.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "dialect/dialect.h"
#include "lab/lab.h"
#include "lab/respond.h"
#include "net/proto.h"
#include "policy/policy.h"

enum { PAUSE_MS = 65 * 1000, PORT = 8801, NOWHERE_TO_RUN = 100 };

static int run_nft(void *data, struct diag *d, struct buf *out)
{
	const struct buf *text = data;
	EG_AUTO(fd_closep) int input = memfd_create("ruleset", MFD_CLOEXEC);
	int status;
	pid_t pid;

	(void)d;
	(void)out;
	if (input < 0 || write(input, text->data, text->n) != (ssize_t)text->n ||
	    lseek(input, 0, SEEK_SET) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		if (dup2(input, 0) == 0)
			(void)execl("/usr/sbin/nft", "nft", "-f", "-", NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EINVAL;
}

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
	assert_int_equal(lab_gateway_run(lab, run_nft, ruleset, d, NULL), 0);
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
	struct diag *d = diag_new();
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct arena *a = arena_new();
	struct catalogs catalogs = CATALOGS_INIT;
	struct policy policy = POLICY_INIT;
	struct plan plan = PLAN_INIT;
	struct losses lost = { 0 };
	struct buf written = BUF_INIT, control = BUF_INIT;
	int finding, status;
	pid_t pid;

	(void)state;
	if (access("/usr/sbin/nft", X_OK) < 0) {
		print_message("# skipped: no nft here\n");
		skip();
	}
	assert_int_equal(catalogs_load("catalogs", d, &catalogs), 0);
	assert_int_equal(policy_load("examples/zoom-office.yaml", &catalogs, d, &policy), 0);
	assert_int_equal(policy_compile(&policy, m, d, &plan), 0);
	assert_int_equal(dialect_nftables.write(&plan.rules, m, a, d, &written, &lost), 0);
	buf_adds(&control, plain);
	pid = fork();
	if (pid == 0)
		_exit(finding_after_pause(&policy, &control, d));
	finding = finding_after_pause(&policy, &written, d);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (finding != NOWHERE_TO_RUN) {
		assert_int_equal(finding, FINDING_ANSWERED);
		assert_int_equal(WEXITSTATUS(status), FINDING_NO_ANSWER);
	}
	buf_release(&written);
	buf_release(&control);
	plan_release(&plan);
	policy_release(&policy);
	catalogs_release(&catalogs);
	arena_free(a);
	flow_mgr_free(m);
	diag_free(d);
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
