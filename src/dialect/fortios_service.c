/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_service.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/fortios_names.h"
#include "dialect/fortios_value.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { CODES = 256, PORT_MAX = 65535 };

/* Fields that do not change what a service stands for. */
static const char *const quiet[] = {
	"uuid",
	"name",
	"category",
	"comment",
	"color",
	"visibility",
	"session-ttl",
	"tcp-halfclose-timer",
	"tcp-halfopen-timer",
	"tcp-timewait-timer",
	"tcp-rst-timer",
	"udp-idle-timer",
	"check-reset-range",
	"fabric-object",
	"global-object",
	"custom-tags",
	"helper",
	"protocol",
	"protocol-number",
	"icmptype",
	"icmpcode",
	"tcp-portrange",
	"udp-portrange",
	"sctp-portrange",
	"udplite-portrange",
	"member",
	"config tagging",
};

struct search {
	const struct fos_scope *scope;
	unsigned depth;
};

/* A service that is put together. */
struct making {
	struct search *s;
	const struct fos_entry *e;
	struct fos_services made;
	size_t cap;
};

static int find_services(struct search *s, const struct fos_field *f, struct str name,
			 const struct fos_services **ret);

static int add(struct making *k, const struct fos_service *one)
{
	struct fos_config *c = k->s->scope->config;

	if (++c->spans > FOS_SPANS_MAX) {
		diag_error(k->s->scope->d, k->e ? k->e->at : NOWHERE,
			   "services stand for more than %d products", FOS_SPANS_MAX);
		return E_LIMIT;
	}
	if (k->made.n == k->cap) {
		size_t cap = k->cap ? k->cap * 2 : 4;
		struct fos_service *more = arena_array(c->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (k->made.n)
			memcpy(more, k->made.service, k->made.n * sizeof(*more));
		k->made.service = more;
		k->cap = cap;
	}
	k->made.service[k->made.n++] = *one;
	return 0;
}

static int doubt(struct making *k, const char *what, struct str name, struct place at)
{
	k->made.vague = true;
	return fos_doubt(&k->made.doubts, k->s->scope->config->arena, what, name, at);
}

/* ---- one service ---- */

/* A product of one protocol. */
static int add_proto(struct making *k, unsigned proto, struct flow_spans dport,
		     struct flow_spans sport)
{
	struct fos_service one = { .v4 = true, .v6 = true, .dport = dport, .sport = sport };
	int r = spans_one(proto, proto, k->s->scope->config->arena, &one.proto);

	return r < 0 ? r : add(k, &one);
}

/* The ranges without a source are one product. */
static int add_ports(struct making *k, const char *key, unsigned proto)
{
	const struct fos_values v = { k->s->scope->config, k->s->scope->d };
	const struct fos_field *f = fos_field_find(k->e, key);
	struct spanlist plain = SPANLIST_INIT(v.config->arena);
	int r = 0;

	for (size_t i = 0; f && r == 0 && i < f->n; i++) {
		struct flow_spans dport, sport;

		r = fos_ports(&v, f, f->value[i], &dport, &sport);
		if (r == 0)
			r = sport.span ? add_proto(k, proto, dport, sport)
				       : spanlist_add(&plain, dport.span[0].lo, dport.span[0].hi);
	}
	if (r == 0 && plain.n)
		r = add_proto(k, proto, spanlist_seal(&plain), SPANS_ANY);
	return r;
}

static int read_ports(struct making *k)
{
	static const struct {
		const char *key;
		unsigned proto;
	} fields[] = { { "tcp-portrange", PROTO_TCP },
		       { "udp-portrange", PROTO_UDP },
		       { "sctp-portrange", PROTO_SCTP },
		       { "udplite-portrange", PROTO_UDPLITE } };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(fields); i++)
		r = add_ports(k, fields[i].key, fields[i].proto);
	if (r == 0 && !k->made.n)
		r = doubt(k, "service without ports", k->e->name, k->e->at);
	return r;
}

