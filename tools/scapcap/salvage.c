/* SPDX-License-Identifier: MIT */
/*
 * Blocks say how long they are, so a file is gone through by their heads. Only what was written since
 * the file was last known to be whole is looked at, however long it is.
 */
#include "tools/scapcap/salvage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/endian.h"
#include "pcapng/pcapng.h"
#include "pcapng/writer.h"
#include "scap/event.h"

_Static_assert(SALVAGE_HEAD == WRITER_BODY + sizeof(uint16_t) + sizeof(uint32_t),
	"the processor and the flags stand in front of the event");

bool salvage_shown(struct span head)
{
	const struct block_info *info = block_info(load_u32(head.p, HOST_BIG));

	if (info->kind != BLOCK_EVENT || head.n < SALVAGE_HEAD)
		return false;
	return !(info->version & EVB_FLAGS) ||
	       !(load_u32(head.p + WRITER_BODY + sizeof(uint16_t), HOST_BIG) & EVENT_HIDDEN);
}

/* Returns where the last whole block ends. */
static uint64_t walk(int fd, uint64_t at, uint64_t size, uint64_t *events)
{
	uint8_t head[SALVAGE_HEAD];

	while (at < size) {
		ssize_t n = pread(fd, head, sizeof(head), (off_t)at);
		uint32_t len = n < PCAPNG_OVERHEAD ? 0 : load_u32(head + 4, HOST_BIG);

		if (len < PCAPNG_OVERHEAD || len > size - at)
			break;
		*events += salvage_shown(span_of(head, (size_t)n));
		at += len;
	}
	return at;
}

uint64_t salvage_file(const char *path, uint64_t from)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	uint64_t events = 0, end, size;
	struct stat st;

	if (fd < 0)
		return 0;
	size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	if (from < size) {
		end = walk(fd, from, size, &events);
		if (end < size && ftruncate(fd, (off_t)end) < 0)
			events = 0;
	}
	close(fd);
	return events;
}
