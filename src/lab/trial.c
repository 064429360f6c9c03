/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/trial.h"

#include "base/alloc.h"

const char *trial_kind_name(enum trial_kind k)
{
	static const char *const name[TRIAL_KINDS] = {
		[TRIAL_ALLOWED] = "allowed",	     [TRIAL_LATE] = "late answer",
		[TRIAL_PORT] = "wrong port",	     [TRIAL_ADDRESS] = "next address",
		[TRIAL_PROTOCOL] = "wrong protocol", [TRIAL_ZONE] = "wrong zone",
		[TRIAL_ROLE] = "wrong role",	     [TRIAL_SOURCE] = "other source",
		[TRIAL_UNSOLICITED] = "unsolicited", [TRIAL_NAME] = "name not learned",
	};

	return (size_t)k < TRIAL_KINDS ? name[k] : "?";
}

void trial_print(const struct trial *t, struct buf *out)
{
	struct flow f = t->flow;

	f.iif = f.oif = 0; /* numbers that mean nothing without their manager */
	flow_print(&f, out);
	buf_printf(out, " (%s, from %s", trial_kind_name(t->kind), t->zone);
	if (t->name)
		buf_printf(out, ", %s", t->name);
	buf_addc(out, ')');
}

void trials_release(struct trials *t)
{
	mem_free(t->trial);
	arena_free(t->arena);
	*t = TRIALS_INIT;
}
