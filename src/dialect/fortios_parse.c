/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements into tables. config opens a section or one inside an entry, edit opens an entry, next
 * closes it, end closes the section (and its entry). An entry is worked on as a copy: abort drops
 * it. Sections that are not looked at are followed for their nesting alone.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/fortios_table.h"
#include "dialect/fortios_text.h"

enum frame_kind {
	FRAME_SECTION, /* config ... */
	FRAME_ENTRY,   /* edit ... */
	FRAME_VDOMS,   /* config vdom */
	FRAME_VDOM,    /* edit ... in it */
	FRAME_GLOBAL   /* config global */
};

struct frame {
	enum frame_kind kind;
	struct place at;
	struct str path;	 /* of a section; empty: inside an entry */
	enum fos_section of;	 /* what the section or the entry is of */
	struct fos_entry entry;	 /* in hand: of an entry, or the fields of the section itself */
	struct fos_vdom *before; /* of FRAME_VDOM and FRAME_GLOBAL: where we were */
};

struct parser {
	struct fos_config *config;
	struct fos_editing e;
	struct fos_text text;
	struct fos_vdom *vdom;
	struct frame frame[2 * FOS_NESTING_MAX];
	size_t depth;
};

static struct frame *top(struct parser *p)
{
	return p->depth ? &p->frame[p->depth - 1] : NULL;
}

/* The table that the frame is of, or NULL: nothing of it is kept. */
static struct fos_table *table_of(struct parser *p, const struct frame *f)
{
	return f->of < FOS_SECTIONS ? &p->vdom->table[f->of] : NULL;
}

static struct str word(const struct parser *p, size_t i)
{
	return i < p->text.n ? p->text.word[i] : STR("");
}

static int push(struct parser *p, const struct frame *f)
{
	if (p->depth == ARRAY_LEN(p->frame))
		return fos_refuse(&p->e, E_LIMIT, NULL, "sections are nested deeper than %d",
				  FOS_NESTING_MAX);
	p->frame[p->depth] = *f;
	p->frame[p->depth++].at = p->e.at;
	return 0;
}

static int wrong_words(struct parser *p, const char *usage)
{
	return fos_refuse(&p->e, E_SYNTAX, usage, "'%s' with %zu words behind it",
			  show(word(p, 0)).text, p->text.n - 1);
}

/* ---- virtual domains ---- */

static int find_vdom(struct parser *p, struct str name, struct fos_vdom **ret)
{
	struct fos_config *c = p->config;
	struct fos_vdom *v;
	int r;

	for (size_t i = 0; i < c->vdoms; i++)
		if (str_eq(c->vdom[i]->name, name)) {
			*ret = c->vdom[i];
			return 0;
		}
	if (c->vdoms > FOS_VDOMS_MAX)
		return fos_refuse(&p->e, E_LIMIT, NULL, "more than %d virtual domains",
				  FOS_VDOMS_MAX);
	r = mem_grow(&c->vdom, &c->cap, c->vdoms + 1, sizeof(struct fos_vdom *));
	v = r == 0 ? mem_zero(1, sizeof(*v)) : NULL;
	if (!v)
		return -ENOMEM;
	v->name = name;
	c->vdom[c->vdoms++] = v;
	*ret = v;
	return 0;
}

/* ---- sections ---- */

/* The words of the statement from `first` on, behind those of `outer`. */
static int join_words(struct parser *p, struct str outer, size_t first, struct str *ret)
{
	EG_AUTO(buf_release) struct buf path = BUF_INIT;

	buf_addstr(&path, outer);
	for (size_t i = first; i < p->text.n; i++) {
		if (path.n)
			buf_addc(&path, ' ');
		buf_addstr(&path, word(p, i));
	}
	if (path.r < 0)
		return path.r;
	*ret = (struct str){ arena_str(p->config->arena, buf_str(&path)), path.n };
	return ret->p ? 0 : -ENOMEM;
}

