# rung: everything is built by this one file. `make help` lists what it can do.
#
# FLAVOUR is plain, asan (address and undefined-behaviour sanitizers) or tsan
# (thread sanitizer); CC any C11 compiler. Each pair has a build folder of its
# own; what the plain one makes for use stands in bin/.

CC = cc
FLAVOUR = plain
PORT = 6379

ifeq ($(FLAVOUR)-$(CC),plain-cc)
OUT = build/plain
BIN = bin
else
OUT = build/$(FLAVOUR)-$(notdir $(CC))
BIN = $(OUT)/bin
endif

SANITIZE_plain =
SANITIZE_asan = -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZE_tsan = -fsanitize=thread
SANITIZE = $(SANITIZE_$(FLAVOUR))
OPTIMIZE_plain = -O2
OPTIMIZE = $(or $(OPTIMIZE_$(FLAVOUR)),-O1 -fno-omit-frame-pointer)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes \
	-Wstrict-prototypes
CFLAGS = $(OPTIMIZE) -g
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -pthread $(WARN) $(WERROR) $(SANITIZE) \
	$(CFLAGS)
ALL_LDFLAGS = -pthread $(SANITIZE) $(LDFLAGS)

CHAPTERS = $(sort $(notdir $(wildcard chapters/[0-9]*)))

# What uses io_uring needs liburing (2.3 or later, for multishot receive), which
# not every compiler finds: ask it. Empty where it does not.
URING_TEST = int main(void) \
	{ io_uring_prep_recv_multishot(0, 0, 0, 0, 0); io_uring_queue_exit(0); }
HAVE_URING := $(shell echo '$(URING_TEST)' | $(CC) -include liburing.h -x c - \
	-o /dev/null -luring 2>/dev/null && echo yes)
ifndef HAVE_URING
CHAPTERS := $(filter-out %-uring,$(CHAPTERS))
endif

# The complete server's I/O models (src/io/model.c) that cannot be built here
# are left out. What there is, is kept in a file: when it changes, model.c is
# compiled again.
HAVE_EPOLL := $(shell echo | $(CC) -include sys/epoll.h -fsyntax-only -x c - \
	2>/dev/null && echo yes)
HAVE_COROUTINES := $(and $(HAVE_EPOLL),$(shell $(CC) -dM -E -x c /dev/null | \
	grep -E ' __(x86_64|aarch64)__ '))
HAVE = $(if $(HAVE_EPOLL),-DHAVE_EPOLL) $(if $(HAVE_URING),-DHAVE_URING) \
	$(if $(HAVE_COROUTINES),-DHAVE_COROUTINES)
LEFT_OUT = $(if $(HAVE_EPOLL),,src/io/epoll.c) \
	$(if $(HAVE_COROUTINES),,src/io/coroutines.c src/base/co.c) \
	$(if $(HAVE_URING),,src/io/ring.c src/io/uring.c)
SERVER_LIBS = $(if $(HAVE_URING),-luring)
$(shell mkdir -p $(OUT) && echo '$(HAVE)' >$(OUT)/have.now && \
	(cmp -s $(OUT)/have.now $(OUT)/have || mv $(OUT)/have.now $(OUT)/have))
$(OUT)/src/io/model.o: ALL_CFLAGS += $(HAVE)
$(OUT)/src/io/model.o: $(OUT)/have

UNIT_TESTS = $(filter-out $(if $(HAVE_COROUTINES),,test_co),\
	$(sort $(basename $(notdir $(wildcard tests/unit/test_*.c)))))

