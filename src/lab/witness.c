/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/witness.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "lab/labstate.h"
#include "net/cursor.h"
#include "net/proto.h"

/* A frame keeps the start of a packet: headers are enough. */
enum { FRAME = 256, BLOCK = 64 * 1024, RING = WITNESS_PACKETS * FRAME };

static int packet_socket(void)
{
	const struct tpacket_req ring = { .tp_block_size = BLOCK,
					  .tp_block_nr = RING / BLOCK,
					  .tp_frame_size = FRAME,
					  .tp_frame_nr = WITNESS_PACKETS };
	const struct sockaddr_ll at = { .sll_family = AF_PACKET,
					.sll_protocol = htons(ETH_P_ALL),
					.sll_ifindex = (int)if_nametoindex(NODE_INTERFACE) };
	EG_AUTO(fd_closep) int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int version = TPACKET_V2, one = 1;

	if (fd < 0 || !at.sll_ifindex)
		return -errno;
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)) < 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return -errno;
	return fd_take(&fd);
}

static int make(void *data)
{
	(void)data;
	return packet_socket();
}

int witness_open(struct lab *lab, size_t node, struct witness *ret)
{
	struct witness w = WITNESS_INIT;
	int r = lab_socket(lab, node, make, NULL, &w.fd);

	if (r < 0)
		return r;
	w.ring = mmap(NULL, RING, PROT_READ | PROT_WRITE, MAP_SHARED, w.fd, 0);
	if (w.ring == MAP_FAILED) {
		r = -errno;
		fd_closep(&w.fd);
		return r;
	}
	*ret = w;
	return 0;
}

void witness_close(struct witness *w)
{
	if (w->ring)
		(void)munmap(w->ring, RING); /* cannot fail for a mapping of ours */
	fd_closep(&w->fd);
	*w = WITNESS_INIT;
}

static bool parse_ports(struct cursor *c, uint8_t proto, struct witnessed *w)
{
	enum { SYN = 0x02, ACK = 0x10 };
	unsigned flags = SYN;

	w->proto = proto;
	w->sport = cursor_u16(c);
	w->dport = cursor_u16(c);
	if (proto == PROTO_TCP) {
		cursor_skip(c, 9);
		flags = cursor_u8(c);
	}
	return c->r == 0 && (proto == PROTO_TCP || proto == PROTO_UDP) &&
	       (flags & (SYN | ACK)) == SYN;
}

static bool parse_v4(struct cursor *c, unsigned first, struct witnessed *w)
{
	struct str src, dst;
	uint8_t proto;

	cursor_skip(c, 8);
	proto = cursor_u8(c);
	cursor_skip(c, 2);
	src = cursor_take(c, 4);
	dst = cursor_take(c, 4);
	if (c->r < 0 || (first & 15) < 5)
		return false;
	cursor_skip(c, (size_t)4 * ((first & 15) - 5)); /* options */
	w->src = addr_from_wire(FAMILY_V4, (const uint8_t *)src.p);
	w->dst = addr_from_wire(FAMILY_V4, (const uint8_t *)dst.p);
	return parse_ports(c, proto, w);
}

/* Extension headers do not occur here: nobody in the lab sends them on a first packet. */
static bool parse_v6(struct cursor *c, struct witnessed *w)
{
	struct str src, dst;
	uint8_t proto;

	cursor_skip(c, 5);
	proto = cursor_u8(c);
	cursor_skip(c, 1);
	src = cursor_take(c, 16);
	dst = cursor_take(c, 16);
	if (c->r < 0)
		return false;
	w->src = addr_from_wire(FAMILY_V6, (const uint8_t *)src.p);
	w->dst = addr_from_wire(FAMILY_V6, (const uint8_t *)dst.p);
	return parse_ports(c, proto, w);
}

bool witness_parse(const void *data, size_t n, struct witnessed *ret)
{
	struct cursor c = cursor_over(data, n);
	struct witnessed w = { 0 };
	unsigned first = cursor_u8(&c);
	bool ours = first >> 4 == 4   ? parse_v4(&c, first, &w)
		    : first >> 4 == 6 ? parse_v6(&c, &w)
				      : false;

	if (ours)
		*ret = w;
	return ours;
}

/* The kernel hands a frame over by its status word; so do we. */
static struct tpacket2_hdr *frame(const struct witness *w)
{
	return (struct tpacket2_hdr *)((char *)w->ring + w->next * FRAME);
}

static bool filled(struct tpacket2_hdr *h)
{
	return __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER;
}

static int missed(const struct witness *w)
{
	struct tpacket_stats stats;
	socklen_t n = sizeof(stats);

	if (getsockopt(w->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &n) < 0)
		return -errno;
	return stats.tp_drops ? E_LIMIT : 0; /* reading resets the numbers */
}

int witness_read(struct witness *w, void (*saw)(void *data, const struct witnessed *packet),
		 void *data)
{
	struct tpacket2_hdr *h;

	while (filled(h = frame(w))) {
		struct witnessed packet;

		if (witness_parse((const char *)h + h->tp_net, h->tp_snaplen, &packet))
			saw(data, &packet);
		__atomic_store_n(&h->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		w->next = (w->next + 1) % WITNESS_PACKETS;
	}
	return missed(w);
}
