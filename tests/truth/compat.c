/* SPDX-License-Identifier: MIT */
/*
 * Calls as 32-bit programs make them, which any program can on x86_64: other numbers, other
 * registers, and what they point to within the first 4 GiB and laid out otherwise.
 */
#include "truth/truth.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#ifdef __x86_64__

struct vector32 {
	uint32_t base, len;
};

struct message32 {
	uint32_t name, namelen, vectors, nvectors, control, controllen, flags, len;
};

/* All that calls point to. */
static struct memory {
	char path[16], text[16], missing[16];
	char in[32];
	struct vector32 v[2], all;
	struct message32 m[2], one;
	uint32_t pair[2], words[6], time[2], argv[3], envp[2];
	int64_t offset;
} * mem;

#define AT(member) ((uint32_t)(uintptr_t)&mem->member)

static long call32(uint32_t nr, const uint32_t *a)
{
	long result = nr;

	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 : "b"((long)a[0]), "c"((long)a[1]), "d"((long)a[2]), "S"((long)a[3]),
			 "D"((long)a[4])
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)result < 0 && (int)result > -4096 ? (int)result : (long)(uint32_t)result;
}

/* T of such a call by its number, as the call that it is recorded as. */
#define T32(name, nr, args, ...)                                                                   \
	do {                                                                                       \
		got = call32(nr, (const uint32_t[5]){ARGS32 args});                                \
		truth_say(#name, got, "" __VA_ARGS__);                                             \
	} while (0)
#define ARGS32(...) __VA_ARGS__

void truth_prepare_compat(void)
{
	int status = -1;
	pid_t pid;

	mem = mmap(NULL, sizeof(*mem), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT | MAP_POPULATE, -1, 0);
	if (mem == MAP_FAILED)
		mem = NULL;
	/* Kernels can do without: then this is the end of the child. */
	pid = fork();
	if (pid == 0) {
		call32(1, (const uint32_t[5]){0});
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		mem = NULL;
	if (!mem)
		return;
	snprintf(mem->path, sizeof(mem->path), "/etc/passwd");
	snprintf(mem->missing, sizeof(mem->missing), "/nonexistent");
	snprintf(mem->text, sizeof(mem->text), "message");
	mem->v[0] = (struct vector32){AT(text), 4};
	mem->v[1] = (struct vector32){AT(text[4]), 3};
	mem->all = (struct vector32){AT(in), 20};
	mem->m[0] = mem->m[1] = (struct message32){.vectors = AT(v), .nvectors = 2};
	mem->one = (struct message32){.vectors = AT(all), .nvectors = 1};
	mem->time[1] = 1000000;
	mem->argv[0] = AT(path);
	mem->argv[1] = mem->envp[0] = AT(text);
}

static void use_file(void)
{
	int fd;

	T32(open, 5, (AT(path), O_RDONLY), "name=/etc/passwd\tflags=O_RDONLY\tmode=0");
	fd = (int)got;
	T32(open, 5, (AT(missing), O_RDONLY), "name=/nonexistent\tflags=O_RDONLY\tmode=0");
	T32(read, 3, ((uint32_t)fd, AT(in), 5), "data=root:\tfd=%d\tsize=5", fd);
	T32(pread64, 180, ((uint32_t)fd, AT(in), 7, 4, 1), "fd=%d\tsize=7\tpos=4294967300", fd);
	T32(lseek, 19, ((uint32_t)fd, UINT32_MAX, SEEK_SET), "fd=%d\toffset=-1\twhence=SEEK_SET",
		fd);
	T32(_llseek, 140, ((uint32_t)fd, 1, 2, AT(offset), SEEK_SET),
		"fd=%d\toffset=4294967298\twhence=SEEK_SET", fd);
	T32(lseek, 19, ((uint32_t)fd, 0, SEEK_SET), "fd=%d\toffset=0\twhence=SEEK_SET", fd);
	T32(readv, 145, ((uint32_t)fd, AT(all), 1), "size=20\tfd=%d", fd);
	T32(mmap2, 192, (0, 4096, PROT_READ, MAP_PRIVATE, (uint32_t)fd),
		"addr=0\tlength=4096\tprot=PROT_READ\tflags=MAP_PRIVATE\tfd=%d\tpgoffset=~", fd);
	T32(fcntl64, 221, ((uint32_t)fd, F_GETFD), "fd=%d\tcmd=F_GETFD", fd);
	T32(close, 6, ((uint32_t)fd), "fd=%d", fd);
}

/* By socketcall, which stands for many, and as they are by themselves. */
static void use_sockets(void)
{
	int fd, other;

	memcpy(mem->words, (uint32_t[]){AF_UNIX, SOCK_STREAM, 0, AT(pair)}, 16);
	T32(socketpair, 102, (8, AT(words)), "domain=AF_LOCAL|AF_UNIX\ttype=1\tproto=0");
	fd = (int)mem->pair[0];
	other = (int)mem->pair[1];
	memcpy(mem->words, (uint32_t[]){(uint32_t)fd, AT(text), 7}, 12);
	T32(sendto, 102, (11, AT(words)), "data=message\tfd=%d\tsize=7", fd);
	T32(sendmsg, 370, ((uint32_t)fd, AT(m[0]), 0), "data=message\tfd=%d\tsize=7", fd);
	memcpy(mem->words, (uint32_t[]){(uint32_t)other, AT(in), 7}, 12);
	T32(recvfrom, 102, (12, AT(words)), "data=message\tfd=%d\tsize=7", other);
	T32(recvmsg, 372, ((uint32_t)other, AT(one), 0), "size=7\tdata=message\tfd=%d", other);
	T32(recvmsg, 372, ((uint32_t)other, AT(one), MSG_DONTWAIT), "size=0\tfd=%d", other);
	T32(writev, 146, ((uint32_t)fd, AT(v), 2), "data=message\tfd=%d\tsize=7", fd);
	got = call32(345, (const uint32_t[5]){(uint32_t)fd, AT(m), 2, 0});
	truth_say("sendmmsg", got == 2 ? mem->m[0].len : got, "fd=%d\tsize=7\tdata=message", fd);
	if (got == 2)
		truth_say("sendmmsg+", mem->m[1].len, "fd=%d\tsize=7\tdata=message", fd);
	T32(close, 6, ((uint32_t)fd), "fd=%d", fd);
	T32(close, 6, ((uint32_t)other), "fd=%d", other);
}

void truth_compat(void)
{
	if (!mem)
		return;
	use_file();
	use_sockets();
	T32(nanosleep, 162, (AT(time), 0), "interval=1000000");
	T32(execve, 11, (AT(missing), AT(argv), AT(envp)),
		"exe=/etc/passwd\targs=message.\tenv=message.\tfilename=/nonexistent");
	T32(getuid32, 199, (0), "");
}

#else

void truth_prepare_compat(void)
{
}

void truth_compat(void)
{
}

#endif