objects = $(patsubst %.c,$(OUT)/%.o,$(1))
CORE_OBJECTS = $(call objects,$(filter-out $(LEFT_OUT),$(wildcard src/*/*.c)))
WIRE_OBJECTS = $(call objects,$(wildcard clients/wire/*.c))
CLI_OBJECTS = $(call objects,$(filter-out %/main.c,$(wildcard clients/rung-cli/*.c)))
BENCH_OBJECTS = $(call objects,$(filter-out %/main.c,$(wildcard clients/rung-bench/*.c)))
BASE_OBJECTS = $(call objects,$(filter-out $(LEFT_OUT),$(wildcard src/base/*.c)))
GRADE_OBJECTS = $(call objects,$(wildcard tests/grade/*.c))

##@ To use it

.PHONY: run
run: server ## build the complete server and serve on PORT (6379)
	$(BIN)/rung-server --port $(PORT)

.PHONY: server chapters clients rung-cli rung-bench rung-server all
server rung-server: $(BIN)/rung-server ## build the complete server
chapters: $(CHAPTERS) ## build every chapter; `make 03-threads` builds one
clients: rung-cli rung-bench ## build the clients
rung-cli: $(BIN)/rung-cli ## build the practice client (needs libedit)
rung-bench: $(BIN)/rung-bench ## build the load generator
all: server chapters clients $(BIN)/rung-grade ## build all there is

##@ To learn from it

.PHONY: diff
diff: ## what a chapter changes: make diff FROM=03 TO=04
	@chapters/diff.sh "$(FROM)" "$(TO)"

##@ To test it

.PHONY: test test-all deps unit grade layers bench lab
test: all unit grade layers ## unit tests, and every chapter and the server graded
test-all: deps ## every test, in every flavour, with gcc and clang
	@tests/all.sh
deps: ## fetch what tests need through the system's package manager
	@tests/deps.sh
unit: $(UNIT_TESTS:%=$(BIN)/%) ## the unit tests of src and clients
	@status=0; for test in $^; do $$test || status=1; done; exit $$status
grade: chapters server $(BIN)/rung-grade ## grade every chapter and the complete server
	@tests/grade.sh $(BIN)
layers: ## include arrows go down only, and the core calls no socket
	@tests/layers.sh
bench: server rung-bench ## throughput beside redis-server, as ratios
	@tests/bench.sh $(BIN)/rung-server
lab: all ## every way of waiting under the same loads (LAB=quick: a minute)
	@python3 tests/lab/lab.py $(or $(LAB),full) --bin $(BIN)

##@ Housekeeping

.PHONY: clean help
clean: ## remove what was built
	rm -rf bin build
help: ## this list
	@awk -F ':.*## ' '/^##@/ { print "\n" substr($$0, 5) } \
		/^[a-z-]+[a-z -]*:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# How each thing is made.

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Isrc -iquote src/base -Iclients -MMD -MP -c -o $@ $<

# What counts its memory (src/base/memory.h) is told so to the linker.
COUNTED = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free \
	-Wl,--wrap=aligned_alloc

define link
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(if $(filter %/memory.o,$^),$(COUNTED)) -o $@ \
		$(filter %.o,$^) $(LDLIBS)
endef

$(BIN)/rung-server: LDLIBS = $(SERVER_LIBS)
$(BIN)/rung-server: $(OUT)/src/main.o $(CORE_OBJECTS)
	$(link)

# The same I/O models around a session that only says +OK.
$(BIN)/floor-server: LDLIBS = $(SERVER_LIBS)
$(BIN)/floor-server: $(OUT)/src/main.o $(OUT)/tests/floor/session.o \
		$(filter-out $(OUT)/src/session/%,$(CORE_OBJECTS))
	$(link)

$(BIN)/rung-cli: LDLIBS = -ledit
$(BIN)/rung-cli: $(OUT)/clients/rung-cli/main.o $(CLI_OBJECTS) $(WIRE_OBJECTS) $(BASE_OBJECTS)
	$(link)

$(BIN)/rung-bench: LDLIBS = -lm
$(BIN)/rung-bench: $(OUT)/clients/rung-bench/main.o $(BENCH_OBJECTS) $(BASE_OBJECTS)
	$(link)

$(BIN)/rung-grade: LDLIBS = -lcmocka
$(BIN)/rung-grade: $(GRADE_OBJECTS) $(WIRE_OBJECTS) $(BASE_OBJECTS)
	$(link)

# Where there is no liburing, what uses it is left out.
ifndef HAVE_URING
.PHONY: 09-uring no-uring
chapters: no-uring
no-uring:
	@echo "skipped: 09-uring: $(CC) finds no liburing 2.3 (liburing-dev)"
09-uring: no-uring
	@false
endif
$(BIN)/09-uring: LDLIBS = -luring

# One server a chapter, from the same sources as `make` in its folder.
define chapter
.PHONY: $(1)
$(1): $$(BIN)/$(1)
$$(BIN)/$(1): $$(call objects,$$(wildcard chapters/$(1)/*.c))
	$$(link)
endef
$(foreach name,$(CHAPTERS),$(eval $(call chapter,$(name))))

$(UNIT_TESTS:%=$(BIN)/%): LDLIBS = -ledit -lcmocka -lm $(SERVER_LIBS)
$(BIN)/test_bench_%: $(OUT)/tests/unit/test_bench_%.o $(BENCH_OBJECTS) $(BASE_OBJECTS)
	$(link)
# The one whose memory can be refused has it from elsewhere.
$(BIN)/test_scarce: $(OUT)/tests/unit/test_scarce.o \
		$(OUT)/tests/unit/scarce/memory.o \
		$(filter-out %/base/memory.o,$(CORE_OBJECTS))
	$(link)

$(BIN)/test_%: $(OUT)/tests/unit/test_%.o $(CORE_OBJECTS) $(WIRE_OBJECTS) $(CLI_OBJECTS)
	$(link)

# Objects that only a rule's pattern names are kept.
.SECONDARY:

# Headers, as the compiler saw them last time.
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
