/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_series.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "dialect/say.h"

enum {
	LIST_PREFIXES = AWS_GROUP_RULES_MAX / 2, /* so that two fit into a group */
	TAGS_USED = AWS_TAGS_MAX - 5,		 /* people have some too */
	MEMBERS_MAX = TAGS_USED * AWS_TAG_VALUE_MAX / 8
};

_Static_assert((int)LIST_PREFIXES <= (int)AWS_LIST_ENTRIES_MAX, "a prefix list holds it");

static const enum family families[2] = { FAMILY_V4, FAMILY_V6 };

void aws_made_release(struct aws_made *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < AWS_GROUPS_MAX; k++)
			buf_release(&t->series[i].room[k].text);
	strmap_release(&t->list_by_name);
	strmap_release(&t->said);
	buf_release(&t->lists);
}

/* ---- members ---- */

/* Cuts the prefixes into texts that tags hold. More than TAGS_USED: `ret->tags` is 0. */
static int make_tags(struct aws_made *t, const struct buf *all, struct aws_series *ret)
{
	struct str rest = buf_str(all);

	ret->tag = arena_array(t->arena, TAGS_USED, sizeof(*ret->tag));
	if (!ret->tag)
		return -ENOMEM;
	while (rest.n) {
		size_t n = rest.n;

		if (ret->tags == TAGS_USED) {
			ret->tags = 0;
			return 0;
		}
		if (n > AWS_TAG_VALUE_MAX)
			for (n = AWS_TAG_VALUE_MAX; rest.p[n] != ' ';)
				n--;
		ret->tag[ret->tags] = arena_str(t->arena, (struct str){ rest.p, n });
		if (!ret->tag[ret->tags++])
			return -ENOMEM;
		n += n < rest.n;
		rest = (struct str){ rest.p + n, rest.n - n };
	}
	return 0;
}

static int members_text(const struct flow_match *match, struct arena *a, struct buf *out,
			bool *ret_too_many)
{
	*ret_too_many = false;
	for (size_t v6 = 0; v6 < 2; v6++) {
		struct flow_spans src = match->dim[v6 ? FLOW_SRC6 : FLOW_SRC4];
		struct prefix *prefix = NULL;
		size_t n = 0;
		int r = aws_prefixes(src, families[v6], MEMBERS_MAX, a, &prefix, &n);

		if (r < 0)
			return r;
		*ret_too_many = *ret_too_many || n > MEMBERS_MAX;
		for (size_t i = 0; i < n; i++) {
			if (out->n)
				buf_addc(out, ' ');
			prefix_print(prefix[i], out);
		}
	}
	return out->r;
}

/* The series for the sources of a match; NULL with a reason in `ret_why`. */
static int find_series(struct aws_made *t, const struct flow_match *match,
		       const struct aws_use *use, struct aws_series **ret, const char **ret_why)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct aws_series s = { .zone = use->zone, .named = use->named };
	bool too_many;
	int r = members_text(match, t->arena, &text, &too_many);

	*ret = NULL;
	for (size_t i = 0; r == 0 && i < t->n; i++)
		if (t->series[i].named == use->named && str_is(buf_str(&text), t->series[i].key)) {
			*ret = &t->series[i];
			return 0;
		}
	if (r == 0 && !too_many)
		r = make_tags(t, &text, &s);
	if (r < 0)
		return r;
	if (!s.tags) {
		*ret_why = "sources in more prefixes than a group's tags hold";
		return 0;
	}
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 4;
		struct aws_series *more = arena_array(t->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (t->n)
			memcpy(more, t->series, t->n * sizeof(*more));
		t->series = more;
		t->cap = cap;
	}
	s.key = arena_str(t->arena, buf_str(&text));
	if (!s.key)
		return -ENOMEM;
	t->series[t->n] = s;
	*ret = &t->series[t->n++];
	return 0;
}

/* ---- prefix lists ---- */

static void print_list(const char *name, const struct prefix *prefix, size_t n, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	buf_printf(out,
		   ",\n    \"%s\": {\"Type\": \"AWS::EC2::PrefixList\", \"Properties\": {\n"
		   "      \"PrefixListName\": \"egret-%s\", \"AddressFamily\": \"%s\", "
		   "\"MaxEntries\": %zu, \"Entries\": [",
		   name, name, prefix->family == FAMILY_V6 ? "IPv6" : "IPv4", n);
	for (size_t i = 0; i < n; i++) {
		prefix_format(prefix[i], text);
		buf_printf(out, "%s\n        {\"Cidr\": \"%s\"}", i ? "," : "", text);
	}
	buf_adds(out, "]}}");
}

