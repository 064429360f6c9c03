/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/resolver.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

/* ---- types of values that only this block has ---- */

static int read_listen(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "an address of the gateway, like 10.1.0.1, 10.1.0.1:53, "
				       "2001:db8::1 or [2001:db8::1]:53";
	struct peer_text *t = field_at(f, record);
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	t->at = n->at;
	r = peer_parse(s, NAMESERVER_PORT, &t->peer);
	if (r < 0)
		return field_refuse(in, n, r, "is no address", expected);
	if (t->peer.addr.value == 0) /* the answer would leave from whatever address is nearest */
		return field_refuse(in, n, E_REFUSED, "is every address", expected);
	return 0;
}

static int read_upstream(struct fields *in, const struct field *f, const struct yaml *n,
			 void *record)
{
	static const char expected[] =
		"a resolver's address, like 192.0.2.53 or [2001:db8::53]:53, "
		"or tls://192.0.2.53#NAME with the name in its certificate";
	struct nameserver_text *t = field_at(f, record);
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	t->at = n->at;
	r = nameserver_parse(s, &t->server);
	if (r == E_REFUSED)
		return field_refuse(in, n, r,
				    str_find(s, '#') < s.n
					    ? "has a name, but is asked without TLS"
					    : "does not say whose certificate to take",
				    expected);
	return r < 0 ? field_refuse(in, n, r, "is no resolver", expected) : 0;
}

static int read_sinkhole(struct fields *in, const struct field *f, const struct yaml *n,
			 void *record)
{
	static const char expected[] = "an address, like 192.0.2.1 or 2001:db8::1";
	struct address_text *t = field_at(f, record);
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	t->at = n->at;
	r = addr_parse(s, &t->addr);
	return r < 0 ? field_refuse(in, n, r, "is no address", expected) : 0;
}

static int read_ca(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	struct resolver_text *t = record;
	int r = field_text(in, f, n, record);

	t->upstream_ca_at = n->at;
	if (r == 0 && t->upstream_ca[0] != '/')
		return field_refuse(in, n, E_SYNTAX, "is no absolute path",
				    "the path of a file with certificates (PEM)");
	return r;
}

static int read_refuse(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	((struct resolver_text *)record)->refuse_at = n->at;
	return field_word(in, f, n, record);
}

/* struct number_text: a number, and that there is one. */
static int read_number(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	struct number_text *t = field_at(f, record);
	struct field number = *f;

	t->given = true;
	number.at = f->at + offsetof(struct number_text, n);
	return field_number(in, &number, n, record);
}

static int read_addresses(struct fields *in, const struct field *f, const struct yaml *n,
			  void *record)
{
	const struct resolver_text *t = record;
	int r = read_number(in, f, n, record);

	if (r == 0 && t->addresses.n < RESOLVER_ADDRESSES_MIN)
		return field_refuse(in, n, E_LIMIT, "is less than one answer may have",
				    "a number from 128 to 4096");
	return r;
}

static int read_redirect(struct fields *in, const struct field *f, const struct yaml *n,
			 void *record)
{
	struct number_text *t = field_at(f, record);
	bool yes = false;
	struct field flag = { .name = f->name };
	int r = field_bool(in, &flag, n, &yes);

	if (r == 0)
		*t = (struct number_text){ yes, true };
	return r;
}

/* ---- the table ---- */

static const struct field_word refuse_words[] = {
	{ "refused", NAME_REFUSED },
	{ "nxdomain", NAME_NXDOMAIN },
	{ "sinkhole", NAME_SINKHOLE },
	{ 0 },
};

static const struct field_word ech_words[] = {
	{ "strip", ECH_STRIP },
	{ "refuse", ECH_REFUSE },
	{ 0 },
};

#define AT(member) offsetof(struct resolver_text, member)

static const struct field resolver_fields[] = {
	{ .name = "listen",
	  .read = field_list,
	  .at = AT(listen),
	  .count = AT(listens),
	  .each = read_listen,
	  .size = sizeof(struct peer_text),
	  .max = RESOLVER_LISTENS_MAX },
	{ .name = "upstream",
	  .read = field_list,
	  .at = AT(upstream),
	  .count = AT(upstreams),
	  .each = read_upstream,
	  .size = sizeof(struct nameserver_text),
	  .max = RESOLVER_UPSTREAMS_MAX },
	{ .name = "upstream-ca", .read = read_ca, .at = AT(upstream_ca) },
	{ .name = "refuse", .read = read_refuse, .at = AT(refuse), .words = refuse_words },
	{ .name = "sinkhole",
	  .read = field_list,
	  .at = AT(sinkhole),
	  .count = AT(sinkholes),
	  .each = read_sinkhole,
	  .size = sizeof(struct address_text),
	  .max = 2 },
	{ .name = "redirect", .read = read_redirect, .at = AT(redirect) },
	{ .name = "ech", .read = field_word, .at = AT(ech), .words = ech_words },
	{ .name = "ttl-floor",
	  .read = read_number,
	  .at = AT(ttl_floor),
	  .max = RESOLVER_SECONDS_MAX },
	{ .name = "grace", .read = read_number, .at = AT(grace), .max = RESOLVER_SECONDS_MAX },
	{ .name = "addresses-per-name",
	  .read = read_addresses,
	  .at = AT(addresses),
	  .max = RESOLVER_ADDRESSES_MAX },
	{ 0 },
};

