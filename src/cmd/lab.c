/* SPDX-License-Identifier: Apache-2.0 */
/* egret lab: the policy enforced by this kernel, in a network of its own, and shown with packets.
 */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/command.h"
#include "cmd/print.h"
#include "cmd/table.h"
#include "control/load.h"
#include "control/paths.h"
#include "lab/authority.h"
#include "lab/show.h"

struct run {
	struct env *env;
	struct load_report report;
	uint64_t told_ns; /* when progress was last drawn */
};

/* ---- loading, at the lab's gateway ---- */

/* Runs in a child inside the gateway: the report goes back as bytes. */
static int load_inside(void *data, struct diag *d, struct buf *out)
{
	struct run *run = data;
	struct load_report report;
	int r = load_policy(&run->env->plan, run->env->m, d, &report);

	if (r == 0)
		buf_add(out, &report, sizeof(report));
	return r < 0 ? r : out->r;
}

static int load(void *data, struct lab *lab, struct diag *d)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct run *run = data;
	int r = lab_gateway_run(lab, load_inside, run, d, &out);

	if (r == 0 && out.n != sizeof(run->report))
		r = -EPROTO;
	if (r == 0)
		memcpy(&run->report, out.data, sizeof(run->report));
	return r;
}

/* ---- the resolver, beside this program ---- */

enum { ARGS_MAX = 2 * TOPOLOGY_NODES_MAX + 16 };

/* "egretd" in the folder of the running program. */
static const char *resolver_path(struct arena *a)
{
	char self[PATH_TEXT_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	self[n] = '\0';
	slash = strrchr(self, '/');
	return slash ? arena_printf(a, "%.*s/egretd", (int)(slash - self), self) : NULL;
}

static const char *listen_at(struct arena *a, size_t node)
{
	char text[ADDR_TEXT_MAX];

	(void)addr_format(lab_gateway_address(node), text); /* always fits */
	return arena_printf(a, "%s:53", text);
}

static int run_resolver(struct run *run, struct lab *lab, struct arena *a, const char *program)
{
	const struct topology *t = lab_topology(lab);
	char policy[PATH_MAX], catalogs[PATH_MAX]; /* the lab has another working directory */
	const char *argv[ARGS_MAX] = { program,	 "--policy",   policy,	    "--catalogs",
				       catalogs, "--upstream", AUTHORITY_V4 };
	size_t n = 7;

	if (!realpath(run->env->policy_path, policy) ||
	    !realpath(run->env->catalogs_path, catalogs))
		return -errno;
	for (size_t i = 0; i < t->nodes; i++) {
		if (i == t->outside)
			continue;
		argv[n++] = "--listen";
		argv[n] = listen_at(a, i);
		if (!argv[n++])
			return -ENOMEM;
	}
	return lab_program(lab, TOPOLOGY_GATEWAY, argv);
}

static int start_resolver(void *data, struct lab *lab, struct diag *d)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const char *program = a ? resolver_path(a) : NULL;

	if (!a)
		return -ENOMEM;
	if (!program || access(program, X_OK) < 0) {
		diag_note(d, NOWHERE, "egretd is not beside egret: rules on names wait");
		return -ENOENT;
	}
	return run_resolver(data, lab, a, program);
}

static void progress(void *data, enum show_step step, size_t done, size_t of)
{
	struct run *run = data;
	uint64_t now = clock_ns();

	if (done && done < of && now - run->told_ns < 100000000U)
		return;
	run->told_ns = now;
	if (of)
		env_progress(run->env, "%s: %zu of %zu", show_step_name(step), done, of);
	else
		env_progress(run->env, "%s", show_step_name(step));
}

/* ---- the table ---- */

static enum tone tone_of(enum shown s)
{
	static const enum tone tone[] = {
		[SHOWN_YES] = TONE_GOOD,    [SHOWN_WAITS] = TONE_WAIT,
		[SHOWN_NOTHING] = TONE_DIM, [SHOWN_UNREACHABLE] = TONE_BAD,
		[SHOWN_FAILED] = TONE_BAD,
	};

	return tone[s];
}

static void print_result(const struct outcome *o, const struct show_outcome *s, struct buf *out)
{
	switch (s->shown) {
	case SHOWN_YES:
		buf_adds(out, o->fate == FATE_NAMES ? "enforced by name and shown"
						    : "enforced and shown");
		if (o->why)
			buf_printf(out, " (%s)", o->why);
		break;
	case SHOWN_WAITS:
		buf_adds(out, "by name: refused until the resolver has learned an address");
		break;
	case SHOWN_NOTHING:
		buf_printf(out, "%s%s%s", fate_name(o->fate), o->why ? ": " : "",
			   o->why ? o->why : "");
		break;
	case SHOWN_UNREACHABLE:
		buf_adds(out, "NOT SHOWN: no flow could be made for it");
		break;
	case SHOWN_FAILED:
		buf_adds(out, "FAILED: see below");
		break;
	}
}

