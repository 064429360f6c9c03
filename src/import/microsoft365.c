/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Microsoft 365 endpoint sets: a list of sets, each with names and addresses of the same endpoints,
 * the ports they are reached on, and how much they matter.
 *
 * Names and addresses are alternatives, and a row of a catalog has one of them. So a set gives up
 * to four rows: by name and by address (tagged `addresses`), for tcp and for udp.
 */
#include <errno.h>

#include "base/show.h"
#include "catalog/fields.h"
#include "import/format.h"
#include "import/names.h"
#include "import/publication.h"
#include "net/proto.h"

enum { ID_MAX = 999999, AREA_MAX = 30 /* bytes of the area in a row's id */ };

static const struct publication microsoft365 = {
	.vendor = "microsoft365",
	.title = "Microsoft 365",
	.page = "https://endpoints.office.com/endpoints/worldwide",
};

struct set {
	struct json_at at;
	const char *id, *title, *page, *note; /* id: "exchange-1" */
	const char *category, *required;      /* tags, or NULL */
	size_t service;
	bool has_names;
	struct draft_names names;
	struct draft_prefixes prefixes;
	struct field_ref *list;
	size_t lists;
	struct ports tcp, udp;
};

static int microsoft365_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"serviceArea\"") ? 95 : 0;
}

/* ---- what a set says ---- */

static void read_who(struct jsonin *in, struct set *s)
{
	struct json_at id = jsonin_member(&s->at, "id");
	struct json_at area = jsonin_member(&s->at, "serviceArea");
	struct json_at title = jsonin_member(&s->at, "serviceAreaDisplayName");
	const char *name = jsonin_text(in, &area, JSONIN_NAME_MAX), *slug = NULL;
	struct arena *a = in->draft->arena;
	long long number = 0;
	int r;

	s->title = jsonin_text(in, &title, JSONIN_NAME_MAX);
	if (jsonin_is(in, &id, JSON_INTEGER))
		number = json_integer_value(id.value);
	if (number < 0 || number > ID_MAX)
		jsonin_fail(in, &id, NULL, "expected a number from 0 to %d", ID_MAX);
	if (in->r < 0)
		return;
	r = draft_slug(in->draft, str_of(name), &slug);
	if (r == 0)
		r = draft_add_service(in->draft, slug, s->title, &s->service);
	jsonin_keep(in, r);
	if (r < 0)
		return;
	s->id = arena_printf(a, "%.*s-%lld", AREA_MAX, slug, number);
	s->page = arena_printf(a, "set %lld", number);
	if (!s->id || !s->page)
		jsonin_keep(in, -ENOMEM);
}

static const char *category_tag(struct jsonin *in, const struct json_at *at)
{
	static const char *const known[][2] = { { "Optimize", "optimize" },
						{ "Allow", "allow" },
						{ "Default", "default" } };
	const char *text = jsonin_text(in, at, JSONIN_NAME_MAX);

	for (size_t i = 0; text && i < ARRAY_LEN(known); i++) {
		if (strcmp(text, known[i][0]) == 0)
			return known[i][1];
	}
	if (text)
		jsonin_unknown_value(in, at, str_of(text));
	return NULL;
}

static void read_weight(struct jsonin *in, struct set *s)
{
	struct json_at category = jsonin_member(&s->at, "category");
	struct json_at required = jsonin_member(&s->at, "required");
	struct json_at notes = jsonin_member(&s->at, "notes");

	s->category = category_tag(in, &category);
	if (jsonin_is(in, &required, JSON_TRUE))
		s->required = json_is_true(required.value) ? "required" : "optional";
	if (notes.value)
		s->note = jsonin_note(in, &notes, FIELD_TEXT_MAX);
}

static void read_ports(struct jsonin *in, const struct set *s, const char *key, struct ports *ret)
{
	struct json_at at = jsonin_member(&s->at, key);
	const char *text = at.value ? jsonin_text(in, &at, FIELD_TEXT_MAX) : NULL;

	if (text && ports_parse(str_of(text), ret, NULL) < 0)
		jsonin_fail(in, &at, NULL, "'%s' is no list of ports like 80,443",
			    show(str_of(text)).text);
}

static void read_endpoints(struct jsonin *in, struct set *s)
{
	struct json_at urls = jsonin_member(&s->at, "urls");
	struct json_at ips = jsonin_member(&s->at, "ips");

	if (urls.value)
		jsonin_names(in, &urls, &s->names);
	s->has_names = s->names.names || s->names.unsaids;
	if (ips.value)
		jsonin_prefixes(in, &ips, 0, &s->prefixes);
	read_ports(in, s, "tcpPorts", &s->tcp);
	read_ports(in, s, "udpPorts", &s->udp);
}

/* ---- rows ---- */

static bool is_only(const struct ports *p, uint16_t port)
{
	return p->n == 1 && p->range[0].lo == port && p->range[0].hi == port;
}

static unsigned application_of(uint8_t proto, const struct ports *p)
{
	if (proto == PROTO_UDP)
		return is_only(p, 443) ? APP_QUIC : APP_NONE;
	return ports_has(p, 80) ? APP_HTTP : is_only(p, 443) ? APP_TLS : APP_NONE;
}

