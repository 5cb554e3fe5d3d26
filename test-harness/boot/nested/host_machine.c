/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested/host_machine.h"

static const struct host_machine *const machines[] = { &host_qemu, &host_bochs };

const struct host_machine *host_machine_by_accel(const char *accel)
{
	for (size_t i = 0; i < G_N_ELEMENTS(machines); i++)
		if (g_strcmp0(machines[i]->accel, accel) == 0)
			return machines[i];
	return NULL;
}

const struct host_machine *host_machine_by_maker(const char *maker)
{
	for (size_t i = 0; i < G_N_ELEMENTS(machines); i++)
		if (g_strcmp0(machines[i]->maker, maker) == 0)
			return machines[i];
	return NULL;
}
