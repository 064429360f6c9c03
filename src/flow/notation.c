/* SPDX-License-Identifier: Apache-2.0 */
/* The one-line notation of a flow: "tcp 10.1.2.3 -> 170.114.10.1:443". */
#include <string.h>

#include "base/err.h"
#include "flow/flow.h"
#include "flow/flowset.h"
#include "flow/words.h"
#include "net/proto.h"

static const char *const states[STATE_COUNT] = {
	[STATE_NEW] = "new",
	[STATE_ESTABLISHED] = "established",
	[STATE_RELATED] = "related",
	[STATE_INVALID] = "invalid",
	[STATE_UNTRACKED] = "untracked",
};

const char *flow_state_name(enum flow_state state)
{
	return states[state];
}

int flow_state_parse(struct str text, enum flow_state *ret)
{
	for (unsigned s = 0; s < STATE_COUNT; s++)
		if (str_is_nocase(text, states[s])) {
			*ret = (enum flow_state)s;
			return 0;
		}
	return E_UNKNOWN;
}

/* ---- reading ---- */

struct reader {
	struct str rest;
	const char *begin;
	uint16_t (*zone)(void *data, struct str name);
	void *data;
	struct diag *d;
	struct flow f;
	bool port; /* a destination port was given */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str next_word(struct reader *in)
{
	struct str word;

	while (in->rest.n && is_blank(in->rest.p[0])) {
		in->rest.p++;
		in->rest.n--;
	}
	word = (struct str){ in->rest.p, 0 };
	while (word.n < in->rest.n && !is_blank(word.p[word.n]))
		word.n++;
	in->rest.p += word.n;
	in->rest.n -= word.n;
	return word;
}

static int wrong(struct reader *in, struct str at, const char *what, const char *hint)
{
	struct place place = { .line = 1, .column = (unsigned)(at.p - in->begin) + 1 };

	if (at.n)
		diag_error(in->d, place, "%s: '%.*s'", what, STR_FMT(at));
	else
		diag_error(in->d, place, "%s: the line ends here", what);
	diag_hint(in->d, "%s", hint);
	return E_SYNTAX;
}

static int read_number(struct reader *in, struct str word, uint64_t max, uint16_t *ret)
{
	uint64_t value;

	if (str_u64(word, max, &value) < 0)
		return wrong(in, word, "not a number in range",
			     max == UINT16_MAX ? "expected 0 to 65535" : "expected 0 to 255");
	*ret = (uint16_t)value;
	return 0;
}

/* Splits "[addr]:port", "v4:port" or a bare address. `port->p` is NULL when there is none. */
static struct str split_end(struct str word, struct str *port)
{
	size_t colon = str_find(word, ':');
	struct str host = word;

