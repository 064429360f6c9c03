/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing stays behind: a process that runs a lab is killed with -9, as root and as nobody, while
 * it waits and while work goes on inside; then its processes, namespaces and files are looked for.
 */
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "lab/labstate.h"
#include "lab/respond.h"
#include "net/proto.h"

enum { PIDS_MAX = 256, NS_MAX = LAB_NS_COUNT + 8, NOBODY = 65534, GONE_MS = 10000 };

#define MARK LAB_FILES "/egret-lab-mark"

/* What the process to be killed tells before it waits for its end. */
struct told {
	int r;
	ino_t ns[NS_MAX];
	size_t n;
};

static struct topology topology;

static int sleep_inside(void *data, struct diag *d, struct buf *out)
{
	(void)data;
	(void)d;
	(void)out;
	return pause();
}

static void note_ns(struct told *t, int fd)
{
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		t->ns[t->n++] = st.st_ino;
}

static int start_everything(struct diag *d, struct told *t, struct lab **ret)
{
	static const char *const touch[] = { "touch", MARK, NULL };
	static const char *const sleeper[] = { "sleep", "1000", NULL };
	static struct respond_ports ports;
	int r = lab_start(&topology, d, ret);

	respond_want(&ports, PROTO_TCP, 443);
	for (size_t i = 0; r == 0 && i < topology.nodes; i++)
		r = respond_start(*ret, i, &ports);
	if (r == 0)
		r = lab_program(*ret, 0, touch);
	if (r == 0)
		r = lab_program(*ret, 1, sleeper);
	for (size_t i = 0; r == 0 && i < LAB_NS_COUNT; i++)
		note_ns(t, (*ret)->ns[i]);
	for (size_t i = 0; r == 0 && i < topology.nodes; i++)
		note_ns(t, (*ret)->net[i]);
	if (r == 0)
		note_ns(t, (*ret)->gateway);
	return r;
}

/* The process to be killed. */
static void victim(int to, unsigned uid, bool working)
{
	struct told t = { 0 };
	struct diag *d = diag_new();
	struct lab *lab = NULL;
	struct buf text = BUF_INIT;

	if (uid && (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 ||
		    setresuid(uid, uid, uid) < 0))
		t.r = -errno;
	if (t.r == 0)
		t.r = start_everything(d, &t, &lab);
	diag_format(d, &text);
	if (text.n)
		(void)fprintf(stderr, "%s", text.data);
	if (write(to, &t, sizeof(t)) != sizeof(t) || t.r < 0)
		_exit(1);
	if (working)
		t.r = lab_call(lab, TOPOLOGY_GATEWAY, sleep_inside, NULL, d, NULL);
	for (;;)
		(void)pause();
}

/* ---- looking at /proc ---- */

struct process {
	pid_t pid, parent;
	uint64_t born;
};

/*
 * What stands behind the name in proc(5)'s stat: state, ppid, ... the 20th is starttime. A zombie
 * is gone: when its number disappears is up to the machine's init.
 */
static bool read_stat(struct str text, struct process *ret)
{
	struct str state = str_cut(&text, ' '), parent = str_cut(&text, ' '), born = { 0 };
	uint64_t number, start;

	for (unsigned field = 3; field <= 20; field++)
		born = str_cut(&text, ' ');
	if (str_u64(parent, INT_MAX, &number) < 0 || str_u64(born, UINT64_MAX, &start) < 0)
		return false;
	ret->parent = (pid_t)number;
	ret->born = start;
	return !str_is(state, "Z");
}

static bool read_process(const char *pid, struct process *ret)
{
	char path[300], line[1024];
	const char *after;
	FILE *f;
	bool good;

	(void)snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	good = fgets(line, sizeof(line), f) != NULL;
	(void)fclose(f);
	after = good ? strrchr(line, ')') : NULL; /* the name may hold anything */
	ret->pid = (pid_t)strtol(pid, NULL, 10);
	return after && read_stat(str_of(after + 2), ret);
}

static size_t read_processes(struct process *all, size_t most)
{
	DIR *proc = opendir("/proc");
	size_t n = 0;

	assert_non_null(proc);
	for (const struct dirent *e; n < most && (e = readdir(proc));)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' && read_process(e->d_name, &all[n]))
			n++;
	(void)closedir(proc);
	return n;
}

/* The processes below `root`, itself not counted. */
static size_t family_of(pid_t root, struct process *ret)
{
	static struct process all[4096];
	size_t n = read_processes(all, ARRAY_LEN(all)), found = 0, before;

	do {
		before = found;
		for (size_t i = 0; i < n && found < PIDS_MAX; i++) {
			bool ours = all[i].parent == root;

			for (size_t k = 0; k < found && !ours; k++)
				ours = all[i].parent == ret[k].pid;
			if (!ours)
				continue;
			ret[found++] = all[i];
			all[i].parent = -1; /* once only */
		}
	} while (found > before);
	return found;
}

