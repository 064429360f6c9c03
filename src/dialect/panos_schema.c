/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds, from the inside out. Sections that have nothing to do with what passes are named here
 * one by one and skipped; a section that is not named is kept as strange, and makes the reader say
 * that it could not tell.
 */
#include "dialect/panos_schema.h"

static const struct panos_kind text = { .shape = PANOS_TEXT };
static const struct panos_kind list = { .shape = PANOS_LIST };
static const struct panos_kind skip = { .shape = PANOS_SKIP };
static const struct panos_kind nothing = { .shape = PANOS_RECORD };
static const struct panos_kind skipped = { .shape = PANOS_MAP, .entry = &skip };

#define RECORD(name, ...)                                                         \
	static const struct panos_field name##_fields[] = { __VA_ARGS__, { 0 } }; \
	static const struct panos_kind name = { .shape = PANOS_RECORD, .field = name##_fields }
#define MAP_OF(kind) \
	static const struct panos_kind kind##_map = { .shape = PANOS_MAP, .entry = &(kind) }

/* ---- objects ---- */

RECORD(address, { "ip-netmask", &text, true }, { "ip-range", &text, true },
       { "ip-wildcard", &text, true }, { "fqdn", &text, true }, { "description", &text, false },
       { "tag", &list, false }, { "disable-override", &text, false });
MAP_OF(address);

static const struct panos_field dynamic_fields[] = { { "filter", &text, false }, { 0 } };
static const struct panos_kind dynamic = { .shape = PANOS_RECORD, .field = dynamic_fields };

RECORD(address_group, { "static", &list, true }, { "dynamic", &dynamic, true },
       { "description", &text, false }, { "tag", &list, false },
       { "disable-override", &text, false });
MAP_OF(address_group);

/* How long sessions live: whatever it says, the same packets begin them. */
static const struct panos_kind override = { .shape = PANOS_RECORD, .strange = PANOS_IGNORE };
RECORD(ports, { "port", &text, false }, { "source-port", &text, false },
       { "override", &override, false });
RECORD(protocol, { "tcp", &ports, true }, { "udp", &ports, true }, { "sctp", &ports, true });
RECORD(service, { "protocol", &protocol, false }, { "description", &text, false },
       { "tag", &list, false }, { "disable-override", &text, false });
MAP_OF(service);

RECORD(service_group, { "members", &list, false }, { "tag", &list, false },
       { "disable-override", &text, false });
MAP_OF(service_group);

/* ---- rules ---- */

static const struct panos_field profiles_fields[] = {
	{ "virus", &list, false },	    { "spyware", &list, false },
	{ "vulnerability", &list, false },  { "url-filtering", &list, false },
	{ "file-blocking", &list, false },  { "wildfire-analysis", &list, false },
	{ "data-filtering", &list, false }, { "gtp", &list, false },
	{ "sctp", &list, false },	    { 0 }
};
static const struct panos_kind profiles = { .shape = PANOS_RECORD,
					    .field = profiles_fields,
					    .strange = PANOS_IGNORE };
static const struct panos_field profile_setting_fields[] = { { "group", &list, true },
							     { "profiles", &profiles, true },
							     { 0 } };
static const struct panos_kind profile_setting = { .shape = PANOS_RECORD,
						   .field = profile_setting_fields,
						   .strange = PANOS_IGNORE };

RECORD(target, { "devices", &skipped, false }, { "negate", &text, false },
       { "tags", &list, false });
RECORD(option, { "disable-server-response-inspection", &text, false });
RECORD(marking, { "ip-dscp", &text, true }, { "ip-precedence", &text, true },
       { "follow-c2s-flow", &nothing, true });
RECORD(qos, { "marking", &marking, false });

RECORD(rule, { "from", &list, false }, { "to", &list, false }, { "source", &list, false },
       { "destination", &list, false }, { "source-user", &list, false },
       { "category", &list, false }, { "application", &list, false }, { "service", &list, false },
       { "hip-profiles", &list, false }, { "source-hip", &list, false },
       { "destination-hip", &list, false }, { "source-device", &list, false },
       { "destination-device", &list, false }, { "source-imsi", &list, false },
       { "source-imei", &list, false }, { "source-nw-slice", &list, false },
       { "saas-user-list", &list, false }, { "saas-tenant-list", &list, false },
       { "action", &text, false }, { "disabled", &text, false }, { "negate-source", &text, false },
       { "negate-destination", &text, false }, { "rule-type", &text, false },
       { "schedule", &text, false }, { "icmp-unreachable", &text, false },
       { "description", &text, false }, { "log-start", &text, false }, { "log-end", &text, false },
       { "log-setting", &text, false }, { "tag", &list, false }, { "group-tag", &text, false },
       { "profile-setting", &profile_setting, false }, { "option", &option, false },
       { "qos", &qos, false }, { "target", &target, false }, { "uuid", &text, false });
MAP_OF(rule);

RECORD(security, { "rules", &rule_map, false });

/* Other rules that drop what they match, whatever a security rule says. */
static const struct panos_field drop_action_fields[] = { { "deny", &nothing, true },
							 { "discard", &nothing, true },
							 { "allow", &nothing, true },
							 { "protect", &nothing, true },
							 { "forward", &skip, true },
							 { "no-pbf", &nothing, true },
							 { 0 } };
static const struct panos_kind drop_action = { .shape = PANOS_RECORD,
					       .field = drop_action_fields,
					       .strange = PANOS_IGNORE };
static const struct panos_field drop_rule_fields[] = { { "action", &drop_action, false },
						       { "disabled", &text, false },
						       { 0 } };
static const struct panos_kind drop_rule = { .shape = PANOS_RECORD,
					     .field = drop_rule_fields,
					     .strange = PANOS_IGNORE };
MAP_OF(drop_rule);
RECORD(drop_rules, { "rules", &drop_rule_map, false });

#define RULEBASES                                                                         \
	{ "security", &security, false }, { "default-security-rules", &security, false }, \
		{ "dos", &drop_rules, false }, { "nat", &skip, false },                   \
		{ "pbf", &drop_rules, false }, { "qos", &skip, false },                   \
		{ "decryption", &skip, false }, { "application-override", &skip, false }, \
		{ "authentication", &skip, false }, { "captive-portal", &skip, false },   \
		{ "tunnel-inspect", &skip, false }, { "sdwan", &skip, false },            \
	{                                                                                 \
		"network-packet-broker", &skip, false                                     \
	}

RECORD(rulebase, RULEBASES);

/* ---- scopes ---- */

#define SCOPE                                                                                      \
	{ "address", &address_map, false }, { "address-group", &address_group_map, false },        \
		{ "service", &service_map, false },                                                \
		{ "service-group", &service_group_map, false },                                    \
		{ "application", &skipped, false }, { "application-group", &skipped, false },      \
		{ "application-filter", &skipped, false }, { "application-status", &skip, false }, \
		{ "application-tag", &skip, false }, { "external-list", &skipped, false },         \
		{ "region", &skipped, false }, { "pre-rulebase", &rulebase, false },               \
		{ "rulebase", &rulebase, false }, { "post-rulebase", &rulebase, false },           \
		{ "zone", &skipped, false }, { "profiles", &skip, false },                         \
		{ "profile-group", &skip, false }, { "tag", &skip, false },                        \
		{ "schedule", &skip, false }, { "log-settings", &skip, false },                    \
		{ "dynamic-user-group", &skip, false }, { "threats", &skip, false },               \
		{ "device-object", &skip, false }, { "description", &skip, false },                \
		{ "display-name", &skip, false }, { "devices", &skip, false },                     \
		{ "reference-templates", &skip, false }, { "master-device", &skip, false },        \
		{ "authorization-code", &skip, false }, { "email-scheduler", &skip, false },       \
		{ "report-group", &skip, false }, { "reports", &skip, false },                     \
		{ "pdf-summary-report", &skip, false }, { "botnet", &skip, false },                \
		{ "certificate", &skip, false }, { "certificate-profile", &skip, false },          \
		{ "ssl-tls-service-profile", &skip, false }, { "ssl-decrypt", &skip, false },      \
		{ "ssl-exclude-cert", &skip, false }, { "ocsp-responder", &skip, false },          \
		{ "scep", &skip, false }, { "server-profile", &skip, false },                      \
		{ "authentication-profile", &skip, false },                                        \
		{ "authentication-sequence", &skip, false },                                       \
		{ "authentication-object", &skip, false },                                         \
		{ "local-user-database", &skip, false }, { "admin-role", &skip, false },           \
		{ "response-page", &skip, false }, { "alg-override", &skip, false },               \
		{ "content-preview", &skip, false },                                               \
	{                                                                                          \
		"sdwan-interface-profile", &skip, false                                            \
	}

static const struct panos_field shared_fields[] = { SCOPE, { 0 } };
static const struct panos_kind shared = { .shape = PANOS_RECORD, .field = shared_fields };

static const struct panos_field vsys_fields[] = { SCOPE,
						  { "import", &skip, false },
						  { "setting", &skip, false },
						  { "global-protect", &skip, false },
						  { "user-id-agent", &skip, false },
						  { "user-id-agent-sequence", &skip, false },
						  { "user-id-collector", &skip, false },
						  { "user-id-ssl-auth", &skip, false },
						  { "group-mapping", &skip, false },
						  { "redistribution-agent", &skip, false },
						  { "redistribution-collector", &skip, false },
						  { "ts-agent", &skip, false },
						  { "vm-info-source", &skip, false },
						  { "dns-proxy", &skip, false },
						  { "captive-portal", &skip, false },
						  { "url-admin-override", &skip, false },
						  { "url-content-types", &skip, false },
						  { "content-id", &skip, false },
						  { "routing-mode", &skip, false },
						  { 0 } };
const struct panos_kind panos_vsys_kind = { .shape = PANOS_RECORD, .field = vsys_fields };

static const struct panos_kind vsys_map = { .shape = PANOS_MAP, .entry = &panos_vsys_kind };
static const struct panos_kind device_group_map = { .shape = PANOS_MAP, .entry = &shared };

/* ---- the device ---- */

static const struct panos_field session_fields[] = { { "ipv6-firewalling", &text, false }, { 0 } };
static const struct panos_kind session = { .shape = PANOS_RECORD,
					   .field = session_fields,
					   .strange = PANOS_IGNORE };
static const struct panos_field setting_fields[] = { { "session", &session, false }, { 0 } };
static const struct panos_kind setting = { .shape = PANOS_RECORD,
					   .field = setting_fields,
					   .strange = PANOS_IGNORE };
static const struct panos_field deviceconfig_fields[] = { { "setting", &setting, false }, { 0 } };
static const struct panos_kind deviceconfig = { .shape = PANOS_RECORD,
						.field = deviceconfig_fields,
						.strange = PANOS_IGNORE };

static const struct panos_field device_fields[] = { { "vsys", &vsys_map, false },
						    { "device-group", &device_group_map, false },
						    { "deviceconfig", &deviceconfig, false },
						    { "network", &skip, false },
						    { "template", &skip, false },
						    { "template-stack", &skip, false },
						    { "log-collector", &skip, false },
						    { "log-collector-group", &skip, false },
						    { "plugins", &skip, false },
						    { "platform", &skip, false },
						    { "wildfire-appliance", &skip, false },
						    { "wildfire-appliance-cluster", &skip, false },
						    { 0 } };
const struct panos_kind panos_device_kind = { .shape = PANOS_RECORD, .field = device_fields };
static const struct panos_kind device_map = { .shape = PANOS_MAP,
					      .entry = &panos_device_kind,
					      .only = PANOS_DEVICE };

/* ---- the whole ---- */

/* Which device group is in which other: Panorama keeps it apart. */
static const struct panos_field kept_group_fields[] = { { "parent-dg", &text, false }, { 0 } };
static const struct panos_kind kept_group = { .shape = PANOS_RECORD,
					      .field = kept_group_fields,
					      .strange = PANOS_IGNORE };
MAP_OF(kept_group);
static const struct panos_field kept_device_fields[] = { { "device-group", &kept_group_map, false },
							 { 0 } };
static const struct panos_kind kept_device = { .shape = PANOS_RECORD,
					       .field = kept_device_fields,
					       .strange = PANOS_IGNORE };
static const struct panos_kind kept_device_map = { .shape = PANOS_MAP,
						   .entry = &kept_device,
						   .only = PANOS_DEVICE };
static const struct panos_field readonly_fields[] = { { "devices", &kept_device_map, false },
						      { 0 } };
static const struct panos_kind readonly = { .shape = PANOS_RECORD,
					    .field = readonly_fields,
					    .strange = PANOS_IGNORE };

/* What Panorama has pushed, as the firewall shows it: by itself, and merged with its own. */
static const struct panos_field policy_fields[] = { { "panorama", &shared, false }, { 0 } };
static const struct panos_kind policy = { .shape = PANOS_RECORD, .field = policy_fields };

static const struct panos_field panorama_fields[] = { { "vsys", &device_group_map, false }, { 0 } };
static const struct panos_kind panorama = { .shape = PANOS_RECORD,
					    .field = panorama_fields,
					    .strange = PANOS_IGNORE };

static const struct panos_field config_fields[] = { { "devices", &device_map, false },
						    { "shared", &shared, false },
						    { "policy", &policy, false },
						    { "readonly", &readonly, false },
						    { "mgt-config", &skip, false },
						    { "panorama", &panorama, false },
						    { 0 } };
const struct panos_kind panos_config_kind = { .shape = PANOS_RECORD, .field = config_fields };
