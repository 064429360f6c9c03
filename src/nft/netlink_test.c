/* SPDX-License-Identifier: Apache-2.0 */
/* The netlink encoding without a kernel: bytes there and back. */
#include "support/test.h"

#include <errno.h>
#include <netinet/in.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rand.h"
#include "nft/attrs.h"
#include "nft/decode.h"
#include "nft/encode.h"
#include "nft/kernel.h"
#include "nft/print.h"
#include "nft/refusal.h"
#include "nft/text.h"
#include "nft/timeout.h"
#include "nft/userdata.h"
#include "nft/wire.h"
#include "support/oom.h"

static void attributes_lie_inside_of_their_bytes(void **state)
{
	static const struct {
		uint8_t bytes[16];
		size_t n;
		bool there;
		uint32_t value;
	} cases[] = {
		{ { 8, 0, 1, 0, 0, 0, 1, 2 }, 8, true, 258 },
		{ { 8, 0, 1, 0x80, 0, 0, 1, 2 }, 8, true, 258 }, /* the flag "nested" is no type */
		{ { 9, 0, 1, 0, 0, 0, 1, 2 }, 8, false, 0 },	 /* longer than what is left */
		{ { 3, 0, 1, 0, 0, 0, 1, 2 }, 8, false, 0 },	 /* shorter than its header */
		{ { 6, 0, 1, 0, 5, 0, 0, 0 }, 8, false, 0 },	 /* two bytes are no u32 */
		{ { 8, 0, 9, 0, 0, 0, 1, 2 }, 8, false, 0 },	 /* a type we do not ask for */
		{ { 8, 0, 1, 0, 0, 0, 1 }, 7, false, 0 },
		{ { 5, 0, 3, 0, 7, 0, 0, 0, 8, 0, 1, 0, 0, 0, 0, 3 }, 16, true, 3 },
		{ { 8, 0, 1 }, 3, false, 0 },
		{ { 0 }, 0, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str table[4];
		uint32_t v = 0;

		attrs_read(cases[i].bytes, cases[i].n, table, ARRAY_LEN(table));
		assert_int_equal(attrs_u32(table[1], &v), cases[i].there);
		assert_int_equal(v, cases[i].value);
	}
}

/* libmnl's own check takes such a length for a negative number and never comes to an end. */
static void a_message_length_above_2_31_ends_the_list(void **state)
{
	struct nlmsghdr h[2] = { { .nlmsg_len = 0xfffffffe }, { .nlmsg_len = sizeof(h[0]) } };
	struct str rest = { (const char *)h, sizeof(h) };
	const struct nlmsghdr *found;

	(void)state;
	assert_false(attrs_next_message(&rest, &found));
	h[0].nlmsg_len = sizeof(h[0]);
	assert_true(attrs_next_message(&rest, &found));
	assert_true(attrs_next_message(&rest, &found));
	assert_false(attrs_next_message(&rest, &found));
}

static void numbers_have_the_byte_order_of_their_place(void **state)
{
	static const struct {
		uint32_t v;
		size_t n;
		bool host, fits;
		uint8_t network[4]; /* expected when not host */
	} cases[] = {
		{ 443, 2, false, true, { 1, 187 } },
		{ 443, 2, true, true, { 0 } },
		{ 0x0a000001, 4, false, true, { 10, 0, 0, 1 } },
		{ 256, 1, false, false, { 0 } },
		{ 65536, 2, true, false, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t out[4] = { 0 };
		uint16_t host;

		assert_int_equal(wire_number(cases[i].v, cases[i].n, cases[i].host, out),
				 cases[i].fits);
		if (!cases[i].fits)
			continue;
		assert_true(wire_read(out, cases[i].n, cases[i].host) == cases[i].v);
		memcpy(&host, out, sizeof(host));
		if (cases[i].host)
			assert_int_equal(host, cases[i].v);
		else
			assert_memory_equal(out, cases[i].network, cases[i].n);
	}
}

static void user_data_holds_what_fits(void **state)
{
	struct userdata u = USERDATA_INIT;
	struct str table[USERDATA_TYPES];
	char text[300];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[253] = '\0';
	assert_true(userdata_text(&u, USERDATA_COMMENT, text)); /* 2 + 253 + 1 = 256 */
	assert_false(userdata_text(&u, USERDATA_COMMENT, ""));
	text[253] = 'x';
	text[254] = '\0';
	u = USERDATA_INIT;
	assert_false(userdata_text(&u, USERDATA_COMMENT, text));
	u = USERDATA_INIT;
	assert_true(userdata_text(&u, USERDATA_SET_COMMENT, "why"));
	userdata_u32(&u, USERDATA_SET_MERGE, 7);
	userdata_read((struct str){ (char *)u.byte, u.n }, table);
	assert_true(str_is(attrs_text(table[USERDATA_SET_COMMENT]), "why"));
	assert_int_equal(userdata_u32_or(table[USERDATA_SET_MERGE], 0), 7);
	userdata_read((struct str){ "\x00\x05"
				    "abc",
				    5 },
		      table); /* says five, has three */
	assert_null(table[0].p);
}

static void timeout_states_have_the_kernels_numbers(void **state)
{
	(void)state;
	assert_int_equal(timeout_state(IPPROTO_UDP, STR("replied")), 2);
	assert_int_equal(timeout_state(IPPROTO_TCP, STR("established")), 3);
	assert_int_equal(timeout_state(IPPROTO_TCP, STR("replied")), 0);
	assert_int_equal(timeout_state(IPPROTO_ICMP, STR("replied")), 0);
	assert_string_equal(timeout_name(IPPROTO_TCP, 7), "time_wait");
	assert_null(timeout_name(IPPROTO_UDP, 3));
}

/* ---- an acknowledgement as the kernel sends it ---- */

static void an_error_is_told_as_the_object_it_is_about(void **state)
{
	struct batch b = BATCH_INIT;
	struct diag *d = diag_new();
	struct refusals all = { .batch = &b, .begin = 100, .diag = d };
	struct buf told = BUF_INIT;
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
	} ack = { .h = { .nlmsg_type = NLMSG_ERROR,
			 .nlmsg_len = sizeof(ack),
			 .nlmsg_flags = NLM_F_CAPPED } };

	(void)state;
	batch_message(&b, NFT_MSG_NEWTABLE, 0, (struct batch_part){ .kind = "table", .name = "t" });
	batch_message(
		&b, NFT_MSG_NEWRULE, 0,
		(struct batch_part){
			.kind = "rule", .owner = "forward", .number = 3, .note = "zoom/phone" });
	batch_end(&b);
	ack.e.error = -ENOENT;
	ack.e.msg.nlmsg_seq = 102; /* begin, table, rule */
	refusals_read(&all, &ack, sizeof(ack));
	ack.e.msg.nlmsg_seq = 103; /* not ours */
	refusals_read(&all, &ack, sizeof(ack));
	refusals_read(&all, &ack, sizeof(ack) - 1); /* cut off */
	ack.e.msg.nlmsg_seq = 100;
	ack.e.error = -EPERM;
	refusals_read(&all, &ack, sizeof(ack));
	assert_int_equal(all.r, -ENOENT);
	assert_int_equal(all.n, 2);
	diag_format(d, &told);
	assert_non_null(strstr(told.data, "rule 3 of chain forward (zoom/phone)"));
	assert_non_null(strstr(told.data, "the transaction"));
	assert_non_null(strstr(told.data, "run as root"));
	buf_release(&told);
	diag_free(d);
	batch_release(&b);
}

/* ---- a table as bytes and back ---- */

static struct nft_ruleset *read_text(const char *text, struct diag *d)
{
	struct nft_ruleset *rs = NULL;

	assert_int_equal(nft_text_read(str_of(text), "t.nft", NULL, d, &rs), 0);
	return rs;
}

static int there_and_back(const struct nft_table *t, struct nft_ruleset *ret, struct diag *d)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	EG_AUTO(decoder_freep) struct decoder *dc = NULL;
	int r = encode_table(t, NULL, &b, d);

	if (r < 0)
		return r;
	dc = decoder_new(ret, t->family, t->name, NULL);
	r = dc ? decode_messages(dc, b.out.data, b.out.n) : -ENOMEM;
	return r < 0 ? r : decode_elements_end(dc);
}

