/* The list of who is connected, and the sums over all of them. */
#include "unit.h"

#include "core/clients.h"

#include <time.h>
#include <unistd.h>

enum { MANY = 5 };

struct world {
    struct clients clients;
    struct client client[MANY];
    int hung_up[MANY]; /* how often */
    enum hang_up how;  /* the last time */
};

static struct world world;

static void note_hang_up(void *wire, enum hang_up how)
{
    ++*(int *)wire;
    world.how = how;
}

static int open_clients(void **state)
{
    (void)state;
    world = (struct world){0};
    for (size_t i = 0; i < MANY; i++) {
        world.client[i].mailbox.wire = (struct wire){
            .self = &world.hung_up[i], .hang_up = note_hang_up};
    }
    alarm(30);
    return !clients_open(&world.clients);
}

static int close_clients(void **state)
{
    (void)state;
    clients_close(&world.clients);
    alarm(0);
    return 0;
}

static void add(size_t i)
{
    assert_true(clients_add(&world.clients, &world.client[i], MANY));
}

/* The list, from either end, is exactly the clients of `expected`. */
static void assert_list(const char *expected)
{
    size_t n = 0;
    struct client *last = NULL;
    for (struct client *c = world.clients.first; c != NULL; c = c->next) {
        assert_ptr_equal(c->previous, last);
        assert_in_range(n, 0, strlen(expected) - 1);
        assert_int_equal(c - world.client, expected[n++] - '0');
        last = c;
    }
    assert_int_equal(n, strlen(expected));
    assert_int_equal(clients_count(&world.clients), n);
}

static void clients_come_and_go_in_any_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        add(i);
    assert_list("43210");
    clients_remove(&world.clients, &world.client[2]);
    assert_list("4310");
    clients_remove(&world.clients, &world.client[4]);
    assert_list("310");
    clients_remove(&world.clients, &world.client[0]);
    assert_list("31");
    add(2);
    assert_list("231");
    clients_remove(&world.clients, &world.client[2]);
    clients_remove(&world.clients, &world.client[3]);
    clients_remove(&world.clients, &world.client[1]);
    assert_list("");
}

static void each_has_a_new_number(void **state)
{
    (void)state;
    add(0);
    add(1);
    assert_int_equal(world.client[0].id, 1);
    assert_int_equal(world.client[1].id, 2);
    clients_remove(&world.clients, &world.client[1]);
    add(1);
    assert_int_equal(world.client[1].id, 3);
}

static void the_limit_is_kept(void **state)
{
    (void)state;
    assert_true(clients_add(&world.clients, &world.client[0], 2));
    assert_true(clients_add(&world.clients, &world.client[1], 2));
    assert_false(clients_add(&world.clients, &world.client[2], 2));
    assert_false(clients_add(&world.clients, &world.client[2], 1));
    assert_list("10");
    assert_int_equal(world.clients.accepted, 2);
    assert_int_equal(world.clients.rejected, 2);
    clients_remove(&world.clients, &world.client[0]);
    assert_true(clients_add(&world.clients, &world.client[2], 2));
}

static void sums_are_of_all_that_ever_were(void **state)
{
    (void)state;
    unsigned long long sums[COUNTERS];
    add(0);
    add(1);
    count(&world.client[0].counters, COUNT_COMMANDS, 3);
    count(&world.client[0].counters, COUNT_COMMANDS, 4);
    count(&world.client[1].counters, COUNT_COMMANDS, 10);
    count(&world.client[1].counters, COUNT_BYTES_OUT, 1ULL << 40);
    clients_sum(&world.clients, sums);
    assert_int_equal(sums[COUNT_COMMANDS], 17);
    assert_true(sums[COUNT_BYTES_OUT] == 1ULL << 40);
    assert_int_equal(sums[COUNT_ERRORS], 0);
    clients_remove(&world.clients, &world.client[1]);
    clients_remove(&world.clients, &world.client[0]);
    clients_sum(&world.clients, sums);
    assert_int_equal(sums[COUNT_COMMANDS], 17);
    assert_true(sums[COUNT_BYTES_OUT] == 1ULL << 40);
}

static void only_the_silent_are_hung_up_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        add(i);
        atomic_store(&world.client[i].active_at, 100 * (long long)i);
    }
    assert_int_equal(clients_hang_up(&world.clients, 100, HANG_UP_BOTH), 1);
    assert_int_equal(world.hung_up[0], 1);
    assert_int_equal(world.hung_up[1], 0); /* active at 100: not before it */
    assert_int_equal(world.how, HANG_UP_BOTH);
    assert_int_equal(clients_hang_up(&world.clients, INT64_MAX, HANG_UP_INPUT),
                     3);
    assert_int_equal(world.hung_up[2], 1);
    assert_int_equal(world.how, HANG_UP_INPUT);
    assert_list("210"); /* they leave by themselves */
}

static void *leave_one_by_one(void *unused)
{
    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 2 * 1000 * 1000}, NULL);
        clients_remove(&world.clients, &world.client[i]);
    }
    return NULL;
}

static void waits_until_all_are_gone(void **state)
{
    (void)state;
    pthread_t thread;
    assert_true(clients_wait_until_gone(&world.clients, 0));
    for (size_t i = 0; i < 3; i++)
        add(i);
    assert_false(clients_wait_until_gone(&world.clients, 0));
    assert_false(clients_wait_until_gone(&world.clients, 5));
    assert_int_equal(pthread_create(&thread, NULL, leave_one_by_one, NULL), 0);
    assert_true(clients_wait_until_gone(&world.clients, -1));
    assert_list("");
    pthread_join(thread, NULL);
}

/* Others add up while the owners count, come and go. */
static void *live_a_life(void *argument)
{
    struct client *client = argument;
    for (int i = 0; i < 1000; i++) {
        if (!clients_add(&world.clients, client, MANY))
            return NULL;
        count(&client->counters, COUNT_COMMANDS, 1);
        clients_remove(&world.clients, client);
        client->counters = (struct counters){0};
    }
    return NULL;
}

static void nothing_is_lost_among_threads(void **state)
{
    (void)state;
    pthread_t threads[MANY];
    unsigned long long sums[COUNTERS] = {0};
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, live_a_life, &world.client[i]),
            0);
    for (unsigned long long before = 0; before < 100;) {
        clients_sum(&world.clients, sums);
        assert_true(sums[COUNT_COMMANDS] >= before);
        before = sums[COUNT_COMMANDS];
    }
    for (size_t i = 0; i < MANY; i++)
        pthread_join(threads[i], NULL);
    clients_sum(&world.clients, sums);
    assert_int_equal(sums[COUNT_COMMANDS], MANY * 1000);
    assert_int_equal(world.clients.accepted, MANY * 1000);
}

#define WITH_CLIENTS(test)                                                     \
    cmocka_unit_test_setup_teardown(test, open_clients, close_clients)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CLIENTS(clients_come_and_go_in_any_order),
        WITH_CLIENTS(each_has_a_new_number),
        WITH_CLIENTS(the_limit_is_kept),
        WITH_CLIENTS(sums_are_of_all_that_ever_were),
        WITH_CLIENTS(only_the_silent_are_hung_up_on),
        WITH_CLIENTS(waits_until_all_are_gone),
        WITH_CLIENTS(nothing_is_lost_among_threads),
    };
    return cmocka_run_group_tests_name("clients", tests, NULL, NULL);
}
