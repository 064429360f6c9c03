/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_tell.h"

#include <errno.h>

#include "base/show.h"

enum { ASSUMPTIONS_MAX = 8 };

int fos_tell_room(struct reading *out, size_t n)
{
	out->rule = arena_array(out->arena, n, sizeof(*out->rule));
	return out->rule ? 0 : -ENOMEM;
}

/* The file's name outlives the configuration that it comes from. */
static int keep_place(struct reading *out, struct place *at)
{
	const struct config_rule *last = out->rules ? &out->rule[out->rules - 1] : NULL;

	if (!at->file)
		return 0;
	if (last && last->at.file && strcmp(last->at.file, at->file) == 0)
		at->file = last->at.file;
	else
		at->file = arena_strdup(out->arena, at->file);
	return at->file ? 0 : -ENOMEM;
}

static int add(struct reading *out, struct place at, const char *text, const char *section,
	       const char *comment)
{
	int r = keep_place(out, &at);

	if (r < 0 || !text)
		return r < 0 ? r : -ENOMEM;
	out->rule[out->rules++] = (struct config_rule){
		.at = at, .text = text, .where = section, .comment = comment
	};
	return 0;
}

static const char *outcome_name(const struct fos_policy *p)
{
	static const char *const name[] = { "deny", "accept", "accept, perhaps" };

	return name[p->outcome];
}

int fos_tell_policy(struct reading *out, const struct fos_policy *p, const char *section)
{
	struct str name = fos_field_word(p->entry, "name");
	struct str comment = fos_field_word(p->entry, "comments");
	const char *quote = name.n ? "\"" : "";
	const char *text =
		arena_printf(out->arena, "policy %s%s%s%s%s: %s", show(p->entry->name).text,
			     name.n ? " " : "", quote, show(name).text, quote, outcome_name(p));
	const char *kept = comment.n ? arena_strdup(out->arena, show(comment).text) : NULL;

	return comment.n && !kept ? -ENOMEM : add(out, p->entry->at, text, section, kept);
}

int fos_tell_end(struct reading *out, struct place at, const char *section)
{
	return add(out, at, "(at its end) policy 0: deny", section, NULL);
}

int fos_tell_assumptions(struct reading *out, const struct fos_place *p, const struct fos_scope *s)
{
	const char **text = arena_array(out->arena, ASSUMPTIONS_MAX, sizeof(*text));
	size_t n = 0;

	if (!text)
		return -ENOMEM;
	text[n++] = "packets of accepted conversations pass, fragments with their packet; what is "
		    "related or invalid may end either way";
	text[n++] = "routes lead packets to the interfaces that policies speak of; what would "
		    "leave by the interface it came in by is judged by policies too";
	text[n++] = "the device's own packets, multicast and explicit proxies are not looked at, "
		    "and no threshold of a DoS policy is reached";
	if (*s->factory)
		text[n++] = "services and addresses that the text does not define are as the "
			    "factory has them";
	if (out->names)
		text[n++] = "the device resolves a name to the addresses that clients get for it";
	if (s->content)
		text[n++] = "profiles and inspection let through what a policy accepts";
	if (p->vdom->name.n) {
		text[n] = arena_printf(out->arena, "virtual domain %s", show(p->vdom->name).text);
		if (!text[n++])
			return -ENOMEM;
	}
	if (p->pair.src.n) {
		text[n] = arena_printf(out->arena, "packets come in by %s and leave by %s",
				       show(p->pair.src).text, show(p->pair.dst).text);
		if (!text[n++])
			return -ENOMEM;
	}
	out->assumption = text;
	out->assumptions = n;
	return 0;
}
