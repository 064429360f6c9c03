/* SPDX-License-Identifier: Apache-2.0 */
#include "control/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"

enum { SCHEMA = 1, BUSY_MS = 5000, FOLDER_MODE = 0700, LOCK_STEP_NS = 20 * 1000 * 1000 };

struct store {
	sqlite3 *db;
	char folder[PATH_TEXT_MAX];
	int lock;
};

#define COLUMNS                                                                           \
	"number, state, time, who, note, sha256, why, base, over, same_as, report_only, " \
	"ends_boottime, ends_wall, ends_boot"

static const char schema[] = "CREATE TABLE generation ("
			     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
			     " state TEXT NOT NULL,"
			     " time INTEGER NOT NULL,"
			     " who TEXT NOT NULL,"
			     " note TEXT NOT NULL,"
			     " sha256 TEXT NOT NULL,"
			     " why TEXT NOT NULL,"
			     " base INTEGER NOT NULL,"
			     " over INTEGER NOT NULL,"
			     " same_as INTEGER NOT NULL,"
			     " report_only INTEGER NOT NULL,"
			     " ends_boottime INTEGER NOT NULL,"
			     " ends_wall INTEGER NOT NULL,"
			     " ends_boot TEXT NOT NULL);"
			     "PRAGMA user_version = 1;";

/* ---- statements ---- */

static int complain(struct store *s, struct diag *d)
{
	char path[PATH_TEXT_MAX];
	bool full = sqlite3_errcode(s->db) == SQLITE_FULL;

	(void)snprintf(path, sizeof(path), "%.*s/egret.db", PATH_TEXT_MAX - 16, s->folder);
	diag_error(d, (struct place){ .file = path }, "%s", sqlite3_errmsg(s->db));
	return full ? -ENOSPC : sqlite3_errcode(s->db) == SQLITE_NOMEM ? -ENOMEM : -EIO;
}

/*
 * Prepares a statement. `form` says what stands for each '?', in order: 'i' an int64_t, 't' a text,
 * which must live as long as the statement.
 */
static int prepare(struct store *s, struct diag *d, sqlite3_stmt **ret, const char *sql,
		   const char *form, ...)
{
	sqlite3_stmt *st = NULL;
	va_list args;
	int r = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

	va_start(args, form);
	for (int i = 0; r == SQLITE_OK && form[i]; i++) {
		if (form[i] == 'i')
			r = sqlite3_bind_int64(st, i + 1, va_arg(args, int64_t));
		else
			r = sqlite3_bind_text(st, i + 1, va_arg(args, const char *), -1,
					      SQLITE_STATIC);
	}
	va_end(args);
	if (r == SQLITE_OK) {
		*ret = st;
		return 0;
	}
	r = complain(s, d);
	(void)sqlite3_finalize(st); /* its error was told */
	return r;
}

static void finalizep(sqlite3_stmt **st)
{
	(void)sqlite3_finalize(*st); /* repeats the error of the last step */
}

/* Carries out a statement without rows. */
static int carry_out(struct store *s, sqlite3_stmt *st, struct diag *d)
{
	return sqlite3_step(st) == SQLITE_DONE ? 0 : complain(s, d);
}

static int simple(struct store *s, const char *sql, struct diag *d)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : complain(s, d);
}

/* ---- opening ---- */

static int version(struct store *s, struct diag *d, int64_t *ret)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	int r = prepare(s, d, &st, "PRAGMA user_version", "");

	if (r < 0)
		return r;
	if (sqlite3_step(st) != SQLITE_ROW)
		return complain(s, d);
	*ret = sqlite3_column_int64(st, 0);
	return 0;
}

static int make_schema(struct store *s, struct diag *d)
{
	int64_t v = 0;
	int r = simple(s, "BEGIN IMMEDIATE", d);

	if (r == 0)
		r = version(s, d, &v); /* another of us may have made it meanwhile */
	if (r == 0 && v == 0)
		r = simple(s, schema, d);
	return r < 0 ? r : simple(s, "COMMIT", d);
}

