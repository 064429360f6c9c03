/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forwarding resolver that asks before it forwards, and tells before it answers.
 *
 *   query -> decide(client, name) -> [cache | upstream] -> guard -> learn(addresses) -> answer
 *
 * What it promises:
 *   - a name that decide() refuses is answered at once, and no packet about it leaves;
 *   - an answer with addresses is sent only after learn() said 0 for all of them: whoever has the
 *     answer may connect. If it says anything else, the client gets SERVFAIL;
 *   - that holds for an answer out of the cache as well, each time: its elements are renewed;
 *   - an address is never forgotten by the kernel before the client's copy of the answer ends;
 *   - HTTPS and SVCB records are given without what leads elsewhere (svcb.h), or, as the settings
 *     say, such questions are answered with "no data" and do not leave. Types other than a few are
 *     refused.
 *
 * It knows nothing of policies, catalogs or the kernel: both questions are callbacks. One thread,
 * one loop. What it holds has limits (below): when one is reached, the new query is answered
 * SERVFAIL, or a new connection is closed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/loop.h"
#include "dns/answer.h"
#include "dns/tls.h"
#include "net/addr.h"
#include "net/name.h"
#include "net/nameserver.h"
#include "net/peer.h"

enum {
	FORWARDER_UPSTREAMS_MAX = 8,
	FORWARDER_LISTENERS_MAX = 64, /* sockets: two for each address */
	FORWARDER_QUERIES_MAX = 4096, /* questions that upstreams are asked at the same time */
	FORWARDER_WAITERS_MAX = 64,   /* clients that wait for the same question */
	FORWARDER_HELD_MAX = 8192,    /* answers that wait for the kernel's acknowledgement */
	FORWARDER_CONNECTIONS_MAX = 256,
	FORWARDER_PIPELINE_MAX = 32, /* unanswered queries of one connection */
	FORWARDER_TRIES_MAX = 4	     /* sendings of one question */
};

/*
 * For which families a name may be asked for; the other one has "no data", and nothing leaves.
 * DNS_NAMED with it: the policy says this very name, not a pattern that holds it. Public resolvers
 * are refused without (refusal.h).
 */
enum dns_decision {
	DNS_REFUSE = 0,
	DNS_ALLOW_V4 = 1,
	DNS_ALLOW_V6 = 2,
	DNS_ALLOW = 3,
	DNS_NAMED = 4
};

/* What a client is told of a refused name. */
enum dns_refusal { DNS_REFUSED, DNS_NXDOMAIN, DNS_SINKHOLE };

struct dns_learned {
	struct addr addr;
	uint32_t seconds; /* how long the client may use it: max(ttl, floor) + grace */
};

struct dns_hooks {
	/* May this client ask for this name? Asked for each query, before all else. */
	enum dns_decision (*decide)(void *data, struct addr client, const struct name *name);

	/*
	 * Makes the addresses reachable for those who may ask for the name. 0 only when the kernel
	 * has acknowledged; 1 when they are reachable for long enough already. -EINPROGRESS:
	 * forwarder_learned() will say so for this ticket; the answer waits for it, `learn_ms` at
	 * most.
	 */
	int (*learn)(void *data, uint64_t ticket, struct addr client, const struct name *name,
		     const struct dns_learned *address, size_t n);

	/*
	 * These addresses of the name need not be reachable any more: it has too many, and no other
	 * name has them (ledger.h). NULL: they stay until their time is over.
	 */
	void (*forget)(void *data, const struct name *name, const struct addr *address, size_t n);

	/* More addresses that names from outside may not have: the site's own. NULL: none. */
	bool (*inside)(void *data, struct addr a);
	void *data;
};

struct dns_settings {
	struct nameserver upstream[FORWARDER_UPSTREAMS_MAX]; /* the first is preferred */
	size_t upstreams;
	struct tls_client *tls; /* whom to believe over TLS; borrowed. NULL: no upstream has it */
	enum dns_refusal refuse;
	struct addr sinkhole[2]; /* for DNS_SINKHOLE: one of each family at most */
	size_t sinkholes;
	bool services;	  /* HTTPS and SVCB records are given, stripped */
	uint32_t ttl_max; /* seconds, of what clients and the cache are told */
	uint32_t negative_max;
	uint32_t ttl_floor, grace; /* of learned addresses */
	size_t addresses;	   /* that a name may have open, at least ANSWER_ADDRESSES_MAX */
	uint32_t try_ms;	   /* how long one sending waits for its answer */
	uint32_t learn_ms;	   /* how long an answer waits for the kernel */
	uint32_t idle_ms;	   /* how long a connection may be silent */
	size_t cache_entries;	   /* 0: the smallest cache there is */
};

extern const struct dns_settings dns_settings_default;

struct dns_counters {
	uint64_t queries_udp, queries_tcp, malformed;
	uint64_t refused_name, refused_type, no_data; /* no_data: without asking an upstream */
	uint64_t hits, misses, joined;		      /* joined: the question was under way */
	uint64_t sent_udp, sent_tcp, sent_tls, timeouts, unreachable, foreign, failed;
	uint64_t guarded;			     /* addresses that the guard took out */
	uint64_t stripped;			     /* HTTPS and SVCB records that were left out */
	uint64_t learned, learn_refused, learn_late; /* answers */
	uint64_t unlisted;			     /* answers that the ledger has no room for */
	uint64_t answers, servfail, truncated, overload, unsent;
};

struct forwarder;

/* `loop` and what the hooks point to are borrowed. */
EG_CHECK int forwarder_new(struct loop *loop, const struct dns_settings *s,
			   const struct dns_hooks *hooks, struct forwarder **ret);
void forwarder_free(struct forwarder *f);
void forwarder_freep(struct forwarder **f);

/* Takes a bound datagram socket, or a listening stream socket, over: also when it fails. */
EG_CHECK int forwarder_serve(struct forwarder *f, int fd);

/* Takes no more from its sockets: what waits there is for whoever serves them next. */
void forwarder_pause(struct forwarder *f);

/* What became of learning for an answer that waits. One that does not (any more) is nothing. */
void forwarder_learned(struct forwarder *f, uint64_t ticket, int r);

/* Answers that are given between the two leave together: for many forwarder_learned(). */
void forwarder_begin(struct forwarder *f);
void forwarder_flush(struct forwarder *f);

struct ledger;

/* What each name has open. */
const struct ledger *forwarder_ledger(const struct forwarder *f);

const struct dns_counters *forwarder_counters(const struct forwarder *f);

/* What was wrong with the certificate of an upstream when it was last refused; NULL: nothing. */
const char *forwarder_trouble(const struct forwarder *f, size_t upstream);
size_t forwarder_pending(const struct forwarder *f); /* questions and answers under way */
