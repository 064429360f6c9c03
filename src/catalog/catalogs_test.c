/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogs on disk: folders, list files, and files that are no files. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "catalog/catalog.h"

enum { PATH_SIZE = 256, HUNDRED_MB = 100 * 1024 * 1024 };

/* A folder of our own for one test. */
struct world {
	char root[PATH_SIZE / 2];
	struct diag *diag;
	struct buf told;
};

static void path_in(const struct world *w, const char *name, char ret[static PATH_SIZE])
{
	int n = snprintf(ret, PATH_SIZE, "%s/%s", w->root, name);

	assert_true(n > 0 && n < PATH_SIZE);
}

static void make_folder(const struct world *w, const char *name)
{
	char path[PATH_SIZE];

	path_in(w, name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_file(const struct world *w, const char *name, const char *text, off_t size)
{
	char path[PATH_SIZE];
	FILE *f;

	path_in(w, name, path);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fflush(f), 0);
	if (size)
		assert_int_equal(ftruncate(fileno(f), size), 0); /* sparse: costs no disk */
	assert_int_equal(fclose(f), 0);
}

static const char acme[] = "vendor: acme\n"
			   "title: Acme\n"
			   "page: KB1\n"
			   "page-date: 2026-01-02\n"
			   "lists:\n"
			   "  a: {file: A.txt, family: ipv4, date: 2026-01-01}\n"
			   "services: {}\n";

static struct world world_new(void)
{
	struct world w = { .root = "/tmp/egret-catalogs.XXXXXX", .diag = diag_new() };

	assert_non_null(w.diag);
	assert_non_null(mkdtemp(w.root));
	make_folder(&w, "acme");
	make_folder(&w, "acme/lists");
	make_file(&w, "acme/catalog.yaml", acme, 0);
	make_file(&w, "acme/lists/A.txt", "192.0.2.0/24\n", 0);
	return w;
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void world_free(struct world *w)
{
	assert_int_equal(nftw(w->root, drop, 8, FTW_DEPTH | FTW_PHYS), 0);
	buf_release(&w->told);
	diag_free(w->diag);
}

/* Loads the world and keeps the messages, without the name of its folder. */
static int load(struct world *w, struct catalogs *ret)
{
	int r = catalogs_load(w->root, w->diag, ret);
	struct buf all = BUF_INIT;

	diag_format(w->diag, &all);
	buf_addc(&w->told, '\0');
	buf_clear(&w->told);
	for (struct str rest = buf_str(&all); rest.n;) {
		if (str_starts(rest, w->root)) {
			rest.p += strlen(w->root);
			rest.n -= strlen(w->root);
			continue;
		}
		buf_addc(&w->told, rest.p[0]);
		rest.p++;
		rest.n--;
	}
	buf_release(&all);
	return r;
}

static void expect_refusal(struct world *w, int code, const char *told)
{
	struct catalogs c;

	assert_int_equal(load(w, &c), code);
	assert_string_equal(w->told.data, told);
	assert_int_equal(c.n, 0);
	world_free(w);
}

static void every_vendor_of_a_folder_is_loaded_by_name(void **state)
{
	struct world w = world_new();
	struct catalogs c;

	(void)state;
	make_folder(&w, "aaa");
	make_file(&w, "aaa/catalog.yaml",
		  "vendor: aaa\ntitle: A\npage: p\npage-date: 2026-01-02\nservices: {}\n", 0);
	make_folder(&w, ".git");
	make_folder(&w, "drafts");
	make_file(&w, "README", "catalogs\n", 0);
	assert_int_equal(load(&w, &c), 0);
	assert_int_equal(c.n, 2);
	assert_string_equal(c.catalog[0].vendor, "aaa");
	assert_ptr_equal(catalogs_vendor(&c, STR("acme")), &c.catalog[1]);
	assert_null(catalogs_vendor(&c, STR("drafts")));
	assert_int_equal(c.catalog[1].list[0].lines, 1);
	catalogs_release(&c);
	world_free(&w);
}

static void a_catalog_lies_in_its_vendors_folder(void **state)
{
	struct world w = world_new();

	(void)state;
	make_folder(&w, "other");
	make_file(&w, "other/catalog.yaml",
		  "vendor: acme\ntitle: A\npage: p\npage-date: 2026-01-02\nservices: {}\n", 0);
	expect_refusal(&w, E_CONFLICT,
		       "/other/catalog.yaml: error: the catalog of 'acme' lies in the folder "
		       "'other'\n"
		       "    the folder has the vendor's name\n");
}

static void a_catalog_of_100_mb_is_refused(void **state)
{
	struct world w = world_new();

	(void)state;
	make_file(&w, "acme/catalog.yaml", acme, HUNDRED_MB);
	expect_refusal(&w, E_LIMIT,
		       "/acme/catalog.yaml: error: larger than 4194304 bytes\n"
		       "    egret reads no configuration, catalog or list above this size\n");
}

static void a_list_of_100_mb_is_refused(void **state)
{
	struct world w = world_new();

	(void)state;
	make_file(&w, "acme/lists/A.txt", "192.0.2.0/24\n", HUNDRED_MB);
	expect_refusal(&w, E_LIMIT,
		       "/acme/lists/A.txt: error: larger than 67108864 bytes\n"
		       "    egret reads no configuration, catalog or list above this size\n");
}

static void a_folder_is_no_catalog_and_no_list(void **state)
{
	struct world w = world_new(), v = world_new();
	char path[PATH_SIZE];

	(void)state;
	path_in(&w, "acme/lists/A.txt", path);
	assert_int_equal(unlink(path), 0);
	make_folder(&w, "acme/lists/A.txt");
	expect_refusal(&w, -EISDIR,
		       "/acme/lists/A.txt: error: is a directory\n    expected a file\n");

	path_in(&v, "acme/catalog.yaml", path);
	assert_int_equal(unlink(path), 0);
	make_folder(&v, "acme/catalog.yaml");
	expect_refusal(&v, -EISDIR,
		       "/acme/catalog.yaml: error: is a directory\n    expected a file\n");
}

static void a_list_that_is_not_there_is_an_error(void **state)
{
	struct world w = world_new();
	char path[PATH_SIZE];

	(void)state;
	path_in(&w, "acme/lists/A.txt", path);
	assert_int_equal(unlink(path), 0);
	expect_refusal(&w, -ENOENT,
		       "/acme/lists/A.txt: error: cannot read: No such file or directory\n");
}

static void a_folder_without_catalogs_is_an_error(void **state)
{
	struct world w = world_new();
	struct diag *d = diag_new();
	struct catalogs c;
	char path[PATH_SIZE];

	(void)state;
	path_in(&w, "nowhere", path);
	assert_int_equal(catalogs_load(path, d, &c), -ENOENT);
	assert_int_equal(diag_errors(d), 1);
	path_in(&w, "acme/catalog.yaml", path);
	assert_int_equal(catalogs_load(path, d, &c), -ENOTDIR);
	assert_int_equal(diag_errors(d), 2);
	assert_int_equal(unlink(path), 0);
	diag_free(d);
	expect_refusal(&w, E_UNKNOWN,
		       ": error: no catalog in this folder\n"
		       "    expected VENDOR/catalog.yaml in it\n");
}

static void running_out_of_memory_is_survived(void **state)
{
	struct world w = world_new();
	int r = -ENOMEM;

	(void)state;
	for (long n = 0; r == -ENOMEM; n++) {
		struct catalogs c;

		assert_true(n < 5000);
		diag_clear(w.diag);
		mem_fail_after(n);
		r = catalogs_load(w.root, w.diag, &c);
		mem_fail_after(-1);
		catalogs_release(&c);
	}
	assert_int_equal(r, 0);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vendor_of_a_folder_is_loaded_by_name),
		cmocka_unit_test(a_catalog_lies_in_its_vendors_folder),
		cmocka_unit_test(a_catalog_of_100_mb_is_refused),
		cmocka_unit_test(a_list_of_100_mb_is_refused),
		cmocka_unit_test(a_folder_is_no_catalog_and_no_list),
		cmocka_unit_test(a_list_that_is_not_there_is_an_error),
		cmocka_unit_test(a_folder_without_catalogs_is_an_error),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