static int read_messages(struct making *k, bool v6)
{
	const struct fos_values v = { k->s->scope->config, k->s->scope->d };
	const struct fos_field *type = fos_field_find(k->e, "icmptype"),
			       *code = fos_field_find(k->e, "icmpcode");
	struct fos_service one = { .v4 = !v6, .v6 = v6 };
	uint64_t number = 0, lo = 0, hi = CODES - 1;
	int r = type && type->n ? fos_number(&v, type, UINT8_MAX, &number) : 0;

	if (r == 0 && code && code->n) {
		r = fos_number(&v, code, UINT8_MAX, &lo);
		hi = lo;
	}
	if (r == 0 && type && type->n)
		r = spans_one(number * CODES + lo, number * CODES + hi, v.config->arena,
			      &one.dport);
	number = v6 ? PROTO_ICMPV6 : PROTO_ICMP;
	if (r == 0)
		r = spans_one(number, number, v.config->arena, &one.proto);
	if (r == 0 && code && code->n && !(type && type->n))
		return doubt(k, "icmpcode without icmptype in", k->e->name, code->at);
	return r < 0 ? r : add(k, &one);
}

static int read_protocol(struct making *k)
{
	const struct fos_values v = { k->s->scope->config, k->s->scope->d };
	const struct fos_field *f = fos_field_find(k->e, "protocol-number");
	struct fos_service one = { .v4 = true, .v6 = true };
	uint64_t number = 0;
	int r = f && f->n ? fos_number(&v, f, UINT8_MAX, &number) : 0;

	if (r == 0 && number)
		r = spans_one(number, number, v.config->arena, &one.proto);
	return r < 0 ? r : add(k, &one);
}

/* Does the field take destinations away or add something? */
static bool matters(const struct fos_field *f)
{
	if (str_is(f->key, "iprange") && f->n == 1 && str_is(f->value[0], "0.0.0.0"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(quiet); i++)
		if (str_is(f->key, quiet[i]))
			return false;
	return !fos_field_off(f);
}

/* A field that nobody here knows: nothing is certain. */
static int look_at_fields(struct making *k)
{
	for (size_t i = 0; i < k->e->n; i++)
		if (matters(&k->e->field[i])) {
			k->made.n = 0;
			return doubt(k, "set", k->e->field[i].key, k->e->field[i].at);
		}
	return 0;
}

static int read_service(struct making *k)
{
	const struct fos_field *f = fos_field_find(k->e, "protocol");
	struct str word = fos_field_word(k->e, "protocol");
	int r;

	if (!f || str_starts(word, "TCP/UDP"))
		r = read_ports(k);
	else if (str_is(word, "ICMP") || str_is(word, "ICMP6"))
		r = read_messages(k, word.n == 5);
	else if (str_is(word, "IP"))
		r = read_protocol(k);
	else
		r = doubt(k, "protocol", word, f->at);
	return r < 0 ? r : look_at_fields(k);
}

/* ---- groups ---- */

/* Ports alone, of one protocol: with others of that kind it is one product. */
static bool is_plain(const struct fos_service *one)
{
	return one->v4 && one->v6 && one->proto.n == 1 && one->dport.span && !one->sport.span;
}

/* Policies are made of fewer products when services are. */
static int condense(struct making *k)
{
	EG_AUTO(mem_freep) struct spanlist *port = mem_zero(UINT8_MAX + 1, sizeof(*port));
	struct arena *a = k->s->scope->config->arena;
	size_t n = k->made.n;
	int r = port ? 0 : -ENOMEM;

	k->made.n = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct fos_service *one = &k->made.service[i];
		struct spanlist *l;

		if (!is_plain(one)) {
			k->made.service[k->made.n++] = *one;
			continue;
		}
		l = &port[one->proto.span[0].lo];
		l->arena = a;
		for (size_t p = 0; r == 0 && p < one->dport.n; p++)
			r = spanlist_add(l, one->dport.span[p].lo, one->dport.span[p].hi);
	}
	for (unsigned proto = 0; r == 0 && proto <= UINT8_MAX; proto++)
		if (port[proto].n)
			r = add_proto(k, proto, spanlist_seal(&port[proto]), SPANS_ANY);
	return r;
}

static int add_all(struct making *k, const struct fos_services *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->n; i++)
		r = add(k, &from->service[i]);
	k->made.vague = k->made.vague || from->vague;
	return r < 0 ? r
		     : fos_doubts_add(&k->made.doubts, k->s->scope->config->arena, &from->doubts);
}