/* Its name has a digest of what is in it: equal ones are one. */
static int name_list(struct aws_made *t, const struct prefix *prefix, size_t n, const char **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		prefix_print(prefix[i], &text);
		buf_addc(&text, ' ');
	}
	if (text.r < 0)
		return text.r;
	*ret = arena_printf(t->arena, "List%016llx",
			    (unsigned long long)hash_bytes(text.data, text.n, 0));
	return *ret ? 0 : -ENOMEM;
}

/* ---- one rule of one group ---- */

struct adding {
	struct aws_made *made;
	const char *about;
	bool really;
	/* not really: what would be used */
	unsigned used[AWS_GROUPS_MAX][2];
	size_t rooms, resources;
	const char *why;
};

static const char no_room[] = "more rules than the security groups of one interface hold";

/* A group with room for as many rules of a family. */
static struct aws_room *find_room(struct adding *k, struct aws_series *s, bool v6, unsigned weight)
{
	size_t rooms = k->really ? s->rooms : k->rooms;

	for (size_t i = 0; i < AWS_GROUPS_MAX; i++) {
		unsigned *used = k->really ? s->room[i].used : k->used[i];

		if (used[v6] + weight > AWS_GROUP_RULES_MAX)
			continue;
		used[v6] += weight;
		if (i >= rooms && !k->really) {
			k->rooms = i + 1;
			k->resources++;
		} else if (i >= rooms) {
			s->rooms = i + 1;
			k->made->resources++;
		}
		return &s->room[i];
	}
	k->why = no_room;
	return NULL;
}

static void print_rule(const struct adding *k, const struct aws_said *said, const char *far,
		       struct buf *out)
{
	buf_printf(out, "%s\n        {\"IpProtocol\": \"%s\", ", out->n ? "," : "", said->proto);
	if (said->ranged)
		buf_printf(out, "\"FromPort\": %d, \"ToPort\": %d, ", said->from, said->to);
	buf_adds(out, far);
	if (*k->about)
		buf_printf(out, ", \"Description\": \"%s\"", k->about);
	buf_addc(out, '}');
}

/* AWS refuses a rule that is there already, in whatever words. */
static int add_rule(struct adding *k, struct aws_series *s, const struct aws_said *said, bool v6,
		    const char *far, unsigned weight)
{
	struct aws_made *t = k->made;
	const char *key =
		arena_printf(t->arena, "%s|%s|%d|%d|%s", s->key, said->proto,
			     said->ranged ? said->from : -2, said->ranged ? said->to : -2, far);
	struct aws_room *room;
	size_t at;

	if (!key)
		return -ENOMEM;
	if (strmap_get(&t->said, str_of(key), &at) == 0)
		return 0;
	room = find_room(k, s, v6, weight);
	if (!room || !k->really)
		return 0;
	print_rule(k, said, far, &room->text);
	return room->text.r < 0 ? room->text.r : strmap_add(&t->said, str_of(key), 0);
}

/* A list of the prefixes, once; `ret` is how a rule refers to it. */
static int add_list(struct adding *k, const struct prefix *prefix, size_t n, const char **ret)
{
	struct aws_made *t = k->made;
	const char *name;
	size_t at;
	int r = name_list(t, prefix, n, &name);

	if (r < 0)
		return r;
	*ret = arena_printf(t->arena, "\"DestinationPrefixListId\": {\"Ref\": \"%s\"}", name);
	if (!*ret)
		return -ENOMEM;
	if (strmap_get(&t->list_by_name, str_of(name), &at) == 0)
		return 0;
	if (!k->really) {
		k->resources++;
		return 0;
	}
	t->resources++;
	print_list(name, prefix, n, &t->lists);
	return t->lists.r < 0 ? t->lists.r : strmap_add(&t->list_by_name, str_of(name), 0);
}

static int add_one(struct adding *k, const struct prefix *prefix, const char **ret)
{
	char text[PREFIX_TEXT_MAX];

	prefix_format(*prefix, text);
	*ret = arena_printf(k->made->arena, "\"%s\": \"%s\"",
			    prefix->family == FAMILY_V6 ? "CidrIpv6" : "CidrIp", text);
	return *ret ? 0 : -ENOMEM;
}

