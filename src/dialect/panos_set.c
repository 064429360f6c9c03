/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `set` lines, and what people type to change what is there: delete, rename, move. A line leads
 * from word to word into the tree. After a value it goes on in the record around it, so that
 * several fields may stand in one line; a word that no record up to the entry knows is strange, and
 * takes the rest of the line with it.
 */
#include "dialect/panos_parsing.h"

#include "base/err.h"
#include "base/show.h"
#include "dialect/panos_schema.h"
#include "dialect/panos_words.h"

struct setting {
	struct panos_parsing *p;
	struct panos_words words;
	struct panos_word word; /* the next one */
	struct panos_node *device, *vsys;
};

static int take(struct setting *s)
{
	int r;

	s->p->line = s->words.line;
	r = panos_next_word(&s->words, &s->word);
	if (r < 0)
		return panos_refuse(s->p, r, "a quote ends with the same sign that it began with",
				    "a quote that does not end");
	return 0;
}

static struct str from_here(const struct setting *s)
{
	return (struct str){ s->word.at, (size_t)(s->words.end - s->word.at) };
}

static bool at_word(const struct setting *s)
{
	return s->word.kind == PANOS_WORD;
}

/* The node that a path begins in: by its first word. */
static struct panos_node *start_of(const struct setting *s)
{
	if (panos_field(&panos_config_kind, s->word.text))
		return s->p->tree->root;
	return panos_field(&panos_device_kind, s->word.text) ? s->device : s->vsys;
}

/* The record that knows this word: this one or one around it, as far as the entry they are of. */
static struct panos_node *knows(struct panos_node *node, struct str word)
{
	for (; node && node->kind->shape == PANOS_RECORD; node = node->up)
		if (panos_field(node->kind, word))
			return node;
	return NULL;
}

/* ---- set ---- */

static int put_value(struct setting *s, struct panos_node *node)
{
	struct panos_node *value;
	int r;

	if (node->kind->shape == PANOS_LIST) {
		r = panos_enter_entry(s->p, node, s->word.text, &value);
		return r < 0 ? r : take(s);
	}
	node->text = s->word.text;
	node->line = s->p->line;
	node->file = s->p->file;
	return take(s);
}

static int put_values(struct setting *s, struct panos_node *node)
{
	int r;

	if (at_word(s))
		return put_value(s, node);
	if (s->word.kind != PANOS_OPEN || node->kind->shape != PANOS_LIST)
		return panos_refuse(s->p, E_SYNTAX,
				    node->kind->shape == PANOS_LIST ? "a value, or [ values ]"
								    : "one value",
				    "%s of nothing", show(node->name).text);
	r = take(s);
	while (r == 0 && at_word(s))
		r = put_value(s, node);
	if (r == 0 && s->word.kind != PANOS_CLOSE)
		r = panos_refuse(s->p, E_SYNTAX, "a list is [ value value ... ]",
				 "the list of %s does not end", show(node->name).text);
	return r < 0 ? r : take(s);
}

/* Is the word a field of the entry that would have been understood? */
static bool is_field(const struct panos_node *entry, struct str word)
{
	const struct panos_field *f = panos_field(entry->kind, word);

	return f && f->kind->shape != PANOS_MAP && f->kind->shape != PANOS_SKIP;
}

/* The rest of the line, which may not hold what we would have understood. */
static int put_strange(struct setting *s, struct panos_node *node)
{
	const char *from = s->word.at;
	struct panos_node *entry = node;
	struct str rest;
	int r = take(s);

	while (entry->up && entry->up->kind->shape == PANOS_RECORD)
		entry = entry->up;
	while (r == 0 && s->word.kind != PANOS_END) {
		if (at_word(s) && !s->word.quoted && is_field(entry, s->word.text))
			return panos_refuse(
				s->p, E_SYNTAX, "write one field a line",
				"it is not clear where '%s' ends",
				show((struct str){ from, (size_t)(s->word.at - from) }).text);
		r = take(s);
	}
	rest = str_trim((struct str){ from, (size_t)(s->word.at - from) });
	return r < 0 ? r : panos_enter_strange(s->p, node, rest);
}

static int skip_rest(struct setting *s)
{
	int r = 0;

	while (r == 0 && s->word.kind != PANOS_END)
		r = take(s);
	return r;
}

