/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directive by directive. What only matters to caching, logging and the like is on a list of
 * directives that are known to be harmless; one that nobody knows is an error, as it is for squid.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/squid_model.h"
#include "dialect/squid_parsing.h"

enum directive_kind {
	KIND_ACL,
	KIND_QUOTED,
	KIND_INDIRECT,
	KIND_ACCESS,
	KIND_ADAPTED,
	KIND_REPLY,
	KIND_MISS,
	KIND_FORWARDED,
	KIND_BUMP,
	KIND_STOPS,
	KIND_STOPS_ON,
	KIND_STOPS_OFF,
	KIND_ROUTES,
	KIND_COMPLETES,
	KIND_COMPLETES_ON,
	KIND_HARMLESS
};

static const struct {
	const char *name;
	enum directive_kind kind;
} directives[] = {
#define DIRECTIVE(name, kind) { #name, KIND_##kind },
#include "dialect/squid_directives.def"
#undef DIRECTIVE
};

int squid_refuse(struct squid_parsing *p, int code, const char *hint, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	diag_error(p->d, p->at, "%s", text);
	if (hint)
		diag_hint(p->d, "%s", hint);
	return code;
}

/* ---- access lists ---- */

static int add_term(struct squid_parsing *p, struct squid_rule *rule, struct str name)
{
	struct squid_term term = { 0 };
	int r;

	if (name.n && name.p[0] == '!') {
		term.not = true;
		name.p++;
		name.n--;
	}
	r = squid_need_acl(p, name, &term.acl);
	if (r < 0)
		return r;
	if (p->config->terms++ == SQUID_TERMS_MAX)
		return squid_refuse(p, E_LIMIT, NULL, "access lists name more than %d ACLs",
				    SQUID_TERMS_MAX);
	r = mem_grow(&rule->term, &rule->cap, rule->n + 1, sizeof(*rule->term));
	if (r == 0)
		rule->term[rule->n++] = term;
	return r;
}

static int take_action(struct squid_parsing *p, bool *ret)
{
	struct str word = STR("");
	int r = squid_word_bare(&p->words, &word);

	if (r >= 0 && (str_is(word, "allow") || str_is(word, "deny"))) {
		*ret = str_is(word, "allow");
		return 0;
	}
	return squid_refuse(p, E_SYNTAX, "squid skips this line: write allow or deny",
			    "expected allow or deny, not '%s'", show(word).text);
}

static int take_terms(struct squid_parsing *p, struct squid_rule *rule)
{
	struct squid_word word;
	int r = 1;

	while (r > 0) {
		r = squid_word_next(&p->words, &word);
		if (r < 0 || (r > 0 && word.kind == SQUID_FILE))
			return squid_refuse(p, E_UNSUPPORTED, NULL,
					    "quotes in an access list are not read");
		if (r > 0) {
			int inner = add_term(p, rule, word.text);

			r = inner < 0 ? inner : 1;
		}
	}
	return r;
}

static int access_line(struct squid_parsing *p, enum squid_list_id id)
{
	struct squid_list *list = &p->config->list[id];
	struct squid_rule *rule;
	int r;

	if (p->config->rules++ == SQUID_RULES_MAX)
		return squid_refuse(p, E_LIMIT, NULL, "more than %d lines of access lists",
				    SQUID_RULES_MAX);
	r = mem_grow(&list->rule, &list->cap, list->n + 1, sizeof(*list->rule));
	if (r < 0)
		return r;
	rule = &list->rule[list->n++];
	*rule = (struct squid_rule){ .at = p->at, .text = p->text };
	r = take_action(p, &rule->allow);
	if (r == 0)
		r = take_terms(p, rule);
	if (r < 0 || rule->n)
		return r;
	diag_warning(p->d, p->at, "a line without an ACL: squid skips it");
	mem_free(rule->term);
	list->n--;
	return 0;
}

/* ---- what else may matter ---- */

static int add_notice(struct squid_parsing *p, struct str text)
{
	struct squid_config *c = p->config;
	int r;

	if (c->stops_n == SQUID_NOTICES_MAX)
		return squid_refuse(p, E_LIMIT, NULL,
				    "more than %d statements that are not modelled",
				    SQUID_NOTICES_MAX);
	r = mem_grow(&c->stops, &c->stops_cap, c->stops_n + 1, sizeof(*c->stops));
	if (r == 0)
		c->stops[c->stops_n++] = (struct squid_notice){ p->at, text };
	return r;
}