static size_t still_there(const struct process *p, size_t n)
{
	static struct process all[4096];
	size_t m = read_processes(all, ARRAY_LEN(all)), left = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			left += all[k].pid == p[i].pid && all[k].born == p[i].born;
	return left;
}

/* Namespaces that some process still is in, as far as we may look. */
static size_t namespaces_left(const struct told *t)
{
	static const char *const kind[] = { "user", "pid", "mnt", "net" };
	static struct process all[4096];
	size_t m = read_processes(all, ARRAY_LEN(all)), left = 0;

	for (size_t i = 0; i < m; i++)
		for (size_t k = 0; k < ARRAY_LEN(kind); k++) {
			char path[64];
			struct stat st;

			(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", all[i].pid, kind[k]);
			if (stat(path, &st) < 0)
				continue;
			for (size_t n = 0; n < t->n; n++)
				left += t->ns[n] == st.st_ino;
		}
	return left;
}

static void gone(const struct process *family, size_t n, const struct told *t)
{
	size_t processes = 1, namespaces = 1;

	for (int ms = 0; ms < GONE_MS && processes + namespaces; ms += 10) {
		processes = still_there(family, n);
		namespaces = namespaces_left(t);
		if (processes + namespaces)
			(void)poll(NULL, 0, 10);
	}
	assert_int_equal(processes, 0);
	assert_int_equal(namespaces, 0);
}

static void kill_it(unsigned uid, bool working)
{
	struct process family[PIDS_MAX];
	struct told t;
	int pipes[2];
	size_t n;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		victim(pipes[1], uid, working);
	(void)close(pipes[1]);
	assert_int_equal(read(pipes[0], &t, sizeof(t)), sizeof(t));
	if (t.r == E_UNSUPPORTED) {
		(void)waitpid(pid, NULL, 0);
		print_message("# skipped: no lab can be built here\n");
		skip();
	}
	assert_int_equal(t.r, 0);
	(void)poll(NULL, 0, working ? 300 : 0); /* let the work begin */
	n = family_of(pid, family);
	print_message("# uid %u: %zu processes, %zu namespaces\n", uid, n, t.n);
	/* the keeper; helper and worker of each responder, of the sleeper and of the call */
	if (n < 1 + 2 * (topology.nodes + 1 + working))
		(void)kill(pid, SIGKILL);
	assert_true(n >= 1 + 2 * (topology.nodes + 1 + working));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	gone(family, n, &t);
	assert_int_equal(access(MARK, F_OK), -1);
	(void)close(pipes[0]);
}

static void killed_while_waiting(void **state)
{
	(void)state;
	kill_it(0, false);
}

static void killed_at_work(void **state)
{
	(void)state;
	kill_it(0, true);
}

static void killed_as_nobody(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return; /* the tests above were as an ordinary user already */
	kill_it(NOBODY, false);
	kill_it(NOBODY, true);
}

static void stopped_in_order(void **state)
{
	struct process family[PIDS_MAX];
	struct told t = { 0 };
	struct diag *d = diag_new();
	struct lab *lab = NULL;
	size_t n;
	int r = start_everything(d, &t, &lab);

	(void)state;
	if (r == E_UNSUPPORTED) {
		diag_free(d);
		print_message("# skipped: no lab can be built here\n");
		skip();
	}
	assert_int_equal(r, 0);
	n = family_of(getpid(), family);
	assert_true(n >= 1 + 2 * (topology.nodes + 1));
	lab_stop(lab);
	/* At once, not soon: lab_stop() waits. */
	assert_int_equal(still_there(family, n), 0);
	assert_int_equal(namespaces_left(&t), 0);
	assert_int_equal(access(MARK, F_OK), -1);
	diag_free(d);
}

static int make_topology(void **state)
{
	(void)state;
	assert_int_equal(topology_add(&topology, "lan", "10.1.0.0/16 2001:db8:1::/48"), 0);
	assert_int_equal(topology_add(&topology, "wan", ""), 0);
	topology.outside = 1;
	return 0;
}

static int drop_topology(void **state)
{
	(void)state;
	topology_release(&topology);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stopped_in_order),
		cmocka_unit_test(killed_while_waiting),
		cmocka_unit_test(killed_at_work),
		cmocka_unit_test(killed_as_nobody),
	};

	return cmocka_run_group_tests(tests, make_topology, drop_topology);
}
