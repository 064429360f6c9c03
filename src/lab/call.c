/* SPDX-License-Identifier: Apache-2.0 */
/* lab_call() and its kin: what a child found out comes back through memory or a socket. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/file.h"
#include "lab/child.h"
#include "lab/lab.h"
#include "net/cursor.h"

/*
 * An answer travels as: result, output, then the messages the child added, each as
 * level, line, column, file, text, hint. Numbers are 32 bits, big-endian; texts have a length, and
 * NO_TEXT stands for NULL. The child is a copy of ourselves; the care is for a child that died.
 */
enum { NO_TEXT = -1 };

static void put(struct buf *b, uint32_t v)
{
	const unsigned char wire[] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16),
				       (unsigned char)(v >> 8), (unsigned char)v };

	buf_add(b, wire, sizeof(wire));
}

static void put_text(struct buf *b, const char *text)
{
	put(b, text ? (uint32_t)strlen(text) : (uint32_t)NO_TEXT);
	if (text)
		buf_adds(b, text);
}

static void put_messages(struct buf *b, const struct diag *d, size_t from)
{
	for (size_t i = from; i < diag_count(d); i++) {
		const struct diag_message *m = diag_get(d, i);

		put(b, m->level);
		put(b, m->at.line);
		put(b, m->at.column);
		put_text(b, m->at.file);
		put_text(b, m->text);
		put_text(b, m->hint);
	}
}

static bool take_text(struct cursor *c, char *room, size_t size)
{
	uint32_t n = cursor_u32(c);
	struct str s;

	if (n == (uint32_t)NO_TEXT)
		return false;
	s = cursor_take(c, n);
	(void)snprintf(room, size, "%.*s", STR_FMT(s));
	return true;
}

static void take_message(struct cursor *c, struct diag *d)
{
	char file[1024], text[2048], hint[2048];
	uint32_t level = cursor_u32(c);
	struct place at = { .line = cursor_u32(c), .column = cursor_u32(c) };
	bool hinted;

	if (take_text(c, file, sizeof(file)))
		at.file = file;
	(void)take_text(c, text, sizeof(text)); /* a message always has its text */
	hinted = take_text(c, hint, sizeof(hint));
	if (c->r < 0)
		return;
	if (level == DIAG_ERROR)
		diag_error(d, at, "%s", text);
	else if (level == DIAG_WARNING)
		diag_warning(d, at, "%s", text);
	else
		diag_note(d, at, "%s", text);
	if (hinted)
		diag_hint(d, "%s", hint);
}

struct call {
	lab_fn fn;
	void *data;
	struct diag *d;
	int answer; /* memfd */
};

static int write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t done = write(fd, data, n);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			data += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

static int call_work(void *data)
{
	struct call *call = data;
	struct buf out = BUF_INIT, answer = BUF_INIT;
	size_t before = diag_count(call->d);
	int r = call->fn(call->data, call->d, &out);

	if (out.r < 0)
		r = out.r;
	put(&answer, (uint32_t)r);
	put(&answer, (uint32_t)out.n);
	buf_add(&answer, out.data, out.n);
	put_messages(&answer, call->d, before);
	r = answer.r < 0 ? answer.r : write_all(call->answer, answer.data, answer.n);
	buf_release(&out);
	buf_release(&answer);
	return r;
}

static int read_answer(const struct call *call, struct buf *out)
{
	EG_AUTO(buf_release) struct buf answer = BUF_INIT;
	char path[32];
	struct cursor c;
	struct str text;
	int r;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", call->answer);
	r = file_read(path, FILE_LIMIT, &answer, call->d);
	if (r < 0)
		return r;
	c = cursor_over(answer.data, answer.n);
	r = (int)cursor_u32(&c);
	text = cursor_take(&c, cursor_u32(&c));
	while (c.r == 0 && cursor_left(&c))
		take_message(&c, call->d);
	if (c.r < 0)
		return -ECHILD;
	if (out)
		buf_addstr(out, text);
	return out && out->r < 0 ? out->r : r;
}

