/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_choice.h"

#include <errno.h>

#include "dialect/fortios_limits.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { CODES = 256 };

static const char too_many[] = "it would be more than 4096 addresses or services";

struct choosing {
	const struct rule *rule;
	const struct flow_mgr *m;
	struct fos_objects *o;
	struct fos_choice made;
	const char *why;
};

/* ---- interfaces ---- */

static int choose_side(struct choosing *k, enum flow_dim dim, struct fos_texts *ret)
{
	struct flow_spans zones = k->rule->match.dim[dim];
	struct zone_names names;
	int r;

	if (!zones.span)
		return fos_texts_add(ret, "any", k->o->arena);
	r = say_zone_names(zones, k->m, k->o->arena, &names);
	if (r == 0 && names.not )
		k->why = "all interfaces but some";
	for (size_t i = 0; r == 0 && !k->why && i < names.n; i++) {
		if (strcmp(names.name[i], "any") == 0 ||
		    strlen(names.name[i]) > FOS_INTERFACE_NAME_MAX)
			k->why = "an interface of a name that FortiOS does not take";
		r = fos_texts_add(ret, names.name[i], k->o->arena);
	}
	return r;
}

/* ---- addresses ---- */

static int choose_end(struct choosing *k, enum family family, enum flow_dim dim4,
		      struct fos_texts *ret)
{
	struct flow_spans s = k->rule->match.dim[family == FAMILY_V6 ? dim4 + 1 : dim4];
	int r = 0;

	if (spans_all(s, family_max(family)))
		return fos_texts_add(ret, "all", k->o->arena);
	if (s.n > FOS_OBJECTS_MAX) {
		k->why = too_many;
		return 0;
	}
	for (size_t i = 0; r == 0 && i < s.n; i++)
		r = fos_object_range(k->o, family, s.span[i], ret);
	return r < 0 ? r : fos_object_group(k->o, family, ret);
}

/* Does the rule name x itself, too, where it has *.x? No document says whether a device takes the
 * one for the other. */
static bool has_apex(const struct flow_match *match, const struct pattern *under)
{
	const struct pattern apex = { PATTERN_NAME, under->name };

	for (size_t i = 0; i < match->names; i++)
		if (pattern_covers(&match->name[i], &apex))
			return true;
	return false;
}

static const char *names_why(const struct flow_match *match)
{
	if (!spans_all(match->dim[FLOW_DST4], family_max(FAMILY_V4)) ||
	    !spans_all(match->dim[FLOW_DST6], family_max(FAMILY_V6)))
		return "names and destination addresses at once";
	if (match->names > FOS_OBJECTS_MAX)
		return too_many;
	for (size_t i = 0; i < match->names; i++) {
		const struct pattern *p = &match->name[i];

		if (p->kind == PATTERN_ANY)
			return "every name: FortiOS has no object for it";
		if (p->kind == PATTERN_UNDER && !has_apex(match, p))
			return "names under one that is not named itself: whether FortiOS's *.x "
			       "holds for x, it does not say";
	}
	return NULL;
}

static int choose_names(struct choosing *k, enum family family, struct fos_texts *ret)
{
	const struct flow_match *match = &k->rule->match;
	int r = 0;

	for (size_t i = 0; r == 0 && i < match->names; i++)
		r = fos_object_name(k->o, family, &match->name[i], ret);
	return r < 0 ? r : fos_object_group(k->o, family, ret);
}

static int choose_family(struct choosing *k, enum family family)
{
	bool v6 = family == FAMILY_V6;
	int r;

	if (!say_holds_family(&k->rule->match, family))
		return 0;
	r = choose_end(k, family, FLOW_SRC4, &k->made.src[v6]);
	if (r == 0 && !k->why)
		r = k->rule->match.name ? choose_names(k, family, &k->made.dst[v6])
					: choose_end(k, family, FLOW_DST4, &k->made.dst[v6]);
	return r;
}

/* ---- services ---- */

static int add_service(struct choosing *k, const char *name, const char *body)
{
	if (k->made.service.n == FOS_OBJECTS_MAX) {
		k->why = too_many;
		return 0;
	}
	return fos_object_service(k->o, name, body, &k->made.service);
}

static const char *range_text(struct arena *a, struct flow_span s)
{
	return s.lo == s.hi ? arena_printf(a, "%u", (unsigned)s.lo)
			    : arena_printf(a, "%u-%u", (unsigned)s.lo, (unsigned)s.hi);
}

static struct flow_span port_span(struct flow_spans s, size_t i)
{
	return s.span ? s.span[i] : (struct flow_span){ 0, UINT16_MAX };
}

