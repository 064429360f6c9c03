/* SPDX-License-Identifier: Apache-2.0 */
#include "import/mergerow.h"

#include <errno.h>

#include "import/mergefacts.h"
#include "import/rowmake.h"
#include "net/proto.h"

static const char changed_here[] = "the page changed here: ";
static const char not_reviewed[] = "not reviewed";
static const char new_here[] = "new on the page, not reviewed";

/* ---- facts ---- */

/* Ports of the base go with its own protocol only: a mixture would be invented. */
static void take_flows(const struct requirement_text *base, const struct requirement_text *page,
		       struct requirement_text *ret)
{
	ret->proto = page->proto ? page->proto : base->proto;
	ret->ports = page->ports;
	if (!ret->ports.n && (!base->proto || base->proto == ret->proto))
		ret->ports = base->ports;
	if (ret->proto && !proto_has_ports(ret->proto))
		ret->ports = PORTS_NONE;
}

static void take_roles(const struct requirement_text *base, const struct requirement_text *page,
		       struct requirement_text *ret)
{
	ret->direction = page->direction;
	ret->roles = page->roles ? page->roles : base->roles;
	ret->roles_cut = page->roles ? page->roles_cut : page->roles_cut || base->roles_cut;
}

static bool all_printed(const struct merging *m, const struct requirement_text *base)
{
	for (size_t i = 0; i < base->lists; i++) {
		const struct list_text *l = side_list(&m->base, base->list[i].id);

		if (!l || !list_is_printed(l))
			return false;
	}
	return true;
}

bool pair_takes_draft_lists(const struct merging *m, const struct side_row *base,
			    const struct side_row *page)
{
	const struct requirement_text *b = base->text, *p = page->text;

	if (!p->lists)
		return false;
	if (b->lists)
		return all_printed(m, b); /* addresses on the page are facts of the page */
	return !b->names || !row_is_reviewed(b);
}

/* Lists or names, and the families that go with them. */
static void take_vendor_side(const struct merging *m, const struct side_row *base,
			     const struct side_row *page, struct requirement_text *ret)
{
	const struct requirement_text *b = base->text, *p = page->text;
	bool from_draft = pair_takes_draft_lists(m, base, page);
	const struct requirement_text *lists = from_draft ? p : b->lists ? b : NULL;
	const struct requirement_text *names = p->names ? p : b;

	if (lists) {
		ret->list = lists->list;
		ret->lists = lists->lists;
		return;
	}
	ret->name = names->name;
	ret->names = names->names;
	ret->families = p->families ? p->families : b->families;
}

/* ---- what people say ---- */

static const char *either(const char *base, const char *page)
{
	return base ? base : page;
}

static void take_words(const struct merging *m, const struct requirement_text *base,
		       const struct requirement_text *page, struct requirement_text *ret)
{
	bool silent = m->partial && !row_states(base, "application");

	ret->title = either(base->title, page->title);
	ret->also = either(page->also, base->also);
	ret->endpoint =
		ret->direction == DIRECTION_INBOUND ? either(base->endpoint, page->endpoint) : NULL;
	ret->note = either(base->note, page->note);
	ret->tag = base->tags ? base->tag : page->tag;
	ret->tags = base->tags ? base->tags : page->tags;
	ret->application = silent && !base->application ? page->application : base->application;
	if (!application_fits(ret->application, ret->proto))
		ret->application = page->application;
	if (!application_fits(ret->application, ret->proto))
		ret->application = APP_NONE;
	ret->proxyable = (base->proxyable ||
			  (m->partial && page->proxyable && !row_states(base, "proxyable"))) &&
			 (!ret->proto || ret->proto == PROTO_TCP);
}

/* ---- certainty ---- */

