/* SPDX-License-Identifier: Apache-2.0 */
#include "import/dictionary.h"

#include <dirent.h>
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "catalog/catalog.h"
#include "catalog/fields.h"
#include "import/fold.h"

static const char vendor_mark[] = "{vendor}";

/* A key of a dictionary file and what its phrases mean. */
struct meaning {
	const char *section, *key;
	enum word_kind kind;
	unsigned value;
};

static const struct meaning meanings[] = {
	{ "columns", "protocol", WORD_COLUMN, COLUMN_PROTOCOL },
	{ "columns", "ports", WORD_COLUMN, COLUMN_PORTS },
	{ "columns", "source", WORD_COLUMN, COLUMN_SOURCE },
	{ "columns", "destination", WORD_COLUMN, COLUMN_DESTINATION },
	{ "columns", "purpose", WORD_COLUMN, COLUMN_PURPOSE },
	{ "columns", "service", WORD_COLUMN, COLUMN_SERVICE },
	{ "columns", "direction", WORD_COLUMN, COLUMN_DIRECTION },
	{ "columns", "note", WORD_COLUMN, COLUMN_NOTE },
	{ "columns", "certainty", WORD_COLUMN, COLUMN_CERTAINTY },
	{ "columns", "other", WORD_COLUMN, COLUMN_OTHER },
	{ "roles", "client", WORD_ROLE, ROLE_CLIENT },
	{ "roles", "browser", WORD_ROLE, ROLE_BROWSER },
	{ "roles", "hardware", WORD_ROLE, ROLE_HARDWARE },
	{ "roles", "device", WORD_ROLE, ROLE_DEVICE },
	{ "labels", "ipv4", WORD_LABEL, LABEL_IPV4 },
	{ "labels", "ipv6", WORD_LABEL, LABEL_IPV6 },
	{ "labels", "note", WORD_LABEL, LABEL_NOTE },
	{ "labels", "see-note", WORD_LABEL, LABEL_SEE_NOTE },
	{ "labels", "any", WORD_LABEL, LABEL_ANY },
	{ "labels", "same", WORD_LABEL, LABEL_SAME },
	{ "labels", "and", WORD_LABEL, LABEL_AND },
	{ "labels", "none", WORD_LABEL, LABEL_NONE },
	{ "labels", "etc", WORD_LABEL, LABEL_ETC },
	{ "labels", "egress", WORD_LABEL, LABEL_EGRESS },
	{ "labels", "inbound", WORD_LABEL, LABEL_INBOUND },
	{ "labels", "local", WORD_LABEL, LABEL_LOCAL },
	{ "labels", "high", WORD_LABEL, LABEL_HIGH },
};

const char *column_name(enum column c)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		if (meanings[i].kind == WORD_COLUMN && meanings[i].value == c)
			return meanings[i].key;
	}
	return "unknown";
}

/* One reading of all files. */
struct loading {
	struct dictionary *to;
	struct diag *diag;
	const char *name[2]; /* what "{vendor}" stands for */
	struct strmap seen;  /* squeezed phrase and its kind -> index of its word */
};

/* ---- phrases ---- */

static int add_key(struct loading *l, struct str key, const struct meaning *m, struct place at)
{
	struct dictionary *to = l->to;
	char *unique = arena_printf(to->arena, "%u %.*s", m->kind, STR_FMT(key));
	size_t before;
	int r = unique ? strmap_add(&l->seen, str_of(unique), to->words) : -ENOMEM;

	if (r == -EEXIST && strmap_get(&l->seen, str_of(unique), &before) == 0) {
		if (to->word[before].value == m->value)
			return 0;
		diag_error(l->diag, at, "the phrase means two things, here '%s'", m->key);
		diag_hint(l->diag, "a phrase stands under one key of all dictionaries");
		return E_CONFLICT;
	}
	if (r == 0 && to->words >= DICTIONARY_PHRASES_MAX) {
		diag_error(l->diag, at, "the dictionaries have more than %d phrases",
			   DICTIONARY_PHRASES_MAX);
		return E_LIMIT;
	}
	if (r == 0)
		r = mem_grow(&to->word, &to->cap, to->words + 1, sizeof(*to->word));
	if (r == 0)
		to->word[to->words++] =
			(struct word){ .key = key, .kind = m->kind, .value = m->value };
	return r;
}

