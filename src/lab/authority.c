/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/authority.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "lab/child.h"

#define ZONE_PATH LAB_FILES "/root.zone"
#define NSD_PATH "/usr/sbin/nsd"

static const char config_path[] = LAB_FILES "/nsd.conf";

static const char config[] = "server:\n"
			     "  ip-address: " AUTHORITY_V4 "\n"
			     "  ip-address: " AUTHORITY_V6 "\n"
			     "  server-count: 1\n"
			     "  username: \"\"\n"
			     "  chroot: \"\"\n"
			     "  database: \"\"\n"
			     "  zonesdir: \"" LAB_FILES "\"\n"
			     "  pidfile: \"\"\n"
			     "  xfrdir: \"" LAB_FILES "\"\n"
			     "  xfrdfile: \"" LAB_FILES "/xfrd.state\"\n"
			     "  zonelistfile: \"" LAB_FILES "/zone.list\"\n"
			     "remote-control:\n"
			     "  control-enable: no\n"
			     "zone:\n"
			     "  name: \".\"\n"
			     "  zonefile: \"" ZONE_PATH "\"\n";

static void write_zone(const struct authority_name *name, size_t n, struct buf *out)
{
	buf_adds(out, "$ORIGIN .\n$TTL 60\n"
		      ". SOA a.root-servers.net. nobody.invalid. 1 60 60 60 60\n"
		      ". NS a.root-servers.net.\n"
		      "a.root-servers.net. A " AUTHORITY_V4 "\n"
		      "a.root-servers.net. AAAA " AUTHORITY_V6 "\n");
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s. %s ", name[i].name,
			   name[i].addr.family == FAMILY_V4 ? "A" : "AAAA");
		addr_print(name[i].addr, out);
		buf_addc(out, '\n');
	}
}

static int write_file(const char *path, const char *text, size_t n)
{
	EG_AUTO(fd_closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return -errno;
	return write(fd, text, n) == (ssize_t)n ? 0 : -EIO;
}

static int write_files(void *data)
{
	const struct buf *zone = data;
	int r = write_file(ZONE_PATH, zone->data, zone->n);

	return r == 0 ? write_file(config_path, config, sizeof(config) - 1) : r;
}

int authority_start(struct lab *lab, const struct authority_name *name, size_t n)
{
	static const char *const argv[] = { NSD_PATH, "-d", "-c", config_path, NULL };
	EG_AUTO(buf_release) struct buf zone = BUF_INIT;
	const size_t node = lab_topology(lab)->outside;
	const struct child writer = {
		.node = (int)node, .files = true, .work = write_files, .data = &zone
	};
	pid_t helper;
	int r;

	if (access(NSD_PATH, X_OK) < 0)
		return -ENOENT;
	write_zone(name, n, &zone);
	if (zone.r < 0)
		return zone.r;
	r = child_start(lab, &writer, &helper);
	if (r == 0)
		r = child_wait(helper);
	return r == 0 ? lab_program(lab, (int)node, argv) : r;
}
