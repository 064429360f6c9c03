/* SPDX-License-Identifier: Apache-2.0 */
#include "support/router.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "support/netns.h"

enum { MARKER_TYPE = 0x88b5 /* local experimental, IEEE 802 */, WAIT_MS = 200, TRIES = 50 };

const char *const router_port_name[PORTS] = { "lan0", "lan1", "wan0", "wan1" };
static const char *const outside_name[PORTS] = { "far0", "far1", "far2", "far3" };

/* The next hops' link address is nobody's, so that what arrives outside is seen and then dropped.
 */
static const char setup[] =
	"link set lo up\n"
	"link add lan0 type veth peer name far0\n"
	"link add lan1 type veth peer name far1\n"
	"link add wan0 type veth peer name far2\n"
	"link add wan1 type veth peer name far3\n"
	"link set lan0 up\nlink set lan1 up\nlink set wan0 up\nlink set wan1 up\n"
	"link set far0 arp off up\nlink set far1 arp off up\n"
	"link set far2 arp off up\nlink set far3 arp off up\n"
	"neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev lan0 nud permanent\n"
	"neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev lan1 nud permanent\n"
	"neigh add 192.0.2.3 lladdr 02:00:00:00:00:03 dev wan0 nud permanent\n"
	"neigh add 192.0.2.4 lladdr 02:00:00:00:00:04 dev wan1 nud permanent\n"
	"neigh add fe80::1 lladdr 02:00:00:00:00:01 dev lan0 nud permanent\n"
	"neigh add fe80::2 lladdr 02:00:00:00:00:02 dev lan1 nud permanent\n"
	"neigh add fe80::3 lladdr 02:00:00:00:00:03 dev wan0 nud permanent\n"
	"neigh add fe80::4 lladdr 02:00:00:00:00:04 dev wan1 nud permanent\n"
	"route add 10.0.0.0/16 via 192.0.2.1 dev lan0 onlink\n"
	"route add 10.1.0.0/16 via 192.0.2.2 dev lan1 onlink\n"
	"route add 198.18.0.0/16 via 192.0.2.3 dev wan0 onlink\n"
	"route add 198.19.0.0/16 via 192.0.2.4 dev wan1 onlink\n"
	"route add 2001:db8:a::/48 via fe80::1 dev lan0 onlink\n"
	"route add 2001:db8:b::/48 via fe80::2 dev lan1 onlink\n"
	"route add 2001:db8:c::/48 via fe80::3 dev wan0 onlink\n"
	"route add 2001:db8:d::/48 via fe80::4 dev wan1 onlink\n";

static int sysctl_write(const char *path, const char *value)
{
	EG_AUTO(fd_closep) int fd = -1;
	char full[256];
	ssize_t n = (ssize_t)strlen(value);

	(void)snprintf(full, sizeof(full), "/proc/sys/%s", path);
	fd = open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return write(fd, value, (size_t)n) == n ? 0 : -errno;
}

static int set_up(void)
{
	static const char *const argv[] = { "ip", "-batch", "-", NULL };
	struct buf said = BUF_INIT;
	static const char *const sysctl[][2] = {
		{ "net/ipv6/conf/default/accept_dad", "0" },
		{ "net/ipv6/conf/default/addr_gen_mode", "1" },
		{ "net/ipv6/conf/default/accept_ra", "0" },
		{ "net/ipv4/conf/default/rp_filter", "0" },
		{ "net/ipv4/conf/all/rp_filter", "0" },
		{ "net/ipv4/conf/all/send_redirects", "0" },
		{ "net/ipv4/conf/default/send_redirects", "0" },
		{ "net/ipv4/ip_forward", "1" },
		{ "net/ipv6/conf/all/forwarding", "1" },
		{ "net/netfilter/nf_conntrack_checksum", "0" },
		{ "net/netfilter/nf_conntrack_udp_timeout", "3600" },
		{ "net/netfilter/nf_conntrack_udp_timeout_stream", "3600" },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(sysctl); i++)
		r = sysctl_write(sysctl[i][0], sysctl[i][1]);
	if (r == 0)
		r = netns_run(argv, str_of(setup), &said);
	if (r > 0)
		(void)fprintf(stderr, "ip: %s\n", said.data ? said.data : "");
	buf_release(&said);
	return r > 0 ? -EIO : r;
}

