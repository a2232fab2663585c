/* What leaves: the bytes of each protocol, and the numbers put into them. */
#include "unit.h"

#include "rung-bench/request.h"

static const char *const get_words[] = {"GET", "__key__", NULL};
static const char *const set_words[] = {"SET", "__key__", "__data__", NULL};

/* Two requests, one behind the other, with keys 7 and 8. */
static void check_two(const struct protocol *protocol,
                      const char *const *words, struct slice first,
                      struct slice second)
{
    struct draw draw = {.keys = 1000, .in_order = true, .next = 7};
    struct request request;
    char bytes[256];
    const char *why;
    assert_true(request_make(&request, protocol, words, 2, &why));
    char *middle = request_put(&request, bytes, &draw);
    char *end = request_put(&request, middle, &draw);
    assert_bytes(((struct slice){bytes, (size_t)(middle - bytes)}), first);
    assert_bytes(((struct slice){middle, (size_t)(end - middle)}), second);
    request_free(&request);
}

static void resp_is_resp(void **state)
{
    (void)state;
    check_two(&protocol_resp, set_words,
              SLICE("*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000007\r\n"
                    "$2\r\nxx\r\n"),
              SLICE("*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000008\r\n"
                    "$2\r\nxx\r\n"));
}

static void framed_is_framed(void **state)
{
    (void)state;
    check_two(&protocol_framed, set_words,
              SLICE("\45\0\0\0\3\0\0\0\3\0\0\0SET\20\0\0\0key:000000000007"
                    "\2\0\0\0xx"),
              SLICE("\45\0\0\0\3\0\0\0\3\0\0\0SET\20\0\0\0key:000000000008"
                    "\2\0\0\0xx"));
}

static void memcached_is_memcached(void **state)
{
    static const char *const incr_words[] = {"INCR", "__key__", NULL};
    struct request request;
    const char *why;
    (void)state;
    check_two(&protocol_memcached, set_words,
              SLICE("set key:000000000007 0 0 2\r\nxx\r\n"),
              SLICE("set key:000000000008 0 0 2\r\nxx\r\n"));
    check_two(&protocol_memcached, get_words, SLICE("get key:000000000007\r\n"),
              SLICE("get key:000000000008\r\n"));
    assert_false(
        request_make(&request, &protocol_memcached, incr_words, 1, &why));
    request_free(&request);
}

/* A name may be a part of a word, and stand in several. */
static void names_stand_anywhere(void **state)
{
    static const char *const words[] = {"ZADD", "", "__rand_int__",
                                        "e:__rand_int__:__data____data__!",
                                        NULL};
    (void)state;
    check_two(&protocol_resp, words,
              SLICE("*4\r\n$4\r\nZADD\r\n$0\r\n\r\n$12\r\n000000000007\r\n"
                    "$20\r\ne:000000000008:xxxx!\r\n"),
              SLICE("*4\r\n$4\r\nZADD\r\n$0\r\n\r\n$12\r\n000000000009\r\n"
                    "$20\r\ne:000000000010:xxxx!\r\n"));
}

static void too_many_numbers_are_refused(void **state)
{
    const char *words[REQUEST_HOLES + 2] = {NULL};
    struct request request;
    const char *why;
    (void)state;
    for (size_t i = 0; i < REQUEST_HOLES; i++)
        words[i] = "__rand_int__";
    assert_true(request_make(&request, &protocol_resp, words, 1, &why));
    request_free(&request);
    words[REQUEST_HOLES] = "__rand_int__";
    assert_false(request_make(&request, &protocol_resp, words, 1, &why));
    assert_string_equal(why, "too many numbers in it");
    request_free(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resp_is_resp),
        cmocka_unit_test(framed_is_framed),
        cmocka_unit_test(memcached_is_memcached),
        cmocka_unit_test(names_stand_anywhere),
        cmocka_unit_test(too_many_numbers_are_refused),
    };
    return cmocka_run_group_tests_name("bench_request", tests, NULL, NULL);
}
