/* SPDX-License-Identifier: MIT */
/* Calls about files: opening, their names, links, rights, folders. */
#include "truth/truth.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static char data[256];

/* O_CREAT with what scap files call the rest. */
static void open_them(void)
{
	struct open_how how = {.flags = O_RDWR | O_CREAT | O_CLOEXEC,
		.mode = 0600,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH};
	int fd;

	T(openat, (AT_FDCWD, "one", O_CREAT | O_RDWR | O_EXCL, 0640),
		"dirfd=AT_FDCWD\tname=one\tflags=O_EXCL|O_CREAT|O_RDWR|O_F_CREATED\tmode=0640");
	fd = (int)got;
	T(openat, (AT_FDCWD, "one", O_CREAT | O_RDWR | O_EXCL, 0640),
		"dirfd=AT_FDCWD\tname=one\tmode=0640");
	T(openat, (AT_FDCWD, "missing", O_WRONLY | O_APPEND, 0777),
		"name=missing\tflags=O_APPEND|O_WRONLY\tmode=0");
	T(openat, (77, "missing", O_RDONLY, 0), "dirfd=77\tname=missing\tflags=O_RDONLY");
	T(openat2, (AT_FDCWD, "two", &how, sizeof(how)),
		"dirfd=AT_FDCWD\tname=two\tmode=0600\tresolve=RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS");
	T(openat2, (AT_FDCWD, "two", &how, 1L), "dirfd=AT_FDCWD\tname=two");
	T(close, (4), "fd=4");
	T(openat, (AT_FDCWD, ".", O_TMPFILE | O_WRONLY, 0611), "name=.\tmode=0611");
	T(close, (4), "fd=4");
	T(close, (4), "fd=4");
#ifdef SYS_open
	T(open, ("three", O_CREAT | O_WRONLY | O_TRUNC | O_NONBLOCK, 0604),
		"name=three\tflags=O_TRUNC|O_NONBLOCK|O_CREAT|O_WRONLY|O_F_CREATED\tmode=0604");
	T(open, ("three", O_CREAT | O_RDWR, 0604), "name=three\tflags=O_CREAT|O_RDWR\tmode=0604");
	T(close, (5), "fd=5");
	T(open, ("no/where", O_RDONLY | O_DIRECTORY, 0),
		"name=no/where\tflags=O_DIRECTORY|O_RDONLY\tmode=0");
	T(creat, ("four", 0651), "name=four\tmode=0651");
	T(creat, ("", 0651), "name=\tmode=0651");
	T(close, (5), "fd=5");
	T(close, (4), "fd=4");
#endif
	T(lseek, (fd, -4L, SEEK_END), "fd=%d\toffset=-4\twhence=SEEK_END", fd);
	T(lseek, (fd, 6L, SEEK_SET), "fd=%d\toffset=6\twhence=SEEK_SET", fd);
	T(lseek, (88, 1L, SEEK_CUR), "fd=88\toffset=1\twhence=SEEK_CUR");
	T(fcntl, (fd, F_SETFD, 1L), "fd=%d\tcmd=F_SETFD\targ=1", fd);
	T(fcntl, (fd, F_DUPFD_CLOEXEC, 50L), "fd=%d\tcmd=F_DUPFD_CLOEXEC\targ=50", fd);
	T(fcntl, (77, F_GETFL, 0L), "fd=77\tcmd=F_GETFL\targ=0");
	T(ioctl, (fd, FIONREAD, data), "fd=%d\trequest=541B\targument=%lX", fd,
		(unsigned long)data);
	T(ioctl, (77, TCGETS, 0L), "fd=77\trequest=5401\targument=0");
	T(flock, (fd, LOCK_EX | LOCK_NB), "fd=%d\toperation=LOCK_EX|LOCK_NB", fd);
	T(flock, (fd, 0), "fd=%d\toperation=0", fd);
	T(dup, (fd), "oldfd=%d", fd);
	T(dup, (77), "oldfd=77");
	T(dup3, (fd, 51, O_CLOEXEC), "oldfd=%d\tnewfd=51\tflags=O_CLOEXEC", fd);
	T(dup3, (fd, fd, 0), "oldfd=%d\tnewfd=%d\tflags=0", fd, fd);
#ifdef SYS_dup2
	T(dup2, (fd, 52), "oldfd=%d\tnewfd=52", fd);
	T(dup2, (77, 52), "oldfd=77\tnewfd=52");
#endif
	T(close_range, (50, 60, 0), "first=50\tlast=60\tflags=0");
	T(close_range, (60, 50, 4), "first=60\tlast=50\tflags=CLOSE_RANGE_CLOEXEC");
	T(ftruncate, (fd, 3L), "");
}

