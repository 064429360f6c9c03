/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/delivery.h"

#include <errno.h>

#include "dns/listener.h"

#define NS_PER_MS 1000000ULL

/* ---- written answers ---- */

/* Into `packet`; returns the length. */
static size_t write_answer(struct delivery *d, const struct client *c, const struct dns_query *q,
			   const struct answer *a, uint32_t age)
{
	return answer_write(a, q, age, c->fd < 0 ? DNS_MESSAGE_MAX : q->size, d->packet);
}

static void send_answer(struct delivery *d, const struct client *c, const uint8_t *packet, size_t n)
{
	d->count->answers++;
	d->count->servfail += (packet[3] & DNS_RCODE) == RCODE_SERVFAIL;
	d->count->truncated += (packet[2] & DNS_TC >> 8) != 0;
	d->count->unsent += !client_answer(c, packet, n);
}

void delivery_now(struct delivery *d, const struct client *c, const struct dns_query *q,
		  const struct answer *a, uint32_t age)
{
	send_answer(d, c, d->packet, write_answer(d, c, q, a, age));
}

void delivery_plain(struct delivery *d, const struct client *c, const struct dns_query *q,
		    enum dns_rcode rcode, enum answer_why why)
{
	const struct answer a = answer_plain(rcode, why);

	delivery_now(d, c, q, &a, 0);
}

/* ---- answers that wait ---- */

static void set_late(struct delivery *d)
{
	d->late.at = d->held.first ? d->held.first->due : 0;
}

static void hold(struct delivery *d, const struct waiter *w, size_t n)
{
	uint64_t due = loop_now(d->loop) + d->settings->learn_ms * NS_PER_MS;

	if (held_add(&d->held, d->ticket, w, d->packet, n, due) < 0) {
		d->count->overload++;
		delivery_plain(d, &w->client, &w->query, RCODE_SERVFAIL, WHY_OTHER);
	}
	set_late(d);
}

void delivery_learned(struct delivery *d, uint64_t ticket, int r)
{
	struct held *h = held_take(&d->held, ticket);

	if (!h)
		return;
	set_late(d);
	*(r == 0 ? &d->count->learned : &d->count->learn_refused) += 1;
	if (r == 0)
		send_answer(d, &h->client, h->packet, h->n);
	else
		delivery_plain(d, &h->client, &h->query, RCODE_SERVFAIL, WHY_OTHER);
	held_free(h);
}

/* Without the acknowledgement the answer would be a lie: the name does not work now. */
static void late(void *data)
{
	struct delivery *d = data;

	for (struct held *h; (h = d->held.first) && h->due <= loop_now(d->loop);) {
		d->count->learn_late++;
		(void)held_take(&d->held, h->ticket); /* it is `h` */
		delivery_plain(d, &h->client, &h->query, RCODE_SERVFAIL, WHY_OTHER);
		held_free(h);
	}
	set_late(d);
}

/* ---- learning ---- */

/* The kernel knows the addresses before the client does. */
static int learn(struct delivery *d, const struct waiter *w, const struct answer *a, uint32_t age)
{
	struct dns_learned learned[ANSWER_ADDRESSES_MAX];
	int r;

	for (unsigned i = 0; i < a->addresses; i++) {
		uint32_t ttl = a->address[i].ttl > age ? a->address[i].ttl - age : 0;

		if (ttl < d->settings->ttl_floor)
			ttl = d->settings->ttl_floor;
		learned[i] = (struct dns_learned){ a->address[i].addr, ttl + d->settings->grace };
	}
	r = d->hooks->learn(d->hooks->data, ++d->ticket, w->client.peer.addr, &w->name, learned,
			    a->addresses);
	if ((r == 0 || r == -EINPROGRESS) &&
	    ledger_learned(d->ledger, &w->name, learned, a->addresses, loop_now(d->loop)) < 0)
		d->count->unlisted++;
	return r;
}

void delivery_give(struct delivery *d, const struct waiter *w, const struct answer *a, uint32_t age)
{
	int r = a->addresses ? learn(d, w, a, age) : 0;

	if (r == -EINPROGRESS) {
		hold(d, w, write_answer(d, &w->client, &w->query, a, age));
		return;
	}
	if (r < 0) {
		d->count->learn_refused++;
		delivery_plain(d, &w->client, &w->query, RCODE_SERVFAIL, WHY_OTHER);
		return;
	}
	d->count->learned += a->addresses > 0;
	delivery_now(d, &w->client, &w->query, a, age);
}

/* ---- life ---- */

int delivery_init(struct delivery *d, uint64_t seed)
{
	d->late = (struct loop_timer){ .fire = late, .data = d };
	loop_timer_add(d->loop, &d->late);
	d->ledger = ledger_new(d->settings->addresses, seed, d->hooks->forget, d->hooks->data);
	return d->ledger ? 0 : -ENOMEM;
}

void delivery_release(struct delivery *d)
{
	loop_timer_remove(d->loop, &d->late);
	while (d->held.first)
		held_free(held_take(&d->held, d->held.first->ticket));
	ledger_free(d->ledger);
}