static int put_in_record(struct setting *s, struct panos_node **node)
{
	struct panos_node *record = knows(*node, s->word.text);
	int r;

	if (!at_word(s))
		return panos_refuse(s->p, E_SYNTAX, NULL,
				    "a list where the name of a field belongs");
	if (!record)
		return put_strange(s, *node);
	r = panos_enter_field(s->p, record, panos_field(record->kind, s->word.text), node);
	return r < 0 ? r : take(s);
}

static int put_in(struct setting *s, struct panos_node **node)
{
	struct panos_node *of = *node;
	int r;

	switch (of->kind->shape) {
	case PANOS_RECORD:
		return put_in_record(s, node);
	case PANOS_MAP:
		if (!at_word(s))
			return panos_refuse(s->p, E_SYNTAX, NULL,
					    "a list where one name of %s belongs",
					    show(of->name).text);
		r = panos_enter_entry(s->p, of, s->word.text, node);
		return r < 0 ? r : take(s);
	case PANOS_LIST:
	case PANOS_TEXT:
		*node = of->up;
		return put_values(s, of);
	case PANOS_SKIP:
		break;
	}
	return skip_rest(s);
}

static int set_line(struct setting *s)
{
	struct panos_node *node = start_of(s);
	int r = 0;

	if (!at_word(s))
		return panos_refuse(s->p, E_SYNTAX, "set PATH VALUE", "set of nothing");
	while (r == 0 && s->word.kind != PANOS_END)
		r = put_in(s, &node);
	if (r == 0 && (node->kind->shape == PANOS_LIST || node->kind->shape == PANOS_TEXT))
		r = put_values(s, node);
	return r;
}

/* ---- delete, rename, move ---- */

static int absent(struct setting *s)
{
	return panos_refuse(s->p, E_UNKNOWN, NULL, "there is no %s to be changed here",
			    show(s->word.text).text);
}

/* Is this a section that nobody looks at? Whether it is there does not matter then. */
static bool is_skipped(const struct panos_node *node, struct str word)
{
	const struct panos_field *f = panos_field(node->kind, word);

	return node->kind->shape == PANOS_SKIP || node->kind->strange == PANOS_IGNORE ||
	       (f && f->kind->shape == PANOS_SKIP);
}

static bool stops(const struct panos_node *node, struct str word, const char *const *stop)
{
	for (; *stop && node->up && node->up->kind->shape == PANOS_MAP; stop++)
		if (str_is(word, *stop))
			return true;
	return false;
}

/* Follows the path; NULL: it leads into what is not looked at. Stops at an entry before a `stop`.
 */
static int follow(struct setting *s, const char *const *stop, struct panos_node **ret)
{
	struct panos_node *node = start_of(s), *next;
	int r = 0;

	while (r == 0 && at_word(s) && !stops(node, s->word.text, stop)) {
		next = panos_child(s->p->tree, node, s->word.text);
		if (is_skipped(node, s->word.text) && !next) {
			*ret = NULL;
			return skip_rest(s);
		}
		if (!next)
			return absent(s);
		node = next;
		r = take(s);
		if (r == 0 && node->kind->shape == PANOS_TEXT)
			r = skip_rest(s);
	}
	*ret = node;
	return r;
}

/* Refuses to change what lines begin in. */
static int may_change(struct setting *s, const struct panos_node *node)
{
	for (const struct panos_node *n = s->vsys; n; n = n->up)
		if (n == node)
			return panos_refuse(s->p, E_SYNTAX, "name a rule or an object",
					    "the whole configuration is not changed by one line");
	return 0;
}

static int delete_line(struct setting *s)
{
	static const char *const stop[] = { NULL };
	struct panos_node *node = NULL;
	int r = follow(s, stop, &node);

	if (r == 0 && s->word.kind == PANOS_OPEN)
		return panos_refuse(s->p, E_UNSUPPORTED, "delete them one by one",
				    "a list of what is deleted");
	if (r == 0)
		r = may_change(s, node);
	if (r == 0 && node)
		panos_remove(s->p->tree, node);
	return r;
}

