/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_source.h"

#include <errno.h>
#include <fnmatch.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/squid_words.h"

/* A file that is being read. */
struct reading_file {
	struct squid_source *s;
	const char *file;
	struct str rest;
	unsigned line;
	bool on[SQUID_IFS_MAX]; /* by `if` around this place: is it read? */
	size_t ifs;
};

static int read_file(struct squid_source *s, const struct config_file *file);

static int refuse(struct squid_source *s, struct place at, int code, const char *text,
		  struct str what)
{
	diag_error(s->d, at, "%s%s%s", text, what.n ? ": " : "", what.n ? show(what).text : "");
	return code;
}

/* ---- files ---- */

static struct str base_name(struct str path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return (struct str){ path.p + i, path.n - i };
	return path;
}

/* Remembers that file `i` is `path` on the device. */
static int claim(struct squid_source *s, size_t i, struct str path, struct place at)
{
	if (s->path[i].n && !str_eq(s->path[i], path)) {
		diag_error(s->d, at, "%s is already %s of the device, and cannot be %s too",
			   s->file[i].file, show(s->path[i]).text, show(path).text);
		diag_hint(s->d, "files are found by the last part of their names: rename one, and "
				"the line that asks for it");
		return E_CONFLICT;
	}
	s->path[i] = path;
	return 0;
}

int squid_source_find(struct squid_source *s, struct str path, struct place at,
		      const struct config_file **ret)
{
	for (size_t i = 0; i < s->n; i++) {
		int r;

		if (!str_eq(base_name(str_of(s->file[i].file)), base_name(path)))
			continue;
		r = claim(s, i, path, at);
		if (r == 0)
			*ret = &s->file[i];
		return r;
	}
	return -ENOENT;
}

/* ---- include ---- */

/*
 * Reads every file that the pattern names, by name as squid does. A file that is known to lie
 * elsewhere is not meant by a pattern with stars.
 */
static int include_pattern(struct squid_source *s, const struct squid_line *line, struct str word,
			   bool *ret_some)
{
	const char *pattern = arena_str(s->arena, base_name(word));
	struct str folder = { word.p, word.n - base_name(word).n };
	bool star = pattern && strpbrk(pattern, "*?[");
	int r = pattern ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < s->n; i++) {
		struct str base = base_name(str_of(s->file[i].file));
		const char *path;

		if (fnmatch(pattern, base.p, FNM_PERIOD) != 0)
			continue;
		path = arena_printf(s->arena, "%.*s%.*s", STR_FMT(folder), STR_FMT(base));
		if (path && star && s->path[i].n && !str_eq(s->path[i], str_of(path)))
			continue;
		r = path ? claim(s, i, str_of(path), line->at) : -ENOMEM;
		if (r == 0)
			r = read_file(s, &s->file[i]);
		*ret_some = true;
	}
	return r;
}

static int include(struct squid_source *s, const struct squid_line *line, struct str rest)
{
	struct squid_words words = { .rest = rest };
	struct str word;
	int r = 1, n = 0;

	if (s->depth == SQUID_INCLUDES_MAX)
		return refuse(s, line->at, E_LIMIT, "files are included in one another too deeply",
			      STR(""));
	while (r > 0) {
		bool some = false;

		r = squid_word_bare(&words, &word);
		if (r > 0) {
			int inner = include_pattern(s, line, word, &some);

			if (inner == 0 && !some)
				inner = s->missing(s->data, line);
			r = inner < 0 ? inner : 1;
			n++;
		}
	}
	if (r == 0 && !n)
		r = refuse(s, line->at, E_SYNTAX, "include of nothing", STR(""));
	return r;
}

/* ---- if ---- */

static bool takes_word(struct str *rest, const char *word)
{
	struct str s = *rest, first = str_cut(&s, ' ');

	if (!str_is(first, word))
		return false;
	*rest = s.p ? str_trim(s) : STR("");
	return true;
}

