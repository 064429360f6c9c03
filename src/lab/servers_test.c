/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probes against real servers of Debian, on the vendor's addresses, through the lab's gateway.
 * A server that is not installed skips its test.
 */
#include "support/test.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "lab/authority.h"
#include "lab/lab.h"
#include "probe/sockaddr.h"

enum { LAN, WAN, PATIENCE = 100 /* tries, a tenth of a second apart, until a server is up */ };

#define FAR_V4 "170.114.10.1"
#define FAR_V6 "2407:30c0::1"

static const struct {
	const char *near, *far;
} ends[] = { { "10.1.2.3", FAR_V4 }, { "2001:db8:1::3", FAR_V6 } };

static struct topology topology;
static struct lab *lab;
static struct diag *diag;

static int make_lab(void **state)
{
	int r;

	(void)state;
	diag = diag_new();
	assert_int_equal(topology_add(&topology, "lan", "10.1.0.0/16 2001:db8:1::/48"), 0);
	assert_int_equal(topology_add(&topology, "wan", ""), 0);
	topology.outside = WAN;
	r = lab_start(&topology, diag, &lab);
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

static bool have(const char *path)
{
	bool good = lab && access(path, X_OK) == 0;

	if (!good) {
		print_message("# skipped: no %s here\n", lab ? path : "lab");
		skip();
	}
	return good;
}

/* Starts `sh -c script` outside. */
static void run(const char *script)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };

	assert_int_equal(lab_program(lab, WAN, argv), 0);
}

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(str_of(text), &a), 0);
	return a;
}

/* Probes from the lan until the server answers. */
static struct probe_result probe_until_up(const struct probe *p, size_t family, unsigned port)
{
	const struct lab_job job = {
		.node = LAN,
		.job = { .probe = p,
			 .to = { addr_of(ends[family].far), (uint16_t)port },
			 .from = { addr_of(ends[family].near), 0 },
			 .name = "lab.test",
			 .timeout_ms = 2000 },
	};
	struct probe_result result = { 0 };

	for (int i = 0; i < PATIENCE && result.finding != FINDING_ANSWERED; i++) {
		if (i)
			(void)poll(NULL, 0, 100);
		assert_int_equal(lab_probe(lab, &job, 1, NULL, &result), 0);
	}
	return result;
}

static void expect(const struct probe *p, unsigned port, const char *detail)
{
	for (size_t family = 0; family < ARRAY_LEN(ends); family++) {
		struct probe_result r = probe_until_up(p, family, port);

		print_message("# %s %s port %u: %s: %s\n", p->name, ends[family].far, port,
			      finding_name(r.finding), r.detail);
		assert_int_equal(r.finding, FINDING_ANSWERED);
		assert_true(str_starts(str_of(r.detail), detail));
	}
}

static void coturn_answers_stun(void **state)
{
	(void)state;
	if (!have("/usr/bin/turnserver"))
		return;
	run("exec turnserver -n --no-cli --no-tls --no-dtls --listening-port=3478"
	    " --listening-ip=" FAR_V4 " --listening-ip=" FAR_V6
	    " --log-file=stdout --pidfile=" LAB_FILES "/turn.pid --userdb=" LAB_FILES "/turndb");
	for (size_t family = 0; family < ARRAY_LEN(ends); family++) {
		struct probe_result r = probe_until_up(&probe_stun, family, 3478);
		char seen[PROBE_END_TEXT_MAX], want[PROBE_DETAIL_MAX];

		assert_int_equal(r.finding, FINDING_ANSWERED);
		assert_string_not_equal(r.detail, "");
		assert_int_equal(addr_cmp(r.local.addr, addr_of(ends[family].near)), 0);
		probe_end_format(r.local, seen);
		(void)snprintf(want, sizeof(want), "STUN: seen as %s", seen);
		assert_string_equal(r.detail, want); /* no translation between them */
	}
}