	*port = (struct str){ NULL, 0 };
	if (word.n && word.p[0] == '[') {
		size_t close = str_find(word, ']');

		host = (struct str){ word.p + 1, close - 1 };
		if (close + 1 >= word.n)
			return close < word.n ? host : word;
		if (word.p[close + 1] != ':')
			return word;
		colon = close + 1;
	} else if (colon == word.n || memchr(word.p + colon + 1, ':', word.n - colon - 1)) {
		return word; /* no colon, or the many of IPv6 */
	} else {
		host.n = colon;
	}
	*port = (struct str){ word.p + colon + 1, word.n - colon - 1 };
	return host;
}

static int read_end(struct reader *in, struct addr *ret, uint16_t *ret_port, bool *ret_has_port)
{
	struct str word = next_word(in), port;
	struct str host = split_end(word, &port);

	if (addr_parse(host, ret) < 0)
		return wrong(in, word, "not an address",
			     "expected 192.0.2.1, 192.0.2.1:443, 2001:db8::1 or [2001:db8::1]:443");
	*ret_has_port = port.p;
	return port.p ? read_number(in, port, UINT16_MAX, ret_port) : 0;
}

static int read_zone(struct reader *in, struct str key, uint16_t *ret)
{
	struct str word = next_word(in);
	uint16_t id = in->zone && word.n ? in->zone(in->data, word) : 0;

	if (!in->zone)
		return wrong(in, key, "zones are not known here", "leave out 'in' and 'out'");
	if (!id)
		return wrong(in, word, "not a known zone", "expected the name of a zone");
	*ret = id;
	return 0;
}

static bool is_icmp(const struct flow *f)
{
	return f->proto == PROTO_ICMP || f->proto == PROTO_ICMPV6;
}

static int read_icmp(struct reader *in, struct str key, unsigned shift)
{
	uint16_t value = 0;
	int r;

	if (!is_icmp(&in->f))
		return wrong(in, key, "only icmp and icmpv6 have it",
			     "write a port as ADDRESS:PORT");
	r = read_number(in, next_word(in), UINT8_MAX, &value);
	if (r < 0)
		return r;
	in->f.dport = (uint16_t)((in->f.dport & ~(0xffU << shift)) | (unsigned)value << shift);
	return 0;
}

static int read_name(struct reader *in)
{
	struct str word = next_word(in);

	if (name_parse(word, &in->f.name) < 0)
		return wrong(in, word, "not a domain name", "expected a name such as zoom.us");
	return 0;
}

static int read_state(struct reader *in)
{
	struct str word = next_word(in);

	if (flow_state_parse(word, &in->f.state) < 0)
		return wrong(in, word, "not a connection state",
			     "expected new, established, related, invalid or untracked");
	return 0;
}

static int read_option(struct reader *in, struct str key)
{
	if (str_is(key, "name"))
		return read_name(in);
	if (str_is(key, "state"))
		return read_state(in);
	if (str_is(key, "in"))
		return read_zone(in, key, &in->f.iif);
	if (str_is(key, "out"))
		return read_zone(in, key, &in->f.oif);
	if (str_is(key, "type"))
		return read_icmp(in, key, 8);
	if (str_is(key, "code"))
		return read_icmp(in, key, 0);
	if (!str_is(key, "fragment"))
		return wrong(in, key, "not understood",
			     "expected name, state, in, out, type, code or fragment");
	in->f.fragment = true;
	return 0;
}

static int read_ends(struct reader *in)
{
	struct str word;
	bool sport;
	int r = read_end(in, &in->f.src, &in->f.sport, &sport);

	if (r < 0)
		return r;
	word = next_word(in);
	if (!str_is(word, "->"))
		return wrong(in, word, "not an arrow",
			     "expected '->' between source and destination");
	r = read_end(in, &in->f.dst, &in->f.dport, &in->port);
	if (r < 0)
		return r;
	if (in->f.src.family != in->f.dst.family)
		return wrong(in, word, "source and destination are of two families",
			     "write both as IPv4 or both as IPv6");
	if (in->port && is_icmp(&in->f))
		return wrong(in, word, "icmp has no ports",
			     "write 'type 8 code 0' after the addresses");
	return 0;
}

static int read_flow(struct reader *in)
{
	struct str word = next_word(in);
	int r;

	if (proto_parse(word, &in->f.proto) < 0)
		return wrong(in, word, "not a protocol",
			     "expected a line such as: tcp 10.1.2.3 -> 192.0.2.1:443");
	r = read_ends(in);
	while (r == 0) {
		word = next_word(in);
		if (!word.n)
			break;
		r = read_option(in, word);
	}
	if (r == 0 && (in->f.proto == PROTO_TCP || in->f.proto == PROTO_UDP) && !in->port &&
	    !in->f.fragment)
		return wrong(in, word, "no destination port", "write ADDRESS:PORT after '->'");
	return r;
}

int flow_parse(struct str text, uint16_t (*zone)(void *data, struct str name), void *data,
	       struct diag *d, struct flow *ret)
{
	struct str line = str_trim(text);
	struct reader in = { .rest = line, .begin = text.p, .zone = zone, .data = data, .d = d };
	int r = read_flow(&in);

	if (r == 0)
		*ret = in.f;
	return r;
}

/* ---- writing ---- */

static void print_end(struct addr a, uint16_t port, bool with_port, struct buf *out)
{
	bool brackets = with_port && a.family == FAMILY_V6;

	if (brackets)
		buf_addc(out, '[');
	addr_print(a, out);
	if (brackets)
		buf_addc(out, ']');
	if (with_port)
		buf_printf(out, ":%u", port);
}

static void print_zone(const struct flow_mgr *m, const char *word, uint16_t id, struct buf *out)
{
	const char *name = m ? flow_zone_name(m, id) : NULL;

	if (name)
		buf_printf(out, " %s %s", word, name);
	else if (id)
		buf_printf(out, " %s %u", word, id);
}

void flow_show(const struct flow_mgr *m, const struct flow *f, struct buf *out)
{
	const char *proto = proto_name(f->proto);
	bool ports = !is_icmp(f) && (f->dport || f->proto == PROTO_TCP || f->proto == PROTO_UDP);

	if (proto)
		buf_adds(out, proto);
	else
		buf_printf(out, "%u", f->proto);
	buf_addc(out, ' ');
	print_end(f->src, f->sport, f->sport != 0, out);
	buf_adds(out, " -> ");
	print_end(f->dst, f->dport, ports, out);
	if (is_icmp(f))
		buf_printf(out, " type %u code %u", f->dport >> 8, f->dport & 0xff);
	if (f->name.text[0])
		buf_printf(out, " name %s", f->name.text);
	if (f->state != STATE_NEW)
		buf_printf(out, " state %s", flow_state_name(f->state));
	print_zone(m, "in", f->iif, out);
	print_zone(m, "out", f->oif, out);
	if (f->fragment)
		buf_adds(out, " fragment");
}

void flow_print(const struct flow *f, struct buf *out)
{
	flow_show(NULL, f, out);
}
