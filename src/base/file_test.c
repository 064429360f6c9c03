/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

static char folder[] = "/tmp/egret-file-test-XXXXXX";
static char path[64]; /* a file in it */

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path); /* may not be there */
	return rmdir(folder);
}

static void put(const char *text)
{
	struct replace f;

	assert_int_equal(replace_begin(&f, path), 0);
	(void)fputs(text, f.out);
	assert_int_equal(replace_commit(&f), 0);
}

static void assert_content(const char *want)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	assert_int_equal(file_read(path, FILE_LIMIT, &b, d), 0);
	assert_string_equal(b.data ? b.data : "", want);
}

static unsigned files_in_folder(void)
{
	DIR *all = opendir(folder);
	unsigned n = 0;

	assert_non_null(all);
	for (const struct dirent *e; (e = readdir(all));)
		n += e->d_name[0] != '.';
	(void)closedir(all);
	return n;
}

static void reading_appends_the_whole_file(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	put("two\n");
	buf_adds(&b, "one\n");
	assert_int_equal(file_read(path, FILE_LIMIT, &b, d), 0);
	put("");
	assert_int_equal(file_read(path, FILE_LIMIT, &b, d), 0);
	assert_string_equal(b.data, "one\ntwo\n");
	assert_int_equal(diag_count(d), 0);
}

static void the_limit_is_in_bytes_and_sharp(void **state)
{
	static const struct {
		size_t size, limit;
		int r;
	} cases[] = {
		{ 0, 0, 0 },
		{ 1, 0, E_LIMIT },
		{ 1000, 1000, 0 },
		{ 1001, 1000, E_LIMIT },
		{ 65536, 65536, 0 },
		{ 65537, 65536, E_LIMIT },
		{ 200000, 1000, E_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		EG_AUTO(diag_freep) struct diag *d = diag_new();
		EG_AUTO(buf_release) struct buf b = BUF_INIT;
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		buf_pad(&text, 'x', cases[i].size);
		put(text.data);
		assert_int_equal(file_read(path, cases[i].limit, &b, d), cases[i].r);
		assert_int_equal(diag_errors(d), cases[i].r < 0);
		if (cases[i].r == 0)
			assert_int_equal(b.n, cases[i].size);
	}
}

static void what_cannot_be_read_is_told(void **state)
{
	static const struct {
		const char *path;
		int r;
		const char *told;
	} cases[] = {
		{ "/tmp", -EISDIR, "/tmp: error: is a directory\n    expected a file\n" },
		{ "/nowhere/x", -ENOENT,
		  "/nowhere/x: error: cannot read: No such file or directory\n" },
		{ "/dev/null/x", -ENOTDIR, "/dev/null/x: error: cannot read: Not a directory\n" },
		{ "", -ENOENT, ": error: cannot read: No such file or directory\n" },
		{ "/dev/zero", E_LIMIT,
		  "/dev/zero: error: larger than 5000 bytes\n"
		  "    egret reads no configuration, catalog or list above this size\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		EG_AUTO(diag_freep) struct diag *d = diag_new();
		EG_AUTO(buf_release) struct buf b = BUF_INIT;
		EG_AUTO(buf_release) struct buf told = BUF_INIT;

		assert_int_equal(file_read(cases[i].path, 5000, &b, d), cases[i].r);
		diag_format(d, &told);
		assert_string_equal(told.data, cases[i].told);
	}
}

static void standard_input_is_a_dash(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf b = BUF_INIT;
	int saved = dup(STDIN_FILENO);
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "piped", 5), 5);
	assert_int_equal(close(ends[1]), 0);
	assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(file_read("-", 5, &b, d), 0);
	if (saved >= 0)
		assert_true(dup2(saved, STDIN_FILENO) >= 0 && close(saved) == 0);
	assert_string_equal(b.data, "piped");
}

static void the_old_file_stays_until_the_commit(void **state)
{
	struct replace f;

	(void)state;
	put("old");
	assert_int_equal(replace_begin(&f, path), 0);
	(void)fputs("new", f.out);
	(void)fflush(f.out);
	assert_content("old");
	assert_int_equal(files_in_folder(), 2);
	assert_int_equal(replace_commit(&f), 0);
	assert_content("new");
	assert_int_equal(files_in_folder(), 1);
	replace_abort(&f); /* nothing to do any more */
	assert_content("new");
}

static void giving_up_leaves_the_old_file_alone(void **state)
{
	struct replace f;

	(void)state;
	put("old");
	assert_int_equal(replace_begin(&f, path), 0);
	(void)fputs("new", f.out);
	replace_abort(&f);
	replace_abort(&f);
	assert_content("old");
	assert_int_equal(files_in_folder(), 1);
}

static void a_new_file_obeys_the_umask(void **state)
{
	mode_t before = umask(027);
	struct stat st;

	(void)state;
	put("x");
	(void)umask(before);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

/* A disk that is full half way, played by a limit on the size of files. */
static void a_failed_write_changes_nothing(void **state)
{
	struct rlimit before;
	struct rlimit tight;
	struct replace f;
	int r;

	(void)state;
	put("old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = 4096;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(replace_begin(&f, path), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	(void)fprintf(f.out, "%0100000d", 7);
	r = replace_commit(&f);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(r, -EFBIG);
	assert_content("old");
	assert_int_equal(files_in_folder(), 1);
}

static void where_no_file_can_be_is_told_by_the_code(void **state)
{
	char below[80];
	struct replace f;

	(void)state;
	assert_int_equal(replace_begin(&f, "/nowhere/x"), -ENOENT);
	replace_abort(&f);
	(void)snprintf(below, sizeof(below), "%s/sub", folder);
	assert_int_equal(mkdir(below, 0700), 0);
	assert_int_equal(replace_begin(&f, below), 0); /* told only when it takes its name */
	assert_int_equal(replace_commit(&f), -EISDIR);
	assert_int_equal(rmdir(below), 0);
	assert_int_equal(files_in_folder(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_appends_the_whole_file),
		cmocka_unit_test(the_limit_is_in_bytes_and_sharp),
		cmocka_unit_test(what_cannot_be_read_is_told),
		cmocka_unit_test(standard_input_is_a_dash),
		cmocka_unit_test(the_old_file_stays_until_the_commit),
		cmocka_unit_test(giving_up_leaves_the_old_file_alone),
		cmocka_unit_test(a_new_file_obeys_the_umask),
		cmocka_unit_test(a_failed_write_changes_nothing),
		cmocka_unit_test(where_no_file_can_be_is_told_by_the_code),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
