/* SPDX-License-Identifier: Apache-2.0 */
#include "import/rowmake.h"

#include <errno.h>

#include "base/err.h"
#include "catalog/list.h"
#include "import/fold.h"
#include "import/links.h"

/* ---- texts ---- */

/* How many bytes of `text` fit into `max` without cutting a character. */
static size_t whole_chars(struct str text, size_t max)
{
	size_t n = text.n < max ? text.n : max;

	while (n < text.n && n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

const char *text_line(struct draft *d, struct str text)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct str plain, marks;
	size_t n;

	if (fold_marks(text, d->arena, &plain, &marks) < 0)
		return NULL;
	plain = str_trim(plain);
	n = whole_chars(plain, FIELD_TEXT_MAX - 8);
	for (size_t i = 0; i < n; i++) {
		bool blank = (unsigned char)plain.p[i] <= ' ' || plain.p[i] == 0x7f;

		if (!blank)
			buf_addc(&out, plain.p[i]);
		else if (out.n && out.data[out.n - 1] != ' ')
			buf_addc(&out, ' ');
	}
	if (n < plain.n)
		buf_adds(&out, " ...");
	return out.r < 0 ? NULL : arena_str(d->arena, buf_str(&out));
}

int text_join(struct draft *d, const char **text, const char *more)
{
	const char *both;

	if (*text && strstr(*text, more))
		return 0;
	both = *text ? arena_printf(d->arena, "%s; %s", *text, more) : arena_strdup(d->arena, more);
	both = both ? text_line(d, str_of(both)) : NULL;
	if (!both)
		return -ENOMEM;
	*text = both;
	return 0;
}

/* ---- lists ---- */

/* One making of rows. */
struct make {
	struct draft *d;
	struct facts *f;
	const struct list_finder *finder;
	const struct row_place *place;
	const char *stem; /* for ids: "table-3-row-2" */
	struct field_ref *ref;
	size_t refs;
	const char *incomplete, *unverified;
	struct draft_row like; /* what all rows have */
};

static const struct draft_list *known_list(const struct draft *d, const char *file)
{
	for (size_t i = 0; i < d->lists; i++) {
		if (strcmp(d->list[i].text.file, file) == 0)
			return &d->list[i];
	}
	return NULL;
}

/* "ZoomMeetings.txt" beside "ZoomMeetings-IPv6.txt" has the other family. */
static unsigned family_of_sibling(const struct facts *f, const struct list_name *l)
{
	struct str stem = { l->file.p, l->file.n };

	while (stem.n && stem.p[stem.n - 1] != '.')
		stem.n--;
	stem.n -= stem.n > 0;
	for (size_t i = 0; i < f->lists; i++) {
		const struct list_name *other = &f->list[i];

		if (other != l && link_family(other->file) && other->file.n > stem.n &&
		    memcmp(other->file.p, stem.p, stem.n) == 0)
			return link_family(other->file) ^ (FAMILY_BIT_V4 | FAMILY_BIT_V6);
	}
	return 0;
}

/* Reads the file if it is held; its content says its family, and must not contradict. */
static int hold_list(struct make *k, struct draft_list *list)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct list read = { 0 };
	int r = k->finder ? k->finder->find(k->finder->data, list->text.file, &text, k->d->diag)
			  : -ENOENT;

	if (r == -ENOENT) {
		list->text.missing = "named by the page, not fetched";
		return 0;
	}
	if (r == 0)
		r = list_read(buf_str(&text), list->text.file,
			      list->text.family == FAMILY_BIT_V6   ? FAMILY_V6
			      : list->text.family == FAMILY_BIT_V4 ? FAMILY_V4
								   : 0,
			      k->d->arena, k->d->diag, &read);
	if (r == 0 && !list->text.family && (read.set.n4 == 0 || read.set.n4 == read.set.n))
		list->text.family = read.set.n4 ? FAMILY_BIT_V4 : FAMILY_BIT_V6;
	prefixlist_release(&read.set);
	list->text.date = k->d->page_date;
	list->content = (struct str){ arena_str(k->d->arena, buf_str(&text)), text.n };
	return r < 0 ? r : list->content.p ? 0 : -ENOMEM;
}

static int add_ref(struct make *k, const char *id)
{
	k->ref[k->refs++].id = id;
	return 0;
}

static int name_list(struct make *k, const struct list_name *l)
{
	struct draft_list list = { .text = { .file = text_line(k->d, l->file),
					     .family = l->family } };
	const struct draft_list *known = list.text.file ? known_list(k->d, list.text.file) : NULL;
	struct str stem = l->file;
	const char *id;
	int r = list.text.file ? 0 : -ENOMEM;

	if (known)
		return add_ref(k, known->text.id);
	if (r == 0 && !list.text.family)
		list.text.family = family_of_sibling(k->f, l);
	if (r == 0)
		r = hold_list(k, &list);
	if (r == 0 && l->url.n) {
		list.text.url = text_line(k->d, l->url);
		r = list.text.url ? 0 : -ENOMEM;
	}
	if (r == 0 && !list.text.family)
		return facts_find(k->f, PROBLEM_AMBIGUOUS, EFFECT_INCOMPLETE, k->place->at,
				  "which family the list '%s' has is not said", list.text.file);
	while (stem.n && stem.p[stem.n - 1] != '.')
		stem.n--;
	if (r == 0)
		r = draft_slug(k->d, stem.n ? stem : l->file, &list.text.id);
	if (r == 0)
		r = draft_add_list(k->d, &list, &id);
	return r < 0 ? r : add_ref(k, id);
}

