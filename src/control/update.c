/* SPDX-License-Identifier: Apache-2.0 */
#include "control/update.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "catalog/takeover.h"
#include "catalog/yaml.h"
#include "verify/required.h"

/* The path of `file` beside catalog.yaml. */
static const char *beside(const struct feed *f, struct arena *a, const char *file)
{
	const char *path = f->catalog->path, *slash = strrchr(path, '/');

	return arena_printf(a, "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, file);
}

/* ---- the texts ---- */

static int note_list(const struct takeover *t, const char *path, enum text_part part,
		     struct diag *d, struct buf *text)
{
	struct buf next = BUF_INIT;
	int r = takeover_write(buf_str(text), path, part, t, d, &next);

	if (r < 0) {
		buf_release(&next);
		return r;
	}
	buf_release(text);
	*text = next;
	return 0;
}

/* Notes all changed lists. An overlay need not have them: what it does not say is not its matter.
 */
static int note_lists(const struct offer *o, const char *path, enum text_part part,
		      const struct update_note *note, struct diag *d, struct buf *text)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->lists; i++) {
		const struct takeover t = { o->list[i].held->id, note->date, note->source };

		if (!o->list[i].changed)
			continue;
		r = note_list(&t, path, part, d, text);
		if (r == -ENOENT && part == TEXT_PARTIAL)
			r = 0;
	}
	return r;
}

static int make_texts(struct update *u, const struct feed *f, const struct update_note *note,
		      struct diag *d)
{
	const char *overlay = beside(f, u->arena, "overlay.yaml");
	int r = overlay ? file_read(f->catalog->path, YAML_BYTES_MAX, &u->text, d) : -ENOMEM;

	if (r == 0)
		r = note_lists(u->offer, f->catalog->path, TEXT_WHOLE, note, d, &u->text);
	if (r < 0 || access(overlay, F_OK) < 0)
		return r;
	r = file_read(overlay, YAML_BYTES_MAX, &u->overlay, d);
	return r < 0 ? r : note_lists(u->offer, overlay, TEXT_PARTIAL, note, d, &u->overlay);
}

/* ---- the new catalog ---- */

/* Lists of the offer as if they lay in the folder already; the rest is read from there. */
static int read_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	const struct offer *o = data;
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;

	for (size_t i = 0; i < o->lists; i++) {
		if (o->list[i].changed && strcmp(o->list[i].held->file, file) == 0) {
			buf_addstr(out, o->list[i].content);
			return out->r;
		}
	}
	return file_read(path, FILE_LIMIT, out, d);
}

int update_make(const struct feed *f, const struct offer *o, const struct update_note *note,
		struct diag *d, struct update *ret)
{
	const struct list_source lists = { .read = read_list, .data = (void *)o };
	struct update u = { .arena = arena_new(), .offer = o };
	int r = u.arena ? make_texts(&u, f, note, d) : -ENOMEM;

	if (r == 0)
		r = catalog_read(buf_str(&u.text), f->catalog->path, &lists, d, &u.now);
	if (r < 0) {
		update_release(&u);
		return r;
	}
	for (size_t s = 0; s < u.now.services; s++)
		u.now.service[s].catalog = &ret->now; /* services point back to their catalog */
	*ret = u;
	return 0;
}

void update_release(struct update *u)
{
	catalog_release(&u->now);
	buf_release(&u->text);
	buf_release(&u->overlay);
	arena_free(u->arena);
	*u = UPDATE_INIT;
}

/* ---- the flows ---- */

static bool has_changed_list(const struct requirement *q, const struct offer *o)
{
	for (size_t i = 0; i < q->lists; i++) {
		for (size_t k = 0; k < o->lists; k++) {
			if (o->list[k].changed && strcmp(o->list[k].held->id, q->list[i]->id) == 0)
				return true;
		}
	}
	return false;
}

static int diff_sets(struct flow_mgr *m, flow_ref before, flow_ref after, struct flow_diff *ret)
{
	return flow_diff(m, (struct bounds){ before, before }, (struct bounds){ after, after },
			 ret);
}

static int diff_row(struct update *u, const struct catalog *held, const struct requirement *q,
		    struct flow_mgr *m)
{
	const struct requirement *old = catalog_requirement(held, str_of(q->id));
	flow_ref before = FLOW_NONE, after = FLOW_NONE;
	struct update_row row = { .requirement = q };
	int r = old ? required_by_row(old, m, u->arena, &before) : 0;

	if (r == 0)
		r = required_by_row(q, m, u->arena, &after);
	if (r == 0)
		r = diff_sets(m, before, after, &row.diff);
	if (r == 0)
		u->row[u->rows++] = row;
	return r;
}

static int diff_rows(struct update *u, const struct catalog *held, struct flow_mgr *m)
{
	size_t most = 0;
	int r = 0;

	for (size_t s = 0; s < u->now.services; s++)
		most += u->now.service[s].requirements;
	u->row = arena_array(u->arena, most, sizeof(*u->row));
	if (!u->row)
		return -ENOMEM;
	for (size_t s = 0; s < u->now.services; s++) {
		const struct service *service = &u->now.service[s];

		for (size_t i = 0; r == 0 && i < service->requirements; i++) {
			if (has_changed_list(&service->requirement[i], u->offer))
				r = diff_row(u, held, &service->requirement[i], m);
		}
	}
	return r;
}

int update_flows(struct update *u, const struct feed *f, struct flow_mgr *m)
{
	flow_ref before = FLOW_NONE, after = FLOW_NONE;
	int r = required_by_catalog(f->catalog, m, u->arena, &before);

	if (r == 0)
		r = required_by_catalog(&u->now, m, u->arena, &after);
	if (r == 0)
		r = diff_sets(m, before, after, &u->diff);
	return r < 0 ? r : diff_rows(u, f->catalog, m);
}

/* ---- writing ---- */

static int need_writable(const char *path, struct diag *d)
{
	int r = access(path, W_OK | X_OK) == 0 ? 0 : -errno;

	if (r < 0) {
		diag_error(d, (struct place){ .file = path }, "cannot be written to: %s",
			   err_text(r));
		diag_hint(d, "lists are taken over into a catalogs folder of the site's own: copy "
			     "the folder, and name the copy with --catalogs or EGRET_CATALOGS");
	}
	return r;
}

static int put_file(const char *path, struct str text, struct diag *d)
{
	int r = replace_whole(path, text);

	if (r < 0)
		diag_error(d, (struct place){ .file = path }, "cannot be written: %s", err_text(r));
	return r;
}

static int put_lists(const struct update *u, const char *folder, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < u->offer->lists; i++) {
		const struct offer_list *l = &u->offer->list[i];
		const char *path = arena_printf(u->arena, "%s/%s", folder, l->held->file);

		if (l->changed)
			r = path ? put_file(path, l->content, d) : -ENOMEM;
	}
	return r;
}

int update_write(const struct update *u, const struct feed *f, struct diag *d)
{
	const char *folder = beside(f, u->arena, "."), *lists = beside(f, u->arena, "lists");
	const char *overlay = beside(f, u->arena, "overlay.yaml");
	int r = folder && lists && overlay ? need_writable(folder, d) : -ENOMEM;

	if (r == 0 && mkdir(lists, 0777) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0)
		r = need_writable(lists, d);
	if (r == 0)
		r = put_lists(u, lists, d);
	if (r == 0 && u->overlay.n)
		r = put_file(overlay, buf_str(&u->overlay), d);
	return r < 0 ? r : put_file(f->catalog->path, buf_str(&u->text), d);
}
