/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/print.h"

#include <errno.h>

#include "base/show.h"

int json_put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) < 0 ? -ENOMEM : 0;
}

int json_push(json_t *array, json_t *value)
{
	return json_array_append_new(array, value) < 0 ? -ENOMEM : 0;
}

json_t *json_text(const char *text)
{
	return text ? json_string(text) : json_null();
}

void json_freep(json_t **value)
{
	json_decref(*value);
	*value = NULL;
}

void print_count(struct str decimal, struct buf *out)
{
	enum { PICTURED = 15 };

	if (decimal.n > PICTURED) {
		buf_printf(out, "about 10^%zu", decimal.n - 1);
		return;
	}
	buf_grouped(out, decimal);
}

void print_match(const struct env *env, const struct flow_match *m, struct buf *out)
{
	struct flow_match plain = *m;

	plain.dim[FLOW_STATE] = plain.dim[FLOW_FRAG] = (struct flow_spans){ 0 };
	flow_match_show(env->m, &plain, PRINT_ITEMS, out);
}

static int count_of(struct env *env, flow_ref set, struct buf *decimal)
{
	int r = flow_count(env->m, set, decimal);

	return r < 0 ? r : decimal->r;
}

/* The set as a diagram of the rules that decide it; the leaf behind them all: none does. */
static int decided(struct env *env, flow_ref set, const struct reading *config, flow_ref *ret)
{
	flow_ref none = FLOW_LEAF(config->rules + 1);
	int r = flow_restrict(env->m, config->deciding, set, ret);

	if (r == 0)
		r = flow_restrict(env->m, none, set, &none);
	return r == 0 ? flow_override(env->m, *ret, none, ret) : r;
}

/* NULL: no rule. */
static const struct config_rule *rule_of(const struct flow_box *box, const struct reading *config)
{
	return box->leaf <= config->rules ? &config->rule[box->leaf - 1] : NULL;
}

static void print_rule_of(const struct flow_box *box, const struct reading *config, struct buf *out)
{
	const struct config_rule *rule = rule_of(box, config);

	if (!rule) {
		buf_adds(out, "        no rule decides it: the chain's policy does, or what is not "
			      "modelled\n");
		return;
	}
	buf_adds(out, "        ");
	if (rule->at.file && rule->at.line)
		buf_printf(out, "%s:%u: ", rule->at.file, rule->at.line);
	buf_printf(out, "%s\n", show(str_of(rule->text)).text);
}

int print_set(struct env *env, struct arena *a, const char *title, flow_ref set, struct buf *out)
{
	return print_decided(env, a, title, set, NULL, out);
}

int print_decided(struct env *env, struct arena *a, const char *title, flow_ref set,
		  const struct reading *config, struct buf *out)
{
	EG_AUTO(buf_release) struct buf count = BUF_INIT;
	struct flow_boxes boxes = { 0 };
	struct flow witness = { 0 };
	flow_ref diagram = set;
	int r;

	if (flow_empty(set))
		return 0;
	r = count_of(env, set, &count);
	if (r == 0 && config)
		r = decided(env, set, config, &diagram);
	if (r == 0)
		r = flow_boxes(env->m, diagram, PRINT_BOXES, a, &boxes);
	if (r == 0)
		r = flow_witness(env->m, set, &witness);
	if (r < 0)
		return r;
	buf_printf(out, "%s: ", title);
	print_count(buf_str(&count), out);
	buf_adds(out, count.n == 1 && count.data[0] == '1' ? " flow\n" : " flows\n");
	for (size_t i = 0; i < boxes.n; i++) {
		buf_adds(out, "    ");
		print_match(env, &boxes.box[i].match, out);
		buf_addc(out, '\n');
		if (config)
			print_rule_of(&boxes.box[i], config, out);
	}
	if (!boxes.all)
		buf_adds(out, "    ... and more\n");
	buf_adds(out, "  for example: ");
	flow_show(env->m, &witness, out);
	buf_addc(out, '\n');
	return out->r;
}

