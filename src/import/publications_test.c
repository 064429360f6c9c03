/* SPDX-License-Identifier: Apache-2.0 */
/* What real publications give, counted against their raw text. */
#include "support/test.h"

#include "support/readback.h"
#include "support/reading.h"

#include "catalog/list.h"

#define DATA "tests/data/import/"

static size_t occurrences(struct str text, const char *what)
{
	size_t n = 0, len = strlen(what);

	for (size_t i = 0; i + len <= text.n; i++)
		n += memcmp(text.p + i, what, len) == 0;
	return n;
}

/* "/24": what every prefix has and nothing else in these files, behind `from`. */
static size_t lengths(struct str text, const char *from)
{
	const char *begin = memmem(text.p, text.n, from, strlen(from));
	size_t n = 0;

	assert_non_null(begin);
	for (const char *c = begin; c + 1 < text.p + text.n; c++)
		n += c[0] == '/' && c[1] >= '0' && c[1] <= '9';
	return n;
}

/* All lines of all lists, each of which must read as the list it is. */
static size_t lines_of(struct reading *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->draft.lists; i++) {
		const struct draft_list *l = &t->draft.list[i];
		struct list read = { 0 };

		assert_int_equal(list_read(l->content, l->text.file,
					   l->text.family == FAMILY_BIT_V6 ? FAMILY_V6 : FAMILY_V4,
					   t->draft.arena, t->diag, &read),
				 0);
		n += read.lines;
		prefixlist_release(&read.set);
	}
	return n;
}

static const struct sample {
	const char *format, *file;
	const char *key;  /* of which there is one a prefix; NULL: */
	const char *from; /* the prefixes stand behind this */
	size_t services, lists;
	const char *vendor, *title, *page, *date;
} samples[] = {
	{ "aws", DATA "aws/ip-ranges.json", "_prefix\"", NULL, 23, 29, "aws", "Amazon Web Services",
	  "https://ip-ranges.amazonaws.com/ip-ranges.json", "2023-11-10" },
	{ "google", DATA "google/cloud.json", "Prefix\"", NULL, 1, 2, "google", "Google Cloud",
	  "https://www.gstatic.com/ipranges/cloud.json", "2025-07-24" },
	{ "google", DATA "google/goog.json", "Prefix\"", NULL, 1, 2, "google", "Google",
	  "https://www.gstatic.com/ipranges/goog.json", "2024-04-25" },
	{ "github", DATA "github/meta.json", NULL, "\"hooks\"", 20, 21, "github", "GitHub",
	  "https://api.github.com/meta", NULL },
	{ "fastly", DATA "fastly/public-ip-list.json", NULL, "addresses", 1, 2, "fastly", "Fastly",
	  "https://api.fastly.com/public-ip-list", NULL },
	{ "zscaler", DATA "zscaler/hubs-recommended.json", NULL, "hubPrefixes", 1, 2, "zscaler",
	  "Zscaler", "https://config.zscaler.com/api/zscaler.net/hubs/cidr/json/recommended",
	  NULL },
	{ "cloudflare", DATA "cloudflare/ips.json", NULL, "result", 1, 2, "cloudflare",
	  "Cloudflare", "https://api.cloudflare.com/client/v4/ips", NULL },
	{ "misp", DATA "misp/zscaler.json", NULL, "\"list\"", 1, 2, NULL,
	  "List of known Zscaler IP address ranges",
	  "Zscaler IP address ranges "
	  "(https://config.zscaler.com/api/zscaler.net/hubs/cidr/json/recommended)",
	  "2026-08-11" },
	{ "misp", DATA "misp/microsoft-office365-ip.json", NULL, "\"list\"", 1, 2, NULL,
	  "List of known Office 365 IP address ranges", "Office 365 IP address ranges",
	  "2026-08-11" },
	{ "microsoft365", DATA "microsoft365/worldwide.json", NULL, "[", 4, 23, "microsoft365",
	  "Microsoft 365", "https://endpoints.office.com/endpoints/worldwide", NULL },
};

static void same(const char *got, const char *want)
{
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
}

