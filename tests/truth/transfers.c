/* SPDX-License-Identifier: MIT */
/* Calls that read and write, of files and of pipes. */
#include "truth/truth.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

static char data[256];

static void read_and_write(void)
{
	struct iovec v[3] = {{(void *)(uintptr_t) "hel", 3}, {(void *)(uintptr_t) "lo, ", 4},
		{(void *)(uintptr_t) "you", 3}};
	struct iovec in[2] = {{data, 4}, {data + 100, 3}};

	T(ftruncate, (3, 0L), "");
	T(lseek, (3, 0L, SEEK_SET), "fd=3\toffset=0");
	T(write, (3, "0123456789", 10L), "data=0123456789\tfd=3\tsize=10");
	T(write, (77, "lost", 4L), "data=lost\tfd=77\tsize=4");
	T(write, (3, 16L, 4L), "data=NULL\tfd=3\tsize=4");
	T(pread64, (3, data, 5L, 2L), "data=%.5s\tfd=3\tsize=5\tpos=2", data);
	T(pread64, (3, data, 5L, -1L), "data=NULL\tfd=3\tsize=5\tpos=-1");
	T(pwrite64, (3, "abc", 3L, 7L), "data=abc\tfd=3\tsize=3\tpos=7");
	T(pwrite64, (77, "abc", 3L, 7L), "data=abc\tfd=77\tsize=3\tpos=7");
	T(lseek, (3, 0L, SEEK_SET), "fd=3\toffset=0");
	T(read, (3, data, 20L), "data=%.*s\tfd=3\tsize=20", (int)got, data);
	T(read, (3, data, 20L), "data=NULL\tfd=3\tsize=20");
	T(read, (77, data, 20L), "data=NULL\tfd=77\tsize=20");
	T(writev, (3, v, 3), "data=hello, you\tfd=3\tsize=10");
	T(writev, (77, v, 2), "data=hello, \tfd=77\tsize=7");
	T(pwritev, (3, v, 2, 1L, 0L), "data=hello, \tfd=3\tsize=7\tpos=1");
	T(lseek, (3, 0L, SEEK_SET), "fd=3\toffset=0");
	T(readv, (3, in, 2), "size=7\tdata=%.4s%.3s\tfd=3", data, data + 100);
	T(readv, (77, in, 2), "size=0\tdata=NULL\tfd=77");
	T(preadv, (3, in, 2, 1L, 0L), "size=7\tdata=%.4s%.3s\tfd=3\tpos=1", data, data + 100);
	T(pwrite64, (3, "ends", 4L, 1000L), "data=ends\tfd=3\tsize=4\tpos=1000");
	T(preadv, (3, in, 2, 999L, 0L), "size=5\tdata=.ends\tfd=3\tpos=999");
	T(preadv, (77, in, 2, 1L, 0L), "size=0\tdata=NULL\tfd=77\tpos=1");
	T(pwritev, (77, v, 2, 1L, 0L), "data=hello, \tfd=77\tsize=7\tpos=1");
	T(writev, (3, 8L, 2), "data=NULL\tfd=3\tsize=0");
}

static void copy(void)
{
	int64_t at = 2, to = 0;
	int fds[2] = {0}, out;

	T(openat, (AT_FDCWD, "copy", O_CREAT | O_RDWR, 0600), "name=copy\tmode=0600");
	out = (int)got;
	T(sendfile, (out, 3, &at, 5L), "offset=~\tout_fd=%d\tin_fd=3\tsize=5", out);
	T(sendfile, (77, 3, NULL, 5L), "offset=0\tout_fd=77\tin_fd=3\tsize=5");
	at = 1;
	T(copy_file_range, (3, &at, out, &to, 4L, 0), "fdout=%d\toffout=~\tfdin=3\toffin=~\tlen=4",
		out);
	T(copy_file_range, (3, NULL, 77, NULL, 4L, 0),
		"fdout=77\toffout=0\tfdin=3\toffin=0\tlen=4");
	T(pipe2, (fds, O_NONBLOCK | O_CLOEXEC), "fd1=%d\tfd2=%d\tflags=O_NONBLOCK|O_CLOEXEC",
		fds[0], fds[1]);
	T(pipe2, (fds, 1), "fd1=-1\tfd2=-1");
	T(splice, (3, NULL, fds[1], NULL, 6L, 1), "fd_in=3\tfd_out=%d\tsize=6\tflags=SPLICE_F_MOVE",
		fds[1]);
	T(splice, (77, NULL, fds[1], NULL, 6L, 2),
		"fd_in=77\tfd_out=%d\tsize=6\tflags=SPLICE_F_NONBLOCK", fds[1]);
	T(read, (fds[0], data, 3L), "data=%.*s\tfd=%d\tsize=3", got > 0 ? (int)got : 0, data,
		fds[0]);
	T(read, (fds[0], data, 30L), "fd=%d\tsize=30", fds[0]);
	T(read, (fds[0], data, 30L), "fd=%d\tsize=30", fds[0]);
#ifdef SYS_pipe
	T(pipe, (fds), "fd1=%d\tfd2=%d", fds[0], fds[1]);
	T(pipe, (8L), "fd1=-1\tfd2=-1");
	T(close, (fds[0]), "fd=%d", fds[0]);
	T(write, (fds[1], "", 0L), "data=NULL\tfd=%d\tsize=0", fds[1]);
#endif
	T(close_range, (4, 60, 0), "first=4\tlast=60\tflags=0");
}

void truth_transfers(void)
{
	read_and_write();
	copy();
}
