/* SPDX-License-Identifier: Apache-2.0 */
/* egret status: what the gateway does now, and whether it is what was applied. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/duration.h"
#include "cmd/generations.h"
#include "cmd/print.h"
#include "cmd/table.h"
#include "control/daemon.h"
#include "control/guard.h"
#include "control/paths.h"
#include "control/standing.h"
#include "net/proto.h"

enum { LEARNED_SHOWN = 40, NUMBER_MAX = 24 };

struct seen {
	struct standing st;
	struct buf daemon; /* what egretd says */
	bool has_daemon, guarded;
};

/* ---- text ---- */

static int counters_text(const struct standing *st, struct table *t)
{
	const struct nft_table *table = st->table->table[0];
	int r = table_row(t, TONE_HEAD, (const char *const[]){ "REQUIREMENT", "PACKETS", "BYTES" });

	table_right(t, 1);
	table_right(t, 2);
	for (size_t i = 0; r == 0 && i < table->objects; i++) {
		const struct nft_object *o = table->object[i];
		char packets[NUMBER_MAX], bytes[NUMBER_MAX];

		if (o->kind != NFT_O_COUNTER)
			continue;
		(void)snprintf(packets, sizeof(packets), "%" PRIu64, o->counter.packets);
		(void)snprintf(bytes, sizeof(bytes), "%" PRIu64, o->counter.bytes);
		r = table_row(t, o->counter.packets ? TONE_PLAIN : TONE_DIM,
			      (const char *const[]){ o->name, packets, bytes });
	}
	return r;
}

static int by_name(const void *a, const void *b)
{
	const struct learned_element *x = a, *y = b;
	int order = strcmp(x->name ? x->name : "", y->name ? y->name : "");

	if (!order)
		order = addr_cmp(x->addr, y->addr);
	return order ? order : (int)x->port - (int)y->port;
}

static int learned_row(const struct learned_element *e, struct table *t)
{
	char address[ADDR_TEXT_MAX], port[NUMBER_MAX], left[DURATION_TEXT_MAX];
	const char *proto = proto_name(e->proto);

	(void)addr_format(e->addr, address);
	(void)snprintf(port, sizeof(port), "%s %u", proto ? proto : "?", e->port);
	duration_print((int64_t)(e->expires_ms / 1000), left);
	return table_row(
		t, TONE_PLAIN,
		(const char *const[]){ e->name ? e->name : "-", address, port, left, e->target });
}

static int learned_text(const struct standing *st, struct table *t)
{
	size_t shown = st->learned_n < LEARNED_SHOWN ? st->learned_n : LEARNED_SHOWN;
	char more[64];
	int r = table_row(t, TONE_HEAD,
			  (const char *const[]){ "LEARNED NAME", "ADDRESS", "PORT", "EXPIRES IN",
						 "REQUIREMENT" });

	for (size_t i = 0; r == 0 && i < shown; i++)
		r = learned_row(&st->learned[i], t);
	if (r == 0 && shown < st->learned_n) {
		(void)snprintf(more, sizeof(more), "%zu more: --json has them all",
			       st->learned_n - shown);
		r = table_note(t, more);
	}
	return r;
}

static void say_kernel(struct env *env, const struct seen *seen, struct buf *out)
{
	static const char *const text[] = {
		[DRIFT_NONE] = "the kernel holds it, byte for byte",
		[DRIFT_WORDS] = "the kernel holds other words for the same flows",
		[DRIFT_FLOWS] = "DRIFT: the kernel lets other flows through",
		[DRIFT_LEARNED] = "DRIFT: addresses are open that no name led to",
		[DRIFT_NO_TABLE] = "DRIFT: the kernel has no table inet egret",
	};
	const struct standing *st = &seen->st;

	if (!st->g.number) {
		buf_printf(out, "nothing was applied here; the kernel has %s table inet egret\n",
			   st->table ? "a" : "no");
		return;
	}
	generations_say(env, &st->g, out);
	if (st->g.state == GENERATION_PENDING && !seen->guarded)
		buf_adds(out, "NO GUARDIAN: nobody would bring back what was there before\n");
	buf_printf(out, "%s\n", text[st->drift]);
}

static int print_text(struct env *env, struct seen *seen)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(table_freep) struct table *counters = table_new(3);
	EG_AUTO(table_freep) struct table *learned = table_new(5);
	int r = counters && learned ? 0 : -ENOMEM;

	say_kernel(env, seen, &out);
	if (r == 0 && seen->st.table)
		r = counters_text(&seen->st, counters);
	if (r == 0 && seen->st.learned_n)
		r = learned_text(&seen->st, learned);
	if (r < 0)
		return r;
	if (seen->st.table)
		buf_addc(&out, '\n');
	table_print(counters, env->width, env->color, &out);
	if (seen->st.learned_n)
		buf_addc(&out, '\n');
	table_print(learned, env->width, env->color, &out);
	if (seen->has_daemon)
		buf_printf(&out, "\negretd\n%s",
			   seen->daemon.n ? seen->daemon.data : "says nothing\n");
	else
		buf_adds(&out, "\nno egretd runs: nothing new is learned\n");
	return generations_print(env, &out);
}

