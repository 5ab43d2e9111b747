/* SPDX-License-Identifier: MIT */
/* Memory, semaphores, modules, the system as a whole. */
#include "truth/truth.h"

#include <fcntl.h>
#include <linux/quota.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/stat.h>

void truth_memory(void)
{
	unsigned long p;

	T(mmap, (NULL, 8192L, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L),
		"addr=0\tlength=8192\tprot=PROT_READ|PROT_WRITE\tflags=MAP_PRIVATE|MAP_"
		"ANONYMOUS\tfd=-1\toffset=0");
	p = (unsigned long)got;
	T(mmap, (NULL, 0L, PROT_READ, MAP_SHARED, 3, 4096L),
		"addr=0\tlength=0\tprot=PROT_READ\tflags=MAP_SHARED\tfd=3\toffset=4096");
	T(mprotect, (p, 4096L, PROT_READ | PROT_EXEC),
		"addr=%lX\tlength=4096\tprot=PROT_READ|PROT_EXEC", p);
	T(mprotect, (1L, 4096L, PROT_NONE), "addr=1\tlength=4096\tprot=PROT_NONE");
	T(mlock, (p, 4096L), "addr=%lX\tlen=4096", p);
	T(mlock2, (p, 4096L, 1), "addr=%lX\tlen=4096\tflags=MLOCK_ONFAULT", p);
	T(munlock, (p, 4096L), "addr=%lX\tlen=4096", p);
	T(mlockall, (64), "flags=64");
	T(mlock, (1L, 4096L), "addr=1\tlen=4096");
	T(mlock2, (p, 4096L, 8), "addr=%lX\tlen=4096\tflags=8", p);
	T(munlock, (1L, 4096L), "addr=1\tlen=4096");
	T(mlockall, (MCL_CURRENT | MCL_ONFAULT),
		"flags=MCL_CURRENT|MCL_ONFAULT");
	T(munlockall, (), "");
	T(madvise, (p, 4096L, MADV_DONTNEED), "");
	T(mremap, (p, 8192L, 4096L, 0L, 0L), "");
	T(munmap, (p, 8192L), "addr=%lX\tlength=8192", p);
	T(munmap, (1L, 8192L), "addr=1\tlength=8192");
	T(brk, (0L), "addr=0");
}

static void use_semaphores(void)
{
	struct sembuf ops[2] = {{0, 2, IPC_NOWAIT}, {1, -1, SEM_UNDO}};
	int id;

	T(semget, (IPC_PRIVATE, 2, IPC_CREAT | 0600), "key=0\tnsems=2\tsemflg=IPC_CREAT");
	id = (int)got;
	T(semop, (id, ops, 1L),
		"nsops=1\tsem_num_0=0\tsem_op_0=2\tsem_flg_0=IPC_NOWAIT\tsem_num_1=0\tsem_op_1="
		"0\tsem_flg_1=0\tsemid=%d",
		id);
	ops[1].sem_flg = IPC_NOWAIT;
	T(semop, (id, ops, 2L),
		"nsops=2\tsem_op_0=2\tsem_num_1=1\tsem_op_1=-1\tsem_flg_1=IPC_NOWAIT\tsemid=%d",
		id);
	T(semctl, (id, 0, GETVAL, 5), "semid=%d\tsemnum=0\tcmd=GETVAL\tval=0", id);
	T(semctl, (-1, 0, SETVAL, 5), "semid=-1\tsemnum=0\tcmd=SETVAL\tval=5");
	T(semget, (0x7e57, 1, 0), "key=7E57\tnsems=1\tsemflg=0");
	T(semctl, (id, 1, SETVAL, 6), "semid=%d\tsemnum=1\tcmd=SETVAL\tval=6", id);
	T(semctl, (id, 0, IPC_RMID, 0), "semid=%d\tsemnum=0\tcmd=IPC_RMID\tval=0", id);
}

/* What nobody else notices, once mounts are our own. */
static void use_own_namespaces(void)
{
	int fd;

	T(mount, (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL),
		"dev=<NA>\tdir=/\ttype=<NA>\tflags=REC|PRIVATE");
	if (got < 0)
		return;
	T(mkdirat, (AT_FDCWD, "mounted", 0700), "path=mounted");
	T(mount, ("none", "mounted", "tmpfs", MS_NOEXEC, "size=64k"),
		"dev=none\tdir=mounted\ttype=tmpfs\tflags=NOEXEC");
	T(umount2, ("mounted", UMOUNT_NOFOLLOW), "name=mounted\tflags=NOFOLLOW");
	T(chroot, ("/"), "path=/");
	T(openat, (AT_FDCWD, "/proc/self/ns/net", O_RDONLY, 0), "flags=O_RDONLY");
	fd = (int)got;
	T(setns, (fd, CLONE_NEWNET), "fd=%d\tnstype=CLONE_NEWNET", fd);
	T(close, (fd), "fd=%d", fd);
	T(fsopen, ("tmpfs", 0), "");
	fd = (int)got;
	T(fsconfig, (fd, 1, "size", "64k", 0),
		"fd=%d\tcmd=FSCONFIG_SET_STRING\tkey=size\tvalue_bytebuf=NULL\tvalue_charbuf=64k\taux=0",
		fd);
	T(close, (fd), "fd=%d", fd);
}

