/* SPDX-License-Identifier: Apache-2.0 */
#include <libpsl.h>
#include <string.h>

#include "base/err.h"
#include "net/name.h"

/*
 * A public suffix is a name under which strangers register theirs: of a registry (com, co.uk) or of
 * a host (github.io, cloudfront.net). An unknown top-level label counts as one. The list is the one
 * built into libpsl: no file that could be missing. Without any list everything is suspect.
 */
static bool is_public_suffix(const struct name *n)
{
	const psl_ctx_t *list = psl_builtin();

	return !list || psl_is_public_suffix(list, n->text);
}

bool name_tld_known(const struct name *n)
{
	const psl_ctx_t *list = psl_builtin();
	const char *dot = strrchr(n->text, '.');

	/* Without the rule "*", which makes every unknown last label a suffix. */
	return list && psl_is_public_suffix2(list, dot ? dot + 1 : n->text,
					     PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

int pattern_parse(struct str text, bool force, struct pattern *ret)
{
	struct pattern p = { .kind = PATTERN_NAME };
	int r;

	if (str_is(text, "*")) {
		if (!force)
			return E_REFUSED;
		*ret = (struct pattern){ .kind = PATTERN_ANY };
		return 0;
	}
	if (str_starts(text, "*.")) {
		p.kind = PATTERN_UNDER;
		text = (struct str){ text.p + 2, text.n - 2 };
	}
	r = name_parse(text, &p.name);
	if (r < 0)
		return r;
	if (p.kind == PATTERN_UNDER && !force && is_public_suffix(&p.name))
		return E_REFUSED;
	*ret = p;
	return 0;
}

void pattern_print(const struct pattern *p, struct buf *out)
{
	static const char *const before[] = {
		[PATTERN_NAME] = "", [PATTERN_UNDER] = "*.", [PATTERN_ANY] = "*"
	};

	buf_adds(out, before[p->kind]);
	buf_adds(out, p->name.text);
}

/* Does `n` end in whole labels `apex`, with at least one label before them? */
static bool is_under(const struct name *n, const struct name *apex)
{
	size_t long_n = strlen(n->text);
	size_t short_n = strlen(apex->text);

	return long_n > short_n + 1 && n->text[long_n - short_n - 1] == '.' &&
	       memcmp(n->text + long_n - short_n, apex->text, short_n) == 0;
}

bool pattern_matches(const struct pattern *p, const struct name *n)
{
	switch (p->kind) {
	case PATTERN_NAME:
		return n->text[0] && strcmp(p->name.text, n->text) == 0;
	case PATTERN_UNDER:
		return is_under(n, &p->name);
	case PATTERN_ANY:
		return n->text[0];
	}
	return false;
}

bool pattern_covers(const struct pattern *outer, const struct pattern *inner)
{
	if (outer->kind == PATTERN_ANY || inner->kind == PATTERN_ANY)
		return outer->kind == PATTERN_ANY;
	if (inner->kind == PATTERN_NAME)
		return pattern_matches(outer, &inner->name);
	return outer->kind == PATTERN_UNDER && (strcmp(outer->name.text, inner->name.text) == 0 ||
						is_under(&inner->name, &outer->name));
}

void pattern_keys(const struct pattern *p, struct name_key *lo, struct name_key *hi)
{
	name_key(&p->name, lo);
	*hi = *lo;
	switch (p->kind) {
	case PATTERN_NAME: /* hi: the least bytes above the key */
		hi->byte[hi->n++] = 0;
		break;
	case PATTERN_UNDER: /* the final 0x01 gone over: above all that begins with the key */
		lo->byte[lo->n++] = 0;
		hi->byte[hi->n - 1]++;
		break;
	case PATTERN_ANY:
		lo->byte[lo->n++] = 0;
		break;
	}
}
