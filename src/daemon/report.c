/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/report.h"

#include <errno.h>

#include "dialect/nftables.h"
#include "nft/apply.h"

/* ---- the resolver's counters ---- */

typedef void (*counter_fn)(struct buf *out, const char *name, uint64_t n);

static void each_counter(const struct dns_counters *c, struct buf *out, counter_fn each)
{
#define COUNTER(name) each(out, #name, c->name)
	COUNTER(queries_udp);
	COUNTER(queries_tcp);
	COUNTER(malformed);
	COUNTER(refused_name);
	COUNTER(refused_type);
	COUNTER(no_data);
	COUNTER(hits);
	COUNTER(misses);
	COUNTER(joined);
	COUNTER(sent_udp);
	COUNTER(sent_tcp);
	COUNTER(sent_tls);
	COUNTER(timeouts);
	COUNTER(unreachable);
	COUNTER(foreign);
	COUNTER(failed);
	COUNTER(guarded);
	COUNTER(stripped);
	COUNTER(learned);
	COUNTER(learn_refused);
	COUNTER(learn_late);
	COUNTER(unlisted);
	COUNTER(answers);
	COUNTER(servfail);
	COUNTER(truncated);
	COUNTER(overload);
	COUNTER(unsent);
#undef COUNTER
}

static void status_line(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, "dns_%s %llu\n", name, (unsigned long long)n);
}

static void metric_event(struct buf *out, const char *name, uint64_t n)
{
	metric_line(out, "dns_events_total", "event", name, n);
}

/* ---- status ---- */

int report_status(const struct report *r, struct buf *out)
{
	const struct dns_counters c = resolver_counters(r->resolver);

	buf_printf(out, "policy %s\n", r->ruling->site->policy.path);
	buf_printf(out, "loaded %llu\n", r->loaded);
	buf_printf(out, "rules_on_names %zu\n", gateway_rules(r->ruling->gateway));
	buf_printf(out, "drift %s\n", drift_seen_name(r->drift->seen));
	buf_printf(out, "drift_looks %llu\n", (unsigned long long)r->drift->looks);
	buf_printf(out, "role_dns %s\n", r->resolver->ready ? "ready" : "starting");
	buf_printf(out, "role_dns_pid %d\n", (int)r->resolver->role.pid);
	buf_printf(out, "role_dns_starts %u\n", r->resolver->role.starts);
	buf_printf(out, "role_metrics_pid %d\n", (int)r->metrics->role.pid);
	buf_printf(out, "role_metrics_starts %u\n", r->metrics->role.starts);
	each_counter(&c, out, status_line);
	return out->r;
}

/* ---- metrics ---- */

/* The kernel's counters come one by one, and a metric's lines stand together. */
struct counting {
	struct buf packets, bytes;
};

static int add_count(void *data, const struct nft_count *c)
{
	struct counting *k = data;

	metric_line(&k->packets, "requirement_packets_total", "requirement", c->name, c->packets);
	metric_line(&k->bytes, "requirement_bytes_total", "requirement", c->name, c->bytes);
	return 0;
}

static int write_requirements(struct buf *out)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	struct counting k = { .packets = BUF_INIT, .bytes = BUF_INIT };
	int r = d ? nft_link_open(&link, d) : -ENOMEM;

	if (r == 0)
		r = nft_counters(link, NFT_INET, NFTABLES_TABLE, add_count, &k);
	metric_head(out, "requirement_packets_total", "counter",
		    "Packets that a requirement let through; \"otherwise\": that no rule did.");
	buf_addstr(out, buf_str(&k.packets));
	metric_head(out, "requirement_bytes_total", "counter", "Bytes of the same.");
	buf_addstr(out, buf_str(&k.bytes));
	buf_release(&k.packets);
	buf_release(&k.bytes);
	return r == -ENOENT ? 0 : r; /* without a table nothing is counted: see egret_drift */
}

int report_metrics(const struct report *r, struct buf *out)
{
	const struct dns_counters c = resolver_counters(r->resolver);
	int e = write_requirements(out);

	metric_head(out, "dns_events_total", "counter", "What the resolver did, by kind.");
	each_counter(&c, out, metric_event);
	metric_head(out, "role_up", "gauge", "Whether a role serves.");
	metric_line(out, "role_up", "role", "dns", r->resolver->ready);
	metric_head(out, "role_starts_total", "counter", "How often a role was started.");
	metric_line(out, "role_starts_total", "role", "dns", r->resolver->role.starts);
	metric_line(out, "role_starts_total", "role", "metrics", r->metrics->role.starts);
	metric_head(out, "policy_loads_total", "counter", "How often a policy was loaded.");
	metric_line(out, "policy_loads_total", NULL, NULL, r->loaded);
	metric_head(
		out, "drift", "gauge",
		"0: the kernel holds the policy; 1: in other words; 2: other flows; 3: no table; "
		"4: it cannot be read.");
	metric_line(out, "drift", NULL, NULL, r->drift->seen);
	return e < 0 ? e : out->r;
}
