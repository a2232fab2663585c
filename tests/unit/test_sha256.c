/* SHA-256 against the examples of RFC 6234 (and FIPS 180), and every length
 * around the blocks' ends against hashes made by sha256sum(1). */
#include "unit.h"

#include "base/sha256.h"

static void assert_hash(struct slice bytes, const char *expected)
{
    char hash[SHA256_HEX + 1];
    char *copy = exact_copy(bytes);
    sha256_hex((struct slice){copy, bytes.len}, hash);
    free(copy);
    assert_string_equal(hash, expected);
}

static void examples(void **state)
{
    (void)state;
    assert_hash(SLICE(""), "e3b0c44298fc1c149afbf4c8996fb924"
                           "27ae41e4649b934ca495991b7852b855");
    assert_hash(SLICE("abc"), "ba7816bf8f01cfea414140de5dae2223"
                              "b00361a396177a9cb410ff61f20015ad");
    assert_hash(SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnop"
                      "nopq"), "248d6a61d20638b8e5c026930c3e6039"
                               "a33ce45964ff2167f6ecedd419db06c1");
    assert_hash(SLICE("\x19"), "68aa2e2ee5dff96e3355e6c7ee373e3d"
                               "6a4e17f75f9518d843709c0c9bc3e3d4");
}

static void a_million_letters(void **state)
{
    (void)state;
    enum { MANY = 1000000 };
    char *letters = malloc(MANY);
    assert_non_null(letters);
    memset(letters, 'a', MANY);
    assert_hash((struct slice){letters, MANY},
                "cdc76e5c9914fb9281a1c7e284d73e67"
                "f1809a48a497200e046d39ccc7112cd0");
    free(letters);
}

static const struct {
    size_t len;
    const char *hash;
} lengths[] = {
    {54, "45f316e10b2c99abf374b22bda893cf3"
     "300d77263f1e272349ed414680522952"},
    {55, "d5e285683cd4efc02d021a5c62014694"
     "958901005d6f71e89e0989fac77e4072"},
    {56, "04c26261370ee7541549d16dee320c72"
     "3e3fd14671e66a099afe0a377c16888e"},
    {57, "ae14a2563ccf969d99aca69ce6bb7498"
     "1f734bbf9f655f73b8f06db68cab5217"},
    {62, "21210f9644c6fe6b4b76ed90bd48a9f8"
     "8d1b20bd22f17f65b83e1b91d2a52c45"},
    {63, "75220b47218278e656f2013bb8f0c455"
     "a25eaf01e86c64924e9d48d89776d6f2"},
    {64, "7ce100971f64e7001e8fe5a51973ecdf"
     "e1ced42befe7ee8d5fd6219506b5393c"},
    {65, "9537c5fdf120482f7d58d25e9ed583f5"
     "2c02b4e304ea814db1633ad565aed7e9"},
    {118, "d4fc3f146a19ae0453b2195bba6b11cf"
     "fd0afc8c6f94f902e55a94ed975c6abd"},
    {119, "000b48d4edf0fa7bee3c6236ecd2785b"
     "aa5db4eeb8bb54341b029e0d9fa5fb0c"},
    {120, "13f05a0b594787f5ecd315edc96141bd"
     "3243203d1b7d4f0836f37308b276ba98"},
    {127, "70156a14adbabf98cff3a71c7084b417"
     "abf057a8efd27329ca36b7202c87d81f"},
    {128, "24da1b81d0b16df6428eee73c69fcb2a"
     "93c76bc6df706f0c6670fe6bfe800464"},
    {129, "0ec9eb33e74510bcdd1f2ea55206e82f"
     "21649c5c2becbf2b433eb475b34c01bd"},
};

static void around_the_ends_of_blocks(void **state)
{
    (void)state;
    char letters[200];
    memset(letters, 'x', sizeof letters);
    for (size_t i = 0; i < COUNT(lengths); i++)
        assert_hash((struct slice){letters, lengths[i].len}, lengths[i].hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples),
        cmocka_unit_test(a_million_letters),
        cmocka_unit_test(around_the_ends_of_blocks),
    };
    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
