/* SPDX-License-Identifier: Apache-2.0 */
/* Files to documents, documents to things: what a document is, its keys say. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_parsing.h"

static const char whole[] = "give all of what the aws program printed, without --query";

void aws_config_free(struct aws_config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->policies; i++)
		json_decref(c->policy[i].json);
	strmap_release(&c->list_by_id);
	arena_free(c->arena);
}

void aws_config_freep(struct aws_config **c)
{
	aws_config_free(*c);
	*c = NULL;
}

/* ---- values ---- */

void aws_keep(struct aws_parsing *p, int r)
{
	if (r < 0 && p->r == 0)
		p->r = r;
}

struct place aws_place(const struct aws_parsing *p, const json_t *value)
{
	return (struct place){ .file = p->file, .line = aws_document_place(p->doc, value).line };
}

void aws_refuse(struct aws_parsing *p, const json_t *at, int code, const char *hint,
		const char *fmt, ...)
{
	char what[256];
	va_list args;

	if (p->r < 0)
		return;
	va_start(args, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, args); /* cut at the end if it is longer */
	va_end(args);
	diag_error(p->d, aws_place(p, at), "%s", what);
	diag_hint(p->d, "%s", hint ? hint : whole);
	p->r = code;
}

const char *aws_say(struct aws_parsing *p, const char *fmt, ...)
{
	char text[512];
	const char *kept;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	kept = arena_strdup(p->arena, text);
	aws_keep(p, kept ? 0 : -ENOMEM);
	return kept;
}

bool aws_more(struct aws_parsing *p, void *array, size_t *cap, size_t n, size_t size)
{
	void **old = array;
	size_t room = *cap ? 2 * *cap : 8;
	void *more;

	if (p->r < 0)
		return false;
	if (n < *cap)
		return true;
	more = arena_array(p->arena, room, size);
	if (!more) {
		aws_keep(p, -ENOMEM);
		return false;
	}
	if (n)
		memcpy(more, *old, n * size);
	*old = more;
	*cap = room;
	return true;
}

static json_t *member(struct aws_parsing *p, const json_t *object, const char *key, json_type type,
		      const char *name)
{
	json_t *value = p->r == 0 ? json_object_get(object, key) : NULL;

	if (!value || json_is_null(value))
		return NULL;
	if (json_typeof(value) == type)
		return value;
	aws_refuse(p, value, E_SYNTAX, NULL, "%s: %s is expected", key, name);
	return NULL;
}

const char *aws_get_string(struct aws_parsing *p, const json_t *object, const char *key)
{
	const json_t *value = member(p, object, key, JSON_STRING, "a text");
	const char *text = value ? arena_strdup(p->arena, json_string_value(value)) : NULL;

	if (value && !text)
		aws_keep(p, -ENOMEM);
	return text;
}

json_t *aws_get_list(struct aws_parsing *p, const json_t *object, const char *key)
{
	return member(p, object, key, JSON_ARRAY, "a list");
}

json_t *aws_get_object(struct aws_parsing *p, const json_t *object, const char *key)
{
	return member(p, object, key, JSON_OBJECT, "an object");
}

bool aws_get_true(struct aws_parsing *p, const json_t *object, const char *key)
{
	const json_t *value = p->r == 0 ? json_object_get(object, key) : NULL;

	if (value && !json_is_boolean(value))
		aws_refuse(p, value, E_SYNTAX, NULL, "%s: true or false is expected", key);
	return json_is_true(value);
}

bool aws_get_number(struct aws_parsing *p, const json_t *object, const char *key, int64_t *ret)
{
	const json_t *value = p->r == 0 ? json_object_get(object, key) : NULL;
	struct str text = str_of(json_string_value(value));
	bool minus = str_starts(text, "-");
	uint64_t n;

	if (!value || json_is_null(value))
		return false;
	if (json_is_integer(value)) {
		*ret = json_integer_value(value);
		return true;
	}
	if (minus)
		text = (struct str){ text.p + 1, text.n - 1 };
	if (!json_is_string(value) || str_u64(text, INT32_MAX, &n) < 0) {
		aws_refuse(p, value, E_SYNTAX, NULL, "%s: a whole number is expected", key);
		return false;
	}
	*ret = minus ? -(int64_t)n : (int64_t)n;
	return true;
}

static void tell_absent(struct aws_parsing *p, const json_t *object, const char *key,
			const void *value)
{
	if (!value)
		aws_refuse(p, object, E_SYNTAX, NULL, "%s is missing here", key);
}

const char *aws_get_string_needed(struct aws_parsing *p, const json_t *object, const char *key)
{
	const char *text = aws_get_string(p, object, key);

	tell_absent(p, object, key, text);
	return text;
}

json_t *aws_get_list_needed(struct aws_parsing *p, const json_t *object, const char *key)
{
	json_t *list = aws_get_list(p, object, key);

	tell_absent(p, object, key, list);
	return list;
}

bool aws_get_prefix(struct aws_parsing *p, const json_t *value, struct prefix *ret)
{
	struct str text = str_of(json_string_value(value)), rest = text, address;
	struct addr a;
	uint64_t len;

	if (p->r < 0)
		return false;
	address = str_cut(&rest, '/');
	if (addr_parse(address, &a) < 0 || !rest.p ||
	    str_u64(rest, family_bits(a.family), &len) < 0) {
		aws_refuse(p, value, E_SYNTAX, "expected an address, /, and a length",
			   "'%s' is no prefix", show(text).text);
		return false;
	}
	*ret = prefix_masked(a, (unsigned)len);
	return true;
}

/* ---- documents ---- */

