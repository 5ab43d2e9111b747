/* SPDX-License-Identifier: MIT */
/*
 * Reading a file twice is worth it only if it has such packets. A plain file tells by its end, where
 * they stand: blocks can be walked from behind. A packed one would have to be unpacked: that is done
 * when it is small.
 */
#include "tools/scapcat/late.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/endian.h"
#include "pcapng/pcap.h"
#include "pcapng/pcapng.h"

#define PACKED_MOST (16 << 20) /* bytes */
#define TAIL_MOST   64         /* blocks looked at from the end */

struct late {
	struct src *src;
	struct reader *reader;
	struct late_watch watch;
	struct packet packet;
	uint64_t frame;
	bool over;
};

/* --- which files ---------------------------------------------------------------------------- */

struct tail {
	int fd;
	off_t end; /* of the block to be looked at */
	bool big;
};

/* The block that ends at t->end. Returns whether it could be read. */
static bool tail_back(struct tail *t, uint32_t *type)
{
	uint8_t raw[4];
	uint32_t n;

	if (t->end < (off_t)PCAPNG_OVERHEAD || pread(t->fd, raw, 4, t->end - 4) != 4)
		return false;
	n = load_u32(raw, t->big);
	if (n < PCAPNG_OVERHEAD || n % 4 || (off_t)n > t->end ||
		pread(t->fd, raw, 4, t->end - (off_t)n) != 4)
		return false;
	t->end -= (off_t)n;
	*type = load_u32(raw, t->big);
	return true;
}

/*
 * Whether a file ends like one whose last section has the packets: with packets, perhaps names and
 * such behind them, and perhaps one event as a mark. A file with a damaged end may.
 */
static bool ends_with_packets(struct tail *t)
{
	unsigned events = 0;

	for (unsigned i = 0; i < TAIL_MOST; i++) {
		uint32_t type;

		if (!tail_back(t, &type))
			return true;
		switch (block_info(type)->kind) {
		case BLOCK_PACKET:
			return true;
		case BLOCK_EVENT:
			if (++events > 1)
				return false;
			break;
		case BLOCK_SECTION:
		case BLOCK_MACHINE:
		case BLOCK_PROCLIST:
		case BLOCK_FDLIST:
		case BLOCK_IFLIST:
		case BLOCK_USERLIST:
			return false;
		default:
			break;
		}
	}
	return false;
}

static bool is_worth_it(int fd)
{
	struct stat st;
	uint8_t head[12];
	bool big, nsec;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || pread(fd, head, sizeof(head), 0) != sizeof(head))
		return false;
	if (load_u32(head, false) == BT_SHB) {
		big = load_u32(head + 8, true) == PCAPNG_MAGIC;
		return ends_with_packets(&(struct tail){fd, st.st_size, big});
	}
	return !pcap_magic(span_of(head, 4), &big, &nsec) && st.st_size <= PACKED_MOST;
}

/* --- their packets -------------------------------------------------------------------------- */

/* A section turns out to be one of events. */
static void begin_group(struct late_watch *w)
{
	w->group += w->met;
	w->met = false;
}

void late_watch(struct late_watch *w, const struct block *b)
{
	switch (b->info->kind) {
	case BLOCK_SECTION:
		w->earlier |= w->events;
		w->events = w->lists = w->packets = false;
		break;
	case BLOCK_MACHINE:
	case BLOCK_PROCLIST:
	case BLOCK_FDLIST:
	case BLOCK_IFLIST:
	case BLOCK_USERLIST:
		w->lists = true;
		begin_group(w);
		break;
	case BLOCK_EVENT:
		w->events = true;
		if (!w->packets) /* else it may be but a mark behind them */
			begin_group(w);
		break;
	case BLOCK_PACKET:
		w->packets = true;
		w->met |= late_here(w);
		break;
	default:
		break;
	}
}

struct late *late_new(struct src *src)
{
	struct late *l = calloc(1, sizeof(*l));
	struct err err = {0};

	if (!l) {
		src_close(src);
		return NULL;
	}
	l->src = src;
	l->reader = reader_new(src, &err);
	if (l->reader)
		late_next(l);
	if (!l->reader || l->over) {
		late_close(l);
		return NULL;
	}
	return l;
}

const char *late_again(const char *path)
{
	if (strcmp(path, "-") != 0)
		return path;
	/* A file as standard input, of which nothing was read yet, can be opened by this name. */
	return lseek(STDIN_FILENO, 0, SEEK_CUR) == 0 ? "/dev/stdin" : NULL;
}

struct late *late_open(const char *path)
{
	static const struct src_opts opts = {.wanted = reader_wants};
	bool worth_it;
	struct err err = {0};
	struct src *src;
	int fd;

	path = late_again(path);
	fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	if (fd < 0)
		return NULL;
	worth_it = is_worth_it(fd);
	close(fd);
	src = worth_it ? src_open(path, &opts, &err) : NULL;
	return src ? late_new(src) : NULL;
}

void late_close(struct late *l)
{
	if (!l)
		return;
	reader_free(l->reader);
	src_close(l->src);
	free(l);
}

void late_next(struct late *l)
{
	struct err err = {0};
	struct block b;

	while (reader_next(l->reader, &b, &err) > 0) {
		late_watch(&l->watch, &b);
		l->frame += b.info->kind == BLOCK_EVENT || b.info->kind == BLOCK_PACKET;
		if (b.info->kind == BLOCK_PACKET && late_here(&l->watch) &&
			packet_decode(&l->packet, &b, l->reader, &err) == 0)
			return;
		err_clear(&err);
	}
	l->over = true;
}

const struct packet *late_packet(const struct late *l)
{
	return l->over ? NULL : &l->packet;
}

uint64_t late_frame(const struct late *l)
{
	return l->frame;
}

unsigned late_group(const struct late *l)
{
	return l->watch.group;
}
