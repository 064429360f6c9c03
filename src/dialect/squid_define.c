/* SPDX-License-Identifier: Apache-2.0 */
/* "acl NAME TYPE VALUE...": lines of one name add up. */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/squid_parsing.h"

static const struct {
	const char *name;
	enum squid_kind kind;
} types[] = {
#define TYPE(name, kind) { name, SQUID_##kind },
#include "dialect/squid_types.def"
#undef TYPE
};

/* The type of an ACL that nobody has defined yet, in a file that was not given. */
static const char not_given[] = "of a file that was not given";

/* ---- names ---- */

static int lower(struct squid_config *c, struct str name, struct str *ret)
{
	char *text = arena_str(c->arena, name);

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < name.n; i++)
		text[i] = ascii_lower(text[i]);
	*ret = (struct str){ text, name.n };
	return 0;
}

int squid_acl_find(struct squid_config *c, struct str name, size_t *ret)
{
	struct str key;
	int r = lower(c, name, &key);

	return r < 0 ? r : strmap_get(&c->acl_by_name, key, ret);
}

static int add_acl(struct squid_config *c, const struct squid_acl *acl, struct squid_acl **ret)
{
	struct str key;
	int r = lower(c, acl->name, &key);

	if (r == 0)
		r = mem_grow(&c->acl, &c->acl_cap, c->acls + 1, sizeof(*c->acl));
	if (r == 0)
		r = strmap_add(&c->acl_by_name, key, c->acls);
	if (r < 0)
		return r;
	c->acl[c->acls] = *acl;
	*ret = &c->acl[c->acls++];
	return 0;
}

int squid_need_acl(struct squid_parsing *p, struct str name, size_t *ret)
{
	struct squid_acl *acl;
	int r = squid_acl_find(p->config, name, ret);

	if (r != -ENOENT)
		return r;
	if (!p->config->incomplete)
		return squid_refuse(p, E_UNKNOWN, "squid does not start then: define it above",
				    "no ACL before this line is called '%s'", show(name).text);
	r = add_acl(p->config,
		    &(struct squid_acl){
			    .name = name, .type = not_given, .kind = SQUID_ASKS, .at = p->at },
		    &acl);
	if (r == 0)
		*ret = (size_t)(acl - p->config->acl);
	return r;
}

/* ---- values ---- */

static int add_value(struct squid_parsing *p, struct squid_acl *acl,
		     const struct squid_value *value)
{
	bool name = acl->kind == SQUID_DOMAIN || acl->kind == SQUID_REGEX;
	int r;

	if (p->config->values++ == SQUID_VALUES_MAX)
		return squid_refuse(p, E_LIMIT, NULL, "ACLs have more than %d values",
				    SQUID_VALUES_MAX);
	p->config->names += name;
	if (p->config->names > SQUID_NAMES_MAX)
		return squid_refuse(p, E_LIMIT, NULL, "ACLs have more than %d names",
				    SQUID_NAMES_MAX);
	r = mem_grow(&acl->value, &acl->cap, acl->n + 1, sizeof(*acl->value));
	if (r == 0)
		acl->value[acl->n++] = *value;
	return r;
}

/* -i and +i between regular expressions. */
static bool takes_case(const struct squid_acl *acl, struct str word, bool *nocase)
{
	if (acl->kind != SQUID_REGEX || !(str_is(word, "-i") || str_is(word, "+i")))
		return false;
	*nocase = word.p[0] == '-';
	return true;
}

