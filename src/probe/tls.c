/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS handshake with the server's name (SNI), reporting version and issuer.
 *
 * The certificate is reported, not judged: whether an unexpected issuer means interception is a
 * question for diagnosis, which knows what was expected.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509.h>

#include "net/proto.h"
#include "probe/probe.h"

enum { ISSUER_MAX = 96 };

struct tls_state {
	SSL_CTX *context;
	SSL *ssl;
};

static int tls_setup(struct probe_run *run, struct tls_state *s)
{
	const char *name = run->job->name;

	ERR_clear_error();
	s->context = SSL_CTX_new(TLS_client_method());
	if (!s->context)
		return -ENOMEM;
	SSL_CTX_set_verify(s->context, SSL_VERIFY_NONE, NULL);
	s->ssl = SSL_new(s->context);
	if (!s->ssl || !SSL_set_fd(s->ssl, run->fd))
		return -ENOMEM;
	if (name && !SSL_set_tlsext_host_name(s->ssl, name))
		return -EINVAL;
	SSL_set_connect_state(s->ssl);
	return 0;
}

static int tls_start(struct probe_run *run)
{
	int r = probe_open(run);

	return r < 0 ? r : tls_setup(run, run->state);
}

static int report(struct probe_run *run, const struct tls_state *s)
{
	X509 *cert = SSL_get1_peer_certificate(s->ssl);
	char issuer[ISSUER_MAX] = "";

	if (cert) {
		X509_NAME *who = X509_get_issuer_name(cert);

		if (X509_NAME_get_text_by_NID(who, NID_commonName, issuer, sizeof(issuer)) < 0)
			(void)X509_NAME_get_text_by_NID(who, NID_organizationName, issuer,
							sizeof(issuer));
		X509_free(cert);
	}
	return probe_done(run, FINDING_ANSWERED, "%s, issuer %s", SSL_get_version(s->ssl),
			  issuer[0] ? issuer : "(none)");
}

static int give_up(struct probe_run *run, int why, int error)
{
	unsigned long e = ERR_peek_error();
	const char *reason = e ? ERR_reason_error_string(e) : NULL;

	ERR_clear_error();
	if (why == SSL_ERROR_SYSCALL && error)
		return probe_failed(run, -error);
	if (!reason || why == SSL_ERROR_SYSCALL ||
	    ERR_GET_REASON(e) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		reason = "closed in the middle of the handshake";
	return probe_done(run, FINDING_BROKEN, "no TLS: %s", reason);
}

static int tls_ready(struct probe_run *run, short events)
{
	struct tls_state *s = run->state;
	bool up = false;
	int r = probe_connected(run, events, "connected, but the TLS handshake did not finish",
				&up);
	int error;

	if (r <= 0 || !up)
		return r;
	ERR_clear_error();
	errno = 0;
	r = SSL_do_handshake(s->ssl);
	error = errno;
	if (r == 1)
		return report(run, s);
	r = SSL_get_error(s->ssl, r);
	if (r != SSL_ERROR_WANT_READ && r != SSL_ERROR_WANT_WRITE)
		return give_up(run, r, error);
	run->events = r == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
	return 0;
}

static void tls_stop(struct probe_run *run)
{
	struct tls_state *s = run->state;

	SSL_free(s->ssl);
	SSL_CTX_free(s->context);
}

const struct probe probe_tls = {
	.name = "tls",
	.help = "complete a TLS handshake and report the issuer",
	.needs = PROBE_NEEDS_PORT | PROBE_TAKES_NAME,
	.proto = PROTO_TCP,
	.state_size = sizeof(struct tls_state),
	.start = tls_start,
	.ready = tls_ready,
	.stop = tls_stop,
};