static int printed_lists(struct make *k)
{
	struct field_ref *ref = NULL;
	size_t n = 0;
	int r = draft_add_prefixes(
		k->d, &k->f->prefixes, k->stem, k->d->page_date,
		arena_printf(k->d->arena, "printed on the page, %s", k->place->position), &ref, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_ref(k, ref[i].id);
	return r;
}

/* One family's addresses are there and the other's are lost: a list that nobody holds. */
static int lost_list(struct make *k, unsigned family)
{
	bool v6 = family == FAMILY_BIT_V6;
	struct draft_list list = {
		.text = { .id = arena_printf(k->d->arena, "%s-%s", k->stem, v6 ? "v6" : "v4"),
			  .file = arena_printf(k->d->arena, "%s%s.txt", k->stem, v6 ? "-IPv6" : ""),
			  .family = family,
			  .missing = v6 ? "the page prints 'IPv6:' and no address behind it"
					: "the page prints 'IPv4:' and no address behind it" },
	};
	const char *id;
	int r = list.text.id && list.text.file ? draft_add_list(k->d, &list, &id) : -ENOMEM;

	return r < 0 ? r : add_ref(k, id);
}

/* The one list of this family that the section links to, or NULL. */
static const struct list_name *bound_list(const struct make *k, unsigned family)
{
	const struct list_name *only = NULL;

	for (size_t i = 0; i < k->place->bounds; i++) {
		if (k->place->bound[i].family != family)
			continue;
		if (only)
			return NULL;
		only = &k->place->bound[i];
	}
	return only;
}

/* Lost addresses are answered by the lists of the section, where it has one for each family. */
static int bind_lists(struct make *k)
{
	static const unsigned families[] = { FAMILY_BIT_V4, FAMILY_BIT_V6 };
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		if (k->f->lost & families[i] && !bound_list(k, families[i]))
			return 0;
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(families); i++) {
		if (k->f->lost & families[i])
			r = name_list(k, bound_list(k, families[i]));
	}
	k->f->lost = 0;
	return r;
}

static int make_lists(struct make *k)
{
	static const unsigned families[] = { FAMILY_BIT_V4, FAMILY_BIT_V6 };
	struct facts *f = k->f;
	int r = 0;

	k->ref = arena_array(k->d->arena, FACTS_LISTS_MAX + 6, sizeof(*k->ref));
	if (!k->ref)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < f->lists; i++)
		r = name_list(k, &f->list[i]);
	if (r == 0)
		r = printed_lists(k);
	if (r == 0 && f->lost)
		r = bind_lists(k);
	for (size_t i = 0; r == 0 && k->refs && i < ARRAY_LEN(families); i++) {
		if (f->lost & families[i])
			r = lost_list(k, families[i]);
	}
	return r;
}

/* ---- reasons ---- */

static int add_incomplete(struct make *k, const char *why)
{
	return text_join(k->d, &k->incomplete, why);
}

static int reasons_of_findings(struct make *k)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->f->findings; i++) {
		const struct finding *found = &k->f->finding[i];

		if (found->effect == EFFECT_INCOMPLETE)
			r = add_incomplete(k, found->text);
		else if (found->effect == EFFECT_UNVERIFIED)
			r = text_join(k->d, &k->unverified, found->text);
	}
	return r;
}

/* A row needs a destination that a catalog can say. */
static int reason_of_nothing(struct make *k)
{
	const struct facts *f = k->f;

	if (k->refs || (f->names && !f->vendor_source))
		return 0;
	if (f->lost)
		return add_incomplete(
			k, f->lost == FAMILY_BIT_V4
				   ? "the page prints 'IPv4:' and no address behind it"
			   : f->lost == FAMILY_BIT_V6
				   ? "the page prints 'IPv6:' and no address behind it"
				   : "the page prints 'IPv4:' and 'IPv6:' and no address behind "
				     "them");
	return k->incomplete
		       ? 0
		       : add_incomplete(k, f->prose.n ? "the destination is said in words only"
						      : "the cell of the destination is empty");
}

/* Words in a destination that also has names or addresses. */
static int reason_of_prose(struct make *k)
{
	const struct facts *f = k->f;
	const char *line;

	if (!f->prose.n || f->vendor_source)
		return 0;
	line = text_line(k->d, f->prose);
	if (!line)
		return -ENOMEM;
	if (k->refs || f->names)
		return facts_find(k->f, PROBLEM_UNKNOWN, EFFECT_UNVERIFIED, k->place->at,
				  "a part of the destination is not understood: '%.200s'", line);
	return facts_find(k->f, PROBLEM_UNKNOWN, EFFECT_INCOMPLETE, k->place->at,
			  "the destination is said in words only: '%.200s'", line);
}

