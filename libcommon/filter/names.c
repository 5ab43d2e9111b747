/* SPDX-License-Identifier: MIT */
/* Both files are read once, into a table for ports and a list of hosts, which is short. */
#include "filter/names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "filter/arena.h"

#define HOSTS_MAX 4096
#define HOSTS     "/etc/hosts"

struct host {
	struct value address;
	const char *name;
	struct host *next;
};

struct names {
	struct arena memory;
	struct map ports; /* const char *, by port and protocol */
	struct host *hosts;
};

static uint64_t port_key(uint16_t port, bool udp)
{
	return (uint64_t)port << 1 | udp;
}

static void read_services(struct names *n)
{
	struct servent *s;

	setservent(1);
	while ((s = getservent())) {
		bool udp = strcmp(s->s_proto, "udp") == 0;
		const char **name;

		if (!udp && strcmp(s->s_proto, "tcp") != 0)
			continue;
		name = map_put(&n->ports, port_key(ntohs((uint16_t)s->s_port), udp));
		if (name && !*name)
			*name = (const char *)arena_copy(&n->memory, span_str(s->s_name)).p;
	}
	endservent();
}

/* "ADDRESS NAME ...": the first name counts. */
static void read_host(struct names *n, char *line)
{
	char *rest = NULL;
	const char *address = strtok_r(line, " \t\n", &rest);
	const char *name = strtok_r(NULL, " \t\n", &rest);
	struct host *h;
	uint8_t ip[16];
	bool v6;

	if (!address || !name || *address == '#' || *name == '#')
		return;
	v6 = strchr(address, ':') != NULL;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, ip) != 1)
		return;
	h = arena_zeros(&n->memory, sizeof(*h));
	if (!h)
		return;
	h->address = value_address(v6, ip);
	h->name = (const char *)arena_copy(&n->memory, span_str(name)).p;
	h->next = n->hosts;
	n->hosts = h;
}

static void read_hosts(struct names *n)
{
	FILE *f = fopen(HOSTS, "re");
	char line[1024];

	for (int i = 0; f && i < HOSTS_MAX && fgets(line, sizeof(line), f); i++)
		read_host(n, line);
	if (f)
		fclose(f);
}

struct names *names_new(void)
{
	struct names *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	map_init(&n->ports, sizeof(const char *));
	read_services(n);
	read_hosts(n);
	return n;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	map_release(&n->ports);
	arena_release(&n->memory);
	free(n);
}

const char *names_port(const struct names *n, uint16_t port, const char *protocol)
{
	bool udp = protocol && strcmp(protocol, "udp") == 0;
	const char *const *name = map_get(&n->ports, port_key(port, udp));

	if (!name && !protocol)
		name = map_get(&n->ports, port_key(port, true));
	return name ? *name : NULL;
}

const char *names_host(const struct names *n, const struct value *address)
{
	const char *name = NULL;

	/* Later ones stand first: the first in the file is the one that counts. */
	for (const struct host *h = n->hosts; h; h = h->next)
		if (value_equal(address, &h->address))
			name = h->name;
	return name;
}
