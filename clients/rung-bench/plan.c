#include "plan.h"

#include "say.h"

#include "base/clock.h"

static const char *const get_words[] = {"GET", "__key__", NULL};
static const char *const set_words[] = {"SET", "__key__", "__data__", NULL};

static bool make_request(const struct plan *plan, struct request *request,
                         const char *const *words)
{
    const char *why;
    size_t size = (size_t)plan->options->value_size;
    bool made =
        request_make(request, plan->options->protocol, words, size, &why);
    if (!made)
        say("cannot send this %s: %s", words[0], why);
    return made;
}

bool plan_make(struct plan *plan, const struct options *options, bool fill)
{
    *plan = (struct plan){.options = options, .fill = fill};
    plan->limit = options->requests > 0 ? (uint64_t)options->requests
                                        : UINT64_MAX / 2;
    if (fill)
        plan->limit = (uint64_t)options->keys;
    else if (options->rate > 0)
        plan->gap = 1e9 / options->rate;
    zipf_init(&plan->zipf, (uint64_t)options->keys, options->zipf);
    bool other = options->command != NULL && !fill;
    return make_request(plan, &plan->get, get_words) &&
           make_request(plan, &plan->set,
                        other ? options->command : set_words);
}

void plan_free(struct plan *plan)
{
    request_free(&plan->get);
    request_free(&plan->set);
}

void plan_start(struct plan *plan)
{
    const struct options *options = plan->options;
    double warmup = plan->fill ? 0 : options->warmup;
    double seconds = plan->fill ? 0 : options->seconds;
    plan->start = clock_ns();
    plan->measured = plan->start + (int64_t)(warmup * 1e9);
    plan->end = seconds > 0 ? plan->measured + (int64_t)(seconds * 1e9)
                            : INT64_MAX;
}

struct draw plan_draw(const struct plan *plan, size_t thread)
{
    uint64_t seed = (uint64_t)plan->options->seed;
    return (struct draw){.state = draw_mix(seed + 1) + draw_mix(~thread),
                         .keys = (uint32_t)plan->options->keys,
                         .in_order = plan->fill,
                         .by_zipf = plan->options->zipf > 0,
                         .zipf = plan->zipf};
}

bool plan_is_get(const struct plan *plan, size_t client, uint64_t k)
{
    uint64_t reads = (uint64_t)plan->options->reads;
    if (plan->fill || plan->options->command != NULL || reads == 0)
        return false;
    uint64_t chance = draw_mix(draw_mix(client + 1) + k) >> 32;
    return chance * 100 < reads << 32;
}
