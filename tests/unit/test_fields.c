/* SPDX-License-Identifier: MIT */
/* The registry, and fields whose values come from afar. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "filter/fields.h"
#include "support/render.h"

/* --- the tables ----------------------------------------------------------------------------- */

Test(fields, rows_are_complete_and_found)
{
	const struct field *f, *other;
	size_t used;

	for (size_t i = 0; (f = field_at(i)); i++) {
		cr_expect_eq(field_named(span_str(f->name)), f, "%s", f->name);
		cr_expect(field_at_start(span_str(f->name), &used) == f && used == strlen(f->name),
			"%s", f->name);
		for (size_t j = i + 1; (other = field_at(j)); j++)
			cr_expect_str_neq(f->name, other->name);
		cr_expect(param_type_name(f->type) && value_class_of(f->type) != CLASS_NONE, "%s",
			f->name);
		cr_expect(f->scope && (f->get || f->put || f->next), "%s", f->name);
		cr_expect(f->help && strlen(f->help) > 2, "%s", f->name);
	}
}

Test(fields, aliases_mean_fields)
{
	const char *alias, *name;

	for (size_t i = 0; (alias = field_alias_at(i, &name)); i++) {
		cr_expect(field_named(span_str(name)), "%s", name);
		cr_expect_eq(field_named(span_str(alias)), field_named(span_str(name)), "%s", alias);
	}
}

static void expect_split(const char *name, const char *field, const char *arg)
{
	struct span got;
	const struct field *f = field_split(span_str(name), &got);

	cr_assert(f ? field != NULL : field == NULL, "%s", name);
	if (!f)
		return;
	cr_expect_str_eq(f->name, field);
	cr_expect(span_eq(got, span_str(arg)), "%s: %.*s", name, (int)got.n, (const char *)got.p);
}

Test(fields, arguments_behind_dots)
{
	expect_split("evt.num", "evt.num", "");
	expect_split("evt.arg.fd", "evt.arg", "fd");
	expect_split("evt.type.is.open", "evt.type.is", "open");
	expect_split("proc.aname.2", "proc.aname", "2");
	expect_split("fd.rip.v4", "fd.rip", "v4");
	expect_split("fd.rip.name", "fd.rip.name", "");
	expect_split("fd.rip.v5", NULL, NULL);
	expect_split("evt.num.x", NULL, NULL);
	expect_split("sysdig.param.open.flags", "sysdig.param", "open.flags");
	expect_split("k8s.pod.label.a.b", "k8s.pod.label", "a.b");
	expect_split("nothing", NULL, NULL);
	expect_split("", NULL, NULL);
}

