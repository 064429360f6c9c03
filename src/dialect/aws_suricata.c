/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules in the language of Suricata, one a line. Headers are read (aws_header.c), and of the
 * options those that look for one server name, as AWS itself makes them of domain lists:
 *
 *   pass tls 10.0.0.0/8 any -> any 443 (tls.sni; content:"x"; startswith; endswith; sid:1;)   x
 *   ... (tls.sni; dotprefix; content:".x"; endswith; ...)               x and all names under it
 *   ... (tls.sni; content:".x"; endswith; ...)                          the names under it
 *
 * http and http.host likewise. What a rule has besides is not modelled.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_parsing.h"

/* What the options of a rule look for. */
struct options {
	bool buffer, dotprefix, starts, ends;
	struct str content; /* empty: none */
};

/* The next word of a header; a list in brackets may have blanks. */
static struct str next_word(struct str *rest)
{
	size_t n = 0, depth = 0;
	struct str word;

	*rest = str_trim(*rest);
	for (; n < rest->n && (depth || (rest->p[n] != ' ' && rest->p[n] != '\t')); n++) {
		depth += rest->p[n] == '[';
		depth -= depth && rest->p[n] == ']';
	}
	word = (struct str){ rest->p, n };
	*rest = (struct str){ rest->p + n, rest->n - n };
	return word;
}

/* Cuts "key:value;" off; false: no semicolon ends it. */
static bool next_option(struct str *rest, struct str *key, struct str *value)
{
	bool quoted = false;
	size_t n = 0;

	for (; n < rest->n && (quoted || rest->p[n] != ';'); n++) {
		if (rest->p[n] == '\\')
			n++;
		else if (rest->p[n] == '"')
			quoted = !quoted;
	}
	if (n >= rest->n)
		return false;
	*value = (struct str){ rest->p, n };
	*rest = str_trim((struct str){ rest->p + n + 1, rest->n - n - 1 });
	*key = str_trim(str_cut(value, ':'));
	*value = str_trim(*value);
	return true;
}

static bool among(struct str word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(word, list[i]))
			return true;
	return false;
}

/* Options that change nothing, or nothing of conversations whose name is seen. */
static bool is_harmless(const struct aws_rule *rule, struct str key, struct str value)
{
	static const char *const any[] = { "sid",	"msg",	     "rev",	 "gid",
					   "classtype", "reference", "metadata", "priority" };
	static const char *const flow[] = { "to_server",
					    "established",
					    "to_server,established",
					    "established,to_server",
					    "to_server, established",
					    "established, to_server" };

	if (among(key, any, ARRAY_LEN(any)))
		return true;
	if (rule->layer == AWS_PACKETS)
		return false;
	if (str_is(key, "flow"))
		return among(value, flow, ARRAY_LEN(flow));
	return rule->layer == AWS_TLS && str_is(key, "ssl_state") && str_is(value, "client_hello");
}

static bool take_option(const struct aws_rule *rule, struct str key, struct str value,
			struct options *ret)
{
	const char *buffer = rule->layer == AWS_TLS ? "tls.sni" : "http.host";

	if (rule->layer != AWS_PACKETS && str_is(key, buffer) && !ret->buffer) {
		ret->buffer = true;
	} else if (ret->buffer && str_is(key, "content") && !ret->content.n && value.n > 2 &&
		   *value.p == '"' && value.p[value.n - 1] == '"') {
		ret->content = (struct str){ value.p + 1, value.n - 2 };
	} else if (ret->buffer && str_is(key, "dotprefix") && !ret->content.n) {
		ret->dotprefix = true;
	} else if (ret->content.n && str_is(key, "startswith")) {
		ret->starts = true;
	} else if (ret->content.n && str_is(key, "endswith")) {
		ret->ends = true;
	} else {
		return ret->content.n && str_is(key, "nocase");
	}
	return true;
}