static void check_sample(const struct sample *s)
{
	struct reading t = reading_of_file(s->format, s->file);
	struct str text = buf_str(&t.text);
	struct catalog_text c;

	print_message("# %s\n", s->file);
	assert_int_equal(lines_of(&t), s->key ? occurrences(text, s->key) : lengths(text, s->from));
	assert_int_equal(draft_catalog(&t.draft, &c), 0);
	assert_int_equal(c.services, s->services);
	assert_int_equal(c.lists, s->lists);
	same(c.vendor, s->vendor);
	same(c.title, s->title);
	same(c.page, s->page);
	same(c.page_date, s->date);
	reading_end(&t);
}

static void samples_are_read_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		check_sample(&samples[i]);
}

/* As the command does it: the caller fills in what the publication does not say. */
static void check_catalog(const struct sample *s)
{
	struct reading t = reading_begin();

	t.draft.vendor = "acme";
	t.draft.page_date = "2026-11-01";
	assert_int_equal(file_read(s->file, FILE_LIMIT, &t.text, t.diag), 0);
	reading_run(&t, s->format, buf_str(&t.text));
	assert_int_equal(t.r, 0);
	if (readback(&t.draft, t.diag) < 0) {
		reading_tell(&t);
		fail_msg("%s: %s", s->file, t.told.data);
	}
	reading_end(&t);
}

static void samples_become_catalogs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		check_catalog(&samples[i]);
}

/* By the text alone, also when its end is missing. */
static void formats_know_their_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct reading t = reading_begin();
		struct str text;

		assert_int_equal(file_read(samples[i].file, FILE_LIMIT, &t.text, t.diag), 0);
		text = buf_str(&t.text);
		for (size_t k = 0; format_at(k); k++) {
			int sure = format_at(k)->detect(text, "x");

			assert_int_equal(sure > 0,
					 str_is(str_of(samples[i].format), format_at(k)->name));
		}
		assert_ptr_equal(format_detect(text, "x"), format_find(str_of(samples[i].format)));
		reading_end(&t);
	}
}

static void only_json_is_theirs(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"<p>\"ip_prefix\"</p>",
		"# \"serviceArea\"",
		"{",
		"[]",
		"{\"prefixes\": []}",
		"{\"list\": [], \"description\": \"a\", \"type\": \"string\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_null(format_detect(str_of(texts[i]), "x"));
}

static void what_the_caller_says_stays(void **state)
{
	struct reading t = reading_begin();

	(void)state;
	t.draft.vendor = "acme";
	t.draft.page = "KB1";
	t.draft.page_date = "2026-11-01";
	reading_run(&t, "google",
		    STR("{\"creationTime\": \"2024-04-25T07:05:03.68994\", \"prefixes\": "
			"[{\"ipv4Prefix\": \"8.8.4.0/24\"}]}"));
	assert_int_equal(t.r, 0);
	assert_string_equal(t.draft.vendor, "acme");
	assert_string_equal(t.draft.title, "Google");
	assert_string_equal(t.draft.page, "KB1");
	assert_string_equal(t.draft.page_date, "2026-11-01");
	assert_string_equal(t.draft.list[0].text.date, "2024-04-25");
	reading_end(&t);
}

/* ---- lists ---- */

static const struct draft_list *list_of(const struct reading *t, const char *id)
{
	for (size_t i = 0; i < t->draft.lists; i++) {
		if (strcmp(t->draft.list[i].text.id, id) == 0)
			return &t->draft.list[i];
	}
	fail_msg("no list %s", id);
	return NULL;
}

static const struct draft_row *row_of(const struct reading *t, const char *id)
{
	for (size_t i = 0; i < t->draft.rows; i++) {
		if (strcmp(t->draft.row[i].text.id, id) == 0)
			return &t->draft.row[i];
	}
	fail_msg("no row %s", id);
	return NULL;
}

