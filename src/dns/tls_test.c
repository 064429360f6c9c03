/* SPDX-License-Identifier: Apache-2.0 */
/* Upstreams over TLS: a real one (unbound), with certificates of our own. */
#include "support/test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/file.h"
#include "dns/tls.h"
#include "support/netns.h"
#include "support/resolver.h"

/* Makes all files in "."; unbound resolves nothing but what stands here. */
static const char make[] =
	"set -e\n"
	"key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'\n"
	"for ca in ours theirs; do\n"
	"openssl req -x509 $key -keyout $ca.key -out $ca.pem -subj \"/CN=$ca\" -days 2\n"
	"done\n"
	"openssl req -new $key -keyout dns.key -out dns.csr -subj /CN=other.example\n"
	"echo subjectAltName=DNS:dns.example >ext\n"
	"openssl x509 -req -in dns.csr -CA ours.pem -CAkey ours.key -extfile ext -days 2 "
	"-out dns.pem\n"
	"cat >unbound.conf <<END\n"
	"server:\n"
	"  directory: \"$PWD\"\n"
	"  chroot: \"\"\n"
	"  username: \"\"\n"
	"  pidfile: \"$PWD/pid\"\n"
	"  use-syslog: no\n"
	"  logfile: \"$PWD/log\"\n"
	"  interface: 127.0.0.3@8853\n"
	"  interface: 127.0.0.3@5300\n"
	"  tls-port: 8853\n"
	"  tls-service-key: \"$PWD/dns.key\"\n"
	"  tls-service-pem: \"$PWD/dns.pem\"\n"
	"  module-config: \"iterator\"\n"
	"  local-zone: \"zoom.us.\" static\n"
	"$(for i in $(seq 200); do echo \"  local-data: 'a$i.zoom.us. 60 A 20.0.0.$i'\"; done)\n"
	"remote-control:\n"
	"  control-enable: no\n"
	"END\n";

static struct {
	char folder[32];
	bool ready; /* unbound is installed, and runs */
} w;

static struct resolver t;

static int shell(const char *script)
{
	const char *const argv[] = { "/bin/sh", NULL };
	struct buf text = BUF_INIT;
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	int r;

	buf_printf(&text, "cd %s\n%s", w.folder, script);
	r = netns_run(argv, buf_str(&text), &said);
	buf_release(&text);
	if (r)
		print_message("# %s\n", said.data ? said.data : "nothing was said");
	return r;
}

/* It goes into the background when it listens. */
static int start_server(void)
{
	return shell("PATH=$PATH:/usr/sbin unbound -c unbound.conf");
}

static int stop_server(void)
{
	return shell("[ ! -e pid ] || { p=$(cat pid); kill $p\n"
		     "while kill -0 $p 2>/dev/null; do sleep 0.02; done; rm -f pid; }");
}

static int open_world(void **state)
{
	(void)state;
	(void)snprintf(w.folder, sizeof(w.folder), "/tmp/egret-tls.XXXXXX");
	if (!mkdtemp(w.folder))
		return -1;
	if (access("/usr/sbin/unbound", X_OK) < 0 || access("/usr/bin/openssl", X_OK) < 0)
		return 0;
	w.ready = shell(make) == 0 && start_server() == 0;
	return w.ready ? 0 : -1;
}

static int close_world(void **state)
{
	(void)state;
	(void)stop_server();
	return shell("rm -rf \"$PWD\"");
}

static void need_server(void)
{
	if (w.ready)
		return;
	print_message("# skipped: unbound or openssl is not installed\n");
	skip();
}

static struct tls_client *trusting(const char *ca)
{
	EG_AUTO(buf_release) struct buf pem = BUF_INIT;
	struct diag *d = diag_new();
	struct tls_client *c = NULL;
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/%s.pem", w.folder, ca);
	assert_int_equal(file_read(path, TLS_PEM_MAX, &pem, d), 0);
	assert_int_equal(tls_client_new(buf_str(&pem), d, &c), 0);
	diag_free(d);
	return c;
}

static void open_resolver(const char *upstream, struct tls_client *c)
{
	struct dns_settings s = dns_settings_default;

	s.upstreams = 1;
	s.tls = c;
	assert_int_equal(nameserver_parse(str_of(upstream), &s.upstream[0]), 0);
	assert_int_equal(resolver_open(&t, &s, 0), 0);
	t.pace_ms = 2;
}

static void close_resolver(struct tls_client *c)
{
	resolver_close(&t);
	tls_client_free(c);
}

/* Both ends of a connection to the server are in this namespace: 2 lines each. */
static void expect_one_connection(void)
{
	assert_int_equal(shell("test $(grep -c ':2295.* 01 ' /proc/self/net/tcp) = 2\n"), 0);
	assert_int_equal(shell("test $(grep -c ':2295.* 06 ' /proc/self/net/tcp) = 0\n"), 0);
}

