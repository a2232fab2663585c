/* rung-cli: talks to the servers of this course, and shows how. */
#include "idle.h"
#include "interrupt.h"
#include "prompt.h"
#include "request.h"
#include "say.h"
#include "play.h"
#include "trial.h"
#include "words.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void print_help(void)
{
    printf("usage: rung-cli [OPTION...] [WORD...]\n\n"
           "Sends the words as a request and shows the reply. Without words:\n"
           "a prompt, or one request per line of standard input.\n\n");
    options_print(stdout, "--", false);
    printf("\n"
           "  rung-cli SET key \"two words\"\n"
           "  rung-cli --proto raw -p 7000 'hello\\n'\n"
           "  rung-cli -p 7000 --proto framed --bytes --drip 10 GET key\n"
           "  rung-cli --pipeline 0 <requests.txt\n");
}

/* ---- one request, from the command line ---- */

static bool add_input(struct slices *words)
{
    enum { CHUNK = 64 * 1024 };
    struct buf *bytes = &words->bytes;
    size_t n;
    do {
        if (!buf_reserve(bytes, CHUNK))
            return false;
        n = fread(bytes->data + bytes->end, 1, CHUNK, stdin);
        bytes->end += n;
    } while (n > 0);
    return !ferror(stdin) && slices_end(words);
}

static bool add_word(struct slices *words, const struct options *options,
                     const char *text)
{
    struct slice word = {text, strlen(text)};
    size_t before = words->count;
    if (options->quoted)
        return words_split(words, word) && words->count == before + 1;
    if (options->proto == PROTO_RAW || options->proto == PROTO_MESSAGE)
        return words_unescape(words, word);
    return slices_add(words, word);
}

/* The words of the command line, and of standard input with -x. */
static bool read_words(struct slices *words, const struct options *options,
                       char **argv)
{
    for (; *argv != NULL; argv++)
        if (!add_word(words, options, *argv)) {
            complain("%s: its quotes are wrong", *argv);
            return false;
        }
    if (!options->last_from_input || add_input(words))
        return true;
    complain("standard input cannot be read");
    return false;
}

/* ---- many requests, from standard input ---- */

/* The next line that says something. False: the end. */
static bool next_line(struct slices *words, const struct options *options)
{
    char *text = NULL;
    size_t cap = 0;
    while (words->count == 0) {
        ssize_t len = getline(&text, &cap, stdin);
        if (len < 0)
            break;
        if (text[len - 1] == '\n')
            len--;
        if (!request_read_line(words, options->proto,
                               (struct slice){text, (size_t)len})) {
            say("Invalid argument(s)");
            slices_free(words);
        }
    }
    free(text);
    return words->count > 0;
}

static bool send_lines(struct talk *talk)
{
    struct slices words = {0};
    bool good = true;
    while (good && next_line(&words, talk->options)) {
        good = trial_run_words(talk, &words);
        slices_free(&words);
    }
    return good;
}

static bool send_lines_at_once(struct talk *talk)
{
    struct slices words = {0}, requests = {0};
    bool good = true;
    while (good && next_line(&words, talk->options)) {
        good = request_append(&requests.bytes, talk->options->proto, &words) &&
               slices_end(&requests);
        slices_free(&words);
    }
    if (!good)
        complain("too much to send at once");
    else if (requests.count > 0)
        good = trial_run(talk, &requests, NULL);
    slices_free(&requests);
    return good;
}

/* ---- what is it to be? ---- */

static bool converse(struct options *options, const struct slices *words)
{
    struct talk talk;
    bool good;
    talk_init(&talk, options);
    if (words->count > 0)
        good = trial_run_words(&talk, words);
    else if (isatty(STDIN_FILENO))
        good = prompt_run(&talk, options);
    else if (options->pipeline == 0)
        good = send_lines_at_once(&talk);
    else
        good = send_lines(&talk);
    if (options->error_status && talk.error_seen)
        good = false;
    talk_free(&talk);
    return good;
}

static bool run(struct options *options, char **argv)
{
    struct slices words = {0};
    if (options->script != NULL)
        return play_script(options);
    interrupt_catch();
    bool good = read_words(&words, options, argv);
    if (good && options->connections > 0)
        good = idle_run(options, &words);
    else if (good)
        good = converse(options, &words);
    slices_free(&words);
    return good;
}

int main(int argc, char **argv)
{
    struct options options;
    setlocale(LC_CTYPE, "");
    int first = options_read(&options, argc, argv);
    if (first < 0)
        return 1;
    if (options.help) {
        print_help();
        return 0;
    }
    bool good = run(&options, argv + first);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("standard output cannot be written");
        good = false;
    }
    return good ? 0 : 1;
}