static int switch_line(struct squid_parsing *p, enum directive_kind kind, struct str value)
{
	switch (kind) {
	case KIND_QUOTED:
		p->words.quoted = str_is(value, "on");
		return 0;
	case KIND_INDIRECT:
		p->config->direct_sources = str_is(value, "off");
		return 0;
	case KIND_FORWARDED:
		if (str_is(value, "allow") && !p->config->forwarded.text.n)
			p->config->forwarded = (struct squid_notice){ p->at, p->text };
		return 0;
	case KIND_BUMP:
		return str_is(value, "splice") || str_is(value, "none") ? 0
									: add_notice(p, p->text);
	case KIND_STOPS:
		return str_is(value, "none") ? 0 : add_notice(p, p->text);
	case KIND_STOPS_ON:
		return str_is(value, "off") ? 0 : add_notice(p, p->text);
	case KIND_STOPS_OFF:
		return str_is(value, "on") ? 0 : add_notice(p, p->text);
	case KIND_ROUTES:
		p->config->routes = true;
		return 0;
	case KIND_COMPLETES_ON:
		p->config->completes = p->config->completes || str_is(value, "on");
		return 0;
	case KIND_COMPLETES:
		p->config->completes = true;
		return 0;
	default:
		return 0;
	}
}

static int name_directives(struct strmap *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(directives); i++)
		r = strmap_add(ret, str_of(directives[i].name), i);
	return r;
}

static int find_directive(struct squid_parsing *p, struct str name, enum directive_kind *ret)
{
	size_t at;

	if (strmap_get(&p->directives, name, &at) == 0) {
		*ret = directives[at].kind;
		return 0;
	}
	return squid_refuse(p, E_UNKNOWN, "squid does not start with one that it does not know",
			    "no directive of squid is called '%s'", show(name).text);
}

static int one_line(void *data, const struct squid_line *line)
{
	static const enum squid_list_id lists[] = { [KIND_ACCESS] = SQUID_ACCESS,
						    [KIND_ADAPTED] = SQUID_ADAPTED,
						    [KIND_REPLY] = SQUID_REPLY,
						    [KIND_MISS] = SQUID_MISS };
	struct squid_parsing *p = data;
	enum directive_kind kind = KIND_HARMLESS;
	struct str name = STR("");
	int r;

	p->at = line->at;
	p->text = line->text;
	p->words = (struct squid_words){ .rest = line->text, .quoted = p->words.quoted };
	r = squid_word_bare(&p->words, &name);
	if (r <= 0)
		return r;
	r = find_directive(p, name, &kind);
	if (r < 0)
		return r;
	switch (kind) {
	case KIND_ACL:
		return squid_acl_line(p);
	case KIND_ACCESS:
	case KIND_ADAPTED:
	case KIND_REPLY:
	case KIND_MISS:
		return access_line(p, lists[kind]);
	default:
		return switch_line(p, kind, squid_word_peek(&p->words));
	}
}

static int missing_include(void *data, const struct squid_line *line)
{
	struct squid_parsing *p = data;

	p->at = line->at;
	p->config->incomplete = true;
	diag_warning(p->d, p->at, "what it includes was not given: %s", show(line->text).text);
	diag_hint(p->d, "give all files of the device together");
	return add_notice(p, line->text);
}

/* ---- the whole ---- */

void squid_config_free(struct squid_config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->acls; i++) {
		mem_free(c->acl[i].value);
		mem_free(c->acl[i].doubt);
	}
	for (size_t i = 0; i < SQUID_LISTS; i++) {
		for (size_t k = 0; k < c->list[i].n; k++)
			mem_free(c->list[i].rule[k].term);
		mem_free(c->list[i].rule);
	}
	mem_free(c->acl);
	mem_free(c->stops);
	strmap_release(&c->acl_by_name);
	arena_free(c->arena);
	mem_free(c);
}

void squid_config_freep(struct squid_config **c)
{
	squid_config_free(*c);
	*c = NULL;
}

int squid_parse(const struct config_file *source, size_t n, struct diag *d,
		struct squid_config **ret)
{
	EG_AUTO(squid_config_freep) struct squid_config *c = mem_zero(1, sizeof(*c));
	struct squid_parsing p = { .config = c, .d = d };
	struct squid_source s = { .file = source, .n = n, .d = d };
	int r;

	if (!c)
		return -ENOMEM;
	c->arena = arena_new();
	if (!c->arena)
		return -ENOMEM;
	s.arena = c->arena;
	s.line = one_line;
	s.missing = missing_include;
	s.data = &p;
	p.source = &s;
	r = name_directives(&p.directives);
	if (r == 0)
		r = squid_built_in(&p);
	if (r == 0)
		r = squid_source_run(&s);
	strmap_release(&p.directives);
	if (r == 0 && !c->list[SQUID_ACCESS].n) {
		diag_warning(d, (struct place){ .file = source[0].file },
			     "there is no http_access in it: squid denies every request");
	}
	if (r == 0)
		*ret = EG_TAKE(c);
	return r;
}
