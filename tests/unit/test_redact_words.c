/* SPDX-License-Identifier: MIT */
/* Keys, pseudonyms of words, sets of texts, the rules. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <unistd.h>

#include "tools/scapedit/redact_key.h"
#include "tools/scapedit/redact_residue.h"
#include "tools/scapedit/redact_rules.h"
#include "tools/scapedit/redact_secrets.h"
#include "tools/scapedit/redact_set.h"

/* A file of these bytes; remove it. */
static void temp_file(char *path, const char *text)
{
	FILE *f;
	int fd;

	strcpy(path, "/tmp/scapedit-test-XXXXXX");
	fd = mkstemp(path);
	f = fdopen(fd, "w");
	fputs(text, f);
	fclose(f);
}

static void word(const struct redact_key *k, const char *text, char to[64])
{
	memset(to, 0, 64);
	redact_key_word(k, span_str(text), (uint8_t *)to);
}

Test(redact_key, same_key_same_pseudonym_of_the_same_length)
{
	struct redact_key a, b, other;
	struct err err = {0};
	char path[64], one[64], two[64], three[64];

	temp_file(path, "sixteen bytes and more");
	cr_assert_eq(redact_key_read(&a, path, &err), 0);
	cr_assert_eq(redact_key_read(&b, path, &err), 0);
	cr_assert_eq(redact_key_random(&other, &err), 0);
	unlink(path);
	word(&a, "alice", one);
	word(&b, "alice", two);
	word(&other, "alice", three);
	cr_expect_str_eq(one, two);
	cr_expect_str_neq(one, three);
	cr_expect_str_neq(one, "alice");
	cr_expect_eq(strlen(one), 5);
	cr_expect(isalpha((unsigned char)one[0]));
	word(&a, "alicf", two);
	cr_expect_str_neq(one, two);
}

Test(redact_key, short_keys_are_refused)
{
	struct redact_key k;
	struct err err = {0};
	char path[64];

	temp_file(path, "fifteen bytes..");
	cr_expect_eq(redact_key_read(&k, path, &err), -1);
	cr_expect_eq(err.code, ERR_USAGE);
	unlink(path);
}

Test(redact_key, one_letter_is_never_itself)
{
	struct redact_key k;
	struct err err = {0};

	cr_assert_eq(redact_key_random(&k, &err), 0);
	for (char c = 'a'; c <= 'z'; c++) {
		uint8_t letter = (uint8_t)c;

		redact_key_word(&k, span_of(&letter, 1), &letter);
		cr_expect_neq(letter, c);
		cr_expect(islower(letter));
	}
}

static const char *at(const struct redact_set *s, const char *text, size_t where)
{
	const struct redact_value *v = redact_set_at(s, span_str(text), where);

	return v ? redact_kind_name(v->kind) : "none";
}

Test(redact_set, words_are_bounded_and_fold_secrets_are_not)
{
	struct err err = {0};
	struct redact_set *s = redact_set_new(&err);

	redact_set_add(s, span_str("alice"), REDACT_USER);
	redact_set_add(s, span_str("alice-lab"), REDACT_HOST);
	redact_set_add(s, span_str("hunter22x"), REDACT_SECRET);
	redact_set_add(s, span_str("al"), REDACT_USER); /* too short */
	redact_set_add(s, span_str("ALICE"), REDACT_USER); /* there already */
	cr_expect_eq(redact_set_count(s), 3);
	cr_expect_eq(redact_set_longest(s), 9);
	cr_expect_str_eq(at(s, "/home/alice/x", 6), "user names");
	cr_expect_str_eq(at(s, "Alice_2", 0), "user names");
	cr_expect_str_eq(at(s, "alice2", 0), "none");
	cr_expect_str_eq(at(s, "malice", 1), "none");
	cr_expect_str_eq(at(s, "alice-lab.org", 0), "host names");
	cr_expect_str_eq(at(s, "alice-lab2", 0), "user names");
	cr_expect_str_eq(at(s, "-phunter22xyz", 2), "secrets");
	cr_expect_str_eq(at(s, "HUNTER22X", 0), "none");
	cr_expect_str_eq(at(s, "alic", 0), "none");
	redact_set_free(s);
}

