/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Firmware to run the app on, on the host: the tables and protocols that efi_main() calls, written from the UEFI and PI
 * specifications and from EDK2, whose functions are named where the specifications leave something open. Each call is
 * counted, and one of them can be made to fail. What the firmware lends is on the heap, so that the address sanitizer
 * notices a use after it was given back; what was not given back is counted.
 */
#ifndef KVMLEAF_UNIT_FIRMWARE_MOCK_H
#define KVMLEAF_UNIT_FIRMWARE_MOCK_H

#include <glib.h>
#include <setjmp.h>

#include <efi.h>

#include "unit/fake/recorded.h"

/* EFI_NOT_AVAILABLE_YET of EDK2's MdePkg/Include/Pi/PiMultiPhase.h, which gnu-efi does not have. */
#define MOCK_NOT_AVAILABLE_YET ((EFI_STATUS)2 | (EFI_STATUS)1 << 61 | (EFI_STATUS)1 << 63)

enum mock_service {
#define SERVICE(name, ...) MOCK_##name,
#include "unit/firmware/mock_services.def"
	MOCK_SERVICES
};

enum {
	/* A run that makes more calls is taken for one that never ends: the listener's wait has the most, 200,000
	   pauses. */
	MOCK_CALLS_MAX = 1000 * 1000,
	MOCK_CALLED_MAX = 4096, /* calls that are remembered */
	MOCK_PROCESSORS_MAX = 8,
	MOCK_FILES_MAX = 8,
	MOCK_VARIABLES_MAX = 8,
	MOCK_LIVE_MAX = 64,
	MOCK_PAGES_MAX = 8, /* of one allocation */
	MOCK_EXIT_PORT = 0xf4,
};

struct mock_file {
	char *path; /* "\EFI\kvmleaf\kvmleaf.conf"; NULL for an unused row */
	GByteArray *bytes;
};

struct mock_variable {
	char *name; /* NULL for an unused row */
	EFI_GUID vendor;
	UINT32 attributes;
	GByteArray *bytes;
};

/* How a run ended. */
enum mock_end { MOCK_RETURNED, MOCK_RESET, MOCK_POWERED_OFF, MOCK_QEMU_ENDED };

struct mock {
	/* What the machine is like. A test sets these before mock_run(). */
	const char *load_options;  /* ASCII; NULL for none */
	const CHAR16 *raw_options; /* the same as bytes; NULL for none */
	UINT32 raw_options_size;
	const char *shell_arguments;  /* words separated by single spaces; NULL where no shell started the app */
	const char *fw_cfg_arguments; /* of the file opt/kvmleaf/args; NULL for a machine that is not QEMU */
	const char *fw_cfg_name;      /* of the only file in fw_cfg; NULL for the one above */
	const char *keys;             /* typed during the run, one at each question; a space is no key */
	unsigned keys_waiting;        /* typed before the run */
	unsigned processors;
	unsigned differing_processor; /* the one without KVM_FEATURE_CLOCKSOURCE2; 0 for none */
	unsigned shorter_processor;   /* the one whose highest basic leaf is 7; 0 for none */
	unsigned lost_processor;      /* the one of which WhoAmI says that its number is 1000; 0 for none */
	const char *saves_to;         /* the path of the file that --save is to write; NULL for none */
	uint32_t features;            /* of KVM: use mock_offer() */
	bool x2apic;
	unsigned late_processor; /* the one that starts only after the app has ended; 0 for none */
	bool no_loaded_image, no_volume, no_mp, no_arch, no_attributes, no_variables, no_out, no_in;
	bool strict_pages;    /* allocated pages cannot be executed until the app makes them so */
	bool is_efi_1;        /* the runtime services end before QueryVariableInfo */
	bool write_protected; /* the variable store */
	bool forgets;         /* the variable store keeps the first half of what is written */
	bool reset_returns;   /* ResetSystem does nothing, and no QEMU ends by the exit port */
	UINTN store_size;     /* bytes for all variables */
	struct recorded cpu;
	struct mock_file files[MOCK_FILES_MAX];
	struct mock_variable variables[MOCK_VARIABLES_MAX];

	/* The call that fails, by its number from 1 on, 0 for none; and the function that always fails. */
	unsigned fail_call;
	EFI_STATUS fail_status;
	enum mock_service fail_service; /* MOCK_SERVICES for none */
	EFI_STATUS fail_service_status;

	/* What the run did. */
	unsigned calls;
	struct mock_called {
		enum mock_service service;
		const char
			*about; /* what the call was about: a protocol or a variable; "" for a function with one use */
	} called[MOCK_CALLED_MAX];
	enum mock_end end;
	EFI_STATUS returned;
	int exit_value; /* written to the exit port; -1 for none */
	GString *console;
	unsigned live; /* things that were lent and not given back */
	unsigned kept; /* of these, what may stay: a call that was to give it back has failed */
	unsigned variable_writes;
	unsigned long stalled; /* microseconds */

	bool watchdog;     /* is armed: it would reset the machine after the run */
	bool started_all;  /* StartupAllAPs was called */
	bool is_probing;   /* interrupt handlers were registered, or the table of the app loaded */
	bool was_late;     /* a processor was to come only after the app's end */
	bool ran_unloaded; /* a processor ran code of the app after the firmware had unloaded it */

	jmp_buf ended;
};
extern struct mock mock;

const char *mock_service_name(enum mock_service service);
/* Each status that the function may fail with, ended by EFI_SUCCESS. */
const EFI_STATUS *mock_service_statuses(enum mock_service service);

/* A machine with KVM and one vCPU, on which every call succeeds. Frees what an earlier run left. */
void mock_init(void);
void mock_free(void);
/* Calls efi_main(). */
void mock_run(void);

/* KVM offers these features too. */
void mock_offer(uint32_t features);

void mock_file_set(const char *path, const char *bytes);
/* NULL for a file that does not exist. */
const struct mock_file *mock_file_find(const char *path);
/* NULL for a variable that does not exist. */
struct mock_variable *mock_variable_find(const char *name);
void mock_variable_set(const char *name, const EFI_GUID *vendor, UINT32 attributes, const void *bytes, UINTN size);

/*
 * Counts a call. Whatever but EFI_SUCCESS it returns is what the call must return, without any other effect. about: see
 * struct mock_called; a string that lives on.
 */
EFI_STATUS mock_call_about(enum mock_service service, const char *about);
EFI_STATUS mock_call(enum mock_service service);
/* Notes that something was lent, or given back. kind: any text; both calls must name the same. */
void mock_lend(const void *thing, const char *kind);
void mock_take_back(const void *thing, const char *kind);
/* Whether this is inside of pages that are lent now. */
bool mock_in_pages(const void *address);
/* The page for code that is lent now, 0 for none. */
EFI_PHYSICAL_ADDRESS mock_code_page(void);

/* The parts of the firmware. */
void mock_boot_fill(EFI_BOOT_SERVICES *boot);
void mock_runtime_fill(EFI_RUNTIME_SERVICES *runtime);
SIMPLE_TEXT_OUTPUT_INTERFACE *mock_console_out(void);
SIMPLE_INPUT_INTERFACE *mock_console_in(void);
EFI_FILE_IO_INTERFACE *mock_volume(void);
void *mock_mp_services(void);
/* Runs what was started on the other processors and has not ended: after the app's end, when all is freed. */
void mock_mp_run_late(void);
void mock_cpu_init(void);
EFI_CONFIGURATION_TABLE *mock_cpu_tables(UINTN *ret_count);

#endif