static int union_of(struct making *k, const struct fos_field *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->n; i++) {
		const struct fos_services *one = NULL;

		r = find_services(k->s, f, f->value[i], &one);
		if (r == 0)
			r = add_all(k, one);
	}
	return r < 0 || k->made.n < 2 ? r : condense(k);
}

static int read_group(struct making *k)
{
	const struct fos_field *f = fos_field_find(k->e, "member");
	int r;

	if (!f || !f->n)
		return doubt(k, "service group without members", k->e->name, k->e->at);
	r = union_of(k, f);
	return r < 0 ? r : look_at_fields(k);
}

/* ---- names ---- */

static const struct {
	enum fos_section section;
	int (*read)(struct making *k);
} kinds[] = { { FOS_SERVICE, read_service }, { FOS_SERVGRP, read_group } };

static int refuse(struct search *s, const struct fos_entry *e, int code, const char *what)
{
	diag_error(s->scope->d, e->at, "%s: %s", show(e->name).text, what);
	return code;
}

static int keep(struct search *s, const struct fos_services *made, const struct fos_services **ret)
{
	*ret = arena_copy(s->scope->config->arena, made, sizeof(*made));
	return *ret ? 0 : -ENOMEM;
}

/* What an entry stands for is worked out once. */
static int entry_services(struct search *s, struct fos_entry *e, int (*read)(struct making *k),
			  const struct fos_services **ret)
{
	struct making k = { .s = s, .e = e };
	int r;

	if (e->state == FOS_DONE) {
		*ret = e->meaning;
		return 0;
	}
	if (e->state == FOS_BUSY)
		return refuse(s, e, E_CONFLICT, "service groups hold each other in a circle");
	if (s->depth == FOS_GROUP_DEPTH_MAX)
		return refuse(s, e, E_LIMIT, "service groups are nested too deep");
	e->state = FOS_BUSY;
	s->depth++;
	r = read(&k);
	s->depth--;
	if (r == 0)
		r = keep(s, &k.made, ret);
	e->state = r < 0 ? FOS_NEW : FOS_DONE;
	if (r == 0)
		e->meaning = *ret;
	return r;
}

static int factory_services(struct making *k, struct str name)
{
	const struct fos_factory *line;
	int r = 0;

	for (size_t i = 0; r == 0 && (line = fos_factory_find(name, i)); i++) {
		struct fos_service one = { .v4 = line->proto != PROTO_ICMPV6,
					   .v6 = line->proto != PROTO_ICMP };
		struct arena *a = k->s->scope->config->arena;

		*k->s->scope->factory = true;
		if (line->proto)
			r = spans_one(line->proto, line->proto, a, &one.proto);
		if (r == 0 && line->hi)
			r = spans_one(line->lo, line->hi, a, &one.dport);
		if (r == 0)
			r = add(k, &one);
	}
	return r;
}

static int find_services(struct search *s, const struct fos_field *f, struct str name,
			 const struct fos_services **ret)
{
	const struct fos_vdom *const place[] = { s->scope->vdom, s->scope->config->vdom[0] };
	struct making k = { .s = s };
	int r;

	for (size_t v = 0; v < ARRAY_LEN(place); v++)
		for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
			struct fos_entry *e =
				fos_entry_find(&place[v]->table[kinds[i].section], name);

			if (e)
				return entry_services(s, e, kinds[i].read, ret);
		}
	r = factory_services(&k, name);
	if (r == 0 && !k.made.n) {
		diag_warning(s->scope->d, f->at, "service %s is not defined", show(name).text);
		r = doubt(&k, "undefined service", name, f->at);
	}
	return r < 0 ? r : keep(s, &k.made, ret);
}

int fos_services_find(const struct fos_scope *scope, const struct fos_field *f,
		      struct fos_services *ret)
{
	struct search s = { .scope = scope };
	struct making k = { .s = &s };
	const struct fos_services *one = NULL;
	int r;

	if (f->n == 1) {
		r = find_services(&s, f, f->value[0], &one);
		if (r == 0)
			*ret = *one;
		return r;
	}
	r = union_of(&k, f);
	if (r == 0)
		*ret = k.made;
	return r;
}
