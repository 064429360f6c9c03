/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_emit.h"

#include <errno.h>

#include "dialect/fortios_limits.h"

void fos_emit_release(struct fos_emit *e)
{
	fos_objects_release(&e->objects);
	buf_release(&e->policies);
}

/* In one line, and with nothing that a terminal or a script takes for more than text. */
static void add_plain(struct str text, size_t most, struct buf *out)
{
	EG_AUTO(buf_release) struct buf plain = BUF_INIT;

	for (size_t i = 0; i < text.n && i < most; i++) {
		unsigned char c = (unsigned char)text.p[i];

		bool odd = c < ' ' || c > '~' || strchr("\"'\\<>()#?", c);

		if (odd)
			buf_addc(&plain, '_');
		else
			buf_addc(&plain, text.p[i]);
	}
	fos_quote(buf_str(&plain), out);
	if (plain.r < 0)
		out->r = plain.r;
}

static int write_title(const struct rule *rule, uint64_t number, struct buf *out)
{
	EG_AUTO(buf_release) struct buf origin = BUF_INIT, name = BUF_INIT;

	if (rule->origin.vendor || rule->origin.requirement)
		origin_print(&rule->origin, &origin);
	buf_printf(&name, "egret %llu %s", (unsigned long long)number,
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

int fos_emit_policy(struct fos_emit *e, const struct rule *rule, const struct fos_choice *choice,
		    uint64_t id, uint64_t number)
{
	int r;

	/* an end without addresses: it holds for nothing, and a device does not take it */
	if (!choice->service.n || !choice->in.n || !choice->out.n ||
	    (!choice->src[0].n && !choice->src[1].n))
		return 0;
	buf_printf(&e->policies, "    edit %llu\n", (unsigned long long)id);
	r = write_title(rule, number, &e->policies);
	write_policy(choice, rule->verdict, &e->policies);
	return r < 0 ? r : e->policies.r < 0 ? e->policies.r : 1;
}

static void write_section(const char *path, const struct buf *body, struct buf *out)
{
	buf_printf(out, "config %s\n", path);
	buf_addstr(out, buf_str(body));
	buf_adds(out, "end\n");
	if (body->r < 0)
		out->r = body->r;
}

void fos_emit_sections(const struct fos_emit *e, struct buf *out)
{
	const struct {
		const char *path;
		const struct buf *body;
	} sections[] = { { "firewall address", &e->objects.address[0] },
			 { "firewall address6", &e->objects.address[1] },
			 { "firewall addrgrp", &e->objects.group[0] },
			 { "firewall addrgrp6", &e->objects.group[1] },
			 { "firewall service custom", &e->objects.service } };

	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if (sections[i].body->n)
			write_section(sections[i].path, sections[i].body, out);
	write_section("firewall policy", &e->policies, out);
}
