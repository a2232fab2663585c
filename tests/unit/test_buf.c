/* The growing buffer, against a plain array that does the same the slow way. */
#include "unit.h"

#include "base/buf.h"

enum { ROOM = 64 * 1024 };

struct model {
    char bytes[ROOM];
    size_t len;
};

static void fill(char *bytes, size_t len, uint64_t *random)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)next_random(random);
}

static void model_append(struct model *model, const char *bytes, size_t len)
{
    memcpy(model->bytes + model->len, bytes, len);
    model->len += len;
}

static void model_consume(struct model *model, size_t len)
{
    model->len -= len;
    memmove(model->bytes, model->bytes + len, model->len);
}

static void append_both(struct buf *buf, struct model *model, uint64_t *random)
{
    char bytes[1000];
    size_t len = random_below(random, sizeof bytes);
    if (random_below(random, 4) > 0)
        len /= 20; /* mostly small ones */
    fill(bytes, len, random);
    buf_append(buf, bytes, len);
    model_append(model, bytes, len);
}

/* What a reader does: make room, have it filled, take it in. */
static void reserve_both(struct buf *buf, struct model *model, uint64_t *random)
{
    size_t len = random_below(random, 3000);
    assert_true(buf_reserve(buf, len));
    assert_true(buf->cap - buf->end >= len);
    size_t came = len > 0 ? random_below(random, len) : 0;
    if (came == 0)
        return;
    fill(buf->data + buf->end, came, random);
    model_append(model, buf->data + buf->end, came);
    buf->end += came;
}

static void consume_both(struct buf *buf, struct model *model, uint64_t *random)
{
    size_t len = random_below(random, model->len + 1);
    buf_consume(buf, len);
    model_consume(model, len);
}

static void behaves_as_an_array(void **state)
{
    (void)state;
    static struct model model;
    struct buf buf = {0};
    uint64_t random = 1;
    for (int step = 0; step < 20000; step++) {
        size_t what = random_below(&random, 100);
        if (model.len > ROOM / 2 || what < 45)
            consume_both(&buf, &model, &random);
        else if (what < 90)
            append_both(&buf, &model, &random);
        else if (what < 99)
            reserve_both(&buf, &model, &random);
        else {
            buf_free(&buf);
            model.len = 0;
        }
        assert_int_equal(buf_len(&buf), model.len);
        assert_bytes(buf_slice(&buf), (struct slice){model.bytes, model.len});
        assert_true(buf.start <= buf.end && buf.end <= buf.cap);
    }
    assert_false(buf.failed);
    buf_free(&buf);
}

static void zero_is_empty(void **state)
{
    (void)state;
    struct buf buf = {0};
    assert_int_equal(buf_len(&buf), 0);
    assert_null(buf_slice(&buf).data);
    buf_append(&buf, NULL, 0);
    buf_consume(&buf, 0);
    assert_null(buf.data);
    buf_append(&buf, "abc", 3);
    buf_consume(&buf, 3);
    assert_null(buf_slice(&buf).data);
    assert_int_equal(buf.end, 0); /* all of it is room again */
    buf_free(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.cap, 0);
}

static void consuming_moves_nothing(void **state)
{
    (void)state;
    struct buf buf = {0};
    buf_append(&buf, "0123456789", 10);
    const char *first = buf_slice(&buf).data;
    for (size_t i = 1; i < 10; i++) {
        buf_consume(&buf, 1);
        assert_ptr_equal(buf_slice(&buf).data, first + i);
    }
    buf_free(&buf);
}

/* A megabyte passes through in small pieces, while `waiting` of them stay in
 * the buffer: it stays small, and no byte is moved more than twice on average.
 * It must not be moved for each piece, even where that would do for room. */
static void pass_through(size_t waiting)
{
    enum { PIECE = 100, PASSES = 10000 };
    static const char piece[PIECE];
    struct buf buf = {0};
    for (size_t i = 0; i < waiting; i++)
        buf_append(&buf, piece, PIECE);
    size_t moved = 0;
    for (int i = 0; i < PASSES; i++) {
        const char *before = buf_slice(&buf).data;
        buf_append(&buf, piece, PIECE);
        if (buf_slice(&buf).data != before)
            moved += buf_len(&buf);
        buf_consume(&buf, PIECE);
    }
    assert_true(buf.cap <= 4096);
    assert_true(moved <= 2 * PIECE * PASSES);
    buf_free(&buf);
}

static void what_passes_through_is_moved_seldom(void **state)
{
    (void)state;
    for (size_t waiting = 1; waiting < 20; waiting++)
        pass_through(waiting);
}

/* Appended one by one, n bytes are copied about once in all. */
static void growing_doubles(void **state)
{
    (void)state;
    struct buf buf = {0};
    int growths = 0;
    for (int i = 0; i < 1 << 20; i++) {
        size_t cap = buf.cap;
        buf_append(&buf, "x", 1);
        growths += buf.cap != cap;
    }
    assert_true(growths <= 12);
    assert_true(buf.cap <= 2 << 20);
    buf_free(&buf);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct buf buf = {0};
    buf_append(&buf, "abc", 3);
    assert_false(buf_reserve(&buf, SIZE_MAX / 2));
    assert_true(buf.failed);
    assert_bytes(buf_slice(&buf), SLICE("abc"));
    buf_append(&buf, "d", 1);
    assert_bytes(buf_slice(&buf), SLICE("abcd"));
    assert_true(buf.failed); /* so that one look at the end is enough */
    buf_free(&buf);
    assert_false(buf.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_as_an_array),
        cmocka_unit_test(zero_is_empty),
        cmocka_unit_test(consuming_moves_nothing),
        cmocka_unit_test(what_passes_through_is_moved_seldom),
        cmocka_unit_test(growing_doubles),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