/* Rules that hold no set of their own: those get their names from the kernel. */
static const char sample[] =
	"table inet t {\n"
	"\tcomment \"all of it\"\n"
	"\tct timeout long {\n\t\tprotocol udp\n\t\tl3proto ip\n"
	"\t\tpolicy = { unreplied : 60, replied : 300 }\n\t}\n"
	"\tcounter hits {\n\t\tcomment \"here\"\n\t\tpackets 5 bytes 300\n\t}\n"
	"\tset p4 {\n\t\ttype ipv4_addr\n\t\tflags interval\n"
	"\t\telements = { 10.0.0.0/8 comment \"ten\", 11.0.0.1, 255.0.0.0/8 }\n\t}\n"
	"\tset p6 {\n\t\ttypeof ip6 daddr\n\t\tflags interval\n"
	"\t\telements = { ::1, 2001:db8::/32 }\n\t}\n"
	"\tmap pick {\n\t\ttype ipv4_addr . inet_proto . inet_service : verdict\n"
	"\t\tflags interval\n"
	"\t\telements = { 10.0.0.0/8 . tcp . 80-90 : jump more, * : drop }\n\t}\n"
	"\tchain more {\n"
	"\t\tip saddr 10.0.0.0/9 tcp dport 443 counter packets 0 bytes 0 accept comment \"why\"\n"
	"\t\tmeta mark 0x00000010-0x00000020 drop\n"
	"\t}\n"
	"\tchain fw {\n"
	"\t\ttype filter hook forward priority 0; policy drop;\n"
	"\t\tct state established,related accept\n"
	"\t\tct state invalid drop\n"
	"\t\tip daddr . meta l4proto . th dport vmap @pick\n"
	"\t\tip6 daddr @p6 icmpv6 type echo-request limit rate 10/second accept\n"
	"\t\tip daddr != @p4 counter name \"hits\" ct timeout set \"long\"\n"
	"\t\tlog prefix \"no: \" group 2\n"
	"\t\treject with icmpx type admin-prohibited\n"
	"\t}\n"
	"}\n";

