/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which threads share a core, a cache, a node: from /sys/devices/system. */
#include "topology.h"

#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/cpu.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

#define CPU_DIR "sys/devices/system/cpu"
#define NODE_DIR "sys/devices/system/node"

enum {
	MAX_CPUS = 4096, /* a list may name four thousand million */
	MAX_NODES = 1024,
	MAX_CACHES = 16, /* indexN folders of one CPU */
};

struct cpu_set {
	enum presence presence;
	bool has[MAX_CPUS];
};

/* "0-3,8,10-11" and nothing else; what is beyond MAX_CPUS is left out. */
static bool parse_list(const char *text, struct cpu_set *ret)
{
	unsigned long long first, last;
	char *end;

	while (*text) {
		if (*text < '0' || *text > '9')
			return false;
		first = last = strtoull(text, &end, 10);
		if (*end == '-') {
			if (end[1] < '0' || end[1] > '9')
				return false;
			last = strtoull(end + 1, &end, 10);
		}
		if (last < first || (*end && *end != ','))
			return false;
		for (unsigned long long i = first; i <= last && i < MAX_CPUS; i++)
			ret->has[i] = true;
		text = *end ? end + 1 : end;
	}
	return true;
}

/* A list that can't be understood is unknown, and empty. */
static struct cpu_set *read_list(
	const struct record *record, struct arena *arena, const char *path)
{
	struct cpu_set *set = arena_alloc(arena, sizeof(*set));
	struct bytes bytes;

	set->presence = record_file(record, path, &bytes);
	if (set->presence == PRESENCE_PRESENT &&
		!parse_list(text_trim(arena, bytes), set))
		*set = (struct cpu_set){ .presence = PRESENCE_UNKNOWN };
	return set;
}

static struct num number(const struct record *record, unsigned cpu, const char *name)
{
	uint64_t value;

	return record_number(record, &value, CPU_DIR "/cpu%u/%s", cpu, name)
		? num_of(value)
		: (struct num){ 0 };
}

/* "32768K" */
static uint64_t cache_size(const char *text, struct arena *arena)
{
	size_t length = text ? strlen(text) : 0;
	uint64_t value;

	if (length < 2 || text[length - 1] != 'K' ||
		!text_u64(arena_strndup(arena, text, length - 1), &value) ||
		value > UINT64_MAX >> 10)
		return 0;
	return value << 10;
}

static bool first_of_list(const char *text, uint64_t *ret_value)
{
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	*ret_value = strtoull(text, &end, 10);
	return *end == '\0' || *end == ',' || *end == '-';
}

static void count_l3(struct cpu *cpu, struct arena *arena, uint64_t id, uint64_t size)
{
	for (size_t i = 0; i < cpu->n_l3s; i++) {
		if (cpu->l3s[i].id == id) {
			cpu->l3s[i].threads++;
			return;
		}
	}
	cpu->l3s = arena_grow(arena, cpu->l3s, cpu->n_l3s, sizeof(*cpu->l3s));
	cpu->l3s[cpu->n_l3s++] = (struct cpu_l3){ .id = id, .size = size, .threads = 1 };
}

/* Old kernels give a cache no id: its first CPU names it as well. */
static void read_l3(const struct record *record, struct arena *arena,
	struct cpu_thread *thread, struct cpu *cpu)
{
	for (unsigned i = 0; i < MAX_CACHES; i++) {
		const char *folder = arena_printf(
			arena, CPU_DIR "/cpu%u/cache/index%u", thread->number, i);
		uint64_t level, id;

		if (!record_number(record, &level, "%s/level", folder))
			return;
		if (level != 3)
			continue;
		if (record_number(record, &id, "%s/id", folder) ||
			first_of_list(
				record_text(record, "%s/shared_cpu_list", folder), &id)) {
			thread->l3 = num_of(id);
			count_l3(cpu, arena, id,
				cache_size(
					record_text(record, "%s/size", folder), arena));
		}
		return;
	}
}

/* The kernel shows two kinds of PMU on hybrid CPUs only. Where it shows none although
 * CPUID.7:EDX[15] says hybrid, it is too old to tell. */
