/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/closest.h"
#include "base/err.h"
#include "catalog/build.h"
#include "net/proto.h"

/* The place of `key` in the requirement, or of the requirement when it lacks the key. */
static struct place place_of(const struct requirement_text *t, const char *key)
{
	const struct yaml *value = yaml_get(t->self, key);

	return value ? value->key->at : t->self->key->at;
}

static int refuse(struct build *b, struct place at, const char *what, const char *hint)
{
	diag_error(b->diag, at, "%s", what);
	diag_hint(b->diag, "%s", hint);
	return E_CONFLICT;
}

/*
 * Who is source and who is destination. Egress: our side starts, towards the vendor. Inbound: the
 * vendor's back end starts, towards an endpoint that the site publishes; it must never be mistaken
 * for egress (S09), so each direction refuses the keys of the other.
 */
static int check_direction(struct build *b, const struct requirement_text *t)
{
	bool inbound = t->direction == DIRECTION_INBOUND;

	if (inbound && t->roles != ROLE_VENDOR)
		return refuse(b, place_of(t, "roles"),
			      "an inbound requirement comes from the "
			      "vendor's side",
			      "write 'roles: vendor', or drop 'direction: inbound'");
	if (inbound && !t->endpoint)
		return refuse(b, place_of(t, "direction"),
			      "an inbound requirement needs an "
			      "'endpoint'",
			      "say what the site publishes for the vendor to call");
	if (inbound && t->names)
		return refuse(b, place_of(t, "names"), "an inbound requirement has no 'names'",
			      "its source is the vendor's addresses: use 'lists'");
	if (!inbound && (t->roles & ROLE_VENDOR))
		return refuse(b, place_of(t, "roles"), "the vendor's side starts nothing outbound",
			      "add 'direction: inbound', or name the roles of our side");
	if (!inbound && t->endpoint)
		return refuse(b, place_of(t, "endpoint"),
			      "only an inbound requirement has an "
			      "'endpoint'",
			      "add 'direction: inbound', or drop the key");
	return 0;
}

/* What the vendor's side is: lists or names; else the row says that the page lost it (S05). */
static int check_vendor_side(struct build *b, const struct requirement_text *t)
{
	if (t->lists && t->names)
		return refuse(b, place_of(t, "names"),
			      "a requirement has 'lists' or 'names', not "
			      "both",
			      "split it, so that it is clear which of them a flow must match");
	if (!t->lists && !t->names && !t->incomplete)
		return refuse(b, t->self->key->at, "a requirement needs 'lists' or 'names'",
			      "if the page lost its addresses, say so with 'incomplete'; it never "
			      "means any");
	if (t->lists && t->families)
		return refuse(b, place_of(t, "families"), "'families' follow from the lists",
			      "drop the key");
	return 0;
}

bool application_fits(enum application application, uint8_t proto)
{
	if (!proto)
		return true;
	switch (application) {
	case APP_HTTP:
	case APP_TLS:
	case APP_LDAP:
		return proto == PROTO_TCP;
	case APP_QUIC:
	case APP_STUN:
	case APP_MEDIA:
		return proto == PROTO_UDP;
	case APP_SIP:
		return proto == PROTO_TCP || proto == PROTO_UDP;
	default:
		return true;
	}
}

/* Protocol and ports; a row that says what the page lost may lack them. */
static int check_flows(struct build *b, const struct requirement_text *t)
{
	if (t->proto && t->ports.n && !proto_has_ports(t->proto))
		return refuse(b, place_of(t, "ports"), "this protocol has no ports",
			      "drop the key");
	if (t->incomplete)
		return 0;
	if (!t->proto)
		return refuse(b, t->self->key->at, "a requirement needs 'proto'",
			      "if the page lost it, say so with 'incomplete'; it never means any");
	if (proto_has_ports(t->proto) && !t->ports.n)
		return refuse(b, place_of(t, "proto"), "this protocol needs 'ports'",
			      "list them: 80,443 or 8801-8810; if the page lost them, say so with "
			      "'incomplete'");
	return 0;
}

static int check_transport(struct build *b, const struct requirement_text *t)
{
	int r = check_flows(b, t);

	if (r < 0)
		return r;
	if (!application_fits(t->application, t->proto))
		return refuse(b, place_of(t, "application"),
			      "this application does not run on this protocol",
			      "http, tls and ldap run on tcp; quic, stun and media on udp; sip on "
			      "both");
	if (t->proxyable && t->proto && t->proto != PROTO_TCP)
		return refuse(b, place_of(t, "proxyable"), "an HTTP proxy carries tcp only",
			      "drop the key");
	return 0;
}

static int check_certainty(struct build *b, const struct requirement_text *t)
{
	if (!t->verified || !t->unverified)
		return 0;
	return refuse(b, place_of(t, "verified"), "a row is 'verified' or 'unverified', not both",
		      "'verified' says why a row counts although the page is damaged there");
}

static int check_id(struct build *b, const struct requirement_text *t)
{
	size_t line = 0;
	int r = strmap_add(&b->row_at, str_of(t->id), t->line);

	if (r != -EEXIST)
		return r;
	diag_error(b->diag, t->self->key->at, "two requirements are called '%s'", t->id);
	if (strmap_get(&b->row_at, str_of(t->id), &line) == 0)
		diag_hint(b->diag, "the other is on line %zu; ids are unique in a catalog", line);
	return E_CONFLICT;
}

