/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/svcb.h"

#include "base/err.h"

enum svcb_key {
	KEY_MANDATORY = 0,
	KEY_ALPN = 1,
	KEY_NO_DEFAULT_ALPN = 2,
	KEY_PORT = 3,
	KEY_IPV4HINT = 4,
	KEY_ECH = 5,
	KEY_IPV6HINT = 6
};

struct reading {
	struct cursor c;
	struct out *o;
	bool usable;
	int before; /* the last key: they stand in order */
	unsigned params;
};

static bool is_kept(uint16_t key)
{
	return key == KEY_ALPN || key == KEY_NO_DEFAULT_ALPN;
}

/* The keys that a client must know to use the record: those that it will see, or it is unusable. */
static void read_mandatory(struct reading *t, struct str value)
{
	struct cursor c = cursor_over(value.p, value.n);

	if (!value.n || value.n % 2)
		t->c.r = E_SYNTAX;
	while (cursor_left(&c) && t->c.r == 0) {
		uint16_t key = cursor_u16(&c);

		t->usable &= is_kept(key) || key == KEY_PORT;
	}
}

static void read_port(struct reading *t, struct str value)
{
	struct cursor c = cursor_over(value.p, value.n);
	uint16_t port = cursor_u16(&c);

	if (c.r < 0 || cursor_left(&c))
		t->c.r = E_SYNTAX;
	t->usable &= port == SVCB_PORT;
}

static void read_param(struct reading *t)
{
	uint16_t key = cursor_u16(&t->c);
	uint16_t n = cursor_u16(&t->c);
	struct str value = cursor_take(&t->c, n);

	if (t->c.r < 0)
		return;
	if (key <= t->before || ++t->params > SVCB_PARAMS_MAX) {
		t->c.r = E_SYNTAX;
		return;
	}
	t->before = key;
	if (key == KEY_MANDATORY)
		read_mandatory(t, value);
	else if (key == KEY_PORT)
		read_port(t, value);
	if (!is_kept(key))
		return;
	out_u16(t->o, key);
	out_u16(t->o, n);
	out_bytes(t->o, value.p, value.n);
}

int svcb_strip(const struct cursor *message, const struct dns_record *record,
	       const struct dns_name *owner, const struct dns_name *asked, struct out *o)
{
	struct reading t = { .c = cursor_over(message->data, record->at + record->n),
			     .o = o,
			     .usable = true,
			     .before = -1 };
	const size_t start = o->n;
	struct dns_name target;
	uint16_t priority;
	size_t n;

	t.c.at = record->at;
	priority = cursor_u16(&t.c);
	dns_name_read(&t.c, &target);
	t.usable = priority != 0 && (target.n == 1 || dns_name_equal(&target, owner) ||
				     dns_name_equal(&target, asked));
	out_u16(o, 0); /* the length, when it is known */
	out_u16(o, priority);
	out_u8(o, 0);
	while (t.c.r == 0 && cursor_left(&t.c))
		read_param(&t);
	if (t.c.r < 0)
		return E_SYNTAX;
	if (!t.usable) {
		o->n = start;
		return 0;
	}
	if (o->full)
		return E_LIMIT;
	n = o->n - start - 2;
	o->data[start] = (uint8_t)(n >> 8);
	o->data[start + 1] = (uint8_t)n;
	return 1;
}