static void groups_keep_their_remarks(void **state)
{
	static const char text[] =
		"{\"createDate\": \"2023-11-10-21-13-09\", \"prefixes\": ["
		"{\"ip_prefix\": \"192.0.2.0/24\", \"region\": \"eu-1\", \"service\": \"S3\"},"
		"{\"ip_prefix\": \"198.51.100.0/24\", \"region\": \"eu-1\", \"service\": "
		"\"AMAZON\"},"
		"{\"ip_prefix\": \"203.0.113.0/24\", \"region\": \"us-2\", \"service\": \"S3\"}],"
		"\"ipv6_prefixes\": ["
		"{\"ipv6_prefix\": \"2001:db8::/32\", \"region\": \"GLOBAL\", \"service\": "
		"\"S3\"}]}";
	struct reading t = reading_of("aws", str_of(text));

	(void)state;
	assert_int_equal(t.r, 0);
	assert_string_equal(list_of(&t, "s3-v4")->content.p,
			    "192.0.2.0/24  # eu-1\n203.0.113.0/24  # us-2\n");
	assert_string_equal(list_of(&t, "s3-v6")->content.p, "2001:db8::/32  # GLOBAL\n");
	assert_string_equal(list_of(&t, "amazon-v4")->content.p, "198.51.100.0/24  # eu-1\n");
	assert_string_equal(list_of(&t, "s3-v4")->text.date, "2023-11-10");
	assert_string_equal(row_of(&t, "s3")->text.page, "service S3");
	assert_non_null(row_of(&t, "s3")->text.incomplete);
	reading_end(&t);
}

static void blanks_around_a_prefix_mean_nothing(void **state)
{
	struct reading t = reading_of("zscaler", STR("{\"cloudName\": \"c\", \"type\": \"t\", "
						     "\"hubPrefixes\": [\"205.220.0.0/17 \"]}"));

	(void)state;
	assert_int_equal(t.r, 0);
	assert_string_equal(list_of(&t, "hubs-v4")->content.p, "205.220.0.0/17\n");
	reading_end(&t);
}

/* ---- rows of Microsoft 365 and of GitHub's names ---- */

static void print_row(const struct requirement_text *t, struct buf *out)
{
	buf_printf(out, "%s: %s", t->id, t->proto == 6 ? "tcp " : t->proto == 17 ? "udp " : "");
	ports_print(&t->ports, out);
	buf_printf(out, " %s%s", application_name(t->application),
		   t->proxyable ? " proxyable" : "");
	for (size_t i = 0; i < t->lists; i++)
		buf_printf(out, " %s", t->list[i].id);
	for (size_t i = 0; i < t->names; i++) {
		buf_addc(out, ' ');
		pattern_print(&t->name[i], out);
	}
	for (size_t i = 0; i < t->tags; i++)
		buf_printf(out, " #%s", t->tag[i]);
	if (t->unverified)
		buf_printf(out, "; unverified: %s", t->unverified);
	if (t->incomplete)
		buf_printf(out, "; incomplete: %s", t->incomplete);
	buf_addc(out, '\0');
}

static void check_rows(const struct reading *t, const char *const *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		EG_AUTO(buf_release) struct buf id = BUF_INIT;
		EG_AUTO(buf_release) struct buf got = BUF_INIT;

		buf_add(&id, rows[i], str_find(str_of(rows[i]), ':'));
		buf_addc(&id, '\0');
		print_row(&row_of(t, id.data)->text, &got);
		assert_string_equal(got.data, rows[i]);
	}
}

static void sets_become_rows(void **state)
{
	static const char *const rows[] = {
		"exchange-1-tcp: tcp 80,443 http proxyable outlook.office.com "
		"outlook.office365.com #optimize #required",
		"exchange-1-tcp-addresses: tcp 80,443 http proxyable exchange-1-v4 exchange-1-v6 "
		"#optimize #required #addresses",
		"exchange-5-tcp: tcp 143,993 none proxyable *.outlook.office.com "
		"outlook.office365.com #allow #optional",
		"skype-11-udp-addresses: udp 3478-3481 none skype-11-v4 #optimize #required "
		"#addresses",
		"skype-15-tcp: tcp 80,443 http proxyable *.sfbassets.com #default #required",
		"skype-26-tcp: tcp 443 tls proxyable *.msedge.net "
		"compass-ssl.microsoft.com #default #required",
		"exchange-154-tcp: tcp 80,443 http proxyable #default #required; incomplete: a "
		"catalog cannot say any of its names: autodiscover.*.onmicrosoft.com",
		"sharepoint-39-tcp: tcp 80,443 http proxyable *.svc.ms #default #required; "
		"unverified: at least these names: the publication also has "
		"*-files.sharepoint.com, *-myfiles.sharepoint.com, which a catalog cannot say",
	};
	struct reading t = reading_of_file("microsoft365", DATA "microsoft365/worldwide.json");
	const struct draft_row *row = row_of(&t, "exchange-5-tcp");

	(void)state;
	check_rows(&t, rows, ARRAY_LEN(rows));
	assert_string_equal(row->text.note, "Exchange Online IMAP4 migration");
	assert_string_equal(row->text.page, "set 5");
	assert_string_equal(row->text.title, "Exchange Online, set 5, tcp");
	assert_int_equal(row->text.roles, ROLE_CLIENT | ROLE_BROWSER);
	assert_string_equal(t.draft.service[row->service].id, "exchange");
	assert_string_equal(t.draft.service[row->service].title, "Exchange Online");
	reading_tell_problems(&t);
	assert_non_null(strstr(t.told.data, "unsaid autodiscover.*.onmicrosoft.com: a catalog has "
					    "'*' only as the whole first label\n"));
	reading_end(&t);
}