/* "true", "false", "1", "N = N" */
static int judge(struct str text, bool *ret)
{
	struct str rest = text, left = str_trim(str_cut(&rest, '='));
	uint64_t a, b = 0;

	if (str_is(text, "true") || str_is(text, "false")) {
		*ret = str_is(text, "true");
		return 0;
	}
	if (str_u64(left, INT32_MAX, &a) < 0 ||
	    (rest.p && str_u64(str_trim(rest), INT32_MAX, &b) < 0))
		return E_SYNTAX;
	*ret = rest.p ? a == b : a != 0;
	return 0;
}

static bool is_on(const struct reading_file *f)
{
	for (size_t i = 0; i < f->ifs; i++)
		if (!f->on[i])
			return false;
	return true;
}

/* 1: the line is about an `if`, and done with. */
static int condition(struct reading_file *f, const struct squid_line *line)
{
	struct str rest = line->text;

	if (takes_word(&rest, "if")) {
		if (f->ifs == SQUID_IFS_MAX)
			return refuse(f->s, line->at, E_LIMIT, "too many if in one another",
				      STR(""));
		if (judge(rest, &f->on[f->ifs++]) < 0)
			return refuse(f->s, line->at, E_UNSUPPORTED,
				      "expected true, false or NUMBER = NUMBER; what differs by "
				      "process is not read",
				      rest);
		return 1;
	}
	if (!str_is(line->text, "else") && !str_is(line->text, "endif"))
		return 0;
	if (!f->ifs)
		return refuse(f->s, line->at, E_SYNTAX, "there is no if before it", line->text);
	if (str_is(line->text, "else"))
		f->on[f->ifs - 1] = !f->on[f->ifs - 1];
	else
		f->ifs--;
	return 1;
}

/* ---- lines ---- */

/* The next physical line, without blanks at its front. False: there is none. */
static bool next_physical(struct reading_file *f, struct str *ret)
{
	struct str line;

	if (!f->rest.p || !f->rest.n)
		return false;
	line = str_cut(&f->rest, '\n');
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	while (line.n && (line.p[0] == ' ' || line.p[0] == '\t')) {
		line.p++;
		line.n--;
	}
	f->line++;
	*ret = line;
	return true;
}

static int check_length(struct reading_file *f, struct str line)
{
	if (line.n <= SQUID_LINE_MAX)
		return 0;
	diag_error(f->s->d, (struct place){ f->file, f->line, 0 },
		   "squid cuts a line of more than %d characters in two", SQUID_LINE_MAX);
	diag_hint(f->s->d, "write several lines: a backslash at the end goes on with the next");
	return E_LIMIT;
}

/*
 * Joins a line with what continues it: the backslash goes, the blanks in front of the next line go,
 * and comments and blank lines between them do not end it.
 */
static int join(struct reading_file *f, struct str *line)
{
	EG_AUTO(buf_release) struct buf whole = BUF_INIT;
	struct str next = *line;
	bool more = true;

	while (more) {
		int r = check_length(f, next);

		if (r < 0)
			return r;
		more = next.n && next.p[next.n - 1] == '\\';
		next.n -= more;
		buf_addstr(&whole, next);
		while (more && (more = next_physical(f, &next)))
			if (next.n && next.p[0] != '#')
				break;
	}
	if (whole.r < 0)
		return whole.r;
	line->p = arena_str(f->s->arena, buf_str(&whole));
	line->n = whole.n;
	return line->p ? 0 : -ENOMEM;
}

/* The next line that says something. 1: there is one; 0: there is none. */
static int next_line(struct reading_file *f, struct squid_line *ret)
{
	struct str line;

	while (next_physical(f, &line)) {
		int r;

		if (!line.n || line.p[0] == '#')
			continue;
		ret->at = (struct place){ .file = f->file, .line = f->line };
		r = line.p[line.n - 1] == '\\' ? join(f, &line) : check_length(f, line);
		if (r < 0)
			return r;
		ret->text = str_trim(line);
		if (memchr(line.p, '\0', line.n))
			return refuse(f->s, ret->at, E_SYNTAX, "a NUL in the line", ret->text);
		if (ret->text.n)
			return 1;
	}
	return 0;
}