static void a_table_survives_its_own_bytes(void **state)
{
	struct diag *d = diag_new();
	struct nft_ruleset *rs = read_text(sample, d), *back = nft_ruleset_new();
	struct buf before = BUF_INIT, after = BUF_INIT;

	(void)state;
	assert_int_equal(there_and_back(rs->table[0], back, d), 0);
	nft_print(rs, 0, &before);
	nft_print(back, 0, &after);
	assert_string_equal(before.data, after.data);
	buf_release(&before);
	buf_release(&after);
	nft_ruleset_free(rs);
	nft_ruleset_free(back);
	diag_free(d);
}

static int starved(void *table)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *back = nft_ruleset_new();
	EG_AUTO(diag_freep) struct diag *d = diag_new();

	return back && d ? there_and_back(table, back, d) : -ENOMEM;
}

static void no_memory_is_told(void **state)
{
	struct diag *d = diag_new();
	struct nft_ruleset *rs = read_text(sample, d);

	(void)state;
	assert_true(assert_survives_oom(starved, rs->table[0]) > 10);
	nft_ruleset_free(rs);
	diag_free(d);
}

/* What cannot be sent exactly is refused with its place, never sent in part. */
static void what_has_no_netlink_form_is_refused(void **state)
{
	static const struct {
		const char *body; /* of table inet t */
		int r;
		const char *said;
	} cases[] = {
		{ "chain c { fib daddr type local accept; }", E_UNSUPPORTED, "fib" },
		{ "chain c { ct count over 5 drop; }", E_UNSUPPORTED, "ct count" },
		{ "chain c { iif nosuchif accept; }", E_UNSUPPORTED, "nosuchif" },
		{ "set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 10.1.0.0/16 }; "
		  "}",
		  E_CONFLICT, "auto-merge" },
		{ "set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 10.0.0.0/8 }; "
		  "}",
		  0, "" },
		{ "set s { type ipv4_addr; flags interval; auto-merge; "
		  "elements = { 10.0.0.0/8, 10.1.0.0/16, 11.0.0.0/8 }; }",
		  0, "" },
		{ "chain c { ip daddr @none accept; }", E_UNKNOWN, "none" },
		{ "quota q { over 5 mbytes; }", E_UNSUPPORTED, "quota q" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct buf text = BUF_INIT, told = BUF_INIT;
		struct nft_ruleset *rs = NULL, *back = nft_ruleset_new();

		buf_printf(&text, "table inet t {\n%s\n}\n", cases[i].body);
		if (nft_text_read(buf_str(&text), "t.nft", NULL, d, &rs) < 0)
			fail_msg("%s", cases[i].body);
		diag_clear(d);
		assert_int_equal(there_and_back(rs->table[0], back, d), cases[i].r);
		diag_format(d, &told);
		if (cases[i].r && !strstr(told.data, cases[i].said))
			fail_msg("%s\n%s", cases[i].body, told.data);
		buf_release(&text);
		buf_release(&told);
		nft_ruleset_free(rs);
		nft_ruleset_free(back);
		diag_free(d);
	}
}

enum { WORLD = 256 };

/* Marks what an element covers; elements are disjoint. */
static void mark(const struct nft_expr *k, bool came[static WORLD])
{
	bool one = k->kind == NFT_E_VALUE;
	u128 lo = one ? k->value.num : k->range.lo, hi = one ? lo : k->range.hi;

	for (u128 p = lo; p <= hi && p < WORLD; p++) {
		assert_false(came[p]);
		came[p] = true;
	}
}

/* Random ranges of a world of 256 ports, merged: exactly those that were said come back. */
static void random_ranges_come_back_as_they_were(void **state)
{
	enum { ROUNDS = 500, RANGES = 12 };
	uint64_t seed = clock_ns();
	struct rand rng = { seed };

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct nft_ruleset *rs = nft_ruleset_new(), *back = nft_ruleset_new();
		struct nft_table *t = nft_table_add(rs, NFT_INET, STR("t"));
		struct nft_set *s = nft_set_add(rs, t, STR("s"));
		bool said[WORLD] = { false }, came[WORLD] = { false };
		struct diag *d = diag_new();

		s->keys = 1;
		s->key[0].type = NFT_T_INET_SERVICE;
		s->flags = NFT_SET_INTERVAL;
		s->auto_merge = true;
		for (unsigned i = 0; i < RANGES; i++) {
			uint64_t lo = rand_below(&rng, WORLD);
			uint64_t hi = lo + rand_below(&rng, 20);
			/* The world's end is the end of all ports, so that open ranges occur. */
			u128 top = hi >= WORLD ? 65535 : hi;

			nft_elem_add(rs, s)->key =
				nft_range(rs->arena, NFT_T_INET_SERVICE, lo, top);
			for (uint64_t p = lo; p <= hi && p < WORLD; p++)
				said[p] = true;
		}
		assert_int_equal(there_and_back(t, back, d), 0);
		s = back->table[0]->set[0];
		for (size_t i = 0; i < s->elems; i++)
			mark(s->elem[i].key, came);
		assert_memory_equal(said, came, sizeof(said));
		nft_ruleset_free(rs);
		nft_ruleset_free(back);
		diag_free(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes_lie_inside_of_their_bytes),
		cmocka_unit_test(a_message_length_above_2_31_ends_the_list),
		cmocka_unit_test(numbers_have_the_byte_order_of_their_place),
		cmocka_unit_test(user_data_holds_what_fits),
		cmocka_unit_test(timeout_states_have_the_kernels_numbers),
		cmocka_unit_test(an_error_is_told_as_the_object_it_is_about),
		cmocka_unit_test(a_table_survives_its_own_bytes),
		cmocka_unit_test(no_memory_is_told),
		cmocka_unit_test(what_has_no_netlink_form_is_refused),
		cmocka_unit_test(random_ranges_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
