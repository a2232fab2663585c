#include "options.h"
#include "ladder.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "Plays wire scripts (notes/wire.md) against a server and says what it "
    "does\n"
    "wrong.\n"
    "\n"
    "  rung-grade CHAPTER [options] -- PROGRAM [ARGUMENT...]\n"
    "      starts the program, in which {port} stands for a free port, such "
    "as\n"
    "      rung-grade 04 -- ./my-server {port}\n"
    "  rung-grade CHAPTER [options] --connect HOST:PORT\n"
    "      grades a server that runs already, and erases its data\n"
    "  rung-grade [CHAPTER] --list\n"
    "      lists the tests\n"
    "\n"
    "  --only NAME         only this test; may be a pattern, such as '03-*'\n"
    "  --timeout-scale X   wait X times as long (5 s for the next byte)\n"
    "  --output FORMAT     stdout (the default), tap, xml (JUnit) or subunit\n"
    "  --scripts FOLDER    where the scripts are\n"
    "  --help              this text\n"
    "\n"
    "CHAPTER is one of ";

static void print_help(void)
{
    fputs(help, stdout);
    ladder_print(stdout);
    puts(".\nThe exit status is 0 when all tests pass, 1 when one fails, and 2"
         " when there is\na mistake in the command.");
}

static void refuse(const char *problem, const char *what)
{
    fprintf(stderr, "rung-grade: %s%s (see rung-grade --help)\n", problem,
            what);
    exit(2);
}

/* "127.0.0.1:7000", "[::1]:7000"; cut in two in place. */
static void split_address(struct options *options, char *address)
{
    char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || colon[1] == '\0')
        refuse("--connect wants HOST:PORT, not ", address);
    *colon = '\0';
    options->port = colon + 1;
    options->host = address;
    if (address[0] == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        options->host = address + 1;
    }
}

static double parse_scale(const char *text)
{
    char *end;
    double scale = strtod(text, &end);
    if (*end != '\0' || !(scale >= 0.01 && scale <= 1000))
        refuse("--timeout-scale wants a number from 0.01 to 1000, not ", text);
    return scale;
}

static void take_option(struct options *options, int option)
{
    switch (option) {
    case 'c':
        split_address(options, optarg);
        break;
    case 'l':
        options->list = true;
        break;
    case 'n':
        options->only = optarg;
        break;
    case 'o':
        options->output = optarg;
        break;
    case 's':
        options->scripts = optarg;
        break;
    case 't':
        options->timeout_scale = parse_scale(optarg);
        break;
    case 'h':
        print_help();
        exit(0);
    default: /* getopt has said what is wrong */
        exit(2);
    }
}

static void check(const struct options *options)
{
    if (options->chapter != NULL && !ladder_has(options->chapter))
        refuse("there is no chapter ", options->chapter);
    if (options->list)
        return;
    if (options->chapter == NULL)
        refuse("which chapter? Such as: rung-grade 04 -- ./my-server {port}",
               "");
    if (options->host == NULL && options->command[0] == NULL)
        refuse("which server? Such as: rung-grade 04 -- ./my-server {port}",
               "");
    if (options->host != NULL && options->command[0] != NULL)
        refuse("either --connect or a program, not both", "");
}

const char *options_default_scripts(void)
{
    static const char below[] = "/tests/wire";
    static char path[4096];
    if (access(below + 1, R_OK) == 0)
        return below + 1;
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof below);
    path[n > 0 ? n : 0] = '\0';
    for (char *slash; (slash = strrchr(path, '/')) != NULL;) {
        strcpy(slash, below);
        if (access(path, R_OK) == 0)
            return path;
        *slash = '\0';
    }
    return below + 1;
}

void options_parse(struct options *options, int argc, char **argv)
{
    static const struct option names[] = {
        {"connect", required_argument, NULL, 'c'},
        {"list", no_argument, NULL, 'l'},
        {"only", required_argument, NULL, 'n'},
        {"output", required_argument, NULL, 'o'},
        {"scripts", required_argument, NULL, 's'},
        {"timeout-scale", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    *options = (struct options){.output = "stdout", .timeout_scale = 1};
    /* The + keeps getopt from looking for options behind the chapter. */
    int option;
    for (;;) {
        while ((option = getopt_long(argc, argv, "+h", names, NULL)) != -1)
            take_option(options, option);
        bool is_command = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
        if (optind == argc || is_command || options->chapter != NULL)
            break;
        options->chapter = argv[optind++];
    }
    options->command = argv + optind;
    check(options);
}
