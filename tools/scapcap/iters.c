/* SPDX-License-Identifier: MIT */
/*
 * They are an object of their own, since older kernels take them only in part or not at all: what a kernel
 * refuses is left out, and /proc tells it. An iterator that is opened reads without any rights, but
 * only once; a capture asks once.
 */
#include "tools/scapcap/iters.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "iters.skel.h"

#define PIECE (32u << 10) /* the kernel gives no more at once */

struct iters {
	int fds[ITERS];
};

/* What may be had, the best first. */
static const struct load {
	bool tasks, files, paths;
} loads[] = {
	{true, true, true}, {true, true, false}, {true, false, false}, {false, true, false}};

static struct iters_bpf *load(const struct load *what)
{
	struct iters_bpf *bpf = iters_bpf__open();

	if (!bpf)
		return NULL;
	bpf_program__set_autoload(bpf->progs.list_tasks, what->tasks);
	bpf_program__set_autoload(bpf->progs.list_files, what->files);
	bpf->rodata->with_paths = what->paths;
	if (iters_bpf__load(bpf) == 0)
		return bpf;
	iters_bpf__destroy(bpf);
	return NULL;
}

/* What is opened stays when its program is let go. */
static int open_iterator(const struct bpf_program *prog)
{
	struct bpf_link *link = bpf_program__autoload(prog) ? bpf_program__attach_iter(prog, NULL) : NULL;
	int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1;

	bpf_link__destroy(link);
	return fd;
}

struct iters *iters_new(void)
{
	struct iters *its = calloc(1, sizeof(*its));
	struct iters_bpf *bpf = NULL;

	if (!its)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(loads) && !bpf; i++)
		bpf = load(&loads[i]);
	its->fds[ITER_TASKS] = bpf ? open_iterator(bpf->progs.list_tasks) : -1;
	its->fds[ITER_FILES] = bpf ? open_iterator(bpf->progs.list_files) : -1;
	iters_bpf__destroy(bpf);
	if (iters_has(its, ITER_TASKS) || iters_has(its, ITER_FILES))
		return its;
	iters_free(its);
	return NULL;
}

void iters_free(struct iters *its)
{
	for (int i = 0; its && i < ITERS; i++)
		if (its->fds[i] >= 0)
			close(its->fds[i]);
	free(its);
}

bool iters_has(const struct iters *its, enum iter iter)
{
	return its && its->fds[iter] >= 0;
}

bool iters_read(struct iters *its, enum iter iter, struct buf *to)
{
	ssize_t got;

	buf_clear(to);
	if (!iters_has(its, iter))
		return false;
	do {
		uint8_t *at = buf_reserve(to, PIECE);

		got = at ? read(its->fds[iter], at, PIECE) : -1;
		if (got > 0)
			to->n += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EAGAIN));
	close(its->fds[iter]);
	its->fds[iter] = -1;
	return got == 0;
}