/* More than a chunk in front of it, and once more across the border of two. */
Test(redact_residue, finds_texts_wherever_they_are)
{
	static char bytes[(3u << 20) + 64];
	struct err err = {0};
	struct redact_set *s = redact_set_new(&err);
	struct redact_residue r;
	struct src *src;

	memset(bytes, '.', sizeof(bytes));
	redact_set_add(s, span_str("alice"), REDACT_USER);
	for (size_t k = 0; k < 4; k++)
		memcpy(bytes + (k << 20) + (k ? 1 : 0), "alice", 5);
	memcpy(bytes + 100, "malice", 6);
	src = src_mem(span_of(bytes, sizeof(bytes)), NULL, &err);
	cr_assert_eq(redact_residue_find(s, src, &r, &err), 0);
	cr_expect_eq(r.count, 4);
	cr_expect_eq(r.offset, 0);
	cr_expect(r.first && span_eq(r.first->text, span_str("alice")));
	src_close(src);
	memset(bytes, '.', sizeof(bytes));
	for (size_t k = (1u << 20) - 12; k < (1u << 20) + 24; k += 6)
		memcpy(bytes + k, "alice", 5);
	src = src_mem(span_of(bytes, sizeof(bytes)), NULL, &err);
	cr_assert_eq(redact_residue_find(s, src, &r, &err), 0);
	cr_expect_eq(r.count, 6);
	src_close(src);
	redact_set_free(s);
}

Test(redact_residue, nothing_is_nowhere)
{
	struct err err = {0};
	struct redact_set *s = redact_set_new(&err);
	struct src *src = src_mem(span_of("alice", 5), NULL, &err);
	struct redact_residue r;

	cr_assert_eq(redact_residue_find(s, src, &r, &err), 0);
	cr_expect_eq(r.count, 0);
	src_close(src);
	redact_set_free(s);
}

Test(redact_rules, default_and_what_is_added)
{
	struct redact_rules r = {0};
	struct err err = {0};
	char path[64], item[160];

	temp_file(path, "# of the customer\n\nword acme\n  root = /srv/acme/ \r\nextensions redact\n");
	snprintf(item, sizeof(item), "default,payload=hash,payload.tty=keep,env=all,@%s", path);
	cr_assert_eq(redact_rules_add(&r, item, &err), 0, "%s", err.text);
	cr_assert_eq(redact_rules_add(&r, "users=off", &err), 0);
	unlink(path);
	cr_expect(r.given && !r.users && r.hosts && r.addresses && r.secrets && !r.extensions);
	cr_expect_eq(r.payload[SOURCE_FILE], PAYLOAD_HASH);
	cr_expect_eq(r.payload[SOURCE_TTY], PAYLOAD_KEEP);
	cr_expect_eq(r.env, ENV_ALL);
	cr_assert_eq(r.words.n, 1);
	cr_expect_str_eq(r.words.p[0], "acme");
	cr_assert_eq(r.roots.n, 2);
	cr_expect_str_eq(r.roots.p[1], "/srv/acme");
	redact_rules_release(&r);
}