static int open_end(const char *name, int *ret, uint8_t mac[static 6])
{
	EG_AUTO(fd_closep)
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
	struct ifreq ifr = { 0 };
	int index = (int)if_nametoindex(name), on = 1, room = 4 * 1024 * 1024;
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = index };

	if (fd < 0 || !index)
		return fd < 0 ? -errno : -ENODEV;
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || ioctl(fd, SIOCGIFHWADDR, &ifr) < 0)
		return -errno;
	/* As much as allowed: what does not fit is lost, and then a test fails and says so. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	memcpy(mac, ifr.ifr_hwaddr.sa_data, 6);
	*ret = fd_take(&fd);
	return 0;
}

static int pin(unsigned number)
{
	cpu_set_t may, one;
	int cpu = -1;

	if (sched_getaffinity(0, sizeof(may), &may) < 0)
		return -errno;
	number %= (unsigned)CPU_COUNT(&may);
	for (unsigned i = 0; i <= number; i++) {
		do
			cpu++;
		while (!CPU_ISSET(cpu, &may));
	}
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) < 0 ? -errno : 0;
}

int router_open(struct router *r, unsigned cpu)
{
	int e;

	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < PORTS; i++)
		r->inside[i] = r->outside[i] = -1;
	e = pin(cpu);
	if (e == 0)
		e = set_up();
	for (size_t i = 0; e == 0 && i < PORTS; i++) {
		e = open_end(router_port_name[i], &r->inside[i], r->inside_mac[i]);
		if (e == 0)
			e = open_end(outside_name[i], &r->outside[i], r->outside_mac[i]);
	}
	if (e < 0)
		router_close(r);
	return e;
}

void router_close(struct router *r)
{
	for (size_t i = 0; i < PORTS; i++) {
		fd_closep(&r->inside[i]);
		fd_closep(&r->outside[i]);
	}
}

int router_send(struct router *r, enum router_port port, struct frame *f)
{
	frame_address(f, r->inside_mac[port], r->outside_mac[port]);
	return send(r->outside[port], f->byte, f->n, 0) == (ssize_t)f->n ? 0 : -errno;
}

/* What comes out at one end while we wait for a marker there. */
struct draining {
	void (*each)(void *data, enum router_port port, const uint8_t *packet, size_t n);
	void *data;
	enum router_port port;
};

struct marker {
	uint8_t byte[60]; /* the shortest frame */
};

static struct marker marker(uint32_t number)
{
	struct marker m = { .byte = { [12] = MARKER_TYPE >> 8, [13] = MARKER_TYPE & 0xff } };

	memset(m.byte, 0xff, 6);
	memcpy(m.byte + FRAME_LINK, &number, sizeof(number));
	return m;
}

/* Takes what has come so far. 1: the marker was there, 0: not yet. */
static int take(int fd, const struct marker *m, const struct draining *d)
{
	uint8_t byte[2048];
	ssize_t n;

	while ((n = recv(fd, byte, sizeof(byte), MSG_DONTWAIT)) >= 0) {
		if (n < FRAME_LINK)
			continue;
		if ((size_t)n >= sizeof(m->byte) &&
		    memcmp(byte + 12, m->byte + 12, 2 + sizeof(uint32_t)) == 0)
			return 1;
		if (d->each)
			d->each(d->data, d->port, byte + FRAME_LINK, (size_t)n - FRAME_LINK);
	}
	return errno == EAGAIN ? 0 : -errno;
}

/* Sends a marker from one end until it is seen at the other. */
static int wait_for_marker(int from, int to, uint32_t number, const struct draining *d)
{
	struct pollfd ready = { .fd = to, .events = POLLIN };
	struct marker m = marker(number);

	for (unsigned i = 0; i < TRIES; i++) {
		int r = 0, more = 1;

		if (send(from, m.byte, sizeof(m.byte), 0) != sizeof(m.byte))
			return -errno;
		while (r == 0 && more > 0) {
			r = take(to, &m, d);
			if (r == 0)
				more = poll(&ready, 1, WAIT_MS);
		}
		if (r != 0)
			return r < 0 ? r : 0;
	}
	return -ETIMEDOUT;
}

int router_drain(struct router *r,
		 void (*each)(void *data, enum router_port port, const uint8_t *packet, size_t n),
		 void *data)
{
	int e = 0;

	for (enum router_port p = 0; e == 0 && p < PORTS; p++) {
		struct draining d = { NULL, NULL, p };

		e = wait_for_marker(r->outside[p], r->inside[p], ++r->markers, &d);
	}
	for (enum router_port p = 0; e == 0 && p < PORTS; p++) {
		struct draining d = { each, data, p };

		e = wait_for_marker(r->inside[p], r->outside[p], ++r->markers, &d);
	}
	return e;
}
