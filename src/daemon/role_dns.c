/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The role that speaks DNS with clients and upstreams. What it may answer it knows from the
 * askers' table; what it has answered becomes reachable through the parent alone.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/hash.h"
#include "daemon/askers.h"
#include "daemon/believed.h"
#include "daemon/memfile.h"
#include "daemon/role.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_MS 1000000ULL

enum { DRAIN_MS = 1000, DRAIN_LOOK_MS = 5 };

struct dns_role {
	const struct log *log;
	struct diag *d;
	struct loop *loop;
	struct channel parent;
	struct message out;	/* room for what is told about addresses: several KiB */
	struct tls_client *tls; /* NULL: no upstream is asked over TLS */
	struct forwarder *forwarder;
	struct askers *askers;
	struct believed *known; /* what the kernel holds for an answer */
	uint64_t seed, half_grace;
	struct wait {
		uint64_t ticket, hash, until;
	} wait[FORWARDER_HELD_MAX]; /* by ticket; a later one may take the place: that costs time */
	struct loop_timer drain;
	uint64_t drain_end;
	int r;
};

static void fail(struct dns_role *o, int r)
{
	o->r = r;
	loop_stop(o->loop);
}

/* ---- what the forwarder asks ---- */

static enum dns_decision decide(void *data, struct addr client, const struct name *name)
{
	const struct dns_role *o = data;

	return askers_decide(o->askers, client, name);
}

static bool inside(void *data, struct addr a)
{
	const struct dns_role *o = data;

	return askers_inside(o->askers, a);
}

static uint64_t hash_of(const struct dns_role *o, struct addr client, const struct name *name,
			const struct dns_learned *address, size_t n)
{
	uint64_t h = hash_bytes(name->text, strlen(name->text), o->seed);

	h = hash_mix(h, askers_side(o->askers, client));
	for (size_t i = 0; i < n; i++) {
		h = hash_mix(h, (uint64_t)address[i].addr.value);
		h = hash_mix(h, (uint64_t)(address[i].addr.value >> 64));
	}
	return h;
}

/*
 * The parent is not troubled with what the kernel still holds for long enough: the grace is there
 * for answers that were given a little later. So most answers out of the cache cost it nothing.
 */
static int learn(void *data, uint64_t ticket, struct addr client, const struct name *name,
		 const struct dns_learned *address, size_t n)
{
	struct dns_role *o = data;
	uint64_t h = hash_of(o, client, name, address, n);
	uint64_t until = UINT64_MAX;
	struct message *m = &o->out;
	int r;

	for (size_t i = 0; i < n; i++) {
		uint64_t end = loop_now(o->loop) + address[i].seconds * NS_PER_S;

		if (end < until)
			until = end;
	}
	if (believed_until(o->known, h) + o->half_grace >= until)
		return 1;
	m->type = MESSAGE_LEARN;
	m->learn.ticket = ticket;
	m->learn.client = client;
	m->learn.name = *name;
	m->learn.n = n;
	memcpy(m->learn.address, address, n * sizeof(*address));
	r = channel_send(&o->parent, m, -1);
	if (r < 0)
		return r;
	o->wait[ticket % FORWARDER_HELD_MAX] = (struct wait){ ticket, h, until };
	return -EINPROGRESS;
}

/* What is believed of other answers may have had these addresses in it. */
static void forget(void *data, const struct name *name, const struct addr *address, size_t n)
{
	struct dns_role *o = data;
	struct message *m = &o->out;

	believed_clear(o->known);
	m->type = MESSAGE_FORGET;
	m->forget.name = *name;
	while (n) {
		m->forget.n = n < ANSWER_ADDRESSES_MAX ? n : ANSWER_ADDRESSES_MAX;
		memcpy(m->forget.address, address, m->forget.n * sizeof(*address));
		address += m->forget.n;
		n -= m->forget.n;
		if (channel_send(&o->parent, m, -1) < 0)
			return; /* they end by themselves */
	}
}

static void learned(struct dns_role *o, const struct message_learned *l)
{
	forwarder_begin(o->forwarder);
	for (size_t i = 0; i < l->n; i++) {
		uint64_t ticket = l->one[i].ticket;
		const struct wait *w = &o->wait[ticket % FORWARDER_HELD_MAX];

		if (l->one[i].r == 0 && w->ticket == ticket)
			believed_set(o->known, w->hash, w->until);
		forwarder_learned(o->forwarder, ticket, l->one[i].r);
	}
	forwarder_flush(o->forwarder);
}

/* ---- what the parent says ---- */

