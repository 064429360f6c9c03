/* SPDX-License-Identifier: Apache-2.0 */
/* One cell at a time: what is understood, and what is said of the rest. */
#include "support/test.h"

#include "catalog/schema.h"
#include "import/facts.h"
#include "support/oom.h"

static struct dictionary words;

static int load_words(void **state)
{
	struct diag *d = diag_new();

	(void)state;
	assert_non_null(d);
	assert_int_equal(dictionary_load("dictionaries", "zoom", "Zoom", d, &words), 0);
	diag_free(d);
	return 0;
}

static int drop_words(void **state)
{
	(void)state;
	dictionary_release(&words);
	return 0;
}

static void dump_transports(const struct facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->transports; i++) {
		const struct transport *t = &f->transport[i];

		buf_printf(out, "%s%s", out->n ? " " : "", proto_name(t->proto));
		if (t->application)
			buf_printf(out, "(%s)", application_name(t->application));
		if (t->ports.n) {
			buf_addc(out, ':');
			ports_print(&t->ports, out);
		}
	}
}

static void dump_far(const struct facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->names; i++) {
		buf_adds(out, out->n ? " " : "");
		pattern_print(&f->name[i], out);
	}
	for (size_t i = 0; i < f->lists; i++)
		buf_printf(out, "%s<%.*s%s>", out->n ? " " : "", STR_FMT(f->list[i].file),
			   f->list[i].family == FAMILY_BIT_V6	? " v6"
			   : f->list[i].family == FAMILY_BIT_V4 ? " v4"
								: "");
	for (size_t i = 0; i < 2; i++) {
		struct str lines = buf_str(i ? &f->prefixes.v6 : &f->prefixes.v4);

		while (lines.n) {
			struct str line = str_cut(&lines, '\n');

			buf_printf(out, "%s%.*s", out->n ? " " : "", STR_FMT(line));
		}
	}
	if (f->lost)
		buf_printf(out, "%slost:%s%s", out->n ? " " : "",
			   f->lost & FAMILY_BIT_V4 ? "4" : "", f->lost & FAMILY_BIT_V6 ? "6" : "");
	if (f->prose.n)
		buf_printf(out, "%s\"%.*s\"", out->n ? " " : "", STR_FMT(f->prose));
}

static void dump(const struct facts *f, struct buf *out)
{
	static const char *const effect[] = { "?", "!unverified", "!incomplete" };

	dump_transports(f, out);
	if (f->roles) {
		buf_adds(out, out->n ? " " : "");
		roles_print(f->roles, out);
	}
	if (f->roles_cut)
		buf_adds(out, " ...");
	if (f->vendor_source)
		buf_printf(out, "%svendor", out->n ? " " : "");
	dump_far(f, out);
	if (f->marks.n)
		buf_printf(out, " [%.*s]", STR_FMT(f->marks));
	if (f->see_note)
		buf_adds(out, " see-note");
	for (size_t i = 0; i < f->findings; i++)
		buf_printf(out, "%s%s %s", out->n ? " " : "", effect[f->finding[i].effect],
			   problem_name(f->finding[i].kind));
}

typedef int reader(struct facts *f, const struct page_cell *c);

static int read_and_dump(reader *read, const char *first, struct page_cell *cell, struct buf *out)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct facts f = { .arena = a, .words = &words };
	struct page_cell before = { .text = str_of(first) };
	int r = a ? 0 : -ENOMEM;

	if (r == 0 && first)
		r = cell_protocol(&f, &before);
	if (r == 0)
		r = read(&f, cell);
	if (r == 0)
		dump(&f, out);
	facts_release(&f);
	return r < 0 ? r : out->r;
}

static void check(reader *read, const char *first, const char *text, const char *want)
{
	struct page_cell cell = { .text = str_of(text) };
	struct buf got = BUF_INIT;

	assert_int_equal(read_and_dump(read, first, &cell, &got), 0);
	if (!str_is(buf_str(&got), want))
		fail_msg("'%s': got '%.*s', want '%s'", text, STR_FMT(buf_str(&got)), want);
	buf_release(&got);
}