/* The phrase with `name` for each "{vendor}". */
static int put_name(struct str phrase, const char *name, struct buf *out)
{
	while (phrase.n) {
		if (str_starts(phrase, vendor_mark)) {
			buf_adds(out, name);
			phrase.p += sizeof(vendor_mark) - 1;
			phrase.n -= sizeof(vendor_mark) - 1;
			continue;
		}
		buf_addc(out, phrase.p[0]);
		phrase.p++;
		phrase.n--;
	}
	return out->r;
}

static int add_text(struct loading *l, struct str text, const struct meaning *m, struct place at)
{
	struct str key;
	int r = squeeze(text, l->to->arena, &key);

	if (r == 0 && !key.n) {
		diag_error(l->diag, at, "the phrase '%s' has no letter", show(text).text);
		diag_hint(l->diag, "expected words as they stand on a page");
		return E_SYNTAX;
	}
	return r < 0 ? r : add_key(l, key, m, at);
}

static int add_phrase(struct loading *l, const struct yaml *n, const struct meaning *m)
{
	bool named = strstr(n->text.p, vendor_mark);
	int r = 0;

	if (!named)
		return add_text(l, n->text, m, n->at);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(l->name); i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		if (!l->name[i])
			continue;
		r = put_name(n->text, l->name[i], &text);
		if (r == 0)
			r = add_text(l, buf_str(&text), m, n->at);
	}
	return r;
}

/* ---- files ---- */

static int refuse(struct loading *l, struct place at, const char *what, const char *hint)
{
	diag_error(l->diag, at, "%s", what);
	diag_hint(l->diag, "%s", hint);
	return E_SYNTAX;
}

static int add_phrases(struct loading *l, const struct yaml *n, const struct meaning *m)
{
	int r = 0;

	if (n->kind == YAML_SCALAR)
		return add_phrase(l, n, m);
	if (n->kind != YAML_SEQUENCE)
		return refuse(l, n->at, "phrases are a list of texts", "write [TCP port, Port]");
	for (const struct yaml *i = n->first; r == 0 && i; i = i->next)
		r = i->kind == YAML_SCALAR ? add_phrase(l, i, m)
					   : refuse(l, i->at, "a phrase is a text",
						    "write it in quotes if it has signs in it");
	return r;
}

static const struct meaning *meaning_of(const char *section, struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		if (strcmp(meanings[i].section, section) == 0 && str_is(key, meanings[i].key))
			return &meanings[i];
	}
	return NULL;
}

static int add_section(struct loading *l, const struct yaml *section, const char *name)
{
	int r = 0;

	if (!section)
		return 0;
	if (section->kind != YAML_MAPPING)
		return refuse(l, section->at, "a section is a mapping of keys to phrases",
			      "see dictionaries/en.yaml");
	for (const struct yaml *n = section->first; r == 0 && n; n = n->next) {
		const struct meaning *m = meaning_of(name, n->key->text);

		r = m ? add_phrases(l, n, m)
		      : refuse(l, n->key->at, "no such key in this section of a dictionary",
			       "see dictionaries/en.yaml for those there are");
	}
	return r;
}

/* The sections as nodes: which keys they have depends on what words can mean. */
struct file_text {
	const char *language, *title;
	const struct yaml *columns, *roles, *labels;
};

static const struct field file_fields[] = {
	{ .name = "language",
	  .read = field_id,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct file_text, language) },
	{ .name = "title",
	  .read = field_text,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct file_text, title) },
	{ .name = "columns", .read = field_node, .at = offsetof(struct file_text, columns) },
	{ .name = "roles", .read = field_node, .at = offsetof(struct file_text, roles) },
	{ .name = "labels", .read = field_node, .at = offsetof(struct file_text, labels) },
	{ 0 },
};

static const struct record file_record = {
	.what = "a dictionary",
	.fields = file_fields,
	.size = sizeof(struct file_text),
};

