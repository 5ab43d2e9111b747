/* SPDX-License-Identifier: MIT */
/*
 * The table of events says what type a parameter has; a few need their name, too: arguments and
 * environments are bytes to it as data is, and names of users are texts.
 */
#include "tools/scapedit/redact_event.h"

#include "scap/addr.h"
#include "state/fds.h"

/* An event being redacted. */
struct record {
	struct redact_texts *texts;
	struct event *ev;
	uint8_t *base;
	const struct moment *m;
	const struct state *st;
};

/* What a text is, for those whose type does not say it. */
enum text_use {
	USE_TEXT, /* any; data, if it is bytes */
	USE_PATH,
	USE_EXE, /* a path, or a name alone */
	USE_ENV,
	USE_ARGS,
	USE_LIST, /* texts with NULs between */
	USE_USER,
};

static enum text_use use_of(const struct event *ev, uint32_t i)
{
	static const struct {
		const char *name;
		enum text_use use;
	} rows[] = {
		{"env", USE_ENV},
		{"args", USE_ARGS},
		{"argv", USE_ARGS},
		{"cgroups", USE_LIST},
		{"exe", USE_EXE},
		{"cwd", USE_PATH},
		{"home", USE_PATH},
		{"path", USE_PATH},
		{"quotafilepath", USE_PATH},
	};
	const char *name = ev->info->params[i].name;

	if (strcmp(name, "name") == 0 &&
		(ev->type == PPME_USER_ADDED_E || ev->type == PPME_GROUP_ADDED_E))
		return USE_USER;
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
		if (strcmp(rows[k].name, name) == 0)
			return rows[k].use;
	return USE_TEXT;
}

static bool is_text(uint8_t type)
{
	return type == PT_CHARBUF || type == PT_BYTEBUF || type == PT_CHARBUFARRAY ||
	       type == PT_CHARBUF_PAIR_ARRAY;
}

static struct span exe_of(const struct event *ev)
{
	int i = event_param(ev, "exe");

	return i < 0 ? span_of(NULL, 0) : event_str(ev, (uint32_t)i);
}

void redact_learn_event(struct redact_texts *t, const struct event *ev)
{
	for (uint32_t i = 0; ev->info && i < MIN(ev->nparams, ev->info->nparams); i++) {
		uint8_t type = ev->info->params[i].type;
		enum text_use use = is_text(type) ? use_of(ev, i) : USE_PATH;

		if (use == USE_ENV)
			redact_learn_env(t, ev->params[i]);
		else if (use == USE_ARGS)
			redact_learn_args(t, exe_of(ev), ev->params[i]);
		else if (use == USE_USER)
			redact_learn_user(t, event_str(ev, i));
		else if (use == USE_TEXT && type != PT_BYTEBUF)
			redact_learn_text(t, event_str(ev, i));
	}
}

/* What kind of descriptor data came from or went to; fd may be NULL. */
static enum redact_source source_of(const struct fd *fd)
{
	static const enum redact_source sources[] = {
		[FDT_IPV4_SOCK] = SOURCE_IPV4,
		[FDT_IPV4_SERV] = SOURCE_IPV4,
		[FDT_IPV6_SOCK] = SOURCE_IPV6,
		[FDT_IPV6_SERV] = SOURCE_IPV6,
		[FDT_FIFO] = SOURCE_PIPE,
		[FDT_UNIX] = SOURCE_UNIX,
	};
	uint8_t type = fd ? fd->m.type : FDT_UNKNOWN;

	if (type == FDT_FILE || type == FDT_FILE_V2 || type == FDT_DIRECTORY || type == FDT_MEMFD) {
		bool tty = span_starts(fd->m.name, "/dev/pts/") ||
			   span_starts(fd->m.name, "/dev/tty") ||
			   span_starts(fd->m.name, "/dev/console");

		return tty ? SOURCE_TTY : SOURCE_FILE;
	}
	/* Zeros in the table are files, which were dealt with. */
	return type < ARRAY_SIZE(sources) && sources[type] ? sources[type] : SOURCE_OTHER;
}

static uint8_t *bytes_of(const struct record *r, struct span s)
{
	return r->base + (s.p - r->base);
}

static void wipe(const struct record *r, struct span s)
{
	if (s.n)
		memset(bytes_of(r, s), 0, s.n);
}

static void redact_data(struct record *r, struct span *data)
{
	const struct fd *fd = r->m ? r->m->entry : NULL;
	enum redact_payload what = r->texts->rules->payload[source_of(fd)];

	if (!data->n)
		return;
	if (what == PAYLOAD_KEEP) {
		redact_text(r->texts, bytes_of(r, *data), data->n);
		return;
	}
	r->texts->counts[REDACT_PAYLOAD]++;
	if (what == PAYLOAD_HASH)
		redact_key_hash(r->texts->key, *data, bytes_of(r, *data));
	else
		*data = span_of(NULL, 0);
}

static struct span cwd_of(const struct record *r)
{
	struct thread *main = r->m && r->m->thread ? state_main(r->st, r->m->thread) : NULL;

	if (!main && r->m)
		main = r->m->thread;
	return main ? main->p.cwd : span_of(NULL, 0);
}

