/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/yaml.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/show.h"

/* A mapping or sequence that is not closed yet, and the key that waits for its value. */
struct level {
	struct yaml *node;
	struct yaml *last;	/* newest child */
	const struct yaml *key; /* mapping: set between a key and its value */
};

/*
 * The tree grows event by event; `level` is the path from the root to the open node. The sticky
 * result is in `r`; the first error ends the parse, because what follows a broken line is noise.
 */
struct builder {
	struct arena *arena;
	struct diag *diag;
	const char *file;
	struct level level[YAML_DEPTH_MAX];
	size_t depth, nodes;
	struct yaml *root;
	int r;
};

static struct place place_of(const struct builder *b, yaml_mark_t mark)
{
	return (struct place){ .file = b->file,
			       .line = (unsigned)mark.line + 1,
			       .column = (unsigned)mark.column + 1 };
}

static void refuse(struct builder *b, struct place at, int code, const char *what)
{
	diag_error(b->diag, at, "%s", what);
	b->r = code;
}

static struct yaml *node_new(struct builder *b, enum yaml_kind kind, const yaml_event_t *e)
{
	struct yaml *n = NULL;

	if (++b->nodes > YAML_NODES_MAX) {
		refuse(b, place_of(b, e->start_mark), E_LIMIT, "too many values in one file");
		diag_hint(b->diag, "the limit is %d", YAML_NODES_MAX);
		return NULL;
	}
	n = arena_alloc(b->arena, sizeof(*n));
	if (!n) {
		b->r = -ENOMEM;
		return NULL;
	}
	n->kind = kind;
	n->at = place_of(b, e->start_mark);
	return n;
}

/* Puts a finished scalar or a fresh mapping or sequence where the open node wants it. */
static void attach(struct builder *b, struct yaml *n)
{
	struct level *open = b->depth ? &b->level[b->depth - 1] : NULL;

	if (!open) {
		b->root = n;
		return;
	}
	if (open->node->kind == YAML_MAPPING && !open->key) {
		if (n->kind == YAML_SCALAR) {
			open->key = n;
			return;
		}
		refuse(b, n->at, E_SYNTAX, "a key must be a word, not a list or a mapping");
		return;
	}
	n->key = open->key;
	open->key = NULL;
	if (open->last)
		open->last->next = n;
	else
		open->node->first = n;
	open->last = n;
	open->node->n++;
}

static void add_scalar(struct builder *b, const yaml_event_t *e)
{
	struct yaml *n = node_new(b, YAML_SCALAR, e);

	if (!n)
		return;
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	n->text.n = e->data.scalar.length;
	n->text.p = arena_str(b->arena, (struct str){ (const char *)e->data.scalar.value,
						      e->data.scalar.length });
	if (!n->text.p) {
		b->r = -ENOMEM;
		return;
	}
	attach(b, n);
}

static void open_node(struct builder *b, enum yaml_kind kind, const yaml_event_t *e)
{
	struct yaml *n = node_new(b, kind, e);

	if (!n)
		return;
	attach(b, n);
	if (b->r < 0)
		return;
	if (b->depth == YAML_DEPTH_MAX) {
		refuse(b, n->at, E_LIMIT, "nested too deeply");
		diag_hint(b->diag, "the limit is %d levels", YAML_DEPTH_MAX);
		return;
	}
	b->level[b->depth++] = (struct level){ .node = n };
}

static int check_keys(struct builder *b, const struct yaml *mapping)
{
	struct strmap seen = STRMAP_INIT;
	int r = 0;

	for (const struct yaml *n = mapping->first; n && r == 0; n = n->next) {
		size_t line = 0;

		r = strmap_add(&seen, n->key->text, n->key->at.line);
		if (r != -EEXIST)
			continue;
		diag_error(b->diag, n->key->at, "the key '%s' appears twice",
			   show(n->key->text).text);
		if (strmap_get(&seen, n->key->text, &line) == 0)
			diag_hint(b->diag, "it was first given on line %zu; keep one of the two",
				  line);
		r = E_CONFLICT;
	}
	strmap_release(&seen);
	return r;
}

static void close_node(struct builder *b)
{
	const struct yaml *n = b->level[--b->depth].node;

	assert(n);
	if (n->kind == YAML_MAPPING)
		b->r = check_keys(b, n);
}

static bool has_anchor(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return true;
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor;
	default:
		return false;
	}
}

static bool has_tag(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return e->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.tag;
	default:
		return false;
	}
}

static void take_event(struct builder *b, const yaml_event_t *e)
{
	if (has_anchor(e)) {
		refuse(b, place_of(b, e->start_mark), E_SYNTAX,
		       "anchors and aliases (&x, *x) are not accepted");
		diag_hint(b->diag, "write the value out where it is used; quote a text that starts "
				   "with '*' or '&'");
		return;
	}
	if (has_tag(e)) {
		refuse(b, place_of(b, e->start_mark), E_SYNTAX, "tags (!x) are not accepted");
		diag_hint(b->diag, "quote a text that starts with '!'");
		return;
	}
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->root)
			refuse(b, place_of(b, e->start_mark), E_SYNTAX,
			       "a second document starts here; expected one");
		break;
	case YAML_SCALAR_EVENT:
		add_scalar(b, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_node(b, YAML_SEQUENCE, e);
		break;
	case YAML_MAPPING_START_EVENT:
		open_node(b, YAML_MAPPING, e);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_node(b);
		break;
	default:
		break;
	}
}

