/* SPDX-License-Identifier: Apache-2.0 */
#include "control/generation.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

const char *generation_state_name(enum generation_state s)
{
	static const char *const name[] = {
		[GENERATION_STAGED] = "staged",	      [GENERATION_PENDING] = "pending",
		[GENERATION_CONFIRMED] = "confirmed", [GENERATION_ROLLED_BACK] = "rolled back",
		[GENERATION_REPLACED] = "replaced",   [GENERATION_FAILED] = "failed",
	};

	return s < ARRAY_LEN(name) ? name[s] : "?";
}

static struct timespec now(clockid_t clock)
{
	struct timespec t = { 0 };

	(void)clock_gettime(clock, &t); /* both clocks are always there */
	return t;
}

/* Empty where there is no /proc: then every boot looks like this one. */
static void read_boot(char text[static GENERATION_BOOT_MAX])
{
	FILE *f = fopen(BOOT_ID, "re");

	text[0] = '\0';
	if (!f)
		return;
	if (!fgets(text, GENERATION_BOOT_MAX, f))
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	(void)fclose(f); /* only read */
}

struct deadline deadline_in(int64_t seconds)
{
	struct timespec boottime = now(CLOCK_BOOTTIME), wall = now(CLOCK_REALTIME);
	/* Not a part of a second less than was promised. */
	struct deadline d = { .boottime = boottime.tv_sec + (boottime.tv_nsec > 0) + seconds,
			      .wall = wall.tv_sec + (wall.tv_nsec > 0) + seconds };

	read_boot(d.boot);
	return d;
}

bool deadline_other_boot(const struct deadline *d)
{
	char boot[GENERATION_BOOT_MAX];

	read_boot(boot);
	return strcmp(boot, d->boot) != 0;
}

int64_t deadline_left_ms(const struct deadline *d)
{
	struct timespec t = now(CLOCK_BOOTTIME);
	int64_t left = (d->boottime - t.tv_sec) * 1000 - t.tv_nsec / 1000000;

	return left > 0 && !deadline_other_boot(d) ? left : 0;
}

int64_t deadline_left(const struct deadline *d)
{
	return (deadline_left_ms(d) + 999) / 1000;
}