int lab_call(struct lab *lab, int node, lab_fn fn, void *data, struct diag *d, struct buf *out)
{
	EG_AUTO(fd_closep) int answer = memfd_create("egret-lab", MFD_CLOEXEC);
	struct call call = { fn, data, d, answer };
	const struct child child = { .node = node, .work = call_work, .data = &call };
	pid_t helper;
	int r;

	if (answer < 0)
		return -errno;
	r = child_start(lab, &child, &helper);
	if (r == 0)
		r = child_wait(helper);
	return r < 0 ? r : read_answer(&call, out);
}

int lab_gateway_run(struct lab *lab, lab_fn fn, void *data, struct diag *d, struct buf *out)
{
	return lab_call(lab, TOPOLOGY_GATEWAY, fn, data, d, out);
}

/* ---- processes that stay ---- */

struct spawn {
	const struct lab_service *service;
	const char *const *argv;
	int ready[2]; /* a socket pair: the worker tells one int, or its end */
};

static int receive_int(int fd)
{
	int value;
	ssize_t n;

	do
		n = read(fd, &value, sizeof(value));
	while (n < 0 && errno == EINTR);
	return n == sizeof(value) ? value : -ECHILD;
}

static int service_work(void *data)
{
	struct spawn *s = data;
	int r = s->service->setup(s->service->data);

	if (write(s->ready[1], &r, sizeof(r)) != sizeof(r) || r < 0)
		return -ECHILD;
	(void)close(s->ready[1]);
	s->service->loop(s->service->data);
	return 0;
}

/* The worker runs on; its helper is reaped by lab_stop(). */
static int spawn(struct lab *lab, struct child *child, struct spawn *s)
{
	int r = mem_grow(&lab->helper, &lab->helper_cap, lab->helpers + 1, sizeof(*lab->helper));

	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->ready) < 0)
		return -errno;
	child->data = s;
	r = child_start(lab, child, &lab->helper[lab->helpers]);
	(void)close(s->ready[1]); /* the worker's */
	if (r == 0) {
		lab->helpers++;
		r = receive_int(s->ready[0]);
	}
	(void)close(s->ready[0]);
	return r;
}

int lab_spawn(struct lab *lab, size_t node, const struct lab_service *service)
{
	struct child child = { .node = (int)node, .work = service_work };
	struct spawn s = { .service = service };

	return spawn(lab, &child, &s);
}

/* A successful exec closes ready[1] without a word: end of file means it runs. */
static int program_work(void *data)
{
	struct spawn *s = data;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), r;

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		r = -errno;
	else {
		(void)execvp(s->argv[0], (char *const *)s->argv);
		r = -errno;
	}
	return write(s->ready[1], &r, sizeof(r)) == sizeof(r) ? r : -ECHILD;
}

int lab_program(struct lab *lab, int node, const char *const *argv)
{
	struct child child = { .node = node, .work = program_work, .files = true };
	struct spawn s = { .argv = argv };
	int r = spawn(lab, &child, &s);

	return r == -ECHILD ? 0 : r;
}

/* ---- a socket from inside ---- */

struct passing {
	int (*make)(void *data);
	void *data;
	int pair[2];
};

union one_fd {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static int passing_work(void *data)
{
	struct passing *p = data;
	int fd = p->make(p->data);
	union one_fd control = { 0 };
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control.room,
			    .msg_controllen = sizeof(control.room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	if (fd < 0)
		return fd;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(p->pair[1], &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int receive_fd(int from, int *ret)
{
	union one_fd control;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control.room,
			    .msg_controllen = sizeof(control.room) };
	const struct cmsghdr *c;

	if (recvmsg(from, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) < 0)
		return -errno;
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -EPROTO;
	memcpy(ret, CMSG_DATA(c), sizeof(*ret));
	return 0;
}

int lab_socket(struct lab *lab, size_t node, int (*make)(void *data), void *data, int *ret_fd)
{
	struct passing p = { .make = make, .data = data };
	const struct child child = { .node = (int)node, .work = passing_work, .data = &p };
	pid_t helper;
	int r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p.pair) < 0)
		return -errno;
	r = child_start(lab, &child, &helper);
	if (r == 0)
		r = child_wait(helper);
	if (r == 0)
		r = receive_fd(p.pair[0], ret_fd);
	(void)close(p.pair[0]);
	(void)close(p.pair[1]);
	return r;
}
