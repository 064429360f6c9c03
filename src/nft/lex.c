/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/lex.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/scan.h"

void lex_init(struct lex *l, struct arena *a, struct diag *d)
{
	*l = (struct lex){ .arena = a, .d = d };
}

void lex_release(struct lex *l)
{
	mem_free(l->tok);
	mem_free(l->var);
	*l = (struct lex){ 0 };
}

static struct lex_frame *frame_push(struct lex *l, struct place at)
{
	if (l->frames >= LEX_FRAMES_MAX) {
		diag_error(l->d, at, "files and variables are nested more than %d deep",
			   LEX_FRAMES_MAX);
		return NULL;
	}
	l->frame[l->frames] = (struct lex_frame){ .line = 1 };
	return &l->frame[l->frames++];
}

int lex_push(struct lex *l, struct str text, const char *file)
{
	struct lex_frame *f = frame_push(l, (struct place){ file, 1, 1 });

	if (!f)
		return E_LIMIT;
	f->text = text;
	f->file = file;
	f->fresh = l->frames > 1;
	return 0;
}

int lex_push_at(struct lex *l, struct str text, struct place at)
{
	int r = lex_push(l, text, at.file);

	if (r < 0)
		return r;
	l->frame[l->frames - 1].fixed = true;
	l->frame[l->frames - 1].used_at = at;
	return 0;
}

bool lex_is_open(const struct lex *l, const char *file)
{
	for (unsigned i = 0; i < l->frames; i++)
		if (l->frame[i].file && !l->frame[i].tok && str_is(str_of(file), l->frame[i].file))
			return true;
	return false;
}

static struct place place_of(const struct lex_frame *f)
{
	if (f->fixed)
		return f->used_at;
	return (struct place){ f->file, f->line, (unsigned)(f->pos - f->line_start) + 1 };
}

/* Skips blanks, comments and continued lines; true when there were any. */
static bool skip_blanks(struct lex_frame *f)
{
	size_t start = f->pos;

	for (; f->pos < f->text.n; f->pos++) {
		const char *c = f->text.p + f->pos;
		size_t left = f->text.n - f->pos;

		if (*c == '#') {
			f->pos += str_find((struct str){ c, left }, '\n');
			break;
		}
		if (*c == '\\' && left > 1 && c[1] == '\n') {
			f->pos++;
			f->line++;
			f->line_start = f->pos + 1;
		} else if (*c != ' ' && *c != '\t' && *c != '\r') {
			break;
		}
	}
	return f->pos > start || f->pos == f->line_start;
}

static struct tok fail_at(struct lex *l, struct place at, int r)
{
	l->r = r;
	return (struct tok){ .kind = TOK_END, .at = at };
}

static struct tok quoted(struct lex *l, struct lex_frame *f, struct tok t)
{
	struct str rest = { f->text.p + f->pos + 1, f->text.n - f->pos - 1 };
	size_t end = str_find(rest, '"');

	if (end == rest.n || str_find((struct str){ rest.p, end }, '\n') < end) {
		diag_error(l->d, t.at, "this string does not end");
		diag_hint(l->d, "close it with \" on the same line");
		return fail_at(l, t.at, E_SYNTAX);
	}
	t.kind = TOK_QUOTED;
	t.text = (struct str){ rest.p, end };
	for (size_t i = 0; i < end; i++) {
		if ((unsigned char)rest.p[i] < ' ' && rest.p[i] != '\t') {
			diag_error(l->d, t.at, "a control character in a string");
			return fail_at(l, t.at, E_SYNTAX);
		}
	}
	f->pos += end + 2;
	return t;
}

static struct tok text_token(struct lex *l, struct lex_frame *f)
{
	struct tok t = { .spaced = skip_blanks(f) };
	struct str rest = { f->text.p + f->pos, f->text.n - f->pos };
	unsigned char c;

	t.at = place_of(f);
	if (!rest.n)
		return t;
	c = (unsigned char)rest.p[0];
	if (c == '"')
		return quoted(l, f, t);
	if (c == '\n' || c == ';') {
		t.kind = TOK_NEWLINE;
		t.text = (struct str){ rest.p, 1 };
		f->pos++;
		if (c == '\n') {
			f->line++;
			f->line_start = f->pos;
		}
		return t;
	}
	if (c < ' ' || c > '~') {
		diag_error(l->d, t.at, "byte 0x%02x does not belong in a script", c);
		return fail_at(l, t.at, E_SYNTAX);
	}
	t.text = (struct str){ rest.p, scan_word(rest, &t.kind) };
	f->pos += t.text.n;
	return t;
}

