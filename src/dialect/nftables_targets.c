/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_targets.h"

#include <errno.h>

#include "base/hash.h"

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '/' || c == '-' || c == '_' || c == '.';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const char *comment_fit(const char *text, struct arena *a)
{
	size_t n = strlen(text);
	char *fit =
		arena_str(a, (struct str){ text, n < TARGET_COMMENT_MAX ? n : TARGET_COMMENT_MAX });

	if (!fit)
		return NULL;
	for (char *c = fit; *c; c++) {
		if (*c == '"' || *c == '\\')
			*c = '\'';
		else if ((unsigned char)*c < ' ')
			*c = ' ';
	}
	if (n <= TARGET_COMMENT_MAX)
		return fit;
	n = TARGET_COMMENT_MAX - 3;
	while (n > 0 && ((unsigned char)fit[n] & 0xc0) == 0x80)
		n--; /* not in the middle of a character */
	memcpy(&fit[n], "...", 4);
	return fit;
}

/* What is left when an identifier is made of a text: "rule-N" when it has no origin. */
static int base_name(const struct rule *rule, size_t index, struct buf *out)
{
	static const char *const suffix[] = {
		[VERDICT_DROP] = "-drop", [VERDICT_ACCEPT] = "", [VERDICT_REJECT] = "-reject"
	};

	buf_clear(out);
	if (rule->origin.vendor || rule->origin.requirement)
		origin_print(&rule->origin, out);
	else
		buf_printf(out, "rule/%zu", index + 1);
	if (out->r < 0)
		return out->r;
	for (size_t i = 0; i < out->n; i++) {
		if (!is_name_byte(out->data[i]))
			out->data[i] = '_';
	}
	/* A lone word could be a keyword of the language; nothing with a slash or dash is one. */
	if (!out->n || !is_letter(out->data[0]) || !memchr(out->data, '/', out->n)) {
		EG_AUTO(buf_release) struct buf bare = *out;

		*out = BUF_INIT;
		buf_printf(out, "rule/%.*s", (int)bare.n, bare.data);
	}
	if (out->r == 0 && out->n > TARGET_NAME_MAX) {
		out->n = TARGET_NAME_MAX;
		out->data[out->n] = '\0';
	}
	buf_adds(out, suffix[rule->verdict]);
	return out->r;
}

/* Do two rules belong to one target? */
static bool same_origin(const struct rule *a, const struct rule *b)
{
	const struct origin *x = &a->origin, *y = &b->origin;

	return a->verdict == b->verdict && x->requirement && y->requirement &&
	       str_eq(str_of(x->vendor), str_of(y->vendor)) &&
	       str_eq(str_of(x->service), str_of(y->service)) &&
	       str_eq(str_of(x->requirement), str_of(y->requirement));
}

static const char *origin_comment(const struct rule *rule, struct arena *a)
{
	const struct origin *o = &rule->origin;
	const char *text = "";

	if (o->title && o->page)
		text = arena_printf(a, "%s (%s)", o->title, o->page);
	else if (o->title || o->page)
		text = o->title ? o->title : o->page;
	return text ? comment_fit(text, a) : NULL;
}

struct making {
	const struct rulelist *rules;
	struct arena *arena;
	struct targets *out;
	struct strmap by_name;
	size_t *first; /* the first rule of each target */
	struct buf name;
};

static int add_target(struct making *k, size_t index)
{
	const struct rule *rule = &k->rules->rule[index];
	size_t n = k->out->n, at;
	int r = base_name(rule, index, &k->name);

	for (unsigned copy = 2; r == 0; copy++) {
		size_t stem = k->name.n;

		if (strmap_get(&k->by_name, buf_str(&k->name), &at) < 0)
			break;
		if (same_origin(rule, &k->rules->rule[k->first[at]])) {
			k->out->of[index] = at;
			return 0;
		}
		while (stem && copy > 2 && k->name.data[stem - 1] != '_')
			stem--;
		k->name.n = copy > 2 ? stem - 1 : stem;
		buf_printf(&k->name, "_%u", copy);
		r = k->name.r;
	}
	if (r < 0)
		return r;
	const char *name = arena_str(k->arena, buf_str(&k->name));
	const char *comment = origin_comment(rule, k->arena);

	if (!name || !comment)
		return -ENOMEM;
	k->out->target[n] =
		(struct target){ name, *comment ? comment : NULL, rule->verdict, false };
	k->first[n] = index;
	k->out->of[index] = n;
	k->out->n++;
	return strmap_add(&k->by_name, str_of(name), n);
}

int targets_make(const struct rulelist *rules, const enum say *say, struct arena *a,
		 struct targets *ret)
{
	struct targets out = { .target = arena_array(a, rules->n, sizeof(*out.target)),
			       .of = arena_array(a, rules->n, sizeof(*out.of)) };
	struct making k = { .rules = rules, .arena = a, .out = &out, .by_name = STRMAP_INIT };
	int r = 0;

	k.first = arena_array(a, rules->n, sizeof(*k.first));
	if (!out.target || !out.of || !k.first)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		r = say[i] ? add_target(&k, i) : 0;
		if (r == 0 && say[i] == SAY_ADDRESS)
			out.target[out.of[i]].chain = true;
	}
	strmap_release(&k.by_name);
	buf_release(&k.name);
	if (r == 0)
		*ret = out;
	return r;
}