Test(fields, the_longest_name_at_the_start_of_a_text)
{
	static const struct {
		const char *text, *field;
		size_t used;
	} rows[] = {
		{"evt.time.s x", "evt.time.s", 10},
		{"evt.time.", "evt.time", 8},
		{"evt.time.x", NULL, 0},
		{"evt.time_s", "evt.time", 8},
		{"evt.times", NULL, 0},
		{"evt.arg.fd", "evt.arg", 7},
		{"evt.args", "evt.args", 8},
		{"sysdig.cpu_id,", "evt.cpu", 13},
		{"proc.aname[2]", "proc.aname", 10},
		{"", NULL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t used;
		const struct field *f = field_at_start(span_str(rows[i].text), &used);

		cr_expect_str_eq(f ? f->name : "", rows[i].field ? rows[i].field : "", "%s",
			rows[i].text);
		cr_expect_eq(used, rows[i].used, "%s", rows[i].text);
	}
}

/* --- values --------------------------------------------------------------------------------- */

/* Lines of events of a capture against want. */
static void expect(const struct build *b, const char *template, const char *want)
{
	struct buf got = {0};

	render_lines(buf_view(&b->out), &(struct text_opts){.template = template, .utc = true},
		&got);
	cr_expect(span_eq(buf_view(&got), span_str(want)), "%s\n want %s\n got  %.*s", template,
		want, (int)got.n, (const char *)got.p);
	buf_release(&got);
}

#define FULL_ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHORT_ID "0123456789ab"

static const char record[] =
	"{\"container\":{\"id\":\"" SHORT_ID "\",\"full_id\":\"" FULL_ID "\",\"type\":7,"
	"\"name\":\"web\",\"image\":\"nginx:1.25\",\"imageid\":\"f00\",\"imagerepo\":\"nginx\","
	"\"imagetag\":\"1.25\",\"imagedigest\":\"sha256:1\",\"ip\":\"10.0.0.1\","
	"\"privileged\":false,\"created_time\":1700000000,"
	"\"pod_sandbox_id\":\"fedcba9876543210\",\"cni_json\":\"{}\","
	"\"labels\":{\"app\":\"shop\",\"io.kubernetes.pod.name\":\"shop-1\","
	"\"io.kubernetes.pod.namespace\":\"prod\",\"io.kubernetes.pod.uid\":\"u-1\"},"
	"\"pod_sandbox_labels\":{\"tier\":\"front\\nend\"},"
	"\"Mounts\":[{\"Source\":\"/srv/a\",\"Destination\":\"/a\",\"Mode\":\"ro\",\"RW\":false,"
	"\"Propagation\":\"private\"},{\"Source\":\"/srv/b\",\"Destination\":\"/b\",\"Mode\":\"\","
	"\"RW\":true,\"Propagation\":\"\"}],"
	"\"Healthcheck\":{\"exe\":\"curl\",\"args\":[\"-f\",\"localhost\"]}}}\n";

/* Thread 9 in a container, with a connection; the record comes first. */
static void build_container(struct build *b)
{
	struct meta_proc proc = build_proc(9, 1, "nginx");
	struct meta_fd fds[] = {build_tcp4(4, 0x0a000001, 80, 0x0a000002, 9)};

	render_machine(b);
	proc.cgroups = span_of("cpu=/docker/" FULL_ID, 12 + 64 + 1);
	proc.uid = 0;
	build_procs(b, 9, BUILD_TAIL, &proc, 1);
	build_fds(b, 2, 9, fds, 1);
	build_event(b, &(struct build_event){.type = PPME_CONTAINER_JSON_E, .tid = -1},
		PARAMS(P_SPAN(span_of(record, sizeof(record)))));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 9},
		PARAMS(P_S64(4)));
}

#define TWICE(line) line line

Test(fields, of_containers)
{
	struct build b = {0};

	build_container(&b);
	/* The record itself is about its container, too. */
	expect(&b, "%container.id %container.full_id %container.name %container.type",
		TWICE(SHORT_ID " " FULL_ID " web containerd\n"));
	expect(&b, "%container.image %container.image.id %container.image.repository "
		   "%container.image.tag %container.image.digest",
		TWICE("nginx:1.25 f00 nginx 1.25 sha256:1\n"));
	expect(&b, "%container.ip %container.privileged %container.start_ts",
		TWICE("10.0.0.1 false 1700000000000000000\n"));
	expect(&b, "%container.label[app] %container.label[none] %container.label.app",
		TWICE("shop <NA> shop\n"));
	expect(&b, "%container.mounts|%container.mount[1]|%container.mount[/srv/a]|"
		   "%container.mount.source[/b]|%container.mount.dest[/srv/*]|"
		   "%container.mount.rdwr[0]|%container.mount[2]",
		TWICE("/srv/a:/a:ro:false:private /srv/b:/b::true:|/srv/b:/b::true:|"
		      "/srv/a:/a:ro:false:private|/srv/b|/a|false|<NA>\n"));
	expect(&b, "%container.healthcheck|%container.liveness_probe",
		TWICE("curl -f localhost|<NA>\n"));
	expect(&b, "%proc.name %fd.containername %user.name",
		"<NA> <NA> <NA>\nnginx " SHORT_ID ":10.0.0.1:80->10.0.0.2:9 root\n");
	build_release(&b);
}