/* The names that the options look for; false: some other set of names. */
static bool take_names(struct aws_parsing *p, const struct options *o, struct aws_rule *rule)
{
	struct str name = o->content;
	bool dot = str_starts(name, ".");
	struct pattern *pattern;

	if (!o->buffer || !o->ends || o->starts == dot || (o->dotprefix && !dot))
		return false;
	if (dot)
		name = (struct str){ name.p + 1, name.n - 1 };
	pattern = arena_array(p->arena, 2, sizeof(*pattern));
	if (!pattern) {
		aws_keep(p, -ENOMEM);
		return false;
	}
	if (name_parse(name, &pattern[0].name) < 0)
		return false;
	pattern[0].kind = o->starts || o->dotprefix ? PATTERN_NAME : PATTERN_UNDER;
	pattern[1] = pattern[0];
	pattern[1].kind = PATTERN_UNDER;
	rule->name = pattern;
	rule->names = o->dotprefix ? 2 : 1;
	return true;
}

static void read_options(struct aws_parsing *p, struct str text, struct aws_rule *rule)
{
	struct str rest, key = STR(""), value;
	struct options o = { 0 };

	if (!str_starts(text, "(") || !str_ends(text, ")")) {
		aws_note_unknown(rule, "a rule without options");
		return;
	}
	rest = str_trim((struct str){ text.p + 1, text.n - 2 });
	while (rest.n) {
		if (!next_option(&rest, &key, &value)) {
			aws_note_unknown(rule, "an option without its end");
			return;
		}
		if (!is_harmless(rule, key, value) && !take_option(rule, key, value, &o))
			aws_note_unknown(rule, aws_say(p, "option %s", show(key).text));
	}
	if (rule->layer != AWS_PACKETS && !take_names(p, &o, rule))
		aws_note_unknown(rule, rule->layer == AWS_TLS ? "TLS" : "HTTP");
}

static const char *keep(struct aws_parsing *p, struct str word)
{
	const char *text = arena_str(p->arena, word);

	aws_keep(p, text ? 0 : -ENOMEM);
	return text;
}

static void read_line(struct aws_parsing *p, const json_t *at, struct str line,
		      struct aws_rulegroup *g)
{
	struct aws_rule rule = { .at = aws_place(p, at) };
	struct aws_header h = { 0 };
	struct str rest = line, way;

	if (g->n == AWS_RULES_MAX) {
		aws_refuse(p, at, E_LIMIT, NULL, "more than %d rules", AWS_RULES_MAX);
		return;
	}
	h.action = keep(p, next_word(&rest));
	h.proto = keep(p, next_word(&rest));
	h.src = keep(p, next_word(&rest));
	h.sport = keep(p, next_word(&rest));
	way = next_word(&rest);
	h.dst = keep(p, next_word(&rest));
	h.dport = keep(p, next_word(&rest));
	h.both_ways = str_is(way, "<>");
	if (p->r == 0 && !h.both_ways && !str_is(way, "->"))
		aws_refuse(p, at, E_SYNTAX,
			   "expected ACTION PROTOCOL SOURCE PORT -> DESTINATION "
			   "PORT (OPTIONS)",
			   "'%s' is no rule", show(line).text);
	aws_read_header(p, at, &h, &rule);
	if (p->r == 0)
		read_options(p, str_trim(rest), &rule);
	rule.text = aws_say(p, "%s", show(line).text);
	if (aws_more(p, &g->rule, &g->cap, g->n, sizeof(rule)))
		g->rule[g->n++] = rule;
}

void aws_parse_suricata(struct aws_parsing *p, const json_t *rules, struct aws_rulegroup *g)
{
	struct str rest = str_of(json_string_value(rules));

	if (!json_is_string(rules))
		aws_refuse(p, rules, E_SYNTAX, NULL, "RulesString: a text is expected");
	while (p->r == 0 && rest.p) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		if (line.n && line.p[0] != '#')
			read_line(p, rules, line, g);
	}
}