/* "12" passed, "3/12" when some did not, "" when there was nothing to pass. */
static void print_share(size_t got, size_t wanted, struct buf *out)
{
	if (got != wanted)
		buf_printf(out, "%zu/%zu", got, wanted);
	else if (wanted)
		buf_printf(out, "%zu", got);
}

static int outcome_row(const struct outcome *o, const struct show_outcome *s, struct table *t)
{
	const struct requirement *q = o->requirement;
	EG_AUTO(buf_release) struct buf flows = BUF_INIT;
	EG_AUTO(buf_release) struct buf passed = BUF_INIT;
	EG_AUTO(buf_release) struct buf refused = BUF_INIT;
	EG_AUTO(buf_release) struct buf result = BUF_INIT;

	requirement_print_wanted(q, &flows);
	if (q->direction == DIRECTION_INBOUND)
		buf_adds(&flows, " inbound");
	if (s->passed == s->must_pass && s->passed)
		buf_printf(&passed, "%zu+%zu", s->passed4, s->passed6);
	else
		print_share(s->passed, s->must_pass, &passed);
	print_share(s->refused, s->must_refuse, &refused);
	print_result(o, s, &result);
	if (flows.r < 0 || passed.r < 0 || refused.r < 0 || result.r < 0)
		return -ENOMEM;
	return table_row(t, tone_of(s->shown),
			 (const char *const[]){ q->id, flows.data, buf_str(&passed).p,
						buf_str(&refused).p, result.data });
}

static int print_rows(struct env *env, const struct show *show, struct buf *out)
{
	EG_AUTO(table_freep) struct table *t = table_new(5);
	const struct service *last = NULL;
	int r = !t ? -ENOMEM
		   : table_row(t, TONE_HEAD,
			       (const char *const[]){ "REQUIREMENT", "FLOWS", "PASSED v4+v6",
						      "REFUSED", "RESULT" });

	for (size_t i = 0; r == 0 && i < show->outcomes; i++) {
		const struct outcome *o = &env->plan.outcome[i];
		const struct service *s = o->requirement->service;
		EG_AUTO(buf_release) struct buf title = BUF_INIT;

		if (s != last) {
			buf_printf(&title, "%s/%s  %s", s->catalog->vendor, s->id, s->title);
			r = title.r < 0 ? title.r : table_group(t, title.data);
		}
		last = s;
		if (r == 0)
			r = outcome_row(o, &show->outcome[i], t);
	}
	if (r < 0)
		return r;
	table_right(t, 2);
	table_right(t, 3);
	table_print(t, env->width, env->color, out);
	return 0;
}

/* ---- the end of the story ---- */

static void print_failures(const struct show *show, struct buf *out)
{
	enum { MOST = 20 };

	for (size_t i = 0; i < show->failures && i < MOST; i++) {
		buf_adds(out, i ? "  " : "\nNot as it must be:\n  ");
		show_failure_print(&show->failure[i], out);
		buf_addc(out, '\n');
	}
	if (show->failures > MOST)
		buf_printf(out, "  (+%zu more)\n", show->failures - MOST);
}

/* Trials of names for which the resolver gave no answer. */
static size_t unasked(const struct show *show)
{
	size_t n = 0;

	for (size_t i = 0; i < show->failures; i++)
		n += show->failure[i].step == SHOW_RESOLVE;
	return n;
}

static void print_counts(const struct show *show, struct buf *out)
{
	size_t by[SHOWN_FAILED + 1] = { 0 };

	for (size_t i = 0; i < show->outcomes; i++)
		by[show->outcome[i].shown]++;
	buf_printf(out, "\n%zu requirements: %zu enforced and shown, ", show->outcomes,
		   by[SHOWN_YES]);
	if (by[SHOWN_WAITS])
		buf_printf(out, "%zu by name and refused without a resolver, ", by[SHOWN_WAITS]);
	buf_printf(out, "%zu without rules", by[SHOWN_NOTHING]);
	if (by[SHOWN_FAILED] + by[SHOWN_UNREACHABLE])
		buf_printf(out, ", %zu FAILED", by[SHOWN_FAILED] + by[SHOWN_UNREACHABLE]);
	buf_printf(
		out,
		"\n%zu flows answered through the open gateway; with the policy %zu of %zu passed "
		"and %zu of %zu never arrived\n",
		show->answered_open, show->passed, show->must_pass, show->refused,
		show->must_refuse);
	if (show->resolver)
		buf_printf(out,
			   "names: refused before the resolver had answered for them, %zu of %zu "
			   "passed right behind the answer; a name outside the policy %s, and %s "
			   "(UDP, TCP)\n",
			   show->asked, show->asked + unasked(show),
			   show->foreign_refused ? "was refused" : "WAS NOT REFUSED",
			   show->foreign_kept ? "no packet about it left" : "LEFT THE GATEWAY");
	if (show->answered_again)
		buf_printf(out, "%zu of the answers came only when asked again: a busy machine\n",
			   show->answered_again);
}

