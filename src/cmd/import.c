/* SPDX-License-Identifier: Apache-2.0 */
/* egret import: a vendor's page or publication becomes a catalog draft, with what is missing. */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/command.h"
#include "cmd/imported.h"
#include "cmd/options.h"
#include "cmd/paths.h"
#include "cmd/print.h"

static const char *arg_vendor, *arg_title, *arg_page, *arg_date, *arg_lists, *arg_format,
	*arg_encoding, *arg_dictionaries, *arg_output;

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

static int load_words(struct env *env, struct dictionary *ret)
{
	char folder[PATH_TEXT_MAX];
	int r = 0;

	if (!arg_dictionaries)
		r = path_dictionaries(folder, env->diag);
	if (r < 0)
		return r;
	return dictionary_load(arg_dictionaries ? arg_dictionaries : folder, arg_vendor, arg_title,
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

static int read_draft(struct env *env, int n, char **path, struct imported *i)
{
	struct dictionary words = DICTIONARY_INIT;
	int r = draft_init(&i->draft, env->diag);

	if (r < 0)
		return r;
	i->draft.vendor = arg_vendor;
	i->draft.title = arg_title;
	i->draft.page = arg_page;
	i->draft.page_date = arg_date ? arg_date : today(i->draft.arena);
	r = i->draft.page_date ? load_words(env, &words) : -ENOMEM;
	if (r == 0)
		r = read_sources(env, &words, n, path, i);
	if (r == 0)
		r = fill_in(env, i);
	if (r == 0)
		r = draft_catalog(&i->draft, &i->text);
	dictionary_release(&words);
	return r;
}

/* ---- the command ---- */

static int show(struct env *env, const struct imported *i)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	json_t *value = NULL;
	int r;

	if (env->json) {
		r = imported_json(i, &value);
		return r < 0 ? r : env_json(env, value);
	}
	r = imported_print(env, i, &out);
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return r;
}

static int import_run(struct env *env, int argc, char **argv)
{
	struct imported i = { 0 };
	int r = read_draft(env, argc, argv, &i);

	if (r == 0 && arg_output)
		r = imported_write(env, &i, arg_output);
	if (r == 0)
		r = show(env, &i);
	if (r == 0)
		r = i.draft.problems > 0;
	draft_release(&i.draft);
	return r;
}

const struct command command_import = {
	.name = "import",
	.args = "PAGE... [--vendor ID] [--title TEXT] [--page TEXT] [--date DATE] [--lists DIR] "
		"[--format NAME] [--encoding NAME] [--dictionaries DIR] [--output DIR]",
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
