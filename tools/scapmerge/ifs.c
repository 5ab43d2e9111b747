/* SPDX-License-Identifier: MIT */
/* Two interfaces are one if the bodies of their blocks are: type, limit and all options. */
#include "tools/scapmerge/ifs.h"

#include "tools/scapmerge/seen.h"

struct place {
	size_t at, n;
	uint32_t id;
};

void ifs_init(struct ifs *ifs, enum ifs_share share)
{
	*ifs = (struct ifs){.share = share};
	map_init(&ifs->known, sizeof(struct place));
}

void ifs_release(struct ifs *ifs)
{
	buf_release(&ifs->bodies);
	map_release(&ifs->known);
}

int ifs_number(struct ifs *ifs, struct span body, uint32_t *id, struct err *err)
{
	struct place *p;

	*id = ifs->n;
	if (ifs->share == IFS_SHARE_ANY) {
		p = map_put(&ifs->known, seen_key(body));
		if (!p)
			return err_memory(err);
		if (p->n && span_eq(span_of(ifs->bodies.p + p->at, p->n), body)) {
			*id = p->id;
			return 0;
		}
		*p = (struct place){ifs->bodies.n, body.n, ifs->n};
		buf_span(&ifs->bodies, body);
		if (ifs->bodies.failed)
			return err_memory(err);
	}
	ifs->n++;
	return 1;
}
