/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/qemu_command.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/process.h"
#include "guest/capture.h"
#include "guest/guest_memory.h"
#include "kvmleaf/exit_status.h"
#include "qemu/oracle.h"

/* MiB. CAPTURE_TOP: the end of a captured guest's memory, where the firmware's variables lie. */
enum { BOOT_MEMORY = 128, CAPTURE_MEMORY = 64, CAPTURE_TOP = 2, MIB = 1 << 20 };

/* Switches off devices that no guest here needs: firmware probes each of them, which is slow in a nested guest. */
#define NO_SPARE_DEVICES ",smm=off,i8042=off,hpet=off,vmport=off,sata=off,smbus=off"

static void add(GPtrArray *command, const char *option, char *value)
{
	g_ptr_array_add(command, g_strdup(option));
	if (value != NULL)
		g_ptr_array_add(command, value);
}

char *qemu_escape(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, ",", 0);

	return g_strjoinv(",,", parts);
}

static void add_flash(GPtrArray *command, int unit, const char *path, const char *format, gboolean readonly)
{
	g_autofree char *file = qemu_escape(path);

	add(command, "-drive",
		g_strdup_printf("if=pflash,unit=%d,format=%s,readonly=%s,file=%s", unit, format,
			readonly ? "on" : "off", file));
}

/* An app on a disk image gets its arguments by fw_cfg, so that the image need not be changed. */
static void add_arguments(GPtrArray *command, const struct guest_spec *spec)
{
	g_autofree char *arguments = qemu_escape(spec->arguments);

	if (*arguments != '\0')
		add(command, "-fw_cfg", g_strdup_printf("name=opt/kvmleaf/args,string=%s", arguments));
}

static void add_disk(GPtrArray *command, const struct guest_spec *spec)
{
	g_autofree char *path = g_build_filename(spec->folder, "disk.img", NULL);
	g_autofree char *file = qemu_escape(path);

	add(command, "-drive",
		g_strdup_printf("if=none,id=disk,format=raw,media=%s,readonly=%s,file=%s",
			spec->cdrom ? "cdrom" : "disk", spec->cdrom ? "on" : "off", file));
	if (!spec->disk_attached)
		add(command, "-device", g_strdup("virtio-blk-pci,drive=disk,bootindex=0"));
}

/* Replaces @tsc@ by the default TSC frequency, in Hz, of this system's KVM; without TSC scaling it refuses others. */
static char *with_host_tsc(const char *cpu)
{
	g_autoptr(GString) text = g_string_new(cpu);
	gboolean asked = strstr(cpu, "@tsc@") != NULL;
	g_autofree char *frequency = g_strdup_printf("%" G_GUINT64_FORMAT, asked ? oracle_tsc_hz() : 0);

	g_string_replace(text, "@tsc@", frequency, 0);
	return g_strdup(text->str);
}

static void add_firmware(GPtrArray *command, const struct guest_spec *spec, const char *vars)
{
	gboolean flash = spec->store == STORE_FLASH;

	if (flash && spec->firmware->smm)
		add(command, "-global", g_strdup("driver=cfi.pflash01,property=secure,value=on"));
	if (spec->rom != NULL)
		add(command, "-bios", g_strdup(spec->rom));
	else
		add_flash(command, 0, spec->firmware->code, spec->firmware->code_format, TRUE);
	if (flash)
		add_flash(command, 1, vars, "raw", FALSE);
}

/* What is booted: the app, a disk, or, for a capture and its restores, the launcher. */
static void add_program(GPtrArray *command, const struct guest_spec *spec, enum guest_mode mode)
{
	g_autofree char *path = g_build_filename(spec->folder, "payload.img", NULL);
	g_autofree char *payload = qemu_escape(path);

	if (mode != GUEST_BOOT) {
		add(command, "-kernel", g_strdup(spec->launcher));
		add(command, "-drive", g_strdup_printf("if=none,id=payload,format=raw,file=%s", payload));
		/* ioeventfd is used only with KVM; without it the device has the same state under TCG and KVM. */
		add(command, "-device", g_strdup("virtio-blk-pci,drive=payload,ioeventfd=off"));
	} else if (spec->disk != NULL || spec->other) {
		if (spec->disk != NULL)
			add_disk(command, spec);
		add_arguments(command, spec);
	} else {
		add(command, "-kernel", g_strdup(spec->app));
		add(command, "-append", g_strdup(spec->arguments));
	}
}

gsize qemu_shared_memory(const struct guest_spec *spec, enum guest_mode mode)
{
	if (spec->store != STORE_MEMORY)
		return 0;
	return (gsize)(mode == GUEST_BOOT ? BOOT_MEMORY : CAPTURE_TOP) * MIB;
}

