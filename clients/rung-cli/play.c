#include "play.h"

#include "say.h"
#include "wire/play.h"

static void show_step(void *context, const struct wire_step *step, long counter)
{
    (void)context;
    printf("%4u  %.*s", step->line, (int)step->source.len, step->source.data);
    if (counter > 0)
        printf("  (%ld)", counter);
    printf("\n");
}

static bool play(const struct wire_script *script,
                 const struct options *options)
{
    struct wire_target target = {.host = options->host,
                                 .port = options->port,
                                 .timeout_scale = options->timeout / 5,
                                 .trace = options->bytes ? show_step : NULL};
    struct wire_failure failure;
    if (wire_play(script, &target, &failure)) {
        printf("%s: as written: %s\n", script->name, script->about);
        return true;
    }
    fflush(stdout);
    wire_report(stderr, script, &target, &failure, NULL);
    wire_failure_free(&failure);
    return false;
}

bool play_script(const struct options *options)
{
    struct wire_script script;
    char error[WIRE_ERROR];
    if (options->socket != NULL) {
        complain("a script is played over TCP: give -h and -p, not -s");
        return false;
    }
    if (!wire_load(&script, options->script, error)) {
        say("%s", error);
        return false;
    }
    bool good = play(&script, options);
    wire_free(&script);
    return good;
}