/* One service for each pair of ranges. */
static int choose_ports(struct choosing *k, unsigned proto)
{
	static const char *const key[] = {
		[PROTO_TCP] = "tcp", [PROTO_UDP] = "udp", [PROTO_SCTP] = "sctp"
	};
	struct flow_spans dport = k->rule->match.dim[FLOW_DPORT],
			  sport = k->rule->match.dim[FLOW_SPORT];
	bool any_sport = spans_all(sport, UINT16_MAX);
	struct arena *a = k->o->arena;
	int r = 0;

	for (size_t i = 0; r == 0 && !k->why && i < (dport.span ? dport.n : 1); i++)
		for (size_t j = 0; r == 0 && !k->why && j < (any_sport ? 1 : sport.n); j++) {
			const char *to = range_text(a, port_span(dport, i)),
				   *from = any_sport ? "" : range_text(a, port_span(sport, j)),
				   *colon = any_sport ? "" : ":";

			if (!to || !from)
				return -ENOMEM;
			r = add_service(k,
					arena_printf(a, "egret-%s-%s%s%s", key[proto], to,
						     any_sport ? "" : "-from-", from),
					arena_printf(a, "        set %s-portrange %s%s%s\n",
						     key[proto], to, colon, from));
		}
	return r;
}

/* Whole types where all their codes are meant, else type and code. */
static int choose_messages(struct choosing *k, unsigned proto)
{
	struct flow_spans s = k->rule->match.dim[FLOW_DPORT];
	const char *kind = proto == PROTO_ICMPV6 ? "ICMP6" : "ICMP";
	struct arena *a = k->o->arena;
	int r = 0;

	for (size_t i = 0; i < s.n; i++)
		for (u128 v = s.span[i].lo; r == 0 && !k->why && v <= s.span[i].hi;) {
			unsigned type = (unsigned)(v / CODES), code = (unsigned)(v % CODES);
			bool whole = code == 0 && v + CODES - 1 <= s.span[i].hi;

			r = add_service(k,
					whole ? arena_printf(a, "egret-%s-%u", kind, type)
					      : arena_printf(a, "egret-%s-%u-%u", kind, type, code),
					whole ? arena_printf(a,
							     "        set protocol %s\n"
							     "        set icmptype %u\n",
							     kind, type)
					      : arena_printf(a,
							     "        set protocol %s\n"
							     "        set icmptype %u\n"
							     "        set icmpcode %u\n",
							     kind, type, code));
			v += whole ? CODES : 1;
		}
	return r;
}

static int choose_protocol(struct choosing *k, unsigned proto)
{
	const struct flow_match *match = &k->rule->match;
	struct arena *a = k->o->arena;
	bool narrow = !spans_all(match->dim[FLOW_DPORT], UINT16_MAX) ||
		      !spans_all(match->dim[FLOW_SPORT], UINT16_MAX);

	if (proto == 0)
		k->why = "protocol 0, which FortiOS takes for any";
	else if (proto > FOS_PROTOCOL_MAX)
		k->why = "protocol 255, which FortiOS does not take";
	else if (narrow && (proto == PROTO_DCCP || proto == PROTO_UDPLITE))
		k->why = "ports of a protocol of which not every FortiOS knows them";
	if (k->why)
		return 0;
	if (narrow && proto_has_ports((uint8_t)proto))
		return choose_ports(k, proto);
	if (narrow && (proto == PROTO_ICMP || proto == PROTO_ICMPV6))
		return choose_messages(k, proto);
	return add_service(k, arena_printf(a, "egret-ip-%u", proto),
			   arena_printf(a,
					"        set protocol IP\n"
					"        set protocol-number %u\n",
					proto));
}

static int choose_services(struct choosing *k)
{
	const struct flow_match *match = &k->rule->match;
	struct flow_spans s = match->dim[FLOW_PROTO];
	int r = 0;

	if (spans_all(s, UINT8_MAX) && spans_all(match->dim[FLOW_DPORT], UINT16_MAX) &&
	    spans_all(match->dim[FLOW_SPORT], UINT16_MAX))
		return add_service(k, "egret-ip", "        set protocol IP\n");
	for (size_t i = 0; i < s.n; i++)
		for (u128 p = s.span[i].lo; r == 0 && !k->why && p <= s.span[i].hi; p++)
			r = choose_protocol(k, (unsigned)p);
	return r;
}

/* ---- the rule ---- */

static int choose(struct choosing *k)
{
	int r;

	if (k->rule->match.excepts)
		k->why = "names but some";
	else if (k->rule->match.name)
		k->why = names_why(&k->rule->match);
	if (k->why)
		return 0;
	r = choose_side(k, FLOW_IIF, &k->made.in);
	if (r == 0 && !k->why)
		r = choose_side(k, FLOW_OIF, &k->made.out);
	if (r == 0 && !k->why)
		r = choose_family(k, FAMILY_V4);
	if (r == 0 && !k->why)
		r = choose_family(k, FAMILY_V6);
	return r < 0 || k->why ? r : choose_services(k);
}

int fos_choose(const struct rule *rule, const struct flow_mgr *m, struct fos_objects *o,
	       struct fos_choice *ret, const char **ret_why)
{
	struct choosing k = { .rule = rule, .m = m, .o = o };
	int r = choose(&k);

	if (r < 0)
		return r;
	*ret = k.made;
	*ret_why = k.why;
	return 0;
}