/* What follows its first content makes an unknown section matter. */
static int note_stranger(struct parser *p, struct frame *f)
{
	struct fos_vdom *v = p->vdom;
	int r;

	if (f->of != FOS_SECTION_UNKNOWN)
		return 0;
	f->of = FOS_SECTION_QUIET;
	if (v->strangers == FOS_STRANGERS_MAX) /* one makes everything unknown: these are enough */
		return 0;
	r = mem_grow(&v->stranger, &v->cap, v->strangers + 1, sizeof(*v->stranger));
	if (r == 0)
		v->stranger[v->strangers++] = (struct fos_stranger){ f->path, f->at };
	return r;
}

/* A section inside an entry: a field of it that somebody may have to know. */
static int open_inside(struct parser *p, struct frame *entry)
{
	static const struct frame inside = { .kind = FRAME_SECTION, .of = FOS_SECTION_QUIET };
	struct str key;
	int r = 0;

	if (table_of(p, entry)) {
		r = join_words(p, STR(""), 0, &key);
		if (r == 0)
			r = fos_entry_change(&p->e, &entry->entry, FOS_SET, key, &p->text.word[1],
					     1);
	}
	return r < 0 ? r : push(p, &inside);
}

static int open_section(struct parser *p, const struct frame *outer)
{
	struct frame f = { .kind = FRAME_SECTION };
	struct fos_table *t;
	int r = 0;

	if (!outer || outer->path.n)
		r = join_words(p, outer ? outer->path : STR(""), 1, &f.path);
	if (r < 0)
		return r;
	f.of = f.path.n ? fos_section_find(f.path) : FOS_SECTION_QUIET;
	t = table_of(p, &f);
	if (t && !t->said) {
		t->said = true;
		t->at = p->e.at;
	}
	if (f.of == FOS_SETTINGS) /* a section without entries: its fields are those of one */
		r = fos_table_edit(&p->e, t, STR(""), &f.entry);
	return r < 0 ? r : push(p, &f);
}

static int on_config(struct parser *p)
{
	struct frame *outer = top(p);

	if (p->text.n < 2)
		return wrong_words(p, "config SECTION");
	if (outer && outer->kind == FRAME_ENTRY)
		return open_inside(p, outer);
	if (outer && outer->kind == FRAME_SECTION)
		return open_section(p, outer);
	if (p->text.n == 2 && str_is(word(p, 1), "vdom"))
		return push(p, &(struct frame){ .kind = FRAME_VDOMS });
	if (p->text.n == 2 && str_is(word(p, 1), "global")) {
		int r = push(p, &(struct frame){ .kind = FRAME_GLOBAL, .before = p->vdom });

		p->vdom = p->config->vdom[0];
		return r;
	}
	if (outer && outer->kind == FRAME_VDOMS)
		return fos_refuse(&p->e, E_SYNTAX, "edit NAME", "a section outside its domain");
	return open_section(p, NULL);
}

/* ---- entries ---- */

static int on_edit(struct parser *p)
{
	struct frame *outer = top(p), f = { .kind = FRAME_ENTRY };
	struct fos_table *t;
	int r = 0;

	if (p->text.n != 2)
		return wrong_words(p, "edit NAME");
	if (outer && outer->kind == FRAME_VDOMS) {
		f = (struct frame){ .kind = FRAME_VDOM, .before = p->vdom };
		r = find_vdom(p, word(p, 1), &p->vdom);
		return r < 0 ? r : push(p, &f);
	}
	if (!outer || outer->kind != FRAME_SECTION)
		return fos_refuse(&p->e, E_SYNTAX, "config SECTION comes before, next between two",
				  "edit %s outside a section", show(word(p, 1)).text);
	r = note_stranger(p, outer);
	f.of = outer->of;
	t = table_of(p, &f);
	if (r == 0 && t)
		r = fos_table_edit(&p->e, t, word(p, 1), &f.entry);
	return r < 0 ? r : push(p, &f);
}

/* What was worked on becomes the table's. */
static int close_frame(struct parser *p)
{
	struct frame *f = top(p);
	struct fos_table *t = table_of(p, f);
	int r = 0;

	if (f->kind == FRAME_VDOM || f->kind == FRAME_GLOBAL)
		p->vdom = f->before;
	else if (t && (f->kind == FRAME_ENTRY || f->of == FOS_SETTINGS))
		r = fos_table_put(&p->e, t, &f->entry);
	p->depth--;
	return r;
}

