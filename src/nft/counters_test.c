/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of the kernel while packets go by, in a network namespace. */
#include "support/test.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nft/apply.h"
#include "nft/text.h"
#include "support/netns.h"

static struct nft_link *l;
static struct diag *d;

static const char table[] =
	"table inet t {\n"
	"\tset nets { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 } }\n"
	"\tcounter hits { }\n"
	"\tset seen { type ipv4_addr; counter; elements = { 127.0.0.1 } }\n"
	"\tchain c {\n"
	"\t\ttype filter hook output priority 0; policy accept;\n"
	"\t\tip daddr @seen counter name hits accept\n"
	"\t}\n}\n";

struct counted {
	unsigned n;
	uint64_t packets, bytes;
	char what[64];
};

static int count(void *data, const struct nft_count *c)
{
	struct counted *all = data;

	all->n++;
	all->packets += c->packets;
	all->bytes += c->bytes;
	if (c->name)
		(void)snprintf(all->what, sizeof(all->what), "%s", c->name);
	else
		(void)snprintf(all->what, sizeof(all->what), "%s %zu %u", c->set, c->key_size,
			       c->key[0]);
	return 0;
}

/* One datagram of 20 bytes to nobody, with its headers 48. */
static void send_one(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(sendto(fd, "twenty bytes of data", 20, 0, (void *)&to, sizeof(to)), 20);
	(void)close(fd);
}

static void counters_are_read_while_they_count(void **state)
{
	struct nft_ruleset *rs = NULL;
	struct counted named = { 0 }, element = { 0 };

	(void)state;
	assert_int_equal(nft_text_read(str_of(table), "test.nft", NULL, d, &rs), 0);
	assert_int_equal(nft_replace_table(l, rs->table[0], NFT_COMMIT, d), 0);
	send_one();
	assert_int_equal(nft_counters(l, NFT_INET, "t", count, &named), 0);
	assert_int_equal(named.n, 1);
	assert_string_equal(named.what, "hits");
	assert_true(named.packets >= 1); /* an ICMP error may be on its way back, too */
	assert_true(named.bytes >= 48);
	assert_int_equal(nft_element_counters(l, NFT_INET, "t", "seen", count, &element), 0);
	assert_int_equal(element.n, 1);
	assert_string_equal(element.what, "seen 4 127");
	assert_int_equal(element.packets, named.packets);
	assert_int_equal(nft_counters(l, NFT_INET, "none", count, &named), 0);
	assert_int_equal(named.n, 1);
	nft_ruleset_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_are_read_while_they_count),
	};
	int r;

	if (!netns_enter())
		return 0;
	d = diag_new();
	if (!d || nft_link_open(&l, d) < 0)
		return 1;
	r = cmocka_run_group_tests(tests, NULL, NULL);
	nft_link_close(l);
	diag_free(d);
	return r;
}
