/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "daemon/askers.h"
#include "daemon/memfile.h"

#define SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"
#define NS_PER_S 1000000000ULL

enum { LOOK_S = 1, HANGS_S = 20 };

/* ---- the table of names ---- */

static int write_names(const struct gateway *g, int *ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	int r = gateway_write_askers(g, &text);

	if (r == 0 && text.n > ASKERS_TEXT_MAX)
		r = E_LIMIT;
	return r == 0 ? memfile("egret names", &text, ret) : r;
}

/* ---- how to resolve ---- */

static int open_trust(struct resolver *o, const char *path, struct diag *d)
{
	int r;

	o->trust = open(path ? path : SYSTEM_CA, O_RDONLY | O_CLOEXEC);
	if (o->trust >= 0)
		return 0;
	r = -errno;
	diag_error(d, NOWHERE, "%s: %s", path ? path : SYSTEM_CA, err_text(r));
	diag_hint(d, path ? "expected a file of certificates (PEM)"
			  : "install ca-certificates, or say `upstream-ca:`");
	return r;
}

int resolver_set(struct resolver *o, const struct settings *s, const struct resolver_policy *policy,
		 struct diag *d)
{
	const struct nameserver *upstream = s->upstreams ? s->upstream : policy->upstream;
	size_t n = s->upstreams ? s->upstreams : policy->upstreams;
	bool tls = false;

	if (!n) {
		diag_error(d, NOWHERE, "no upstream: nobody could be asked");
		diag_hint(d, "say --upstream, or `upstream:` in the policy's `resolver:`");
		return E_SYNTAX;
	}
	o->settings = dns_settings_default;
	o->settings.upstreams = n;
	for (size_t i = 0; i < n; i++) {
		o->settings.upstream[i] = upstream[i];
		tls |= upstream[i].tls;
	}
	o->settings.refuse = policy->refuse == NAME_NXDOMAIN   ? DNS_NXDOMAIN
			     : policy->refuse == NAME_SINKHOLE ? DNS_SINKHOLE
							       : DNS_REFUSED;
	o->settings.sinkholes = policy->sinkholes;
	for (size_t i = 0; i < policy->sinkholes; i++)
		o->settings.sinkhole[i] = policy->sinkhole[i];
	o->settings.ttl_floor = policy->ttl_floor;
	o->settings.grace = policy->grace;
	o->settings.addresses = policy->addresses;
	o->settings.services = policy->ech == ECH_STRIP;
	return tls ? open_trust(o, policy->upstream_ca, d) : 0;
}

/* ---- talking ---- */

static void add_counters(struct dns_counters *to, const struct dns_counters *c)
{
	enum { N = sizeof(*c) / sizeof(uint64_t) };
	uint64_t a[N], b[N];

	memcpy(a, to, sizeof(a));
	memcpy(b, c, sizeof(b));
	for (size_t i = 0; i < N; i++)
		a[i] += b[i];
	memcpy(to, a, sizeof(a));
}

static void say(struct resolver *o, const struct message *m, int fd)
{
	int r = channel_send(&o->role.channel, m, fd);

	if (r == 0 || r == -EPIPE) /* it is on its way out: the next one is told all */
		return;
	diag_error(o->role.d, NOWHERE, "role dns does not take its messages: %s", err_text(r));
	log_tell(o->role.log, o->role.d);
	role_kill(&o->role);
}

static void started(void *data)
{
	struct resolver *o = data;
	const struct message resolver = { .type = MESSAGE_RESOLVER, .resolver = o->settings };
	const struct message trust = { .type = MESSAGE_TRUST };
	const struct message names = { .type = MESSAGE_NAMES }, sock = { .type = MESSAGE_SOCKET },
			     start = { .type = MESSAGE_START };

	add_counters(&o->before, &o->counters); /* of the life that has ended */
	o->counters = (struct dns_counters){ 0 };
	o->ready = false;
	o->answered = clock_ns();
	if (o->trust >= 0)
		say(o, &trust, o->trust);
	say(o, &resolver, -1);
	say(o, &names, o->names);
	for (size_t i = 0; i < o->sockets; i++)
		say(o, &sock, o->socket[i]);
	say(o, &start, -1);
}

static void tell_learned(struct resolver *o)
{
	struct message m = { .type = MESSAGE_LEARNED };

	for (size_t i = 0; i < o->wants.wants; i++) {
		m.learned.one[i].ticket = o->wants.want[i].ticket;
		m.learned.one[i].r = o->wants.want[i].r;
	}
	m.learned.n = o->wants.wants;
	say(o, &m, -1);
}

static void rested(void *data)
{
	struct resolver *o = data;

	if (!o->wants.wants)
		return;
	wants_learn(&o->wants, &o->learner);
	tell_learned(o);
	wants_clear(&o->wants);
}