static void nginx_answers_http_and_tls(void **state)
{
	(void)state;
	if (!have("/usr/sbin/nginx"))
		return;
	if (!have("/usr/bin/openssl"))
		return;
	run("cd " LAB_FILES " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256"
	    " -nodes -days 1 -subj '/CN=nginx of the lab' -keyout key.pem -out cert.pem &&"
	    " printf '%s' 'user root; daemon off; pid " LAB_FILES "/nginx.pid; error_log stderr;"
	    " events {} http { access_log off; client_body_temp_path " LAB_FILES "/b;"
	    " proxy_temp_path " LAB_FILES "/p; fastcgi_temp_path " LAB_FILES "/f;"
	    " uwsgi_temp_path " LAB_FILES "/u; scgi_temp_path " LAB_FILES "/s;"
	    " server { listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl;"
	    " ssl_protocols TLSv1.3; ssl_certificate " LAB_FILES
	    "/cert.pem; ssl_certificate_key " LAB_FILES "/key.pem;"
	    " return 204; } }' > nginx.conf && exec /usr/sbin/nginx -c " LAB_FILES "/nginx.conf");
	expect(&probe_http, 80, "HTTP 204");
	expect(&probe_tls, 443, "TLSv1.3, issuer nginx of the lab");
	expect(&probe_tcp, 80, "TCP: "); /* nginx calls our line a bad request */
}

/* Bound to each address: on a wildcard, this version's UDP answers leave from another one. */
static void caddy_answers_quic(void **state)
{
	(void)state;
	if (!have("/usr/bin/caddy"))
		return;
	run("cd " LAB_FILES " && export HOME=" LAB_FILES " &&"
	    " printf '{\\n admin off\\n skip_install_trust\\n auto_https disable_redirects\\n}\\n"
	    "https://" FAR_V4 ":8443, https://[" FAR_V6 "]:8443, https://lab.test:8443 {\\n"
	    " bind " FAR_V4 " " FAR_V6 "\\n tls internal\\n respond ok\\n}\\n' > Caddyfile &&"
	    " exec /usr/bin/caddy run --config Caddyfile --adapter caddyfile");
	expect(&probe_tls, 8443, "TLSv1.3, issuer Caddy");
	expect(&probe_quic, 8443, "QUIC versions ");
}

/* ---- the DNS authority ---- */

/* Asks for the A record of www.zoom.us; the answer goes to `out`. */
static int ask_name(void *data, struct diag *d, struct buf *out)
{
	static const char question[] = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\4zoom\2us\0\0\1\0\1";
	const struct probe_end to = { *(const struct addr *)data, 53 };
	struct pollfd wait = { .events = POLLIN };
	union sockaddr_any sa;
	socklen_t n = sockaddr_of(to, &sa);
	char answer[512];
	ssize_t got = -1;

	(void)d;
	wait.fd = socket(sa.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (wait.fd < 0 || connect(wait.fd, &sa.any, n) < 0)
		return -errno;
	for (int i = 0; i < PATIENCE && got < 0; i++) {
		(void)send(wait.fd, question, sizeof(question) - 1, 0); /* refused until it is up */
		if (poll(&wait, 1, 100) > 0)
			got = recv(wait.fd, answer, sizeof(answer), 0);
		if (got < 0)
			(void)poll(NULL, 0, 100);
	}
	(void)close(wait.fd);
	if (got > 0)
		buf_add(out, answer, (size_t)got);
	return got > 0 ? 0 : -ETIMEDOUT;
}

static void the_authority_knows_the_labs_names(void **state)
{
	const struct authority_name names[] = {
		{ "www.zoom.us", addr_of("198.18.1.0") },
		{ "www.zoom.us", addr_of("2001:2::100") },
	};
	static const char *const at[] = { AUTHORITY_V4, AUTHORITY_V6 };
	static const unsigned char a_record[] = { 198, 18, 1, 0 };

	(void)state;
	if (!have("/usr/sbin/nsd"))
		return;
	assert_int_equal(authority_start(lab, names, ARRAY_LEN(names)), 0);
	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		struct addr server = addr_of(at[i]);
		struct buf answer = BUF_INIT;
		bool found = false;

		assert_int_equal(lab_call(lab, LAN, ask_name, &server, diag, &answer), 0);
		assert_true(answer.n > 12);
		assert_int_equal(answer.data[7], 1); /* one answer */
		for (size_t k = 12; k + 4 <= answer.n && !found; k++)
			found = memcmp(answer.data + k, a_record, 4) == 0;
		assert_true(found);
		buf_release(&answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coturn_answers_stun),
		cmocka_unit_test(nginx_answers_http_and_tls),
		cmocka_unit_test(caddy_answers_quic),
		cmocka_unit_test(the_authority_knows_the_labs_names),
	};

	return cmocka_run_group_tests(tests, make_lab, end_lab);
}
