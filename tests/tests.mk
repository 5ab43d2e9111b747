# SPDX-License-Identifier: MIT
# Tests: included by the Makefile at the top.

# Support code and all modules of the tools are linked into one Criterion program.
TESTSRC  := $(wildcard tests/unit/*.c tests/golden/*.c tests/tool/*.c tests/capture/*.c \
	tests/*.c tests/support/*.c)
# Of scapcap, where it is not built there is nothing to test.
ifeq ($(filter scapcap,$(TOOLS)),)
TESTSRC := $(filter-out $(shell grep -l '"tools/scapcap/' $(TESTSRC)) tests/support/outlet.c tests/capture/%,$(TESTSRC))
endif
TESTOBJ  := $(TESTSRC:%.c=$(B)/%.o)
ALLOBJ   += $(TESTOBJ)
COREOBJ  := $(foreach t,$(TOOLS),$(CORE_$(t)))
LIBS_TEST = $(shell $(PKG_CONFIG) --libs criterion)
# support/count_malloc.c counts the allocations of everything in the program.
WRAP_TEST := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray

$(TESTOBJ): OWN_CPPFLAGS += -Itests
$(TESTOBJ): WARN := $(filter-out -Wpedantic -Wshadow -Wundef,$(WARN))

$(B)/tests/run: $(TESTOBJ) $(COREOBJ) $(LIB)
	$(call msg,LD,$@)
	$(Q)$(CC) $(OPT) $(CFLAGS) $(LDFLAGS) $(WRAP_TEST) -o $@ $^ $(if $(filter scapcap,$(TOOLS)),$(LIBS_scapcap)) \
		$(LIBS_scapedit) $(LIBS_COMMON) $(LIBS_TEST)

# The captures in fixtures/ that are not recorded live, and the seeds of the fuzz targets.
MAKESRC := $(wildcard tests/fixtures/*.c) tests/support/build.c
MAKEOBJ := $(MAKESRC:%.c=$(B)/%.o)
ALLOBJ  += $(MAKEOBJ)
$(MAKEOBJ): OWN_CPPFLAGS += -Itests

$(B)/tests/make-fixtures: $(MAKEOBJ) $(LIB)
	$(call msg,LD,$@)
	$(Q)$(CC) $(OPT) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_COMMON)

.PHONY: fixtures
fixtures: $(B)/tests/make-fixtures
	mkdir -p tests/fuzz/corpus/blocks tests/fuzz/corpus/events
	$< fixtures tests/fuzz/corpus

# The ones that are recorded live; as root.
.PHONY: record
record: all $(B)/tests/trim
	sh tests/record/record.sh '$(B)'

$(B)/tests/trim: $(B)/tests/record/trim.o $(LIB)
	$(call msg,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_COMMON)

# A program that makes known calls, for captures of it.
TRUTHOBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/truth/*.c))
ALLOBJ   += $(TRUTHOBJ)
$(TRUTHOBJ): OWN_CPPFLAGS += -Itests
$(TRUTHOBJ): WARN := $(filter-out -Wpedantic -Wshadow -Wcast-qual,$(WARN)) -Wno-format-zero-length

# Plain: between its calls there are none of a sanitizer's.
$(B)/tests/known-calls: OPT := -O1 -g
$(B)/tests/known-calls: $(TRUTHOBJ)
	$(call msg,LD,$@)
	$(Q)$(CC) $(OPT) $(CFLAGS) $(LDFLAGS) -o $@ $^

# Fuzz targets: one file, one entry point; libFuzzer with FUZZ=1, else a replay of the corpus.
FUZZSRC := $(filter-out tests/fuzz/replay.c,$(wildcard tests/fuzz/fuzz_*.c))
FUZZBIN := $(FUZZSRC:tests/fuzz/%.c=$(B)/tests/%)
FUZZOBJ := $(FUZZSRC:%.c=$(B)/%.o) $(B)/tests/fuzz/replay.o
ALLOBJ  += $(FUZZOBJ)
$(FUZZOBJ): OWN_CPPFLAGS += -Itests

$(B)/tests/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/support/decode.o $(if $(FUZZ),,$(B)/tests/fuzz/replay.o) $(LIB)
	$(call msg,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(CFLAGS) $(LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $^ $(LIBS_COMMON)

.PHONY: fuzz
fuzz: $(FUZZBIN)

# ASan must leave SIGSEGV to the guard-page tests; a leak makes the run fail.
TESTENV = TOOLS_DIR='$(B)' CAPTURES='$(wildcard ../shared/captures)' SPEC='$(wildcard ../shared/spec)' \
	TZ=UTC LC_ALL=C XDG_CONFIG_HOME=/nonexistent \
	ASAN_OPTIONS=handle_segv=0:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

.PHONY: check
check: all $(B)/tests/run $(B)/tests/known-calls $(FUZZBIN)
	$(TESTENV) sh tests/check/run.sh '$(B)' $(FUZZBIN)

# Captures of containers; unlike in `make check`, all engines must be there: docker.io, podman.
.PHONY: containers
containers: all $(B)/tests/run
	$(TESTENV) NEED_CONTAINERS=1 $(B)/tests/run --jobs 2 --filter 'containers/*'

# What we write, read by the peers that are installed or can be (see the script).
.PHONY: interop
interop: all $(B)/tests/known-calls
	sh tests/check/interop.sh '$(B)'; status=$$?; sh tests/check/interop_real.sh '$(B)' && exit $$status

.PHONY: kernels
kernels: all $(B)/tests/run $(B)/tests/known-calls
	CC='$(CC)' SYSROOT='$(SYSROOT)' BUSYBOX='$(BUSYBOX)' sh tests/check/kernels.sh '$(B)' '$(MACHINE)' $(KERNELS)

# The tests of a cross build; those of Criterion's where that is to be had for the other machine.
NATIVE := build/release
.PHONY: emulate sysroot
emulate: all $(FUZZBIN) $(if $(shell $(PKG_CONFIG) --exists criterion && echo yes),$(B)/tests/run $(B)/tests/known-calls)
	$(MAKE) CROSS_COMPILE= SYSROOT= B=$(NATIVE) $(NATIVE)/tests/run
	$(TESTENV) CAPTURES= $(if $(SYSROOT),QEMU_LD_PREFIX='$(SYSROOT)') \
		sh tests/check/emulate.sh '$(B)' '$(MACHINE)' '$(NATIVE)' $(FUZZBIN)

sysroot:
	sh tests/check/sysroot.sh '$(MACHINE)' '$(SYSROOT)'

.PHONY: bench
bench: all $(addprefix $(B)/tests/,enlarge calls storm serve)
	python3 tests/check/bench.py '$(B)'
	$(if $(filter scapcap,$(TOOLS)),python3 tests/check/bench_capture.py '$(B)')

$(B)/tests/%: $(B)/tests/bench/%.o $(LIB)
	$(call msg,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_COMMON)
