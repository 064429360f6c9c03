/* SPDX-License-Identifier: Apache-2.0 */
/* The engine and every probe against far ends that behave well, badly, or not at all. */
#include "support/test.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/proto.h"
#include "probe/engine.h"
#include "probe/sockaddr.h"

enum { QUICKLY_MS = 300 };

static struct probe_end loopback(enum family family)
{
	u128 v4 = 0x7f000001;

	return (struct probe_end){ .addr = { family, family == FAMILY_V4 ? v4 : 1 } };
}

/* A socket of that kind on a free port of loopback; TCP ones listen. */
static int far_end(enum family family, int type, struct probe_end *ret)
{
	union sockaddr_any sa;
	socklen_t n = sockaddr_of(loopback(family), &sa);
	int fd = socket(sa.any.sa_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, &sa.any, n) < 0)
		return -1;
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 512), 0);
	assert_int_equal(getsockname(fd, &sa.any, &n), 0);
	*ret = sockaddr_end(&sa);
	return fd;
}

static struct probe_result probe_one(const struct probe *p, struct probe_end to)
{
	const struct probe_job job = { .probe = p, .to = to, .timeout_ms = QUICKLY_MS };
	struct probe_result result;

	assert_int_equal(probe_all(&job, 1, NULL, &result), 0);
	return result;
}

static void a_closed_port_refuses(void **state)
{
	static const enum family families[] = { FAMILY_V4, FAMILY_V6 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		bool v4 = families[i] == FAMILY_V4;
		struct probe_result r;
		struct probe_end to;
		int fd = far_end(families[i], SOCK_STREAM, &to);

		if (fd < 0)
			continue; /* no IPv6 here */
		(void)close(fd);
		r = probe_one(&probe_tcp, to);
		assert_int_equal(r.finding, FINDING_REFUSED);
		assert_int_equal(r.refusal, REFUSAL_RESET);
		r = probe_one(&probe_tls, to);
		assert_int_equal(r.finding, FINDING_REFUSED);
		fd = far_end(families[i], SOCK_DGRAM, &to);
		assert_true(fd >= 0);
		(void)close(fd);
		r = probe_one(&probe_udp, to);
		assert_int_equal(r.finding, FINDING_REFUSED);
		assert_int_equal(r.refusal, REFUSAL_ICMP);
		assert_int_equal(r.icmp_type, v4 ? 3 : 1); /* port unreachable */
		assert_int_equal(r.icmp_code, v4 ? 3 : 4);
		assert_int_equal(addr_cmp(r.by, loopback(families[i]).addr), 0);
	}
}

static void silence_is_no_answer(void **state)
{
	struct probe_end tcp, udp;
	int listening = far_end(FAMILY_V4, SOCK_STREAM, &tcp);
	int bound = far_end(FAMILY_V4, SOCK_DGRAM, &udp);

	(void)state;
	for (size_t i = 0; probe_at(i); i++) {
		const struct probe *p = probe_at(i);
		struct probe_result r = probe_one(p, p->proto == PROTO_TCP ? tcp : udp);

		assert_int_equal(r.finding, FINDING_NO_ANSWER);
		/* Nobody accepts, but the kernel completes the handshake. */
		assert_int_equal(r.connected, p->proto == PROTO_TCP);
		assert_true(r.local.port != 0);
	}
	(void)close(listening);
	(void)close(bound);
}

static void what_cannot_be_sent_was_not_tried(void **state)
{
	struct probe_job job = { .probe = &probe_tcp, .to = loopback(FAMILY_V4) };
	struct probe_result result;

	(void)state;
	job.to.port = 9;
	job.from.addr = (struct addr){ FAMILY_V4, 0xc0000201 }; /* 192.0.2.1 is not ours */
	assert_int_equal(probe_all(&job, 1, NULL, &result), 0);
	assert_int_equal(result.finding, FINDING_NOT_TRIED);
	assert_int_equal(result.error, -EADDRNOTAVAIL);
}

/* ---- a far end that says one thing and closes ---- */

static void say_on(int fd, int type, const char *text, size_t n)
{
	char data[2048];

	for (;;) {
		union sockaddr_any from;
		socklen_t m = sizeof(from);
		int c;

		if (type == SOCK_DGRAM) {
			if (recvfrom(fd, data, sizeof(data), 0, &from.any, &m) >= 0)
				(void)sendto(fd, text, n, 0, &from.any, m);
			continue;
		}
		c = accept(fd, NULL, NULL);
		if (recv(c, data, sizeof(data), 0) > 0 && n)
			(void)send(c, text, n, MSG_NOSIGNAL);
		(void)close(c);
	}
}

static pid_t start_saying(int type, const char *text, size_t n, struct probe_end *to)
{
	int fd = far_end(FAMILY_V4, type, to);
	pid_t pid;

	assert_true(fd >= 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		say_on(fd, type, text, n);
	}
	(void)close(fd);
	return pid;
}

