# SPDX-License-Identifier: MIT
#
# The only makefile. Everything generated goes under build/<variant>:
#
#   make                    the five tools, in build/release
#   make demo               install what is missing, build, record, show (as root or with sudo)
#   make check              build and pass all tests
#   make bench              timings against the peers that are installed
#   make containers         captures of containers of docker.io, containerd, podman and runc
#   make interop            what we write, read by the peers that can be had
#   make kernels            captures under other kernels, in qemu: KERNELS='IMAGE...'
#   make install            tools, man pages, completion for shells below $(DESTDIR)$(PREFIX)
#   make uninstall          takes those away again
#   make deps               install the Debian packages of the list in packages.txt
#   make emulate            the tests of a cross build, in qemu
#   make sysroot            libraries for a cross build, from Debian, in SYSROOT
#
#   SAN=1 DEBUG=1 FUZZ=1    other variants, each with a folder of its own
#   CFLAGS= LDFLAGS=        more flags, as packagers have them
#   V=1 WERROR=1            show commands; warnings are errors
#   CC=clang                either compiler
#   CROSS_COMPILE=aarch64-linux-gnu-   for another machine, in build/release-aarch64
#   SYSROOT=DIR             where its libraries are, if not in this system

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR  ?= $(PREFIX)/share/zsh/site-functions
DESTDIR ?=
INSTALL ?= install
# Of programs that run here, only the compiler's have another name in a cross build.
CROSS_COMPILE ?=
SYSROOT ?=
BPFTOOL ?= $(shell command -v bpftool || echo /usr/sbin/bpftool)
CLANG   ?= clang
ifeq ($(origin CC),default)
CC := $(CROSS_COMPILE)gcc
endif
ifeq ($(origin AR),default)
AR := $(CROSS_COMPILE)gcc-ar
endif
ifdef SYSROOT
override CC += --sysroot=$(SYSROOT)
endif
TRIPLET := $(shell $(CC) -dumpmachine)
MACHINE := $(firstword $(subst -, ,$(TRIPLET)))
ifdef CROSS_COMPILE
PKG_CONFIG ?= PKG_CONFIG_SYSROOT_DIR='$(SYSROOT)' \
	PKG_CONFIG_LIBDIR='$(SYSROOT)/usr/lib/$(TRIPLET)/pkgconfig:$(SYSROOT)/usr/share/pkgconfig' pkg-config
endif
PKG_CONFIG ?= pkg-config

VERSION := 0.1.0
TOOLS_ANYWHERE := scapcat scapinfo scapmerge scapedit

# --- variant -----------------------------------------------------------------------------------

variant := release
OPT     := -O2 -g
ifdef DEBUG
variant := debug
OPT     := -O0 -g3
endif
ifdef SAN
variant := san
OPT     := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=address,undefined
endif
ifdef FUZZ
variant := fuzz
override CC := $(CLANG)
OPT     := -O1 -g -fsanitize=fuzzer-no-link,address,undefined
endif
ifeq ($(notdir $(CC)),clang)
ifndef FUZZ
variant := $(variant)-clang
endif
endif
ifdef CROSS_COMPILE
variant := $(variant)-$(MACHINE)
endif
B ?= build/$(variant)

ifndef V
Q := @
msg = @printf '  %-5s %s\n' '$(1)' '$(patsubst $(B)/%,%,$(2))';
endif

# --- flags -------------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
	-Wwrite-strings -Wcast-qual -Wcast-align=strict -Wpointer-arith -Wformat=2 \
	-Wimplicit-fallthrough
ifeq ($(notdir $(CC)),clang)
WARN := $(filter-out -Wcast-align=strict,$(WARN)) -Wcast-align
endif
ifdef WERROR
WARN += -Werror
endif

# Of the environment or the command line, CPPFLAGS, CFLAGS and LDFLAGS come behind these and win.
OWN_CPPFLAGS = -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilibcommon -I.
OWN_CFLAGS   = -std=c11 $(OPT) $(WARN) -fvisibility=hidden
DEPFLAGS  = -MMD -MP

LIBS_COMMON   := $(shell $(PKG_CONFIG) --libs zlib libzstd libarchive jansson libpcre2-8) -lpthread
CFLAGS_COMMON := $(shell $(PKG_CONFIG) --cflags zlib libzstd libarchive jansson libpcre2-8)
LIBS_scapedit := $(shell $(PKG_CONFIG) --libs libsodium)
LIBS_scapcap   = $(shell $(PKG_CONFIG) --libs libbpf libcurl)

# scapcap needs libbpf, libcurl, clang, bpftool and the kernel's BTF; without them the other four are
# built.
CAP_MISSING := $(strip \
	$(shell $(PKG_CONFIG) --exists libbpf || echo libbpf) \
	$(shell $(PKG_CONFIG) --exists libcurl || echo libcurl) \
	$(shell command -v $(CLANG) >/dev/null || echo clang) \
	$(shell test -x '$(BPFTOOL)' || echo bpftool) \
	$(if $(filter x86_64 aarch64,$(MACHINE)),,x86_64 or aarch64))
