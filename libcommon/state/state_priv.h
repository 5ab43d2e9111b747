/* SPDX-License-Identifier: MIT */
/* What the modules of the state share among themselves, and its limits. */
#ifndef STATE_STATE_PRIV_H
#define STATE_STATE_PRIV_H

#include "base/intern.h"
#include "scap/addr.h"
#include "state/state.h"

/*
 * Limits. What would go beyond them is left out: a capture that is nothing but forks of a process
 * with many descriptors must not take all memory there is.
 */
#define THREADS_MAX    131072 /* as in libsinsp */
#define FDS_MAX        (2u << 20)
#define USERS_MAX      (1u << 20)
#define CONTAINERS_MAX (1u << 16)
#define JSON_MAX       (16u << 20) /* bytes of a container record */
#define ANCESTORS_MAX  64          /* steps of a walk up; parents can be a circle */

#define RECENT_THREADS 16
#define RECENT_EXITS   16
#define KNOWN_CGROUPS  64

/* A clone record about a thread younger than this is about that thread. */
#define CLONE_STALE_NS UINT64_C(2000000000)

/* What is carried out when the next record comes. */
struct pending {
	struct thread *close_owner; /* NULL: nothing was closed */
	int64_t close_fd;
	struct thread *exited; /* NULL: nobody exited */
	int64_t reaper;        /* who gets its children, 0 when the record does not say */
};

/* What applying an event needs to know of its type; made once from the tables. */
struct kind {
	const struct rule *rule; /* NULL: changes nothing */
	uint8_t fd_at;           /* the parameter that is the descriptor it works on, or NO_FD */
	bool enter, exit;        /* of a system call */
	bool has_result;         /* parameter 0 says how the call ended */
	bool about_fd;           /* has fd.* fields */
	bool makes_thread;       /* its thread exists, known or not */
	bool keep_params;        /* enter records: the exit record's rule looks at them */
};
#define NO_FD 255

struct recent_exit {
	int64_t tid;
	uint64_t ts;
};

/* What container_of_cgroups said. */
struct known_cgroups {
	struct span cgroups, id;
};

struct state {
	struct intern *texts;
	struct map threads;         /* struct thread * by tid */
	struct map kin[KIN_LISTS];  /* struct thread *, the first with that ptid or pid */
	struct thread *spare;       /* removed threads, ready to be used again */
	struct thread *recent[RECENT_THREADS]; /* the last one per cpu, more or less */
	struct recent_exit exits[RECENT_EXITS];
	unsigned exits_next;
	size_t nfds;                /* of all threads */
	struct map users;           /* users.c */
	struct map containers;      /* struct container by text_key of the id */
	struct known_cgroups known_cgroups[KNOWN_CGROUPS];
	struct meta_machine machine;
	bool has_machine;
	struct meta_if *ifs;
	size_t nifs, ifs_cap;
	struct pending pending;
	bool unsettled; /* descriptors were loaded since the ends of sockets were put in order */
	bool failed;    /* no memory: something is missing */
	uint64_t now, fds_made; /* time of the last event; id of the last descriptor */
	struct buf text; /* for a name in the making */
	struct event enter; /* calls.c: the enter record of the exit record being applied */
	struct kind kinds[EVENT_TYPES];
};

/* A key for what is known by a text. Two texts can have the same: compare them too. */
uint64_t text_key(struct span s);

/* Carries out what the last record left pending, and puts the ends of loaded sockets in order. */
void state_settle(struct state *st);

/* load.c. The order of the ends of descriptors that were loaded. */
void fds_settle(struct state *st);

/* threads.c. Thread tables of the public header; NULL means unknown, full or without memory. */
struct thread *thread_get(const struct state *st, int64_t tid);
struct thread *thread_of_cpu(struct state *st, int64_t tid, uint16_t cpu);
struct thread *thread_make(struct state *st, int64_t tid); /* a placeholder when it is not known */
void thread_load(struct state *st, const struct meta_proc *p);
void thread_remove(struct state *st, struct thread *t);
void thread_set_pid(struct state *st, struct thread *t, int64_t pid);
void thread_set_ptid(struct state *st, struct thread *t, int64_t ptid);
struct thread *thread_first(const struct state *st, enum thread_kin kin, int64_t id);
struct thread *thread_owner(const struct state *st, struct thread *t); /* has its descriptors */
struct span thread_cwd(const struct state *st, const struct thread *t);
void thread_set_cwd(struct state *st, struct thread *t, struct span path); /* seen from the old */
void thread_set_cgroups(struct state *st, struct thread *t, struct span cgroups);
void thread_inherit(struct state *st, struct thread *t, const struct thread *from);
void thread_exit(struct state *st, struct thread *t, int64_t reaper); /* it is over */
bool thread_exited_lately(const struct state *st, int64_t tid, uint64_t now);
void threads_reset(struct state *st);
void threads_release(struct state *st);

/* fds.c. Descriptors of t itself; pointers are valid until the next one is made or dropped. */
struct fd *fd_get(const struct thread *t, int64_t fd);
struct fd *fd_make(struct state *st, struct thread *t, int64_t fd, uint8_t type); /* anew */
struct fd *fd_copy(struct state *st, const struct fd *from, struct thread *to, int64_t fd);
void fd_drop(struct state *st, struct thread *t, int64_t fd);
void fd_set_name(struct state *st, struct fd *fd, struct span name);
void fds_drop_cloexec(struct state *st, struct thread *t);
void fds_close_range(struct state *st, struct thread *t, uint64_t first, uint64_t last,
	bool at_exec);
void fds_inherit(struct state *st, struct thread *to, const struct thread *from);
void fds_clear(struct state *st, struct thread *t);

/* sockets.c. */
bool fd_is_connection(const struct fd *fd); /* IPv4 or IPv6, not a server's */
void socket_load(struct state *st, struct fd *fd);  /* an entry as it stands in a list */
void socket_settle(struct state *st, struct fd *fd, const uint8_t *server_ports);
void socket_bind(struct state *st, struct fd *fd, const struct addr_tuple *a);
void socket_aim(struct state *st, struct fd *fd, const struct addr_tuple *a); /* connect begins */
void socket_connect(struct state *st, struct fd *fd, const struct addr_tuple *t, bool done);
void socket_accept(struct state *st, struct fd *fd, const struct addr_tuple *t);
void socket_transfer(struct state *st, struct thread *owner, struct fd *fd,
	const struct addr_tuple *t, bool received);

#define PIDFD_PREFIX "/proc/" /* of the name of a pidfd: the process follows */
#define PORT_SET_BYTES (65536 / 8) /* a bit for each port */
/* Of the threads whose descriptors r has reached; NULL: of all. */
void server_ports(const struct state *st, const struct reach *r, uint8_t set[PORT_SET_BYTES]);

/* users.c, containers.c. */
void users_put(struct state *st, struct span container, const struct meta_user *u);
void users_del(struct state *st, struct span container, bool is_group, uint32_t id);
void users_del_all(struct state *st, struct span container);
void users_reset(struct state *st);
struct span users_container(const struct meta_user *u); /* whose user it is; from users_put */
const struct container *containers_put(struct state *st, const struct container *c); /* copies */
void containers_del(struct state *st, struct span id);
void containers_reset(struct state *st);
struct span container_id(struct state *st, struct span cgroups); /* interned both */

#endif
