/* SPDX-License-Identifier: Apache-2.0 */
/* egret import: a vendor's page or publication becomes a catalog draft, with what is missing. */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/command.h"
#include "cmd/merged.h"
#include "cmd/options.h"
#include "cmd/print.h"
#include "control/paths.h"

static const char *arg_vendor, *arg_title, *arg_page, *arg_date, *arg_lists, *arg_format,
	*arg_encoding, *arg_dictionaries, *arg_output, *arg_merge, *arg_overlay, *arg_compare;

/* ---- lists that the page names ---- */

static int find_list(void *data, const char *file, struct buf *out, struct diag *d)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const char *path = a ? arena_printf(a, "%s/%s", (const char *)data, file) : NULL;

	if (!path)
		return -ENOMEM;
	if (strchr(file, '/') || file[0] == '.' || access(path, F_OK) < 0)
		return -ENOENT;
	return file_read(path, FILE_LIMIT, out, d);
}

/* ---- reading ---- */

static const char *today(struct arena *a)
{
	time_t now = time(NULL);
	struct tm day;

	if (!gmtime_r(&now, &day))
		return NULL;
	return arena_printf(a, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

static const char *said(const char *told, const char *base)
{
	return told ? told : base;
}

static int load_words(struct env *env, const struct draft *d, struct dictionary *ret)
{
	char folder[PATH_TEXT_MAX];
	int r = 0;

	if (!arg_dictionaries)
		r = path_dictionaries(folder, env->diag);
	if (r < 0)
		return r;
	return dictionary_load(arg_dictionaries ? arg_dictionaries : folder, d->vendor, d->title,
			       env->diag, ret);
}

/* "page.html " before positions, when there are several inputs. */
static const char *before(struct arena *a, const char *path, int inputs)
{
	const char *slash = strrchr(path, '/');

	return inputs > 1 ? arena_printf(a, "%s ", slash ? slash + 1 : path) : "";
}

static int read_sources(struct env *env, const struct dictionary *words, int n, char **path,
			struct imported *i)
{
	const struct list_finder finder = { find_list, (void *)arg_lists };
	struct arena *a = i->draft.arena;
	int r = 0;

	i->source = arena_array(a, (size_t)n, sizeof(*i->source));
	if (!i->source)
		return -ENOMEM;
	for (int k = 0; r == 0 && k < n; k++) {
		struct source_input in = {
			.path = path[k],
			.format = arg_format,
			.encoding = arg_encoding,
			.before = before(a, path[k], n),
			.words = words,
			.lists = arg_lists ? &finder : NULL,
		};

		env_progress(env, "reading %s", path[k]);
		r = in.before ? source_read(&in, &i->draft, env->diag, &i->source[k]) : -ENOMEM;
		i->sources += r == 0;
	}
	env_progress_end(env);
	return r;
}

static int need_vendor(struct env *env, const struct imported *i)
{
	if (i->draft.vendor)
		return 0;
	diag_error(env->diag, (struct place){ .file = i->source[0].path },
		   "whose page is it? The input does not say");
	diag_hint(env->diag, "say it: --vendor acme --title Acme");
	return E_UNKNOWN;
}

/* What nobody said: the page is called as the file is, the title as the vendor. */
static int fill_in(struct env *env, struct imported *i)
{
	struct draft *d = &i->draft;
	const char *path = i->source[0].path;
	const char *slash = strrchr(path, '/');
	int r = need_vendor(env, i);

	d->title = d->title ? d->title : d->vendor;
	d->page = d->page ? d->page : slash ? slash + 1 : path;
	return r;
}

static int read_draft(struct env *env, const struct merged *base, int n, char **path,
		      struct imported *i)
{
	struct dictionary words = DICTIONARY_INIT;
	int r = draft_init(&i->draft, env->diag);

	if (r < 0)
		return r;
	i->draft.vendor = said(arg_vendor, base ? base->base.vendor : NULL);
	i->draft.title = said(arg_title, base ? base->base.title : NULL);
	i->draft.page = said(arg_page, base ? base->base.page : NULL);
	i->draft.page_date = arg_date ? arg_date : today(i->draft.arena);
	r = i->draft.page_date ? load_words(env, &i->draft, &words) : -ENOMEM;
	if (r == 0)
		r = read_sources(env, &words, n, path, i);
	if (r == 0)
		r = fill_in(env, i);
	if (r == 0)
		r = draft_catalog(&i->draft, &i->text);
	dictionary_release(&words);
	return r;
}

/* ---- against what is there ---- */

/* A catalog that is made from an overlay would be made again without what is merged into it. */
static int tell_overlay(struct env *env, struct arena *a, const struct merged *base)
{
	const char *overlay = arena_printf(a, "%s/overlay.yaml", base->folder);

	if (!overlay)
		return -ENOMEM;
	if (arg_output && access(overlay, F_OK) == 0) {
		diag_warning(
			env->diag, (struct place){ .file = overlay },
			"the catalog is made from this overlay, which --merge does not change");
		diag_hint(env->diag, "change the overlay and import with --overlay %s", overlay);
	}
	return 0;
}

static int load_base(struct env *env, struct arena *a, struct merged *ret)
{
	int r;

	if (!arg_merge + !arg_overlay + !arg_compare < 2) {
		diag_error(env->diag, NOWHERE,
			   "--merge, --overlay and --compare do not go together");
		diag_hint(env->diag,
			  "an overlay is for a new catalog, --merge for one that is there");
		return E_CONFLICT;
	}
	if (!arg_merge && !arg_overlay)
		return 0;
	r = merged_load(env, arg_merge ? arg_merge : arg_overlay,
			arg_merge ? TEXT_WHOLE : TEXT_PARTIAL, a, ret);
	return r < 0 || !arg_merge ? r : tell_overlay(env, a, ret);
}

static int apply_base(struct env *env, struct merged *base, struct imported *i)
{
	struct catalog before = CATALOG_INIT;
	int r = merged_apply(env, base, i);

	if (r == 0 && base->part == TEXT_WHOLE) {
		r = catalog_load(base->path, env->diag, &before);
		if (r == 0)
			r = merged_flows(env, &before, i, base);
		catalog_release(&before);
	}
	return r;
}

/* The other page is read in the same way, and stands where a catalog would. */
static int compare(struct env *env, struct imported *i, struct imported *other, struct merged *base)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct catalog before = CATALOG_INIT;
	char *path[] = { (char *)arg_compare };
	int r = read_draft(env, NULL, 1, path, other);

	if (r < 0)
		return r;
	*base = (struct merged){ .path = arg_compare, .base = other->text, .part = TEXT_WHOLE };
	r = merge_draft(&i->draft, &base->base, TEXT_WHOLE, env->diag, &base->merge);
	if (r == 0)
		r = imported_text(other, &text);
	if (r == 0)
		r = imported_catalog(other, buf_str(&text), ".", env->diag, &before);
	if (r == 0)
		r = merged_flows(env, &before, i, base);
	catalog_release(&before);
	return r;
}

/* ---- the command ---- */

static int show(struct env *env, const struct imported *i, const struct merged *base)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(json_freep) json_t *value = NULL;
	int r;

	if (env->json) {
		r = imported_json(i, &value);
		if (r == 0 && base->path)
			r = merged_json(env, base, i, value);
		return r < 0 ? r : env_json(env, EG_TAKE(value));
	}
	r = imported_print(env, i, &out);
	if (r == 0 && base->path)
		r = merged_print(env, base, i, &out);
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return r;
}

