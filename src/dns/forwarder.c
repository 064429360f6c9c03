/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/forwarder.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dns/cache.h"
#include "dns/datagrams.h"
#include "dns/delivery.h"
#include "dns/listener.h"
#include "dns/pending.h"
#include "dns/random.h"
#include "dns/refusal.h"
#include "dns/upstream.h"

#define NS_PER_MS 1000000ULL

const struct dns_settings dns_settings_default = {
	.services = true,
	.ttl_max = 3600,
	.negative_max = 300,
	.ttl_floor = 60,
	.grace = 60,
	.addresses = 512,
	.try_ms = 1000,
	.learn_ms = 1000,
	.idle_ms = 10000,
	.cache_entries = 16384,
};

struct forwarder {
	struct loop *loop;
	struct dns_settings settings;
	struct dns_hooks hooks;
	struct client_hook client;
	struct listeners *listeners;
	struct upstreams upstreams;
	struct cache *cache;
	struct random random;
	struct loop_timer timer; /* when the first pending question is due */
	struct pending_table pending;
	struct delivery delivery;
	struct dns_counters count;
	struct answer_room room;
};

/* ---- upstreams ---- */

static void set_timer(struct forwarder *f)
{
	f->timer.at = f->pending.first ? f->pending.first->due : 0;
}

/* What the client may have of the question that it asked: all, "no data", or nothing. */
static enum dns_decision decide(const struct forwarder *f, const struct waiter *w)
{
	return refusal_decide(f->hooks.decide(f->hooks.data, w->client.peer.addr, &w->name),
			      &w->name);
}

static void refuse(struct forwarder *f, const struct waiter *w)
{
	struct refusal refusal;

	refusal_answer(&f->settings, w, &refusal);
	delivery_now(&f->delivery, &w->client, &w->query, &refusal.answer, 0);
}

static bool has_data(const struct forwarder *f, const struct waiter *w, enum dns_decision decision)
{
	switch (w->query.question.type) {
	case TYPE_A:
		return decision & DNS_ALLOW_V4;
	case TYPE_AAAA:
		return decision & DNS_ALLOW_V6;
	case TYPE_HTTPS:
	case TYPE_SVCB:
		return f->settings.services;
	default:
		return true;
	}
}

/* The same answer for all who wait. A client's policy may have changed in between. */
static void finish(struct forwarder *f, struct pending *p, const struct answer *a)
{
	pending_take(&f->pending, p);
	set_timer(f);
	for (const struct waiter *w = p->waiter; w; w = w->next) {
		enum dns_decision decision = decide(f, w);

		if (decision != DNS_REFUSE && has_data(f, w, decision))
			delivery_give(&f->delivery, w, a, 0);
		else
			refuse(f, w);
	}
	pending_free(p);
}

static void exchange_done(void *data, int r, const uint8_t *packet, size_t n);

/* One sending to the pending question's upstream. */
static int send_once(struct forwarder *f, struct pending *p)
{
	struct upstream *u = &f->upstreams.one[p->upstream];
	struct dns_counters *c = &f->count;
	int r;

	p->exchange.loop = f->loop;
	p->exchange.q = &p->q;
	p->exchange.done = exchange_done;
	p->exchange.data = p;
	*(u->server.tls ? &c->sent_tls : p->over_tcp ? &c->sent_tcp : &c->sent_udp) += 1;
	r = exchange_start(&p->exchange, u, p->over_tcp ? OVER_STREAM : OVER_UDP, &f->random);
	if (r == 0) {
		pending_start(&f->pending, p, loop_now(f->loop) + f->settings.try_ms * NS_PER_MS);
		set_timer(f);
	}
	return r;
}

/* Sends until one sending is under way; the question is answered when none may follow. */
static void try_upstreams(struct forwarder *f, struct pending *p)
{
	for (; p->tries < FORWARDER_TRIES_MAX; p->tries++) {
		if (p->tries) {
			p->upstream = upstream_next(&f->upstreams, p->upstream, loop_now(f->loop));
			p->over_tcp = false;
		}
		if (send_once(f, p) == 0) {
			p->tries++;
			return;
		}
		f->count.unreachable++;
		upstream_failed(&f->upstreams, p->upstream, loop_now(f->loop));
	}

	const struct answer none = answer_plain(RCODE_SERVFAIL, WHY_UNREACHABLE);

	f->count.failed++;
	finish(f, p, &none);
}