static void protocols(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "TCP", "tcp" },
		{ "udp", "udp" },
		{ "ＴＣＰ", "tcp" },
		{ "HTTP", "tcp(http)" },
		{ "HTTPS", "tcp(tls)" },
		{ "UDP (HTTP/3)", "udp(quic)" },
		{ "UDP（HTTP/3）", "udp(quic)" },
		{ "QUIC", "udp(quic)" },
		{ "TCP/UDP", "tcp udp" },
		{ "TCP and UDP", "tcp udp" },
		{ "TCP、UDP", "tcp udp" },
		{ "tcp+udp", "tcp udp" },
		{ "TCP\nUDP", "tcp udp" },
		{ "ICMP", "icmp" },
		{ "TCP²", "tcp [2]" },
		{ "any", "!incomplete unknown" },
		{ "XTP", "!incomplete unknown" },
		{ "TCP XTP", "tcp !incomplete unknown" },
		{ "TCPX", "!incomplete unknown" },
		{ "", "!incomplete lost" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check(cell_protocol, NULL, cases[i].text, cases[i].want);
}

static void ports(void **state)
{
	static const struct {
		const char *first, *text, *want;
	} cases[] = {
		{ "TCP", "80、443", "tcp:80,443" },
		{ "TCP", "443、8801、8802", "tcp:443,8801-8802" },
		{ "UDP", "3478、3479、8801 - 8810", "udp:3478-3479,8801-8810" },
		{ "UDP", "20000-64000", "udp:20000-64000" },
		{ "UDP", "２００００〜６４０００", "udp:20000-64000" },
		{ "UDP", "8801–8810", "udp:8801-8810" },
		{ "TCP", "390(注を参照)", "tcp:390 see-note" },
		{ "TCP", "390（注を参照）", "tcp:390 see-note" },
		{ "TCP", "390 (see note)", "tcp:390 see-note" },
		{ "TCP", "390*", "tcp:390 see-note" },
		{ "TCP", "443²", "tcp:443 [2]" },
		{ "TCP",
		  "443\xee\x80\x80"
		  "1\xee\x80\x81",
		  "tcp:443 [1]" },
		{ "TCP", "80 and 443", "tcp:80,443" },
		{ "TCP", "port 443", "tcp:443" },
		{ "TCP", "443 (secret)", "tcp:443 !unverified unknown" },
		{ NULL, "TCP 80, 443; UDP 3478-3481", "tcp:80,443 udp:3478-3481" },
		{ NULL, "TCP 443\nUDP 443", "tcp:443 udp:443" },
		{ NULL, "TCP/UDP 443", "tcp:443 udp:443" },
		{ NULL, "443/tcp, 3478/udp", "tcp:443 udp:3478" },
		{ NULL, "443/TCP", "tcp:443" },
		{ NULL, "443 (TCP)", "tcp:443" },
		{ NULL, "443/tcp/udp", "tcp:443 udp:443" },
		{ "TCP", "tcp 443", "tcp:443" },
		{ "TCP", "udp 443", "tcp !incomplete ambiguous" },
		{ "TCP", "443x", "tcp:443 !incomplete unknown" },
		{ "TCP", "20,000", "tcp:20 !incomplete unknown" },
		{ "TCP", "65536", "tcp !incomplete unknown" },
		{ "TCP", "0", "tcp !incomplete unknown" },
		{ "TCP", "9-5", "tcp !incomplete unknown" },
		{ "TCP", "443-", "tcp !incomplete unknown" },
		{ "TCP", "any", "tcp !incomplete unsaid" },
		{ "TCP", "すべて", "tcp !incomplete unsaid" },
		{ "TCP", "see the list", "tcp !incomplete unknown" },
		{ "TCP", "(", "tcp !incomplete unknown" },
		{ "TCP", "", "tcp !incomplete lost" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check(cell_ports, cases[i].first, cases[i].text, cases[i].want);
}

static void sources(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "すべての Zoom クライアント ユーザーのウェブブラウザ", "client, browser" },
		{ "すべての Zoom クライアント、", "client ... ? cut" },
		{ "Zoom クライアント", "client" },
		{ "ユーザーのウェブブラウザ Zoom認定ハードウェア(Zoom Roomsハードウェア、Zoom Phone"
		  "ハードウェアなど)",
		  "browser, hardware" },
		{ "All Zoom clients, user's web browser", "client, browser" },
		{ "ZOOM CLIENTS and Web Browsers", "client, browser" },
		{ "zoom-client; web-browser", "client, browser" },
		{ "All Zoom clients,", "client ... ? cut" },
		{ "Zoom clients, etc.", "client ... ? cut" },
		{ "Any", "" },
		{ "IPv4:", "vendor lost:4 ? lost" },
		{ "IPv4:\nIPv6:", "vendor lost:46 ? lost" },
		{ "192.0.2.0/24", "vendor 192.0.2.0/24" },
		{ "Zoom Rooms", "!incomplete unknown" },
		{ "All Zoom clients on mobile", "client !unverified unknown" },
		{ "", "!incomplete lost" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check(cell_source, NULL, cases[i].text, cases[i].want);
}

static void destinations(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "*.zoom.us *.zoom.com", "*.zoom.us *.zoom.com" },
		{ "*.zoom.us, *.zoom.com.", "*.zoom.us *.zoom.com" },
		{ "*.zoom.us\n*.zoom.us", "*.zoom.us" },
		{ "＊．ｚｏｏｍ．ｕｓ", "*.zoom.us" },
		{ "IPv4:\nIPv6:", "lost:46 ? lost" },
		{ "IPv4: IPv6:", "lost:46 ? lost" },
		{ "IPv4:", "lost:4 ? lost" },
		{ "IPv4 addresses:", "lost:4 ? lost" },
		{ "IPv4: 192.0.2.0/24 198.51.100.7 IPv6: 2001:DB8::/32",
		  "192.0.2.0/24 198.51.100.7/32 2001:db8::/32" },
		{ "IPv4: 192.0.2.0/24 IPv6:", "192.0.2.0/24 lost:6 ? lost" },
		{ "192.0.2.0 - 192.0.2.3", "192.0.2.0/30" },
		{ "192.0.2.0-192.0.2.2", "192.0.2.0/31 192.0.2.2/32" },
		{ "https://zoom.us/test", "zoom.us" },
		{ "http://crl3.digicert.com:80/x.crl", "crl3.digicert.com" },
		{ "list:ZoomMeetings.txt list:ZoomMeetings-IPv6.txt",
		  "<ZoomMeetings.txt> <ZoomMeetings-IPv6.txt v6>" },
		{ "list:ZoomZVA.txt (IPv4)", "<ZoomZVA.txt v4>" },
		{ "IPv4: 2001:db8::1", "lost:4 !incomplete ambiguous ? lost" },
		{ "0.0.0.0/0", "!unverified unsaid" },
		{ "192.0.2.1/24", "!unverified unknown" },
		{ "*.com", "!unverified unsaid" },
		{ "monitoring.*.amazonaws.com", "!unverified unsaid" },
		{ ".zoom.us", "!unverified unsaid" },
		{ "Any", "!incomplete unsaid" },
		{ "*", "\"*\"" },
		{ "the same", "!incomplete ambiguous" },
		{ "zoom.us and the hosts of your region", "zoom.us \"the hosts of your region\"" },
		{ "e.g. notes.txt", "\"e.g notes.txt\"" },
		{ "zoom.us, etc.", "zoom.us !unverified cut" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check(cell_destination, NULL, cases[i].text, cases[i].want);
}

static void links_to_lists(void **state)
{
	static const struct page_link links[] = {
		{ { "v4 ranges", 9 }, { "https://a.example/x/Zoom.txt?x=1", 32 } },
		{ { "home", 4 }, { "https://zoom.us/", 16 } },
	};
	struct page_cell cell = { .text = STR("IPv4: v4 ranges"), .link = links, .links = 2 };
	struct buf got = BUF_INIT;

	(void)state;
	assert_int_equal(read_and_dump(cell_destination, NULL, &cell, &got), 0);
	assert_string_equal(got.data, "<Zoom.txt v4>");
	buf_release(&got);
}

static void a_long_cell_is_told(void **state)
{
	struct buf text = BUF_INIT;
	struct buf got = BUF_INIT;
	struct page_cell cell;

	(void)state;
	buf_pad(&text, 'a', CELL_BYTES_MAX);
	cell = (struct page_cell){ .text = buf_str(&text) };
	assert_int_equal(read_and_dump(cell_destination, NULL, &cell, &got), 0);
	assert_true(got.n > CELL_BYTES_MAX);
	buf_clear(&got);
	buf_addc(&text, 'a');
	cell.text = buf_str(&text);
	assert_int_equal(read_and_dump(cell_destination, NULL, &cell, &got), 0);
	assert_string_equal(got.data, "!incomplete unknown");
	buf_release(&got);
	buf_release(&text);
}

static int sample(void *data)
{
	struct page_cell cell = { .text = STR("*.zoom.us list:a.txt IPv4: 192.0.2.0/24 words") };
	struct buf got = BUF_INIT;
	int r = read_and_dump(cell_destination, "TCP", &cell, &got);

	(void)data;
	buf_release(&got);
	return r;
}

static void memory_may_run_out(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(sample, NULL) > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols),
		cmocka_unit_test(ports),
		cmocka_unit_test(sources),
		cmocka_unit_test(destinations),
		cmocka_unit_test(links_to_lists),
		cmocka_unit_test(a_long_cell_is_told),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, load_words, drop_words);
}