static int unknown_list(struct build *b, const struct field_ref *ref)
{
	const char *near = NULL;
	unsigned least = CLOSEST_WORD_MAX;

	for (size_t i = 0; i < b->c->lists; i++) {
		struct str id = str_of(b->c->list[i].id);
		unsigned distance = closest_distance(str_of(ref->id), id);

		if (distance >= least || !closest_near(str_of(ref->id), id))
			continue;
		least = distance;
		near = id.p;
	}
	diag_error(b->diag, ref->at, "there is no list '%s'", ref->id);
	if (near)
		diag_hint(b->diag, "did you mean '%s'?", near);
	else
		diag_hint(b->diag, "define it under 'lists'; if we do not hold it, with 'missing'");
	return E_UNKNOWN;
}

static int add_list(struct build *b, const struct field_ref *ref, const struct list **list,
		    size_t i)
{
	size_t found;

	if (strmap_get(&b->lists, str_of(ref->id), &found) < 0)
		return unknown_list(b, ref);
	list[i] = &b->c->list[found];
	for (size_t k = 0; k < i; k++) {
		if (list[k] == list[i])
			return refuse(b, ref->at, "this list stands here twice", "keep one");
	}
	return 0;
}

static int resolve_lists(struct build *b, const struct requirement_text *t, struct requirement *ret)
{
	const struct list **list = arena_array(b->arena, t->lists, sizeof(const struct list *));
	int r = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < t->lists; i++)
		r = build_keep(r, add_list(b, &t->list[i], list, i));
	ret->list = list;
	ret->lists = t->lists;
	return r;
}

/* Families that the row speaks of (S06): those of its lists; names speak of both. */
static void derive_families(const struct requirement_text *t, struct requirement *ret)
{
	ret->v4 = t->families & FAMILY_BIT_V4;
	ret->v6 = t->families & FAMILY_BIT_V6;
	if (t->names && !t->families)
		ret->v4 = ret->v6 = true;
	for (size_t i = 0; i < ret->lists; i++) {
		ret->v4 |= ret->list[i]->family == FAMILY_V4;
		ret->v6 |= ret->list[i]->family == FAMILY_V6;
	}
}

static void add_part(struct buf *out, const char *before, const char *text)
{
	if (text)
		buf_printf(out, "%s%s%s", out->n ? "; " : "", before, text);
}

static int put(struct build *b, const struct buf *text, const char **ret)
{
	if (text->r < 0)
		return text->r;
	if (text->n == 0)
		return 0;
	*ret = arena_str(b->arena, buf_str(text));
	return *ret ? 0 : -ENOMEM;
}

static int derive_missing(struct build *b, struct requirement *ret)
{
	EG_AUTO(buf_release) struct buf missing = BUF_INIT;

	ret->usable4 = ret->v4;
	ret->usable6 = ret->v6;
	for (size_t i = 0; i < ret->lists; i++) {
		const struct list *l = ret->list[i];

		if (!l->missing)
			continue;
		buf_printf(&missing, "%s%s", missing.n ? ", " : "", l->file);
		if (l->family == FAMILY_V4)
			ret->usable4 = false;
		else
			ret->usable6 = false;
	}
	return put(b, &missing, &ret->missing);
}

/* Why the row is not certain, or NULL: its own word goes before that of the catalog. */
static const char *doubt(const struct build *b, const struct requirement_text *t)
{
	return t->verified || t->unverified ? t->unverified : b->c->unverified;
}

static int derive_status(struct build *b, const struct requirement_text *t, struct requirement *ret)
{
	EG_AUTO(buf_release) struct buf reason = BUF_INIT;
	const char *unverified = doubt(b, t);

	if (t->incomplete)
		ret->usable4 = ret->usable6 = false;
	ret->status = !ret->usable4 && !ret->usable6 ? STATUS_INCOMPLETE
		      : unverified		     ? STATUS_UNVERIFIED
						     : STATUS_VERIFIED;
	if (ret->status == STATUS_INCOMPLETE) {
		add_part(&reason, "", t->incomplete);
		add_part(&reason, "list not held: ", ret->missing);
		add_part(&reason, "unverified: ", unverified);
	} else {
		add_part(&reason, "", unverified);
	}
	return put(b, &reason, &ret->reason);
}

static int check(struct build *b, const struct requirement_text *t)
{
	int r = check_id(b, t);

	r = build_keep(r, check_direction(b, t));
	r = build_keep(r, check_vendor_side(b, t));
	r = build_keep(r, check_certainty(b, t));
	return build_keep(r, check_transport(b, t));
}

int build_requirement(struct build *b, const struct requirement_text *t,
		      const struct service *service, struct requirement *ret)
{
	int r = check(b, t);

	*ret = (struct requirement){
		.id = t->id,
		.title = t->title,
		.page = arena_printf(b->arena, "%s %s", b->c->page, t->page),
		.also = t->also,
		.roles = t->roles,
		.roles_cut = t->roles_cut,
		.direction = t->direction,
		.proto = t->proto,
		.ports = t->ports,
		.application = t->application,
		.proxyable = t->proxyable,
		.verified = t->verified,
		.note = t->note,
		.tag = t->tag,
		.tags = t->tags,
		.name = t->name,
		.names = t->names,
		.endpoint = t->endpoint,
		.service = service,
		.line = t->line,
	};
	if (!ret->page || r == -ENOMEM)
		return -ENOMEM;
	r = build_keep(r, resolve_lists(b, t, ret));
	if (r < 0)
		return r;
	derive_families(t, ret);
	r = derive_missing(b, ret);
	return r < 0 ? r : derive_status(b, t, ret);
}