static int add_choice(struct adding *k, struct aws_series *s, const struct aws_choice *c)
{
	int r = 0;

	for (size_t i = 0; r == 0 && !k->why && i < c->prefixes; i += LIST_PREFIXES) {
		size_t left = c->prefixes - i, n = left < LIST_PREFIXES ? left : LIST_PREFIXES;
		const struct prefix *prefix = &c->prefix[i];
		const char *far = NULL;

		r = n == 1 ? add_one(k, prefix, &far) : add_list(k, prefix, n, &far);
		for (size_t p = 0; r == 0 && !k->why && p < c->said_n; p++)
			r = add_rule(k, s, &c->said[p], prefix->family == FAMILY_V6, far,
				     (unsigned)n);
	}
	return r;
}

/* ---- matches ---- */

static void begin(struct adding *k, const struct aws_series *s)
{
	for (size_t i = 0; i < AWS_GROUPS_MAX; i++)
		memcpy(k->used[i], s->room[i].used, sizeof(k->used[i]));
	k->rooms = s->rooms;
	k->resources = k->made->resources;
}

static int add_families(struct adding *k, struct aws_series *s, const struct aws_choice *choice,
			bool really)
{
	int r = 0;

	k->really = really;
	for (size_t v6 = 0; r == 0 && v6 < 2; v6++)
		r = add_choice(k, s, &choice[v6]);
	if (k->resources > AWS_RESOURCES_MAX)
		k->why = "more than the 500 resources that a template may have";
	return r;
}

int aws_made_add(struct aws_made *t, const struct flow_match *match, const struct aws_use *use,
		 bool really, const char **ret_why)
{
	struct adding k = { .made = t, .about = use->about };
	struct aws_choice choice[2] = { { 0 } };
	struct aws_series *s = NULL;
	int r = 0;

	for (size_t v6 = 0; r == 0 && !k.why && v6 < 2; v6++)
		if (say_holds_family(match, families[v6]))
			r = aws_choose(match, families[v6], t->arena, &choice[v6], &k.why);
	if (r == 0 && !k.why && (choice[0].prefixes || choice[1].prefixes))
		r = find_series(t, match, use, &s, &k.why);
	if (r == 0 && s) {
		begin(&k, s);
		r = add_families(&k, s, choice, false);
	}
	if (r == 0 && s && really && !k.why)
		r = add_families(&k, s, choice, true);
	if (r == 0)
		*ret_why = k.why;
	return r;
}

int aws_made_nothing(struct aws_made *t)
{
	static const struct prefix loopback = { FAMILY_V4, 32, 0x7f000001 };
	static const struct aws_said all = { .proto = "-1" };
	const struct flow_match any = FLOW_MATCH_ANY;
	const struct aws_use use = { .about = "nothing" };
	struct adding k = { .made = t, .about = use.about, .really = true };
	struct aws_series *s = NULL;
	const char *far = NULL;
	int r = find_series(t, &any, &use, &s, &k.why);

	if (r == 0)
		r = add_one(&k, &loopback, &far);
	if (r < 0)
		return r;
	assert(s); /* two prefixes fit into a tag */
	return add_rule(&k, s, &all, false, far, 1);
}

/* ---- the text ---- */

static void print_group(const struct aws_series *s, size_t i, struct buf *out)
{
	buf_printf(
		out,
		",\n    \"%s%08llx%zu\": {\"Type\": \"AWS::EC2::SecurityGroup\", "
		"\"Properties\": {\n      \"GroupDescription\": \"egret: %s%s%.100s, %zu of %zu\", "
		"\"VpcId\": {\"Ref\": \"Vpc\"},\n      \"Tags\": [",
		s->named ? "Names" : "Group",
		(unsigned long long)hash_bytes(s->key, strlen(s->key), 0) & 0xffffffff, i + 1,
		s->named ? "only behind the firewall with policy egret, " : "",
		s->zone ? "interfaces of zone " : "interfaces", s->zone ? s->zone : "", i + 1,
		s->rooms);
	for (size_t k = 0; k < s->tags; k++) {
		buf_printf(out, "%s\n        {\"Key\": \"egret:members", k ? "," : "");
		if (k)
			buf_printf(out, ":%zu", k + 1);
		buf_printf(out, "\", \"Value\": \"%s\"}", s->tag[k]);
	}
	buf_printf(out, "],\n      \"SecurityGroupEgress\": [%.*s]}}",
		   STR_FMT(buf_str(&s->room[i].text)));
}

void aws_made_print(const struct aws_made *t, struct buf *out)
{
	EG_AUTO(buf_release) struct buf all = BUF_INIT;

	buf_addstr(&all, buf_str(&t->lists));
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->series[i].rooms; k++)
			print_group(&t->series[i], k, &all);
	if (all.r < 0)
		out->r = all.r;
	else if (all.n)
		buf_addstr(out, (struct str){ all.data + 1, all.n - 1 });
}