static void stop_saying(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static void what_comes_back_is_judged(void **state)
{
	static const struct {
		const char *probe, *says;
		enum finding finding;
		const char *detail;
	} cases[] = {
		{ "tcp", "x", FINDING_ANSWERED, "TCP: 1 bytes back" },
		{ "tcp", "", FINDING_ANSWERED, "TCP: accepted, closed without a byte" },
		{ "udp", "hello", FINDING_ANSWERED, "UDP: 5 bytes" },
		{ "http", "HTTP/1.1 404 Not Found\r\n\r\n", FINDING_ANSWERED, "HTTP 404" },
		{ "http", "HTTP/1.0 200\n\n", FINDING_ANSWERED, "HTTP 200" },
		{ "http", "", FINDING_BROKEN, "the answer has no HTTP status line" },
		{ "http", "HTTP/1.1 OK\r\n", FINDING_BROKEN, "the answer has no HTTP status line" },
		{ "http", "HTTP/1.1 099 x\r\n", FINDING_BROKEN,
		  "the answer has no HTTP status line" },
		{ "http", "220 mail ready\r\n", FINDING_BROKEN,
		  "the answer has no HTTP status line" },
		{ "tls", "HTTP/1.1 400 Bad Request\r\n\r\n", FINDING_BROKEN, NULL },
		{ "tls", "", FINDING_BROKEN, "no TLS: closed in the middle of the handshake" },
		{ "stun", "hello", FINDING_BROKEN, NULL },
		{ "quic", "hello", FINDING_BROKEN, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct probe *p = probe_find(str_of(cases[i].probe));
		struct probe_end to;
		struct probe_result r;
		pid_t pid;

		assert_non_null(p);
		pid = start_saying(p->proto == PROTO_TCP ? SOCK_STREAM : SOCK_DGRAM, cases[i].says,
				   strlen(cases[i].says), &to);
		r = probe_one(p, to);
		stop_saying(pid);
		if (r.finding != cases[i].finding)
			print_message("%s \"%s\": %s\n", cases[i].probe, cases[i].says, r.detail);
		assert_int_equal(r.finding, cases[i].finding);
		if (cases[i].detail)
			assert_string_equal(r.detail, cases[i].detail);
	}
}

static void hundreds_run_in_few_places_and_keep_their_order(void **state)
{
	enum { JOBS = 400, MOST = 16 };
	const struct probe_limits limits = { .most = MOST };
	struct probe_job job[JOBS];
	struct probe_result *result = mem_zero(JOBS, sizeof(*result));
	struct probe_end open_at, closed_at;
	pid_t pid = start_saying(SOCK_STREAM, "x", 1, &open_at);
	int closed = far_end(FAMILY_V4, SOCK_STREAM, &closed_at);

	(void)state;
	assert_non_null(result);
	(void)close(closed);
	for (size_t i = 0; i < JOBS; i++)
		job[i] = (struct probe_job){ .probe = &probe_tcp,
					     .to = i % 3 ? open_at : closed_at };
	assert_int_equal(probe_all(job, JOBS, &limits, result), 0);
	for (size_t i = 0; i < JOBS; i++) {
		assert_int_equal(result[i].finding, i % 3 ? FINDING_ANSWERED : FINDING_REFUSED);
		assert_int_equal(result[i].remote.port, job[i].to.port);
	}
	stop_saying(pid);
	mem_free(result);
}

static void running_out_of_memory_is_told(void **state)
{
	struct probe_end to;
	int fd = far_end(FAMILY_V4, SOCK_STREAM, &to);
	struct probe_job job[3];
	struct probe_result result[3];
	long n = 0;
	int r;

	(void)state;
	(void)close(fd);
	for (size_t i = 0; i < ARRAY_LEN(job); i++)
		job[i] = (struct probe_job){ .probe = &probe_tcp, .to = to };
	do {
		mem_fail_after(n++);
		r = probe_all(job, ARRAY_LEN(job), NULL, result);
		mem_fail_after(-1);
	} while (r == -ENOMEM);
	assert_int_equal(r, 0);
	assert_true(n > (long)ARRAY_LEN(job));
	assert_int_equal(result[2].finding, FINDING_REFUSED);
}

static void findings_read_like_sentences(void **state)
{
	static const struct {
		struct probe_result r;
		const char *text;
	} cases[] = {
		{ { .finding = FINDING_ANSWERED, .duration_ns = 1234567, .detail = "HTTP 200" },
		  "answered in 1.2 ms: HTTP 200" },
		{ { .finding = FINDING_REFUSED, .refusal = REFUSAL_RESET }, "refused: TCP reset" },
		{ { .finding = FINDING_REFUSED,
		    .refusal = REFUSAL_ICMP,
		    .icmp_type = 3,
		    .icmp_code = 13,
		    .by = { FAMILY_V4, 0x0a000001 } },
		  "refused by 10.0.0.1: ICMP type 3 code 13" },
		{ { .finding = FINDING_NO_ANSWER }, "no answer" },
		{ { .finding = FINDING_NOT_TRIED, .error = -ENETUNREACH },
		  "could not try: Network is unreachable" },
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_clear(&text);
		probe_result_print(&cases[i].r, &text);
		assert_string_equal(text.data, cases[i].text);
	}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_closed_port_refuses),
		cmocka_unit_test(silence_is_no_answer),
		cmocka_unit_test(what_cannot_be_sent_was_not_tried),
		cmocka_unit_test(what_comes_back_is_judged),
		cmocka_unit_test(hundreds_run_in_few_places_and_keep_their_order),
		cmocka_unit_test(running_out_of_memory_is_told),
		cmocka_unit_test(findings_read_like_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