/* Each member of a list of objects. */
static void each(struct aws_parsing *p, const json_t *root, const char *key,
		 void (*parse)(struct aws_parsing *p, const json_t *one))
{
	json_t *list = aws_get_list(p, root, key), *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (p->r == 0 && !json_is_object(one))
			aws_refuse(p, one, E_SYNTAX, NULL, "an object is expected in %s", key);
		if (p->r == 0)
			parse(p, one);
	}
}

static void refuse_unknown(struct aws_parsing *p, const json_t *root)
{
	static const char *const known[] = {
		"SecurityGroups", "NetworkAcls",    "PrefixLists",	 "Entries",
		"RuleGroup",	  "FirewallPolicy", "RuleGroupResponse", "FirewallPolicyResponse",
		"UpdateToken",	  "NextToken",	    "ResponseMetadata",
	};
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)root, key, value)
	{
		bool found = false;

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			found = found || strcmp(key, known[i]) == 0;
		if (!found)
			aws_refuse(
				p, value, E_UNSUPPORTED,
				"known: describe-security-groups, describe-network-acls, "
				"describe-managed-prefix-lists, get-managed-prefix-list-entries, "
				"describe-prefix-lists, network-firewall describe-rule-group and "
				"describe-firewall-policy, and templates of CloudFormation",
				"%s: egret does not read this", show(str_of(key)).text);
	}
	if (p->r == 0 && json_string_length(json_object_get(root, "NextToken")))
		aws_refuse(p, json_object_get(root, "NextToken"), E_SYNTAX,
			   "run the aws program without --max-items and --no-paginate",
			   "NextToken: this is not all, more was to come");
}

static void parse_document(struct aws_parsing *p)
{
	const json_t *root = p->doc->root, *rules, *policy, *about;

	if (json_object_get(root, "Resources")) {
		aws_parse_template(p, root);
		return;
	}
	refuse_unknown(p, root);
	each(p, root, "SecurityGroups", aws_parse_group);
	each(p, root, "NetworkAcls", aws_parse_acl);
	each(p, root, "PrefixLists", aws_parse_list);
	if (aws_get_list(p, root, "Entries"))
		aws_parse_entries(p, json_object_get(root, "Entries"));
	rules = aws_get_object(p, root, "RuleGroup");
	about = aws_get_object(p, root, "RuleGroupResponse");
	if (rules)
		aws_parse_rulegroup(p, rules, aws_get_string(p, about, "RuleGroupArn"),
				    aws_get_string(p, about, "RuleGroupName"));
	policy = aws_get_object(p, root, "FirewallPolicy");
	about = aws_get_object(p, root, "FirewallPolicyResponse");
	if (policy)
		aws_parse_policy(p, policy, aws_get_string(p, about, "FirewallPolicyArn"),
				 aws_get_string(p, about, "FirewallPolicyName"));
	if (policy && p->r == 0)
		p->config->policy[p->config->policies - 1].token =
			aws_get_string(p, root, "UpdateToken");
}

static int parse_file(struct aws_parsing *p, const struct config_file *file, size_t *values)
{
	struct aws_text text = AWS_TEXT(file->file, file->text);
	struct aws_document doc;

	p->file = arena_strdup(p->arena, file->file ? file->file : "-");
	if (!p->file)
		return -ENOMEM;
	text.values = *values;
	while (p->r == 0) {
		int r;

		if (aws_is_script(text.rest)) {
			aws_parse_script(p, &text);
			break;
		}
		r = aws_text_next(&text, p->d, &doc);

		if (r <= 0) {
			p->r = r;
			break;
		}
		p->doc = &doc;
		parse_document(p);
		aws_document_release(&doc);
	}
	*values = text.values;
	return p->r;
}

/* Entries belong to the one list whose entries are nowhere else. */
static void settle_entries(struct aws_parsing *p)
{
	struct aws_config *c = p->config;
	struct aws_list *empty = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->lists; i++) {
		if (c->list[i].held)
			continue;
		empty = &c->list[i];
		n++;
	}
	if (!c->loose_n || p->r < 0)
		return;
	if (c->loose_n > 1 || n != 1) {
		diag_error(p->d, c->loose[0].at,
			   "entries of a prefix list, and nothing says of which list");
		diag_hint(p->d,
			  "the aws program does not print that: name the file after the list, "
			  "pl-0123456789abcdef0.json");
		p->r = E_UNKNOWN;
		return;
	}
	empty->entry = c->loose[0].entry;
	empty->n = c->loose[0].n;
	empty->held = true;
}

int aws_parse(const struct config_file *file, size_t n, struct diag *d, struct aws_config **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(aws_config_freep) struct aws_config *c = a ? arena_alloc(a, sizeof(*c)) : NULL;
	struct aws_parsing p = { .config = c, .d = d };
	size_t values = 0, bytes = 0;

	if (!c)
		return -ENOMEM;
	c->list_by_id = STRMAP_INIT;
	p.arena = c->arena = EG_TAKE(a);
	for (size_t i = 0; i < n; i++)
		bytes += file[i].text.n;
	if (bytes > AWS_BYTES_MAX) {
		diag_error(d, (struct place){ .file = file[0].file }, "more than %d bytes",
			   AWS_BYTES_MAX);
		return E_LIMIT;
	}
	c->file = arena_strdup(c->arena, file[0].file ? file[0].file : "-");
	if (!c->file)
		return -ENOMEM;
	/* Commands change what all the others describe. */
	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; p.r == 0 && i < n; i++)
			if (aws_is_script(file[i].text) == (round == 1))
				p.r = parse_file(&p, &file[i], &values);
	settle_entries(&p);
	if (p.r == 0)
		*ret = EG_TAKE(c);
	return p.r;
}
