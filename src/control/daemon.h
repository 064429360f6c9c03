/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running egretd, over its socket RUN/control: one request a packet, one reply a packet.
 *
 * Where egretd runs, it is the process that loads the table: its resolver and its table change
 * together. Requests are "load FOLDER\n" (egret.yaml and catalogs/ of a generation) and
 * "status\n"; replies are "ok\n" or "failed\n" and a text for people.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"

enum {
	DAEMON_REPLY_MAX = 256 * 1024,
	/* How long an answer is waited for, in seconds. */
	DAEMON_WAIT_LOAD = 300, /* a policy of the largest size loads in a minute or two */
	DAEMON_WAIT_BACK = 10,	/* a promise is kept without an egretd that hangs */
	DAEMON_WAIT_STATUS = 5
};

/*
 * Sends a request and appends the text of the reply. -ENOENT, -ECONNREFUSED: no egretd runs there;
 * nothing is told. E_REFUSED: egretd could not do it, its text is in `d`. Other errors are told:
 * -ETIMEDOUT when it does not answer in `seconds`, and may still do what it was asked for.
 */
EG_CHECK int daemon_ask(const char *run, const char *request, unsigned seconds, struct diag *d,
			struct buf *out);

/* "load FOLDER". */
EG_CHECK int daemon_load(const char *run, const char *folder, unsigned seconds, struct diag *d,
			 struct buf *out);

/* Does the result of daemon_ask() mean that no egretd runs? */
bool daemon_absent(int r);