static enum core_kind kind_of(unsigned cpu, const struct cpu_set *performance,
	const struct cpu_set *efficient, bool hybrid)
{
	if (performance->presence == PRESENCE_ABSENT &&
		efficient->presence == PRESENCE_ABSENT)
		return hybrid ? CORE_UNKNOWN : CORE_UNIFORM;
	if (performance->has[cpu] == efficient->has[cpu])
		return CORE_UNKNOWN;
	return performance->has[cpu] ? CORE_PERFORMANCE : CORE_EFFICIENT;
}

/* The set of CPUs: what is present, or else what has a folder. */
static struct cpu_set *read_cpus(const struct record *record, struct arena *arena)
{
	struct cpu_set *set = read_list(record, arena, CPU_DIR "/present");
	const char **names;
	uint64_t number;
	size_t n;

	if (set->presence == PRESENCE_PRESENT)
		return set;
	set->presence = record_list(record, CPU_DIR, &names, &n);
	for (size_t i = 0; i < n; i++)
		if (text_starts(names[i], "cpu") &&
			text_u64_base(names[i] + 3, 10, &number) && number < MAX_CPUS)
			set->has[number] = true;
	return set;
}

static enum tri is_online(
	const struct record *record, const struct cpu_set *online, unsigned cpu)
{
	struct num file;

	if (online->presence == PRESENCE_PRESENT)
		return tri_of(online->has[cpu]);
	file = number(record, cpu, "online");
	return file.known ? tri_of(file.value != 0) : TRI_UNKNOWN;
}

static void read_threads(
	const struct record *record, struct arena *arena, struct cpu *ret)
{
	const struct cpu_set *cpus = read_cpus(record, arena);
	const struct cpu_set *online = read_list(record, arena, CPU_DIR "/online");
	const struct cpu_set *performance = read_list(
		record, arena, "sys/devices/cpu_core/cpus");
	const struct cpu_set *efficient = read_list(
		record, arena, "sys/devices/cpu_atom/cpus");
	uint64_t edx = 0;
	bool complete = cpus->presence == PRESENCE_PRESENT;

	record_fact_number(record, "cpuid.0x7.0x0.edx", &edx);
	for (unsigned i = 0; i < MAX_CPUS; i++) {
		struct cpu_thread thread = { .number = i };

		if (!cpus->has[i])
			continue;
		thread.online = is_online(record, online, i);
		thread.core = number(record, i, "topology/core_id");
		thread.package = number(record, i, "topology/physical_package_id");
		thread.die = number(record, i, "topology/die_id");
		thread.kind = kind_of(i, performance, efficient, edx >> 15 & 1);
		read_l3(record, arena, &thread, ret);
		/* An offline thread has no topology to show. */
		if (thread.online != TRI_NO &&
			(!thread.core.known || !thread.package.known))
			complete = false;
		ret->threads = arena_grow(
			arena, ret->threads, ret->n_threads, sizeof(*ret->threads));
		ret->threads[ret->n_threads++] = thread;
	}
	if (complete && ret->n_threads)
		ret->topology_known = TRI_YES;
}

static void read_nodes(const struct record *record, struct arena *arena, struct cpu *ret)
{
	const struct cpu_set *nodes = read_list(record, arena, NODE_DIR "/online");
	const struct cpu_set *cpus;
	size_t n = 0;

	if (nodes->presence == PRESENCE_ABSENT)
		ret->nodes = num_of(1); /* a kernel without NUMA: everything is alike */
	if (nodes->presence != PRESENCE_PRESENT)
		return;
	for (unsigned node = 0; node < MAX_NODES; node++) {
		if (!nodes->has[node])
			continue;
		n++;
		cpus = read_list(record, arena,
			arena_printf(arena, NODE_DIR "/node%u/cpulist", node));
		for (size_t i = 0; i < ret->n_threads; i++)
			if (cpus->has[ret->threads[i].number])
				ret->threads[i].node = num_of(node);
	}
	if (n)
		ret->nodes = num_of(n);
}

void topology_read(const struct record *record, struct arena *arena, struct cpu *ret)
{
	read_threads(record, arena, ret);
	read_nodes(record, arena, ret);
}
