/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A role of egretd: a process of its own, for what comes from strangers.
 *
 * The parent starts its own program again ("egretd --role NAME") with one end of a socket pair as
 * descriptor 3. A role's first act is to give up its rights (daemon/sandbox.h); all that it works
 * with comes in messages (daemon/message.h). It ends when the parent does.
 *
 * A role that ends unasked is started again, at once if it has lived for a while, otherwise after
 * a pause that doubles. One that has never served is tried a few times only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/loop.h"
#include "daemon/channel.h"
#include "daemon/log.h"
#include "daemon/sandbox.h"

enum { ROLE_FD = 3, ROLE_TRIES = 5 };

/* What a role is; each is at the end of its file. */
struct role_kind {
	const char *name, *help;
	struct sandbox sandbox;
	/* Works until the channel `fd` ends. 0, or why it had to stop. */
	int (*run)(int fd, const struct log *log, struct diag *d);
};

#define ROLE(id) extern const struct role_kind role_##id;
#include "daemon/roles.def"
#undef ROLE

/* The whole of a role's process: the exit status. 2: there is no such role. */
int role_main(const char *name, const struct log *log, struct diag *d);

/* The parent's side. */
struct role_process {
	const struct role_kind *kind;
	const struct log *log;
	struct diag *d;
	struct loop *loop;
	struct channel channel;
	struct loop_watch end; /* its process */
	struct loop_timer again;
	uint64_t born;
	unsigned deaths; /* one after the other, each soon after birth */
	unsigned starts;
	pid_t pid;
	bool ending; /* it is meant to end */
	bool served; /* the owner tells: it has worked once */

	void (*started)(void *data); /* the channel is open: send what it works with */
	void (*received)(void *data, const struct message *m);
	void (*rested)(void *data); /* all of a burst were received */
	void (*over)(void *data);   /* it has ended as it was meant to */
	void (*failed)(void *data); /* it does not start, and is not tried any more */
	void *data;
};

/* `kind`, `log`, `d`, `loop` and the functions are set before. The story is in `d`. */
EG_CHECK int role_start(struct role_process *r);

/* It will not be started again when it ends. */
void role_end(struct role_process *r);
void role_kill(struct role_process *r); /* it hangs; it is started again */

/* Kills it if it still lives, and waits. */
void role_release(struct role_process *r);