/* `text` without what an earlier merge said about changes; NULL: nothing is left. */
static const char *without_changes(struct arena *a, const char *text)
{
	const char *at = text ? strstr(text, changed_here) : NULL;

	if (!at)
		return text;
	while (at > text && (at[-1] == ' ' || at[-1] == ';'))
		at--;
	return at == text ? NULL : arena_str(a, (struct str){ text, (size_t)(at - text) });
}

static void print_change(const struct merge_change *c, struct buf *out)
{
	buf_printf(out, "%s %s -> %s; ", c->what, c->before, c->after);
}

/* A difference that no merge can settle (names where the base has lists) is told once. */
static int is_told(const char *unverified, const struct merge_change *change, size_t changes)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	bool told = unverified;

	for (size_t i = 0; told && i < changes; i++) {
		buf_clear(&text);
		print_change(&change[i], &text);
		told = text.r == 0 && strstr(unverified, text.data);
	}
	return text.r < 0 ? text.r : told;
}

static int tell_change(struct merging *m, const struct merge_change *change, size_t changes,
		       const char **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, changed_here);
	for (size_t i = 0; i < changes; i++)
		print_change(&change[i], &text);
	buf_adds(&text, not_reviewed);
	*ret = text.r < 0 ? NULL : text_line(m->draft, buf_str(&text));
	return *ret ? 0 : -ENOMEM;
}

static int take_certainty(struct merging *m, const struct requirement_text *base,
			  const struct requirement_text *page, const struct merge_change *change,
			  size_t changes, struct requirement_text *ret)
{
	const char *news, *kept = without_changes(m->draft->arena, base->unverified);
	int r = changes ? is_told(base->unverified, change, changes) : 0;

	if (r < 0)
		return r;
	if (!changes || r) {
		ret->verified = base->verified;
		ret->unverified = ret->verified ? NULL : either(base->unverified, page->unverified);
		return 0;
	}
	r = tell_change(m, change, changes, &news);
	ret->unverified = kept ? kept : news;
	return r < 0 || !kept ? r : text_join(m->draft, &ret->unverified, news);
}

/* Does the row say all that a rule needs? */
static bool is_whole(const struct requirement_text *t)
{
	return t->proto && proto_has_ports(t->proto) == (t->ports.n > 0) && (t->lists || t->names);
}

/* What the page lost is answered by lists, or by facts of a row that somebody looked at. */
static bool is_answered(const struct requirement_text *base, const struct requirement_text *page,
			const struct requirement_text *ret)
{
	return (base->lists && base->list == ret->list) || (!page->proto && base->proto) ||
	       (!page->ports.n && base->ports.n) ||
	       (base->names && (!page->names || row_is_reviewed(base)));
}

static void take_incomplete(const struct requirement_text *base,
			    const struct requirement_text *page, struct requirement_text *ret)
{
	ret->incomplete = base->incomplete;
	if (!ret->incomplete && !(is_whole(ret) && is_answered(base, page, ret)))
		ret->incomplete = page->incomplete;
	if (!ret->incomplete && !is_whole(ret))
		ret->incomplete = "the page no longer says all that a rule needs";
}

/* ---- rows ---- */

int merge_pair(struct merging *m, const struct side_row *base, const struct side_row *page,
	       const struct merge_change *change, size_t changes, struct requirement_text *ret)
{
	*ret = (struct requirement_text){ .id = base->text->id, .page = page->text->page };
	take_roles(base->text, page->text, ret);
	take_flows(base->text, page->text, ret);
	take_vendor_side(m, base, page, ret);
	take_words(m, base->text, page->text, ret);
	take_incomplete(base->text, page->text, ret);
	return take_certainty(m, base->text, page->text, change, changes, ret);
}

int merge_new(struct merging *m, const struct side_row *page, struct requirement_text *ret)
{
	const char *news = new_here;

	*ret = *page->text;
	if (ret->unverified) {
		int r = text_join(m->draft, &news, ret->unverified);

		if (r < 0)
			return r;
	}
	ret->unverified = news;
	ret->verified = NULL;
	return 0;
}
