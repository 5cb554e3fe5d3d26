# SPDX-License-Identifier: BSD-2-Clause
# The nested hosts: small Linux systems that bring KVM to a machine without it (test-harness/README.md).

nested: $(NESTED)/sums

# The nested host has the libraries that the harness needs, so it is made again when their list changes. The harness itself
# is not in the nested host: it comes with each job.
$(NESTED)/libraries: $(BOOT_APP)
	@mkdir -p $(@D)
	@ldd $< | grep -o '/[^ )]*' | sort >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(NESTED)/sums: test-harness/nested/make-host.sh test-harness/nested/init $(NESTED)/libraries
	$(call say,HOST)
	$(Q)test-harness/nested/make-host.sh $(NESTED) $(BOOT_APP)

nested-intel: $(NESTED_INTEL)/sums

$(NESTED_INTEL)/sums: test-harness/nested/make-host.sh test-harness/nested/init-intel $(NESTED)/libraries
	$(call say,HOST)
	$(Q)test-harness/nested/make-host.sh $(NESTED_INTEL) $(BOOT_APP) intel

# For make check, which goes on without the host where something is not installed. checks/intel.t reads the reason from
# the file, and says whether it may be skipped for that.
.PHONY: nested-intel-if-it-can
nested-intel-if-it-can: $(NESTED)/libraries
	@mkdir -p $(NESTED_INTEL)
	@$(MAKE) --no-print-directory -s nested-intel 2>$(NESTED_INTEL)/why-not && rm $(NESTED_INTEL)/why-not || true
