/* The diary: whole lines, in Redis' format, from as many threads as there
 * are. */
#include "unit.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <unistd.h>

enum { CONTENT = 1024 * 1024 };

struct diary {
    char path[64];
    struct log log;
    char content[CONTENT]; /* a C string */
};

static struct diary diary;

static int open_diary(void **state)
{
    (void)state;
    strcpy(diary.path, "/tmp/rung-log-XXXXXX");
    int fd = mkstemp(diary.path);
    if (fd < 0)
        return -1;
    close(fd);
    return !log_open(&diary.log, diary.path, LOG_NOTICE);
}

static int close_diary(void **state)
{
    (void)state;
    log_close(&diary.log);
    return unlink(diary.path);
}

static const char *content(void)
{
    FILE *file = fopen(diary.path, "r");
    assert_non_null(file);
    size_t len = fread(diary.content, 1, CONTENT - 1, file);
    fclose(file);
    diary.content[len] = '\0';
    return diary.content;
}

static void a_line_tells_who_when_and_what(void **state)
{
    (void)state;
    log_write(&diary.log, LOG_NOTICE, "%s has %d", "it", 7);
    regex_t pattern;
    assert_int_equal(regcomp(&pattern,
                             "^[0-9]+:M [0-9]{2} [A-Z][a-z]{2} [0-9]{4} "
                             "[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3} "
                             "\\* it has 7\n$",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    int found = regexec(&pattern, content(), 0, NULL, 0);
    regfree(&pattern);
    if (found != 0)
        fail_msg("an odd line: %s", diary.content);
    assert_int_equal(strtol(diary.content, NULL, 10), getpid());
}

static void levels_have_signs_and_a_threshold(void **state)
{
    (void)state;
    log_write(&diary.log, LOG_VERBOSE, "too small");
    log_write(&diary.log, LOG_WARNING, "large");
    assert_null(strstr(content(), "too small"));
    assert_non_null(strstr(content(), " # large\n"));
    atomic_store(&diary.log.level, LOG_DEBUG);
    log_write(&diary.log, LOG_DEBUG, "tiny");
    log_write(&diary.log, LOG_VERBOSE, "small");
    assert_non_null(strstr(content(), " . tiny\n"));
    assert_non_null(strstr(content(), " - small\n"));
    atomic_store(&diary.log.level, LOG_NOTHING);
    log_write(&diary.log, LOG_WARNING, "huge");
    assert_null(strstr(content(), "huge"));
}

static void a_long_line_is_cut(void **state)
{
    (void)state;
    char words[3000];
    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    log_write(&diary.log, LOG_NOTICE, "%s", words);
    log_write(&diary.log, LOG_NOTICE, "next");
    const char *end = strchr(content(), '\n');
    assert_non_null(end);
    assert_int_equal(end - diary.content, 1023);
    assert_int_equal(end[-1], 'w');
    assert_non_null(strstr(end, "* next\n"));
}

static void lines_are_appended(void **state)
{
    (void)state;
    struct log again;
    log_write(&diary.log, LOG_NOTICE, "first");
    assert_true(log_open(&again, diary.path, LOG_NOTICE));
    log_write(&again, LOG_NOTICE, "second");
    log_write(&diary.log, LOG_NOTICE, "third");
    log_close(&again);
    const char *first = strstr(content(), "first\n");
    assert_non_null(first);
    const char *second = strstr(first, "second\n");
    assert_non_null(second);
    assert_non_null(strstr(second, "third\n"));
}

enum { WRITERS = 4, LINES = 1000 };

static pthread_barrier_t all_here;

static void *write_lines(void *argument)
{
    char letter = *(const char *)argument;
    char letters[64];
    memset(letters, letter, sizeof letters);
    pthread_barrier_wait(&all_here);
    for (int i = 0; i < LINES; i++)
        log_write(&diary.log, LOG_NOTICE, "%.64s", letters);
    return NULL;
}

static void lines_never_mix(void **state)
{
    (void)state;
    static char letters[] = "abcd";
    pthread_t threads[WRITERS];
    size_t lines[WRITERS] = {0};
    pthread_barrier_init(&all_here, NULL, WRITERS);
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, write_lines, &letters[i]), 0);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&all_here);
    for (const char *at = content(); *at != '\0'; at = strchr(at, '\n') + 1) {
        const char *words = strstr(at, " * ");
        assert_non_null(words);
        words += 3;
        assert_in_range(*words, 'a', 'd');
        assert_int_equal(strspn(words, (char[]){*words, '\0'}), 64);
        assert_int_equal(words[64], '\n');
        lines[*words - 'a']++;
    }
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(lines[i], LINES);
}

static void no_path_is_standard_output(void **state)
{
    (void)state;
    struct log log;
    assert_true(log_open(&log, "", LOG_NOTICE));
    assert_int_equal(log.fd, STDOUT_FILENO);
    log_close(&log);
    assert_true(fcntl(STDOUT_FILENO, F_GETFD) >= 0); /* still open */
}

static void a_bad_path_is_an_error(void **state)
{
    (void)state;
    struct log log;
    errno = 0;
    assert_false(log_open(&log, "/no/such/folder/log", LOG_NOTICE));
    assert_int_equal(errno, ENOENT);
}

#define WITH_DIARY(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_diary, close_diary)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIARY(a_line_tells_who_when_and_what),
        WITH_DIARY(levels_have_signs_and_a_threshold),
        WITH_DIARY(a_long_line_is_cut),
        WITH_DIARY(lines_are_appended),
        WITH_DIARY(lines_never_mix),
        cmocka_unit_test(no_path_is_standard_output),
        cmocka_unit_test(a_bad_path_is_an_error),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
