/* SPDX-License-Identifier: Apache-2.0 */
/* Every limit of a policy, at the limit and one above it. */
#include "support/test.h"

#include "base/err.h"
#include "catalog/yaml.h"
#include "policy/policy.h"
#include "support/site.h"

static void add_zones(struct buf *b, size_t n)
{
	buf_adds(b, "zones:\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "  z%zu: { addresses: 10.%zu.0.0/16 }\n", i, i);
}

static void write_zones(struct buf *b, size_t n)
{
	add_zones(b, n);
	buf_adds(b, "allow: [{ services: acme/web, from: z0 }]\n");
}

static void write_endpoints(struct buf *b, size_t n)
{
	add_zones(b, 1);
	buf_adds(b, "allow: []\npublish:\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "  e%zu: { addresses: 10.0.0.1, for: acme/hook }\n", i);
}

static void write_prefixes(struct buf *b, size_t n)
{
	buf_adds(b, "zones:\n  z:\n    addresses:\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "      - 10.%zu.%zu.0/24\n", i / 256, i % 256);
	buf_adds(b, "allow: []\n");
}

static void write_excepts(struct buf *b, size_t n)
{
	add_zones(b, 1);
	buf_adds(b, "allow:\n  - services: acme/call\n    from: z0\n    except:\n");
	for (size_t i = 0; i < n; i++)
		buf_adds(b, "      - directory\n");
}

static void write_interface(struct buf *b, size_t n)
{
	buf_adds(b, "outside: ");
	buf_pad(b, 'w', n);
	buf_adds(b, "\nzones: { z: { addresses: 10.0.0.0/8 } }\nallow: []\n");
}

static void write_bytes(struct buf *b, size_t n)
{
	buf_adds(b, "zones: { z: { addresses: 10.0.0.0/8 } }\nallow: []\n#");
	buf_pad(b, '#', n - b->n);
}

static const struct limit {
	const char *what;
	void (*write)(struct buf *b, size_t n);
	size_t limit;
	int above;
} limits[] = {
	{ "zones", write_zones, POLICY_ZONES_MAX, E_LIMIT },
	{ "endpoints", write_endpoints, POLICY_ENDPOINTS_MAX, E_LIMIT },
	{ "prefixes", write_prefixes, POLICY_PREFIXES_MAX, E_LIMIT },
	{ "excepts", write_excepts, POLICY_EXCEPTS_MAX, E_LIMIT },
	{ "bytes", write_bytes, YAML_BYTES_MAX, E_LIMIT },
	{ "interface", write_interface, POLICY_INTERFACE_MAX, E_SYNTAX },
};

static void check_limit(const struct limit *l, size_t n, int wanted)
{
	struct diag *d = diag_new();
	struct buf text = BUF_INIT, told = BUF_INIT;
	struct policy p = POLICY_INIT;

	l->write(&text, n);
	assert_int_equal(text.r, 0);

	int r = policy_parse(buf_str(&text), "egret.yaml", &site_catalogs, d, &p);

	diag_format(d, &told);
	if (r != wanted)
		fail_msg("%zu %s: got %d\n%s", n, l->what, r, told.data ? told.data : "");
	policy_release(&p);
	buf_release(&text);
	buf_release(&told);
	diag_free(d);
}

static void limits_hold_at_the_limit_and_one_above(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		check_limit(&limits[i], limits[i].limit, 0);
		check_limit(&limits[i], limits[i].limit + 1, limits[i].above);
	}
}

/* A vendor with 64 services, s0 to s63, read from memory. */
static void read_big_vendor(struct diag *d, struct catalog *ret)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, "vendor: big\ntitle: Big\npage: p\npage-date: 2026-10-01\nservices:\n");
	for (size_t i = 0; i < 64; i++)
		buf_printf(&text,
			   "  s%zu:\n    title: S\n    requirements:\n      r%zu: { title: R, "
			   "page: p, "
			   "roles: client, proto: tcp, ports: 443, names: a.big.example }\n",
			   i, i);
	assert_int_equal(catalog_read(buf_str(&text), "catalog.yaml", NULL, d, ret), 0);
	buf_release(&text);
}

/* Entries with 64 services each, and a zone of its own for each entry; then `more` entries. */
static void write_allows(struct buf *b, size_t more)
{
	add_zones(b, POLICY_ALLOWS_MAX / 64 + 1);
	buf_adds(b, "allow:\n");
	for (size_t z = 0; z < POLICY_ALLOWS_MAX / 64; z++) {
		buf_adds(b, "  - services: [big/s0");
		for (size_t i = 1; i < 64; i++)
			buf_printf(b, ", big/s%zu", i);
		buf_printf(b, "]\n    from: z%zu\n", z);
	}
	for (size_t i = 0; i < more; i++)
		buf_printf(b, "  - { services: big/s%zu, from: z%d }\n", i, POLICY_ALLOWS_MAX / 64);
}

static void the_limit_of_allowed_services_counts_services_not_entries(void **state)
{
	struct diag *d = diag_new();
	struct catalog big = CATALOG_INIT;
	const struct catalogs one = { .catalog = &big, .n = 1 };

	(void)state;
	read_big_vendor(d, &big);
	for (size_t more = 0; more <= 1; more++) {
		struct buf text = BUF_INIT;
		struct policy p = POLICY_INIT;

		write_allows(&text, more);
		assert_int_equal(policy_parse(buf_str(&text), "egret.yaml", &one, d, &p),
				 more ? E_LIMIT : 0);
		assert_int_equal(p.allows, more ? 0 : POLICY_ALLOWS_MAX);
		assert_int_equal(diag_errors(d), more);
		policy_release(&p);
		buf_release(&text);
	}
	assert_string_equal(diag_get(d, 0)->text, "more than 1024 services are allowed");
	catalog_release(&big);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_hold_at_the_limit_and_one_above),
		cmocka_unit_test(the_limit_of_allowed_services_counts_services_not_entries),
	};

	return cmocka_run_group_tests(tests, site_made_up, site_drop);
}
