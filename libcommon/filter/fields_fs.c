/* SPDX-License-Identifier: MIT */
/*
 * Fields of the files that successful calls name, whatever the parameters are called: a row per type
 * of event says which parameters hold the paths. 0, the result, stands for none.
 */
#include "filter/fields_priv.h"

#include "base/path.h"

#define FD_CWD (-100)

struct paths {
	uint16_t type;
	uint8_t name, source, target; /* numbers of parameters */
	bool fd;                      /* the name is that of the descriptor */
};

/* clang-format off */
static const struct paths rows[] = {
	{PPME_SYSCALL_OPEN_X,       1, 0, 0, false},
	{PPME_SYSCALL_CREAT_X,      1, 0, 0, false},
	{PPME_SYSCALL_OPENAT_2_X,   2, 0, 0, false},
	{PPME_SYSCALL_OPENAT2_X,    2, 0, 0, false},
	{PPME_SYSCALL_MKDIR_2_X,    1, 0, 0, false},
	{PPME_SYSCALL_MKDIRAT_X,    2, 0, 0, false},
	{PPME_SYSCALL_RMDIR_2_X,    1, 0, 0, false},
	{PPME_SYSCALL_UNLINK_2_X,   1, 0, 0, false},
	{PPME_SYSCALL_UNLINKAT_2_X, 2, 0, 0, false},
	{PPME_SYSCALL_CHMOD_X,      1, 0, 0, false},
	{PPME_SYSCALL_FCHMOD_X,     0, 0, 0, true},
	{PPME_SYSCALL_FCHMODAT_X,   2, 0, 0, false},
	{PPME_SYSCALL_CHOWN_X,      1, 0, 0, false},
	{PPME_SYSCALL_LCHOWN_X,     1, 0, 0, false},
	{PPME_SYSCALL_FCHOWN_X,     0, 0, 0, true},
	{PPME_SYSCALL_FCHOWNAT_X,   2, 0, 0, false},
	{PPME_SYSCALL_QUOTACTL_X,   1, 0, 0, false},
	{PPME_SYSCALL_UMOUNT_X,     1, 0, 0, false},
	{PPME_SYSCALL_UMOUNT_1_X,   1, 0, 0, false},
	{PPME_SYSCALL_UMOUNT2_X,    1, 0, 0, false},
	{PPME_SYSCALL_RENAME_X,     0, 1, 2, false},
	{PPME_SYSCALL_RENAMEAT_X,   0, 2, 4, false},
	{PPME_SYSCALL_RENAMEAT2_X,  0, 2, 4, false},
	{PPME_SYSCALL_LINK_2_X,     0, 2, 1, false},
	{PPME_SYSCALL_LINKAT_2_X,   0, 4, 2, false},
	{PPME_SYSCALL_SYMLINK_X,    0, 2, 1, false},
	{PPME_SYSCALL_SYMLINKAT_X,  0, 3, 1, false},
	{PPME_SYSCALL_MOUNT_X,      0, 1, 2, false},
};
/* clang-format on */

/* What a field shows: which path, and whether as it was given. */
enum {
	PATH_NAME = 0,
	PATH_SOURCE = 1,
	PATH_TARGET = 2,
	PATH_RAW = 4,
};

static const struct paths *row_of(unsigned kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].type == kind)
			return &rows[i];
	return NULL;
}

static uint8_t param_of(const struct paths *row, size_t at)
{
	switch (at & ~(size_t)PATH_RAW) {
	case PATH_SOURCE:
		return row->source;
	case PATH_TARGET:
		return row->target;
	default:
		return row->name;
	}
}

/* The directory that a relative path is seen from: that of the parameter's dirfd, else the cwd. */
static struct span base_of(const struct view *v, const struct param_info *info)
{
	const struct thread *owner = view_main(v);
	const struct fd *fd;
	int64_t dirfd = FD_CWD;

	if (info->type == PT_FSRELPATH && !event_i64(view_event(v), (uint32_t)info->dirfd, &dirfd))
		return span_str("<UNKNOWN>");
	if (dirfd == FD_CWD)
		return owner ? owner->p.cwd : span_of(NULL, 0);
	fd = state_fd(v->params.st, view_thread(v), dirfd);
	return fd ? fd->m.name : span_str("<UNKNOWN>");
}

PUT(path)
{
	const struct event *ev = view_event(v);
	const struct paths *row = row_of(ev->type);
	uint8_t i = row ? param_of(row, r->field->at) : 0;
	const struct fd *fd = v->params.m->entry;
	int64_t res;
	struct span path;

	if (!row || !view_thread(v) || !event_i64(ev, 0, &res) || res < 0)
		return false;
	if (row->fd && fd && !(r->field->at & ~(size_t)PATH_RAW)) {
		param_put_text(&v->params, fd->m.name, b);
		return true;
	}
	path = event_str(ev, i);
	if (!i || !path.n)
		return false;
	/* What is mounted need not be a path. */
	if (r->field->at & PATH_RAW || (ev->type == PPME_SYSCALL_MOUNT_X && i == row->source)) {
		param_put_text(&v->params, path, b);
		return true;
	}
	buf_clear(v->params.scratch);
	path_join(v->params.scratch, base_of(v, &ev->info->params[i]), path);
	param_put_text(&v->params, buf_view(v->params.scratch), b);
	return true;
}

static enum presence scope_path(const struct field_ref *r, unsigned kind)
{
	const struct paths *row = row_of(kind);

	if (!row)
		return ABSENT;
	return param_of(row, r->field->at) || (row->fd && !(r->field->at & ~(size_t)PATH_RAW))
		       ? VARIES
		       : ABSENT;
}

#define ROW(name, at, help) \
	{"fs.path." name, PT_CHARBUF, VF_NA, FA_NONE, FIELD_STATE, scope_path, NULL, put_path, NULL, at, help}

/* clang-format off */
const struct field fields_fs[] = {
	ROW("name",      PATH_NAME,              "the file a call is about"),
	ROW("nameraw",   PATH_NAME | PATH_RAW,   "the file a call is about, as the program gave it"),
	ROW("source",    PATH_SOURCE,            "the file that is renamed, linked or mounted"),
	ROW("sourceraw", PATH_SOURCE | PATH_RAW, "the file that is renamed, linked or mounted, as the program gave it"),
	ROW("target",    PATH_TARGET,            "where a file is renamed, linked or mounted to"),
	ROW("targetraw", PATH_TARGET | PATH_RAW, "where a file is renamed, linked or mounted to, as the program gave it"),
	{.name = NULL},
};
/* clang-format on */
