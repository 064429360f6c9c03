/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/side.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "catalog/list.h"
#include "cmd/generations.h"
#include "control/snapshot.h"
#include "verify/prove.h"
#include "verify/required.h"

void side_release(struct side *s)
{
	reading_free(s->config);
	plan_release(&s->plan);
	policy_release(&s->policy);
	catalog_release(&s->catalog);
	catalogs_release(&s->catalogs);
	draft_release(&s->imported.draft);
	config_files_release(&s->files);
	arena_free(s->arena);
	*s = SIDE_INIT;
}

static void exact(struct side *s, const char *kind, flow_ref set)
{
	s->kind = kind;
	s->bounds = (struct bounds){ set, set };
}

static int load_catalog(struct env *env, const char *path, struct side *s)
{
	flow_ref set = FLOW_NONE;
	int r = catalog_load(path, env->diag, &s->catalog);

	if (r == 0)
		r = required_by_catalog(&s->catalog, env->m, s->arena, &set);
	exact(s, "catalog", set);
	return r;
}

static int load_policy(struct env *env, const char *path, const struct catalogs *catalogs,
		       struct side *s)
{
	flow_ref scope = FLOW_NONE, addresses = FLOW_NONE, names = FLOW_NONE, set = FLOW_NONE;
	int r = policy_load(path, catalogs, env->diag, &s->policy);

	if (r == 0)
		r = policy_compile(&s->policy, env->m, env->diag, &s->plan);
	if (r == 0)
		r = prove_scope(env->m, s->arena, &scope);
	if (r == 0)
		r = prove_required(&s->plan, env->m, scope, &addresses, &names);
	if (r == 0)
		r = flow_override(env->m, addresses, names, &set);
	exact(s, "policy", set);
	return r;
}

static int load_site_policy(struct env *env, struct side *s)
{
	int r = env->catalogs.n ? 0 : env_need_catalogs(env);

	return r < 0 ? r : load_policy(env, s->path, &env->catalogs, s);
}

/* The policy of a generation, with the catalogs that it was applied with. */
static int load_generation(struct env *env, struct str number, struct side *s)
{
	EG_AUTO(store_closep) struct store *store = NULL;
	struct generation g;
	const char *folder;
	uint64_t n;
	int r = str_u64(number, INT64_MAX, &n);

	if (r == 0)
		r = store_open(generations_folder(), false, env->diag, &store);
	else
		n = 0;
	if (r == 0)
		r = store_get(store, (int64_t)n, s->arena, env->diag, &g);
	if (r == -ENOENT && diag_errors(env->diag) == 0) {
		diag_error(env->diag, NOWHERE, "there is no %s", s->path);
		diag_hint(env->diag, "see: egret history");
	}
	if (r < 0)
		return r;
	folder = arena_printf(s->arena, "%s/generations/%llu", store_folder(store),
			      (unsigned long long)n);
	const char *catalogs = arena_printf(s->arena, "%s/" SNAPSHOT_CATALOGS, folder);
	const char *policy = arena_printf(s->arena, "%s/" SNAPSHOT_POLICY, folder);

	if (!folder || !catalogs || !policy)
		return -ENOMEM;
	r = catalogs_load(catalogs, env->diag, &s->catalogs);
	if (r == 0)
		r = load_policy(env, policy, &s->catalogs, s);
	s->kind = "generation";
	return r;
}

static int load_list(struct env *env, struct side *s)
{
	struct list list = { 0 };
	flow_ref set = FLOW_NONE;
	int r = list_read(s->files.file[0].text, s->path, 0, s->arena, env->diag, &list);

	if (r == 0)
		r = required_by_list(&list, env->m, s->arena, &set);
	exact(s, "list", set);
	prefixlist_release(&list.set);
	return r;
}

static int load_config(struct env *env, const struct dialect *d, struct side *s)
{
	flow_ref scope = FLOW_NONE;
	int r = config_files_reading(env, &s->files, d, s->view, &s->config);

	if (r == 0)
		r = prove_scope(env->m, s->arena, &scope);
	if (r == 0)
		r = flow_restrict(env->m, s->config->must_accept, scope, &s->bounds.lo);
	if (r == 0)
		r = flow_restrict(env->m, s->config->may[VERDICT_ACCEPT], scope, &s->bounds.hi);
	s->kind = d->name;
	return r;
}

