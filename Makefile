# A thin front for people; CMakeLists.txt has the build.
#
#   make          build/tine
#   make demo     install what is missing, build, show what tine does
#   make check    install what is missing, build, run all tests
#   make bench    measure
#   make hard     all tests under the sanitizers
#   make arm      tests of tine for AArch64, under qemu-user
#   make fuzz     random modules, scripts and bytes, FUZZ_SECONDS each
#   make format   lay the sources out

BUILD ?= build
JOBS ?= $(shell nproc)

# The interpreter is fastest with a compiler that guarantees tail calls: the
# newest clang there is, else what cc is.
CLANGS := clang-22 clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 \
    clang-15 clang-14 clang
ifeq ($(origin CC),default)
CC := $(firstword $(foreach c,$(CLANGS),$(shell command -v $(c))) cc)
endif
CLANG_FORMAT ?= $(firstword $(foreach c,clang-format-22 clang-format,\
    $(shell command -v $(c))))

.PHONY: all configure configure-tests demo check bench hard arm fuzz format clean

all: configure
	@cmake --build $(BUILD) --target tine -j $(JOBS)

configure:
	@cmake -S . -B $(BUILD) $(if $(wildcard $(BUILD)/CMakeCache.txt),,\
	    -DCMAKE_C_COMPILER=$(CC) -DBUILD_TESTING=OFF \
	    $(if $(shell command -v ninja),-G Ninja)) >/dev/null

# The compiler is looked up again, since deps.sh may just have installed it.
configure-tests:
	@scripts/deps.sh all
	@cmake -S . -B $(BUILD) -DBUILD_TESTING=ON \
	    $(if $(wildcard $(BUILD)/CMakeCache.txt),,-G Ninja \
	    -DCMAKE_C_COMPILER=$$(for c in $(CLANGS) cc; do \
	    command -v $$c && break; done)) >/dev/null

demo: configure-tests
	@cmake --build $(BUILD) -j $(JOBS)
	@scripts/demo.sh $(BUILD)

check: configure-tests
	@cmake --build $(BUILD) -j $(JOBS)
	@ctest --test-dir $(BUILD) -j $(JOBS) --output-on-failure

bench: configure-tests
	@cmake --build $(BUILD) -j $(JOBS)
	@bench/run $(BUILD)

hard:
	@scripts/deps.sh hard
	@for preset in asan tsan; do \
	    cmake --preset $$preset >/dev/null && \
	    cmake --build --preset $$preset -j $(JOBS) && \
	    ctest --preset $$preset -j $(JOBS) || exit; done

# What an AArch64 build needs is unpacked beside it, not installed; from then on
# `make check` runs these tests too.
arm: configure-tests
	@scripts/deps.sh arm
	@test -d $(BUILD)/arm64-sysroot || \
	    scripts/arm64_sysroot.sh $(BUILD)/arm64-sysroot
	@cmake --build $(BUILD) -j $(JOBS)
	@ctest --test-dir $(BUILD) -R '^arm\.' --output-on-failure

# A build of its own for libFuzzer, which is clang's; the seeds are made.
FUZZ_SECONDS ?= 60
FUZZ_FIRST ?= 0
fuzz: configure-tests
	@cmake --build $(BUILD) -j $(JOBS)
	@cmake -S . -B build-fuzz -G Ninja -DTINE_FUZZ=ON -DBUILD_TESTING=ON \
	    -DCMAKE_C_COMPILER=$(firstword $(foreach c,$(CLANGS),\
	    $(shell command -v $(c))) clang) >/dev/null
	@cmake --build build-fuzz -j $(JOBS) --target fuzz_decode fuzz_source \
	    fuzz_spec
	@mkdir -p build-fuzz/corpus build-fuzz/corpus-source \
	    build-fuzz/corpus-spec build-fuzz/findings
	@$(BUILD)/tests/modgen build-fuzz/corpus 0 100 >/dev/null
	@for v in 2 4 5; do for o in 0 2; do \
	    $(BUILD)/sdk/bin/tine-cc -gdwarf-$$v -O$$o -nostartfiles \
	    -nodefaultlibs -Wl,--no-entry,--export-all \
	    tests/fuzz/seed_source.c \
	    -o build-fuzz/corpus-source/$$v-$$o.wasm || exit; done; done
	@failed=0; \
	build-fuzz/fuzz_decode -max_total_time=$(FUZZ_SECONDS) -max_len=8192 \
	    -artifact_prefix=build-fuzz/findings/ -verbosity=0 \
	    -print_final_stats=1 build-fuzz/corpus || failed=1; \
	build-fuzz/fuzz_source -max_total_time=$(FUZZ_SECONDS) -max_len=65536 \
	    -artifact_prefix=build-fuzz/findings/ -verbosity=0 \
	    -print_final_stats=1 build-fuzz/corpus-source || failed=1; \
	build-fuzz/fuzz_spec -max_total_time=$(FUZZ_SECONDS) -max_len=4096 \
	    -artifact_prefix=build-fuzz/findings/ -verbosity=0 \
	    -print_final_stats=1 -dict=tests/fuzz/spec.dict \
	    build-fuzz/corpus-spec tests/fuzz/spec || failed=1; \
	for engines in "tine --right node" "restarted --right compiled" \
	    "restarted --right compiled --bodies access"; do \
	    tests/differential/differ.py --bin $(BUILD) --batch 20 \
	        --first $(FUZZ_FIRST) --seconds $(FUZZ_SECONDS) \
	        --keep build-fuzz/findings --left $$engines || \
	        test $$? = 77 || failed=1; done; \
	exit $$failed

format:
	@git ls-files '*.c' '*.h' | xargs $(CLANG_FORMAT) -i

clean:
	@rm -rf $(BUILD)