/* An item ends at the end of its line, or at a # behind a blank. */
static struct str item_of(struct str line)
{
	struct str s = str_trim(line);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '#' && (i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
			return str_trim((struct str){ s.p, i });
	return s;
}

static int file_values(struct squid_parsing *p, struct squid_acl *acl, struct squid_value value,
		       bool *nocase)
{
	const struct config_file *file = NULL;
	struct str text;
	int r = squid_source_find(p->source, value.text, p->at, &file);

	if (r == -ENOENT) {
		value.unread = true;
		diag_warning(p->d, p->at, "the values in %s were not given", show(value.text).text);
		diag_hint(p->d, "give all files of the device together");
		return add_value(p, acl, &value);
	}
	if (r < 0)
		return r;
	text = file->text;
	value.at = (struct place){ .file = file->file };
	while (r == 0 && text.p) {
		struct str line = str_cut(&text, '\n');

		value.at.line++;
		if (line.n > SQUID_ITEM_MAX) {
			diag_error(p->d, value.at, "squid cuts an item of more than %d characters",
				   SQUID_ITEM_MAX);
			return E_LIMIT;
		}
		value.text = item_of(line);
		if (!value.text.n || takes_case(acl, value.text, nocase))
			continue;
		value.nocase = *nocase;
		r = add_value(p, acl, &value);
	}
	return r;
}

/* What stands behind "FILE" in a line, squid does not read. */
static int values_behind_file(struct squid_parsing *p)
{
	struct str rest = squid_word_peek(&p->words);

	if (p->words.quoted || !rest.n)
		return 0;
	return squid_refuse(p, E_UNSUPPORTED, "write it before the file, or in a line of its own",
			    "squid 5 does not read what stands behind the name of a file: '%s'",
			    show(rest).text);
}

static int take_values(struct squid_parsing *p, struct squid_acl *acl, bool nocase)
{
	struct squid_value value = { .at = p->at, .group = acl->lines - 1 };
	struct squid_word word;
	int r = 1;

	p->words.regex = acl->kind == SQUID_REGEX;
	while (r > 0) {
		int inner = 0;

		r = squid_word_next(&p->words, &word);
		if (r < 0)
			return squid_refuse(p, E_UNSUPPORTED, NULL,
					    "quotes without an end, or with backslashes in them");
		if (r == 0 || takes_case(acl, word.text, &nocase))
			continue;
		value.text = word.text;
		value.nocase = nocase;
		inner = word.kind == SQUID_FILE ? file_values(p, acl, value, &nocase)
						: add_value(p, acl, &value);
		if (inner == 0 && word.kind == SQUID_FILE)
			inner = values_behind_file(p);
		r = inner < 0 ? inner : 1;
	}
	return r;
}

/* ---- options ---- */

static bool has_lookups(enum squid_kind kind)
{
	return kind == SQUID_DST || kind == SQUID_DOMAIN || kind == SQUID_REGEX;
}

/* Options stand before the first value. */
static int take_options(struct squid_parsing *p, struct squid_acl *acl, bool *nocase)
{
	bool no_lookups = false;
	int r = 0;

	for (struct str word; r >= 0;) {
		word = squid_word_peek(&p->words);
		if (word.n < 2 || (word.p[0] != '-' && !str_is(word, "+i")))
			break;
		r = squid_word_bare(&p->words, &word);
		if (r < 0 || str_is(word, "--"))
			break;
		if (acl->kind == SQUID_OTHER || acl->kind == SQUID_ASKS ||
		    takes_case(acl, word, nocase))
			continue;
		if (!has_lookups(acl->kind) || !str_is(word, "-n"))
			return squid_refuse(
				p, E_SYNTAX, "before a value that begins with - write --",
				"%s of squid has no option '%s'", acl->type, show(word).text);
		no_lookups = true;
	}
	acl->no_lookups += no_lookups;
	return r < 0 ? r : 0;
}

/* ---- a line ---- */

static int find_type(struct squid_parsing *p, struct str word, size_t *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_is(word, types[i].name)) {
			*ret = i;
			return 0;
		}
	return squid_refuse(p, E_UNKNOWN, NULL, "squid has no type of ACL called '%s'",
			    show(word).text);
}

/* The ACL of that name; a new one, if there is none. */
static int open_acl(struct squid_parsing *p, struct str name, size_t type, struct squid_acl **ret)
{
	struct squid_config *c = p->config;
	size_t at;
	int r = squid_acl_find(c, name, &at);

	if (r == 0 && c->acl[at].type != not_given &&
	    strcmp(c->acl[at].type, types[type].name) != 0)
		return squid_refuse(p, E_CONFLICT, "squid does not start then: take another name",
				    "ACL '%s' is there already, as %s", show(name).text,
				    c->acl[at].type);
	if (r == 0) {
		*ret = &c->acl[at];
		if ((*ret)->kind == SQUID_MANAGER) /* more than squid's own pages */
			(*ret)->kind = SQUID_OTHER;
		return 0;
	}
	if (r != -ENOENT)
		return r;
	if (c->acls == SQUID_ACLS_MAX)
		return squid_refuse(p, E_LIMIT, NULL, "more than %d ACLs", SQUID_ACLS_MAX);
	return add_acl(c,
		       &(struct squid_acl){ .name = name,
					    .type = types[type].name,
					    .kind = types[type].kind,
					    .at = p->at },
		       ret);
}

int squid_acl_line(struct squid_parsing *p)
{
	struct str name = STR(""), word = STR("");
	struct squid_acl *acl = NULL;
	bool nocase = false;
	size_t type = 0;
	int r = squid_word_bare(&p->words, &name);

	if (r > 0)
		r = squid_word_bare(&p->words, &word);
	if (r <= 0)
		return squid_refuse(p, E_SYNTAX, "acl NAME TYPE VALUE...",
				    "an ACL without a name or a type");
	if (name.n > SQUID_ACL_NAME_MAX)
		return squid_refuse(p, E_LIMIT, NULL,
				    "the name of an ACL has at most %d characters",
				    SQUID_ACL_NAME_MAX);
	if (str_is(name, "manager") && str_is(word, "proto"))
		return 0; /* of old versions; squid skips it too */
	r = find_type(p, word, &type);
	if (r == 0)
		r = open_acl(p, name, type, &acl);
	if (!acl)
		return r;
	acl->lines++;
	r = take_options(p, acl, &nocase);
	if (r == 0)
		r = take_values(p, acl, nocase);
	if (r == 0 && !acl->n)
		diag_warning(p->d, p->at, "ACL %s has no values", show(name).text);
	return r;
}

/* ---- built in ---- */

int squid_built_in(struct squid_parsing *p)
{
	static const char *const lines[] = {
		"all src all",
		"localhost src 127.0.0.1/32 ::1",
		"to_localhost dst 127.0.0.0/8 0.0.0.0/32 ::1/128 ::/128",
		"to_linklocal dst 169.254.0.0/16 fe80::/10",
		"CONNECT method CONNECT",
	};
	static const struct squid_acl manager = { .name = { "manager", 7 },
						  .type = "url_regex",
						  .kind = SQUID_MANAGER };
	struct squid_acl *acl;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(lines); i++) {
		p->words = (struct squid_words){ .rest = str_of(lines[i]) };
		r = squid_acl_line(p);
	}
	p->words = (struct squid_words){ 0 };
	return r < 0 ? r : add_acl(p->config, &manager, &acl);
}
