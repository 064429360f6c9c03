/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A persistent NETLINK_NETFILTER socket to nf_tables in the network namespace where it was opened.
 *
 * Entering a namespace is the caller's matter: open the link there and keep it; a thread may leave
 * again. One transaction is one sendmsg: the kernel works through it before sendmsg returns,
 * takes it whole or not at all, and leaves its acknowledgements in the receive queue.
 *
 * How much one sendmsg may carry is the socket's send buffer. Root of the initial user namespace
 * sets it freely (SO_SNDBUFFORCE); anybody else, also root of a user namespace, gets at most twice
 * net.core.wmem_max: with Debian's default of 208 KiB about 10,000 IPv4 prefixes. There is no way
 * to spread one transaction over several messages: nfnetlink ends (aborts) a batch where its
 * packet ends. A larger batch is refused here with E_LIMIT before anything is sent.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/batch.h"

struct nft_link;

/* -EPROTONOSUPPORT and others of socket(2): the kernel has no nfnetlink. The diag tells. */
EG_CHECK int nft_link_open(struct nft_link **ret, struct diag *d);
void nft_link_close(struct nft_link *l); /* NULL is fine */
void nft_link_closep(struct nft_link **l);

enum nft_commit { NFT_COMMIT, NFT_CHECK };

/*
 * Sends the batch as one transaction. NFT_CHECK leaves the end message out, as `nft --check` does:
 * the kernel validates every change and then takes all of it back.
 * Negative errno from the kernel (-EPERM, -ENOENT, -EEXIST, -EBUSY, -EOPNOTSUPP, ...): nothing was
 * changed and the diag names each refused object. E_LIMIT: too large for one transaction.
 */
EG_CHECK int nft_link_commit(struct nft_link *l, struct batch *b, enum nft_commit mode,
			     struct diag *d);

/*
 * The same, unless the kernel's rules are not those of that generation any more: -ERESTART, with
 * nothing changed and nothing told. So what was read before can be part of the transaction.
 */
EG_CHECK int nft_link_commit_at(struct nft_link *l, struct batch *b, uint32_t generation,
				enum nft_commit mode, struct diag *d);

/*
 * A transaction whose refusals are for the program: error[i] is that of message i (0: none; there
 * is room for all). Returns the first of them, or what went wrong with the transaction as a whole,
 * and then no error[] may be set. Nothing was changed unless it is 0.
 */
EG_CHECK int nft_link_try(struct nft_link *l, struct batch *b, int *error);

/* One message of an answer: its NFT_MSG_* type, family and attributes, valid during the call. */
struct nft_answer {
	unsigned type;
	uint8_t family;
	const void *attrs;
	size_t size;
};

typedef int (*nft_answer_fn)(void *data, const struct nft_answer *a);

/*
 * Sends the only message of `b` (NFT_MSG_GET*, NLM_F_DUMP for a list) and hands every answer to
 * `each`, whose first negative result ends the work and is returned (the rest is read and dropped).
 * -EINTR: the kernel's rules changed during the dump; all answers came, but not from one moment. No
 * diag: -ENOENT is an answer.
 */
EG_CHECK int nft_link_ask(struct nft_link *l, struct batch *b, nft_answer_fn each, void *data);

/* The number of the kernel's current ruleset: changes with every transaction in the namespace. */
EG_CHECK int nft_link_generation(struct nft_link *l, uint32_t *ret);

/* The index of a network interface in the link's namespace. E_UNKNOWN: there is none. */
EG_CHECK int nft_link_ifindex(const struct nft_link *l, const char *name, uint32_t *ret);

/* Its name by index, NUL-terminated, into IFNAMSIZ (16) bytes. */
EG_CHECK int nft_link_ifname(const struct nft_link *l, uint32_t index, char name[static 16]);

/* What one transaction may hold at most on this link, in bytes of its batch. */
size_t nft_link_limit(struct nft_link *l);