/* Does a line of the text start with `key`? */
static bool has_key(struct str text, const char *key)
{
	while (text.p)
		if (str_starts(str_cut(&text, '\n'), key))
			return true;
	return false;
}

/* The first line that is neither blank nor a comment starts with an address or prefix. */
static bool looks_like_list(struct str text)
{
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));
		struct prefix p;
		int r;

		if (!line.n || line.p[0] == '#')
			continue;
		r = prefix_parse(line, &p);
		return r == 0 || r == E_REFUSED ||
		       (line.p[0] >= '0' && line.p[0] <= '9' && str_find(line, '/') < line.n);
	}
	return false;
}

/* A vendor's publication denotes what the catalog does that it would be imported as. */
static int load_publication(struct env *env, const struct format *format, struct side *s)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct draft *draft = &s->imported.draft;
	flow_ref set = FLOW_NONE;
	int r = draft_init(draft, env->diag);

	if (r == 0) {
		draft->vendor = draft->title = draft->page = "publication";
		draft->page_date = "2000-01-01"; /* of no interest here, and a catalog has one */
		r = format->read(s->files.file[0].text, s->path, draft, env->diag);
	}
	if (r == 0)
		r = draft_catalog(draft, &s->imported.text);
	if (r == 0)
		r = imported_text(&s->imported, &text);
	if (r == 0)
		r = imported_catalog(&s->imported, buf_str(&text), ".", env->diag, &s->catalog);
	if (r == 0)
		r = required_by_catalog(&s->catalog, env->m, s->arena, &set);
	exact(s, format->name, set);
	return r;
}

static int load_file(struct env *env, struct side *s)
{
	const struct format *format;
	const struct dialect *d;
	struct str text = s->files.file[0].text;

	if (has_key(text, "vendor:"))
		return load_catalog(env, s->path, s);
	if (has_key(text, "zones:"))
		return load_site_policy(env, s);
	d = dialect_detect(text);
	if (d)
		return load_config(env, d, s);
	if (looks_like_list(text))
		return load_list(env, s);
	format = format_detect(text, s->path);
	if (format && format->read)
		return load_publication(env, format, s);
	diag_error(env->diag, (struct place){ .file = s->path }, "egret cannot tell what this is");
	diag_hint(env->diag, "expected a policy, a catalog, a list of prefixes, a publication or a "
			     "configuration; pages: egret import --compare");
	return E_UNKNOWN;
}

static int load_files(struct env *env, struct side *s)
{
	const struct dialect *d = NULL;
	struct stat st;
	int r = config_files_read(env, &s->path, 1, &s->files);

	if (r == 0 && (stat(s->path, &st) < 0 || !S_ISDIR(st.st_mode)))
		return load_file(env, s);
	if (r == 0)
		r = config_files_dialect(env, &s->files, NULL, &d);
	return r < 0 ? r : load_config(env, d, s);
}

/* A folder is a catalog's, or of files that make one device. */
static int load(struct env *env, struct side *s)
{
	static const char generation[] = "generation:";
	char *inside = arena_printf(s->arena, "%s/catalog.yaml", s->path);

	if (str_starts(str_of(s->path), generation))
		return load_generation(env, str_of(s->path + sizeof(generation) - 1), s);
	if (!inside)
		return -ENOMEM;
	return access(inside, F_OK) == 0 ? load_catalog(env, inside, s) : load_files(env, s);
}

int side_load(struct env *env, char *path, const struct view *view, struct side *ret)
{
	struct side s = { .path = path, .view = view, .arena = arena_new() };
	int r = s.arena ? load(env, &s) : -ENOMEM;

	if (r < 0) {
		side_release(&s);
		return r;
	}
	*ret = s;
	return 0;
}

int side_forget_interfaces(const struct reading *other, struct side *s)
{
	int r = prove_place(other, &s->bounds.lo);

	return r < 0 ? r : prove_place(other, &s->bounds.hi);
}