static const struct lex_var *var_find(const struct lex *l, struct str name)
{
	for (size_t i = l->vars; i-- > 0;)
		if (str_eq(l->var[i].name, name))
			return &l->var[i];
	return NULL;
}

static int var_push(struct lex *l, struct str name, struct place at)
{
	const struct lex_var *v = var_find(l, name);
	struct lex_frame *f;

	if (!v) {
		diag_error(l->d, at, "$%.*s is not defined", STR_FMT(name));
		diag_hint(l->d, "write `define %.*s = ...` before it", STR_FMT(name));
		return E_UNKNOWN;
	}
	l->expanded += v->n + (l->vars >> 4); /* finding it costs too */
	if (l->expanded > LEX_EXPANDED_MAX) {
		diag_error(l->d, at, "variables expand to more than %d words", LEX_EXPANDED_MAX);
		return E_LIMIT;
	}
	f = frame_push(l, at);
	if (!f)
		return E_LIMIT;
	f->tok = v->tok;
	f->n = v->n;
	f->used_at = at;
	return 0;
}

/* The next token of all frames, variables expanded. The end of an included file ends its line. */
static struct tok next_raw(struct lex *l)
{
	struct str name;

	while (l->frames && l->r >= 0) {
		struct lex_frame *f = &l->frame[l->frames - 1];
		struct tok t;

		if (f->tok && f->pos == f->n) {
			l->frames--;
			continue;
		}
		if (f->tok) {
			t = f->tok[f->pos++];
			t.at = f->used_at;
			return t;
		}
		if (f->fresh) {
			f->fresh = false;
			return (struct tok){ .kind = TOK_NEWLINE,
					     .text = STR("\n"),
					     .at = place_of(f) };
		}
		t = text_token(l, f);
		if (t.kind == TOK_END && l->r >= 0 && l->frames > 1) {
			l->frames--;
			t.kind = TOK_NEWLINE;
			t.text = STR("\n");
			return t;
		}
		if (t.kind != TOK_PUNCT || t.text.p[0] != '$')
			return t;
		name = text_token(l, f).text;
		l->r = var_push(l, name, t.at);
	}
	return (struct tok){ .kind = TOK_END };
}

/* Reads one token more, or returns NULL at the end or after an error. */
static const struct tok *read_more(struct lex *l)
{
	int r = mem_grow(&l->tok, &l->cap, l->n + 1, sizeof(*l->tok));
	struct tok t;

	if (r < 0) {
		l->r = r;
		return NULL;
	}
	t = next_raw(l);
	if (l->n >= LEX_KEPT_MAX) {
		diag_error(l->d, t.at, "more than %d words in one rule", LEX_KEPT_MAX);
		l->r = E_LIMIT;
	}
	if (t.kind == TOK_END) /* not kept: an included file may still follow */
		l->end = t;
	if (t.kind == TOK_END || l->r < 0)
		return NULL;
	l->tok[l->n] = t;
	return &l->tok[l->n++];
}

const struct tok *lex_peek_at(struct lex *l, size_t ahead)
{
	for (size_t i = l->pos;; i++) {
		const struct tok *t = i < l->n ? &l->tok[i] : NULL;

		if (l->r >= 0 && !t)
			t = read_more(l);
		if (l->r < 0 || !t)
			return &l->end;
		if (i == l->pos + ahead || t->kind == TOK_NEWLINE)
			return t;
	}
}

const struct tok *lex_peek(struct lex *l)
{
	return lex_peek_at(l, 0);
}

struct tok lex_next(struct lex *l)
{
	struct tok t = *lex_peek(l);

	if (l->r >= 0 && t.kind != TOK_END)
		l->pos++;
	return t;
}

void lex_forget(struct lex *l)
{
	if (l->keep || !l->pos)
		return;
	memmove(l->tok, l->tok + l->pos, (l->n - l->pos) * sizeof(*l->tok));
	l->n -= l->pos;
	l->pos = 0;
}

