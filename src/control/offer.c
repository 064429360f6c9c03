/* SPDX-License-Identifier: Apache-2.0 */
#include "control/offer.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "catalog/list.h"

struct offer_reader {
	const struct feed *feed;
	const char *path;
	struct diag *diag;
	struct offer *o;
};

static void worse(struct offer *o, enum offer_verdict v)
{
	if (v > o->verdict)
		o->verdict = v;
}

/* An error of reading is in the verdict; only want of memory is ours. */
static int malformed(struct offer *o, int r)
{
	if (r == -ENOMEM)
		return r;
	worse(o, OFFER_MALFORMED);
	return 0;
}

static int judge(struct offer_reader *in, struct offer_list *l, const char *file)
{
	int r = feedguard_judge(l->held, &l->now, file, in->diag, &l->guard);

	if (r < 0)
		return r;
	l->changed = l->held->missing || !prefixlist_equal(&l->held->set, &l->now.set);
	if (l->changed)
		worse(in->o, l->guard.trips ? OFFER_GUARDED : OFFER_CHANGED);
	return 0;
}

static int read_list(struct offer_reader *in, struct offer_list *l, const char *file)
{
	int r;

	l->now.family = l->held->family;
	r = list_read(l->content, file, l->held->family, in->o->arena, in->diag, &l->now);
	return r < 0 ? malformed(in->o, r) : judge(in, l, file);
}

/* ---- publications ---- */

static const struct draft_list *find_draft(const struct draft *d, const char *file)
{
	for (size_t i = 0; i < d->lists; i++) {
		if (strcmp(d->list[i].text.file, file) == 0)
			return &d->list[i];
	}
	return NULL;
}

static unsigned family_bit(const struct list *l)
{
	return l->family == FAMILY_V4 ? FAMILY_BIT_V4 : FAMILY_BIT_V6;
}

/* The only list of the family, where the feed has only one too: a title may change. */
static const struct draft_list *find_only(const struct offer_reader *in, const struct list *held)
{
	const struct draft *d = &in->o->draft;
	const struct draft_list *only = NULL;
	size_t wanted = 0, there = 0;

	for (size_t i = 0; i < in->feed->lists; i++)
		wanted += in->feed->list[i]->family == held->family;
	for (size_t i = 0; i < d->lists; i++) {
		if (d->list[i].text.family != family_bit(held))
			continue;
		only = &d->list[i];
		there++;
	}
	return wanted == 1 && there == 1 ? only : NULL;
}

static int read_part(struct offer_reader *in, struct offer_list *l)
{
	const struct draft_list *part = find_draft(&in->o->draft, l->held->file);

	if (!part)
		part = find_only(in, l->held);
	if (part && part->content.p) {
		l->part = part;
		l->content = part->content;
		return read_list(in, l, l->held->file);
	}
	if (l->held->missing)
		return 0;
	diag_error(in->diag, (struct place){ .file = in->path }, "'%s' is no part of it any more",
		   l->held->file);
	diag_hint(in->diag, "the vendor changed what it publishes: egret import it, and look at "
			    "the rows");
	return malformed(in->o, E_UNKNOWN);
}

static bool is_wanted(const struct offer *o, const struct draft_list *part)
{
	for (size_t i = 0; i < o->lists; i++) {
		if (o->list[i].part == part)
			return true;
	}
	return false;
}

static void tell_unwanted(struct offer_reader *in)
{
	for (size_t i = 0; i < in->o->draft.lists; i++) {
		const struct draft_list *part = &in->o->draft.list[i];

		if (is_wanted(in->o, part))
			continue;
		diag_note(in->diag, (struct place){ .file = in->path },
			  "'%s' is in it, and the catalog has no such list", part->text.file);
		diag_hint(in->diag, "egret import takes new lists and rows over");
	}
}

static int read_publication(struct offer_reader *in, struct str body)
{
	struct draft *draft = &in->o->draft;
	int r = draft_init(draft, in->diag);

	if (r < 0)
		return r;
	draft->vendor = in->feed->catalog->vendor;
	draft->title = in->feed->catalog->title;
	draft->page = in->feed->catalog->page;
	draft->page_date = in->feed->catalog->page_date;
	r = in->feed->format->read(body, in->path, draft, in->diag);
	if (r < 0)
		return malformed(in->o, r);
	for (size_t i = 0; r == 0 && i < in->o->lists; i++)
		r = read_part(in, &in->o->list[i]);
	tell_unwanted(in);
	return r;
}

static int read(struct offer_reader *in, struct str body)
{
	struct offer *o = in->o;

	o->list = arena_array(o->arena, in->feed->lists, sizeof(*o->list));
	if (!o->list)
		return -ENOMEM;
	o->lists = in->feed->lists;
	for (size_t i = 0; i < o->lists; i++)
		o->list[i].held = in->feed->list[i];
	if (in->feed->format)
		return read_publication(in, body);
	o->list[0].content = body;
	return read_list(in, &o->list[0], in->path);
}

int offer_read(const struct feed *f, struct str body, const char *path, struct diag *d,
	       struct offer *ret)
{
	struct offer o = { .arena = arena_new() };
	struct offer_reader in = { f, path, d, &o };
	int r = o.arena ? read(&in, body) : -ENOMEM;

	if (r < 0)
		offer_release(&o);
	else
		*ret = o;
	return r;
}

void offer_release(struct offer *o)
{
	for (size_t i = 0; i < o->lists; i++)
		prefixlist_release(&o->list[i].now.set);
	draft_release(&o->draft);
	arena_free(o->arena);
	*o = OFFER_INIT;
}
