/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/respondtcp.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/str.h"
#include "probe/greeting.h"

enum { READ_MAX = 2048, TLS_HANDSHAKE = 0x16 /* RFC 8446 5.1 */ };

static const char http_answer[] = "HTTP/1.1 200 OK\r\nServer: egret-lab\r\nContent-Length: 3\r\n"
				  "Connection: close\r\n\r\nok\n";

struct connection {
	struct respond_handle handle; /* first: the epoll set points to it */
	SSL *ssl;		      /* NULL: not TLS */
};

static void end(struct connection *c)
{
	SSL_free(c->ssl);
	(void)close(c->handle.fd); /* leaves the epoll set by itself */
	mem_free(c);
}

static void watch(struct respond_shared *s, struct connection *c, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = &c->handle };

	(void)epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->handle.fd, &e); /* it is in the set */
}

static void tls_ready(struct respond_shared *s, struct respond_handle *h, uint32_t events)
{
	struct connection *c = (struct connection *)h;
	char data[READ_MAX];
	int r = SSL_read(c->ssl, data, sizeof(data)); /* does the handshake, too */
	int why = SSL_get_error(c->ssl, r);

	(void)events;
	if (r > 0)
		(void)SSL_write(c->ssl, data, r); /* an echo that does not fit is not sent */
	else if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
		watch(s, c, why == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT);
	else
		end(c);
}

static void plain_ready(struct respond_shared *s, struct respond_handle *h, uint32_t events)
{
	struct connection *c = (struct connection *)h;
	char data[READ_MAX];
	ssize_t n = recv(h->fd, data, sizeof(data), 0);
	struct str text = { data, n > 0 ? (size_t)n : 0 };
	unsigned pause;

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end(c);
		return;
	}
	if (str_starts(text, "GET ")) {
		(void)send(h->fd, http_answer, sizeof(http_answer) - 1, MSG_NOSIGNAL);
		(void)shutdown(h->fd, SHUT_WR); /* the client closes, and then we */
		return;
	}
	(void)send(h->fd, data, (size_t)n, MSG_NOSIGNAL); /* lost: the probe will tell */
	if (greeting_read(text, &pause) == 0 && pause)
		respond_later(s, h->fd, &(struct respond_message){ .data = data, .n = text.n },
			      pause);
}

static bool become_tls(struct respond_shared *s, struct connection *c)
{
	c->ssl = SSL_new(s->tls);
	if (!c->ssl || !SSL_set_fd(c->ssl, c->handle.fd))
		return false;
	SSL_set_accept_state(c->ssl);
	return true;
}

static void first_bytes(struct respond_shared *s, struct respond_handle *h, uint32_t events)
{
	struct connection *c = (struct connection *)h;
	unsigned char first;
	ssize_t n = recv(h->fd, &first, 1, MSG_PEEK);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end(c);
		return;
	}
	if (first == TLS_HANDSHAKE && !become_tls(s, c)) {
		end(c);
		return;
	}
	h->ready = c->ssl ? tls_ready : plain_ready;
	h->ready(s, h, events);
}

void respond_accept(struct respond_shared *s, struct respond_handle *h, uint32_t events)
{
	struct connection *c = mem_zero(1, sizeof(*c));
	struct epoll_event e = { .events = EPOLLIN };
	int fd = accept4(h->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (!c || fd < 0) {
		if (fd >= 0)
			(void)close(fd); /* out of memory: the client sees a reset or a close */
		mem_free(c);
		return;
	}
	c->handle = (struct respond_handle){ .fd = fd, .ready = first_bytes };
	e.data.ptr = &c->handle;
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		end(c);
}
