/* SPDX-License-Identifier: Apache-2.0 */
#include "control/paths.h"

#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "../catalogs" seen from the folder of the running program. */
static bool beside_program(const char *folder, char text[static PATH_TEXT_MAX])
{
	char self[PATH_TEXT_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int len;

	if (n <= 0)
		return false;
	self[n] = '\0';
	len = snprintf(text, PATH_TEXT_MAX, "%s/../%s", dirname(self), folder);
	return len > 0 && len < PATH_TEXT_MAX && is_folder(text);
}

/* What `variable` says, the build tree's own folder, the installed one. */
static int find_folder(const char *folder, const char *variable, char text[static PATH_TEXT_MAX],
		       struct diag *d)
{
	const char *told = getenv(variable);
	int len;

	if (told && told[0]) {
		len = snprintf(text, PATH_TEXT_MAX, "%s", told);
		if (len < PATH_TEXT_MAX)
			return 0;
	}
	if (beside_program(folder, text))
		return 0;
	len = snprintf(text, PATH_TEXT_MAX, EGRET_DATADIR "/%s", folder);
	if (len < PATH_TEXT_MAX && is_folder(text))
		return 0;
	diag_error(d, NOWHERE, "no %s found", folder);
	diag_hint(d, "name their folder with --%s or %s", folder, variable);
	return -ENOENT;
}

int path_catalogs(char text[static PATH_TEXT_MAX], struct diag *d)
{
	return find_folder("catalogs", "EGRET_CATALOGS", text, d);
}

int path_dictionaries(char text[static PATH_TEXT_MAX], struct diag *d)
{
	return find_folder("dictionaries", "EGRET_DICTIONARIES", text, d);
}

int path_policy(const char **ret, struct diag *d)
{
	static const char *const places[] = { "egret.yaml", "/etc/egret/egret.yaml" };

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (access(places[i], F_OK) == 0) {
			*ret = places[i];
			return 0;
		}
	}
	diag_error(d, NOWHERE, "no policy: neither egret.yaml here nor /etc/egret/egret.yaml");
	diag_hint(d, "name one with --policy FILE; examples/ has some to start from");
	return -ENOENT;
}

static const char *told_or(const char *variable, const char *otherwise)
{
	const char *told = getenv(variable);

	return told && told[0] ? told : otherwise;
}

const char *path_state(void)
{
	return told_or("EGRET_STATE", "/var/lib/egret");
}

const char *path_run(void)
{
	return told_or("EGRET_RUN", "/run/egret");
}
