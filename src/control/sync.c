/* SPDX-License-Identifier: Apache-2.0 */
#include "control/sync.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/show.h"
#include "control/feedurl.h"
#include "control/fetch.h"
#include "control/offerrows.h"
#include "import/digest.h"

/* ---- asking ---- */

static unsigned wait_after(unsigned failures, unsigned asked_for)
{
	unsigned wait = SYNC_WAIT;

	for (unsigned i = 1; i < failures && wait < SYNC_WAIT_MAX; i++)
		wait *= 2;
	wait = wait > asked_for ? wait : asked_for;
	return wait < SYNC_WAIT_MAX ? wait : SYNC_WAIT_MAX;
}

static int note_failure(const struct sync *s, const struct fetch_answer *answer, struct diag *d,
			struct synced *f)
{
	struct feed_state *state = &f->state;
	struct str why = str_trim(buf_str(&answer->why));

	if (why.n > SYNC_ERROR_MAX || !why.n || !str_is_line(why))
		why = str_of(show(why).text);
	f->asked = ASKED_FAILED;
	state->failures++;
	state->next = s->now + wait_after(state->failures, answer->retry);
	state->error = arena_str(f->arena, why);
	if (!state->error)
		return -ENOMEM;
	diag_error(d, (struct place){ .file = f->feed->url }, "%s: %s", f->feed->name,
		   state->error);
	return 0;
}

static void note_success(const struct sync *s, struct synced *f)
{
	struct feed_state *state = &f->state;

	state->url = f->feed->url;
	state->checked = s->now;
	state->failures = 0;
	state->next = 0;
	state->error = NULL;
}

