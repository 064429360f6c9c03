# What people type. The build itself is meson's: see meson.build and src/meson.build.

BUILD  ?= build
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60

.PHONY: all run test bench fuzz format lint sanitize install clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(NINJA_QUIET)

# The main job: Zoom's requirements, enforced by this kernel and shown with real packets.
run: NINJA_QUIET = --quiet
run: all
	@$(BUILD)/egret lab --policy examples/zoom-office.yaml

test: all
	@tools/test.sh $(BUILD)

bench: all
	@tools/bench.sh $(BUILD)

# Each fuzz target for FUZZ_SECONDS, with libFuzzer and sanitizers.
fuzz: setup
	@tools/fuzz.sh $(FUZZ_SECONDS)

# The whole test suite again under address and undefined-behaviour sanitizers, with clang.
sanitize: setup
	@[ -f build-san/build.ninja ] || CC=clang meson setup build-san \
		-Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-san
	@tools/test.sh build-san --timeout-multiplier 5

format: setup
	@clang-format -i $$(git ls-files '*.c' '*.h')

lint: all
	@tools/lint.sh $(BUILD)

install: all
	@meson install -C $(BUILD) --no-rebuild

clean:
	@rm -rf $(BUILD) build-san build-fuzz

.PHONY: setup
setup:
	@tools/setup.sh

$(BUILD)/build.ninja: | setup
	@meson setup $(BUILD) --prefix=$(PREFIX)