static int check_schema(struct store *s, bool make, struct diag *d)
{
	int64_t v = 0;
	int r = simple(s, "PRAGMA synchronous = EXTRA", d); /* FULL, and the folder too */

	if (r == 0)
		r = version(s, d, &v);
	if (r < 0 || v == SCHEMA)
		return r;
	if (v == 0 && make)
		return make_schema(s, d);
	if (v == 0)
		return -ENOENT;
	diag_error(d, (struct place){ .file = s->folder },
		   "the store has form %lld, this egret knows form %d", (long long)v, SCHEMA);
	diag_hint(d, "a newer egret has been here: use that one");
	return E_UNSUPPORTED;
}

static int make_folders(const char *folder, struct diag *d)
{
	char path[PATH_TEXT_MAX];
	int n = snprintf(path, sizeof(path), "%s/generations", folder);

	if (n < 0 || n >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	for (char *c = path + 1;; c++) {
		bool last = !*c;

		if (*c != '/' && !last)
			continue;
		*c = '\0';
		if (mkdir(path, FOLDER_MODE) < 0 && errno != EEXIST) {
			int r = -errno;

			diag_error(d, (struct place){ .file = path }, "cannot make this folder: %s",
				   err_text(r));
			diag_hint(d, "run as root, or name another with --state DIR");
			return r;
		}
		if (last)
			return 0;
		*c = '/';
	}
}

static int open_database(struct store *s, bool make, struct diag *d)
{
	char path[PATH_TEXT_MAX];
	int n = snprintf(path, sizeof(path), "%s/egret.db", s->folder);

	if (n < 0 || n >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	if (!make && access(path, F_OK) < 0)
		return -errno;
	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | (make ? SQLITE_OPEN_CREATE : 0),
			    NULL) != SQLITE_OK)
		return s->db ? complain(s, d) : -ENOMEM;
	(void)sqlite3_busy_timeout(s->db, BUSY_MS); /* fails never */
	return check_schema(s, make, d);
}

int store_open(const char *folder, bool make, struct diag *d, struct store **ret)
{
	EG_AUTO(store_closep) struct store *s = mem_zero(1, sizeof(*s));
	int r = 0;

	if (!s)
		return -ENOMEM;
	s->lock = -1;
	if (make)
		r = make_folders(folder, d);
	if (r == 0 && !realpath(folder, s->folder))
		r = -errno;
	if (r == 0)
		r = open_database(s, make, d);
	if (r == -ENOENT) {
		diag_error(d, (struct place){ .file = folder }, "no generation here");
		diag_hint(d, "egret apply makes the first one; --state DIR names another folder");
	} else if (r < 0 && diag_errors(d) == 0) {
		diag_error(d, (struct place){ .file = folder }, "cannot open the store: %s",
			   err_text(r));
	}
	if (r == 0)
		*ret = EG_TAKE(s);
	return r;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	(void)sqlite3_close(s->db); /* no statement is open */
	fd_closep(&s->lock);
	mem_free(s);
}

void store_closep(struct store **s)
{
	store_close(*s);
	*s = NULL;
}

const char *store_folder(const struct store *s)
{
	return s->folder;
}

int store_lock(struct store *s, unsigned seconds, struct diag *d)
{
	const struct timespec step = { .tv_nsec = LOCK_STEP_NS };
	long tries = (long)seconds * (1000000000L / LOCK_STEP_NS);
	char path[PATH_TEXT_MAX];
	int r = -EBUSY, n = snprintf(path, sizeof(path), "%s/lock", s->folder);

	if (n < 0 || n >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0)
		return -errno;
	do {
		if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			r = -errno;
		else if (tries)
			(void)nanosleep(&step, NULL); /* woken early: it asks early */
	} while (r == -EBUSY && tries-- > 0);
	fd_closep(&s->lock);
	if (d) {
		diag_error(d, (struct place){ .file = path }, "another change is under way: %s",
			   err_text(r));
		diag_hint(d, "wait for it, or look who it is: fuser %s", path);
	}
	return r;
}

void store_unlock(struct store *s)
{
	fd_closep(&s->lock);
}

/* ---- writing ---- */