static int read_trust(struct dns_role *o, int fd)
{
	struct str pem;
	int r = o->tls ? E_CONFLICT : memfile_map(fd, TLS_PEM_MAX, &pem);

	if (r < 0)
		return r;
	r = tls_client_new(pem, o->d, &o->tls);
	memfile_unmap(pem);
	return r;
}

static int read_names(struct dns_role *o, int fd)
{
	struct askers *askers;
	struct str text;
	int r = memfile_map(fd, ASKERS_TEXT_MAX, &text);

	if (r < 0)
		return r;
	r = askers_read(text, o->d, &askers);
	memfile_unmap(text);
	if (r < 0)
		return r;
	askers_free(o->askers);
	o->askers = askers;
	believed_clear(o->known); /* the table is another one, too */
	return 0;
}

static int make_forwarder(struct dns_role *o, const struct dns_settings *settings)
{
	struct dns_settings s = *settings;
	const struct dns_hooks hooks = {
		.decide = decide, .learn = learn, .forget = forget, .inside = inside, .data = o
	};

	s.tls = o->tls;
	o->half_grace = s.grace * NS_PER_S / 2;
	return o->forwarder ? E_CONFLICT : forwarder_new(o->loop, &s, &hooks, &o->forwarder);
}

static int count(struct dns_role *o)
{
	struct message m = { .type = MESSAGE_COUNTERS };

	if (o->forwarder)
		m.counters = *forwarder_counters(o->forwarder);
	return channel_send(&o->parent, &m, -1);
}

/* Sockets are not read any more; answers under way still leave. */
static void drain(void *data)
{
	struct dns_role *o = data;

	forwarder_pause(o->forwarder);
	if (forwarder_pending(o->forwarder) && loop_now(o->loop) < o->drain_end) {
		o->drain.at = loop_now(o->loop) + DRAIN_LOOK_MS * NS_PER_MS;
		return;
	}
	fail(o, count(o));
}

static int handle(struct dns_role *o, const struct message *m, int *fd)
{
	static const struct message ready = { .type = MESSAGE_READY };
	bool serves = o->forwarder && o->askers;

	switch (m->type) {
	case MESSAGE_TRUST:
		return read_trust(o, *fd);
	case MESSAGE_RESOLVER:
		return make_forwarder(o, &m->resolver);
	case MESSAGE_NAMES:
		return read_names(o, *fd);
	case MESSAGE_SOCKET:
		return serves && *fd >= 0 ? forwarder_serve(o->forwarder, fd_take(fd)) : E_CONFLICT;
	case MESSAGE_START:
		return serves ? channel_send(&o->parent, &ready, -1) : E_CONFLICT;
	case MESSAGE_LEARNED:
		if (serves)
			learned(o, &m->learned);
		return 0;
	case MESSAGE_ASK:
		return count(o);
	case MESSAGE_DRAIN:
		o->drain_end = loop_now(o->loop) + DRAIN_MS * NS_PER_MS;
		if (serves)
			drain(o);
		else
			fail(o, 0);
		return 0;
	default: /* only roles say that */
		return E_SYNTAX;
	}
}

static void received(void *data, const struct message *m, int *fd)
{
	struct dns_role *o = data;
	int r = handle(o, m, fd);

	if (r < 0)
		fail(o, r);
	log_tell(o->log, o->d);
}

static void ended(void *data, int r)
{
	fail(data, r); /* without the parent nothing can be learned */
}

/* ---- life ---- */

static int run(int fd, const struct log *log, struct diag *d)
{
	static struct dns_role o; /* large, and one a process */
	int r;

	o = (struct dns_role){ .log = log,
			       .d = d,
			       .parent = { .received = received, .ended = ended, .data = &o },
			       .drain = { .fire = drain, .data = &o } };
	o.loop = loop_new(clock_ns);
	o.known = believed_new();
	if (!o.loop || !o.known)
		return -ENOMEM;
	if (getrandom(&o.seed, sizeof(o.seed), 0) != (ssize_t)sizeof(o.seed))
		return -errno;
	loop_timer_add(o.loop, &o.drain);
	r = channel_open(&o.parent, o.loop, fd);
	if (r == 0)
		r = loop_run(o.loop);
	forwarder_free(o.forwarder);
	tls_client_free(o.tls);
	channel_close(&o.parent);
	askers_free(o.askers);
	believed_free(o.known);
	loop_free(o.loop);
	return r < 0 ? r : o.r;
}

const struct role_kind role_dns = {
	.name = "dns",
	.help = "answers DNS queries",
	.sandbox = { .user = "_egret-dns", .allow = SANDBOX_INET | SANDBOX_SERVE },
	.run = run,
};