const struct record resolver_record = {
	.what = "the `resolver:` block",
	.fields = resolver_fields,
	.size = sizeof(struct resolver_text),
};

/* ---- what must hold together ---- */

static bool is_same(const struct peer *a, const struct peer *b)
{
	return a->port == b->port && addr_cmp(a->addr, b->addr) == 0;
}

static int twice(struct diag *d, struct place at, const struct peer *p, const char *what)
{
	char text[PEER_TEXT_MAX];

	peer_format(p, text);
	diag_error(d, at, "%s %s", text, what);
	return E_CONFLICT;
}

static int check_listens(const struct resolver_text *t, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; i < t->listens; i++) {
		for (size_t k = 0; k < i; k++) {
			if (is_same(&t->listen[i].peer, &t->listen[k].peer))
				r = twice(d, t->listen[i].at, &t->listen[i].peer,
					  "stands here twice");
		}
	}
	return r;
}

static int check_upstream(const struct resolver_text *t, size_t i, struct diag *d)
{
	const struct nameserver_text *u = &t->upstream[i];

	for (size_t k = 0; k < i; k++) {
		if (is_same(&u->server.peer, &t->upstream[k].server.peer))
			return twice(d, u->at, &u->server.peer, "stands here twice");
	}
	for (size_t k = 0; k < t->listens; k++) {
		if (is_same(&u->server.peer, &t->listen[k].peer))
			return twice(d, u->at, &u->server.peer,
				     "is where we listen: we would ask ourselves");
	}
	if (u->server.tls == t->upstream[0].server.tls)
		return 0;
	diag_error(d, u->at,
		   "upstreams over TLS and in the clear: the failure of one would send "
		   "names in the clear");
	diag_hint(d, "write tls://ADDRESS#NAME for all of them, or for none");
	return E_CONFLICT;
}

static int check_upstreams(const struct resolver_text *t, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; i < t->upstreams; i++) {
		int now = check_upstream(t, i, d);

		r = r == 0 ? now : r;
	}
	if (t->upstream_ca && !(t->upstreams && t->upstream[0].server.tls)) {
		diag_error(d, t->upstream_ca_at, "no upstream is asked over TLS");
		diag_hint(d, "write upstreams as tls://ADDRESS#NAME, or leave `upstream-ca:` out");
		r = E_CONFLICT;
	}
	return r;
}

static int check_sinkhole(const struct resolver_text *t, struct diag *d)
{
	if (t->refuse == NAME_SINKHOLE && !t->sinkholes) {
		diag_error(d, t->refuse_at, "no address to send refused names to");
		diag_hint(d, "say `sinkhole:` with one address, or one of each family");
		return E_CONFLICT;
	}
	if (t->sinkholes && t->refuse != NAME_SINKHOLE) {
		diag_error(d, t->sinkhole[0].at, "refused names are not sent anywhere");
		diag_hint(d, "say `refuse: sinkhole`, or leave `sinkhole:` out");
		return E_CONFLICT;
	}
	if (t->sinkholes == 2 && t->sinkhole[0].addr.family == t->sinkhole[1].addr.family) {
		diag_error(d, t->sinkhole[1].at, "two addresses of one family");
		diag_hint(d, "one of each family is what an answer can have");
		return E_CONFLICT;
	}
	return 0;
}

/* ---- the policy ---- */

/* The members' first parts, without the places. */
static int take(const struct resolver_text *t, struct arena *a, struct resolver_policy *p)
{
	struct peer *listen = arena_array(a, t->listens, sizeof(*listen));
	struct nameserver *upstream = arena_array(a, t->upstreams, sizeof(*upstream));
	struct addr *sinkhole = arena_array(a, t->sinkholes, sizeof(*sinkhole));

	if (!listen || !upstream || !sinkhole)
		return -ENOMEM;
	for (size_t i = 0; i < t->listens; i++)
		listen[i] = t->listen[i].peer;
	for (size_t i = 0; i < t->upstreams; i++)
		upstream[i] = t->upstream[i].server;
	for (size_t i = 0; i < t->sinkholes; i++)
		sinkhole[i] = t->sinkhole[i].addr;
	p->listen = listen;
	p->upstream = upstream;
	p->sinkhole = sinkhole;
	return 0;
}

static unsigned number_or(struct number_text t, unsigned otherwise)
{
	return t.given ? t.n : otherwise;
}

int resolver_check(const struct resolver_text *t, struct arena *a, struct diag *d,
		   struct resolver_policy *ret)
{
	struct resolver_policy p = {
		.listens = t->listens,
		.upstreams = t->upstreams,
		.upstream_ca = t->upstream_ca,
		.refuse = (enum name_refusal)t->refuse,
		.sinkholes = t->sinkholes,
		.redirect = number_or(t->redirect, true),
		.ech = (enum ech)t->ech,
		.ttl_floor = number_or(t->ttl_floor, RESOLVER_TTL_FLOOR),
		.grace = number_or(t->grace, RESOLVER_GRACE),
		.addresses = number_or(t->addresses, RESOLVER_ADDRESSES),
	};
	int listens = check_listens(t, d);
	int upstreams = check_upstreams(t, d);
	int sinkhole = check_sinkhole(t, d);
	int r = listens ? listens : upstreams ? upstreams : sinkhole;

	if (r == 0)
		r = take(t, a, &p);
	if (r == 0)
		*ret = p;
	return r;
}