int store_add(struct store *s, const struct generation *g, struct diag *d, int64_t *ret)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	int r = prepare(s, d, &st,
			"INSERT INTO generation (state, time, who, note, sha256, why, base, over, "
			"same_as, report_only, ends_boottime, ends_wall, ends_boot) "
			"VALUES ('staged', ?, ?, ?, ?, '', ?, ?, ?, ?, 0, 0, '')",
			"itttiiii", g->time, g->who, g->note, g->sha256, g->base, g->over,
			g->same_as, (int64_t)g->report_only);

	if (r == 0)
		r = carry_out(s, st, d);
	if (r == 0)
		*ret = sqlite3_last_insert_rowid(s->db);
	return r;
}

int store_set_sha256(struct store *s, int64_t number, const char *sha256, struct diag *d)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	int r = prepare(s, d, &st, "UPDATE generation SET sha256 = ? WHERE number = ?", "ti",
			sha256, number);

	return r < 0 ? r : carry_out(s, st, d);
}

int store_set_state(struct store *s, int64_t number, enum generation_state state, const char *why,
		    struct diag *d)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	int r = prepare(s, d, &st, "UPDATE generation SET state = ?, why = ? WHERE number = ?",
			"tti", generation_state_name(state), why, number);

	return r < 0 ? r : carry_out(s, st, d);
}

int store_set_deadline(struct store *s, int64_t number, const struct deadline *until,
		       struct diag *d)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	int r = prepare(s, d, &st,
			"UPDATE generation SET ends_boottime = ?, ends_wall = ?, ends_boot = ? "
			"WHERE number = ?",
			"iiti", until->boottime, until->wall, until->boot, number);

	return r < 0 ? r : carry_out(s, st, d);
}

/* Ends a transaction: all of it, or nothing when something failed. */
static int end(struct store *s, int r, struct diag *d)
{
	if (r == 0)
		return simple(s, "COMMIT", d);
	(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* closing does it otherwise */
	return r;
}

int store_set_pending(struct store *s, int64_t number, const struct deadline *until, int64_t over,
		      struct diag *d)
{
	int r = simple(s, "BEGIN IMMEDIATE", d);

	if (r < 0)
		return r;
	r = store_set_deadline(s, number, until, d);
	if (r == 0)
		r = store_set_state(s, number, GENERATION_PENDING, "", d);
	if (r == 0 && over)
		r = store_set_state(s, over, GENERATION_REPLACED, "another was applied", d);
	return end(s, r, d);
}

int store_undo_pending(struct store *s, int64_t number, int64_t over, const char *why,
		       struct diag *d)
{
	int r = simple(s, "BEGIN IMMEDIATE", d);

	if (r < 0)
		return r;
	r = store_set_state(s, number, GENERATION_FAILED, why, d);
	if (r == 0 && over)
		r = store_set_state(s, over, GENERATION_PENDING, "", d);
	return end(s, r, d);
}

/* ---- reading ---- */

static enum generation_state state_of(const char *text)
{
	for (unsigned s = 0; text && s < GENERATION_STATES; s++) {
		if (strcmp(text, generation_state_name((enum generation_state)s)) == 0)
			return (enum generation_state)s;
	}
	return GENERATION_FAILED; /* not ours; it decides about nothing */
}

static const char *text_at(sqlite3_stmt *st, int column, struct arena *a)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return arena_strdup(a, text ? text : "");
}

static int read_row(sqlite3_stmt *st, struct arena *a, struct generation *ret)
{
	const char *boot = (const char *)sqlite3_column_text(st, 13);
	struct generation g = {
		.number = sqlite3_column_int64(st, 0),
		.state = state_of((const char *)sqlite3_column_text(st, 1)),
		.time = sqlite3_column_int64(st, 2),
		.who = text_at(st, 3, a),
		.note = text_at(st, 4, a),
		.sha256 = text_at(st, 5, a),
		.why = text_at(st, 6, a),
		.base = sqlite3_column_int64(st, 7),
		.over = sqlite3_column_int64(st, 8),
		.same_as = sqlite3_column_int64(st, 9),
		.report_only = sqlite3_column_int64(st, 10) != 0,
		.ends = { .boottime = sqlite3_column_int64(st, 11),
			  .wall = sqlite3_column_int64(st, 12) },
	};

	(void)snprintf(g.ends.boot, sizeof(g.ends.boot), "%s", boot ? boot : "");
	if (!g.who || !g.note || !g.sha256 || !g.why)
		return -ENOMEM;
	*ret = g;
	return 0;
}

