#include "known.h"

#include "words.h"

/* Is the first word, or are the first two, in this table? */
static bool in_table(const struct slices *words, const char *const table[][2],
                     size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        if (words_match(words, 0, table[i][0]) &&
            (table[i][1] == NULL || words_match(words, 1, table[i][1])))
            return true;
    return false;
}

bool known_text(const struct slices *words)
{
    static const char *const table[][2] = {
        {"info", NULL},
        {"lolwut", NULL},
        {"debug", "htstats"},
        {"debug", "htstats-key"},
        {"debug", "client-eviction"},
        {"memory", "malloc-stats"},
        {"memory", "doctor"},
        {"cluster", "nodes"},
        {"cluster", "info"},
        {"client", "list"},
        {"client", "info"},
        {"latency", "graph"},
        {"latency", "doctor"},
    };
    return in_table(words, table, sizeof table / sizeof table[0]);
}

bool known_subscription(const struct slices *words)
{
    static const char *const table[][2] = {
        {"subscribe", NULL},
        {"psubscribe", NULL},
        {"ssubscribe", NULL},
    };
    return in_table(words, table, sizeof table / sizeof table[0]);
}

bool known_stream(const struct slices *words)
{
    return known_subscription(words) || words_match(words, 0, "monitor");
}

bool known_farewell(const struct slices *words)
{
    static const char *const table[][2] = {
        {"unsubscribe", NULL},
        {"punsubscribe", NULL},
        {"sunsubscribe", NULL},
    };
    return in_table(words, table, sizeof table / sizeof table[0]);
}

bool known_secret(const struct slices *words)
{
    static const char *const marks[] = {
        "auth", "auth2", "setuser", "requirepass", "masterauth", "masteruser"};
    for (size_t i = 0; i < words->count; i++)
        for (size_t m = 0; m < sizeof marks / sizeof marks[0]; m++)
            if (words_match(words, i, marks[m]))
                return true;
    return false;
}
