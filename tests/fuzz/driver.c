/* SPDX-License-Identifier: Apache-2.0 */
/* Replays saved inputs through a fuzz target: fuzz-x FILE-OR-FOLDER... (no libFuzzer needed). */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replayed;

static int replay_file(const char *path)
{
	struct buf content = BUF_INIT;
	struct diag *d = diag_new();
	int r = d ? file_read(path, FILE_LIMIT, &content, d) : -1;
	/* An exact-size copy, so that a sanitizer sees a read past the end. */
	uint8_t *exact = r < 0 ? NULL : mem_alloc(content.n);

	if (exact) {
		if (content.n)
			memcpy(exact, content.data, content.n);
		(void)LLVMFuzzerTestOneInput(exact, content.n); /* always 0 */
		replayed++;
	} else {
		(void)fprintf(stderr, "%s: cannot read\n", path);
	}
	mem_free(exact);
	buf_release(&content);
	diag_free(d);
	return exact ? 0 : 1;
}

static int replay_folder(const char *path, DIR *folder)
{
	int bad = 0;
	char name[4096];

	for (const struct dirent *e; (e = readdir(folder));) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		bad |= replay_file(name);
	}
	return bad;
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);

		bad |= folder ? replay_folder(argv[i], folder) : replay_file(argv[i]);
		if (folder)
			(void)closedir(folder);
	}
	if (!replayed) {
		(void)fprintf(stderr, "no saved input was replayed\n");
		return 1;
	}
	(void)printf("%u inputs replayed\n", replayed);
	return bad;
}
