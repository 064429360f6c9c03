/* SPDX-License-Identifier: Apache-2.0 */
/* Network ACLs, as describe-network-acls prints them: entries by number, for each way. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

enum { NUMBER_MAX = 32768 }; /* of the deny at the end of an IPv6 list */

/* Ports stand in PortRange, types of ICMP in IcmpTypeCode; one of them is there at most. */
static struct aws_range range_of(struct aws_parsing *p, const json_t *entry)
{
	const json_t *ports = aws_get_object(p, entry, "PortRange");
	const json_t *icmp = aws_get_object(p, entry, "IcmpTypeCode");
	struct aws_range r = { 0 };

	if (ports && icmp)
		aws_refuse(p, entry, E_SYNTAX, NULL, "PortRange and IcmpTypeCode in one entry");
	if (ports) {
		r.has_from = aws_get_number(p, ports, "From", &r.from);
		r.has_to = aws_get_number(p, ports, "To", &r.to);
	} else if (icmp) {
		r.has_from = aws_get_number(p, icmp, "Type", &r.from);
		r.has_to = aws_get_number(p, icmp, "Code", &r.to);
	}
	return r;
}

static const char *number_text(struct aws_parsing *p, unsigned number)
{
	return number >= NUMBER_MAX - 1 ? "*" : aws_say(p, "%u", number);
}

void aws_parse_entry(struct aws_parsing *p, const json_t *entry, struct aws_acl *acl)
{
	const json_t *v4 = json_object_get(entry, "CidrBlock");
	const json_t *v6 = json_object_get(entry, "Ipv6CidrBlock");
	enum aws_way way = aws_get_true(p, entry, "Egress") ? AWS_OUT : AWS_IN;
	const char *action = aws_get_string_needed(p, entry, "RuleAction");
	const char *proto = aws_get_string_needed(p, entry, "Protocol");
	struct aws_entry e = { .at = aws_place(p, entry) };
	int64_t number = -1;

	if (!aws_get_number(p, entry, "RuleNumber", &number) || number < 0 || number > NUMBER_MAX)
		aws_refuse(p, entry, E_SYNTAX, NULL, "RuleNumber: a number up to %d is expected",
			   NUMBER_MAX);
	if (!v4 == !v6)
		aws_refuse(p, entry, E_SYNTAX, NULL, "CidrBlock or Ipv6CidrBlock is expected");
	if (action && strcmp(action, "allow") != 0 && strcmp(action, "deny") != 0)
		aws_refuse(p, json_object_get(entry, "RuleAction"), E_SYNTAX, NULL,
			   "'%s' is neither allow nor deny", show(str_of(action)).text);
	aws_service(p, json_object_get(entry, "Protocol"), proto, range_of(p, entry), &e.service);
	if (!aws_get_prefix(p, v4 ? v4 : v6, &e.prefix) || !action)
		return;
	e.number = (unsigned)number;
	e.allow = strcmp(action, "allow") == 0;
	e.text = aws_say(p, "%s %s %s %s %s", number_text(p, e.number), action, e.service.text,
			 way == AWS_OUT ? "to" : "from", json_string_value(v4 ? v4 : v6));
	if (aws_more(p, &acl->entry[way], &acl->cap[way], acl->n[way], sizeof(e)))
		acl->entry[way][acl->n[way]++] = e;
}

static int by_number(const void *a, const void *b)
{
	const struct aws_entry *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static void settle(struct aws_parsing *p, struct aws_acl *acl, enum aws_way way)
{
	if (acl->n[way])
		qsort(acl->entry[way], acl->n[way], sizeof(*acl->entry[way]), by_number);
	for (size_t i = 1; p->r == 0 && i < acl->n[way]; i++) {
		const struct aws_entry *e = &acl->entry[way][i], *before = e - 1;

		if (e->number != before->number)
			continue;
		diag_error(p->d, e->at, "number %u is taken by line %u", e->number,
			   before->at.line);
		p->r = E_CONFLICT;
	}
}

void aws_settle_acl(struct aws_parsing *p, struct aws_acl *acl)
{
	settle(p, acl, AWS_OUT);
	settle(p, acl, AWS_IN);
}

struct aws_acl *aws_acl_find(const struct aws_config *c, const char *id)
{
	for (size_t i = 0; id && i < c->acls; i++)
		if (strcmp(c->acl[i].id, id) == 0)
			return &c->acl[i];
	return NULL;
}

void aws_parse_acl(struct aws_parsing *p, const json_t *acl)
{
	struct aws_config *c = p->config;
	const char *id = aws_get_string_needed(p, acl, "NetworkAclId");
	json_t *list = aws_get_list_needed(p, acl, "Entries"), *one;
	const struct aws_acl *same = aws_acl_find(c, id);
	struct aws_acl *a;
	size_t i;

	if (same)
		aws_refuse(p, acl, E_CONFLICT, "give each of them once",
			   "network ACL %s is at line %u of %s already", show(str_of(id)).text,
			   same->at.line, same->at.file);
	if (!aws_more(p, &c->acl, &c->acl_cap, c->acls, sizeof(*c->acl)))
		return;
	a = &c->acl[c->acls++];
	*a = (struct aws_acl){ .at = aws_place(p, json_object_get(acl, "NetworkAclId")), .id = id };
	json_array_foreach(list, i, one)
	{
		if (p->r == 0)
			aws_parse_entry(p, one, a);
	}
	aws_settle_acl(p, a);
}