static int load_root(struct loading *l, const struct yaml *root)
{
	struct file_text text;
	int r = fields_read(root, &file_record, l->to->arena, l->diag, &text);

	if (r == 0)
		r = add_section(l, text.columns, "columns");
	if (r == 0)
		r = add_section(l, text.roles, "roles");
	return r < 0 ? r : add_section(l, text.labels, "labels");
}

static int load_file(struct loading *l, const char *path)
{
	const struct yaml *root = NULL;
	int r = yaml_load(path, l->to->arena, l->diag, &root);

	return r < 0 ? r : load_root(l, root);
}

static int by_length(const void *a, const void *b)
{
	const struct word *left = a, *right = b;

	if (left->key.n != right->key.n)
		return left->key.n > right->key.n ? -1 : 1;
	return str_cmp(left->key, right->key);
}

static int load_folder(struct loading *l, const char *folder, DIR *dir)
{
	size_t files = 0;
	int r = 0;

	for (const struct dirent *e; r == 0 && (e = readdir(dir));) {
		const char *path;

		if (e->d_name[0] == '.' || !str_ends(str_of(e->d_name), ".yaml"))
			continue;
		path = arena_printf(l->to->arena, "%s/%s", folder, e->d_name);
		r = !path ? -ENOMEM : ++files > DICTIONARY_FILES_MAX ? E_LIMIT : load_file(l, path);
	}
	if (r == 0 && !files) {
		diag_error(l->diag, (struct place){ .file = folder }, "no dictionary here");
		diag_hint(l->diag, "expected files like en.yaml");
		r = E_UNKNOWN;
	}
	return r;
}

/* Gives the dictionary to the caller, or drops it when the reading failed. */
static int finish(struct loading *l, int r, struct dictionary *ret)
{
	struct dictionary *made = l->to;

	strmap_release(&l->seen);
	if (r < 0) {
		dictionary_release(made);
		return r;
	}
	if (made->words)
		qsort(made->word, made->words, sizeof(*made->word), by_length);
	*ret = *made;
	return 0;
}

int dictionary_load(const char *folder, const char *vendor, const char *title, struct diag *d,
		    struct dictionary *ret)
{
	struct dictionary made = { .arena = arena_new() };
	struct loading l = { .to = &made, .diag = d, .name = { title, vendor } };
	DIR *dir = opendir(folder);
	int r = !dir ? -errno : !made.arena ? -ENOMEM : load_folder(&l, folder, dir);

	if (!dir)
		diag_error(d, (struct place){ .file = folder }, "cannot open the dictionaries");
	else
		(void)closedir(dir); /* only read */
	return finish(&l, r, ret);
}

int dictionary_read(struct str text, const char *file, const char *vendor, const char *title,
		    struct diag *d, struct dictionary *ret)
{
	struct dictionary made = { .arena = arena_new() };
	struct loading l = { .to = &made, .diag = d, .name = { title, vendor } };
	const struct yaml *root = NULL;
	int r = made.arena ? yaml_parse(text, file, made.arena, d, &root) : -ENOMEM;

	if (r == 0)
		r = load_root(&l, root);
	return finish(&l, r, ret);
}

void dictionary_release(struct dictionary *d)
{
	mem_free(d->word);
	arena_free(d->arena);
	*d = DICTIONARY_INIT;
}

const struct word *dictionary_find(const struct dictionary *d, enum word_kind kind,
				   struct str squeezed)
{
	for (size_t i = 0; i < d->words; i++) {
		if (d->word[i].kind == kind && str_eq(d->word[i].key, squeezed))
			return &d->word[i];
	}
	return NULL;
}

const struct word *dictionary_longest(const struct dictionary *d, unsigned kinds,
				      struct str squeezed)
{
	for (size_t i = 0; i < d->words; i++) {
		const struct str *key = &d->word[i].key;

		if (kinds & 1U << d->word[i].kind && key->n <= squeezed.n &&
		    memcmp(key->p, squeezed.p, key->n) == 0)
			return &d->word[i];
	}
	return NULL;
}
