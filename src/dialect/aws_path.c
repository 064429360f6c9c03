/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_path.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"

static const char hint[] =
	"say which with --at '[ID...] [out|in] [members PREFIX...]'; what is not "
	"named is not looked at";

struct finding {
	const struct aws_config *config;
	struct arena *arena;
	struct diag *d;
	struct aws_path path;
	bool named;
};

static int refuse(struct finding *f, int code, const char *what, struct str name)
{
	diag_error(f->d, (struct place){ .file = f->config->file }, "%s%s%s", what,
		   name.n ? " " : "", name.n ? show(name).text : "");
	diag_hint(f->d, "%s", hint);
	return code;
}

/* The next word of a text of words between blanks and commas; empty: there is none. */
static struct str next_word(struct str *rest)
{
	size_t n = 0;

	while (rest->n && strchr(" ,\t", *rest->p)) {
		rest->p++;
		rest->n--;
	}
	while (n < rest->n && !strchr(" ,\t", rest->p[n]))
		n++;
	rest->p += n;
	rest->n -= n;
	return (struct str){ rest->p - n, n };
}

int aws_members_parse(struct str text, struct place at, struct arena *a, struct diag *d,
		      struct aws_members *ret)
{
	struct spanlist v4 = SPANLIST_INIT(a), v6 = SPANLIST_INIT(a);
	int r = 0;

	for (struct str word = next_word(&text); r == 0 && word.n; word = next_word(&text)) {
		struct addr_range range;
		struct prefix prefix;

		r = prefix_parse(word, &prefix);
		if (r < 0) {
			diag_error(d, at, "members: '%s' is no prefix", show(word).text);
			diag_hint(d, "expected addresses of the interfaces, like 10.1.0.0/16");
			return E_SYNTAX;
		}
		range = prefix_range(prefix);
		r = spanlist_add(prefix.family == FAMILY_V6 ? &v6 : &v4, range.lo, range.hi);
	}
	if (r == 0)
		*ret = (struct aws_members){ true, spanlist_seal(&v4), spanlist_seal(&v6) };
	return r;
}

/* ---- what is named ---- */

static int add_group(struct finding *f, const struct aws_group *g)
{
	struct aws_path *p = &f->path;

	for (size_t i = 0; i < p->groups; i++)
		if (p->group[i] == g)
			return 0;
	if (!p->group)
		p->group = arena_array(f->arena, f->config->groups, sizeof(*p->group));
	if (!p->group)
		return -ENOMEM;
	p->group[p->groups++] = g;
	return 0;
}

static int find_group(struct finding *f, struct str word, const struct aws_group **ret)
{
	const struct aws_config *c = f->config;

	*ret = NULL;
	for (size_t i = 0; i < c->groups; i++)
		if (str_is(word, c->group[i].id))
			*ret = &c->group[i];
	for (size_t i = 0; i < c->groups; i++) {
		if (!str_is(word, c->group[i].name) || *ret == &c->group[i])
			continue;
		if (*ret && !str_is(word, (*ret)->id))
			return refuse(f, E_CONFLICT, "several security groups are called", word);
		if (!*ret)
			*ret = &c->group[i];
	}
	return 0;
}

static int add_other(struct finding *f, struct str word)
{
	const struct aws_config *c = f->config;
	struct aws_path *p = &f->path;

	for (size_t i = 0; i < c->acls; i++) {
		if (!str_is(word, c->acl[i].id))
			continue;
		if (p->acl && p->acl != &c->acl[i])
			return refuse(f, E_CONFLICT, "a subnet has one network ACL, not also",
				      word);
		p->acl = &c->acl[i];
		return 0;
	}
	for (size_t i = 0; i < c->policies; i++) {
		if (!str_is(word, c->policy[i].name) && !str_is(word, c->policy[i].arn))
			continue;
		if (p->policy && p->policy != &c->policy[i])
			return refuse(f, E_CONFLICT, "one firewall policy is looked at, not also",
				      word);
		p->policy = &c->policy[i];
		return 0;
	}
	return refuse(f, E_UNKNOWN, "there is no security group, network ACL or firewall policy",
		      word);
}

static int take_words(struct finding *f, struct str rest)
{
	const struct place at = { .file = f->config->file };
	int r = 0;

	for (struct str word = next_word(&rest); r == 0 && word.n; word = next_word(&rest)) {
		const struct aws_group *g;

		if (str_is(word, "members"))
			return aws_members_parse(rest, at, f->arena, f->d, &f->path.members);
		if (str_is(word, "out") || str_is(word, "in")) {
			f->path.way = str_is(word, "in") ? AWS_IN : AWS_OUT;
			continue;
		}
		f->named = true;
		r = find_group(f, word, &g);
		if (r == 0)
			r = g ? add_group(f, g) : add_other(f, word);
	}
	return r;
}

/* ---- the usual ---- */

static int usual_groups(struct finding *f)
{
	const struct aws_config *c = f->config;
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->groups; i++)
		if (c->group[i].members)
			r = add_group(f, &c->group[i]);
	if (r < 0 || f->path.groups || !c->groups)
		return r;
	if (c->groups > 1)
		return refuse(f, E_CONFLICT, "several security groups are here", STR(""));
	return add_group(f, &c->group[0]);
}

static int usual_path(struct finding *f)
{
	const struct aws_config *c = f->config;

	if (!c->groups && !c->acls && !c->policies)
		return refuse(f, E_UNKNOWN,
			      "no security group, network ACL or firewall policy is here", STR(""));
	if (c->acls > 1)
		return refuse(f, E_CONFLICT, "several network ACLs are here", STR(""));
	if (c->policies > 1)
		return refuse(f, E_CONFLICT, "several firewall policies are here", STR(""));
	f->path.acl = c->acls ? &c->acl[0] : NULL;
	f->path.policy = c->policies ? &c->policy[0] : NULL;
	return usual_groups(f);
}

int aws_find_path(const struct aws_config *c, const char *where, struct arena *a, struct diag *d,
		  struct aws_path *ret)
{
	struct finding f = { .config = c, .arena = a, .d = d };
	struct str text = str_of(where);
	int r = str_is(text, "forward") ? 0 : take_words(&f, text);

	if (r == 0 && !f.named)
		r = usual_path(&f);
	if (r == 0)
		*ret = f.path;
	return r;
}

int aws_path_name(const struct aws_path *p, struct arena *a, const char **ret)
{
	enum { TOLD = 4 };
	const char *text = "";

	for (size_t i = 0; text && i < p->groups && i < TOLD; i++)
		text = arena_printf(a, "%s%s%s", text, *text ? ", " : "",
				    show(str_of(p->group[i]->id)).text);
	if (text && p->groups > TOLD)
		text = arena_printf(a, "%s and %zu more groups", text, p->groups - TOLD);
	if (text && p->acl)
		text = arena_printf(a, "%s%s%s", text, *text ? ", " : "",
				    show(str_of(p->acl->id)).text);
	if (text && p->policy)
		text = arena_printf(a, "%s%s%s", text, *text ? ", " : "",
				    show(str_of(p->policy->name)).text);
	if (text)
		text = arena_printf(a, "%s %s", text, p->way == AWS_OUT ? "out" : "in");
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}