/* ---- JSON ---- */

static int counters_json(const struct standing *st, json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && st->table && i < st->table->table[0]->objects; i++) {
		const struct nft_object *o = st->table->table[0]->object[i];

		if (o->kind == NFT_O_COUNTER)
			r = json_push(list, json_pack("{s:s, s:I, s:I}", "requirement", o->name,
						      "packets", (json_int_t)o->counter.packets,
						      "bytes", (json_int_t)o->counter.bytes));
	}
	return r < 0 ? r : json_put(object, "counters", EG_TAKE(list));
}

static int learned_json(const struct standing *st, json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < st->learned_n; i++) {
		const struct learned_element *e = &st->learned[i];
		char address[ADDR_TEXT_MAX];

		(void)addr_format(e->addr, address);
		r = json_push(list,
			      json_pack("{s:s?, s:s, s:i, s:i, s:s, s:s, s:I}", "name", e->name,
					"address", address, "protocol", (int)e->proto, "port",
					(int)e->port, "requirement", e->target, "map", e->map,
					"expires", (json_int_t)(e->expires_ms / 1000)));
	}
	return r < 0 ? r : json_put(object, "learned", EG_TAKE(list));
}

static int print_json(struct env *env, const struct seen *seen)
{
	const struct standing *st = &seen->st;
	EG_AUTO(json_freep) json_t *o = json_object();
	int r = json_put(o, "generation", st->g.number ? generations_json(&st->g) : json_null());

	if (r == 0)
		r = json_put(o, "drift", json_text(drift_name(st->drift)));
	if (r == 0)
		r = json_put(o, "guardian", json_boolean(seen->guarded));
	if (r == 0)
		r = counters_json(st, o);
	if (r == 0)
		r = learned_json(st, o);
	if (r == 0)
		r = json_put(o, "egretd",
			     seen->has_daemon ? json_text(seen->daemon.n ? seen->daemon.data : "")
					      : json_null());
	return r < 0 ? r : env_json(env, EG_TAKE(o));
}

/* ---- looking ---- */

/* A change under way is not waited for, and what a killed one has left is put right. */
static int put_right(struct env *env, struct change *c)
{
	int r = store_lock(c->store, 0, NULL);

	if (r == -EBUSY) {
		diag_note(env->diag, NOWHERE, "a change is under way");
		return 0;
	}
	if (r == 0)
		r = change_recover(c);
	store_unlock(c->store);
	return r;
}

static int look(struct env *env, struct change *c, struct seen *seen)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	int r = put_right(env, c);

	if (r == 0)
		r = nft_link_open(&link, env->diag);
	if (r == 0)
		r = standing_read(c->store, link, c->arena, env->diag, &seen->st);
	if (r < 0)
		return r;
	if (seen->st.learned_n)
		qsort(seen->st.learned, seen->st.learned_n, sizeof(*seen->st.learned), by_name);
	seen->guarded = seen->st.g.state == GENERATION_PENDING &&
			guard_is_there(c->store, seen->st.g.number);
	r = daemon_ask(c->run, "status\n", DAEMON_WAIT_STATUS, env->diag, &seen->daemon);
	seen->has_daemon = !daemon_absent(r);
	return r == -ENOMEM ? r : 0; /* what else is wrong with egretd is told */
}

static int status(struct env *env, struct change *c, struct seen *seen)
{
	bool drift;
	int r;

	c->run = path_run();
	c->d = env->diag;
	c->arena = arena_new();
	r = c->arena ? store_open(generations_folder(), false, env->diag, &c->store) : -ENOMEM;
	if (r == 0)
		r = look(env, c, seen);
	if (r == 0)
		r = env->json ? print_json(env, seen) : print_text(env, seen);
	drift = seen->st.drift != DRIFT_NONE && seen->st.drift != DRIFT_WORDS;
	return r < 0 ? r : drift && seen->st.g.number;
}

static int status_run(struct env *env, int argc, char **argv)
{
	struct change c = CHANGE_INIT;
	struct seen seen = { .st = STANDING_INIT, .daemon = BUF_INIT };
	int r = status(env, &c, &seen);

	(void)argc;
	(void)argv;
	standing_release(&seen.st);
	buf_release(&seen.daemon);
	change_close(&c);
	return r;
}

const struct command command_status = {
	.name = "status",
	.args = "[--state DIR]",
	.help = "what the gateway does now, and whether it is what was applied",
	.options = (const struct cmd_option[]){ GENERATIONS_STATE_OPTION, { 0 } },
	.run = status_run,
};
