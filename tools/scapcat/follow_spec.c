/* SPDX-License-Identifier: MIT */
/* The word in front of the first colon says what it is; without one, numbers and addresses do. */
#include "tools/scapcat/follow_spec.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/parse.h"
#include "scap/addr.h"

#define END_MOST 64 /* bytes of an end, as text */

/* --- parsing -------------------------------------------------------------------------------- */

static int parse_port(struct follow_end *e, const char *text, struct err *err)
{
	uint64_t port;

	if (parse_u64(text, 0, UINT16_MAX, &port, err) < 0)
		return -1;
	e->port = (uint16_t)port;
	e->has_port = true;
	return 0;
}

static bool parse_ip(struct follow_end *e, const char *text)
{
	e->v6 = strchr(text, ':') != NULL;
	e->has_ip = inet_pton(e->v6 ? AF_INET6 : AF_INET, text, e->ip) == 1;
	if (e->has_ip && e->v6 && addr_is_v4(e->ip)) {
		addr_to_v4(e->ip);
		e->v6 = false;
	}
	return e->has_ip;
}

static int no_end(const char *text, struct err *err)
{
	return err_set(err, ERR_USAGE, "'%s' is no address or port, nor two of them", text);
}

/* "ADDRESS", "ADDRESS:PORT", "[ADDRESS]:PORT", ":PORT" of whole. text is changed. */
static int parse_end(struct follow_end *e, char *text, const char *whole, struct err *err)
{
	char *port = strrchr(text, ':');
	char *close = strrchr(text, ']');

	/* An IPv6 address without brackets has no port. */
	if (text[0] != '[' && port && strchr(text, ':') != port)
		port = NULL;
	if (close && port && port < close)
		port = NULL;
	if (port) {
		*port = 0;
		if (parse_port(e, port + 1, err) < 0)
			return -1;
	}
	if (text[0] == '[') {
		if (!close || close[1])
			return no_end(whole, err);
		*close = 0;
		text++;
	}
	if (!*text && e->has_port)
		return 0;
	return parse_ip(e, text) ? 0 : no_end(whole, err);
}

static int parse_ends(struct follow_spec *s, const char *text, struct err *err)
{
	const char *dash = strchr(text, '-');
	const char *starts[2] = {text, dash ? dash + 1 : NULL};
	char copy[END_MOST];

	s->kind = FOLLOW_SOCKET;
	for (unsigned i = 0; i < 2 && starts[i]; i++) {
		size_t n = i == 0 && dash ? (size_t)(dash - text) : strlen(starts[i]);

		if (n >= sizeof(copy))
			return no_end(text, err);
		memcpy(copy, starts[i], n);
		copy[n] = 0;
		if (parse_end(&s->ends[s->nends++], copy, text, err) < 0)
			return -1;
	}
	return 0;
}

/* "443" behind "tcp:" is a port. */
static int parse_socket(struct follow_spec *s, const char *text, struct err *err)
{
	s->kind = FOLLOW_SOCKET;
	if (!*text)
		return 0;
	if (strspn(text, "0123456789") != strlen(text))
		return parse_ends(s, text, err);
	return parse_port(&s->ends[s->nends++], text, err);
}

/* "4242:5" */
static int parse_pid_fd(struct follow_spec *s, const char *text, struct err *err)
{
	char pid[24];
	size_t n = strcspn(text, ":");

	if (n >= sizeof(pid))
		return err_set(err, ERR_USAGE, "'%s' is no process id", text);
	memcpy(pid, text, n);
	pid[n] = 0;
	s->kind = FOLLOW_FD;
	if (parse_u64(pid, 1, INT64_MAX, &s->pid, err) < 0)
		return -1;
	return parse_u64(text + n + 1, 0, INT64_MAX, &s->fd, err);
}

/* What is behind "WORD:"; empty for the word alone; NULL for other texts. */
static const char *behind(const char *text, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(text, word, n) != 0 || (text[n] && text[n] != ':'))
		return NULL;
	return text[n] ? text + n + 1 : "";
}

static bool is_pid_fd(const char *text)
{
	size_t pid = strspn(text, "0123456789");

	return pid && text[pid] == ':' && strspn(text + pid + 1, "0123456789") ==
		strlen(text + pid + 1) && text[pid + 1];
}

