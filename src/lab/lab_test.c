/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "lab/lab.h"
#include "lab/respond.h"
#include "net/proto.h"
#include "probe/sockaddr.h"

static struct topology topology;
static struct lab *lab;
static struct diag *diag;

static void say(void)
{
	struct buf text = BUF_INIT;

	diag_format(diag, &text);
	if (text.n)
		print_message("%s", text.data);
	buf_release(&text);
}

static int make_lab(void **state)
{
	int r;

	(void)state;
	diag = diag_new();
	assert_non_null(diag);
	assert_int_equal(topology_add(&topology, "lan", "10.1.0.0/20 10.1.16.0/20 2001:db8:1::/52"),
			 0);
	assert_int_equal(topology_add(&topology, "guest", "10.1.32.0/20 2001:db8:1:2000::/52"), 0);
	assert_int_equal(topology_add(&topology, "wan", ""), 0);
	topology.outside = 2;
	r = lab_start(&topology, diag, &lab);
	if (r < 0)
		say();
	return r == E_UNSUPPORTED ? 0 : r; /* each test skips then */
}

static int end_lab(void **state)
{
	(void)state;
	lab_stop(lab);
	topology_release(&topology);
	diag_free(diag);
	return 0;
}

static struct probe_end end_of(const char *addr, unsigned port)
{
	struct probe_end end = { .port = (uint16_t)port };

	assert_int_equal(addr_parse(str_of(addr), &end.addr), 0);
	return end;
}

static void every_probe_is_answered_through_the_open_gateway(void **state)
{
	static const struct {
		size_t node;
		const char *probe, *from, *to;
		unsigned port;
	} cases[] = {
		{ 0, "tcp", "10.1.2.3", "170.114.10.1", 8801 },
		{ 0, "tcp", "2001:db8:1:7::1", "2407:30c0::1", 8801 },
		{ 0, "tls", "10.1.17.3", "170.114.10.1", 443 },
		{ 0, "tls", "2001:db8:1:7::1", "2407:30c0::1", 443 },
		{ 0, "http", "10.1.2.3", "1.1.1.1", 80 },
		{ 0, "http", "2001:db8:1:7::1", "2407:30c0::1", 80 },
		{ 0, "udp", "10.1.2.3", "170.114.10.1", 8801 },
		{ 0, "udp", "2001:db8:1:7::1", "2407:30c0::1", 8801 },
		{ 0, "stun", "10.1.2.3", "170.114.10.1", 3478 },
		{ 0, "stun", "2001:db8:1:7::1", "2407:30c0::1", 3478 },
		{ 0, "quic", "10.1.2.3", "170.114.10.1", 443 },
		{ 1, "quic", "2001:db8:1:2000::1", "2407:30c0::1", 443 },
		{ 2, "tls", "170.114.10.1", "10.1.0.9", 443 },
		{ 2, "udp", "2407:30c0::1", "2001:db8:1:7::77", 8801 },
	};
	static struct respond_ports ports;
	struct lab_job job[ARRAY_LEN(cases)];
	struct probe_result result[ARRAY_LEN(cases)];
	struct buf text = BUF_INIT;

	(void)state;
	if (!lab) {
		print_message("# skipped: no lab can be built here\n");
		skip();
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct probe *probe = probe_find(str_of(cases[i].probe));

		assert_non_null(probe);
		respond_want(&ports, probe->proto, (uint16_t)cases[i].port);
		job[i] = (struct lab_job){ .node = cases[i].node };
		job[i].job =
			(struct probe_job){ .probe = probe,
					    .to = end_of(cases[i].to, cases[i].port),
					    .from = end_of(cases[i].from, 20000 + (unsigned)i) };
	}
	assert_int_equal(respond_start(lab, 2, &ports), 0);
	assert_int_equal(respond_start(lab, 0, &ports), 0);
	assert_int_equal(lab_probe(lab, job, ARRAY_LEN(job), NULL, result), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_clear(&text);
		probe_result_print(&result[i], &text);
		print_message("# %s %s -> %s: %s\n", cases[i].probe, cases[i].from, cases[i].to,
			      text.data);
		assert_int_equal(result[i].finding, FINDING_ANSWERED);
		assert_int_equal(result[i].local.port, 20000 + i);
	}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_probe_is_answered_through_the_open_gateway),
	};

	return cmocka_run_group_tests(tests, make_lab, end_lab);
}
