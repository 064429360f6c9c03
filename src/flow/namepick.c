/* SPDX-License-Identifier: Apache-2.0 */
/* A pretty name out of a node of the name dimension, for witnesses. */
#include <string.h>

#include "flow/mgr.h"

enum { LABEL_END = 1 };

/* An interval of keys: lo included and not empty, hi a cut. */
struct keys {
	const unsigned char *lo;
	size_t lo_n;
	uint32_t hi;
};

static bool try_key(const struct flow_mgr *m, const struct keys *in, const struct name_key *key,
		    struct name *ret)
{
	size_t n = key->n < in->lo_n ? key->n : in->lo_n;
	int order = n ? memcmp(key->byte, in->lo, n) : 0;

	if (order < 0 || (order == 0 && key->n < in->lo_n))
		return false;
	return cut_above(&m->cuts, in->hi, key->byte, key->n) &&
	       name_from_key(key->byte, key->n, ret) == 0;
}

static bool try_below(const struct flow_mgr *m, const struct keys *in, struct name_key parent,
		      const char *label, struct name *ret)
{
	size_t n = strlen(label);

	if (parent.n + n >= NAME_KEY_MAX)
		return false;
	memcpy(parent.byte + parent.n, label, n);
	parent.n += n;
	return try_key(m, in, &parent, ret);
}

/* `key` without its final part: up to the 0x01 that ends the label before. */
static void cut_label(struct name_key *key)
{
	while (key->n && key->byte[key->n - 1] != LABEL_END)
		key->n--;
}

/* ---- three tries, best first ---- */

static bool begins_with_name(const struct flow_mgr *m, const struct keys *in, struct name *ret)
{
	struct name_key key = { .n = in->lo_n };

	memcpy(key.byte, in->lo, in->lo_n);
	return try_key(m, in, &key, ret);
}

static bool has_example(const struct flow_mgr *m, const struct keys *in, struct name *ret)
{
	static const char *const usual[] = { "com\1example\1", "org\1example\1", "net\1example\1" };
	struct name_key top = { .n = 0 };

	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (try_below(m, in, top, usual[i], ret))
			return true;
	return false;
}

/* Below the name that the lower end comes from, beside it, below the names above it. */
static bool has_neighbour(const struct flow_mgr *m, const struct keys *in, struct name *ret)
{
	static const char *const labels[] = { "www\1", "a\1", "0\1", "zzz\1" };
	static const char *const longer[] = { "-a\1", "0\1", "a\1" };
	struct name_key key = { .n = in->lo_n };
	unsigned char last = in->lo[in->lo_n - 1];

	memcpy(key.byte, in->lo, in->lo_n);
	key.n -= last != LABEL_END; /* what makes it an end; the rest is a name's */
	for (size_t i = 0; last > LABEL_END && i < ARRAY_LEN(longer); i++)
		if (try_below(m, in, key, longer[i], ret))
			return true;
	do {
		cut_label(&key);
		for (size_t i = 0; i < ARRAY_LEN(labels); i++)
			if (try_below(m, in, key, labels[i], ret))
				return true;
		key.n -= key.n > 0;
	} while (key.n);
	return false;
}

bool name_within(const struct flow_mgr *m, flow_ref a, struct name *ret)
{
	static bool (*const tries[])(const struct flow_mgr *m, const struct keys *in,
				     struct name *ret) = { begins_with_name, has_example,
							   has_neighbour };
	const struct edge *e = &m->edge[m->node[a].first];
	size_t n = m->node[a].n;

	if (e->child != FLOW_NONE) {
		*ret = (struct name){ "" };
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(tries) * n; i++) {
		size_t k = i % n;
		struct keys in = { .hi = e[k].hi };

		if (e[k].child == FLOW_NONE)
			continue;
		in.lo = cut_bytes(&m->cuts, e[k - 1].hi, &in.lo_n);
		if (tries[i / n](m, &in, ret))
			return true;
	}
	return false;
}