static void answers_over_one_connection(void **state)
{
	struct tls_client *c;
	int fd[100];

	(void)state;
	need_server();
	c = trusting("ours");
	open_resolver("tls://127.0.0.3:8853#dns.example", c);
	resolver_expect(&t, "QUERY; a1.zoom.us A",
			"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		char query[32];

		(void)snprintf(query, sizeof(query), "QUERY; a%zu.zoom.us A", i + 2);
		fd[i] = resolver_client(&t, false);
		resolver_send(fd[i], false, query, 7);
	}
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		EG_AUTO(buf_release) struct buf got = BUF_INIT;

		resolver_receive(&t, fd[i], false, 20000, &got);
		assert_true(str_starts(buf_str(&got), "NOERROR; a"));
		fd_closep(&fd[i]);
	}
	assert_int_equal(forwarder_counters(t.f)->sent_tls, 101);
	assert_int_equal(forwarder_counters(t.f)->sent_udp, 0);
	assert_int_equal(forwarder_counters(t.f)->sent_tcp, 0);
	expect_one_connection();
	assert_null(forwarder_trouble(t.f, 0));
	close_resolver(c);
}

/* It ends connections, and comes back: clients do not notice. */
static void a_server_that_starts_again(void **state)
{
	struct tls_client *c;

	(void)state;
	need_server();
	c = trusting("ours");
	open_resolver("tls://127.0.0.3:8853#dns.example", c);
	resolver_expect(&t, "QUERY; a1.zoom.us A",
			"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
	assert_int_equal(stop_server(), 0);
	resolver_expect(&t, "QUERY; a2.zoom.us A", "SERVFAIL; a2.zoom.us A");
	assert_int_equal(start_server(), 0);
	resolver_expect(&t, "QUERY; a3.zoom.us A",
			"NOERROR; a3.zoom.us A; a3.zoom.us 60 A 20.0.0.3");
	close_resolver(c);
}

/* Over UDP it repeats the letters as they came: nothing has to go over TCP. */
static void a_real_server_keeps_case(void **state)
{
	(void)state;
	need_server();
	open_resolver("127.0.0.3:5300", NULL);
	resolver_expect(&t, "QUERY; a1.zoom.us A",
			"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
	resolver_expect(&t, "QUERY; long-name-with-many-letters.zoom.us A",
			"NXDOMAIN; long-name-with-many-letters.zoom.us A");
	assert_int_equal(forwarder_counters(t.f)->sent_udp, 2);
	assert_int_equal(forwarder_counters(t.f)->sent_tcp, 0);
	close_resolver(NULL);
}

static void servers_that_do_not_prove_themselves(void **state)
{
	static const struct {
		const char *upstream, *ca, *trouble;
	} cases[] = {
		{ "tls://127.0.0.3:8853#other.example", "ours", "hostname mismatch" },
		{ "tls://127.0.0.3:8853#x.dns.example", "ours", "hostname mismatch" },
		{ "tls://127.0.0.3:8853#dns.example", "theirs",
		  "unable to get local issuer certificate" },
	};

	(void)state;
	need_server();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tls_client *c = trusting(cases[i].ca);

		open_resolver(cases[i].upstream, c);
		resolver_expect(&t, "QUERY; a1.zoom.us A | | OPT 1232",
				"SERVFAIL; a1.zoom.us A | | OPT 1232 why 22");
		assert_string_equal(forwarder_trouble(t.f, 0), cases[i].trouble);
		assert_int_equal(t.learned, 0);
		close_resolver(c);
	}
}

/* An upstream that speaks DNS in the clear is not asked in the clear. */
static void no_falling_back(void **state)
{
	static struct resolver plain;
	struct tls_client *c;
	struct nameserver server = { .tls = true };
	char text[NAMESERVER_TEXT_MAX];

	(void)state;
	need_server();
	c = trusting("ours");
	assert_int_equal(resolver_open(&plain, NULL, 1), 0);
	server.peer = plain.at;
	assert_int_equal(name_parse(STR("dns.example"), &server.name), 0);
	nameserver_format(&server, text);
	open_resolver(text, c);
	for (unsigned i = 0; i < 2; i++) {
		EG_AUTO(buf_release) struct buf got = BUF_INIT;
		EG_AUTO(fd_closep) int fd = resolver_client(&t, false);

		resolver_send(fd, false, "QUERY; a1.zoom.us A", 7);
		while (forwarder_pending(t.f) || !t.decided) {
			resolver_step(&t);
			resolver_step(&plain);
		}
		resolver_receive(&t, fd, false, 20000, &got);
		assert_string_equal(got.data, "SERVFAIL; a1.zoom.us A");
	}
	assert_int_equal(plain.decided, 0);
	resolver_close(&plain);
	close_resolver(c);
}

static void whom_to_believe(void **state)
{
	struct diag *d = diag_new();
	struct tls_client *c = NULL;

	(void)state;
	assert_int_equal(tls_client_new(STR(""), d, &c), E_SYNTAX);
	assert_int_equal(tls_client_new(STR("-----BEGIN CERTIFICATE-----\nAAAA\n"), d, &c),
			 E_SYNTAX);
	assert_int_equal(diag_errors(d), 2);
	assert_null(c);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_over_one_connection),
		cmocka_unit_test(a_server_that_starts_again),
		cmocka_unit_test(a_real_server_keeps_case),
		cmocka_unit_test(servers_that_do_not_prove_themselves),
		cmocka_unit_test(no_falling_back),
		cmocka_unit_test(whom_to_believe),
	};

	if (!netns_enter())
		return 0;
	return cmocka_run_group_tests(tests, open_world, close_world);
}