/* The same upstream once more, where an answer is not cut and cannot be forged. */
static void ask_over_tcp(struct forwarder *f, struct pending *p)
{
	p->over_tcp = true;
	if (send_once(f, p) < 0)
		try_upstreams(f, p);
}

static void answered(struct forwarder *f, struct pending *p, const uint8_t *packet, size_t n)
{
	const struct answer_rules rules = { .ttl_max = f->settings.ttl_max,
					    .negative_max = f->settings.negative_max,
					    .inside = f->hooks.inside,
					    .data = f->hooks.data };
	int r = answer_read(&p->q, &rules, packet, n, &f->room);

	upstream_answered(&f->upstreams, p->upstream);
	if (r == E_TRUNCATED && !p->over_tcp) {
		ask_over_tcp(f, p);
		return;
	}
	if (r < 0) {
		try_upstreams(f, p);
		return;
	}
	f->count.guarded += f->room.answer.guarded;
	f->count.stripped += f->room.answer.stripped;
	cache_put(f->cache, &p->q, &f->room.answer, loop_now(f->loop));
	finish(f, p, &f->room.answer);
}

static void exchange_done(void *data, int r, const uint8_t *packet, size_t n)
{
	struct pending *p = data;
	struct forwarder *f = p->owner;

	if (r == 0) {
		answered(f, p, packet, n);
		return;
	}
	f->count.foreign += r == E_CONFLICT;
	f->count.unreachable += r != E_CONFLICT;
	if (r == E_CONFLICT && !p->over_tcp) { /* somebody is guessing, or it does not keep case */
		ask_over_tcp(f, p);
		return;
	}
	upstream_failed(&f->upstreams, p->upstream, loop_now(f->loop));
	try_upstreams(f, p);
}

static void due(void *data)
{
	struct forwarder *f = data;
	uint64_t now = loop_now(f->loop);

	for (struct pending *p; (p = f->pending.first) && p->due <= now;) {
		f->count.timeouts++;
		exchange_stop(&p->exchange);
		upstream_failed(&f->upstreams, p->upstream, now);
		try_upstreams(f, p);
	}
	set_timer(f);
}

/* ---- queries ---- */

static void forward(struct forwarder *f, const struct waiter *w)
{
	const struct dns_question *q = &w->query.question;
	struct pending *p = pending_find(&f->pending, q);
	bool new = !p;

	if (new)
		p = pending_add(&f->pending, q);
	if (p && pending_wait(p, w) == 0) {
		*(new ? &f->count.misses : &f->count.joined) += 1;
		if (!new)
			return;
		p->owner = f;
		p->upstream = upstream_first(&f->upstreams, loop_now(f->loop));
		try_upstreams(f, p);
		return;
	}
	if (new &&p) {
		pending_take(&f->pending, p);
		pending_free(p);
	}
	f->count.overload++;
	delivery_plain(&f->delivery, &w->client, &w->query, RCODE_SERVFAIL, WHY_OTHER);
}

/* What an allowed name may be asked for. */
static bool is_forwarded(uint16_t type)
{
	static const uint16_t types[] = { TYPE_A,   TYPE_AAAA,	TYPE_CNAME, TYPE_MX,  TYPE_SRV,
					  TYPE_TXT, TYPE_NAPTR, TYPE_HTTPS, TYPE_SVCB };

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (types[i] == type)
			return true;
	}
	return false;
}

static void answer(struct forwarder *f, const struct waiter *w, enum dns_decision decision)
{
	const struct dns_question *q = &w->query.question;
	const struct answer *a;
	uint32_t age;

	if (!has_data(f, w, decision)) {
		f->count.no_data++;
		delivery_plain(&f->delivery, &w->client, &w->query, RCODE_NOERROR, WHY_NONE);
		return;
	}
	if (!is_forwarded(q->type)) {
		f->count.refused_type++;
		delivery_plain(&f->delivery, &w->client, &w->query, RCODE_REFUSED, WHY_UNSUPPORTED);
		return;
	}
	a = cache_get(f->cache, q, loop_now(f->loop), &age);
	if (a) {
		f->count.hits++;
		delivery_give(&f->delivery, w, a, age);
		return;
	}
	forward(f, w);
}

/* A name that no policy can speak of is refused without asking. */
static enum dns_decision decide_query(const struct forwarder *f, struct waiter *w)
{
	const struct dns_question *q = &w->query.question;

