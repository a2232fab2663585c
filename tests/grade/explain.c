#include "explain.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* A word as a shell wants it. */
static void print_word(FILE *out, const char *word)
{
    if (word[0] != '\0' && !strpbrk(word, " \t\n'\"\\$&;|<>()*?[]#~`!")) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word != '\0'; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    fputc('\'', out);
}

/* The command that runs this test alone. */
static void print_command(FILE *out, const struct grade *grade,
                          const char *test)
{
    const struct options *options = &grade->options;
    print_word(out, grade->program);
    fprintf(out, " %s --only %s", options->chapter, test);
    if (options->scripts != NULL) {
        fputs(" --scripts ", out);
        print_word(out, options->scripts);
    }
    if (options->host != NULL)
        fprintf(out, " --connect %s:%s", options->host, options->port);
    else
        fputs(" --", out);
    for (char **word = options->command; *word != NULL; word++) {
        fputc(' ', out);
        print_word(out, *word);
    }
}

static char *command_for(const struct grade *grade, const char *test)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    print_command(out, grade, test);
    fclose(out);
    return text;
}

static const char *hint_for_signal(int status)
{
    if (!WIFSIGNALED(status))
        return "";
    switch (WTERMSIG(status)) {
    case SIGPIPE:
        return "; it gets this signal when it writes to a connection that the "
               "client has closed: ignore it";
    case SIGSEGV:
    case SIGBUS:
        return "; it touched memory that is not its own: build it with "
               "-fsanitize=address and it will say where";
    case SIGABRT:
        return "; it, or the library, found something impossible: see what it "
               "printed";
    default:
        return "";
    }
}

static bool is_dead(struct grade *grade, char *text, size_t size)
{
    char end[120];
    if (grade->options.host != NULL || server_runs(&grade->server))
        return false;
    server_describe_end(&grade->server, end, sizeof end);
    snprintf(text, size, "the server died: %s%s", end,
             hint_for_signal(grade->server.status));
    return true;
}

static void print_output(const struct grade *grade, FILE *out)
{
    if (grade->options.host != NULL)
        return;
    fprintf(out, "What the server printed:\n");
    server_print_output(&grade->server, out);
}

char *explain_failure(struct grade *grade, const struct wire_script *script,
                      const struct wire_target *target,
                      const struct wire_failure *failure)
{
    char *text = NULL, *again = command_for(grade, script->name), died[300];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool dead = is_dead(grade, died, sizeof died);
    struct wire_context context = {
        .again = again,
        .died = dead ? died : NULL,
        .port = grade->options.host != NULL ? NULL : "7000",
    };
    if (out != NULL) {
        wire_report(out, script, target, failure, &context);
        print_output(grade, out);
        fclose(out);
    }
    free(again);
    return text;
}

char *explain_server(struct grade *grade, const char *test, const char *problem)
{
    char *text = NULL, died[300];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    fprintf(out, "%s: %s.\n", test, problem);
    if (is_dead(grade, died, sizeof died))
        fprintf(out, "What happened: %s.\n", died);
    fputs("Again: ", out);
    print_command(out, grade, test);
    fputc('\n', out);
    print_output(grade, out);
    fclose(out);
    return text;
}
