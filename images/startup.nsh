@echo -off
if exist EFI\BOOT\BOOTX64.EFI then
  EFI\BOOT\BOOTX64.EFI
endif
