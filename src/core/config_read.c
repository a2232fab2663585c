/* Settings from a file and from the command line. A line of the file has the
 * grammar of an inline request (words, quotes, escapes), so the request parser
 * reads both. */
#include "base/io.h"
#include "base/text.h"
#include "core/config.h"
#include "resp/reply.h"
#include "resp/resp.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    FILE_LIMIT = 1 << 20, /* bytes */
    WORD_LIMIT = 64,      /* of one option on the command line */
    PORTION = 4096,       /* bytes read at once */
};

static bool keep_user(struct config *config, const char *where,
                      const struct slice *words, size_t count,
                      struct config_error *why)
{
    struct reply kept = {.bytes = config->users, .version = 2};
    if (count < 2)
        return config_fail(why, "wrong number of arguments");
    reply_array(&kept, count);
    reply_string(&kept, where);
    for (size_t i = 1; i < count; i++)
        reply_bulk(&kept, words[i]);
    config->users = kept.bytes;
    return !config->users.failed || config_fail(why, "out of memory");
}

static bool take(struct config *config, const char *where,
                 const struct slice *words, size_t count,
                 struct config_error *why)
{
    if (slice_is(words[0], "user"))
        return keep_user(config, where, words, count, why);
    return config_set(config, CONFIG_START, words[0], words + 1, count - 1,
                      why);
}

/* line = space* [ name value+ / "#" byte* ] LF */
static bool read_line(struct config *config, const char *where,
                      struct slice line, struct config_error *why)
{
    static const struct resp_limits limits = {.line = FILE_LIMIT};
    struct resp_parser words = {0};
    bool good = true;
    while (line.len > 1 && isspace((unsigned char)line.data[0])) {
        line.data++;
        line.len--;
    }
    if (line.data[0] == '*' || line.data[0] == '#')
        good = line.data[0] == '#' ||
               config_fail(why, "a setting has no * in it");
    else if (resp_parse(&words, line, &limits) != RESP_DONE)
        good = config_fail(why, "unbalanced quotes");
    else if (words.argc > 0)
        good = take(config, where, words.argv, words.argc, why);
    resp_free(&words);
    return good;
}

static bool read_lines(struct config *config, struct slice rest,
                       const char *path, struct config_error *error)
{
    for (int number = 1; rest.len > 0; number++) {
        const char *end = memchr(rest.data, '\n', rest.len);
        size_t len = (size_t)(end - rest.data) + 1;
        struct config_error why;
        char where[128];
        snprintf(where, sizeof where, "%.100s, line %d", path, number);
        if (!read_line(config, where, (struct slice){rest.data, len}, &why))
            return config_fail(error, "%s: '%.*s': %.60s", where,
                        len > 61 ? 60 : (int)len - 1, rest.data, why.text);
        rest.data += len;
        rest.len -= len;
    }
    return true;
}

/* All of it, and a line end, so that the last line has one. */
static bool read_content(int fd, struct buf *content)
{
    ssize_t n;
    do {
        if (!buf_reserve(content, PORTION))
            return false;
        n = read_some(fd, content->data + content->end, PORTION);
        content->end += n > 0 ? (size_t)n : 0;
    } while (n > 0 && buf_len(content) <= FILE_LIMIT);
    if (n > 0)
        errno = EFBIG;
    buf_append(content, "\n", 1);
    return n == 0 && !content->failed;
}

bool config_read_file(struct config *config, const char *path,
                      struct config_error *error)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
                                    : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return config_fail(error, "cannot open %s: %s", path, strerror(errno));
    if (strcmp(path, "-") != 0 && realpath(path, config->path) == NULL)
        config->path[0] = '\0';
    struct buf content = {0};
    bool good = read_content(fd, &content);
    if (good)
        good = read_lines(config, buf_slice(&content), path, error);
    else
        config_fail(error, "cannot read %s: %s", path, strerror(errno));
    buf_free(&content);
    close(fd);
    return good;
}

static bool is_option(const char *argument)
{
    return strncmp(argument, "--", 2) == 0;
}

bool config_read_arguments(struct config *config, int count, char **arguments,
                           struct config_error *error)
{
    for (int i = 0; i < count;) {
        const char *option = arguments[i++];
        if (!is_option(option))
            return config_fail(error, "%s: a setting starts with --", option);
        struct slice words[WORD_LIMIT];
        size_t n = 0;
        words[n++] = (struct slice){option + 2, strlen(option + 2)};
        for (; i < count && !is_option(arguments[i]) && n < WORD_LIMIT; i++)
            words[n++] = (struct slice){arguments[i], strlen(arguments[i])};
        struct config_error why;
        if (!take(config, option, words, n, &why))
            return config_fail(error, "%s: %.200s", option, why.text);
    }
    return true;
}
