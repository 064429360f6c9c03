/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/merged.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "catalog/yaml.h"
#include "cmd/print.h"
#include "verify/required.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "a/b/catalog.yaml" -> "a/b"; "catalog.yaml" -> ".". */
static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_str(a, (struct str){ path, (size_t)(slash - path) }) : ".";
}

int merged_load(struct env *env, const char *path, enum text_part part, struct arena *a,
		struct merged *ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct merged m = { .part = part };
	int r;

	m.path = is_folder(path) ? arena_printf(a, "%s/catalog.yaml", path) : arena_strdup(a, path);
	m.folder = m.path ? folder_of(a, m.path) : NULL;
	if (!m.folder)
		return -ENOMEM;
	r = file_read(m.path, YAML_BYTES_MAX, &text, env->diag);
	if (r == 0)
		r = catalog_text_read(buf_str(&text), m.path, part, a, env->diag, &m.base);
	if (r == 0)
		*ret = m;
	return r;
}

int merged_apply(struct env *env, struct merged *m, struct imported *i)
{
	const char *slash = strrchr(m->path, '/');
	int r = merge_draft(&i->draft, &m->base, m->part, env->diag, &m->merge);

	if (r < 0)
		return r;
	i->text = m->merge.text;
	i->base = m->part == TEXT_PARTIAL ? slash ? slash + 1 : m->path : NULL;
	i->folder = m->folder;
	return 0;
}

static int flows_of(struct env *env, const struct catalog *c, struct arena *a, struct bounds *ret)
{
	flow_ref set = FLOW_NONE;
	int r = required_by_catalog(c, env->m, a, &set);

	*ret = (struct bounds){ set, set };
	return r;
}

int merged_flows(struct env *env, const struct catalog *before, struct imported *i,
		 struct merged *m)
{
	struct arena *a = i->draft.arena;
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct catalog after = CATALOG_INIT;
	struct bounds old, new;
	int r = imported_text(i, &text);

	if (r == 0)
		r = imported_catalog(i, buf_str(&text), i->folder ? i->folder : ".", env->diag,
				     &after);
	if (r == 0)
		r = flows_of(env, before, a, &old);
	if (r == 0)
		r = flows_of(env, &after, a, &new);
	if (r == 0)
		r = flow_diff(env->m, old, new, &m->diff);
	m->has_diff = r == 0;
	catalog_release(&after);
	return r;
}

bool merged_differs(const struct merged *m)
{
	const size_t *by = m->merge.by;

	return by[MERGE_MOVED] || by[MERGE_CHANGED] || by[MERGE_NEW] || by[MERGE_GONE] ||
	       (m->has_diff && (!flow_empty(m->diff.added) || !flow_empty(m->diff.removed)));
}

/* ---- for people ---- */

static void print_row(const struct merge_row *row, struct buf *out)
{
	const char *place = row->to ? row->to : row->from ? row->from : "";

	buf_printf(out, "  %-8s %-28s %s", merge_kind_name(row->kind), row->id, place);
	if (row->kind == MERGE_MOVED && row->from)
		buf_printf(out, " (was %s)", row->from);
	buf_addc(out, '\n');
	for (size_t i = 0; i < row->changes; i++)
		buf_printf(out, "             %s: %s -> %s\n", row->change[i].what,
			   row->change[i].before, row->change[i].after);
}

int merged_print(struct env *env, const struct merged *m, const struct imported *i, struct buf *out)
{
	const size_t *by = m->merge.by;
	int r = 0;

	buf_printf(out,
		   "\nagainst %s: %zu rows the same, %zu moved, %zu changed, %zu new, %zu gone, "
		   "%zu not of this page\n",
		   m->path, by[MERGE_SAME], by[MERGE_MOVED], by[MERGE_CHANGED], by[MERGE_NEW],
		   by[MERGE_GONE], by[MERGE_KEPT]);
	for (size_t k = 0; k < m->merge.rows; k++) {
		if (m->merge.row[k].kind != MERGE_SAME && m->merge.row[k].kind != MERGE_KEPT)
			print_row(&m->merge.row[k], out);
	}
	if (!m->has_diff)
		return out->r;
	r = print_set(env, i->draft.arena, "+ flows only here", m->diff.added, out);
	if (r == 0)
		r = print_set(env, i->draft.arena, "- flows only there", m->diff.removed, out);
	if (r == 0 && flow_empty(m->diff.added) && flow_empty(m->diff.removed))
		buf_adds(out, "the same flows\n");
	return r < 0 ? r : out->r;
}

/* ---- JSON ---- */

static int json_changes(const struct merge_row *row, json_t **ret)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < row->changes; i++)
		r = json_push(list,
			      json_pack("{s:s, s:s, s:s}", "what", row->change[i].what, "before",
					row->change[i].before, "after", row->change[i].after));
	if (r == 0)
		*ret = EG_TAKE(list);
	return r;
}

static int json_rows(const struct merged *m, json_t **ret)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < m->merge.rows; i++) {
		const struct merge_row *row = &m->merge.row[i];
		json_t *changes = NULL;

		r = json_changes(row, &changes);
		if (r == 0)
			r = json_push(list,
				      json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:o}", "is",
						merge_kind_name(row->kind), "id", row->id,
						"imported as", row->draft_id, "from", row->from,
						"to", row->to, "changes", changes));
	}
	if (r == 0)
		*ret = EG_TAKE(list);
	return r;
}

int merged_json(struct env *env, const struct merged *m, const struct imported *i, json_t *into)
{
	json_t *rows = NULL, *added = NULL, *removed = NULL;
	int r = json_rows(m, &rows);

	if (r == 0)
		r = json_put(into, "rows against the base", rows);
	if (r == 0)
		r = json_put(into, "base", json_string(m->path));
	if (r < 0 || !m->has_diff)
		return r;
	r = print_set_json(env, i->draft.arena, m->diff.added, &added);
	if (r == 0)
		r = json_put(into, "flows added", added);
	if (r == 0)
		r = print_set_json(env, i->draft.arena, m->diff.removed, &removed);
	return r < 0 ? r : json_put(into, "flows removed", removed);
}
