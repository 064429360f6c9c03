/* SPDX-License-Identifier: Apache-2.0 */
#include "acl.h"

#include "base/alloc.h"
#include "base/rand.h"
#include "net/proto.h"

enum { SOURCES = 200, SHARE = 100 /* percents */ };

const uint32_t acl_max[ACL_DIMS] = { UINT8_MAX, UINT16_MAX, UINT32_MAX, UINT32_MAX };

struct network {
	uint32_t address;
	unsigned len;
};

static void set_network(struct acl_rule *r, enum acl_dim dim, struct network n)
{
	uint32_t mask = n.len ? ~0U << (32 - n.len) : 0;

	r->lo[dim] = n.address & mask;
	r->hi[dim] = n.address | ~mask;
}

static void set_range(struct acl_rule *r, enum acl_dim dim, uint32_t a, uint32_t b)
{
	r->lo[dim] = a < b ? a : b;
	r->hi[dim] = a < b ? b : a;
}

/* Sources and destinations that rules draw from. */
struct site {
	struct network source[SOURCES];
	struct network *destination;
	size_t destinations;
};

static void found_site(struct site *s, struct rand *r)
{
	for (size_t i = 0; i < SOURCES; i++) {
		uint64_t k = rand_below(r, SHARE);
		unsigned len = k < 5 ? 8 : k < 25 ? 16 : k < 80 ? 24 : 32;

		s->source[i] = (struct network){ 10U << 24 | (rand_next(r) & 0xffffff), len };
	}
	for (size_t i = 0; i < s->destinations; i++) {
		uint64_t k = rand_below(r, SHARE);
		unsigned len = k < 30 ? 22 + (unsigned)rand_below(r, 2) : k < 55 ? 24 : 32;

		s->destination[i] = (struct network){ (uint32_t)rand_next(r), len };
	}
}

static void realistic_rule(struct acl_rule *rule, const struct site *s, bool broad, struct rand *r)
{
	static const uint16_t services[] = { 22,   25,	 53,   80,   110,  123,	 143,  161,
					     389,  443,	 445,  465,  514,  587,	 636,  853,
					     993,  1433, 1521, 2049, 3128, 3306, 3389, 5060,
					     5432, 5671, 6379, 8080, 8443, 9092, 9200, 27017 };
	uint32_t port = services[rand_below(r, sizeof(services) / sizeof(*services))];
	uint64_t k = rand_below(r, SHARE);

	set_range(rule, ACL_PROTO, k < 80 ? PROTO_TCP : PROTO_UDP, k < 80 ? PROTO_TCP : PROTO_UDP);
	k = rand_below(r, SHARE);
	if (k < 85) {
		set_range(rule, ACL_DPORT, port, port);
	} else if (k < 97) {
		port = 1000 * (uint32_t)rand_below(r, 60);
		set_range(rule, ACL_DPORT, port, port + 999);
	} else {
		set_range(rule, ACL_DPORT, 1024, UINT16_MAX);
	}
	if (!broad || k < 60)
		set_network(rule, ACL_DST, s->destination[rand_below(r, s->destinations)]);
	if (rand_below(r, SHARE) < 92)
		set_network(rule, ACL_SRC, s->source[rand_below(r, SOURCES)]);
}

static void random_rule(struct acl_rule *rule, struct rand *r)
{
	uint64_t k = rand_below(r, SHARE);

	if (k < 90)
		set_range(rule, ACL_PROTO, k < 60 ? PROTO_TCP : PROTO_UDP,
			  k < 60 ? PROTO_TCP : PROTO_UDP);
	set_range(rule, ACL_DPORT, (uint32_t)rand_below(r, 65536), (uint32_t)rand_below(r, 65536));
	set_network(rule, ACL_DST,
		    (struct network){ (uint32_t)rand_next(r), (unsigned)rand_below(r, 33) });
	set_network(rule, ACL_SRC,
		    (struct network){ (uint32_t)rand_next(r), (unsigned)rand_below(r, 33) });
}

struct acl_rule *acl_new(enum acl_kind kind, size_t n, uint64_t seed)
{
	struct rand r = { seed };
	struct acl_rule *acl = mem_zero(n, sizeof(*acl));
	struct site *s = mem_zero(1, sizeof(*s));

	if (s) {
		s->destinations = n / 10 + 20;
		s->destination = mem_zero(s->destinations, sizeof(*s->destination));
	}
	if (!acl || !s || !s->destination) {
		mem_free(acl);
		acl = NULL;
	} else {
		found_site(s, &r);
	}
	for (size_t i = 0; acl && i < n; i++) {
		for (size_t dim = 0; dim < ACL_DIMS; dim++)
			acl[i].hi[dim] = acl_max[dim];
		acl[i].permit = rand_below(&r, SHARE) < 70;
		if (kind == ACL_REALISTIC)
			realistic_rule(&acl[i], s, i >= n - n / 100, &r);
		else
			random_rule(&acl[i], &r);
	}
	mem_free(s ? s->destination : NULL);
	mem_free(s);
	return acl;
}

bool acl_permits(const struct acl_rule *acl, size_t n, const uint32_t point[ACL_DIMS])
{
	for (size_t i = 0; i < n; i++) {
		bool hit = true;

		for (size_t dim = 0; dim < ACL_DIMS; dim++)
			hit &= acl[i].lo[dim] <= point[dim] && point[dim] <= acl[i].hi[dim];
		if (hit)
			return acl[i].permit;
	}
	return false;
}
