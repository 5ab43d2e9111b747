/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "tools/scapedit/select.h"

static struct select ranges(const char *a, const char *b, const char *c)
{
	const char *texts[] = {a, b, c};
	struct select s = {0};
	struct err err = {0};

	for (size_t i = 0; i < ARRAY_SIZE(texts) && texts[i]; i++)
		cr_assert_eq(select_add_range(&s, texts[i], &err), 0, "%s", err.text);
	select_ready(&s);
	return s;
}

/* Which of the events 1 to n are kept, as a string of 'k' and '.'. */
static const char *kept(const struct select *s, uint64_t n, char *to)
{
	struct selection sel = {.what = s};

	for (uint64_t i = 1; i <= n; i++)
		to[i - 1] = selection_event(&sel, i, 1000 + i, true) ? 'k' : '.';
	to[n] = '\0';
	return to;
}

Test(edit_select, ranges_in_any_order_may_overlap)
{
	char text[16];
	struct select s = ranges("8-", "2-3", "3-5");

	cr_expect_str_eq(kept(&s, 9, text), ".kkkk..kk");
	s.drop = true;
	cr_expect_str_eq(kept(&s, 9, text), "k....kk..");
	select_release(&s);
	s = ranges("-3", "4-5", NULL);
	cr_expect_eq(s.n, 1, "neighbours are one range");
	cr_expect_str_eq(kept(&s, 7, text), "kkkkk..");
	select_release(&s);
}

Test(edit_select, nothing_asked_for_keeps_everything)
{
	struct select s = {0};
	struct selection sel = {.what = &s};

	cr_expect(selection_rest(&sel));
	cr_expect(selection_event(&sel, 1, 0, true));
	cr_expect(selection_packet(&sel, 0, true));
	cr_expect_not(selection_over(&sel));
}

Test(edit_select, knows_when_the_last_range_is_passed)
{
	struct select s = ranges("2-3", NULL, NULL);
	struct selection sel = {.what = &s};

	cr_expect_not(selection_event(&sel, 1, 1, true));
	cr_expect(selection_event(&sel, 2, 1, true));
	cr_expect_not(selection_events_over(&sel));
	cr_expect(selection_event(&sel, 3, 1, true));
	cr_expect(selection_events_over(&sel));
	cr_expect(selection_packet(&sel, 1, true), "packets have no number");
	cr_expect_not(selection_over(&sel));
	s.only = SELECT_EVENTS;
	cr_expect(selection_over(&sel));
	select_release(&s);
}

Test(edit_select, knows_when_the_rest_is_kept)
{
	struct select s = ranges("3-", NULL, NULL);
	struct selection sel = {.what = &s};

	cr_expect_not(selection_rest(&sel));
	cr_expect_not(selection_event(&sel, 1, 1, true));
	cr_expect_not(selection_rest(&sel));
	cr_expect_not(selection_event(&sel, 2, 1, true));
	cr_expect_not(selection_rest(&sel), "lists may hold more than is reached");
	s.state = SELECT_STATE_ALL;
	cr_expect(selection_rest(&sel));
	select_release(&s);
}

Test(edit_select, times_are_half_open)
{
	struct select s = {.from = {true, false, 20}, .until = {true, false, 40}};
	struct selection sel = {.what = &s};

	cr_expect_not(selection_event(&sel, 1, 19, true));
	cr_expect(selection_event(&sel, 2, 20, true));
	cr_expect_not(selection_event(&sel, 3, 40, true));
	cr_expect(selection_event(&sel, 4, 39, true), "a capture need not be in order");
	cr_expect_not(selection_packet(&sel, 41, true));
	cr_expect_not(selection_events_over(&sel));
}

Test(edit_select, relative_times_start_at_the_first_record_with_a_time)
{
	struct select s = {.from = {true, true, 5}};
	struct selection sel = {.what = &s};

	cr_expect_not(selection_packet(&sel, 100, true));
	cr_expect_not(selection_event(&sel, 1, 104, true));
	cr_expect(selection_event(&sel, 2, 105, true));
}

Test(edit_select, records_without_a_time_go_with_the_one_before)
{
	struct select s = {.from = {true, false, 20}};
	struct selection sel = {.what = &s};

	cr_expect_not(selection_event(&sel, 1, 0, true));
	cr_expect_eq(sel.untimed, 1, "left out, and that is known");
	cr_expect(selection_event(&sel, 2, 25, true));
	cr_expect(selection_event(&sel, 3, 0, true));
	cr_expect(selection_packet(&sel, 0, true));
	cr_expect_eq(sel.untimed, 1);
}

Test(edit_select, counts_events_and_packets)
{
	struct select s = ranges("2-", NULL, NULL);
	struct selection sel = {.what = &s};

	s.count = 2;
	cr_expect_not(selection_event(&sel, 1, 1, true));
	cr_expect(selection_packet(&sel, 1, true));
	cr_expect(selection_event(&sel, 2, 1, true));
	cr_expect(selection_over(&sel));
	cr_expect_not(selection_event(&sel, 3, 1, true));
	cr_expect_not(selection_packet(&sel, 1, true));
	select_release(&s);
}

static uint64_t time_of(const char *text)
{
	struct select_time t = {0};
	struct err err = {0};

	cr_assert_eq(select_parse_time(text, &t, &err), 0, "%s: %s", text, err.text);
	cr_expect(t.given);
	cr_expect_eq(t.relative, text[0] == '+');
	return t.ns;
}

Test(edit_select, times_are_read)
{
	setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
	tzset();
	cr_expect_eq(time_of("1700000000.25"), 1700000000250000000u);
	cr_expect_eq(time_of("2023-11-14T22:13:20Z"), 1700000000000000000u);
	cr_expect_eq(time_of("2023-11-14 22:13:20.000000001Z"), 1700000000000000001u);
	cr_expect_eq(time_of("2023-11-14T17:13:20"), 1700000000000000000u, "local time");
	cr_expect_eq(time_of("2023-07-14T18:13:20"), 1689372800000000000u, "summer time");
	cr_expect_eq(time_of("2023-11-14"), 1699938000000000000u, "midnight");
	cr_expect_eq(time_of("2023-11-14T23:13:20+01:00"), 1700000000000000000u);
	cr_expect_eq(time_of("+5s"), 5000000000u);
	cr_expect_eq(time_of("+2m"), 120000000000u);
	cr_expect_eq(time_of("+200ms"), 200000000u);
	cr_expect_eq(time_of("+0.5"), 500000000u);
}

Test(edit_select, wrong_times_are_refused)
{
	static const char *const wrong[] = {"", "x", "-5", "5s", "+", "+s", "+5x", "2023-11",
		"2023-13-14T00:00:00", "99999999999", "2023-11-14T22:13:20X", "2023-11-14T22:13:20.Z",
		"1600-01-01T00:00:00Z"};
	struct select_time t;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct err err = {0};

		cr_expect_eq(select_parse_time(wrong[i], &t, &err), -1, "'%s'", wrong[i]);
		cr_expect_eq(err.code, ERR_USAGE, "'%s'", wrong[i]);
	}
}
