/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS as a client, on a socket that does not block (RFC 7858, with the strict profile of RFC 8310).
 *
 * The other side must show a certificate that leads to an authority we trust and says the name that
 * was asked for. There is no other way to talk: whoever fails that gets not one byte of a question.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

enum { TLS_PEM_MAX = 16 << 20 };

/* What all connections share: whom to believe. Nothing is looked for in files later. */
struct tls_client;

/*
 * `pem` has certificates of authorities; what else is in it is passed over. E_SYNTAX: it has none,
 * with the story in `d`; E_UNSUPPORTED, -ENOMEM.
 */
EG_CHECK int tls_client_new(struct str pem, struct diag *d, struct tls_client **ret);
void tls_client_free(struct tls_client *c);
void tls_client_freep(struct tls_client **c);

/* One connection. */
struct tls;

/* The descriptor is borrowed; it may still be connecting. */
EG_CHECK int tls_open(struct tls_client *c, int fd, const char *name, struct tls **ret);
void tls_close(struct tls *t);

/*
 * The handshake, as far as it goes. 0: it is done; -EAGAIN: not yet; E_REFUSED: the certificate is
 * not what it must be, and tls_trouble() says why; -ECONNRESET, -EPROTO.
 */
EG_CHECK int tls_shake(struct tls *t);

/* Bytes, more than none; -EAGAIN: not now; -ECONNRESET: it has ended; -EPROTO. */
EG_CHECK ssize_t tls_read(struct tls *t, void *to, size_t n);
EG_CHECK ssize_t tls_write(struct tls *t, const void *from, size_t n);

/* What -EAGAIN waits for: that the socket takes something, not that something comes. */
bool tls_wants_write(const struct tls *t);

/* Bytes that were received and decrypted already: no event on the socket will tell of them. */
bool tls_has_more(const struct tls *t);

/* What was wrong with the certificate: a constant text, or NULL. */
const char *tls_trouble(const struct tls *t);
