/* SPDX-License-Identifier: Apache-2.0 */
#include "import/names.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"

enum { NAMED_IN_REASON = 5 /* names in a row's reason; the problems have all */ };

void draft_names_release(struct draft_names *n)
{
	mem_free(n->name);
	mem_free(n->unsaid);
	*n = DRAFT_NAMES_INIT;
}

/* Would it be a name or a pattern if its stars were letters? */
static bool is_wildcard(struct str text)
{
	char plain[NAME_TEXT_MAX];
	struct name name;

	if (text.n >= sizeof(plain) || str_find(text, '*') == text.n)
		return false;
	memcpy(plain, text.p, text.n);
	for (size_t i = 0; i < text.n; i++) {
		if (plain[i] == '*')
			plain[i] = 'x';
	}
	return name_parse((struct str){ plain, text.n }, &name) == 0;
}

int draft_names_unsaid(struct draft *d, struct draft_names *n, struct str text, const char *why,
		       struct place at)
{
	char *copy = draft_str(d, text);
	int r = copy ? mem_grow(&n->unsaid, &n->unsaid_cap, n->unsaids + 1, sizeof(*n->unsaid))
		     : -ENOMEM;

	if (r == 0)
		n->unsaid[n->unsaids++] = (struct draft_unsaid){ copy, why, at };
	return r;
}

static int keep_name(struct draft_names *n, const struct pattern *p)
{
	int r = mem_grow(&n->name, &n->name_cap, n->names + 1, sizeof(*n->name));

	if (r == 0)
		n->name[n->names++] = *p;
	return r;
}

int draft_names_add(struct draft *d, struct draft_names *n, struct str text, struct place at)
{
	struct pattern p;
	int r = pattern_parse(text, false, &p);

	if (r == 0)
		return keep_name(n, &p);
	if (r == E_REFUSED)
		return draft_names_unsaid(d, n, text, "anybody can register a name there", at);
	if (!is_wildcard(text))
		return E_SYNTAX;
	return draft_names_unsaid(d, n, text, "a catalog has '*' only as the whole first label",
				  at);
}

static void add(struct jsonin *in, const struct json_at *at, struct draft_names *n)
{
	struct str text;
	int r;

	if (!jsonin_is(in, at, JSON_STRING))
		return;
	text = str_trim(
		(struct str){ json_string_value(at->value), json_string_length(at->value) });
	r = draft_names_add(in->draft, n, text, jsonin_place(in));
	if (r == E_SYNTAX)
		jsonin_fail(in, at,
			    "fetch it again; if the vendor publishes this, ask what is meant",
			    "'%s' is no domain name", show(text).text);
	else
		jsonin_keep(in, r);
}

void jsonin_names(struct jsonin *in, const struct json_at *list, struct draft_names *ret)
{
	size_t n = json_array_size(list->value);

	if (!jsonin_is(in, list, JSON_ARRAY))
		return;
	if (n == 0)
		jsonin_empty(in, list);
	if (n > CATALOG_NAMES_MAX) {
		jsonin_fail(in, list, "import it in parts",
			    "has %zu names; the limit of a row is %d", n, CATALOG_NAMES_MAX);
		return;
	}
	for (size_t i = 0; i < n && !jsonin_over(in); i++) {
		struct json_at at = jsonin_element(list, i);

		add(in, &at, ret);
	}
}

/* "A, B and 3 more" */
static void print_unsaid(const struct draft_names *n, struct buf *out)
{
	for (size_t i = 0; i < n->unsaids && i < NAMED_IN_REASON; i++)
		buf_printf(out, "%s%s", i ? ", " : "", show(str_of(n->unsaid[i].text)).text);
	if (n->unsaids > NAMED_IN_REASON)
		buf_printf(out, " and %zu more", n->unsaids - NAMED_IN_REASON);
}

static int reason(struct draft *d, const struct draft_names *n, const char **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, n->names ? "at least these names: the publication also has "
				 : "a catalog cannot say any of its names: ");
	print_unsaid(n, &text);
	if (n->names)
		buf_adds(&text, ", which a catalog cannot say");
	*ret = text.r < 0 ? NULL : draft_str(d, buf_str(&text));
	return *ret ? 0 : -ENOMEM;
}

int draft_names_put(struct draft *d, const struct draft_names *n, struct requirement_text *ret)
{
	const char *why = NULL;
	int r = n->unsaids ? reason(d, n, &why) : 0;

	if (r < 0)
		return r;
	if (n->names) {
		ret->name = arena_copy(d->arena, n->name, n->names * sizeof(*n->name));
		ret->names = ret->name ? n->names : 0;
		ret->unverified = why;
		return ret->name ? 0 : -ENOMEM;
	}
	ret->families = FAMILY_BIT_V4 | FAMILY_BIT_V6;
	if (!ret->incomplete)
		ret->incomplete = why;
	else
		ret->unverified = why;
	return 0;
}

int draft_names_tell(struct draft *d, const struct draft_names *n, const char *row)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n->unsaids; i++)
		r = draft_problem(d, PROBLEM_UNSAID, n->unsaid[i].at, row, "%s: %s",
				  show(str_of(n->unsaid[i].text)).text, n->unsaid[i].why);
	return r;
}
