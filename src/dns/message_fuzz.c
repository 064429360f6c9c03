/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a client's query and as an upstream's response. The first two bytes are the size
 * that the client takes and the age of the answer.
 *   - a query that is read has the question that an answer to it repeats;
 *   - what is made of a response fits its room; it reads back as the same addresses and codes, and
 *     the second writing is the first one, byte for byte;
 *   - no address comes out that the guard refuses, and each is one of the answer's records;
 *   - an answer is never longer than the client takes, unless it says that it was cut.
 */
#include <assert.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct answer_rules rules = { .ttl_max = 3600, .negative_max = 300 };

static struct answer_room first;
static struct answer_room again;
static uint8_t out[ANSWER_SIZE_MAX];
static uint8_t second[ANSWER_SIZE_MAX];

static struct dns_query query_of(const struct dns_question *q, size_t size)
{
	struct dns_query query = { .id = 1, .flags = DNS_RD, .question = *q };

	query.raw_n = (uint16_t)(q->name.n + 4);
	memcpy(query.raw, q->name.wire, q->name.n);
	query.raw[q->name.n] = (uint8_t)(q->type >> 8);
	query.raw[q->name.n + 1] = (uint8_t)q->type;
	query.raw[q->name.n + 2] = (uint8_t)(q->class >> 8);
	query.raw[q->name.n + 3] = (uint8_t)q->class;
	query.edns = size > DNS_UDP_PLAIN;
	query.size = (uint16_t)size;
	return query;
}

static void check_addresses(const struct answer *a)
{
	assert(a->addresses <= ANSWER_ADDRESSES_MAX && a->addresses <= a->answers);
	for (unsigned i = 0; i < a->addresses; i++) {
		assert(guard_is_public(a->address[i].addr));
		assert(a->address[i].ttl <= rules.ttl_max);
	}
}

static void check_response(const uint8_t *data, size_t size, size_t limit, uint32_t age)
{
	struct cursor c = cursor_over(data, size);
	struct dns_header h;
	struct dns_question q;
	struct dns_query query;
	size_t n;

	dns_header_read(&c, &h);
	dns_question_read(&c, &q);
	if (c.r < 0 || !answer_is_for(&q, h.id, data, size) ||
	    answer_read(&q, &rules, data, size, &first) < 0)
		return;
	check_addresses(&first.answer);
	query = query_of(&q, limit);
	n = answer_write(&first.answer, &query, age, limit, out);
	assert(n <= limit || out[2] & DNS_TC >> 8);
	n = answer_write(&first.answer, &query, 0, DNS_MESSAGE_MAX, out);
	assert(n >= DNS_HEADER && n <= sizeof(out));
	assert(answer_is_for(&q, 1, out, n));
	if (first.answer.rcode == RCODE_REFUSED)
		return;
	assert(answer_read(&q, &rules, out, n, &again) == 0);
	assert(again.answer.addresses == first.answer.addresses);
	for (unsigned i = 0; i < first.answer.addresses; i++)
		assert(addr_cmp(again.address[i].addr, first.address[i].addr) == 0);
	assert(answer_write(&again.answer, &query, 0, DNS_MESSAGE_MAX, second) == n);
	assert(memcmp(out, second, n) == 0);
}

static void check_query(const uint8_t *data, size_t size)
{
	struct answer a = answer_plain(RCODE_REFUSED, WHY_PROHIBITED);
	struct dns_query query;
	struct dns_name back;
	struct name text;
	size_t n;
	int r = dns_query_read(data, size, &query);

	if (r < 0)
		return;
	n = answer_write(&a, &query, 0, query.size, out);
	assert(n <= DNS_UDP_PLAIN);
	if (r != RCODE_NOERROR)
		return;
	assert(answer_is_for(&query.question, query.id, out, n));
	assert(query.raw_n == query.question.name.n + 4);
	if (dns_name_text(&query.question.name, &text) < 0)
		return;
	assert(dns_name_of(&text, &back) == 0);
	assert(dns_name_equal(&back, &query.question.name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	check_query(data + 2, size - 2);
	check_response(data + 2, size - 2, DNS_UDP_PLAIN + data[0] * 3U, data[1]);
	return 0;
}
