/* rung-grade: each script is one cmocka test, and one more asks the server to
 * end. cmocka prints the results: for a human, as TAP, or as JUnit's XML. */
#include "explain.h"
#include "ladder.h"
#include "suite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    DESCRIPTORS = 4096, /* for us and for the server, if we may */
    LAST_BREATH = 500,  /* ms: a server that hangs up may be about to die */
};

static const char stop_name[] = "stops-on-sigterm";

struct test {
    struct grade *grade;
    const struct wire_script *script;
};

/* Ends the test. As an expression that is not true the text gets into TAP and
 * XML as a whole; for a human cmocka would cut it off at 1024 bytes, so there
 * we print it. Does not return. */
static void fail_test(const struct grade *grade, char *text, const char *file,
                      unsigned line)
{
    char copy[16 * 1024];
    snprintf(copy, sizeof copy, "%s", text != NULL ? text : "out of memory");
    free(text);
    if (strcmp(grade->options.output, "stdout") != 0)
        _assert_true(0, copy, file, (int)line);
    printf("\n%s\n", copy);
    _fail(file, (int)line);
}

/* --- the tests --- */

/* Starts the server if it does not run: the test before may have killed it. */
static void revive(struct grade *grade, const char *test)
{
    char why[200], problem[240];
    if (grade->options.host != NULL || server_runs(&grade->server))
        return;
    print_message("(the server is started again)\n");
    if (server_start(&grade->server, why, sizeof why))
        return;
    snprintf(problem, sizeof problem, "the server does not start: %s", why);
    fail_test(grade, explain_server(grade, test, problem), test, 1);
}

static bool hung_up(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_ENDED || failure->trouble == WIRE_ABORTED ||
           failure->trouble == WIRE_REFUSED;
}

static void fail_script(struct grade *grade, const struct wire_script *script,
                        const struct wire_target *target,
                        struct wire_failure *failure)
{
    unsigned line = 1;
    if (failure->trail_len > 0)
        line = failure->trail[failure->trail_len - 1].step->line;
    if (hung_up(failure) && grade->options.host == NULL)
        server_wait(&grade->server, LAST_BREATH);
    char *text = explain_failure(grade, script, target, failure);
    wire_failure_free(failure);
    fail_test(grade, text, script->path, line);
}

static void run_script(void **state)
{
    struct test *test = *state;
    struct grade *grade = test->grade;
    struct wire_failure failure;
    revive(grade, test->script->name);
    struct wire_target target = {
        .host = grade->options.host ? grade->options.host : "127.0.0.1",
        .port = grade->options.host ? grade->options.port : grade->server.port,
        .timeout_scale = grade->options.timeout_scale,
    };
    if (!wire_play(test->script, &target, &failure))
        fail_script(grade, test->script, &target, &failure);
    if (grade->options.host != NULL)
        return;
    const char *problem = NULL;
    if (!server_runs(&grade->server))
        problem = "the conversation went well, but then the server died";
    else if (server_complained(&grade->server))
        problem = "the conversation went well, but a sanitizer has complained";
    if (problem != NULL)
        fail_test(grade, explain_server(grade, test->script->name, problem),
                  test->script->path, 1);
}

static void stop_server(void **state)
{
    struct grade *grade = ((struct test *)*state)->grade;
    struct server *server = &grade->server;
    revive(grade, stop_name);
    const char *problem = NULL;
    if (!server_stop(server))
        problem = "SIGTERM does not end the server while a client is "
                  "connected; it had to be killed";
    else if (server_complained(server))
        problem = "a sanitizer has complained when the server ended";
    else if (server->status != 0)
        problem = "SIGTERM should end the server with exit status 0";
    if (problem != NULL)
        fail_test(grade, explain_server(grade, stop_name, problem), stop_name,
                  1);
}

/* --- all of them --- */

static bool wants_stop(const struct options *options)
{
    return options->host == NULL &&
           (options->only == NULL || fnmatch(options->only, stop_name, 0) == 0);
}

static int run_all(struct grade *grade, const struct suite *suite)
{
    struct CMUnitTest *units = calloc(suite->count + 1, sizeof *units);
    struct test *tests = calloc(suite->count + 1, sizeof *tests);
    size_t count = 0;
    if (units == NULL || tests == NULL)
        abort();
    for (; count < suite->count; count++) {
        tests[count] = (struct test){grade, &suite->scripts[count]};
        units[count] = (struct CMUnitTest){
            suite->scripts[count].name, run_script, NULL, NULL, &tests[count]};
    }
    if (wants_stop(&grade->options)) {
        tests[count] = (struct test){grade, NULL};
        units[count] = (struct CMUnitTest){stop_name, stop_server, NULL, NULL,
                                           &tests[count]};
        count++;
    }
    int failed = _cmocka_run_group_tests(grade->options.chapter, units, count,
                                         NULL, NULL);
    free(units);
    free(tests);
    return failed;
}

/* Some tests open many connections, and the server inherits our limit. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS)
        return;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max
                                                  : DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void choose_output(const char *name)
{
    static const char *const names[] = {"stdout", "subunit", "tap", "xml"};
    static const enum cm_message_output outputs[] = {
        CM_OUTPUT_STDOUT, CM_OUTPUT_SUBUNIT, CM_OUTPUT_TAP, CM_OUTPUT_XML};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            cmocka_set_message_output(outputs[i]);
            return;
        }
    }
    fprintf(stderr, "rung-grade: --output wants stdout, tap, xml or subunit\n");
    exit(2);
}

static int grade_server(struct grade *grade, const struct suite *suite)
{
    char why[200];
    bool ours = grade->options.host == NULL;
    if (ours && !server_start(&grade->server, why, sizeof why)) {
        fprintf(stderr, "rung-grade: the server does not start: %s\n", why);
        server_print_output(&grade->server, stderr);
        server_kill(&grade->server);
        return 1;
    }
    int failed = run_all(grade, suite);
    if (ours)
        server_kill(&grade->server);
    return failed > 0;
}

int main(int argc, char **argv)
{
    struct grade grade = {.program = argv[0]};
    struct suite suite;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    options_parse(&grade.options, argc, argv);
    const struct options *options = &grade.options;
    choose_output(options->output);
    const char *folder = options->scripts;
    if (!suite_load(&suite, folder ? folder : options_default_scripts()))
        return 2;
    suite_select(&suite, options->chapter, options->only);
    grade.server = (struct server){.command = options->command,
                                   .output = -1,
                                   .timeout_scale = options->timeout_scale};
    int result = 0;
    raise_descriptor_limit();
    if (options->list) {
        suite_print(&suite);
    } else if (suite.count == 0 && !wants_stop(options)) {
        fprintf(stderr, "rung-grade: no test is named %s\n", options->only);
        result = 2;
    } else {
        result = grade_server(&grade, &suite);
    }
    suite_free(&suite);
    return result;
}
