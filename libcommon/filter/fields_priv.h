/* SPDX-License-Identifier: MIT */
/* What the files with the functions of the fields share. */
#ifndef FILTER_FIELDS_PRIV_H
#define FILTER_FIELDS_PRIV_H

#include "filter/parts.h"

/* Start the definition of a field's function; not all of them look at all arguments. */
#define GET(what)                                                                                  \
	static bool get_##what(                                                                    \
		const struct view *v UNUSED, struct field_ref *r UNUSED, struct value *value UNUSED)
#define PUT(what)                                                                                  \
	static bool put_##what(                                                                    \
		const struct view *v UNUSED, struct field_ref *r UNUSED, struct buf *b UNUSED)
#define NEXT(what)                                                                                 \
	static bool next_##what(const struct view *v UNUSED, struct field_ref *r UNUSED,           \
		uint64_t *pos UNUSED, struct value *value UNUSED)

/* The ends of those functions. */
static inline bool give_int(int64_t i, struct value *value)
{
	*value = value_int(i);
	return true;
}

static inline bool give_uint(uint64_t u, struct value *value)
{
	*value = value_uint(u);
	return true;
}

static inline bool give_bool(bool b, struct value *value)
{
	*value = value_bool(b);
	return true;
}

static inline bool give_text(struct span s, struct value *value)
{
	*value = value_text(s);
	return true;
}

/* A text of the capture, of which an empty one counts as missing. */
static inline bool give_known(struct span s, struct value *value)
{
	*value = value_text(s);
	return s.n > 0;
}

/* A name of ours, if there is one. */
static inline bool give_name(const char *name, struct value *value)
{
	if (name)
		*value = value_text(span_str(name));
	return name != NULL;
}

/* Scopes, for the rows. */
field_scope scope_any;      /* every record */
field_scope scope_event;    /* every event */
field_scope scope_type;     /* every event; the value depends on its type alone */
field_scope scope_name;     /* the same, but generic events carry a name */
field_scope scope_category; /* the same, but for events that read and write */
field_scope scope_fd;       /* events about a descriptor */
field_scope scope_param;    /* events with the parameter that the argument names */
field_scope scope_result;   /* events with a result: evt.res */
field_scope scope_exit;     /* exit records */
field_scope scope_packet;   /* packets */

/* Whether an event of this type is about a descriptor at all. */
static inline bool type_about_fd(const struct event_info *info)
{
	return info && info->flags & (EF_CREATES_FD | EF_DESTROYS_FD | EF_USES_FD);
}

/* Whether the first parameter of events of a type is the result of the call. */
bool type_has_result(unsigned kind);

/* What the call returned. Returns whether the event says so. */
bool event_result(const struct event *ev, int64_t *res);

/* The main thread of the event's process, which has its descriptors; NULL when unknown. */
static inline const struct thread *view_main(const struct view *v)
{
	return view_thread(v) ? state_main(v->params.st, view_thread(v)) : NULL;
}

/* The descriptor of an event that is about one; NULL when nothing is known of it. */
static inline const struct fd *view_fd(const struct view *v)
{
	return type_about_fd(view_event(v)->info) && view_thread(v) ? v->params.m->entry : NULL;
}

/* fields_ancestor.c: the command line of a thread, "NAME ARG ARG". */
void put_command_line(const struct view *v, const struct thread *t, struct span first,
	struct buf *b);

/* fields_ancestor.c: the value of a variable in an environment. Returns whether it is there. */
bool env_find(struct span env, struct span name, struct span *value);

/* The tables, by class. */
extern const struct field fields_evt[], fields_evt_time[], fields_evt_arg[], fields_evt_open[];
extern const struct field fields_proc[], fields_ancestor[], fields_thread[];
extern const struct field fields_user[], fields_group[];
extern const struct field fields_fd[], fields_sock[], fields_fdlist[], fields_fs[];
extern const struct field fields_container[], fields_k8s[];
extern const struct field fields_frame[], fields_packet[], fields_sysdig[], fields_util[];

#endif
