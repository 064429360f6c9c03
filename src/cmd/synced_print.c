/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "cmd/print.h"
#include "cmd/synced.h"

static void print_head(const struct synced *s, bool accepted, struct buf *out)
{
	bool older = s->has_staged && s->standing != STANDING_STAGED;

	buf_printf(out, "%s: %s", s->feed->name,
		   accepted ? "taken over" : sync_standing_name(s->standing));
	if (s->asked != ASKED_NOT)
		buf_printf(out, " (%s)", sync_asked_name(s->asked));
	if (older && !accepted)
		buf_adds(out, "; an older version is staged");
	buf_addc(out, '\n');
}

static void print_list(const struct offer_list *l, struct buf *out)
{
	enum family family = l->held->family;

	buf_printf(out, "    %s: ", l->held->file);
	if (l->held->missing) {
		buf_adds(out, "not held before, ");
		feedguard_print_addresses(l->guard.has, family, out);
	} else {
		feedguard_print_addresses(l->guard.has, family, out);
		buf_adds(out, ", before ");
		feedguard_print_addresses(l->guard.had, family, out);
		buf_adds(out, ": ");
		feedguard_print_addresses(l->guard.came, family, out);
		buf_adds(out, " come, ");
		feedguard_print_addresses(l->guard.gone, family, out);
		buf_adds(out, " go");
	}
	buf_addc(out, '\n');
}

static bool is_changed(const struct flow_diff *d)
{
	return !flow_empty(d->added) || !flow_empty(d->removed);
}

static void print_row(const struct update_row *row, struct buf *out)
{
	const struct requirement *q = row->requirement;

	buf_printf(out, "    touches %s/%s/%s (", q->service->catalog->vendor, q->service->id,
		   q->id);
	requirement_print_wanted(q, out);
	buf_adds(out, "): ");
	if (!is_changed(&row->diff))
		buf_printf(out, "no flow changes, it is %s", status_name(q->status));
	else
		buf_printf(out, "%s%s%s", flow_empty(row->diff.added) ? "" : "flows come",
			   flow_empty(row->diff.added) || flow_empty(row->diff.removed) ? "" : ", ",
			   flow_empty(row->diff.removed) ? "" : "flows go");
	buf_addc(out, '\n');
}

static int print_update(struct env *env, const struct synced *s, struct buf *out)
{
	const struct update *u = &s->update;
	int r;

	for (size_t i = 0; i < s->offer.lists; i++) {
		if (s->offer.list[i].changed)
			print_list(&s->offer.list[i], out);
	}
	for (size_t i = 0; i < u->rows; i++)
		print_row(&u->row[i], out);
	r = print_set(env, u->arena, "  + comes", u->diff.added, out);
	if (r == 0)
		r = print_set(env, u->arena, "  - goes", u->diff.removed, out);
	return r;
}

int synced_print(struct env *env, const struct synced *s, bool accepted, struct buf *out)
{
	int r = 0;

	print_head(s, accepted, out);
	if (s->has_staged)
		r = print_update(env, s, out);
	return r < 0 ? r : out->r;
}
