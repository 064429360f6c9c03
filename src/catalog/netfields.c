/* SPDX-License-Identifier: Apache-2.0 */
/* The field types of network values: ports, protocols, prefixes, names. */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/show.h"
#include "catalog/fields.h"
#include "net/name.h"
#include "net/ports.h"
#include "net/prefix.h"
#include "net/proto.h"

int field_ports(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "ports from 1 to 65535, like 80,443 or 8801-8810";
	struct ports *ports = field_at(f, record);
	size_t offset = 0;
	struct str s, bad;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	r = ports_parse(s, ports, &offset);
	if (r == 0)
		return 0;
	bad = s; /* the whole text, when it ends too early */
	if (offset < s.n) {
		s = (struct str){ s.p + offset, s.n - offset };
		bad = str_trim(str_cut(&s, ','));
	}
	diag_error(in->diag, n->at, "'%s' is no port or range of ports", show(bad).text);
	diag_hint(in->diag, "expected %s", expected);
	return r;
}

int field_proto(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "tcp, udp, icmp, icmpv6, another known name, or a number "
				       "up to 255";
	uint8_t *proto = field_at(f, record);
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	r = proto_parse(s, proto);
	return r < 0 ? field_refuse(in, n, r, "is no protocol", expected) : 0;
}

/* Host bits are told with the prefix that was probably meant. */
static int refuse_prefix(struct fields *in, const struct yaml *n, int code)
{
	struct str address = n->text, length = n->text;
	char meant[PREFIX_TEXT_MAX];
	struct addr a;
	uint64_t len;

	if (code != E_REFUSED)
		return field_refuse(in, n, code, "is no address prefix",
				    "one like 10.0.0.0/8 or 2001:db8::/32");
	length.p = NULL;
	address = str_cut(&address, '/');
	length = (struct str){ n->text.p + address.n + 1, n->text.n - address.n - 1 };
	diag_error(in->diag, n->at, "'%s' has bits set after its length", show(n->text).text);
	if (addr_parse(address, &a) == 0 && str_u64(length, family_bits(a.family), &len) == 0) {
		prefix_format(prefix_masked(a, (unsigned)len), meant);
		diag_hint(in->diag, "did you mean %s?", meant);
	}
	return code;
}

int field_prefix(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	struct str s;
	int r = field_scalar(in, f, n, "a prefix like 10.0.0.0/8 or 2001:db8::/32", &s);

	if (r < 0)
		return r;
	r = prefix_parse(s, (struct prefix *)field_at(f, record));
	return r < 0 ? refuse_prefix(in, n, r) : 0;
}

int field_pattern(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "a name like zoom.us, or *.zoom.us for all names under it";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	r = pattern_parse(s, false, (struct pattern *)field_at(f, record));
	if (r == E_REFUSED)
		return field_refuse(in, n, r, "names everything under a public suffix", expected);
	return r < 0 ? field_refuse(in, n, r, "is no domain name or pattern", expected) : 0;
}

int field_host(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "a domain name like zoom.us";
	const char *copy;
	struct name name;
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	r = name_parse(s, &name);
	if (r < 0)
		return field_refuse(in, n, r, "is no domain name", expected);
	copy = arena_strdup(in->arena, name.text);
	if (!copy)
		return -ENOMEM;
	memcpy(field_at(f, record), &copy, sizeof(copy));
	return 0;
}
