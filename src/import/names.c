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

static int keep_unsaid(struct jsonin *in, struct draft_names *n, struct str text)
{
	char *copy = draft_str(in->draft, text);
	int r = copy ? mem_grow(&n->unsaid, &n->unsaid_cap, n->unsaids + 1, sizeof(*n->unsaid))
		     : -ENOMEM;

	if (r == 0)
		n->unsaid[n->unsaids++] = copy;
	return r;
}

static int keep_name(struct draft_names *n, const struct pattern *p)
{
	int r = mem_grow(&n->name, &n->name_cap, n->names + 1, sizeof(*n->name));

	if (r == 0)
		n->name[n->names++] = *p;
	return r;
}

static void add(struct jsonin *in, const struct json_at *at, struct draft_names *n)
{
	struct pattern p;
	struct str text;
	int r;

	if (!jsonin_is(in, at, JSON_STRING))
		return;
	text = str_trim(
		(struct str){ json_string_value(at->value), json_string_length(at->value) });
	r = pattern_parse(text, false, &p);
	if (r == 0)
		jsonin_keep(in, keep_name(n, &p));
	else if (r == E_REFUSED || is_wildcard(text))
		jsonin_keep(in, keep_unsaid(in, n, text));
	else
		jsonin_fail(in, at,
			    "fetch it again; if the vendor publishes this, ask what is meant",
			    "'%s' is no domain name", show(text).text);
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
		buf_printf(out, "%s%s", i ? ", " : "", show(str_of(n->unsaid[i])).text);
	if (n->unsaids > NAMED_IN_REASON)
		buf_printf(out, " and %zu more", n->unsaids - NAMED_IN_REASON);
}

static const char *reason(struct jsonin *in, const struct draft_names *n)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	const char *copy;

	buf_adds(&text, n->names ? "at least these names: the publication also has "
				 : "a catalog cannot say any of its names: ");
	print_unsaid(n, &text);
	if (n->names)
		buf_adds(&text, ", which a catalog cannot say");
	copy = text.r < 0 ? NULL : draft_str(in->draft, buf_str(&text));
	if (!copy)
		jsonin_keep(in, -ENOMEM);
	return copy;
}

void draft_names_put(struct jsonin *in, const struct draft_names *n, struct requirement_text *ret)
{
	struct arena *a = in->draft->arena;
	const char *why = n->unsaids ? reason(in, n) : NULL;

	ret->names = n->names;
	ret->name = n->names ? arena_copy(a, n->name, n->names * sizeof(*n->name)) : NULL;
	if (n->names && !ret->name)
		jsonin_keep(in, -ENOMEM);
	if (n->names) {
		ret->unverified = why;
		return;
	}
	ret->families = FAMILY_BIT_V4 | FAMILY_BIT_V6;
	if (!ret->incomplete)
		ret->incomplete = why;
	else
		ret->unverified = why;
}

/* Why a catalog cannot say it. */
static const char *why_unsaid(const char *text)
{
	struct pattern p;

	return pattern_parse(str_of(text), false, &p) == E_REFUSED
		       ? "anybody can register a name there"
		       : "a catalog has '*' only as the whole first label";
}

void draft_names_tell(struct jsonin *in, const struct draft_names *n, const char *row)
{
	for (size_t i = 0; i < n->unsaids && !jsonin_over(in); i++)
		jsonin_keep(in, draft_problem(in->draft, PROBLEM_UNSAID, jsonin_place(in), row,
					      "%s: %s", show(str_of(n->unsaid[i])).text,
					      why_unsaid(n->unsaid[i])));
}
