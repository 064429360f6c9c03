/* SPDX-License-Identifier: Apache-2.0 */
/* egret catalog: what the vendors require, and how sure we are of it. */
#include <errno.h>

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/print.h"
#include "cmd/table.h"

/* ---- one requirement ---- */

static void print_far_end(const struct requirement *q, struct buf *out)
{
	const char *join = "";

	for (size_t i = 0; i < q->lists; i++, join = " ")
		buf_printf(out, "%s%s", join, q->list[i]->file ? q->list[i]->file : q->list[i]->id);
	for (size_t i = 0; i < q->names; i++, join = " ") {
		buf_adds(out, join);
		pattern_print(&q->name[i], out);
	}
	if (q->endpoint)
		buf_printf(out, "%sto %s", join, q->endpoint);
}

static enum tone tone_of(enum status s)
{
	return s == STATUS_VERIFIED ? TONE_GOOD : s == STATUS_UNVERIFIED ? TONE_WAIT : TONE_BAD;
}

/* Where the row stands on the vendor's page, and what is wrong with it. */
static int place_note(const struct requirement *q, struct table *t)
{
	EG_AUTO(buf_release) struct buf note = BUF_INIT;

	buf_adds(&note, q->page);
	if (q->also)
		buf_printf(&note, ", also %s", q->also);
	if (q->reason)
		buf_printf(&note, "; %s: %s", status_name(q->status), q->reason);
	if (q->verified)
		buf_printf(&note, "; verified: %s", q->verified);
	return note.r < 0 ? note.r : table_note(t, note.data);
}

static int requirement_row(const struct requirement *q, struct table *t)
{
	EG_AUTO(buf_release) struct buf wanted = BUF_INIT;
	EG_AUTO(buf_release) struct buf roles = BUF_INIT;
	EG_AUTO(buf_release) struct buf far = BUF_INIT;
	int r;

	requirement_print_wanted(q, &wanted);
	roles_print(q->roles, &roles);
	if (q->roles_cut)
		buf_adds(&roles, " ...");
	print_far_end(q, &far);
	if (wanted.r < 0 || roles.r < 0 || far.r < 0)
		return -ENOMEM;
	r = table_row(t, tone_of(q->status),
		      (const char *const[]){ q->id, status_name(q->status), wanted.data,
					     direction_name(q->direction), roles.data,
					     buf_str(&far).p });
	if (r == 0)
		r = place_note(q, t);
	return r;
}

static int service_rows(const struct service *s, struct table *t)
{
	EG_AUTO(buf_release) struct buf title = BUF_INIT;
	int r;

	buf_printf(&title, "%s/%s  %s", s->catalog->vendor, s->id, s->title);
	r = title.r < 0 ? title.r : table_group(t, title.data);
	for (size_t i = 0; r == 0 && i < s->requirements; i++)
		r = requirement_row(&s->requirement[i], t);
	return r;
}

/* ---- the overview ---- */

static int overview_row(const struct service *s, struct table *t)
{
	size_t by[STATUS_INCOMPLETE + 1] = { 0 };
	char count[STATUS_INCOMPLETE + 1][24];
	EG_AUTO(buf_release) struct buf id = BUF_INIT;

	for (size_t i = 0; i < s->requirements; i++)
		by[s->requirement[i].status]++;
	for (size_t i = 0; i < ARRAY_LEN(by); i++)
		(void)snprintf(count[i], sizeof(count[i]), "%zu", by[i]); /* 20 digits fit */
	buf_printf(&id, "%s/%s", s->catalog->vendor, s->id);
	return id.r < 0 ? id.r
			: table_row(t, TONE_PLAIN,
				    (const char *const[]){ id.data, count[STATUS_VERIFIED],
							   count[STATUS_UNVERIFIED],
							   count[STATUS_INCOMPLETE], s->title });
}

static int overview(struct env *env, struct buf *out)
{
	EG_AUTO(table_freep) struct table *t = table_new(5);
	int r = !t ? -ENOMEM
		   : table_row(t, TONE_HEAD,
			       (const char *const[]){ "SERVICE", "VERIFIED", "UNVERIFIED",
						      "INCOMPLETE", "WHAT IT IS" });

	for (size_t i = 1; r == 0 && i < 4; i++)
		table_right(t, i);
	for (size_t c = 0; r == 0 && c < env->catalogs.n; c++)
		for (size_t s = 0; r == 0 && s < env->catalogs.catalog[c].services; s++)
			r = overview_row(&env->catalogs.catalog[c].service[s], t);
	if (r == 0)
		table_print(t, env->width, env->color, out);
	if (r == 0)
		buf_adds(out, "\nOne service's rows: egret catalog SERVICE\n");
	return r;
}

