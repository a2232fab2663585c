/* SipHash-1-3. The reference program and Python (whose own hash it is) agree
 * on these values: key 00 01 .. 0f, bytes 00 01 02 .. */
#include "unit.h"

#include "base/hash.h"

#include <stdio.h>

static const struct hash_seed counting = {0x0706050403020100,
                                          0x0f0e0d0c0b0a0908};

static const struct {
    size_t len;
    uint64_t hash;
} vectors[] = {
    {0, 0xabac0158050fc4dc},   {1, 0xc9f49bf37d57ca93},
    {2, 0x82cb9b024dc7d44d},   {3, 0x8bf80ab8e7ddf7fb},
    {4, 0xcf75576088d38328},   {5, 0xdef9d52f49533b67},
    {6, 0xc50d2b50c59f22a7},   {7, 0xd3927d989bb11140},
    {8, 0x369095118d299a8e},   {9, 0x25a48eb36c063de4},
    {15, 0xd320d86d2a519956},  {16, 0xcc4fdd1a7d908b66},
    {31, 0x2370dd1f8c21d1bc},  {63, 0x9d199062b7bbb3a8},
    {300, 0x4016a23bda5a2224},
};

static void gives_the_known_values(void **state)
{
    (void)state;
    char bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(unsigned char)i;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct slice in = {bytes, vectors[i].len};
        char *copy = exact_copy(in);
        in.data = copy;
        assert_true(hash_bytes(&counting, in) == vectors[i].hash);
        free(copy);
    }
}

static void any_address_will_do(void **state)
{
    (void)state;
    char bytes[32];
    for (size_t i = 0; i < 9; i++) {
        memcpy(bytes + i, "\0\1\2\3\4\5\6\7\10", 9);
        assert_true(hash_bytes(&counting, (struct slice){bytes + i, 9}) ==
                    0x25a48eb36c063de4);
    }
}

static void depends_on_each_half_of_the_seed(void **state)
{
    (void)state;
    struct hash_seed zero = {0, 0};
    struct hash_seed one = {1, 0};
    struct hash_seed other = {0, 1};
    assert_true(hash_bytes(&zero, SLICE("")) == 0xd1fba762150c532c);
    uint64_t hash = hash_bytes(&zero, SLICE("key"));
    assert_true(hash != hash_bytes(&one, SLICE("key")));
    assert_true(hash != hash_bytes(&other, SLICE("key")));
    assert_true(hash_bytes(&one, SLICE("key")) !=
                hash_bytes(&other, SLICE("key")));
}

static void random_seeds_differ(void **state)
{
    (void)state;
    struct hash_seed a, b;
    assert_true(hash_seed_random(&a));
    assert_true(hash_seed_random(&b));
    assert_true(a.k0 != b.k0 && a.k1 != b.k1);
}

/* Shards take the high bits and buckets the low ones: 64,000 keys, 250 for
 * each of 256, and 160 to 340 is more than five times the expected spread. */
static void high_and_low_bits_spread(void **state)
{
    (void)state;
    size_t high[256] = {0}, low[256] = {0};
    for (int i = 0; i < 64000; i++) {
        char key[32];
        int n = snprintf(key, sizeof key, "user:%d", i);
        uint64_t hash = hash_bytes(&counting, (struct slice){key, (size_t)n});
        high[hash >> 56]++;
        low[hash & 0xff]++;
    }
    for (int i = 0; i < 256; i++) {
        assert_in_range(high[i], 160, 340);
        assert_in_range(low[i], 160, 340);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_known_values),
        cmocka_unit_test(any_address_will_do),
        cmocka_unit_test(depends_on_each_half_of_the_seed),
        cmocka_unit_test(random_seeds_differ),
        cmocka_unit_test(high_and_low_bits_spread),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
