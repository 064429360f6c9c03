/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/askers.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/show.h"
#include "daemon/names.h"

static const char head[] = "egret names 1";

struct allowed {
	struct pattern pattern;
	size_t group;
	enum dns_decision families;
};

struct askers {
	struct prefixlist inside;
	struct prefixlist *group;
	size_t groups, group_cap;
	bool named; /* while reading: the group has names, and so all of its clients */
	struct arena *arena;
	struct allowed **allowed; /* each in the arena: the names point to their patterns */
	size_t alloweds, allowed_cap;
	struct names names;
};

/* ---- reading ---- */

static int read_prefix(struct str text, struct prefixlist *to)
{
	struct prefix p;
	int r = prefix_parse(text, &p);

	return r == 0 ? prefixlist_add(to, p) : r;
}

static int read_group(struct askers *a)
{
	int r = a->groups < ASKERS_GROUPS_MAX ? 0 : E_LIMIT;

	if (r == 0)
		r = mem_grow(&a->group, &a->group_cap, a->groups + 1, sizeof(*a->group));
	if (r == 0)
		a->group[a->groups++] = PREFIXLIST_INIT;
	a->named = false;
	return r;
}

static int read_families(struct str text, enum dns_decision *ret)
{
	static const struct {
		const char *text;
		enum dns_decision families;
	} known[] = { { "46", DNS_ALLOW }, { "4", DNS_ALLOW_V4 }, { "6", DNS_ALLOW_V6 } };

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_is(text, known[i].text)) {
			*ret = known[i].families;
			return 0;
		}
	}
	return E_SYNTAX;
}

static int read_allow(struct askers *a, struct str text)
{
	struct allowed *new = arena_alloc(a->arena, sizeof(*new));
	int r = new ? 0 : -ENOMEM;

	if (r == 0)
		r = read_families(str_cut(&text, ' '), &new->families);
	if (r == 0)
		r = pattern_parse(text, true, &new->pattern);
	if (r == 0)
		r = mem_grow(&a->allowed, &a->allowed_cap, a->alloweds + 1,
			     sizeof(struct allowed *));
	if (r < 0)
		return r;
	new->group = a->groups - 1;
	a->named = true;
	a->allowed[a->alloweds] = new;
	r = names_add(&a->names, &new->pattern, a->alloweds);
	if (r == 0)
		a->alloweds++;
	return r;
}

static int read_line(struct askers *a, struct str line)
{
	struct str word = str_cut(&line, ' ');

	if (str_is(word, "inside"))
		return read_prefix(line, &a->inside);
	if (str_is(word, "group"))
		return line.p ? E_SYNTAX : read_group(a);
	if (a->groups && !a->named && str_is(word, "from"))
		return read_prefix(line, &a->group[a->groups - 1]);
	return a->groups && str_is(word, "allow") ? read_allow(a, line) : E_SYNTAX;
}

static int read_lines(struct askers *a, struct str text, struct diag *d)
{
	struct place at = { "names", 1, 0 };
	struct str line = str_cut(&text, '\n');
	int r = str_is(line, head) ? 0 : E_SYNTAX;

	while (r == 0 && text.p && text.n) {
		line = str_cut(&text, '\n');
		at.line++;
		r = read_line(a, line);
	}
	if (r < 0)
		diag_error(d, at, "%s: %s", err_text(r), show(line).text);
	return r;
}

int askers_read(struct str text, struct diag *d, struct askers **ret)
{
	EG_AUTO(askers_freep) struct askers *a = mem_zero(1, sizeof(*a));
	int r;

	if (!a)
		return -ENOMEM;
	a->arena = arena_new();
	r = a->arena ? 0 : -ENOMEM;
	if (r == 0)
		r = text.n <= ASKERS_TEXT_MAX ? read_lines(a, text, d) : E_LIMIT;
	if (r == 0)
		r = names_seal(&a->names);
	if (r < 0)
		return r;
	prefixlist_seal(&a->inside);
	for (size_t i = 0; i < a->groups; i++)
		prefixlist_seal(&a->group[i]);
	*ret = EG_TAKE(a);
	return 0;
}

void askers_free(struct askers *a)
{
	if (!a)
		return;
	names_release(&a->names);
	for (size_t i = 0; i < a->groups; i++)
		prefixlist_release(&a->group[i]);
	prefixlist_release(&a->inside);
	mem_free(a->group);
	mem_free(a->allowed);
	arena_free(a->arena);
	mem_free(a);
}

void askers_freep(struct askers **a)
{
	askers_free(*a);
	*a = NULL;
}

/* ---- asking ---- */

struct asking {
	const struct askers *a;
	struct addr client;
	unsigned families;
};

static int ask(void *data, size_t id)
{
	struct asking *q = data;
	const struct allowed *allowed = q->a->allowed[id];

	if (!prefixlist_has(&q->a->group[allowed->group], q->client))
		return 0;
	q->families |= allowed->families;
	if (allowed->pattern.kind == PATTERN_NAME)
		q->families |= DNS_NAMED;
	return q->families == (DNS_ALLOW | DNS_NAMED); /* there is no more to find */
}

enum dns_decision askers_decide(const struct askers *a, struct addr client, const struct name *name)
{
	struct asking q = { .a = a, .client = client };

	(void)names_each(&a->names, name, ask, &q); /* its answer is in `q` */
	return (enum dns_decision)q.families;
}

bool askers_inside(const struct askers *a, struct addr address)
{
	return prefixlist_has(&a->inside, address);
}

uint64_t askers_side(const struct askers *a, struct addr client)
{
	uint64_t side = 0;

	for (size_t i = 0; i < a->groups; i++) {
		if (prefixlist_has(&a->group[i], client))
			side = hash_mix(side, i + 1);
	}
	return side;
}

/* ---- writing ---- */

static void write_prefixes(const char *word, const struct prefixlist *l, struct buf *out)
{
	EG_AUTO(mem_freep) struct prefix *p = NULL;
	size_t n = 0;
	int r = prefixlist_prefixes(l, &p, &n);

	if (r < 0)
		out->r = r;
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s ", word);
		prefix_print(p[i], out);
		buf_adds(out, "\n");
	}
}

void askers_write_head(const struct prefixlist *inside, struct buf *out)
{
	buf_printf(out, "%s\n", head);
	write_prefixes("inside", inside, out);
}

void askers_write_group(const struct prefixlist *from, struct buf *out)
{
	buf_adds(out, "group\n");
	write_prefixes("from", from, out);
}

void askers_write_name(enum dns_decision families, const struct pattern *p, struct buf *out)
{
	buf_printf(out, "allow %s ",
		   families == DNS_ALLOW_V4   ? "4"
		   : families == DNS_ALLOW_V6 ? "6"
					      : "46");
	pattern_print(p, out);
	buf_adds(out, "\n");
}
