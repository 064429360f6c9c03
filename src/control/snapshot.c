/* SPDX-License-Identifier: Apache-2.0 */
#include "control/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/file.h"
#include "control/site.h"

enum { FOLDER_MODE = 0700, OPEN_FOLDERS = 8 };

/* Files on their way into a snapshot (`to` NULL: only into the sum). */
struct copying {
	EVP_MD_CTX *sum;
	size_t files, bytes;
	struct diag *d;
};

/* ---- one file ---- */

static int write_file(const char *path, struct str text, struct diag *d)
{
	struct replace f;
	int r = replace_begin(&f, path);

	if (r == 0) {
		(void)fwrite(text.p, 1, text.n, f.out); /* the stream keeps its error */
		r = replace_commit(&f);
	}
	if (r < 0)
		diag_error(d, (struct place){ .file = path }, "cannot write: %s", err_text(r));
	return r;
}

/* A file of a folder that is not there yet: sync_tree() will write it through. */
static int write_unfinished(const char *path, struct str text, struct diag *d)
{
	FILE *f = fopen(path, "we");
	int r = f ? 0 : -errno;

	if (f) {
		(void)fwrite(text.p, 1, text.n, f); /* the stream keeps its error */
		if (ferror(f))
			r = -EIO;
		if (fclose(f) == EOF && r == 0)
			r = -errno;
	}
	if (r < 0)
		diag_error(d, (struct place){ .file = path }, "cannot write: %s", err_text(r));
	return r;
}

static int copy_file(struct copying *c, const char *from, const char *to, const char *name)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	uint64_t size;
	int r = file_read(from, FILE_LIMIT, &text, c->d);

	if (r < 0)
		return r;
	c->files++;
	c->bytes += text.n;
	if (c->files > SNAPSHOT_FILES_MAX || c->bytes > SNAPSHOT_BYTES_MAX) {
		diag_error(c->d, (struct place){ .file = from },
			   "more than %d files or %d bytes of policy and catalogs",
			   SNAPSHOT_FILES_MAX, SNAPSHOT_BYTES_MAX);
		return E_LIMIT;
	}
	size = text.n;
	if (EVP_DigestUpdate(c->sum, name, strlen(name) + 1) != 1 ||
	    EVP_DigestUpdate(c->sum, &size, sizeof(size)) != 1 ||
	    EVP_DigestUpdate(c->sum, text.data, text.n) != 1)
		return -ENOMEM;
	return to ? write_unfinished(to, buf_str(&text), c->d) : 0;
}

/* ---- folders ---- */

static int make_folder(const char *path, struct diag *d)
{
	int r = mkdir(path, FOLDER_MODE) < 0 && errno != EEXIST ? -errno : 0;

	if (r < 0)
		diag_error(d, (struct place){ .file = path }, "cannot make this folder: %s",
			   err_text(r));
	return r;
}

static int join(char text[static PATH_TEXT_MAX], const char *folder, const char *name)
{
	int n = snprintf(text, PATH_TEXT_MAX, "%s/%s", folder, name);

	return n < 0 || n >= PATH_TEXT_MAX ? E_LIMIT : 0;
}

/* What stands for `to` in a function that only sums up. */
static int join_or_none(char text[static PATH_TEXT_MAX], const char *folder, const char *name,
			const char **ret)
{
	*ret = folder ? text : NULL;
	return folder ? join(text, folder, name) : 0;
}

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* The plain files of a folder, in the order of their names. A folder that is not there has none. */
static int copy_files(struct copying *c, const char *from, const char *to, const char *name)
{
	struct dirent **entry;
	int n = scandir(from, &entry, visible, alphasort), r = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		char source[PATH_TEXT_MAX], target[PATH_TEXT_MAX], shown[PATH_TEXT_MAX];
		const char *into = NULL;
		struct stat st;

		if (r == 0)
			r = join(source, from, entry[i]->d_name);
		if (r == 0)
			r = join_or_none(target, to, entry[i]->d_name, &into);
		if (r == 0)
			r = join(shown, name, entry[i]->d_name);
		if (r == 0 && stat(source, &st) == 0 && S_ISREG(st.st_mode))
			r = copy_file(c, source, into, shown);
		mem_free(entry[i]);
	}
	mem_free(entry);
	return r;
}