static int rename_line(struct setting *s)
{
	static const char *const stop[] = { "to", NULL };
	struct panos_node *node = NULL;
	int r = follow(s, stop, &node);

	if (r == 0)
		r = may_change(s, node);
	if (r < 0 || !node)
		return r;
	if (!at_word(s))
		return panos_refuse(s->p, E_SYNTAX, "rename PATH to NAME", "rename to nothing");
	if (str_is(node->up->name, "zone")) /* rules that name it would have to follow */
		return panos_refuse(s->p, E_UNSUPPORTED, "give the configuration as it is then",
				    "a zone is renamed");
	r = take(s);
	if (r == 0 && !at_word(s))
		r = panos_refuse(s->p, E_SYNTAX, "rename PATH to NAME", "rename to nothing");
	if (r == 0)
		r = panos_rename(s->p->tree, node, s->word.text);
	if (r == E_CONFLICT || (r == E_SYNTAX && at_word(s)))
		return panos_refuse(s->p, r, NULL, "the name %s is taken, or too long",
				    show(s->word.text).text);
	return r < 0 ? r : take(s);
}

static int move_line(struct setting *s)
{
	static const char *const stop[] = { "before", "after", "top", "bottom", NULL };
	struct panos_node *node = NULL, *other;
	struct str where;
	int r = follow(s, stop, &node);

	if (r == 0)
		r = may_change(s, node);
	if (r < 0 || !node)
		return r;
	if (!at_word(s))
		return panos_refuse(s->p, E_SYNTAX,
				    "move PATH before NAME, after NAME, top, bottom",
				    "move to nowhere");
	where = s->word.text;
	if (str_is(where, "top") || str_is(where, "bottom")) {
		other = str_is(where, "top") ? NULL : node->up->last;
	} else {
		r = take(s);
		other = r == 0 && at_word(s) ? panos_child(s->p->tree, node->up, s->word.text)
					     : NULL;
		if (r == 0 && !other)
			r = absent(s);
		if (r == 0 && other && other != node && str_is(where, "before"))
			other = other->prev == node ? node : other->prev;
	}
	if (r == 0 && other != node)
		panos_move(node, other);
	return r < 0 ? r : take(s);
}

/* ---- lines ---- */

/* What is typed around them, and changes nothing. */
static bool is_session(struct str word)
{
	static const char *const known[] = { "configure", "exit", "quit", "commit", "show", "up" };

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_is(word, known[i]))
			return true;
	return false;
}

static int line(struct setting *s)
{
	static const struct {
		const char *word;
		int (*run)(struct setting *s);
	} verbs[] = { { "set", set_line },
		      { "delete", delete_line },
		      { "rename", rename_line },
		      { "move", move_line } };
	struct str word;
	int r = take(s);

	if (r < 0 || s->word.kind == PANOS_END)
		return r;
	word = s->word.text;
	if (word.p[0] == '#' || is_session(word) ||
	    (s->word.kind == PANOS_OPEN && str_starts(from_here(s), "[edit]")))
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (!str_is(word, verbs[i].word))
			continue;
		r = take(s);
		if (r == 0)
			r = verbs[i].run(s);
		if (r == 0 && s->word.kind != PANOS_END)
			r = panos_refuse(s->p, E_SYNTAX, NULL, "'%s' is not expected here",
					 show(s->word.text).text);
		return r;
	}
	return panos_refuse(s->p, E_SYNTAX,
			    "expected set, delete, rename or move: what `show` prints after `set "
			    "cli config-output-format set`",
			    "'%s' begins no line of a configuration", show(word).text);
}

static int find_places(struct setting *s)
{
	struct panos_tree *t = s->p->tree;
	struct panos_node *map = NULL;
	int r = panos_enter_field(s->p, t->root, panos_field(&panos_config_kind, STR("devices")),
				  &map);

	if (r == 0)
		r = panos_enter_entry(s->p, map, STR(PANOS_DEVICE), &s->device);
	if (r == 0)
		r = panos_enter_field(s->p, s->device, panos_field(&panos_device_kind, STR("vsys")),
				      &map);
	return r < 0 ? r : panos_enter_entry(s->p, map, STR(PANOS_VSYS), &s->vsys);
}

int panos_parse_set(struct panos_parsing *p, struct str text)
{
	struct setting s = { .p = p, .words = { text.p, text.p + text.n, 1 } };
	int r = find_places(&s);

	while (r >= 0) {
		r = line(&s);
		if (r >= 0 && !panos_next_line(&s.words))
			return 0;
	}
	return r;
}