static int put_tags(struct jsonin *in, const struct set *s, bool addresses,
		    struct requirement_text *ret)
{
	const char **tag = arena_array(in->draft->arena, 3, sizeof(*tag));
	size_t n = 0;

	if (!tag)
		return -ENOMEM;
	if (s->category)
		tag[n++] = s->category;
	tag[n++] = s->required;
	if (addresses)
		tag[n++] = "addresses";
	ret->tag = tag;
	ret->tags = n;
	return 0;
}

/* What the rows of a set have in common for one protocol, "tcp" or "udp", or none (0, ""). */
struct way {
	uint8_t proto;
	const char *name;
	const struct ports *ports;
};

static int begin_row(struct jsonin *in, const struct set *s, const struct way *w, bool addresses,
		     struct draft_row *ret)
{
	struct arena *a = in->draft->arena;
	const char *dash = *w->name ? "-" : "", *comma = *w->name ? ", " : "";

	*ret = (struct draft_row){
		.text = {
			.id = arena_printf(a, "%s%s%s%s", s->id, dash, w->name,
					   addresses ? "-addresses" : ""),
			.title = arena_printf(a, "%s, %s%s%s%s", s->title, s->page, comma,
					      w->name, addresses ? ", by address" : ""),
			.page = s->page,
			.note = s->note,
			.roles = ROLE_CLIENT | ROLE_BROWSER,
			.proto = w->proto,
			.proxyable = w->proto == PROTO_TCP,
			.incomplete = w->proto ? NULL : "the set has no ports",
		},
		.service = s->service,
		.at = jsonin_place(in),
	};
	if (w->proto) {
		ret->text.ports = *w->ports;
		ret->text.application = application_of(w->proto, w->ports);
	}
	return ret->text.id && ret->text.title ? put_tags(in, s, addresses, &ret->text) : -ENOMEM;
}

/* The row by name; also that of a set without endpoints. *ret: its id. */
static void add_named(struct jsonin *in, const struct set *s, const struct way *w, const char **ret)
{
	struct draft_row row;
	int r = begin_row(in, s, w, false, &row);

	if (!s->has_names && !row.text.incomplete)
		row.text.incomplete = "the set has neither names nor addresses";
	if (r == 0)
		r = draft_names_put(in->draft, &s->names, &row.text);
	if (r == 0)
		r = draft_add_row(in->draft, &row, ret);
	jsonin_keep(in, r);
}

static void add_listed(struct jsonin *in, const struct set *s, const struct way *w)
{
	struct draft_row row;
	int r = begin_row(in, s, w, true, &row);

	if (r == 0) {
		row.text.list = s->list;
		row.text.lists = s->lists;
		r = draft_add_row(in->draft, &row, NULL);
	}
	jsonin_keep(in, r);
}

static void add_rows(struct jsonin *in, const struct set *s)
{
	const struct way ways[] = { { PROTO_TCP, "tcp", &s->tcp }, { PROTO_UDP, "udp", &s->udp } };
	const struct way no_way = { .name = "" };
	const char *id = NULL;

	for (size_t i = 0; i < ARRAY_LEN(ways) + 1; i++) {
		const struct way *w = i < ARRAY_LEN(ways) ? &ways[i] : &no_way;

		if (w->proto ? !w->ports->n : s->tcp.n || s->udp.n)
			continue;
		if (s->has_names || !s->lists)
			add_named(in, s, w, id ? NULL : &id);
		if (s->lists)
			add_listed(in, s, w);
	}
	if (in->r == 0)
		jsonin_keep(in, draft_names_tell(in->draft, &s->names, id));
}

/* ---- sets ---- */

static void read_set(struct jsonin *in, struct set *s)
{
	static const char *const keys[] = { "id",	"serviceArea",	"serviceAreaDisplayName",
					    "urls",	"ips",		"tcpPorts",
					    "udpPorts", "category",	"required",
					    "notes",	"expressRoute", NULL };
	const char *file = strrchr(in->file, '/');

	if (!jsonin_is(in, &s->at, JSON_OBJECT))
		return;
	jsonin_known(in, &s->at, keys);
	read_who(in, s);
	read_weight(in, s);
	read_endpoints(in, s);
	if (in->r == 0)
		jsonin_keep(in,
			    draft_add_prefixes(in->draft, &s->prefixes, s->id, in->draft->page_date,
					       file ? file + 1 : in->file, &s->list, &s->lists));
	if (in->r == 0)
		add_rows(in, s);
}

static void read_all(struct jsonin *in)
{
	if (!jsonin_is(in, &in->root, JSON_ARRAY))
		return;
	publication_fill(in->draft, &microsoft365);
	for (size_t i = 0; i < json_array_size(in->root.value) && !jsonin_over(in); i++) {
		struct set s = { .at = jsonin_element(&in->root, i) };

		read_set(in, &s);
		draft_names_release(&s.names);
		draft_prefixes_release(&s.prefixes);
	}
}

static int microsoft365_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_microsoft365 = {
	.name = "microsoft365",
	.title = "Microsoft 365 endpoint sets (JSON)",
	.detect = microsoft365_detect,
	.read = microsoft365_read,
};
