/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of the text (docs/guide/fortios.md shows a sample):
 *
 *   firewall address, address6, addrgrp, addrgrp6, service custom   what policies refer to
 *   firewall policy   one a rule, in their order, numbered from FIRST_POLICY on; what no rule
 *                     speaks of is denied by the device itself, or gets a policy at the end
 */
#include "dialect/fortios_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/fortios_choice.h"
#include "dialect/fortios_limits.h"
#include "dialect/say.h"

enum { FIRST_POLICY = 1000001 };

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	const char **why;    /* by rule */
	struct fos_objects objects;
	struct buf policies;
};

/* ---- what can be said ---- */

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct writing *w = data;
	struct fos_objects none = FOS_OBJECTS_INIT(a);
	struct fos_choice choice;
	int r = a ? say_packet(rule, w->m, a, ret) : -ENOMEM;

	if (r == 0 && !*ret)
		r = fos_choose(rule, w->m, &none, &choice, ret);
	fos_objects_release(&none);
	return r;
}

/* What is not written is refused; where the rest is accepted, a lost drop would be let through. */
static int find_lost(struct writing *w, struct diag *d, struct losses *lost)
{
	const struct saying saying = { w->m, why_not, w };

	w->why = arena_array(w->arena, w->rules->n, sizeof(*w->why));
	return w->why ? say_lose_all(&saying, w->rules, "fortios", w->why, w->arena, d, lost)
		      : -ENOMEM;
}

/* ---- policies ---- */

/* In one line, and with nothing that a terminal or a script takes for more than text. */
static void add_plain(struct str text, size_t most, struct buf *out)
{
	EG_AUTO(buf_release) struct buf plain = BUF_INIT;

	for (size_t i = 0; i < text.n && i < most; i++) {
		unsigned char c = (unsigned char)text.p[i];

		buf_addc(&plain, c < ' ' || c > '~' || strchr("\"'\\<>()#?", c) ? '_' : (char)c);
	}
	fos_quote(buf_str(&plain), out);
	if (plain.r < 0)
		out->r = plain.r;
}

static int write_title(const struct rule *rule, size_t number, struct buf *out)
{
	EG_AUTO(buf_release) struct buf origin = BUF_INIT, name = BUF_INIT;

	if (rule->origin.vendor || rule->origin.requirement)
		origin_print(&rule->origin, &origin);
	buf_printf(&name, "egret %zu %s", number,
		   rule->origin.requirement ? rule->origin.requirement : "");
	if (origin.r < 0 || name.r < 0)
		return -ENOMEM;
	buf_adds(out, "        set name ");
	add_plain(str_trim(buf_str(&name)), FOS_POLICY_NAME_MAX, out);
	buf_addc(out, '\n');
	if (origin.n) {
		buf_adds(out, "        set comments ");
		add_plain(buf_str(&origin), FOS_COMMENT_MAX, out);
		buf_addc(out, '\n');
	}
	return out->r;
}

static void write_list(const char *key, const struct fos_texts *t, struct buf *out)
{
	if (!t->n)
		return;
	buf_printf(out, "        set %s", key);
	for (size_t i = 0; i < t->n; i++) {
		buf_addc(out, ' ');
		fos_quote(str_of(t->text[i]), out);
	}
	buf_addc(out, '\n');
}

static const char *action_of(enum verdict v)
{
	static const char *const action[] = {
		[VERDICT_DROP] = "deny",
		[VERDICT_ACCEPT] = "accept",
		[VERDICT_REJECT] = "deny\n        set send-deny-packet enable",
	};

	return action[v];
}

static void write_policy(const struct fos_choice *c, enum verdict verdict, struct buf *out)
{
	write_list("srcintf", &c->in, out);
	write_list("dstintf", &c->out, out);
	buf_printf(out, "        set action %s\n", action_of(verdict));
	write_list("srcaddr", &c->src[0], out);
	write_list("dstaddr", &c->dst[0], out);
	write_list("srcaddr6", &c->src[1], out);
	write_list("dstaddr6", &c->dst[1], out);
	buf_adds(out, "        set schedule \"always\"\n");
	write_list("service", &c->service, out);
	buf_adds(out, "        set logtraffic all\n    next\n");
}