/* catalog.yaml and lists/ of one vendor. */
static int copy_vendor(struct copying *c, const char *vendor, const char *catalogs, const char *to)
{
	char from[PATH_TEXT_MAX], into[PATH_TEXT_MAX], a[PATH_TEXT_MAX], b[PATH_TEXT_MAX];
	char lists[PATH_TEXT_MAX];
	const char *folder = NULL, *file = NULL;
	int r = join(from, catalogs, vendor);

	if (r == 0)
		r = join_or_none(into, to, vendor, &folder);
	if (r == 0 && folder)
		r = make_folder(folder, c->d);
	if (r == 0)
		r = join(a, from, "catalog.yaml");
	if (r == 0)
		r = join_or_none(b, folder, "catalog.yaml", &file);
	if (r == 0)
		r = copy_file(c, a, file, vendor);
	if (r == 0)
		r = join(a, from, "lists");
	if (r == 0)
		r = join_or_none(b, folder, "lists", &file);
	if (r == 0 && file && access(a, F_OK) == 0)
		r = make_folder(file, c->d);
	if (r == 0)
		r = join(lists, vendor, "lists");
	return r < 0 ? r : copy_files(c, a, file, lists);
}

/* ---- which vendors ---- */

static bool speaks_of(const struct policy *p, const struct catalog *c)
{
	for (size_t i = 0; i < p->allows; i++)
		if (p->allow[i].service->catalog == c)
			return true;
	for (size_t i = 0; i < p->endpoints; i++)
		for (size_t k = 0; k < p->endpoint[i].requirements; k++)
			if (p->endpoint[i].requirement[k]->service->catalog == c)
				return true;
	return false;
}

/* Those that the policy speaks of, or the first one: a folder of catalogs has one at least. */
static int copy_used(struct copying *c, const struct policy *p, const char *catalogs,
		     const char *to)
{
	bool some = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->catalogs->n; i++) {
		if (!speaks_of(p, &p->catalogs->catalog[i]))
			continue;
		some = true;
		r = copy_vendor(c, p->catalogs->catalog[i].vendor, catalogs, to);
	}
	if (r == 0 && !some && p->catalogs->n)
		r = copy_vendor(c, p->catalogs->catalog[0].vendor, catalogs, to);
	return r;
}

/* Every folder that a snapshot has. */
static int copy_all(struct copying *c, const char *catalogs, const char *to)
{
	struct dirent **entry;
	int n = scandir(catalogs, &entry, visible, alphasort), r = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = copy_vendor(c, entry[i]->d_name, catalogs, to);
		mem_free(entry[i]);
	}
	mem_free(entry);
	return r;
}

/* ---- the whole ---- */

static int finish_sum(struct copying *c, char sha256[static SNAPSHOT_SHA256_MAX])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_DigestFinal_ex(c->sum, sum, &n) != 1 || n * 2 >= SNAPSHOT_SHA256_MAX)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		(void)snprintf(&sha256[i * 2], 3, "%02x", sum[i]); /* sized above */
	return 0;
}

static int begin_sum(struct copying *c)
{
	c->sum = EVP_MD_CTX_new();
	return c->sum && EVP_DigestInit_ex(c->sum, EVP_sha256(), NULL) == 1 ? 0 : -ENOMEM;
}

/* Where the folder of a generation grows until it is whole. */
static int unfinished_path(const struct store *s, int64_t number, char text[static PATH_TEXT_MAX])
{
	char name[32];

	(void)snprintf(name, sizeof(name), ".%lld", (long long)number);
	int n = snprintf(text, PATH_TEXT_MAX, "%s/generations/%s", store_folder(s), name);

	return n < 0 || n >= PATH_TEXT_MAX ? E_LIMIT : 0;
}

static int sync_path(const char *path)
{
	EG_AUTO(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int sync_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)at;
	return kind == FTW_F || kind == FTW_DP ? sync_path(path) : -EIO;
}

/* All at once: the first one writes the journal for all. */
static int sync_tree(const char *folder)
{
	int r = nftw(folder, sync_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);

	return r == -1 ? -errno : r;
}

/* The folder of all generations, in which one has got its name. */
static int sync_names(const struct store *s)
{
	char path[PATH_TEXT_MAX];
	int n = snprintf(path, sizeof(path), "%s/generations", store_folder(s));

	return n < 0 || n >= PATH_TEXT_MAX ? E_LIMIT : sync_path(path);
}

/* What is copied where: from a policy and a folder of catalogs, or from another snapshot. */
struct source {
	const char *policy_file, *catalogs;
	const struct policy *policy; /* NULL: all catalogs */
};