	if (q->class != CLASS_IN || dns_name_text(&q->name, &w->name) < 0)
		return DNS_REFUSE;
	return decide(f, w);
}

static void queried(void *data, const struct client *c, const uint8_t *packet, size_t n)
{
	struct forwarder *f = data;
	struct waiter w = { .client = *c };
	int rcode = dns_query_read(packet, n, &w.query);
	enum dns_decision decision = rcode == RCODE_NOERROR ? decide_query(f, &w) : DNS_REFUSE;

	*(c->fd < 0 ? &f->count.queries_tcp : &f->count.queries_udp) += 1;
	f->count.malformed += rcode != RCODE_NOERROR;
	if (rcode < 0) {
		(void)client_answer(c, NULL, 0); /* nothing is sent */
	} else if (rcode != RCODE_NOERROR) {
		delivery_plain(&f->delivery, &w.client, &w.query, (enum dns_rcode)rcode, WHY_NONE);
	} else if (decision == DNS_REFUSE) {
		f->count.refused_name++;
		refuse(f, &w);
	} else {
		answer(f, &w, decision);
	}
}

/* ---- life ---- */

static int init(struct forwarder *f)
{
	uint64_t seed;
	int r = random_u64(&f->random, &seed);

	if (r == 0)
		r = random_u64(&f->random, &f->pending.seed);
	if (r < 0)
		return r;
	f->cache = cache_new(f->settings.cache_entries, seed);
	f->listeners = listeners_new(f->loop, &f->client, f->settings.idle_ms);
	return f->cache && f->listeners ? delivery_init(&f->delivery, seed) : -ENOMEM;
}

int forwarder_new(struct loop *loop, const struct dns_settings *s, const struct dns_hooks *hooks,
		  struct forwarder **ret)
{
	EG_AUTO(forwarder_freep) struct forwarder *f = mem_zero(1, sizeof(*f));
	int r;

	if (!f)
		return -ENOMEM;
	f->loop = loop;
	f->settings = *s;
	f->hooks = *hooks;
	f->delivery.loop = loop;
	f->delivery.settings = &f->settings;
	f->delivery.hooks = &f->hooks;
	f->delivery.count = &f->count;
	f->client = (struct client_hook){ .query = queried, .data = f, .unsent = &f->count.unsent };
	f->timer = (struct loop_timer){ .fire = due, .data = f };
	loop_timer_add(loop, &f->timer);
	r = upstreams_init(&f->upstreams, loop, s);
	if (r == 0)
		r = init(f);
	if (r == 0)
		*ret = EG_TAKE(f);
	return r;
}

void forwarder_free(struct forwarder *f)
{
	if (!f)
		return;
	loop_timer_remove(f->loop, &f->timer);
	delivery_release(&f->delivery);
	for (size_t i = 0; i < PENDING_SLOTS; i++) {
		while (f->pending.slot[i]) {
			struct pending *p = f->pending.slot[i];

			pending_take(&f->pending, p);
			pending_free(p);
		}
	}
	upstreams_release(&f->upstreams);
	listeners_free(f->listeners);
	cache_free(f->cache);
	mem_free(f);
}

void forwarder_freep(struct forwarder **f)
{
	forwarder_free(*f);
	*f = NULL;
}

void forwarder_learned(struct forwarder *f, uint64_t ticket, int r)
{
	delivery_learned(&f->delivery, ticket, r);
}

void forwarder_begin(struct forwarder *f)
{
	datagrams_begin(listeners_datagrams(f->listeners));
}

void forwarder_flush(struct forwarder *f)
{
	datagrams_flush(listeners_datagrams(f->listeners));
}

int forwarder_serve(struct forwarder *f, int fd)
{
	return listeners_add(f->listeners, fd);
}

void forwarder_pause(struct forwarder *f)
{
	listeners_pause(f->listeners);
}

const struct dns_counters *forwarder_counters(const struct forwarder *f)
{
	return &f->count;
}

size_t forwarder_pending(const struct forwarder *f)
{
	return f->pending.n + f->delivery.held.n;
}

const char *forwarder_trouble(const struct forwarder *f, size_t upstream)
{
	return f->upstreams.one[upstream].stream.trouble;
}

const struct ledger *forwarder_ledger(const struct forwarder *f)
{
	return f->delivery.ledger;
}
