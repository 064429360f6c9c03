/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket on which the `egret` program speaks with a running egretd: a SOCK_SEQPACKET socket,
 * for root and for the user that egretd runs as, and nobody else (SO_PEERCRED).
 *
 * One packet is a request, one packet is its answer, both text: "load FOLDER", "status" or
 * "look" (for drift, now); "ok\n..." or "failed\n..." with what people should know.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/loop.h"
#include "base/str.h"

enum { CONTROL_REQUEST_MAX = 4096, CONTROL_ANSWER_MAX = 64 << 10, CONTROL_CLIENTS_MAX = 16 };

struct control;

/* Writes an answer. 0: ok; negative: failed. */
typedef int (*control_fn)(void *data, struct str request, struct buf *answer);

/*
 * Listens on `path`, and makes its folder when it is not there. E_CONFLICT: another egretd
 * listens there. The story is in `d`.
 */
EG_CHECK int control_open(struct loop *loop, const char *path, control_fn request, void *data,
			  struct diag *d, struct control **ret);
void control_close(struct control *c); /* and removes the path */