Test(redact_rules, wrong_ones_say_what_is_wrong)
{
	static const char *const wrong[][2] = {
		{"nosuch=1", "no redaction rule 'nosuch'"},
		{"secrts=on", "no redaction rule 'secrts'; do you mean secrets?"},
		{"root=srv", "redaction rule 'root': 'srv' is not an absolute path"},
		{"payload=maybe", "redaction rule 'payload': 'maybe' is none of its values"},
		{"word=ab", "redaction rule 'word': 'ab' is too short to be looked for"},
		{"word", "redaction rule 'word' needs a value"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct redact_rules r = {0};
		struct err err = {0};

		cr_expect_eq(redact_rules_add(&r, wrong[i][0], &err), -1);
		cr_expect_eq(err.code, ERR_USAGE);
		cr_expect_str_eq(err.text, wrong[i][1]);
		redact_rules_release(&r);
	}
}

Test(redact_rules, roots_end_at_a_slash)
{
	struct redact_rules r = {0};
	struct err err = {0};

	cr_assert_eq(redact_rules_add(&r, "root=/home/shared", &err), 0);
	cr_expect_eq(redact_rules_root(&r, span_str("/home/x"), 0), 5);
	cr_expect_eq(redact_rules_root(&r, span_str("/home/shared/x"), 0), 12);
	cr_expect_eq(redact_rules_root(&r, span_str("/homework"), 0), 0);
	cr_expect_eq(redact_rules_root(&r, span_str("/var/home"), 4), 5);
	cr_expect(redact_rules_keep(&r, span_str("www-data")));
	cr_expect(!redact_rules_keep(&r, span_str("alice")));
	redact_rules_release(&r);
}

Test(redact_secrets, names_of_variables)
{
	static const char *const secret[] = {"DB_PASSWORD", "GITHUB_TOKEN", "API_KEY", "STRIPE_KEY",
		"client_secret", "STATS_AUTH", "AWS_ACCESS_KEY_ID", "db-pass", "MYSQL_PWD"};
	static const char *const plain[] = {"PWD", "OLDPWD", "PATH", "KEYBOARD", "GIT_AUTHOR_NAME",
		"BYPASS", "COMPASS", "MONKEY"};
	struct redact_rules r = {0};
	struct err err = {0};
	struct redact_secrets *s = redact_secrets_new(&r, &err);

	for (size_t i = 0; i < ARRAY_SIZE(secret); i++)
		cr_expect(redact_secrets_name(s, span_str(secret[i])), "%s", secret[i]);
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		cr_expect(!redact_secrets_name(s, span_str(plain[i])), "%s", plain[i]);
	redact_secrets_free(s);
}

Test(redact_secrets, shapes)
{
	static const char *const rows[][2] = {
		{"postgres://bob:s3cr3t@db/x", "bob:s3cr3t"},
		{"https://example.com:80/a@b", NULL},
		{"Authorization: Bearer abc123def456", "abc123def456"},
		{"the bearer authentication", NULL},
		{"id AKIAIOSFODNN7EXAMPLE.", "AKIAIOSFODNN7EXAMPLE"},
		{"t=eyJhbGciOiJI.eyJzdWIi.SflKxw", "eyJhbGciOiJI.eyJzdWIi.SflKxw"},
		{"x ghp_abcdefghijklmnopqrstuvwx", "ghp_abcdefghijklmnopqrstuvwx"},
		{"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END", "\nMIIE\n"},
		{"?user=x&password=hunter2&y", "hunter2"},
		{"{\"api_key\": \"abcd-1\"}", "abcd-1"},
		{"cat: /etc/passwd: Permission denied", NULL},
		{"PWD=/home/x", NULL},
		{"ticket ACME-4711 open", "ACME-4711"},
	};
	struct redact_rules r = {0};
	struct err err = {0};
	struct redact_secrets *s;

	cr_assert_eq(redact_rules_add(&r, "secret=ACME-[0-9]+", &err), 0);
	s = redact_secrets_new(&r, &err);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t state = 0, where = 0;
		struct span found = {0};
		bool got = redact_secrets_next(s, span_str(rows[i][0]), &state, &where, &found);

		cr_expect_eq(got, rows[i][1] != NULL, "%s", rows[i][0]);
		cr_expect(!got || !rows[i][1] || span_eq(found, span_str(rows[i][1])), "%s: %.*s",
			rows[i][0], (int)found.n, (const char *)found.p);
	}
	redact_secrets_free(s);
	redact_rules_release(&r);
}

Test(redact_secrets, arguments_of_programs)
{
	static const struct {
		const char *exe, *arg;
		enum redact_arg how;
		const char *found;
	} rows[] = {
		{"/usr/bin/mysql", "-phunter2", ARG_SECRET, "hunter2"},
		{"/bin/mkdir", "-p", ARG_PLAIN, NULL},
		{"sshpass", "-p", ARG_SECRET_NEXT, NULL},
		{"curl", "-u", ARG_SECRET_NEXT, NULL},
		{"x", "--password", ARG_SECRET_NEXT, NULL},
		{"x", "--db-password=y", ARG_SECRET, "y"},
		{"x", "--path=/y", ARG_PLAIN, NULL},
		{"x", "password", ARG_PLAIN, NULL},
	};
	struct redact_rules r = {0};
	struct err err = {0};
	struct redact_secrets *s = redact_secrets_new(&r, &err);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span found = {0};

		cr_expect_eq(redact_secrets_arg(s, span_str(rows[i].exe), span_str(rows[i].arg),
				     &found),
			rows[i].how, "%s %s", rows[i].exe, rows[i].arg);
		cr_expect(!rows[i].found || span_eq(found, span_str(rows[i].found)));
	}
	redact_secrets_free(s);
}
