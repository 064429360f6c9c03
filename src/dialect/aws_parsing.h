/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the parser share: a document's values, and how they are refused. The first
 * error stays in `r`; what is asked for after it is absent.
 */
#pragma once

#include "dialect/aws_json.h"
#include "dialect/aws_model.h"

struct aws_parsing {
	struct aws_config *config;
	struct arena *arena; /* of the config */
	struct diag *d;
	const struct aws_document *doc;
	const char *file;	 /* in the arena */
	const json_t *variables; /* of the rule group in hand, or NULL */
	int r;
};

/* Tells that a value is wrong. `hint` may be NULL. */
EG_PRINTF(5, 6)
void aws_refuse(struct aws_parsing *p, const json_t *at, int code, const char *hint,
		const char *fmt, ...);
void aws_keep(struct aws_parsing *p, int r); /* `r` < 0 was told or is -ENOMEM */

struct place aws_place(const struct aws_parsing *p, const json_t *value);

/* A member of an object, in the arena: NULL when it is absent, null, or of another type (told). */
const char *aws_get_string(struct aws_parsing *p, const json_t *object, const char *key);
json_t *aws_get_list(struct aws_parsing *p, const json_t *object, const char *key);
json_t *aws_get_object(struct aws_parsing *p, const json_t *object, const char *key);
/* A whole number, or a text of one; is it there? */
bool aws_get_number(struct aws_parsing *p, const json_t *object, const char *key, int64_t *ret);
bool aws_get_true(struct aws_parsing *p, const json_t *object, const char *key);
/* The same, and its absence is told. */
const char *aws_get_string_needed(struct aws_parsing *p, const json_t *object, const char *key);
json_t *aws_get_list_needed(struct aws_parsing *p, const json_t *object, const char *key);

/* A text in the arena; NULL: out of memory. */
EG_PRINTF(2, 3) const char *aws_say(struct aws_parsing *p, const char *fmt, ...);

/* Makes room for one more in an array in the arena. False: out of memory. */
bool aws_more(struct aws_parsing *p, void *array, size_t *cap, size_t n, size_t size);

/* A prefix; host bits are cleared, as AWS does. False: told. */
bool aws_get_prefix(struct aws_parsing *p, const json_t *value, struct prefix *ret);

/* ---- aws_service.c ---- */

/* Ports, or type and code of ICMP, as they stand in JSON. */
struct aws_range {
	bool has_from, has_to;
	int64_t from, to;
};

void aws_service(struct aws_parsing *p, const json_t *at, const char *proto, struct aws_range range,
		 struct aws_service *ret);

/* ---- one file a kind of thing ---- */

void aws_parse_group(struct aws_parsing *p, const json_t *group);
void aws_parse_acl(struct aws_parsing *p, const json_t *acl);
void aws_parse_list(struct aws_parsing *p, const json_t *list);
void aws_parse_entries(struct aws_parsing *p, json_t *entries);
void aws_parse_rulegroup(struct aws_parsing *p, const json_t *rules, const char *arn,
			 const char *name);
void aws_parse_policy(struct aws_parsing *p, const json_t *policy, const char *arn,
		      const char *name);
void aws_parse_template(struct aws_parsing *p, const json_t *root);

/* ---- commands that change what is described (aws_command.c) ---- */

bool aws_is_script(struct str text);
/* Carries out all commands of a text. */
void aws_parse_script(struct aws_parsing *p, struct aws_text *text);
void aws_parse_permission(struct aws_parsing *p, const json_t *permission,
			  struct aws_permissions *all);
void aws_parse_entry(struct aws_parsing *p, const json_t *entry, struct aws_acl *acl);
/* Sorts, and refuses a number that two entries of one way have. */
void aws_settle_acl(struct aws_parsing *p, struct aws_acl *acl);

/* ---- shared by describe-... and templates ---- */

/* One permission's far end; `service` is copied. */
void aws_add_permission(struct aws_parsing *p, struct aws_permissions *all, struct place at,
			const struct aws_service *service, struct aws_far far);
struct aws_group *aws_add_group(struct aws_parsing *p, const json_t *at, const char *id);
/* What egret's tags say of the members of a group. */
void aws_read_tags(struct aws_parsing *p, const json_t *object, struct aws_group *g);
struct aws_list *aws_add_list(struct aws_parsing *p, const json_t *at, const char *id);
void aws_fill_list(struct aws_parsing *p, json_t *entries, struct aws_list *l);

/* ---- Network Firewall: aws_header.c has what its two engines share ---- */

/* Adds a prefix to the spans of its family. */
struct aws_ends {
	struct spanlist v4, v6;
	bool any;
};

void aws_add_end(struct aws_parsing *p, struct prefix prefix, struct aws_ends *ret);
/* A family with no prefix matches nothing; no prefix at all, or `any`: everything. */
void aws_seal_ends(struct aws_ends *ends, struct flow_spans *ret4, struct flow_spans *ret6);
/* The variables of a rule group or policy that domain lists use; others are for who uses them. */
void aws_get_home(struct aws_parsing *p, const json_t *variables, struct aws_home *ret);
/* aws_header.c: the fields of a header, in Suricata's words. What is none of them is noted. */
struct aws_header {
	const char *action, *proto, *src, *sport, *dst, *dport;
	bool both_ways;
};
void aws_read_header(struct aws_parsing *p, const json_t *at, const struct aws_header *h,
		     struct aws_rule *ret);
void aws_note_unknown(struct aws_rule *rule, const char *what);

/* aws_stateful.c, aws_suricata.c, aws_domains.c */
void aws_parse_suricata(struct aws_parsing *p, const json_t *rules, struct aws_rulegroup *g);
void aws_parse_stateful(struct aws_parsing *p, json_t *rules, struct aws_rulegroup *g);
void aws_parse_domains(struct aws_parsing *p, const json_t *list, struct aws_rulegroup *g);
/* aws_stateless.c */
void aws_parse_stateless(struct aws_parsing *p, const json_t *rules, struct aws_rulegroup *g);
/* The standard action of a list of actions; custom ones only count packets. */
enum aws_action aws_get_actions(struct aws_parsing *p, const json_t *object, const char *key);