static void add_backend(GPtrArray *command, const char *id, int mib, const char *path, gboolean share)
{
	g_autofree char *file = qemu_escape(path);

	add(command, "-object",
		g_strdup_printf("memory-backend-file,id=%s,size=%dM,mem-path=%s,share=%s", id, mib, file,
			share ? "on" : "off"));
}

/*
 * Captured memory lies in a file, which a restored guest maps privately instead of reading it (x-ignore-shared). Where
 * the firmware's variables are in memory, they are in a NUMA node of its own, whose memory is shared with this process.
 */
static void add_captured_memory(GPtrArray *command, const struct guest_spec *spec, enum guest_mode mode)
{
	gboolean share = mode == GUEST_CAPTURE;

	if (spec->store == STORE_MEMORY) {
		add_backend(command, "ram", CAPTURE_MEMORY - CAPTURE_TOP, spec->capture->ram, share);
		add_backend(command, "top", CAPTURE_TOP, CHILD_MEMORY_FILE, TRUE);
		add(command, "-numa", g_strdup("node,memdev=ram"));
		add(command, "-numa", g_strdup("node,memdev=top"));
	} else {
		add_backend(command, "ram", CAPTURE_MEMORY, spec->capture->ram, share);
	}
}

static void add_memory(GPtrArray *command, const struct guest_spec *spec, enum guest_mode mode)
{
	add(command, "-m", g_strdup_printf("%d", mode == GUEST_BOOT ? BOOT_MEMORY : CAPTURE_MEMORY));
	if (mode == GUEST_BOOT) {
		if (spec->store == STORE_MEMORY)
			add_backend(command, "ram", BOOT_MEMORY, CHILD_MEMORY_FILE, TRUE);
		return;
	}
	add_captured_memory(command, spec, mode);
	add(command, "-device", g_strdup("pvpanic"));
	add(command, "-action", g_strdup("panic=pause"));
	if (mode == GUEST_RESTORE)
		add(command, "-incoming", g_strdup("defer"));
}

/* The case's own options come last: of two settings, QEMU uses the last. */
static char *machine_option(const struct guest_spec *spec, enum guest_mode mode)
{
	gsize type = strcspn(spec->machine, ",");
	gboolean whole = (mode == GUEST_BOOT) == (spec->store == STORE_MEMORY); /* the memory has one backend */

	return g_strdup_printf("%.*s" NO_SPARE_DEVICES "%s%s%s", (int)type, spec->machine,
		spec->store == STORE_FLASH && spec->firmware->smm ? ",smm=on" : "", spec->machine + type,
		whole ? ",memory-backend=ram" : "");
}

GPtrArray *qemu_command(const struct guest_spec *spec, enum guest_mode mode, const char *vars)
{
	GPtrArray *command = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *log = g_build_filename(spec->folder, "serial.log", NULL);
	g_autofree char *serial = qemu_escape(log);

	add(command, spec->qemu, NULL);
	add(command, "-accel", g_strdup(spec->accel));
	add(command, "-machine", machine_option(spec, mode));
	add(command, "-cpu", with_host_tsc(spec->cpu));
	add(command, "-smp", g_strdup_printf("%u", spec->smp));
	add(command, "-nodefaults", NULL);
	add(command, "-no-reboot", NULL);
	add(command, "-display", g_strdup("none"));
	add_memory(command, spec, mode);
	add_firmware(command, spec, vars);
	add(command, "-chardev", g_strdup_printf("socket,id=qmp,fd=%d", CHILD_QMP_FD));
	add(command, "-qmp", g_strdup("chardev:qmp"));
	add(command, "-chardev", g_strdup_printf("file,id=serial,path=%s", serial));
	add(command, "-serial", g_strdup("chardev:serial"));
	add(command, "-device", g_strdup_printf("isa-debug-exit,iobase=0x%x,iosize=4", DEBUG_EXIT_PORT));
	add_program(command, spec, mode);
	for (const char *const *extra = spec->extra; extra != NULL && *extra != NULL; extra++)
		add(command, *extra, NULL);
	if (mode != GUEST_CAPTURE)
		add(command, "-S", NULL);
	return command;
}

char *qemu_capture_shape(unsigned smp, enum store_kind store)
{
	return g_strdup_printf("q35" NO_SPARE_DEVICES " smp=%u memory=%d store=%d", smp, CAPTURE_MEMORY, store);
}

char *qemu_command_text(const GPtrArray *command)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < command->len; i++) {
		g_autofree char *quoted = g_shell_quote(g_ptr_array_index(command, i));

		g_string_append_printf(text, "%s%s", i > 0 ? " " : "", quoted);
	}
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}
