/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the aws program prints about firewalls, as parsed: security groups, network ACLs, prefix
 * lists, rule groups and policies of Network Firewall. All of it lives in the config's arena.
 *
 * Prefix lists and rule groups are looked up when a rule is read as flows, not when it is parsed:
 * another file may hold them.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "dialect/dialect.h"
#include "dialect/spans.h"
#include "net/name.h"
#include "net/prefix.h"

enum aws_way { AWS_OUT, AWS_IN, AWS_WAYS };

/* A protocol and its range, as IpProtocol, FromPort and ToPort have them. */
struct aws_said {
	const char *proto; /* "tcp", "-1", "47" */
	bool ranged;
	int from, to; /* ports; of ICMP, type and code, -1 for all */
};

bool aws_said_equal(const struct aws_said *a, const struct aws_said *b);

/* Protocol and what stands in its header. */
struct aws_service {
	struct aws_said said;		/* nothing when a part of it is not modelled */
	struct flow_spans proto, dport; /* dport: ICMP type * 256 + code too */
	const char *text;		/* "tcp 443" */
	bool transport;			/* asks for something in the transport header */
	const char *unknown; /* what of it is not modelled: `dport` holds that and more */
};

enum aws_far_kind { AWS_FAR_PREFIX, AWS_FAR_LIST, AWS_FAR_GROUP, AWS_FAR_UNKNOWN };

/* The far end of a rule of a security group. */
struct aws_far {
	enum aws_far_kind kind;
	struct prefix prefix;
	const char *name; /* of a list or group; what is not modelled */
};

/* A permission with one of its far ends. */
struct aws_permission {
	struct place at;
	struct aws_service service;
	struct aws_far far;
};

struct aws_permissions {
	struct aws_permission *one;
	size_t n, cap;
};

struct aws_group {
	struct place at;
	const char *id, *name;
	struct aws_permissions way[AWS_WAYS];
	/* The addresses of the interfaces that have the group, by its tags; NULL: not said. */
	const char *members;
};

struct aws_entry {
	struct place at;
	unsigned number;
	bool allow;
	struct aws_service service;
	struct prefix prefix;
	const char *text;
};

struct aws_acl {
	struct place at;
	const char *id;
	struct aws_entry *entry[AWS_WAYS]; /* by number */
	size_t n[AWS_WAYS], cap[AWS_WAYS];
};

struct aws_list_entry {
	struct place at;
	struct prefix prefix;
};

struct aws_list {
	struct place at;
	const char *id, *name;
	bool held; /* its entries are in the files */
	struct aws_list_entry *entry;
	size_t n, cap;
};

enum aws_action { AWS_PASS, AWS_DROP, AWS_FORWARD, AWS_ALERT, AWS_ANY_ACTION };

/* An end of a stateful rule that is a variable of the policy too. */
enum aws_net { AWS_NET_GIVEN, AWS_NET_HOME, AWS_NET_EXTERNAL };

/* Where a stateful rule finds its name. */
enum aws_layer { AWS_PACKETS, AWS_TLS, AWS_HTTP };

/* A rule of a firewall's rule group, stateless or stateful: the product of its lists. */
struct aws_rule {
	struct place at;
	unsigned priority; /* of a stateless rule */
	enum aws_action action;
	struct flow_spans proto, src4, src6, dst4, dst6, sport, dport, state;
	bool transport;		       /* asks for ports or flags */
	bool both_ways;		       /* holds for the turned flow too */
	bool flags;		       /* asks for TCP flags: packets in `state` have them */
	bool flags_unsure;	       /* some later packets of a conversation have them */
	enum aws_net src_net, dst_net; /* instead of the spans */
	enum aws_layer layer;
	const struct pattern *name; /* of a rule on names: x, and perhaps all names under it */
	size_t names;
	const char *unknown; /* the first part that is not modelled, or NULL */
	const char *text;
};

struct aws_domain {
	struct place at;
	struct pattern pattern[2]; /* ".x" is x and *.x */
	size_t patterns;
	const char *text, *unknown;
};

/* What HOME_NET and EXTERNAL_NET stand for. */
struct aws_home {
	bool said, far_said;
	struct flow_spans v4, v6, far4, far6;
};

enum aws_rules_kind { AWS_STATELESS, AWS_STATEFUL, AWS_DOMAINS };

struct aws_rulegroup {
	struct place at;
	const char *arn, *name;
	enum aws_rules_kind kind;
	struct aws_rule *rule; /* stateless: by priority */
	size_t n, cap;
	/* of a domain list */
	struct aws_domain *domain;
	size_t domains, domain_cap;
	bool allow, deny, sni, host;
	struct aws_home home;
	const char *unknown; /* a part that is not modelled */
};

/* A policy's use of a rule group. */
struct aws_reference {
	struct place at;
	const char *arn;
	unsigned priority;
	bool override; /* its drops are alerts */
};

struct aws_references {
	struct aws_reference *one; /* by priority */
	size_t n, cap;
};

struct aws_policy {
	struct place at;
	const char *arn, *name;
	struct aws_references stateless, stateful;
	enum aws_action whole, fragment; /* where no stateless rule holds */
	bool strict;			 /* in strict order, not action order */
	bool drop_strict, drop_established;
	struct aws_home home; /* of all rule groups */
	const char *unknown;  /* what is not modelled of it: it may stop anything */
	json_t *json;	      /* the policy as it was described */
	const char *token;    /* that a change of it must have, or NULL */
};

struct aws_config {
	struct arena *arena;
	const char *file; /* the first */
	bool templates;	  /* some of it is of templates: what AWS calls it is not known */
	struct aws_group *group;
	size_t groups, group_cap;
	struct aws_acl *acl;
	size_t acls, acl_cap;
	struct aws_list *list;
	size_t lists, list_cap;
	struct strmap list_by_id;
	struct aws_list *loose; /* entries, and nobody says of which list */
	size_t loose_n, loose_cap;
	struct aws_rulegroup *rulegroup;
	size_t rulegroups, rulegroup_cap;
	struct aws_policy *policy;
	size_t policies, policy_cap;
};

void aws_config_free(struct aws_config *c);
void aws_config_freep(struct aws_config **c);

/* E_SYNTAX, E_LIMIT, E_CONFLICT, E_UNSUPPORTED, -ENOMEM. */
EG_CHECK int aws_parse(const struct config_file *file, size_t n, struct diag *d,
		       struct aws_config **ret);

/* NULL: there is none. */
const struct aws_list *aws_list_find(const struct aws_config *c, const char *id);
const struct aws_rulegroup *aws_rulegroup_find(const struct aws_config *c, const char *arn);
struct aws_group *aws_group_find(const struct aws_config *c, const char *id);
struct aws_acl *aws_acl_find(const struct aws_config *c, const char *id);

/* "arn:aws:network-firewall:REGION:ACCOUNT:" of a policy's ARN, for its rule groups; empty: it is
 * none. */
struct str aws_arn_account(const char *policy);