static int one_line(struct reading_file *f, const struct squid_line *line)
{
	struct str rest = line->text;
	int r = condition(f, line);

	if (r != 0 || !is_on(f))
		return r < 0 ? r : 0;
	if (memmem(line->text.p, line->text.n, "${", 2))
		return refuse(f->s, line->at, E_UNSUPPORTED,
			      "what differs by process (${...}) is not read", line->text);
	if (str_starts(rest, "include ") || str_starts(rest, "include\t")) {
		rest.p += 8;
		rest.n -= 8;
		return include(f->s, line, rest);
	}
	return f->s->line(f->s->data, line);
}

static int read_file(struct squid_source *s, const struct config_file *file)
{
	struct reading_file f = { .s = s, .file = file->file, .rest = file->text };
	struct squid_line line;
	int r = 1;

	s->depth++;
	while (r > 0) {
		r = next_line(&f, &line);
		if (r > 0) {
			int inner = one_line(&f, &line);

			r = inner < 0 ? inner : 1;
		}
	}
	s->depth--;
	if (r == 0 && f.ifs)
		return refuse(s, (struct place){ file->file, f.line, 0 }, E_SYNTAX,
			      "an if without endif", STR(""));
	return r;
}

/* ---- the main file ---- */

/* Does a pattern of this line name the file? */
static bool includes(struct str line, struct str base)
{
	struct squid_words words = { .rest = line };
	struct str word;
	char glob[256];

	if (squid_word_bare(&words, &word) <= 0 || !str_is(word, "include"))
		return false;
	while (squid_word_bare(&words, &word) > 0) {
		struct str pattern = base_name(word);

		if (pattern.n >= sizeof(glob))
			continue;
		memcpy(glob, pattern.p, pattern.n);
		glob[pattern.n] = '\0';
		if (fnmatch(glob, base.p, FNM_PERIOD) == 0)
			return true;
	}
	return false;
}

/* Does some line of another file include it? */
static bool is_included(const struct squid_source *s, size_t at)
{
	struct str base = base_name(str_of(s->file[at].file));

	for (size_t i = 0; i < s->n; i++) {
		struct str text = s->file[i].text;

		while (i != at && text.p)
			if (includes(str_trim(str_cut(&text, '\n')), base))
				return true;
	}
	return false;
}

static int find_main(const struct squid_source *s, const struct config_file **ret)
{
	const struct config_file *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->n == 1 || str_is(base_name(str_of(s->file[i].file)), "squid.conf")) {
			*ret = &s->file[i];
			return 0;
		}
	for (size_t i = 0; i < s->n; i++) {
		if (dialect_squid.detect(s->file[i].text) == 0 || is_included(s, i))
			continue;
		found = &s->file[i];
		n++;
	}
	if (n == 1) {
		*ret = found;
		return 0;
	}
	diag_error(s->d, (struct place){ .file = s->file[0].file },
		   "which of the %zu files does squid begin with?", s->n);
	diag_hint(s->d, "call it squid.conf");
	return E_CONFLICT;
}

int squid_source_run(struct squid_source *s)
{
	const struct config_file *main = NULL;
	int r = find_main(s, &main);

	s->path = arena_array(s->arena, s->n, sizeof(*s->path));
	if (r == 0 && !s->path)
		r = -ENOMEM;
	if (r == 0)
		r = claim(s, (size_t)(main - s->file), str_of(main->file), NOWHERE);
	if (r == 0)
		r = read_file(s, main);
	for (size_t i = 0; r == 0 && i < s->n; i++)
		if (!s->path[i].n)
			diag_warning(s->d, (struct place){ .file = s->file[i].file },
				     "nothing in %s asks for this file", main->file);
	return r;
}