static bool is_entry(const struct frame *f)
{
	return f && (f->kind == FRAME_ENTRY || f->kind == FRAME_VDOM);
}

static int on_next(struct parser *p)
{
	if (!is_entry(top(p)))
		return fos_refuse(&p->e, E_SYNTAX, NULL, "next outside an entry");
	return close_frame(p);
}

static int on_end(struct parser *p)
{
	int r = 0;

	if (!p->depth)
		return fos_refuse(&p->e, E_SYNTAX, NULL, "end outside a section");
	if (is_entry(top(p)))
		r = close_frame(p);
	return r < 0 ? r : close_frame(p);
}

/* Leaves the section; what was worked on and not closed is as it was. */
static int on_abort(struct parser *p)
{
	struct frame *f = top(p);

	if (!f || (f->kind != FRAME_ENTRY && f->kind != FRAME_SECTION))
		return fos_refuse(&p->e, E_SYNTAX, NULL, "abort outside a section");
	if (f->kind == FRAME_ENTRY)
		p->depth--;
	p->depth--;
	return 0;
}

/* ---- fields ---- */

static int change(struct parser *p, enum fos_change what)
{
	struct frame *f = top(p);
	int r;

	if (!f || (f->kind != FRAME_ENTRY && f->kind != FRAME_SECTION))
		return fos_refuse(&p->e, E_SYNTAX, "config SECTION comes before",
				  "%s outside a section", show(word(p, 0)).text);
	if (p->text.n < 2)
		return wrong_words(p, "set FIELD VALUE ...");
	r = f->kind == FRAME_SECTION ? note_stranger(p, f) : 0;
	if (r < 0 || !table_of(p, f))
		return r;
	if (f->kind == FRAME_SECTION && f->of != FOS_SETTINGS)
		return fos_refuse(&p->e, E_SYNTAX, "edit NAME comes before", "%s outside an entry",
				  show(word(p, 0)).text);
	return fos_entry_change(&p->e, &f->entry, what, word(p, 1), &p->text.word[2],
				p->text.n - 2);
}

static int on_set(struct parser *p)
{
	return change(p, FOS_SET);
}

static int on_append(struct parser *p)
{
	return change(p, FOS_APPEND);
}

static int on_select(struct parser *p)
{
	return change(p, FOS_SELECT);
}

static int on_unselect(struct parser *p)
{
	return change(p, FOS_UNSELECT);
}

static int on_unset(struct parser *p)
{
	return change(p, FOS_UNSET);
}

/* ---- whole entries ---- */

/* The table whose section this is; NULL through `ret`: none that is looked at. */
static int section_table(struct parser *p, size_t words, const char *usage, struct fos_table **ret)
{
	struct frame *f = top(p);
	int r = 0;

	*ret = NULL;
	if (f && f->kind == FRAME_VDOMS)
		return fos_refuse(&p->e, E_UNSUPPORTED, "give the configuration as it is shown",
				  "virtual domains that are deleted or renamed");
	if (!f || f->kind != FRAME_SECTION)
		return fos_refuse(&p->e, E_SYNTAX, "config SECTION comes before",
				  "%s outside a section", show(word(p, 0)).text);
	if (p->text.n != words)
		return wrong_words(p, usage);
	r = note_stranger(p, f);
	*ret = table_of(p, f);
	return r;
}

static int on_delete(struct parser *p)
{
	struct fos_table *t;
	int r = section_table(p, 2, "delete NAME", &t);

	return r < 0 || !t ? r : fos_table_delete(&p->e, t, word(p, 1));
}

static int on_purge(struct parser *p)
{
	struct fos_table *t;
	int r = section_table(p, 1, "purge", &t);

	return r < 0 || !t ? r : fos_table_purge(&p->e, t);
}