/* ---- rows ---- */

static int title_of(struct make *k, struct requirement_text *t)
{
	struct str purpose = k->f->purpose;

	t->title = text_line(k->d, purpose.n ? purpose : k->place->printed);
	if (t->title && !t->title[0])
		t->title = k->place->position;
	return t->title ? 0 : -ENOMEM;
}

static int like_all(struct make *k)
{
	struct requirement_text *t = &k->like.text;
	const struct facts *f = k->f;
	bool inbound = f->vendor_source;
	int r = title_of(k, t);

	k->like.service = k->place->service;
	k->like.at = k->place->at;
	t->page = k->place->position;
	t->roles = inbound ? ROLE_VENDOR : f->roles;
	t->roles_cut = f->roles_cut && !inbound;
	t->direction = inbound ? DIRECTION_INBOUND : DIRECTION_EGRESS;
	t->incomplete = k->incomplete;
	t->unverified = k->unverified;
	if (r == 0 && f->note.n)
		r = text_join(k->d, &t->note, text_line(k->d, f->note));
	if (r == 0 && inbound) {
		t->endpoint = f->prose.n ? text_line(k->d, f->prose) : "not said by the page";
		r = t->endpoint ? 0 : -ENOMEM;
	}
	return r;
}

static int add_row(struct make *k, struct draft_row *row, const struct transport *t,
		   const char *kind, struct row_account *account)
{
	const char *proto = t ? proto_name(t->proto) : NULL;
	const char *split = k->f->transports > 1 && proto ? proto : "";

	row->text.proto = t ? t->proto : 0;
	row->text.application = t ? t->application : APP_NONE;
	row->text.ports = t ? t->ports : PORTS_NONE;
	row->text.id = arena_printf(k->d->arena, "%s%s%s%s%s", k->stem, *split ? "-" : "", split,
				    *kind ? "-" : "", kind);
	if (!row->text.id)
		return -ENOMEM;
	if (account->ids == ACCOUNT_IDS_MAX)
		return E_LIMIT;
	return draft_add_row(k->d, row, &account->id[account->ids++]);
}

/* The rows of one protocol: names and addresses apart. */
static int add_rows(struct make *k, const struct transport *t, struct row_account *account)
{
	bool names = k->f->names && !k->f->vendor_source;
	struct draft_row row = k->like;
	int r = 0;

	if (names) {
		row.text.name =
			arena_copy(k->d->arena, k->f->name, k->f->names * sizeof(*k->f->name));
		row.text.names = k->f->names;
		r = row.text.name ? add_row(k, &row, t, k->refs ? "names" : "", account) : -ENOMEM;
	}
	if (r == 0 && (k->refs || !names)) {
		row = k->like;
		row.text.list = k->ref;
		row.text.lists = k->refs;
		row.text.families = k->refs	     ? 0
				    : k->f->labelled ? k->f->labelled
						     : FAMILY_BIT_V4 | FAMILY_BIT_V6;
		r = add_row(k, &row, t, names ? "addresses" : "", account);
	}
	return r;
}

static int tell_findings(struct make *k, const char *id)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->f->findings; i++)
		r = draft_problem(k->d, k->f->finding[i].kind, k->f->finding[i].at, id, "%s",
				  k->f->finding[i].text);
	return r;
}

/* A protocol with ports needs some. */
static int need_ports(struct make *k)
{
	for (size_t i = 0; i < k->f->transports; i++) {
		const struct transport *t = &k->f->transport[i];

		if (proto_has_ports(t->proto) && !t->ports.n && !k->incomplete)
			return add_incomplete(k, "the ports of the protocol are not said");
	}
	return k->f->transports || k->incomplete ? 0
						 : add_incomplete(k, "the protocol is not said");
}

int row_make(struct draft *d, struct facts *f, const struct list_finder *lists,
	     const struct row_place *place, struct row_account *account)
{
	struct make k = { .d = d, .f = f, .finder = lists, .place = place };
	int r = draft_slug(d, str_of(place->position), &k.stem);

	if (r == 0)
		r = make_lists(&k);
	if (r == 0)
		r = reason_of_prose(&k);
	if (r == 0)
		r = reasons_of_findings(&k);
	if (r == 0)
		r = need_ports(&k);
	if (r == 0)
		r = reason_of_nothing(&k);
	if (r == 0)
		r = like_all(&k);
	for (size_t i = 0; r == 0 && i < f->transports; i++)
		r = add_rows(&k, &f->transport[i], account);
	if (r == 0 && !f->transports)
		r = add_rows(&k, NULL, account);
	return r < 0 ? r : tell_findings(&k, account->ids ? account->id[0] : NULL);
}