int follow_spec_parse(struct follow_spec *s, const char *text, struct err *err)
{
	const char *rest;

	*s = (struct follow_spec){.kind = FOLLOW_ALL};
	if (strcmp(text, "all") == 0)
		return 0;
	if ((rest = behind(text, "fd"))) {
		s->kind = FOLLOW_EVENT;
		return parse_u64(rest, 1, UINT64_MAX, &s->event, err);
	}
	if ((rest = behind(text, "pipe"))) {
		s->kind = FOLLOW_PIPE;
		return *rest ? parse_u64(rest, 1, UINT64_MAX, &s->inode, err) : 0;
	}
	if ((rest = behind(text, "tty"))) {
		s->kind = FOLLOW_TTY;
		s->tty = *rest ? rest : NULL;
		return 0;
	}
	if ((rest = behind(text, "tcp"))) {
		s->l4 = L4_TCP;
		return parse_socket(s, rest, err);
	}
	if ((rest = behind(text, "udp"))) {
		s->l4 = L4_UDP;
		return parse_socket(s, rest, err);
	}
	if (is_pid_fd(text))
		return parse_pid_fd(s, text, err);
	if (!strpbrk(text, ".:"))
		return err_set(err, ERR_USAGE,
			"'%s' is none of all, fd:EVENT, PID:FD, ADDRESS:PORT, tcp:, udp:, pipe, tty",
			text);
	return parse_ends(s, text, err);
}

/* --- matching ------------------------------------------------------------------------------- */

int64_t follow_pid(const struct moment *m)
{
	return m->thread && m->thread->p.pid > 0 ? m->thread->p.pid : m->ev->tid;
}

static bool is_end(const struct follow_end *e, bool v6, const uint8_t *ip, uint16_t port)
{
	uint8_t v4[16];

	if (e->has_port && e->port != port)
		return false;
	if (!e->has_ip)
		return true;
	if (v6 && !e->v6 && addr_is_v4(ip)) {
		memcpy(v4, ip, sizeof(v4));
		addr_to_v4(v4);
		return memcmp(e->ip, v4, 4) == 0;
	}
	return e->v6 == v6 && memcmp(e->ip, ip, v6 ? 16 : 4) == 0;
}

static bool is_socket(const struct follow_spec *s, const struct meta_fd *fd)
{
	bool v6 = fd->type == FDT_IPV6_SOCK || fd->type == FDT_IPV6_SERV;
	bool server = fd->type == FDT_IPV4_SERV || fd->type == FDT_IPV6_SERV;
	const struct follow_end *e = s->ends;

	if (!v6 && !server && fd->type != FDT_IPV4_SOCK)
		return false;
	if (s->l4 != L4_UNKNOWN && s->l4 != fd->l4)
		return false;
	if (!s->nends)
		return true;
	if (server)
		return s->nends == 1 && is_end(e, v6, fd->sip, fd->sport);
	if (s->nends == 1)
		return is_end(e, v6, fd->sip, fd->sport) || is_end(e, v6, fd->dip, fd->dport);
	return (is_end(&e[0], v6, fd->sip, fd->sport) && is_end(&e[1], v6, fd->dip, fd->dport)) ||
	       (is_end(&e[1], v6, fd->sip, fd->sport) && is_end(&e[0], v6, fd->dip, fd->dport));
}

static bool is_tty(const struct follow_spec *s, struct span name)
{
	if (!s->tty)
		return span_starts(name, "/dev/tty") || span_starts(name, "/dev/pts/") ||
		       span_eq(name, span_str("/dev/console"));
	if (span_eq(name, span_str(s->tty)))
		return true;
	return span_starts(name, "/dev/") &&
	       span_eq(span_of(name.p + 5, name.n - 5), span_str(s->tty));
}

bool follow_spec_match(const struct follow_spec *s, const struct moment *m)
{
	const struct fd *fd = m->entry;

	switch (s->kind) {
	case FOLLOW_ALL:
		return true;
	case FOLLOW_FD:
		return (uint64_t)m->fd == s->fd && (uint64_t)follow_pid(m) == s->pid;
	case FOLLOW_SOCKET:
		return fd && is_socket(s, &fd->m);
	case FOLLOW_PIPE:
		return fd && fd->m.type == FDT_FIFO && (!s->inode || fd->m.ino == s->inode);
	case FOLLOW_TTY:
		return fd && is_tty(s, fd->m.name);
	default:
		return false;
	}
}

struct span follow_name(const struct fd *fd, char text[FOLLOW_NAME_MAX])
{
	if (fd->m.name.n || fd->m.type != FDT_FIFO || !fd->m.ino)
		return fd->m.name;
	snprintf(text, FOLLOW_NAME_MAX, "pipe:[%" PRIu64 "]", fd->m.ino);
	return span_str(text);
}