#define SET                                                                                      \
	"\"serviceArea\": \"A B\", \"serviceAreaDisplayName\": \"T\", \"category\": \"Allow\", " \
	"\"required\": true, "

static void odd_sets_become_rows_too(void **state)
{
	static const char text[] =
		"[{" SET "\"id\": 1, \"urls\": [\"a.example.com\"], \"ips\": [\"192.0.2.0/24\"], "
		"\"tcpPorts\": \"443\", \"udpPorts\": \"443\"},"
		"{" SET "\"id\": 2, \"tcpPorts\": \"25\"},"
		"{" SET "\"id\": 3, \"urls\": [\"*.com\"], \"ips\": [\"2001:db8::/32\"]}]";
	static const char *const rows[] = {
		"a-b-1-tcp: tcp 443 tls proxyable a.example.com #allow #required",
		"a-b-1-tcp-addresses: tcp 443 tls proxyable a-b-1-v4 #allow #required #addresses",
		"a-b-1-udp: udp 443 quic a.example.com #allow #required",
		"a-b-1-udp-addresses: udp 443 quic a-b-1-v4 #allow #required #addresses",
		"a-b-2-tcp: tcp 25 none proxyable #allow #required; incomplete: the set has "
		"neither "
		"names nor addresses",
		"a-b-3:  none #allow #required; unverified: a catalog cannot say any of its names: "
		"*.com; incomplete: the set has no ports",
		"a-b-3-addresses:  none a-b-3-v6 #allow #required #addresses; incomplete: the set "
		"has "
		"no ports",
	};
	struct reading t = reading_of("microsoft365", str_of(text));

	(void)state;
	assert_int_equal(t.r, 0);
	assert_int_equal(t.draft.rows, ARRAY_LEN(rows));
	check_rows(&t, rows, ARRAY_LEN(rows));
	reading_end(&t);
}

static void domains_become_rows(void **state)
{
	struct reading t = reading_of_file("github", DATA "github/meta.json");
	const struct draft_row *row = row_of(&t, "domains-website");

	(void)state;
	assert_int_equal(row->text.names, 3);
	assert_non_null(strstr(row->text.unverified, "*.github.io"));
	assert_non_null(row->text.incomplete);
	assert_int_equal(row_of(&t, "domains-actions-inbound-wildcard-domains")->text.names, 3);
	assert_int_equal(row_of(&t, "domains-artifact-attestations-services")->text.names, 4);
	reading_tell_problems(&t);
	assert_string_equal(t.told.data,
			    "unsaid *.github.io: anybody can register a name there\n"
			    "unsaid *.githubusercontent.com: anybody can register a name there\n"
			    "unsaid *.githubusercontent.com: anybody can register a name there\n"
			    "unsaid *.githubusercontent.com: anybody can register a name there\n");
	assert_string_equal(t.draft.problem[0].row, "domains-website");
	reading_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_read_whole),
		cmocka_unit_test(samples_become_catalogs),
		cmocka_unit_test(formats_know_their_own),
		cmocka_unit_test(only_json_is_theirs),
		cmocka_unit_test(what_the_caller_says_stays),
		cmocka_unit_test(groups_keep_their_remarks),
		cmocka_unit_test(blanks_around_a_prefix_mean_nothing),
		cmocka_unit_test(sets_become_rows),
		cmocka_unit_test(odd_sets_become_rows_too),
		cmocka_unit_test(domains_become_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
