/* SPDX-License-Identifier: Apache-2.0 */
#include "import/mergefacts.h"

#include <errno.h>

#include "net/proto.h"

bool row_is_reviewed(const struct requirement_text *base)
{
	return base->verified || base->unverified || base->incomplete;
}

bool row_states(const struct requirement_text *base, const char *key)
{
	return base->self && yaml_get(base->self, key);
}

/* ---- agreement ---- */

static bool differs(const struct merging *m, const struct side_row *base, bool base_says,
		    bool page_says, bool equal)
{
	if (base_says && page_says)
		return !equal;
	if (base_says)
		return !row_is_reviewed(base->text);
	return page_says && !m->partial;
}

/* A partial row may say by who starts, or by an endpoint, which way it goes. */
static bool direction_differs(const struct merging *m, const struct requirement_text *b,
			      const struct requirement_text *p)
{
	if (!m->partial || row_states(b, "direction"))
		return b->direction != p->direction;
	if (!b->roles && !b->endpoint)
		return false;
	return (b->endpoint || b->roles & ROLE_VENDOR) != (p->direction == DIRECTION_INBOUND);
}

static bool same_roles(const struct merging *m, const struct requirement_text *b,
		       const struct requirement_text *p)
{
	return b->roles == p->roles && (m->partial || b->roles_cut == p->roles_cut);
}

/* Lists of the base stand in for addresses, not for names. */
static bool names_differ(const struct merging *m, const struct side_row *base,
			 const struct side_row *page)
{
	if (base->text->lists && page->names)
		return true;
	return differs(m, base, base->names, page->names, base->names == page->names);
}

unsigned facts_differ(const struct merging *m, const struct side_row *base,
		      const struct side_row *page)
{
	const struct requirement_text *b = base->text, *p = page->text;
	unsigned bits = 0;

	if (direction_differs(m, b, p))
		bits |= FACT_DIRECTION;
	if (differs(m, base, b->proto, p->proto, b->proto == p->proto))
		bits |= FACT_PROTO;
	if (differs(m, base, b->ports.n, p->ports.n, ports_equal(&b->ports, &p->ports)))
		bits |= FACT_PORTS;
	if (differs(m, base, b->roles, p->roles, same_roles(m, b, p)))
		bits |= FACT_ROLES;
	if (names_differ(m, base, page))
		bits |= FACT_NAMES;
	if (base->families && page->families && base->families != page->families)
		bits |= FACT_FAMILIES;
	return bits;
}

unsigned facts_distance(const struct merging *m, const struct side_row *base,
			const struct side_row *page)
{
	const struct requirement_text *b = base->text, *p = page->text;
	unsigned distance = (!b->proto != !p->proto) + (!b->ports.n != !p->ports.n) +
			    (!b->roles != !p->roles) + (!base->names != !page->names);

	for (unsigned bits = facts_differ(m, base, page) & FACTS_MATCHED; bits; bits &= bits - 1)
		distance += FACTS_APART;
	return distance;
}

bool facts_lost(const struct side_row *base, const struct side_row *page)
{
	const struct requirement_text *b = base->text, *p = page->text;

	return (b->proto && !p->proto) || (b->ports.n && !p->ports.n) || (b->roles && !p->roles) ||
	       (base->names && !page->names);
}

bool facts_told(const struct side_row *base)
{
	return base->text->proto || base->text->ports.n || base->names;
}

/* ---- texts ---- */

enum { NAMES_TOLD = 12 };

static void print_names(const struct requirement_text *t, struct buf *out)
{
	for (size_t i = 0; i < t->names && i < NAMES_TOLD; i++) {
		buf_adds(out, i ? ", " : "");
		pattern_print(&t->name[i], out);
	}
	if (t->names > NAMES_TOLD)
		buf_printf(out, " (+%zu more)", t->names - NAMES_TOLD);
}

static void print_fact(enum merge_fact fact, const struct side_row *row, struct buf *out)
{
	const struct requirement_text *t = row->text;

	if (fact == FACT_DIRECTION)
		buf_adds(out, direction_name(t->direction));
	if (fact == FACT_PROTO && t->proto && proto_name(t->proto))
		buf_adds(out, proto_name(t->proto));
	else if (fact == FACT_PROTO && t->proto)
		buf_printf(out, "%u", t->proto);
	if (fact == FACT_PORTS)
		ports_print(&t->ports, out);
	if (fact == FACT_ROLES && t->roles)
		roles_print(t->roles, out);
	if (fact == FACT_ROLES && t->roles && t->roles_cut)
		buf_adds(out, " ...");
	if (fact == FACT_NAMES)
		print_names(t, out);
	if (fact == FACT_FAMILIES)
		buf_printf(out, "%s%s%s", row->families & FAMILY_BIT_V4 ? "ipv4" : "",
			   row->families == (FAMILY_BIT_V4 | FAMILY_BIT_V6) ? ", " : "",
			   row->families & FAMILY_BIT_V6 ? "ipv6" : "");
	if (!out->n)
		buf_adds(out, "none");
}

static const char *fact_text(struct arena *a, enum merge_fact fact, const struct side_row *row)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	print_fact(fact, row, &text);
	return text.r < 0 ? NULL : arena_str(a, buf_str(&text));
}

int facts_tell(const struct merging *m, const struct side_row *base, const struct side_row *page,
	       unsigned bits, const struct merge_change **ret, size_t *ret_n)
{
	static const char *const name[] = { "direction", "proto", "ports",
					    "roles",	 "names", "families" };
	struct arena *a = m->draft->arena;
	struct merge_change *change = arena_array(a, ARRAY_LEN(name), sizeof(*change));
	size_t n = 0;

	if (!change)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		enum merge_fact fact = 1u << i;

		if (!(bits & fact))
			continue;
		change[n] = (struct merge_change){ .what = name[i],
						   .before = fact_text(a, fact, base),
						   .after = fact_text(a, fact, page) };
		if (!change[n].before || !change[n].after)
			return -ENOMEM;
		n++;
	}
	*ret = change;
	*ret_n = n;
	return 0;
}