/* ---- JSON ---- */

/* Text, or null where the page does not say. */
static json_t *json_said(bool said, const struct buf *text)
{
	return json_text(said ? buf_str(text).p : NULL);
}

static int requirement_json(const struct requirement *q, json_t *list)
{
	EG_AUTO(buf_release) struct buf roles = BUF_INIT;
	EG_AUTO(buf_release) struct buf far = BUF_INIT;
	EG_AUTO(buf_release) struct buf ports = BUF_INIT;
	EG_AUTO(json_freep) json_t *o = NULL;

	roles_print(q->roles, &roles);
	print_far_end(q, &far);
	ports_print(&q->ports, &ports);
	if (roles.r < 0 || far.r < 0 || ports.r < 0)
		return -ENOMEM;
	o = json_pack(
		"{s:s, s:s, s:s, s:s?, s:s, s:s, s:o, s:b, s:o, s:s, s:o, s:s, s:b, s:b, s:b, "
		"s:s?, s:s?, s:s?}",
		"id", q->id, "title", q->title, "page", q->page, "also", q->also, "status",
		status_name(q->status), "direction", direction_name(q->direction), "roles",
		json_said(q->roles, &roles), "roles cut", q->roles_cut, "ports",
		json_said(q->ports.n, &ports), "far end", buf_str(&far).p, "protocol",
		q->proto ? json_integer(q->proto) : json_null(), "application",
		application_name(q->application), "ipv4", q->v4, "ipv6", q->v6, "proxyable",
		q->proxyable, "reason", q->reason, "verified", q->verified, "note", q->note);
	return json_push(list, EG_TAKE(o));
}

static int service_json(const struct service *s, json_t *list)
{
	EG_AUTO(json_freep) json_t *rows = json_array();
	EG_AUTO(json_freep)
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?}", "vendor", s->catalog->vendor,
			      "service", s->id, "title", s->title, "page", s->catalog->page,
			      "page date", s->catalog->page_date, "page sha256",
			      s->catalog->page_sha256);
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->requirements; i++)
		r = requirement_json(&s->requirement[i], rows);
	if (r == 0)
		r = json_put(o, "requirements", EG_TAKE(rows));
	return r < 0 ? r : json_push(list, EG_TAKE(o));
}

/* ---- the command ---- */

/* Does "zoom", "meetings" or "zoom/meetings" mean this service? */
static bool is_meant(const struct service *s, const char *text)
{
	struct str rest = str_of(text);
	struct str first = str_cut(&rest, '/');

	if (rest.p)
		return str_is(first, s->catalog->vendor) && str_is(rest, s->id);
	return str_is(first, s->catalog->vendor) || str_is(first, s->id);
}

static int selected(struct env *env, const char *text, struct table *t, json_t *list)
{
	size_t hits = 0;
	int r = 0;

	for (size_t c = 0; c < env->catalogs.n; c++) {
		const struct catalog *catalog = &env->catalogs.catalog[c];

		for (size_t i = 0; r == 0 && i < catalog->services; i++) {
			const struct service *s = &catalog->service[i];

			if (text && !is_meant(s, text))
				continue;
			hits++;
			r = list ? service_json(s, list) : service_rows(s, t);
		}
	}
	if (r == 0 && hits == 0 && text) {
		diag_error(env->diag, NOWHERE, "no vendor or service is called %s", text);
		diag_hint(env->diag, "see: egret catalog");
		return E_UNKNOWN;
	}
	return r;
}

static int run_json(struct env *env, const char *text)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? selected(env, text, NULL, list) : -ENOMEM;

	return r < 0 ? r : env_json(env, EG_TAKE(list));
}

static int catalog_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(table_freep) struct table *t = table_new(6);
	int r;

	if (env->json)
		return run_json(env, argc ? argv[0] : NULL);
	if (!t)
		return -ENOMEM;
	r = !argc ? overview(env, &out)
		  : table_row(t, TONE_HEAD,
			      (const char *const[]){ "REQUIREMENT", "STATUS", "FLOWS", "DIRECTION",
						     "WHO", "FAR END" });
	if (r == 0 && argc)
		r = selected(env, argv[0], t, NULL);
	if (r == 0 && argc)
		table_print(t, env->width, env->color, &out);
	if (r == 0)
		r = out.r;
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return r;
}

const struct command command_catalog = {
	.name = "catalog",
	.args = "[SERVICE]",
	.help = "show the vendors' services and their requirements",
	.needs = NEEDS_CATALOGS,
	.args_max = 1,
	.run = catalog_run,
};