static int read_one(struct store *s, sqlite3_stmt *st, struct arena *a, struct diag *d,
		    struct generation *ret)
{
	int r = sqlite3_step(st);

	if (r == SQLITE_DONE)
		return -ENOENT;
	return r == SQLITE_ROW ? read_row(st, a, ret) : complain(s, d);
}

int store_get(struct store *s, int64_t number, struct arena *a, struct diag *d,
	      struct generation *ret)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	int r = prepare(s, d, &st, "SELECT " COLUMNS " FROM generation WHERE number = ?", "i",
			number);

	return r < 0 ? r : read_one(s, st, a, d, ret);
}

int store_newest(struct store *s, enum generation_state state, int64_t below, struct arena *a,
		 struct diag *d, struct generation *ret)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	int r = prepare(s, d, &st,
			"SELECT " COLUMNS " FROM generation WHERE state = ? AND number < ? "
			"ORDER BY number DESC LIMIT 1",
			"ti", generation_state_name(state), below);

	return r < 0 ? r : read_one(s, st, a, d, ret);
}

int store_list(struct store *s, struct arena *a, struct diag *d, struct generation **ret,
	       size_t *ret_n)
{
	EG_AUTO(finalizep) sqlite3_stmt *st = NULL;
	EG_AUTO(mem_freep) struct generation *list = NULL;
	struct generation *kept;
	size_t n = 0, cap = 0;
	int r = prepare(s, d, &st,
			"SELECT " COLUMNS " FROM generation ORDER BY number DESC LIMIT ?", "i",
			(int64_t)STORE_LIST_MAX);

	while (r == 0) {
		r = mem_grow(&list, &cap, n + 1, sizeof(*list));
		if (r == 0)
			r = read_one(s, st, a, d, &list[n]);
		if (r == 0)
			n++;
	}
	if (r != -ENOENT)
		return r;
	kept = arena_array(a, n + 1, sizeof(*kept));
	if (!kept)
		return -ENOMEM;
	if (n)
		memcpy(kept, list, n * sizeof(*kept));
	*ret = kept;
	*ret_n = n;
	return 0;
}

/* ---- folders ---- */

int store_path(const struct store *s, int64_t number, const char *name,
	       char text[static PATH_TEXT_MAX])
{
	int n = snprintf(text, PATH_TEXT_MAX, "%s/generations/%lld%s%s", s->folder,
			 (long long)number, name ? "/" : "", name ? name : "");

	return n < 0 || n >= PATH_TEXT_MAX ? E_LIMIT : 0;
}

int store_wanted(struct store *s, struct arena *a, struct diag *d, struct generation *ret)
{
	int r = store_newest(s, GENERATION_PENDING, INT64_MAX, a, d, ret);

	if (r == 0 && !deadline_left(&ret->ends))
		r = -ENOENT;
	return r == -ENOENT ? store_newest(s, GENERATION_CONFIRMED, INT64_MAX, a, d, ret) : r;
}

int store_current(const char *folder, char text[static PATH_TEXT_MAX], struct diag *d)
{
	EG_AUTO(diag_freep) struct diag *quiet = diag_new();
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(store_closep) struct store *s = NULL;
	struct generation g = { 0 };
	int r = quiet && a ? store_open(folder, false, quiet, &s) : -ENOMEM;

	if (r != 0 && r != -ENOENT && r != -ENOMEM)
		diag_error(d, (struct place){ .file = folder }, "cannot open the store: %s",
			   err_text(r));
	if (r == 0)
		r = store_wanted(s, a, d, &g);
	if (r == 0 && g.report_only) {
		diag_error(d, (struct place){ .file = folder },
			   "generation %lld only reports, which a gateway with a resolver cannot",
			   (long long)g.number);
		diag_hint(d, "apply the policy without --report-only first");
		r = E_UNSUPPORTED;
	}
	return r < 0 ? r : store_path(s, g.number, NULL, text);
}