static int copy_source(struct copying *c, const struct source *from, const char *folder)
{
	char policy[PATH_TEXT_MAX], catalogs[PATH_TEXT_MAX];
	const char *to = NULL;
	int r = join_or_none(policy, folder, SNAPSHOT_POLICY, &to);

	if (r == 0 && folder)
		r = make_folder(folder, c->d);
	if (r == 0)
		r = copy_file(c, from->policy_file, to, SNAPSHOT_POLICY);
	if (r == 0)
		r = join_or_none(catalogs, folder, SNAPSHOT_CATALOGS, &to);
	if (r == 0 && to)
		r = make_folder(to, c->d);
	if (r < 0)
		return r;
	return from->policy ? copy_used(c, from->policy, from->catalogs, to)
			    : copy_all(c, from->catalogs, to);
}

static int sum_up(const struct source *from, const char *folder, struct diag *d,
		  char sha256[static SNAPSHOT_SHA256_MAX])
{
	struct copying c = { .d = d };
	int r = begin_sum(&c);

	if (r == 0)
		r = copy_source(&c, from, folder);
	if (r == 0)
		r = finish_sum(&c, sha256);
	EVP_MD_CTX_free(c.sum);
	return r;
}

static int make(const struct store *s, int64_t number, const struct source *from, struct diag *d,
		char sha256[static SNAPSHOT_SHA256_MAX])
{
	char unfinished[PATH_TEXT_MAX], final[PATH_TEXT_MAX];
	int r = unfinished_path(s, number, unfinished);

	if (r == 0)
		r = store_path(s, number, NULL, final);
	if (r == 0)
		r = sum_up(from, unfinished, d, sha256);
	if (r == 0)
		r = sync_tree(unfinished);
	if (r == 0 && rename(unfinished, final) < 0)
		r = -errno;
	if (r == 0)
		r = sync_names(s);
	if (r < 0 && diag_errors(d) == 0)
		diag_error(d, (struct place){ .file = unfinished }, "cannot keep a copy: %s",
			   err_text(r));
	return r;
}

int snapshot_make(const struct store *s, int64_t number, const struct policy *p,
		  const char *catalogs, struct diag *d, char sha256[static SNAPSHOT_SHA256_MAX])
{
	const struct source from = { p->path, catalogs, p };

	return make(s, number, &from, d, sha256);
}

int snapshot_again(const struct store *s, int64_t number, const struct generation *g,
		   struct diag *d)
{
	char policy[PATH_TEXT_MAX], catalogs[PATH_TEXT_MAX], sha256[SNAPSHOT_SHA256_MAX];
	const struct source from = { policy, catalogs, NULL };
	int r = store_path(s, g->number, SNAPSHOT_POLICY, policy);

	if (r == 0)
		r = store_path(s, g->number, SNAPSHOT_CATALOGS, catalogs);
	if (r == 0)
		r = make(s, number, &from, d, sha256);
	if (r == 0 && strcmp(sha256, g->sha256) != 0) {
		diag_error(d, (struct place){ .file = policy },
			   "the files of generation %lld are not what was applied",
			   (long long)g->number);
		diag_hint(d, "somebody changed them; egret apply --policy with a file you trust");
		r = E_CONFLICT;
	}
	return r;
}

int snapshot_write(const struct store *s, int64_t number, const char *name, struct str text,
		   struct diag *d)
{
	char path[PATH_TEXT_MAX];
	int r = store_path(s, number, name, path);

	return r < 0 ? r : write_file(path, text, d);
}

int snapshot_read(const struct store *s, int64_t number, const char *name, struct buf *out,
		  struct diag *d)
{
	char path[PATH_TEXT_MAX];
	int r = store_path(s, number, name, path);

	return r < 0 ? r : file_read(path, FILE_LIMIT, out, d);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	(void)remove(path); /* what stays is in nobody's way */
	return 0;
}

int snapshot_site(const struct store *s, int64_t number, struct diag *d, struct site **ret)
{
	char catalogs[PATH_TEXT_MAX], policy[PATH_TEXT_MAX];
	int r = store_path(s, number, SNAPSHOT_CATALOGS, catalogs);

	if (r == 0)
		r = store_path(s, number, SNAPSHOT_POLICY, policy);
	return r < 0 ? r : site_load(catalogs, policy, d, ret);
}

void snapshot_sweep(const struct store *s, int64_t number)
{
	char path[PATH_TEXT_MAX];

	if (unfinished_path(s, number, path) == 0)
		(void)nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS); /* as above */
}