static int write_rule(struct writing *w, const struct rule *rule, size_t number)
{
	struct fos_choice choice;
	const char *why;
	int r = fos_choose(rule, w->m, &w->objects, &choice, &why);

	if (r == 0 && why)
		r = E_INEXACT;
	/* an end without addresses: it holds for nothing, and a device does not take it */
	if (r < 0 || !choice.service.n || !choice.in.n || !choice.out.n ||
	    (!choice.src[0].n && !choice.src[1].n))
		return r;
	buf_printf(&w->policies, "    edit %zu\n", FIRST_POLICY - 1 + number);
	r = write_title(rule, number, &w->policies);
	write_policy(&choice, rule->verdict, &w->policies);
	return r < 0 ? r : w->policies.r;
}

static int write_rules(struct writing *w)
{
	const struct rule rest = { .verdict = w->rules->otherwise,
				   .origin = { .requirement = "no rule speaks of it" } };
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		if (!w->why[i])
			r = write_rule(w, &w->rules->rule[i], i + 1);
	if (r == 0 && rest.verdict != VERDICT_DROP)
		r = write_rule(w, &rest, w->rules->n + 1);
	return r;
}

/* ---- the text ---- */

static int write_losses(const struct losses *lost, size_t first, struct buf *out)
{
	EG_AUTO(buf_release) struct buf line = BUF_INIT;
	EG_AUTO(buf_release) struct buf last = BUF_INIT;

	if (lost->n > first)
		buf_adds(out, "# Not in it, and so refused:\n");
	for (size_t i = first; i < lost->n; i++) {
		buf_clear(&line);
		origin_print(&lost->loss[i].rule->origin, &line);
		buf_printf(&line, ": %s", lost->loss[i].why);
		for (size_t k = 0; k < line.n; k++)
			if ((unsigned char)line.data[k] < ' ')
				line.data[k] = ' ';
		/* Zones share a row: it is told once. */
		if (!str_eq(buf_str(&line), buf_str(&last)))
			buf_printf(out, "#   %.*s\n", STR_FMT(buf_str(&line)));
		buf_clear(&last);
		buf_addstr(&last, buf_str(&line));
		if (line.r < 0 || last.r < 0)
			return -ENOMEM;
	}
	return 0;
}

static const char heading[] =
	"# Policies of FortiOS, written by egret. The device denies what no policy speaks of.\n"
	"# Objects say in their names what they are, or have a digest of it: a new text brings\n"
	"# new ones. Policies are numbered from 1000001 on and come behind those that the device\n"
	"# has; delete those of an older text before, and set nat where your site needs it.\n";

static void write_section(const char *path, const struct buf *body, struct buf *out)
{
	buf_printf(out, "config %s\n", path);
	buf_addstr(out, buf_str(body));
	buf_adds(out, "end\n");
	if (body->r < 0)
		out->r = body->r;
}

static void write_sections(const struct writing *w, struct buf *out)
{
	const struct {
		const char *path;
		const struct buf *body;
	} sections[] = { { "firewall address", &w->objects.address[0] },
			 { "firewall address6", &w->objects.address[1] },
			 { "firewall addrgrp", &w->objects.group[0] },
			 { "firewall addrgrp6", &w->objects.group[1] },
			 { "firewall service custom", &w->objects.service } };

	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if (sections[i].body->n)
			write_section(sections[i].path, sections[i].body, out);
	write_section("firewall policy", &w->policies, out);
}

int fos_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, struct diag *d,
	      struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = rules, .m = m, .arena = a, .objects = FOS_OBJECTS_INIT(a) };
	size_t first = lost->n;
	int r = find_lost(&w, d, lost);

	if (r == 0)
		r = write_rules(&w);
	if (r == 0) {
		buf_adds(out, heading);
		r = write_losses(lost, first, out);
	}
	if (r == 0) {
		write_sections(&w, out);
		r = out->r;
	}
	fos_objects_release(&w.objects);
	buf_release(&w.policies);
	return r;
}