/* Did `t` follow `before` at once, in one text? Words of different variables only seem to. */
static bool stands_close(const struct tok *before, const struct tok *t)
{
	size_t quotes = before->kind == TOK_QUOTED ? 1 : 0;
	const char *begin = t->kind == TOK_QUOTED ? t->text.p - 1 : t->text.p;

	return !t->spaced && before->text.p + before->text.n + quotes == begin;
}

void lex_join(const struct lex *l, size_t from, size_t to, struct buf *out)
{
	for (size_t i = from; i < to; i++) {
		const struct tok *t = &l->tok[i];
		bool line = t->kind == TOK_NEWLINE && t->text.p[0] == '\n';
		bool gap = line || (i > from && !stands_close(&l->tok[i - 1], t));

		if (gap && out->n && out->data[out->n - 1] != ' ')
			buf_addc(out, ' ');
		if (line)
			continue;
		if (t->kind == TOK_QUOTED)
			buf_addc(out, '"');
		buf_addstr(out, t->text);
		if (t->kind == TOK_QUOTED)
			buf_addc(out, '"');
	}
}

/* Does the value hold an operator outside of braces, so that its place could tear it apart? */
static bool needs_parenthesis(const struct tok *t, size_t n)
{
	static const char *const operators[] = { "|", "^", "&", "<<", ">>" };
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (t[i].kind != TOK_PUNCT)
			continue;
		if (str_is(t[i].text, "{") || str_is(t[i].text, ","))
			return false;
		for (size_t o = 0; o < ARRAY_LEN(operators); o++)
			found |= str_is(t[i].text, operators[o]);
	}
	return found;
}

static struct tok *capture(struct lex *l, size_t from, size_t *ret_n)
{
	size_t n = l->pos - from;
	bool wrap = needs_parenthesis(l->tok + from, n);
	struct tok *t = arena_array(l->arena, n + 2, sizeof(*t));

	if (!t)
		return NULL;
	if (wrap)
		t[0] = (struct tok){ .kind = TOK_PUNCT, .text = STR("("), .spaced = true };
	memcpy(t + wrap, l->tok + from, n * sizeof(*t));
	if (wrap)
		t[n + 1] = (struct tok){ .kind = TOK_PUNCT, .text = STR(")") };
	*ret_n = wrap ? n + 2 : n;
	return t;
}

int lex_define(struct lex *l, struct str name, size_t from, bool again, struct place at)
{
	const struct lex_var *old = var_find(l, name);
	size_t n = l->pos - from;
	struct lex_var v = { .name = name, .scope = l->scope };
	int r;

	if (old && old->scope == l->scope && !again) {
		diag_error(l->d, at, "%.*s is defined already", STR_FMT(name));
		diag_hint(l->d, "write `redefine` to give it another value");
		return E_CONFLICT;
	}
	if (l->captured + n > LEX_CAPTURED_MAX) {
		diag_error(l->d, at, "variables hold more than %d words", LEX_CAPTURED_MAX);
		return E_LIMIT;
	}
	l->captured += n;
	v.tok = capture(l, from, &v.n);
	if (!v.tok)
		return -ENOMEM;
	if (old && (again || old->scope == l->scope)) {
		v.scope = old->scope;
		l->var[old - l->var] = v;
		return 0;
	}
	r = mem_grow(&l->var, &l->var_cap, l->vars + 1, sizeof(*l->var));
	if (r < 0)
		return r;
	l->var[l->vars++] = v;
	return 0;
}

int lex_undefine(struct lex *l, struct str name, struct place at)
{
	const struct lex_var *v = var_find(l, name);
	size_t i;

	if (!v) {
		diag_error(l->d, at, "%.*s is not defined", STR_FMT(name));
		return E_UNKNOWN;
	}
	i = (size_t)(v - l->var);
	memmove(&l->var[i], &l->var[i + 1], (l->vars - i - 1) * sizeof(*l->var));
	l->vars--;
	return 0;
}

void lex_scope_open(struct lex *l)
{
	l->scope++;
}

void lex_scope_close(struct lex *l)
{
	while (l->vars && l->var[l->vars - 1].scope >= l->scope)
		l->vars--;
	l->scope--;
}
