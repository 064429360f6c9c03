/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "cmd/print.h"
#include "cmd/synced.h"

/* A time, or null where it never was. */
static json_t *json_time(int64_t time)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	if (!time)
		return json_null();
	feed_time_print(time, &text);
	return text.r < 0 ? NULL : json_text(text.data);
}

/* Numbers of addresses are texts: IPv6 has more than JSON's numbers hold. */
static json_t *json_u128(u128 n)
{
	char digits[40];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + (int)(n % 10));
		n /= 10;
	} while (n);
	return json_string(digits + at);
}

static int put_lists(const struct offer *o, json_t *object)
{
	json_t *lists = json_array();
	int r = lists ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < o->lists; i++) {
		const struct offer_list *l = &o->list[i];

		if (l->changed)
			r = json_push(lists, json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o}",
						       "list", l->held->id, "file", l->held->file,
						       "held", !l->held->missing, "before",
						       json_u128(l->guard.had), "after",
						       json_u128(l->guard.has), "come",
						       json_u128(l->guard.came), "go",
						       json_u128(l->guard.gone)));
	}
	if (r == 0)
		return json_put(object, "lists", lists);
	json_decref(lists);
	return r;
}

static int put_diff(struct env *env, struct arena *a, const struct flow_diff *d, json_t *object)
{
	json_t *added = NULL, *removed = NULL;
	int r = print_set_json(env, a, d->added, &added);

	if (r == 0)
		r = json_put(object, "added", added);
	if (r == 0)
		r = print_set_json(env, a, d->removed, &removed);
	return r < 0 ? r : json_put(object, "removed", removed);
}

static int put_row(struct env *env, const struct update *u, const struct update_row *row,
		   json_t *rows)
{
	EG_AUTO(json_freep)
	json_t *o = json_pack("{s:s, s:s, s:s}", "service", row->requirement->service->id,
			      "requirement", row->requirement->id, "status",
			      status_name(row->requirement->status));
	int r = o ? put_diff(env, u->arena, &row->diff, o) : -ENOMEM;

	return r < 0 ? r : json_push(rows, EG_TAKE(o));
}

static int put_update(struct env *env, const struct synced *s, json_t *object)
{
	EG_AUTO(json_freep) json_t *rows = json_array();
	EG_AUTO(json_freep) json_t *o = json_pack("{s:s}", "sha256", s->staged_sha256);
	int r = rows && o ? put_lists(&s->offer, o) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < s->update.rows; i++)
		r = put_row(env, &s->update, &s->update.row[i], rows);
	if (r == 0)
		r = json_put(o, "requirements", EG_TAKE(rows));
	if (r == 0)
		r = put_diff(env, s->update.arena, &s->update.diff, o);
	return r < 0 ? r : json_put(object, "staged", EG_TAKE(o));
}

static int put_messages(const struct env *env, json_t *object)
{
	static const char *const level[] = { "error", "warning", "note" };
	json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < diag_count(env->diag); i++) {
		const struct diag_message *m = diag_get(env->diag, i);

		r = json_push(list, json_pack("{s:s, s:s, s:s?, s:s?, s:i}", "level",
					      level[m->level], "text", m->text, "hint", m->hint,
					      "file", m->at.file, "line", (int)m->at.line));
	}
	if (r == 0)
		return json_put(object, "messages", list);
	json_decref(list);
	return r;
}

static int put_override(const struct synced *s, json_t *object)
{
	const struct feed_override *o = s->override;

	if (!o)
		return 0;
	return json_put(object, "override",
			json_pack("{s:o, s:s, s:s}", "time", json_time(o->time), "by", o->by,
				  "reason", o->reason));
}

int synced_json(struct env *env, const struct synced *s, bool accepted, json_t *all)
{
	const struct feed_state *state = &s->state;
	EG_AUTO(json_freep)
	json_t *o = json_pack(
		"{s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:i, s:i, s:s?, s:s?}", "feed",
		s->feed->name, "url", s->feed->url, "asked", sync_asked_name(s->asked), "standing",
		sync_standing_name(s->standing), "accepted", accepted, "checked",
		json_time(state->checked), "fetched", json_time(state->fetched), "next",
		json_time(state->next), "failures", (int)state->failures, "rows", (int)s->rows,
		"error", state->error, "sha256", s->latest_sha256);
	int r = o ? put_override(s, o) : -ENOMEM;

	if (r == 0 && s->has_staged)
		r = put_update(env, s, o);
	if (r == 0)
		r = put_messages(env, o);
	return r < 0 ? r : json_push(all, EG_TAKE(o));
}
