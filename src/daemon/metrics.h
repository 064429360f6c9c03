/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What egretd counts, as Prometheus reads it (text format 0.0.4), and the parent's side of the role
 * that gives it to whoever asks on a port. The role is told every few seconds and has nothing
 * else: it can neither ask nor learn more.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/loop.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "net/peer.h"

enum { METRICS_TEXT_MAX = 4 << 20, METRICS_EVERY_S = 5 };

struct metrics {
	int socket; /* listens; -1: nobody is told */
	struct role_process role;
	struct loop_timer due;
	int (*write)(void *data, struct buf *out);
	void *data;
};

/* The socket that is asked. `socket` is -1, and `write` and `data` are set, before. */
EG_CHECK int metrics_open(struct metrics *m, const struct peer *at, struct diag *d);

/* The role, when there is a socket. The story is in `d`. */
EG_CHECK int metrics_start(struct metrics *m, struct loop *loop, const struct log *log,
			   struct diag *d);
void metrics_release(struct metrics *m);

/* "# HELP", "# TYPE" and the lines of one metric begin with this. `kind`: "counter", "gauge". */
void metric_head(struct buf *out, const char *name, const char *kind, const char *help);

/* A value, and its label unless `label` is NULL. */
void metric_line(struct buf *out, const char *name, const char *label, const char *value,
		 unsigned long long n);
