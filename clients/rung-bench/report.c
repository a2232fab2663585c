/* All figures are in one table of names and numbers, for every format. */
#include "report.h"

#include <stdio.h>
#include <string.h>

struct figure {
    const char *name;
    double number;
    int digits; /* behind the point */
};

enum { FIGURES = 30 };

static double ms(const struct tally *tally, double percent)
{
    return (double)histogram_percentile(&tally->latency, percent) / 1e6;
}

static double per(double what, double count)
{
    return count > 0 ? what / count : 0;
}

/* Returns how many there are. */
static size_t collect(struct figure figures[FIGURES],
                      const struct options *options,
                      const struct result *result)
{
    const struct tally *tally = &result->tally;
    double count = (double)tally->latency.count;
    double replies = (double)tally->replies;
    const struct figure all[] = {
        {"connections", (double)options->connections, 0},
        {"idle", (double)options->idle, 0},
        {"threads", (double)options->threads, 0},
        {"pipeline", (double)options->pipeline, 0},
        {"rate", options->rate, 0},
        {"keys", (double)options->keys, 0},
        {"zipf", options->zipf, 2},
        {"value_size", (double)options->value_size, 0},
        {"reads", (double)options->reads, 0},
        {"requests", count, 0},
        {"seconds", result->seconds, 6},
        {"per_second", per(count, result->seconds), 0},
        {"errors", (double)tally->errors, 0},
        {"unsent", (double)tally->unsent, 0},
        {"hits", (double)tally->hits, 0},
        {"misses", (double)tally->misses, 0},
        {"mean_ms", histogram_mean(&tally->latency) / 1e6, 3},
        {"p50_ms", ms(tally, 50), 3},
        {"p90_ms", ms(tally, 90), 3},
        {"p99_ms", ms(tally, 99), 3},
        {"p99.9_ms", ms(tally, 99.9), 3},
        {"p99.99_ms", ms(tally, 99.99), 3},
        {"max_ms", (double)tally->latency.max / 1e6, 3},
        {"client_us", per((double)tally->cpu / 1e3, replies), 3},
        {"client_busy", result->busy, 3},
        {"replies", replies, 0},
        {"server_us", per((double)result->server.cpu / 1e3, replies), 3},
        {"server_switches", per((double)result->server.switches, replies), 4},
        {"resident_before", (double)result->resident_before, 0},
        {"resident", (double)result->server.resident, 0},
    };
    _Static_assert(sizeof all / sizeof all[0] == FIGURES, "all have room");
    memcpy(figures, all, sizeof all);
    return FIGURES;
}

static void print_csv(const struct figure *figures, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s%s", i > 0 ? "," : "", figures[i].name);
    printf("\n");
    for (size_t i = 0; i < count; i++)
        printf("%s%.*f", i > 0 ? "," : "", figures[i].digits,
               figures[i].number);
    printf("\n");
}

static void print_json(const struct figure *figures, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s\"%s\": %.*f", i > 0 ? ", " : "{", figures[i].name,
               figures[i].digits, figures[i].number);
    printf("}\n");
}

static void print_load(const struct options *options)
{
    if (options->command != NULL) {
        printf("command     ");
        for (const char *const *word = options->command; *word != NULL; word++)
            printf(" %s", *word);
    } else {
        printf("requests     %ld %% GET, %ld %% SET", options->reads,
               100 - options->reads);
    }
    printf(", %s, %ld keys, ", options->protocol->name, options->keys);
    if (options->zipf > 0)
        printf("Zipf %g", options->zipf);
    else
        printf("uniform");
    printf(", values of %ld bytes\n", options->value_size);
    printf("clients      %ld, ", options->connections);
    if (options->idle > 0)
        printf("%ld idle ones, ", options->idle);
    printf("pipeline %ld, ", options->pipeline);
    if (options->rate > 0)
        printf("open loop: %.0f requests/s\n", options->rate);
    else
        printf("closed loop\n");
}

static void print_latency(const struct tally *tally)
{
    static const double percents[] = {50, 90, 99, 99.9, 99.99};
    printf("latency, ms  mean %.3f", histogram_mean(&tally->latency) / 1e6);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++)
        printf("  p%g %.3f", percents[i], ms(tally, percents[i]));
    printf("  max %.3f\n", (double)tally->latency.max / 1e6);
}

static void print_server(const struct options *options,
                         const struct result *result)
{
    const struct cost *server = &result->server;
    double replies = (double)result->tally.replies;
    double all = (double)(options->connections + options->idle);
    double grown =
        (double)server->resident - (double)result->resident_before;
    printf("server       %.3f us of processor time and %.4f context switches a "
           "request; %.2f KiB of memory a connection\n",
           per((double)server->cpu / 1e3, replies),
           per((double)server->switches, replies), grown / 1024 / all);
}

static void print_text(const struct options *options,
                       const struct result *result)
{
    const struct tally *tally = &result->tally;
    double count = (double)tally->latency.count;
    print_load(options);
    printf("answered     %.0f in %.3f s: %.0f/s\n", count, result->seconds,
           per(count, result->seconds));
    print_latency(tally);
    if (tally->hits + tally->misses > 0)
        printf("GETs found   %.1f %%\n",
               100 * per((double)tally->hits,
                         (double)(tally->hits + tally->misses)));
    if (tally->unsent > 0)
        printf("not sent     %.0f requests were due, and the server was not "
               "ready for them\n",
               (double)tally->unsent);
    printf("rung-bench   %.3f us of processor time a request, %ld thread%s "
           "%.0f %% busy\n",
           per((double)tally->cpu / 1e3, (double)tally->replies),
           options->threads, options->threads > 1 ? "s" : "",
           result->busy * 100);
    if (result->server.resident > 0)
        print_server(options, result);
    printf("errors       %.0f\n", (double)tally->errors);
}

void report_print(const struct options *options, const struct result *result)
{
    struct figure figures[FIGURES];
    size_t count = collect(figures, options, result);
    switch (options->format) {
    case FORMAT_TEXT:
        print_text(options, result);
        break;
    case FORMAT_CSV:
        print_csv(figures, count);
        break;
    case FORMAT_JSON:
        print_json(figures, count);
        break;
    }
}