static void print_end(struct env *env, const struct run *run, const struct show *show,
		      uint64_t took_ns, struct buf *out)
{
	const struct load_report *report = &run->report;

	print_failures(show, out);
	print_counts(show, out);
	buf_printf(out,
		   "kernel: %zu chains, %zu rules, %zu sets with %zu elements, replaced in one "
		   "transaction in %.1f ms; read back equal to the policy\n",
		   report->chains, report->rules, report->sets, report->elements,
		   (double)report->replace_ns / 1e6);
	if (report->learned)
		buf_printf(out, "by name: %zu addresses learned\n", report->learned);
	if (show->udp_timeout_s)
		buf_printf(out, "an answered UDP flow may pause %u s\n", show->udp_timeout_s);
	buf_printf(out, "%s in %.1f s\n",
		   show_good(show) ? "everything that is claimed was shown"
				   : "NOT everything was shown",
		   (double)took_ns / 1e9);
	buf_adds(out, "\nnext:\n");
	buf_printf(out, "  %s why 'udp 10.1.2.3 -> 170.114.10.1:8805' --policy %s\n", env->program,
		   env->policy_path);
	buf_printf(out, "  %s build --to nftables --policy %s\n", env->program, env->policy_path);
	buf_printf(out, "  nft list ruleset | %s prove - --policy %s\n", env->program,
		   env->policy_path);
}

static int print_show(struct env *env, const struct run *run, const struct show *show,
		      uint64_t took_ns)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	int r = print_rows(env, show, &out);

	if (r < 0)
		return r;
	print_end(env, run, show, took_ns, &out);
	if (out.r < 0)
		return out.r;
	env_progress_end(env);
	(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return 0;
}

/* ---- JSON ---- */

static const char *shown_name(enum shown s)
{
	static const char *const name[] = { "shown", "waits", "nothing", "unreachable", "failed" };

	return name[s];
}

static int rows_json(struct env *env, const struct show *show, json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < show->outcomes; i++) {
		const struct outcome *o = &env->plan.outcome[i];
		const struct show_outcome *s = &show->outcome[i];

		r = json_push(
			list,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:I, s:I, s:I, s:I, s:I, s:I}",
				  "vendor", o->requirement->service->catalog->vendor, "service",
				  o->requirement->service->id, "requirement", o->requirement->id,
				  "shown", shown_name(s->shown), "fate", fate_name(o->fate), "why",
				  o->why, "passed", (json_int_t)s->passed, "passed ipv4",
				  (json_int_t)s->passed4, "passed ipv6", (json_int_t)s->passed6,
				  "must pass", (json_int_t)s->must_pass, "refused",
				  (json_int_t)s->refused, "must be refused",
				  (json_int_t)s->must_refuse));
	}
	return r < 0 ? r : json_put(object, "requirements", EG_TAKE(list));
}

static int failures_json(const struct show *show, json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < show->failures; i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		show_failure_print(&show->failure[i], &text);
		r = text.r < 0 ? text.r : json_push(list, json_text(text.data));
	}
	return r < 0 ? r : json_put(object, "failures", EG_TAKE(list));
}

static int print_json(struct env *env, const struct run *run, const struct show *show,
		      uint64_t took_ns)
{
	EG_AUTO(json_freep)
	json_t *o =
		json_pack("{s:b, s:b, s:b, s:b, s:f, s:I, s:I, s:I, s:I}", "good", show_good(show),
			  "resolver", show->resolver, "foreign name refused", show->foreign_refused,
			  "foreign name kept", show->foreign_kept, "seconds", (double)took_ns / 1e9,
			  "kernel rules", (json_int_t)run->report.rules, "kernel elements",
			  (json_int_t)run->report.elements, "udp pause seconds",
			  (json_int_t)show->udp_timeout_s, "answered again",
			  (json_int_t)show->answered_again);
	int r = o ? rows_json(env, show, o) : -ENOMEM;

	if (r == 0)
		r = failures_json(show, o);
	return r < 0 ? r : env_json(env, EG_TAKE(o));
}

static int lab_run(struct env *env, int argc, char **argv)
{
	struct run run = { .env = env };
	const struct show_hooks hooks = {
		.load = load, .resolver = start_resolver, .progress = progress, .data = &run
	};
	struct show show = SHOW_INIT;
	uint64_t start = clock_ns();
	int r = show_run(&env->policy, &env->plan, env->m, &hooks, env->diag, &show);

	(void)argc;
	(void)argv;
	if (r < 0)
		return r;
	r = env->json ? print_json(env, &run, &show, clock_ns() - start)
		      : print_show(env, &run, &show, clock_ns() - start);
	if (r == 0)
		r = !show_good(&show);
	show_release(&show);
	return r;
}

const struct command command_lab = {
	.name = "lab",
	.args = "",
	.help = "enforce the policy in a network of its own, and show it with packets",
	.needs = NEEDS_POLICY,
	.run = lab_run,
};
