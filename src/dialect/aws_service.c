/* SPDX-License-Identifier: Apache-2.0 */
/* Protocols with their ports, or types and codes, as security groups and network ACLs have them. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"
#include "net/proto.h"

enum { CODES = 256 };

bool aws_said_equal(const struct aws_said *a, const struct aws_said *b)
{
	return strcmp(a->proto, b->proto) == 0 && a->from == b->from && a->to == b->to;
}

static void constrain(struct aws_parsing *p, int64_t lo, int64_t hi, struct aws_service *ret)
{
	aws_keep(p, spans_one((u128)lo, (u128)hi, p->arena, &ret->dport));
	ret->transport = true;
}

/* What nobody wrote down: any of the protocol's packets may be meant. */
static void vague(struct aws_parsing *p, const char *name, struct aws_range range,
		  struct aws_service *ret)
{
	ret->transport = true;
	ret->unknown = range.has_from && range.has_to
			       ? aws_say(p, "%s from %lld to %lld", name, (long long)range.from,
					 (long long)range.to)
			       : aws_say(p, "%s without a range", name);
	ret->text = ret->unknown;
}

static void ports(struct aws_parsing *p, const char *name, struct aws_range r,
		  struct aws_service *ret)
{
	if (!r.has_from || !r.has_to || r.from < 0 || r.from > r.to || r.to > UINT16_MAX) {
		vague(p, name, r, ret);
		return;
	}
	if (r.from > 0 || r.to < UINT16_MAX)
		constrain(p, r.from, r.to, ret);
	ret->said = (struct aws_said){ name, true, (int)r.from, (int)r.to };
	ret->text = r.from == r.to ? aws_say(p, "%s %d", name, (int)r.from)
				   : aws_say(p, "%s %d-%d", name, (int)r.from, (int)r.to);
}

static void messages(struct aws_parsing *p, const char *name, struct aws_range r,
		     struct aws_service *ret)
{
	bool none = !r.has_from && !r.has_to && strcmp(name, "icmpv6") == 0;

	if (none || (r.has_from && r.from == -1 && (!r.has_to || r.to == -1))) {
		ret->said = (struct aws_said){ name, r.has_from, -1, -1 };
		ret->text = name;
		return;
	}
	if (!r.has_from || !r.has_to || r.from < 0 || r.from >= CODES || r.to < -1 ||
	    r.to >= CODES) {
		vague(p, name, r, ret);
		return;
	}
	ret->said = (struct aws_said){ name, true, (int)r.from, (int)r.to };
	if (r.to == -1) {
		constrain(p, r.from * CODES, r.from * CODES + CODES - 1, ret);
		ret->text = aws_say(p, "%s type %d", name, (int)r.from);
	} else {
		constrain(p, r.from * CODES + r.to, r.from * CODES + r.to, ret);
		ret->text = aws_say(p, "%s type %d code %d", name, (int)r.from, (int)r.to);
	}
}

void aws_service(struct aws_parsing *p, const json_t *at, const char *proto, struct aws_range range,
		 struct aws_service *ret)
{
	uint8_t number;

	*ret = (struct aws_service){ .said = { .proto = "-1" }, .text = "all" };
	if (p->r < 0 || !proto)
		return;
	if (strcmp(proto, "-1") == 0 || strcmp(proto, "all") == 0)
		return;
	if (proto_parse(str_of(proto), &number) < 0) {
		aws_refuse(p, at, E_SYNTAX, "expected a name or number of a protocol, or -1",
			   "'%s' is no protocol", show(str_of(proto)).text);
		return;
	}
	aws_keep(p, spans_one(number, number, p->arena, &ret->proto));
	if (number == PROTO_TCP || number == PROTO_UDP) {
		ports(p, proto_name(number), range, ret);
	} else if (number == PROTO_ICMP || number == PROTO_ICMPV6) {
		messages(p, proto_name(number), range, ret);
	} else {
		ret->said.proto = aws_say(p, "%u", number);
		ret->text = aws_say(p, "protocol %u", number);
	}
}
