#include "core/output_limit.h"
#include "base/text.h"
#include "core/config.h"
#include "resp/resp.h"

enum { WORDS_A_CLASS = 4, WORDS_MAX = WORDS_A_CLASS * 16 };

static const char *const names[CLASSES] = {"normal", "slave", "pubsub"};

bool client_class_parse(struct slice word, enum client_class *class)
{
    for (int i = 0; i < CLASSES; i++) {
        if (slice_is(word, names[i]) ||
            (i == CLASS_REPLICA && slice_is(word, "replica"))) {
            *class = (enum client_class)i;
            return true;
        }
    }
    return false;
}

/* Parts one word at its spaces; an empty one has no parts. Returns how many
 * there are then in `out`, more than WORDS_MAX when there is no room. */
static size_t part(struct slice word, struct slice out[WORDS_MAX], size_t n)
{
    const char *end = word.data + word.len;
    if (word.len == 0)
        return n;
    for (const char *at = word.data; n <= WORDS_MAX; at++) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *stop = space ? space : end;
        if (n < WORDS_MAX)
            out[n] = (struct slice){at, (size_t)(stop - at)};
        n++;
        if (space == NULL)
            break;
        at = space;
    }
    return n;
}

struct change {
    enum client_class class;
    long long hard, soft, seconds;
};

static const char *parse(const struct slice words[WORDS_A_CLASS],
                         struct change *change)
{
    if (!client_class_parse(words[0], &change->class))
        return "Invalid client class specified in buffer limit configuration.";
    if (!config_bytes(words[1], &change->hard) ||
        !config_bytes(words[2], &change->soft) ||
        !slice_to_ll(words[3], &change->seconds) || change->seconds < 0 ||
        change->seconds > INT32_MAX)
        return "Error in hard, soft or soft_seconds setting in buffer limit "
               "configuration.";
    return NULL;
}

const char *output_limits_set(struct mail_limit limits[CLASSES],
                              const struct slice *words, size_t count)
{
    struct slice parts[WORDS_MAX];
    struct change changes[WORDS_MAX / WORDS_A_CLASS];
    size_t n = 0;
    for (size_t i = 0; i < count && n <= WORDS_MAX; i++)
        n = part(words[i], parts, n);
    if (n > WORDS_MAX || n % WORDS_A_CLASS != 0)
        return "Wrong number of arguments in buffer limit configuration.";
    n /= WORDS_A_CLASS;
    for (size_t i = 0; i < n; i++) {
        const char *wrong = parse(&parts[i * WORDS_A_CLASS], &changes[i]);
        if (wrong != NULL)
            return wrong;
    }
    for (size_t i = 0; limits != NULL && i < n; i++) {
        struct mail_limit *limit = &limits[changes[i].class];
        atomic_store(&limit->hard, changes[i].hard);
        atomic_store(&limit->soft, changes[i].soft);
        atomic_store(&limit->seconds, changes[i].seconds);
    }
    return NULL;
}

void output_limits_format(const struct mail_limit limits[CLASSES],
                          struct buf *out)
{
    for (int i = 0; i < CLASSES; i++)
        buf_print(out, "%s%s %lld %lld %lld", i > 0 ? " " : "", names[i],
                  atomic_load(&limits[i].hard), atomic_load(&limits[i].soft),
                  atomic_load(&limits[i].seconds));
}
