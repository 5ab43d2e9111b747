/* SPDX-License-Identifier: MIT */
/* What an event changes: the row of its type, and what the functions in the rows work on. */
#ifndef STATE_RULES_H
#define STATE_RULES_H

#include "state/state_priv.h"

/* A record on its way into the state. */
struct change {
	struct state *st;
	const struct event *ev;
	const struct event *enter; /* the enter record, if the rule looks at it, or NULL */
	bool paired;               /* an exit record whose enter record was seen */
	uint64_t enter_ts;
	struct thread *thread;     /* NULL when unknown; rules may find or make it */
	struct thread *owner;      /* who has its descriptors */
	int64_t res;               /* of exit records: parameter res or fd */
	int64_t fd;                /* the descriptor the record works on, then the one it made */
	struct fd *entry;
	const struct container *container; /* that the record tells of */
};

enum rule_flag {
	RULE_OK = 1,     /* only for calls that did not fail */
	RULE_THREAD = 2, /* only when the thread is known */
	RULE_FD = 4,     /* only when the descriptor is known; the enter record may name it */
	RULE_ENTER = 8,  /* needs parameters of the enter record, where the exit record lacks them */
};

struct rule {
	void (*run)(struct change *c, uint8_t arg);
	uint8_t arg;   /* which variant of it */
	uint8_t flags; /* enum rule_flag */
};

/* Works out what all types mean for state_apply. */
void kinds_make(struct kind kinds[EVENT_TYPES]);

/*
 * calls.c. Enter records are kept, exit records find theirs: c->fd, c->enter and the like are set.
 */
void call_enter(struct change *c, const struct kind *k);
void call_exit(struct change *c, const struct kind *k);

/*
 * calls.c. A parameter by name: of the record when it has it, else of its enter record. Numbers:
 * returns whether it is there; else *v stays. Texts: up to the first NUL; empty when missing.
 */
bool change_i64(const struct change *c, const char *name, int64_t *v);
bool change_u64(const struct change *c, const char *name, uint64_t *v);
bool change_u32(const struct change *c, const char *name, uint32_t *v);
struct span change_text(const struct change *c, const char *name);
struct span change_bytes(const struct change *c, const char *name);

/* The same of one event alone. */
struct span event_text(const struct event *ev, const char *name);

/* Whether a path was recorded; old recorders have a word for one that could not be read. */
static inline bool path_is_given(struct span path)
{
	return path.n && !span_eq(path, span_str("<NA>")) && !span_eq(path, span_str("(NULL)"));
}

/* What the functions in the rows are, by the file they stand in. */
typedef void rule_fn(struct change *c, uint8_t arg);

/* rules_proc.c */
rule_fn rule_clone, rule_exec, rule_procexit;

/* rules_file.c */
rule_fn rule_open, rule_close, rule_close_range, rule_dup, rule_fcntl, rule_pair, rule_create;
rule_fn rule_bpf_old, rule_pidfd_getfd;

/* rules_net.c */
rule_fn rule_socket, rule_bind, rule_aim, rule_connect, rule_accept, rule_send, rule_receive;
rule_fn rule_getsockopt;

/* rules_attr.c */
rule_fn rule_chdir, rule_fchdir, rule_getcwd, rule_chroot, rule_uid, rule_gid, rule_setsid;
rule_fn rule_capset, rule_newuser, rule_prctl, rule_rlimit, rule_prlimit;
rule_fn rule_faults, rule_memory;

/* rules_world.c */
rule_fn rule_user, rule_container, rule_container_json, rule_async;

/* Variants, the arguments of some of them. */
enum {
	OPEN_CWD,  /* path seen from the cwd */
	OPEN_AT,   /* from parameter dirfd */
	OPEN_ROOT, /* absolute */
};
enum {
	CLONE_PLAIN,
	CLONE_VFORK_CALL,
};
enum {
	USER_ADDED,
	USER_GONE,
	GROUP_ADDED,
	GROUP_GONE,
};

#endif