static int run_in(struct env *env, struct arena *a, int argc, char **argv)
{
	struct imported i = { 0 }, other = { 0 };
	struct merged base = MERGED_INIT;
	int r = load_base(env, a, &base);

	if (r == 0)
		r = read_draft(env, base.path ? &base : NULL, argc, argv, &i);
	if (r == 0 && base.path)
		r = apply_base(env, &base, &i);
	if (r == 0 && arg_compare)
		r = compare(env, &i, &other, &base);
	if (r == 0 && arg_output)
		r = imported_write(env, &i, arg_output);
	if (r == 0)
		r = show(env, &i, &base);
	if (r == 0)
		r = base.path && !arg_overlay ? merged_differs(&base) : i.draft.problems > 0;
	draft_release(&i.draft);
	draft_release(&other.draft);
	return r;
}

static int import_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();

	return a ? run_in(env, a, argc, argv) : -ENOMEM;
}

const struct command command_import = {
	.name = "import",
	.args = "PAGE... [--vendor ID] [--title TEXT] [--page TEXT] [--date DATE] [--lists DIR] "
		"[--merge CATALOG | --overlay FILE | --compare PAGE] [--format NAME] "
		"[--encoding NAME] [--dictionaries DIR] [--output DIR]",
	.help = "a vendor's page or publication as a catalog draft, with what is missing",
	.options =
		(const struct cmd_option[]){
			{ "vendor", 0, OPTION_TEXT, "ID", &arg_vendor,
			  "the vendor's id, a folder of catalogs/" },
			{ "title", 0, OPTION_TEXT, "TEXT", &arg_title,
			  "the vendor's name, as its page has it" },
			{ "page", 0, OPTION_TEXT, "TEXT", &arg_page,
			  "the page's number or address" },
			{ "date", 0, OPTION_TEXT, "DATE", &arg_date,
			  "the day the page was read (default: today)" },
			{ "lists", 0, OPTION_TEXT, "DIR", &arg_lists,
			  "where the published lists lie that the page names" },
			{ "merge", 0, OPTION_TEXT, "CATALOG", &arg_merge,
			  "update this catalog; shows what changed, row by row and as flows" },
			{ "overlay", 0, OPTION_TEXT, "FILE", &arg_overlay,
			  "what people reviewed: ids, titles, lists, certainty" },
			{ "compare", 0, OPTION_TEXT, "PAGE", &arg_compare,
			  "the same page in another language, or of another day" },
			{ "format", 0, OPTION_TEXT, "NAME", &arg_format,
			  "what the input is (default: found from it)" },
			{ "encoding", 0, OPTION_TEXT, "NAME", &arg_encoding,
			  "how its characters are written (default: found from it)" },
			{ "dictionaries", 0, OPTION_TEXT, "DIR", &arg_dictionaries,
			  "the words of pages, a file a language" },
			{ "output", 'o', OPTION_TEXT, "DIR", &arg_output,
			  "write DIR/catalog.yaml and DIR/lists/" },
			{ 0 } },
	.args_min = 1,
	.args_max = OPERANDS_MAX,
	.run = import_run,
};