static int on_move(struct parser *p)
{
	struct fos_table *t;
	int r = section_table(p, 4, "move NAME before|after NAME", &t);
	bool after = str_is(word(p, 2), "after");

	if (r < 0 || !t)
		return r;
	if (!after && !str_is(word(p, 2), "before"))
		return wrong_words(p, "move NAME before|after NAME");
	return fos_table_move(&p->e, t, word(p, 1), after, word(p, 3));
}

static int on_clone(struct parser *p)
{
	struct fos_table *t;
	int r = section_table(p, 4, "clone NAME to NAME", &t);

	return r < 0 || !t ? r : fos_table_clone(&p->e, t, word(p, 1), word(p, 3));
}

static int on_rename(struct parser *p)
{
	struct fos_table *t;
	int r = section_table(p, 4, "rename NAME to NAME", &t);

	return r < 0 || !t ? r : fos_table_rename(&p->e, t, word(p, 1), word(p, 3));
}

/* ---- the text ---- */

static const struct {
	const char *word;
	int (*run)(struct parser *p);
} commands[] = {
	{ "set", on_set },	 { "edit", on_edit },	  { "next", on_next },
	{ "config", on_config }, { "end", on_end },	  { "unset", on_unset },
	{ "append", on_append }, { "select", on_select }, { "unselect", on_unselect },
	{ "delete", on_delete }, { "move", on_move },	  { "clone", on_clone },
	{ "rename", on_rename }, { "purge", on_purge },	  { "abort", on_abort },
};

static int run_statement(struct parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (str_is(word(p, 0), commands[i].word))
			return commands[i].run(p);
	return fos_refuse(&p->e, E_SYNTAX,
			  "expected config, edit, set, unset, next, end, ...: give what "
			  "'show' prints, without prompts",
			  "'%s' begins no statement", show(word(p, 0)).text);
}

static int read_text(struct parser *p, const struct config_file *source)
{
	char *file = arena_strdup(p->config->arena, source->file);
	int r = file ? 0 : -ENOMEM;

	p->text.rest = source->text;
	p->text.at = (struct place){ .file = file };
	p->text.line = 1;
	while (r == 0 && (r = fos_next_statement(&p->text)) > 0) {
		p->e.at = p->text.at;
		r = run_statement(p);
	}
	if (r == 0 && p->depth) {
		p->e.at = top(p)->at;
		r = fos_refuse(&p->e, E_SYNTAX, "give the whole text, with its end",
			       "the text is over before what begins here is closed");
	}
	return r;
}

void fos_config_free(struct fos_config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->vdoms; i++) {
		for (size_t k = 0; k < FOS_SECTIONS; k++) {
			mem_free(c->vdom[i]->table[k].entry);
			mem_free(c->vdom[i]->table[k].order);
			strmap_release(&c->vdom[i]->table[k].by_name);
		}
		mem_free(c->vdom[i]->stranger);
		mem_free(c->vdom[i]);
	}
	mem_free(c->vdom);
	arena_free(c->arena);
	mem_free(c);
}

void fos_config_freep(struct fos_config **c)
{
	fos_config_free(*c);
	*c = NULL;
}

static int new_config(const char *file, struct fos_config **ret)
{
	EG_AUTO(fos_config_freep) struct fos_config *c = mem_zero(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->arena = arena_new();
	c->file = c->arena ? arena_strdup(c->arena, file) : NULL;
	if (!c->file)
		return -ENOMEM;
	*ret = EG_TAKE(c);
	return 0;
}

int fos_parse(const struct config_file *source, size_t n, struct diag *d, struct fos_config **ret)
{
	EG_AUTO(fos_config_freep) struct fos_config *c = NULL;
	EG_AUTO(mem_freep) struct parser *p = mem_zero(1, sizeof(*p));
	int r = p ? new_config(source[0].file, &c) : -ENOMEM;

	if (r < 0)
		return r;
	p->config = c;
	p->e = (struct fos_editing){ .config = c, .d = d };
	p->text = (struct fos_text){ .arena = c->arena, .d = d };
	r = find_vdom(p, STR(""), &p->vdom);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_text(p, &source[i]);
	mem_free(p->text.word);
	if (r == 0)
		*ret = EG_TAKE(c);
	return r;
}