/* libyaml tells a byte offset for text that is no UTF-8, and a mark for everything else. */
static struct place place_of_offset(const struct builder *b, struct str text, size_t offset)
{
	struct place at = { .file = b->file, .line = 1, .column = 1 };

	for (size_t i = 0; i < offset && i < text.n; i++) {
		bool newline = text.p[i] == '\n';

		at.line += newline;
		at.column = newline ? 1 : at.column + 1;
	}
	return at;
}

/* Whether a tab stands among the blanks that begin the line; `line` counts from 0. */
static bool indented_with_tab(struct str text, size_t line)
{
	while (line-- && text.p)
		(void)str_cut(&text, '\n');
	if (!text.p)
		return false;
	while (text.n && text.p[0] == ' ') {
		text.p++;
		text.n--;
	}
	return text.n && text.p[0] == '\t';
}

static void parser_failed(struct builder *b, const yaml_parser_t *p, struct str text)
{
	const char *problem = p->problem ? p->problem : "not YAML";

	if (p->error == YAML_MEMORY_ERROR) {
		b->r = -ENOMEM;
		return;
	}
	if (p->error == YAML_READER_ERROR) {
		refuse(b, place_of_offset(b, text, p->problem_offset), E_SYNTAX, problem);
		diag_hint(b->diag, "expected UTF-8 text without control characters");
		return;
	}
	refuse(b, place_of(b, p->problem_mark), E_SYNTAX, problem);
	if (indented_with_tab(text, p->problem_mark.line))
		diag_hint(b->diag, "YAML is indented with spaces, not with tabs");
	else if (p->context && strstr(p->context, "alias"))
		diag_hint(b->diag, "put a text that starts with '*' in quotes: \"*.example.com\"");
	else if (strstr(problem, "mapping values"))
		diag_hint(b->diag, "put a text that has ': ' in it in quotes");
	else if (p->context)
		diag_hint(b->diag, "%s that starts on line %zu", p->context,
			  p->context_mark.line + 1);
}

static void build(struct builder *b, yaml_parser_t *p, struct str text)
{
	bool ended = false;

	while (!ended && b->r == 0) {
		yaml_event_t e;

		if (!yaml_parser_parse(p, &e)) {
			parser_failed(b, p, text);
			return;
		}
		ended = e.type == YAML_STREAM_END_EVENT;
		take_event(b, &e);
		yaml_event_delete(&e);
	}
}

/* Whether what comes after `before` starts a line, by libyaml's idea of a line break. */
static bool at_line_start(struct str before)
{
	static const char *const breaks[] = {
		"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf",
	};

	for (size_t i = 0; i < ARRAY_LEN(breaks); i++) {
		if (str_ends(before, breaks[i]))
			return true;
	}
	return before.n == 0;
}

/*
 * Directives (%YAML, %TAG) stand at the start of a line. We have no use for them, and libyaml
 * compares every %TAG with all before it: a file full of them would take minutes.
 */
static void refuse_directives(struct builder *b, struct str text)
{
	struct str rest = text;

	while (rest.n) {
		size_t at = (size_t)(rest.p - text.p) + str_find(rest, '%');

		if (at < text.n && at_line_start((struct str){ text.p, at })) {
			refuse(b, place_of_offset(b, text, at), E_SYNTAX,
			       "a line that starts with '%' is not accepted");
			diag_hint(b->diag, "drop the directive, or indent the text");
			return;
		}
		(void)str_cut(&rest, '%');
	}
}

int yaml_parse(struct str text, const char *file, struct arena *a, struct diag *d,
	       const struct yaml **ret)
{
	struct builder b = { .arena = a, .diag = d, .file = arena_strdup(a, file) };
	struct place whole = { .file = file };
	yaml_parser_t p;

	if (!b.file)
		return -ENOMEM;
	if (text.n > YAML_BYTES_MAX) {
		refuse(&b, whole, E_LIMIT, "too large");
		diag_hint(d, "the limit is %d bytes", YAML_BYTES_MAX);
		return b.r;
	}
	refuse_directives(&b, text);
	if (b.r < 0)
		return b.r;
	if (!yaml_parser_initialize(&p))
		return -ENOMEM;
	yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&p, (const unsigned char *)text.p, text.n);
	build(&b, &p, text);
	yaml_parser_delete(&p);
	if (b.r < 0)
		return b.r;
	if (!b.root) {
		refuse(&b, whole, E_SYNTAX, "nothing in it");
		return b.r;
	}
	*ret = b.root;
	return 0;
}

int yaml_load(const char *path, struct arena *a, struct diag *d, const struct yaml **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	int r = file_read(path, YAML_BYTES_MAX, &text, d);

	return r < 0 ? r : yaml_parse(buf_str(&text), path, a, d, ret);
}

const struct yaml *yaml_get(const struct yaml *mapping, const char *key)
{
	if (mapping->kind != YAML_MAPPING)
		return NULL;
	for (const struct yaml *n = mapping->first; n; n = n->next) {
		if (str_is(n->key->text, key))
			return n;
	}
	return NULL;
}

const char *yaml_kind_name(const struct yaml *n)
{
	static const char *const name[] = {
		[YAML_SCALAR] = "a single value",
		[YAML_SEQUENCE] = "a list",
		[YAML_MAPPING] = "a mapping",
	};

	return n->kind == YAML_SCALAR && !n->quoted && n->text.n == 0 ? "empty" : name[n->kind];
}
