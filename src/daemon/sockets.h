/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets that clients send to: opened here, or handed in by whoever started us (systemd's
 * socket activation, daemon/manager.h; or ourselves before, on SIGUSR2).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "daemon/settings.h"
#include "policy/resolver.h"

/*
 * Into `fd`, close-on-exec. With sockets handed in, no other address is looked at. E_SYNTAX: there
 * is none.
 */
EG_CHECK int sockets_open(const struct settings *s, const struct resolver_policy *policy,
			  struct diag *d, int fd[static FORWARDER_LISTENERS_MAX], size_t *ret);

/*
 * One socket (dns/listener.h). An egretd that was killed a moment ago may have left a role, which
 * ends as soon as it sees that, and until then has its sockets: an address in use is tried again
 * for two seconds.
 */
EG_CHECK int sockets_open_one(const struct peer *at, bool stream, struct diag *d, int *fd);

/* The addresses of the datagram sockets: where clients ask. */
EG_CHECK int sockets_where(const int *fd, size_t n, struct peer *ret, size_t *ret_n);

/* Starts `argv` in our place with those sockets. Returns only what went wrong. */
int sockets_hand_over(const int *fd, size_t n, char **argv);
