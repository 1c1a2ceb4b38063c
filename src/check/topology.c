/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cores a planner can give to a VM. */
#include "topics.h"

static unsigned count_threads(const struct cpu *cpu, enum core_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < cpu->n_threads; i++)
		n += cpu->threads[i].kind == kind;
	return n;
}

/* A thread is the first of its core if no earlier one shares package, die and core. */
static unsigned count_cores(const struct cpu *cpu, enum core_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < cpu->n_threads; i++) {
		const struct cpu_thread *a = &cpu->threads[i];
		bool first = a->kind == kind;

		for (size_t j = 0; first && j < i; j++) {
			const struct cpu_thread *b = &cpu->threads[j];

			first = !(a->core.known && b->core.known &&
				a->core.value == b->core.value &&
				a->package.value == b->package.value &&
				a->die.value == b->die.value);
		}
		n += first;
	}
	return n;
}

/* An X3D part shows as one L3 larger than the others. */
static const char *describe_caches(const struct check_input *input)
{
	const struct cpu *cpu = &input->machine->cpu;
	uint64_t least = UINT64_MAX, most = 0;

	if (cpu->n_l3s < 2)
		return "";
	for (size_t i = 0; i < cpu->n_l3s; i++) {
		if (cpu->l3s[i].size < least)
			least = cpu->l3s[i].size;
		if (cpu->l3s[i].size > most)
			most = cpu->l3s[i].size;
	}
	if (least == most)
		return arena_printf(input->arena, _(", %zu L3 caches of %s"), cpu->n_l3s,
			text_size(input->arena, most));
	return arena_printf(input->arena,
		_(", %zu L3 caches of %s to %s (the largest is for games)"), cpu->n_l3s,
		text_size(input->arena, least), text_size(input->arena, most));
}

static struct check_result run_cpu_topology(const struct check_input *input)
{
	const struct cpu *cpu = &input->machine->cpu;
	const char *nodes = "", *cores;

	if (cpu->topology_known != TRI_YES || cpu->n_threads == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the CPU topology was not recorded"));
	if (cpu->nodes.known && cpu->nodes.value > 1)
		nodes = arena_printf(input->arena, _(", %llu NUMA nodes"),
			(unsigned long long)cpu->nodes.value);
	if (count_threads(cpu, CORE_EFFICIENT))
		cores = arena_printf(input->arena,
			_("%u P-cores with %u threads, %u E-cores"),
			count_cores(cpu, CORE_PERFORMANCE),
			count_threads(cpu, CORE_PERFORMANCE),
			count_cores(cpu, CORE_EFFICIENT));
	else
		cores = arena_printf(input->arena, _("%u cores with %zu threads"),
			count_cores(cpu, cpu->threads[0].kind), cpu->n_threads);
	return check_result(input, FINDING_PASS,
		count_threads(cpu, CORE_EFFICIENT) ? "hybrid" : "uniform", "%s%s%s",
		cores, describe_caches(input), nodes);
}

const struct check check_cpu_topology = {
	.id = "cpu-topology",
	.title = N_("The CPU topology is known"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_cpu_topology,
	.ref = "Linux ABI sysfs-devices-system-cpu",
};
