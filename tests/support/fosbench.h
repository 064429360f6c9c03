/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of FortiOS put together from pieces, and its reader as names are assumed or not. */
#pragma once

#include "support/readbench.h"

static inline int fosbench_read(struct readbench *b, const char *text, const char *at, bool names)
{
	const struct assume assume = { .hook = at, .names = names };

	return readbench_with(b, &dialect_fortios, str_of(text), &assume);
}

#define SECTION(path, body) "config " path "\n" body "end\n"
#define ENTRY(name, body) "edit " name "\n" body "next\n"
#define POLICIES(body) SECTION("firewall policy", body)
#define FROM_TO "set srcintf any\nset dstintf any\n"
#define ALWAYS "set schedule always\n"
#define ALL4 "set srcaddr all\nset dstaddr all\n"
#define ALL6 "set srcaddr6 all\nset dstaddr6 all\n"
#define ACCEPT "set action accept\n"
#define REST FROM_TO ALWAYS "set service ALL\n"
#define POLICY(id, body) ENTRY(id, REST body)
#define ADDRESS(name, body) SECTION("firewall address", ENTRY(name, body))
#define ADDRESS6(name, body) SECTION("firewall address6", ENTRY(name, body))
#define SERVICE(name, body) SECTION("firewall service custom", ENTRY(name, body))
#define TO(name) POLICIES(POLICY("1", "set srcaddr all\nset dstaddr " name "\n" ACCEPT))
#define TO6(name) POLICIES(POLICY("1", "set srcaddr6 all\nset dstaddr6 " name "\n" ACCEPT))
#define BY(name) POLICIES(ENTRY("1", FROM_TO ALWAYS ALL4 ACCEPT "set service " name "\n"))
#define BY6(name) POLICIES(ENTRY("1", FROM_TO ALWAYS ALL6 ACCEPT "set service " name "\n"))
#define NETS                                                                           \
	ADDRESS("n", "set subnet 10.1.0.0 255.255.0.0\n")                              \
	ADDRESS("h", "set type iprange\nset start-ip 10.9.0.1\nset end-ip 10.9.0.3\n") \
	SECTION("firewall addrgrp",                                                    \
		ENTRY("g", "set member n h\n")                                         \
			ENTRY("x", "set member g\nset exclude enable\nset exclude-member h\n"))

#define WEB "tcp 10.0.0.1 -> 192.0.2.1:80"
#define WEB6 "tcp [2001:db8::1] -> [2001:db8::2]:80"
#define ZOOM ADDRESS("z", "set type fqdn\nset fqdn zoom.us\n")
#define UNDER ADDRESS("u", "set type fqdn\nset fqdn *.zoom.us\n")