static void use_mounts(void)
{
	T(umount2, ("nowhere", MNT_DETACH), "name=nowhere\tflags=DETACH");
	T(mount, ("none", "nowhere", "tmpfs", 0xc0ed0000L | MS_NOSUID | MS_NODEV, "size=1m"),
		"dev=none\tdir=nowhere\ttype=tmpfs\tflags=NOSUID|NODEV");
	T(mount, (NULL, "nowhere", NULL, MS_BIND, NULL),
		"dev=<NA>\tdir=nowhere\ttype=<NA>\tflags=BIND");
	T(fsconfig, (77, 1, "source", "value", 0),
		"fd=77\tcmd=FSCONFIG_SET_STRING\tkey=source\tvalue_charbuf=value\taux=0");
	T(fsconfig, (77, 2, "binary", "\1\2\3", 3),
		"fd=77\tcmd=FSCONFIG_SET_BINARY\tkey=binary\taux=3");
	T(chroot, ("nowhere"), "path=nowhere");
	T(setns, (77, CLONE_NEWNET), "fd=77\tnstype=CLONE_NEWNET");
	T(unshare, (1), "flags=0");
	T(unshare, (CLONE_NEWNET | CLONE_NEWNS), "flags=CLONE_NEWNET|CLONE_NEWNS");
	if (got == 0)
		use_own_namespaces();
}

static void use_quotas(void)
{
	struct {
		uint64_t limits[8];
		uint32_t valid;
	} q = {{11, 12, 13, 14, 15, 16, 17, 18}, 1 | 2 | 16};

	T(quotactl, (QCMD(Q_QUOTAON, USRQUOTA), "/dev/none", 4, "a.file"),
		"special=/dev/"
		"none\tquotafilepath=a.file\tdqb_bhardlimit=0\tcmd=Q_QUOTAON\ttype=USRQUOTA\tid="
		"0\tquota_fmt=QFMT_VFS_V1");
	T(quotactl, (QCMD(Q_SETQUOTA, GRPQUOTA), "/dev/none", 77, &q),
		"special=/dev/"
		"none\tquotafilepath=<NA>\tdqb_bhardlimit=11\tdqb_bsoftlimit=12\tdqb_curspace="
		"13\tdqb_ihardlimit=0\tdqb_isoftlimit=0\tdqb_btime=17\tdqb_itime=0\tcmd=Q_"
		"SETQUOTA\ttype=GRPQUOTA\tid=77\tquota_fmt=QFMT_NOT_USED\tquota_fmt_out=QFMT_NOT_"
		"USED\tdqi_flags=0");
	T(quotactl, (QCMD(Q_GETQUOTA, USRQUOTA), "/dev/none", 7, &q),
		"dqb_bhardlimit=0\tcmd=Q_GETQUOTA\tid=7");
	q.limits[0] = 5, q.limits[1] = 6, q.limits[2] = 1 | 7ull << 32;
	T(quotactl, (QCMD(Q_SETINFO, USRQUOTA), "/dev/none", 0, &q),
		"dqi_bgrace=5\tdqi_igrace=6\tdqi_flags=V1_DQF_RSQUASH\tcmd=Q_SETINFO\tid=0");
	T(quotactl, (QCMD(Q_SYNC, USRQUOTA), NULL, 0, NULL), "special=<NA>\tcmd=Q_SYNC");
}

void truth_system(void)
{
	use_semaphores();
	use_mounts();
	use_quotas();
	T(init_module, ("image", 5L, "args=1"), "img=image\tlength=5\tuargs=args=1");
	T(finit_module, (3, "a=2", 1), "fd=3\tuargs=a=2\tflags=MODULE_INIT_IGNORE_MODVERSIONS");
	T(delete_module, ("no_module", O_NONBLOCK), "name=no_module\tflags=O_NONBLOCK");
	T(keyctl, (99, 0L, 0L, 0L, 0L), "");
	T(uname, (16L), "");
	T(sysinfo, (16L), "");
	T(sched_yield, (), "");
	T(getrandom, (16L, 4L, 0), "");
}
