/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/err.h"

struct tls_client {
	SSL_CTX *context;
	BIO_METHOD *socket; /* OpenSSL's own raises SIGPIPE, which is the whole process's */
};

struct tls {
	SSL *ssl;
	bool wants_write;
	const char *trouble;
};

/* ---- the socket, as OpenSSL wants it ---- */

static int fd_of(BIO *b)
{
	return (int)(intptr_t)BIO_get_data(b);
}

static bool is_for_later(int error)
{
	return error == EAGAIN || error == EINTR;
}

static int socket_write(BIO *b, const char *from, int n)
{
	ssize_t sent = send(fd_of(b), from, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);

	BIO_clear_retry_flags(b);
	if (sent < 0 && is_for_later(errno))
		BIO_set_retry_write(b);
	return (int)sent;
}

static int socket_read(BIO *b, char *to, int n)
{
	ssize_t got = recv(fd_of(b), to, (size_t)n, MSG_DONTWAIT);

	BIO_clear_retry_flags(b);
	if (got < 0 && is_for_later(errno))
		BIO_set_retry_read(b);
	return (int)got;
}

static long socket_control(BIO *b, int command, long number, void *data)
{
	(void)b;
	(void)number;
	(void)data;
	return command == BIO_CTRL_FLUSH; /* nothing is kept back, and nothing else can be asked */
}

static BIO_METHOD *socket_method(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");

	if (m && BIO_meth_set_write(m, socket_write) && BIO_meth_set_read(m, socket_read) &&
	    BIO_meth_set_ctrl(m, socket_control))
		return m;
	BIO_meth_free(m);
	return NULL;
}

/* ---- what all share ---- */

static int add_certificates(SSL_CTX *context, BIO *pem)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context);
	X509 *one;
	int n = 0;

	while ((one = PEM_read_bio_X509_AUX(pem, NULL, NULL, NULL))) {
		n += X509_STORE_add_cert(store, one);
		X509_free(one);
	}
	return n;
}

static int load_ca(SSL_CTX *context, struct str pem, struct diag *d)
{
	BIO *b = pem.n <= TLS_PEM_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	int n = b ? add_certificates(context, b) : 0;

	BIO_free(b);
	if (n)
		return 0;
	diag_error(d, NOWHERE, "no certificate of an authority that can be read");
	diag_hint(d, "expected a file of certificates (PEM)");
	return E_SYNTAX;
}

int tls_client_new(struct str pem, struct diag *d, struct tls_client **ret)
{
	EG_AUTO(tls_client_freep) struct tls_client *c = NULL;
	int r;

	/* Its configuration is a file, and the process may not have any. */
	if (!OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL))
		return E_UNSUPPORTED;
	c = mem_zero(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->context = SSL_CTX_new(TLS_client_method());
	c->socket = socket_method();
	if (!c->context || !c->socket || !SSL_CTX_set_min_proto_version(c->context, TLS1_2_VERSION))
		return -ENOMEM;
	SSL_CTX_set_verify(c->context, SSL_VERIFY_PEER, NULL);
	(void)SSL_CTX_set_mode(c->context, SSL_MODE_ENABLE_PARTIAL_WRITE |
						   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
						   SSL_MODE_RELEASE_BUFFERS);
	r = load_ca(c->context, pem, d);
	ERR_clear_error();
	if (r == 0)
		*ret = EG_TAKE(c);
	return r;
}

void tls_client_free(struct tls_client *c)
{
	if (!c)
		return;
	SSL_CTX_free(c->context);
	BIO_meth_free(c->socket);
	mem_free(c);
}

void tls_client_freep(struct tls_client **c)
{
	tls_client_free(*c);
	*c = NULL;
}

/* ---- one connection ---- */

/* With its name, and the socket under it. */
static int prepare(struct tls_client *c, SSL *ssl, int fd, const char *name)
{
	BIO *b = BIO_new(c->socket);

	if (!b)
		return -ENOMEM;
	BIO_set_data(b, (void *)(intptr_t)fd);
	BIO_set_init(b, 1);
	SSL_set_bio(ssl, b, b); /* it is the SSL's now */
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
				       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	if (!SSL_set1_host(ssl, name) || !SSL_set_tlsext_host_name(ssl, name))
		return -ENOMEM;
	SSL_set_connect_state(ssl);
	return 0;
}

int tls_open(struct tls_client *c, int fd, const char *name, struct tls **ret)
{
	struct tls *t = mem_zero(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->ssl = SSL_new(c->context);
	r = t->ssl ? prepare(c, t->ssl, fd, name) : -ENOMEM;
	if (r < 0)
		tls_close(t);
	else
		*ret = t;
	return r;
}

void tls_close(struct tls *t)
{
	if (!t)
		return;
	SSL_free(t->ssl);
	mem_free(t);
}

/* What came of a call that did not work. `error` is its errno. */
static int outcome(struct tls *t, int r, int error)
{
	int why = SSL_get_error(t->ssl, r);
	long verified = SSL_get_verify_result(t->ssl);

	ERR_clear_error();
	t->wants_write = why == SSL_ERROR_WANT_WRITE;
	if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
		return -EAGAIN;
	if (verified != X509_V_OK && !SSL_is_init_finished(t->ssl)) {
		t->trouble = X509_verify_cert_error_string(verified);
		return E_REFUSED;
	}
	if (why == SSL_ERROR_SYSCALL && error)
		return -error;
	return why == SSL_ERROR_ZERO_RETURN || why == SSL_ERROR_SYSCALL ? -ECONNRESET : -EPROTO;
}

/* SSL_get_error() looks at what is left in the thread's queue of errors: it must begin empty. */
static void begin(struct tls *t)
{
	ERR_clear_error();
	errno = 0;
	t->wants_write = false;
}

int tls_shake(struct tls *t)
{
	int r;

	begin(t);
	r = SSL_do_handshake(t->ssl);
	return r == 1 ? 0 : outcome(t, r, errno);
}

ssize_t tls_read(struct tls *t, void *to, size_t n)
{
	size_t got;

	begin(t);
	return SSL_read_ex(t->ssl, to, n, &got) ? (ssize_t)got : outcome(t, 0, errno);
}

ssize_t tls_write(struct tls *t, const void *from, size_t n)
{
	size_t sent;

	begin(t);
	return SSL_write_ex(t->ssl, from, n, &sent) ? (ssize_t)sent : outcome(t, 0, errno);
}

bool tls_wants_write(const struct tls *t)
{
	return t->wants_write;
}

bool tls_has_more(const struct tls *t)
{
	return SSL_pending(t->ssl) > 0;
}

const char *tls_trouble(const struct tls *t)
{
	return t->trouble;
}