static void use_handles(void)
{
	struct {
		struct file_handle h;
		char bytes[64];
	} handle = {.h.handle_bytes = 64};
	int mount = 0;

	T(name_to_handle_at, (AT_FDCWD, "one", &handle, &mount, 0), "");
	if (got == 0) {
		T(open_by_handle_at, (AT_FDCWD, &handle, O_RDONLY),
			"mountfd=AT_FDCWD\tflags=O_RDONLY");
		T(close, (4), "fd=4");
	}
	T(open_by_handle_at, (77, &handle, O_WRONLY), "mountfd=77\tflags=O_WRONLY\tpath=<NA>");
}

void truth_files(void)
{
	struct stat st;

	open_them();
	use_handles();
	T(fstat, (3, &st), "fd=3");
	T(fstat, (77, &st), "fd=77");
	T(newfstatat, (AT_FDCWD, "..", &st, AT_SYMLINK_NOFOLLOW),
		"dirfd=AT_FDCWD\tpath=..\tflags=AT_SYMLINK_NOFOLLOW");
	T(newfstatat, (3, "", &st, AT_EMPTY_PATH), "dirfd=3\tflags=AT_EMPTY_PATH");
	T(newfstatat, (AT_FDCWD, 1L, &st, 0), "dirfd=AT_FDCWD\tpath=<NA>\tflags=0");
#ifdef SYS_stat
	T(stat, ("/etc", &st), "path=/etc");
	T(stat, ("", &st), "path=");
	T(lstat, ("/etc", &st), "path=/etc");
	T(lstat, ("nothing", &st), "path=nothing");
	T(access, ("one", R_OK | W_OK), "name=one\tmode=R_OK|W_OK");
	T(access, ("nothing", F_OK), "name=nothing\tmode=F_OK");
#endif
	T(getcwd, (data, sizeof(data)), "path=%s", data);
	T(getcwd, (data, 1L), "path=<NA>");
}

static void use_folders(void)
{
	int dir;

	T(mkdirat, (AT_FDCWD, "dir", 0711), "dirfd=AT_FDCWD\tpath=dir\tmode=1C9");
	T(mkdirat, (AT_FDCWD, "dir", 0711), "dirfd=AT_FDCWD\tpath=dir\tmode=1C9");
	T(openat, (AT_FDCWD, "dir", O_RDONLY | O_DIRECTORY, 0),
		"name=dir\tflags=O_DIRECTORY|O_RDONLY");
	dir = (int)got;
	T(mkdirat, (dir, "sub", 0700), "dirfd=%d\tpath=sub\tmode=1C0", dir);
#ifdef SYS_mkdir
	T(mkdir, ("dir/sub2", 0700), "path=dir/sub2\tmode=1C0");
	T(mkdir, ("no/dir", 0700), "path=no/dir\tmode=1C0");
	T(rmdir, ("dir/sub2"), "path=dir/sub2");
	T(rmdir, ("dir"), "path=dir");
	T(getdents, (dir, data, sizeof(data)), "fd=%d", dir);
	T(getdents, (3, data, sizeof(data)), "fd=3");
#endif
	T(getdents64, (dir, data, sizeof(data)), "fd=%d", dir);
	T(getdents64, (77, data, sizeof(data)), "fd=77");
	T(chdir, ("dir"), "path=dir");
	T(chdir, ("nowhere"), "path=nowhere");
	T(fchdir, (dir), "fd=%d", dir);
	T(fchdir, (3), "fd=3");
	T(chdir, (".."), "path=..");
	T(unlinkat, (dir, "sub", AT_REMOVEDIR), "dirfd=%d\tname=sub\tflags=AT_REMOVEDIR", dir);
	T(unlinkat, (AT_FDCWD, "dir", 0), "dirfd=AT_FDCWD\tname=dir\tflags=0");
	T(close, (dir), "fd=%d", dir);
}