/* A value that the header lacks is not kept: it would speak of another body. */
static int keep_validator(struct synced *f, const char *value, const char **ret)
{
	const char *copy = value[0] ? arena_strdup(f->arena, value) : NULL;

	if (value[0] && !copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

static int note_body(const struct sync *s, struct fetch_answer *answer, struct diag *d,
		     struct synced *f)
{
	struct feed_state *state = &f->state;
	bool same = f->has_latest && str_eq(buf_str(&f->latest), buf_str(&answer->body));
	int r = keep_validator(f, answer->head.etag, &state->etag);

	if (r == 0)
		r = keep_validator(f, answer->head.modified, &state->modified);
	f->asked = same ? ASKED_SAME : ASKED_NEW;
	if (r < 0 || same)
		return r;
	buf_release(&f->latest);
	f->latest = answer->body;
	f->has_latest = true;
	answer->body = BUF_INIT;
	state->fetched = s->now;
	r = digest_sha256(buf_str(&f->latest), f->arena, &state->sha256);
	return r < 0 ? r : feedstore_put(&f->files, f->files.latest, buf_str(&f->latest), d);
}

static int take_answer(const struct sync *s, struct fetch_answer *answer, struct diag *d,
		       struct synced *f)
{
	if (answer->outcome == FETCH_FAILED)
		return note_failure(s, answer, d, f);
	f->asked = ASKED_SAME;
	note_success(s, f);
	return answer->outcome == FETCH_SAME ? 0 : note_body(s, answer, d, f);
}

static int tell_later(struct synced *f, struct diag *d)
{
	EG_AUTO(buf_release) struct buf time = BUF_INIT;

	f->asked = ASKED_LATER;
	feed_time_print(f->state.next, &time);
	if (time.r < 0)
		return time.r;
	diag_error(d, (struct place){ .file = f->feed->url }, "%s: %s", f->feed->name,
		   f->state.error ? f->state.error : "the last try failed");
	diag_hint(d, "failed %u times, not asked again before %s; now: egret sync %s",
		  f->state.failures, time.data, f->feed->name);
	return 0;
}

static int ask(const struct sync *s, struct diag *d, struct synced *f)
{
	struct feed_state *state = &f->state;
	bool known = f->has_latest && state->url && strcmp(state->url, f->feed->url) == 0;
	struct fetch_question q = {
		.etag = known ? state->etag : NULL,
		.modified = known ? state->modified : NULL,
	};
	struct fetch_answer answer = FETCH_ANSWER_INIT;
	int r;

	/* A clock that was wrong must not silence a feed for longer than a failure can. */
	if (!s->force && state->next > s->now && state->next - s->now <= SYNC_WAIT_MAX)
		return tell_later(f, d);
	r = feed_url(s->store, f->feed->url, f->arena, d, &q.url);
	if (r == 0)
		r = fetch(&q, &answer);
	if (r == 0)
		r = take_answer(s, &answer, d, f);
	fetch_answer_release(&answer);
	return r < 0 ? r : feedstore_save(&f->files, state, d);
}

/* ---- judging ---- */

static bool is_believed(const struct synced *f, const struct offer *o, const char *sha256)
{
	return o->verdict == OFFER_CHANGED ||
	       (o->verdict == OFFER_GUARDED && feed_state_override(&f->state, sha256));
}

static void tell_quarantine(const struct synced *f, const struct offer *o, struct diag *d)
{
	diag_error(d, (struct place){ .file = f->files.latest },
		   "%s is quarantined: the list that is held stays", f->feed->name);
	if (o->verdict == OFFER_GUARDED)
		diag_hint(d, "if it is right: egret sync --override %s --by NAME --reason TEXT",
			  f->feed->name);
	else
		diag_hint(d, "it is not what a list may be; the vendor must publish it again");
}

static void tell_override(const struct synced *f, struct diag *d)
{
	EG_AUTO(buf_release) struct buf time = BUF_INIT;

	feed_time_print(f->override->time, &time);
	diag_note(d, NOWHERE, "%s: the guards are overridden by %s at %s: %s", f->feed->name,
		  f->override->by, time.n ? time.data : "a time not known", f->override->reason);
}

/* The first of what was said about a body; a page instead of a list is wrong in every line. */
static void tell_story(const struct diag *story, struct diag *d)
{
	size_t all = diag_count(story) + diag_lost(story);

	for (size_t i = 0; i < diag_count(story) && i < SYNC_STORY_MAX; i++) {
		const struct diag_message *m = diag_get(story, i);

		if (m->level == DIAG_ERROR)
			diag_error(d, m->at, "%s", m->text);
		else if (m->level == DIAG_WARNING)
			diag_warning(d, m->at, "%s", m->text);
		else
			diag_note(d, m->at, "%s", m->text);
		if (m->hint)
			diag_hint(d, "%s", m->hint);
	}
	if (all > SYNC_STORY_MAX)
		diag_note(d, NOWHERE, "%zu more messages of this kind", all - SYNC_STORY_MAX);
}

static int stage(struct synced *f, struct diag *d)
{
	if (f->keeps_staged && str_eq(buf_str(&f->staged), buf_str(&f->latest)))
		return 0;
	f->keeps_staged = true;
	buf_clear(&f->staged);
	buf_addstr(&f->staged, buf_str(&f->latest));
	return f->staged.r < 0 ? f->staged.r
			       : feedstore_put(&f->files, f->files.staged, buf_str(&f->latest), d);
}

/* What the newest body is, and what follows for the staged one. */
static int settle(struct synced *f, const struct offer *o, struct diag *d)
{
	if (is_believed(f, o, f->latest_sha256)) {
		f->standing = STANDING_STAGED;
		if (o->verdict == OFFER_GUARDED)
			f->override = feed_state_override(&f->state, f->latest_sha256);
		return stage(f, d);
	}
	if (o->verdict == OFFER_SAME) {
		f->standing = STANDING_SAME;
		f->keeps_staged = false;
		return feedstore_drop(f->files.staged, d);
	}
	f->standing = o->verdict == OFFER_GUARDED ? STANDING_QUARANTINED : STANDING_MALFORMED;
	tell_quarantine(f, o, d);
	return 0;
}

static int judge_latest(struct synced *f, struct diag *d)
{
	EG_AUTO(diag_freep) struct diag *story = diag_new();
	struct offer o = OFFER_INIT;
	int r = story ? digest_sha256(buf_str(&f->latest), f->arena, &f->latest_sha256) : -ENOMEM;

	if (r == 0)
		r = offer_read(f->feed, buf_str(&f->latest), f->files.latest, story, &o);
	if (r == 0)
		r = settle(f, &o, d);
	if (r == 0 && f->override)
		tell_override(f, d);
	else if (r == 0)
		tell_story(story, d);
	if (r == 0 && o.verdict != OFFER_MALFORMED)
		r = offer_rows(f->feed, &o, f->files.latest, d, &f->rows);
	offer_release(&o);
	return r;
}

/* The day on which the staged body came. */
static int64_t staged_time(const struct synced *f)
{
	struct stat st;

	if (f->state.fetched && f->latest_sha256 && strcmp(f->latest_sha256, f->staged_sha256) == 0)
		return f->state.fetched;
	return stat(f->files.staged, &st) == 0 ? st.st_mtime : 0;
}

/* How a copy is noted in the catalog: the day it came, which version it is, who let it through. */
static int make_note(struct synced *f, struct update_note *ret)
{
	EG_AUTO(buf_release) struct buf source = BUF_INIT;
	EG_AUTO(buf_release) struct buf day = BUF_INIT;
	const struct feed_override *o = feed_state_override(&f->state, f->staged_sha256);

	feed_time_print(staged_time(f), &day);
	buf_printf(&source, "egret sync, SHA-256 %s", f->staged_sha256);
	if (o && f->offer.verdict == OFFER_GUARDED)
		buf_printf(&source, "; let through over the guards by %s: %s", o->by, o->reason);
	if (source.r < 0 || day.r < 0)
		return -ENOMEM;
	ret->source = arena_str(f->arena, buf_str(&source));
	ret->date = arena_str(f->arena, (struct str){ day.data, 10 });
	return ret->source && ret->date ? 0 : -ENOMEM;
}

static int make_update(struct synced *f, struct diag *d)
{
	struct update_note note;
	int r = make_note(f, &note);

	if (r == 0)
		r = update_make(f->feed, &f->offer, &note, d, &f->update);
	f->has_staged = r == 0;
	return r;
}

/* What is staged must still be believed, beside the catalog of now; else it is staged no more. */
static int judge_staged(struct synced *f, struct diag *d)
{
	EG_AUTO(diag_freep) struct diag *story = diag_new();
	int r = story ? digest_sha256(buf_str(&f->staged), f->arena, &f->staged_sha256) : -ENOMEM;

	if (r == 0)
		r = offer_read(f->feed, buf_str(&f->staged), f->files.staged, story, &f->offer);
	if (r < 0)
		return r;
	return is_believed(f, &f->offer, f->staged_sha256) ? make_update(f, d)
							   : feedstore_drop(f->files.staged, d);
}

/* An empty body is one too: *ret_there tells it from none. */
static int get(const char *path, struct buf *out, struct diag *d, bool *ret_there)
{
	int r = feedstore_get(path, out, d);

	*ret_there = r == 0;
	return r == -ENOENT ? 0 : r;
}

static int run(const struct sync *s, struct diag *d, struct synced *f)
{
	int r = feedstore_files(s->store, f->feed, f->arena, &f->files);

	if (r == 0)
		r = feedstore_load(&f->files, f->arena, d, &f->state);
	if (r == 0)
		r = get(f->files.latest, &f->latest, d, &f->has_latest);
	if (r == 0)
		r = get(f->files.staged, &f->staged, d, &f->keeps_staged);
	if (r == 0 && s->ask)
		r = ask(s, d, f);
	if (r == 0 && f->has_latest)
		r = judge_latest(f, d);
	return r < 0 || !f->keeps_staged ? r : judge_staged(f, d);
}

int sync_feed(const struct sync *s, const struct feed *f, struct diag *d, struct synced *ret)
{
	int r;

	*ret = (struct synced){ .arena = arena_new(), .feed = f };
	r = ret->arena ? run(s, d, ret) : -ENOMEM;
	if (r < 0)
		synced_release(ret);
	return r;
}

void synced_release(struct synced *s)
{
	update_release(&s->update);
	offer_release(&s->offer);
	buf_release(&s->latest);
	buf_release(&s->staged);
	arena_free(s->arena);
	*s = SYNCED_INIT;
}

/* ---- accepting and overriding ---- */

int sync_accept(struct synced *f, struct diag *d)
{
	int r = update_write(&f->update, f->feed, d);

	return r < 0 ? r : feedstore_drop(f->files.staged, d);
}

int sync_override(const struct sync *s, struct synced *f, const char *by, const char *reason,
		  struct diag *d)
{
	const struct feed_override o = { s->now, f->latest_sha256, by, reason };
	int r;

	if (!feed_is_name(str_of(by)) || !feed_is_reason(str_of(reason))) {
		diag_error(d, NOWHERE, "an override needs a name and a reason");
		diag_hint(d, "--by NAME, without ': ', --reason TEXT, one line of at most %d bytes",
			  FEED_REASON_MAX);
		return E_SYNTAX;
	}
	if (f->standing != STANDING_QUARANTINED) {
		diag_error(d, NOWHERE, "%s: %s", f->feed->name,
			   f->standing == STANDING_MALFORMED
				   ? "what came cannot be read, so nobody can let it through"
				   : "nothing of it is quarantined");
		diag_hint(d, "see: egret sync %s", f->feed->name);
		return E_REFUSED;
	}
	r = feed_state_add(&f->state, &o, f->arena);
	if (r == E_LIMIT)
		diag_error(d, (struct place){ .file = f->files.state },
			   "more than %d overrides of one feed", FEED_OVERRIDES_MAX);
	return r < 0 ? r : feedstore_save(&f->files, &f->state, d);
}

const char *sync_asked_name(enum sync_asked a)
{
	static const char *const name[] = {
		[ASKED_NOT] = "not asked", [ASKED_SAME] = "not modified", [ASKED_NEW] = "new",
		[ASKED_FAILED] = "failed", [ASKED_LATER] = "waiting",
	};

	return name[a];
}

const char *sync_standing_name(enum sync_standing s)
{
	static const char *const name[] = {
		[STANDING_UNKNOWN] = "never fetched", [STANDING_SAME] = "no change",
		[STANDING_STAGED] = "staged",	      [STANDING_QUARANTINED] = "quarantined",
		[STANDING_MALFORMED] = "malformed",
	};

	return name[s];
}