/* What was asked for before is learned before. */
static void forget(struct resolver *o, const struct message_forget *m)
{
	rested(o);
	gateway_want_all(o->gateway, &m->name, m->address, m->n, &o->wants);
	wants_forget(&o->wants, &o->learner); /* what stays ends by itself */
	wants_clear(&o->wants);
}

static void count(struct resolver *o, const struct dns_counters *c)
{
	o->counters = *c;
	o->answered = clock_ns();
}

static void received(void *data, const struct message *m)
{
	struct resolver *o = data;
	const struct message_learn *l = &m->learn;

	switch (m->type) {
	case MESSAGE_READY:
		o->ready = o->role.served = true;
		o->now_ready(o->data);
		break;
	case MESSAGE_LEARN:
		gateway_want(o->gateway, l->ticket, l->client, &l->name, l->address, l->n,
			     &o->wants);
		if (o->wants.wants == WANTS_MAX)
			rested(o);
		break;
	case MESSAGE_FORGET:
		forget(o, &m->forget);
		break;
	case MESSAGE_COUNTERS:
		count(o, &m->counters);
		break;
	default: /* only the parent says that: it is not ours any more */
		role_kill(&o->role);
	}
}

/* ---- life ---- */

static void look(void *data)
{
	static const struct message ask = { .type = MESSAGE_ASK };
	struct resolver *o = data;

	o->look.at = clock_ns() + LOOK_S * NS_PER_S;
	if (!o->role.pid)
		return;
	if (clock_ns() - o->answered > HANGS_S * NS_PER_S) {
		diag_error(o->role.d, NOWHERE, "role dns has not answered for %d s", HANGS_S);
		log_tell(o->role.log, o->role.d);
		role_kill(&o->role);
		return;
	}
	say(o, &ask, -1);
}

static void over(void *data)
{
	const struct resolver *o = data;

	o->over(o->data);
}

static void failed(void *data)
{
	const struct resolver *o = data;

	o->failed(o->data);
}

int resolver_start(struct resolver *o, struct loop *loop, const struct log *log,
		   const struct gateway *g, struct diag *d)
{
	int r = write_names(g, &o->names);

	if (r == 0)
		r = wants_init(&o->wants);
	if (r < 0)
		return r;
	o->gateway = g;
	o->role = (struct role_process){ .kind = &role_dns,
					 .log = log,
					 .d = d,
					 .loop = loop,
					 .started = started,
					 .received = received,
					 .rested = rested,
					 .over = over,
					 .failed = failed,
					 .data = o };
	o->look = (struct loop_timer){ .fire = look,
				       .data = o,
				       .at = clock_ns() + LOOK_S * NS_PER_S };
	loop_timer_add(loop, &o->look);
	return role_start(&o->role);
}

/* As the role would see them. */
static bool same_settings(const struct dns_settings *a, const struct dns_settings *b)
{
	const struct message one = { .type = MESSAGE_RESOLVER, .resolver = *a };
	const struct message two = { .type = MESSAGE_RESOLVER, .resolver = *b };
	uint8_t x[MESSAGE_MAX], y[MESSAGE_MAX];
	size_t n = message_write(&one, x);

	return message_write(&two, y) == n && memcmp(x, y, n) == 0;
}

int resolver_turn(struct resolver *o, const struct gateway *g, const struct settings *settings,
		  const struct resolver_policy *policy)
{
	static const struct message names = { .type = MESSAGE_NAMES };
	EG_AUTO(fd_closep) int fd = -1;
	struct resolver next = { .trust = -1 };
	int r = resolver_set(&next, settings, policy, o->role.d);

	if (r == 0)
		r = write_names(g, &fd);
	if (r < 0) {
		fd_closep(&next.trust);
		return r;
	}
	fd_closep(&o->names);
	fd_closep(&o->trust);
	o->names = fd_take(&fd);
	o->trust = next.trust;
	o->gateway = g;
	if (same_settings(&o->settings, &next.settings)) {
		say(o, &names, o->names);
		return 0;
	}
	o->settings = next.settings;
	diag_note(o->role.d, NOWHERE, "other settings of the resolver: its role starts anew");
	role_kill(&o->role);
	return 0;
}

void resolver_drain(struct resolver *o)
{
	static const struct message drain = { .type = MESSAGE_DRAIN };

	role_end(&o->role);
	if (o->role.pid)
		say(o, &drain, -1);
	else
		o->over(o->data);
}

struct dns_counters resolver_counters(const struct resolver *o)
{
	struct dns_counters all = o->before;

	add_counters(&all, &o->counters);
	return all;
}

void resolver_release(struct resolver *o)
{
	if (o->role.loop) {
		loop_timer_remove(o->role.loop, &o->look);
		role_release(&o->role);
	}
	wants_release(&o->wants);
	fd_closep(&o->names);
	fd_closep(&o->trust);
	for (size_t i = 0; i < o->sockets; i++)
		fd_closep(&o->socket[i]);
}
