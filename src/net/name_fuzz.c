/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names, patterns and keys from any bytes. Input: a pattern, a line feed, a name; the whole input
 * is also tried as a key.
 *   - what is read is written in a form that reads back as itself;
 *   - a name goes to its key and back; bytes that are taken for a key are the key of their name;
 *   - a pattern's interval holds a key exactly when the pattern matches the name.
 */
#include <assert.h>
#include <stdint.h>

#include "net/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool holds(const struct pattern *p, const struct name_key *k)
{
	struct name_key lo;
	struct name_key hi;

	pattern_keys(p, &lo, &hi);
	assert(lo.n <= NAME_KEY_MAX && hi.n <= NAME_KEY_MAX);
	return name_key_cmp(&lo, k) <= 0 && (hi.n == 0 || name_key_cmp(k, &hi) < 0);
}

static void check_name(const struct name *n)
{
	struct name_key key;
	struct name back;

	assert(n->text[0] && strlen(n->text) < NAME_TEXT_MAX);
	assert(name_parse(str_of(n->text), &back) == 0);
	assert(strcmp(back.text, n->text) == 0);
	name_key(n, &key);
	assert(key.n == strlen(n->text) + 1);
	assert(name_from_key(key.byte, key.n, &back) == 0);
	assert(strcmp(back.text, n->text) == 0);
}

static void check_key(const uint8_t *data, size_t size)
{
	struct name_key key;
	struct name n;

	if (name_from_key(data, size, &n) < 0)
		return;
	name_key(&n, &key);
	assert(key.n == size && memcmp(key.byte, data, size) == 0);
}

static void check_pattern(struct str text, const struct pattern *p)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct pattern back;

	assert(pattern_covers(p, p));
	pattern_print(p, &out);
	assert(pattern_parse(buf_str(&out), true, &back) == 0);
	assert(back.kind == p->kind && strcmp(back.name.text, p->name.text) == 0);
	if (pattern_parse(text, false, &back) == 0)
		assert(p->kind != PATTERN_ANY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str second = { (const char *)data, size };
	struct str first = str_cut(&second, '\n');
	struct pattern p = { 0 };
	struct name n;
	struct name_key key;
	bool is_pattern = pattern_parse(first, true, &p) == 0;
	bool is_name = name_parse(second, &n) == 0;

	check_key(data, size);
	if (is_pattern)
		check_pattern(first, &p);
	if (is_name)
		check_name(&n);
	if (is_pattern && is_name) {
		name_key(&n, &key);
		assert(holds(&p, &key) == pattern_matches(&p, &n));
	}
	return 0;
}