static int put_spans(json_t *object, enum flow_dim dim, const struct flow_match *m)
{
	const struct flow_spans *s = &m->dim[dim];
	bool address = dim >= FLOW_DST4 && dim <= FLOW_SRC6;
	enum family family = dim == FLOW_DST4 || dim == FLOW_SRC4 ? FAMILY_V4 : FAMILY_V6;
	json_t *list;
	int r = 0;

	if (!s->span)
		return 0;
	list = json_array();
	for (size_t i = 0; list && r == 0 && i < s->n; i++) {
		char lo[ADDR_TEXT_MAX], hi[ADDR_TEXT_MAX];

		addr_format((struct addr){ family, s->span[i].lo }, lo);
		addr_format((struct addr){ family, s->span[i].hi }, hi);
		r = json_push(list, address ? json_pack("[ss]", lo, hi)
					    : json_pack("[II]", (json_int_t)s->span[i].lo,
							(json_int_t)s->span[i].hi));
	}
	if (r < 0) {
		json_decref(list);
		return r;
	}
	return json_put(object, flow_dim_name(dim), list);
}

static int put_names(json_t *object, const struct flow_match *m)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	json_t *list = m->name ? json_array() : NULL;
	int r = 0;

	if (!m->name)
		return 0;
	for (size_t i = 0; list && r == 0 && i < m->names; i++) {
		buf_clear(&text);
		pattern_print(&m->name[i], &text);
		r = json_push(list, json_text(text.data));
	}
	if (r < 0) {
		json_decref(list);
		return r;
	}
	return json_put(object, "name", list);
}

static int box_json(const struct env *env, const struct flow_match *m, json_t **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(json_freep) json_t *object = json_object();
	int r;

	print_match(env, m, &text);
	r = json_put(object, "text", json_text(text.data));
	for (enum flow_dim dim = 0; r == 0 && dim < FLOW_NAME; dim++)
		r = put_spans(object, dim, m);
	if (r == 0)
		r = put_names(object, m);
	if (r < 0)
		return r;
	*ret = EG_TAKE(object);
	return 0;
}

static int put_rule(json_t *box, const struct config_rule *rule)
{
	if (!rule)
		return json_put(box, "rule", json_null());
	return json_put(box, "rule",
			json_pack("{s:s?, s:s, s:s?, s:i}", "where", rule->where, "text",
				  rule->text, "file", rule->at.file, "line", (int)rule->at.line));
}

static int boxes_json(struct env *env, struct arena *a, flow_ref set, const struct reading *config,
		      json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	struct flow_boxes boxes;
	int r = config ? decided(env, set, config, &set) : 0;

	if (r == 0)
		r = flow_boxes(env->m, set, PRINT_BOXES, a, &boxes);

	for (size_t i = 0; r == 0 && i < boxes.n; i++) {
		json_t *one = NULL;

		r = box_json(env, &boxes.box[i].match, &one);
		if (r == 0 && config)
			r = put_rule(one, rule_of(&boxes.box[i], config));
		if (r == 0)
			r = json_push(list, one);
	}
	if (r == 0)
		r = json_put(object, "boxes", EG_TAKE(list));
	return r < 0 ? r : json_put(object, "all", json_boolean(boxes.all));
}

int print_set_json(struct env *env, struct arena *a, flow_ref set, json_t **ret)
{
	return print_decided_json(env, a, set, NULL, ret);
}

int print_decided_json(struct env *env, struct arena *a, flow_ref set, const struct reading *config,
		       json_t **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(json_freep) json_t *object = json_object();
	struct flow witness;
	int r = count_of(env, set, &text);

	if (r == 0)
		r = json_put(object, "flows", json_text(text.data));
	if (r == 0)
		r = boxes_json(env, a, set, config, object);
	if (r == 0 && !flow_empty(set)) {
		buf_clear(&text);
		r = flow_witness(env->m, set, &witness);
		if (r == 0)
			flow_show(env->m, &witness, &text);
		if (r == 0)
			r = json_put(object, "witness", json_text(text.data));
	}
	if (r < 0)
		return r;
	*ret = EG_TAKE(object);
	return 0;
}
