/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/refusal.h"

#include "dns/known.h"
#include "dns/out.h"

enum dns_decision refusal_decide(enum dns_decision said, const struct name *name)
{
	if (!(said & DNS_ALLOW))
		return DNS_REFUSE;
	switch (known_kind(name)) {
	case KNOWN_NOT:
		return said;
	case KNOWN_SIGNAL:
		return DNS_REFUSE;
	case KNOWN_RELAY:
	case KNOWN_RESOLVER:
		break;
	}
	return said & DNS_NAMED ? said : DNS_REFUSE;
}

/* Software takes no other answer as a "no". */
static bool must_not_exist(const struct name *name)
{
	enum known_kind kind = known_kind(name);

	return kind == KNOWN_SIGNAL || kind == KNOWN_RELAY;
}

/* The address of the question's family, as the one record of the answer. */
static void sink(const struct dns_settings *s, const struct dns_question *q, struct refusal *ret)
{
	struct out o = { .data = ret->body, .size = sizeof(ret->body) };
	uint8_t wire[16];

	for (size_t i = 0; i < s->sinkholes; i++) {
		unsigned n = addr_to_wire(s->sinkhole[i], wire);

		if (q->type != (n == 4 ? TYPE_A : TYPE_AAAA))
			continue;
		out_u16(&o, 0xc000 | DNS_HEADER); /* the name asked for */
		out_u16(&o, q->type);
		out_u16(&o, q->class);
		ret->stamp[0] = (uint16_t)o.n;
		out_u32(&o, REFUSAL_TTL);
		out_u16(&o, (uint16_t)n);
		out_bytes(&o, wire, n);
		ret->answer.answers = ret->answer.stamps = 1;
		ret->answer.body_n = (uint16_t)o.n;
	}
}

void refusal_answer(const struct dns_settings *s, const struct waiter *w, struct refusal *ret)
{
	const struct dns_question *q = &w->query.question;
	enum dns_rcode rcode = RCODE_REFUSED;

	if (s->refuse == DNS_NXDOMAIN || must_not_exist(&w->name))
		rcode = RCODE_NXDOMAIN;
	else if (s->refuse == DNS_SINKHOLE && q->class == CLASS_IN)
		rcode = RCODE_NOERROR;
	ret->answer = answer_plain(rcode, rcode == RCODE_NOERROR ? WHY_FORGED : WHY_PROHIBITED);
	ret->answer.stamp = ret->stamp;
	ret->answer.body = ret->body;
	if (rcode == RCODE_NOERROR)
		sink(s, q, ret);
}