Test(fields, of_pods)
{
	struct build b = {0};

	build_container(&b);
	expect(&b, "%k8s.pod.name %k8s.ns.name %k8s.pod.uid %k8s.pod.id",
		TWICE("shop-1 prod u-1 u-1\n"));
	expect(&b, "%k8s.pod.sandbox_id %k8s.pod.full_sandbox_id %k8s.pod.cni.json %k8s.pod.ip",
		TWICE("fedcba987654 fedcba9876543210 {} 10.0.0.1\n"));
	expect(&b, "%k8s.pod.label.tier %k8s.pod.labels",
		TWICE("front\\nend tier:front\\nend\n"));
	build_release(&b);
}

/* A record is parsed once, but a newer one of the same container counts. */
Test(fields, of_containers_follow_their_records)
{
	static const char other[] =
		"{\"container\":{\"id\":\"" SHORT_ID "\",\"type\":0,\"name\":\"web2\",\"imagetag\":\"2\"}}";
	struct build b = {0};

	build_container(&b);
	build_event(&b, &(struct build_event){.type = PPME_CONTAINER_JSON_E, .tid = -1},
		PARAMS(P_SPAN(span_of(other, sizeof(other)))));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 9},
		PARAMS(P_S64(4)));
	expect(&b, "%container.name %container.image.tag",
		TWICE("web 1.25\n") TWICE("web2 2\n"));
	build_release(&b);
}

/* Damaged JSON is no JSON. */
Test(fields, of_containers_without_a_sane_record)
{
	struct build b = {0};

	build_container(&b);
	build_event(&b, &(struct build_event){.type = PPME_CONTAINER_E, .tid = -1},
		PARAMS(P_STR(SHORT_ID), P_U32(0), P_STR("old"), P_STR("img")));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 9},
		PARAMS(P_S64(4)));
	expect(&b, "%container.name %container.image %container.image.tag %container.mounts",
		TWICE("web nginx:1.25 1.25 /srv/a:/a:ro:false:private /srv/b:/b::true:\n")
		TWICE("old img <NA> <NA>\n"));
	build_release(&b);
}

/* Which end is ours: an interface has it, or the container of the process. */
Test(fields, local_and_remote_ends)
{
	struct meta_if own = {.type = 1, .addr = {10, 0, 0, 2}, .mask = {255, 255, 255, 0}};
	struct build b = {0};

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
		PARAMS(P_S64(4)));
	expect(&b, "%fd.lip:%fd.lport %fd.rip:%fd.rport %fd.is_server",
		"10.0.0.2:9 10.0.0.1:80 false\n");
	build_release(&b);

	render_machine(&b);
	build_ifs(&b, 2, &own, 1);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
		PARAMS(P_S64(4)));
	expect(&b, "%fd.lip:%fd.lport %fd.rip:%fd.rport %fd.is_server",
		"10.0.0.2:9 10.0.0.1:80 true\n");
	build_release(&b);

	build_container(&b);
	expect(&b, "%fd.lip %fd.rip %fd.is_server", "<NA> <NA> <NA>\n10.0.0.1 10.0.0.2 false\n");
	build_release(&b);
}

/* Addresses of one kind only. */
Test(fields, families_of_addresses)
{
	struct build b = {0};

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
		PARAMS(P_S64(4)));
	expect(&b, "%fd.cip %fd.cip.v4 %fd.cip.v6", "10.0.0.1 10.0.0.1 <NA>\n");
	build_release(&b);
}

Test(fields, raw_parameters_show_numbers)
{
	struct build b = {0};

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X, .tid = 7},
		PARAMS(P_S64(-2), P_STR("x"), P_U32(4097), P_U32(0644), P_U32(5), P_U64(1)));
	expect(&b, "%evt.rawarg.fd %evt.rawarg.name %evt.rawarg.flags %evt.rawarg.mode %evt.rawres",
		"-2 x 1001 644 -2\n");
	expect(&b, "%evt.arg.fd %evt.arg.name %evt.arg.flags %evt.arg.mode %evt.res",
		"ENOENT /home/u/x O_RDONLY|O_CLOEXEC 0644 ENOENT\n");
	build_release(&b);
}