/* The directory that parameter i, a path, is seen from. */
static struct span base_of(const struct record *r, uint32_t i)
{
	int dirfd = r->ev->info->params[i].dirfd;
	int64_t fd;
	struct fd *dir;

	if (r->ev->info->params[i].type != PT_FSRELPATH || dirfd < 0 ||
		!event_i64(r->ev, (uint32_t)dirfd, &fd) || fd < 0)
		return cwd_of(r);
	dir = r->m && r->m->thread ? state_fd(r->st, r->m->thread, fd) : NULL;
	return dir ? dir->m.name : span_of(NULL, 0);
}

static void redact_words(struct record *r, uint32_t i, uint8_t type)
{
	struct redact_texts *t = r->texts;
	struct span *s = &r->ev->params[i];
	uint8_t *p = bytes_of(r, *s);
	enum text_use use = type == PT_FSPATH || type == PT_FSRELPATH ? USE_PATH : use_of(r->ev, i);

	if (!s->n)
		return;
	if (use == USE_ENV)
		redact_env(t, p, s->n);
	else if (use == USE_ARGS)
		redact_args(t, exe_of(r->ev), p, s->n);
	else if (use == USE_PATH || (use == USE_EXE && memchr(p, '/', s->n)))
		redact_path_from(t, base_of(r, i), p, s->n);
	else if (use == USE_USER)
		redact_user(t, p, span_cstr(*s).n);
	else if (use == USE_TEXT && type == PT_BYTEBUF)
		redact_data(r, s);
	else
		redact_text(t, p, s->n);
}

/* Where the addresses are behind the family, and the path of unix sockets. */
static void redact_socket(struct record *r, struct span s, bool tuple)
{
	uint8_t family = s.n ? s.p[0] : 0;
	size_t ip = family == ADDR_INET ? 4 : family == ADDR_INET6 ? 16 : 0;
	size_t path = tuple ? 17 : 1;
	uint8_t *p = bytes_of(r, s);

	if (family == ADDR_UNIX && s.n > path)
		redact_path(r->texts, p + path, s.n - path);
	for (size_t at = 1; ip && at + ip <= s.n; at += ip + 2) {
		if (ip == 4)
			redact_ip4(r->texts, p + at);
		else
			redact_ip6(r->texts, p + at);
	}
	if (!ip && family != ADDR_UNIX && s.n)
		wipe(r, span_of(s.p + 1, s.n - 1));
}

/* An address, alone or with something short behind it. */
static void redact_address(struct record *r, struct span s)
{
	if (s.n >= 16)
		redact_ip6(r->texts, bytes_of(r, s));
	else if (s.n >= 4)
		redact_ip4(r->texts, bytes_of(r, s));
}

/* A value whose type is that of a variant, which its first byte tells. */
static void redact_variant(struct record *r, uint32_t i, const struct param_info *info)
{
	struct span *s = &r->ev->params[i];
	const struct dyn_table *dyn = info->dyn;
	struct span value;
	uint8_t type;

	if (!s->n)
		return;
	value = span_of(s->p + 1, s->n - 1);
	type = dyn && s->p[0] < dyn->n ? dyn->variants[s->p[0]].type : PT_NONE;
	if (param_width(type) && value.n == param_width(type))
		return;
	if (type == PT_CHARBUF)
		redact_text(r->texts, bytes_of(r, value), value.n);
	else if (type != PT_BYTEBUF)
		wipe(r, value);
	else if (r->texts->rules->payload[SOURCE_OTHER] != PAYLOAD_KEEP) {
		wipe(r, value);
		r->texts->counts[REDACT_PAYLOAD]++;
	}
}

static void redact_param(struct record *r, uint32_t i, const struct param_info *info)
{
	struct span *s = &r->ev->params[i];

	switch (info->type) {
	case PT_CHARBUF:
	case PT_BYTEBUF:
	case PT_CHARBUFARRAY:
	case PT_CHARBUF_PAIR_ARRAY:
	case PT_FSPATH:
	case PT_FSRELPATH:
		redact_words(r, i, info->type);
		break;
	case PT_SOCKADDR:
	case PT_SOCKTUPLE:
		redact_socket(r, *s, info->type == PT_SOCKTUPLE);
		break;
	case PT_IPV4ADDR:
	case PT_IPV6ADDR:
	case PT_IPADDR:
	case PT_IPV4NET:
	case PT_IPV6NET:
	case PT_IPNET:
		redact_address(r, *s);
		break;
	case PT_DYN:
		redact_variant(r, i, info);
		break;
	case PT_FDLIST: /* numbers */
		break;
	default:
		/* A number; longer than one is something else. */
		if (!param_width(info->type) || s->n > param_width(info->type))
			wipe(r, *s);
	}
}

void redact_event(struct redact_texts *t, struct event *ev, uint8_t *base, const struct moment *m,
	const struct state *st)
{
	struct record r = {t, ev, base, m, st};
	uint32_t known = ev->info ? MIN(ev->nparams, ev->info->nparams) : 0;


	/* exe is looked at for the arguments behind it: from the last to the first. */
	for (uint32_t i = known; i-- > 0;)
		redact_param(&r, i, &ev->info->params[i]);
	for (uint32_t i = known; i < ev->nparams; i++)
		wipe(&r, ev->params[i]);
}
