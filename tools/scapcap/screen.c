/* SPDX-License-Identifier: MIT */
/* A filter that nothing can pass would make an empty file after a long wait: it is refused. */
#include "tools/scapcap/screen.h"

#include "cli/msg.h"

bool screen_records(const struct screen *s, const struct options *o, uint16_t type)
{
	bool wanted;

	switch (type) {
	case PPME_PROCEXIT_1_E:
		wanted = choose_wants_exits(&o->choice);
		break;
	case PPME_SCHEDSWITCH_6_E:
		wanted = o->switches;
		break;
	case PPME_SIGNALDELIVER_E:
		wanted = o->signals;
		break;
	case PPME_PAGE_FAULT_E:
		wanted = o->faults;
		break;
	case PPME_CONTAINER_JSON_2_E:
		wanted = !o->no_containers;
		break;
	default:
		wanted = false;
	}
	return wanted && filter_kind(s->keep, type) != FILTER_NO;
}

static bool records_something(const struct screen *s, const struct options *o)
{
	for (uint32_t nr = 0; nr <= MAX_CALLS; nr++)
		if (choose_wants(&o->choice, nr))
			return true;
	for (uint16_t type = 0; type < EVENT_TYPES; type++)
		if (screen_records(s, o, type))
			return true;
	return false;
}

int screen_open(struct screen *s, struct options *o)
{
	struct err err = {0};
	int status = OPTS_GO;

	*s = (struct screen){.hit = false};
	if (o->asked.filter)
		status = asked_compile(&o->asked, o->asked.filter, &s->keep);
	if (status == OPTS_GO && o->trigger)
		status = asked_compile(&o->asked, o->trigger, &s->trigger);
	if (status != OPTS_GO || !s->keep)
		return status;
	if (push_filter(&s->push, &o->choice, s->keep, o->pairs, &err) < 0) {
		msg_err(NULL, &err);
		return STATUS_DATA;
	}
	if (!o->explain && !records_something(s, o))
		return msg_usage("nothing that is recorded can pass the filter (--explain says more)");
	o->switches = screen_records(s, o, PPME_SCHEDSWITCH_6_E);
	o->signals = screen_records(s, o, PPME_SIGNALDELIVER_E);
	o->faults = screen_records(s, o, PPME_PAGE_FAULT_E);
	return OPTS_GO;
}

void screen_release(struct screen *s)
{
	filter_free(s->keep);
	filter_free(s->trigger);
	push_release(&s->push);
}

int screen_sieve(struct screen *s, struct sieve **sieve, struct err *err)
{
	const struct sieve_opts opts = {
		.keep = s->keep, .trigger = s->trigger, .push = &s->push, .hit = &s->hit};

	*sieve = NULL;
	if (!s->keep && !s->trigger)
		return 0;
	*sieve = sieve_new(&opts, err);
	return *sieve ? 0 : -1;
}