static void use_links(void)
{
	T(linkat, (AT_FDCWD, "one", AT_FDCWD, "one.link", 0),
		"olddir=AT_FDCWD\toldpath=one\tnewdir=AT_FDCWD\tnewpath=one.link\tflags=0");
	T(linkat, (77, "one", AT_FDCWD, "x", AT_SYMLINK_FOLLOW),
		"olddir=77\toldpath=one\tnewdir=AT_FDCWD\tnewpath=x\tflags=AT_SYMLINK_FOLLOW");
	T(symlinkat, ("one", AT_FDCWD, "one.sym"),
		"target=one\tlinkdirfd=AT_FDCWD\tlinkpath=one.sym");
	T(symlinkat, ("one", AT_FDCWD, "one"), "target=one\tlinkdirfd=AT_FDCWD\tlinkpath=one");
	T(renameat2, (AT_FDCWD, "two", AT_FDCWD, "one", RENAME_NOREPLACE),
		"olddirfd=AT_FDCWD\toldpath=two\tnewdirfd=AT_FDCWD\tnewpath=one\tflags=RENAME_"
		"NOREPLACE");
	T(renameat2, (AT_FDCWD, "two", AT_FDCWD, "one", RENAME_EXCHANGE),
		"olddirfd=AT_FDCWD\toldpath=two\tnewdirfd=AT_FDCWD\tnewpath=one\tflags=RENAME_"
		"EXCHANGE");
#ifdef SYS_renameat
	T(renameat, (77, "two", AT_FDCWD, "two.2"),
		"olddirfd=77\toldpath=two\tnewdirfd=AT_FDCWD\tnewpath=two.2");
	T(renameat, (AT_FDCWD, "two", AT_FDCWD, "two.2"),
		"olddirfd=AT_FDCWD\toldpath=two\tnewdirfd=AT_FDCWD\tnewpath=two.2");
#endif
#ifdef SYS_rename
	T(rename, ("two.2", "two"), "oldpath=two.2\tnewpath=two");
	T(rename, ("two.2", "two"), "oldpath=two.2\tnewpath=two");
	T(link, ("two", "two.link"), "oldpath=two\tnewpath=two.link");
	T(link, ("two", "two.link"), "oldpath=two\tnewpath=two.link");
	T(symlink, ("a target", "two.sym"), "target=a target\tlinkpath=two.sym");
	T(symlink, ("a target", "two.sym"), "target=a target\tlinkpath=two.sym");
	T(unlink, ("two.sym"), "path=two.sym");
	T(unlink, ("two.sym"), "path=two.sym");
	T(readlink, ("one.sym", data, sizeof(data)), "");
#endif
	T(readlinkat, (AT_FDCWD, "one.sym", data, sizeof(data)), "");
}

static void use_rights(void)
{
	T(fchmod, (3, S_IFREG | 0600), "fd=3\tmode=0600");
	T(fchmod, (77, 0600), "fd=77\tmode=0600");
	T(fchmodat, (AT_FDCWD, "one", 0755), "dirfd=AT_FDCWD\tfilename=one\tmode=0755");
	T(fchownat, (AT_FDCWD, "one", -1, -1, AT_SYMLINK_NOFOLLOW),
		"dirfd=AT_FDCWD\tpathname=one\tuid=-1\tgid=-1\tflags=AT_SYMLINK_NOFOLLOW");
	T(fchmodat, (77, "one", 0755), "dirfd=77\tfilename=one\tmode=0755");
	T(fchownat, (77, "one", 7, 8, AT_EMPTY_PATH),
		"dirfd=77\tpathname=one\tuid=7\tgid=8\tflags=AT_EMPTY_PATH");
	T(fchown, (3, -1, -1), "fd=3\tuid=-1\tgid=-1");
	T(fchown, (77, 7, 8), "fd=77\tuid=7\tgid=8");
#ifdef SYS_chmod
	T(chmod, ("one", 04711), "filename=one\tmode=04711");
	T(chmod, ("nothing", 0711), "filename=nothing\tmode=0711");
	T(chown, ("nothing", 7, 8), "path=nothing\tuid=7\tgid=8");
	T(chown, ("one", -1, -1), "path=one\tuid=-1\tgid=-1");
	T(lchown, ("one.sym", -1, -1), "path=one.sym\tuid=-1\tgid=-1");
	T(lchown, ("nothing", 7, 8), "path=nothing\tuid=7\tgid=8");
#endif
	T(mknodat, (AT_FDCWD, "fifo", S_IFIFO | 0640, 0),
		"dirfd=AT_FDCWD\tpath=fifo\tmode=010640\tdev=0");
	T(mknodat, (AT_FDCWD, "fifo", S_IFCHR | 0640, makedev(1, 3)),
		"dirfd=AT_FDCWD\tpath=fifo\tmode=020640\tdev=259");
#ifdef SYS_mknod
	T(mknod, ("fifo2", S_IFIFO | 0600, 0), "path=fifo2\tmode=010600\tdev=0");
	T(mknod, ("no/fifo", S_IFIFO | 0600, 0), "path=no/fifo");
	T(mknod, ("one", 0600, 0), "path=one\tmode=0100600\tdev=0");
#endif
	T(utimensat, (AT_FDCWD, "one", NULL, 0), "");
	T(faccessat, (AT_FDCWD, "one", R_OK), "");
	T(statx, (AT_FDCWD, "one", 0, 0, data), "");
}

void truth_names(void)
{
	use_folders();
	use_links();
	use_rights();
}