ifeq ($(CAP_MISSING),)
TOOLS := scapcap $(TOOLS_ANYWHERE)
else
TOOLS := $(TOOLS_ANYWHERE)
endif

# --- library and tools -------------------------------------------------------------------------

LIBSRC := $(wildcard libcommon/*/*.c)
LIBOBJ := $(LIBSRC:%.c=$(B)/%.o)
LIB    := $(B)/libcommon.a
BIN    := $(TOOLS:%=$(B)/%)
ALLOBJ := $(LIBOBJ)

.PHONY: all
all: $(BIN)
ifneq ($(CAP_MISSING),)
	@echo 'scapcap is not built: no $(CAP_MISSING) (make deps installs it)'
endif

$(LIB): $(LIBOBJ)
	$(call msg,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Objects of a tool, all but main.o also for the tests.
define TOOL_RULE
OBJ_$(1)  := $$(patsubst %.c,$(B)/%.o,$$(wildcard tools/$(1)/*.c))
CORE_$(1) := $$(filter-out %/main.o,$$(OBJ_$(1)))
ALLOBJ    += $$(OBJ_$(1))
$(B)/$(1): $$(OBJ_$(1)) $(LIB)
	$$(call msg,LD,$$@)
	$$(Q)$$(CC) $$(OPT) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(1)) $$(LIBS_COMMON)
endef
$(foreach t,$(TOOLS),$(eval $(call TOOL_RULE,$(t))))

$(B)/%.o: %.c
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(OWN_CPPFLAGS) $(CPPFLAGS) $(OWN_CFLAGS) $(CFLAGS) $(CFLAGS_COMMON) $(DEPFLAGS) -c -o $@ $<

# --- BPF ---------------------------------------------------------------------------------------

BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(MACHINE)))
BPFSRC   := $(wildcard tools/scapcap/bpf/*.bpf.c)
BPFOBJ   := $(BPFSRC:%.c=$(B)/%.o)
# Not of the others: older kernels do not take them.
ITERSRC  := $(wildcard tools/scapcap/iter/*.bpf.c)
ITEROBJ  := $(ITERSRC:%.c=$(B)/%.o)

$(B)/%.bpf.o: %.bpf.c
	$(call msg,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) -g -O2 -target bpf -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Wextra -Werror -Wno-unused-parameter \
		$(patsubst %,-idirafter %,/usr/include/$(shell uname -m)-linux-gnu) \
		-Itools/scapcap -Ilibcommon $(DEPFLAGS) -c -o $@ $<

$(B)/tools/scapcap/scapcap.bpf.o: $(BPFOBJ)
	$(call msg,LINK,$@)
	$(Q)$(BPFTOOL) gen object $@ $^

$(B)/tools/scapcap/iters.bpf.o: $(ITEROBJ)
	$(call msg,LINK,$@)
	$(Q)$(BPFTOOL) gen object $@ $^

$(B)/tools/scapcap/%.skel.h: $(B)/tools/scapcap/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

$(B)/tools/scapcap/capture.o: $(B)/tools/scapcap/scapcap.skel.h
$(B)/tools/scapcap/iters.o: $(B)/tools/scapcap/iters.skel.h
$(B)/tools/scapcap/capture.o $(B)/tools/scapcap/iters.o: \
	CFLAGS_COMMON += -isystem $(B)/tools/scapcap

# --- the rest ----------------------------------------------------------------------------------

include tests/tests.mk

.PHONY: install
install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 755 $(BIN) $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 644 $(foreach t,$(TOOLS),tools/$(t)/$(t).1) $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR)
	$(foreach t,$(TOOLS),$(INSTALL) -m 644 completion/scaptools.bash $(DESTDIR)$(BASHDIR)/$(t) && )true
	$(INSTALL) -m 644 completion/_scaptools $(DESTDIR)$(ZSHDIR)

# What install puts there, whichever tools were built since.
.PHONY: uninstall
uninstall:
	rm -f $(foreach t,scapcap $(TOOLS_ANYWHERE),'$(DESTDIR)$(BINDIR)/$(t)' \
		'$(DESTDIR)$(MANDIR)/man1/$(t).1' '$(DESTDIR)$(BASHDIR)/$(t)') '$(DESTDIR)$(ZSHDIR)/_scaptools'

.PHONY: deps
deps:
	$(if $(filter 0,$(shell id -u)),,sudo )sh tests/check/deps.sh packages.txt

.PHONY: demo
demo:
	@sh tests/check/demo.sh

.PHONY: clean
clean:
	rm -rf build

-include $(ALLOBJ:.o=.d) $(BPFOBJ:.o=.d) $(ITEROBJ:.o=.d)
