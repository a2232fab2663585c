#include "core/acl.h"
#include "base/text.h"

#include <stdlib.h>

enum { SAME_MS = 60000 /* a refusal that comes again so soon is the same */ };

bool acl_open(struct acl *acl)
{
    *acl = (struct acl){.version = 1};
    struct user *user = user_new(SLICE("default"));
    if (user == NULL || pthread_mutex_init(&acl->lock, NULL) != 0)
        return false;
    user->enabled = user->no_password = user->unrestricted = true;
    user->own.all_keys = user->own.all_channels = user->own.unknown = true;
    memset(user->own.commands, 0xff, sizeof user->own.commands);
    acl->first = user;
    return true;
}

void acl_close(struct acl *acl)
{
    while (acl->first != NULL) {
        struct user *next = acl->first->next;
        user_release(acl->first);
        acl->first = next;
    }
    acl_forget(acl);
    pthread_mutex_destroy(&acl->lock);
}

/* Where the user of that name is, or would be. lock is held. */
static struct user **place(struct acl *acl, struct slice name)
{
    struct user **link = &acl->first;
    while (*link != NULL && slice_compare((*link)->name, name) < 0)
        link = &(*link)->next;
    return link;
}

static bool is_at(struct user *const *link, struct slice name)
{
    return *link != NULL && slice_equal((*link)->name, name);
}

struct user *acl_find(struct acl *acl, struct slice name)
{
    pthread_mutex_lock(&acl->lock);
    struct user **link = place(acl, name);
    struct user *user = is_at(link, name) ? *link : NULL;
    if (user != NULL)
        user_hold(user);
    pthread_mutex_unlock(&acl->lock);
    return user;
}

void acl_publish(struct acl *acl, struct user *user)
{
    struct user *old = NULL;
    user_hold(user);
    pthread_mutex_lock(&acl->lock);
    struct user **link = place(acl, user->name);
    if (is_at(link, user->name)) {
        old = *link;
        *link = old->next;
    }
    user->next = *link;
    *link = user;
    atomic_fetch_add(&acl->version, 1);
    pthread_mutex_unlock(&acl->lock);
    user_release(old);
}

bool acl_remove(struct acl *acl, struct slice name)
{
    pthread_mutex_lock(&acl->lock);
    struct user **link = place(acl, name);
    struct user *old = is_at(link, name) ? *link : NULL;
    if (old != NULL) {
        *link = old->next;
        atomic_fetch_add(&acl->version, 1);
    }
    pthread_mutex_unlock(&acl->lock);
    user_release(old);
    return old != NULL;
}

struct user *acl_with_password(struct acl *acl, struct slice password)
{
    struct user *old = acl_find(acl, SLICE("default"));
    struct user *user = user_copy(old);
    user_release(old);
    if (user == NULL)
        return NULL;
    password_free_all(user);
    user->no_password = password.len == 0;
    if (password.len > 0 && !password_add(user, password)) {
        user_release(user);
        return NULL;
    }
    return user;
}

static bool is_same(const struct refusal *a, const struct refusal *b)
{
    return strcmp(a->reason, b->reason) == 0 &&
           strcmp(a->context, b->context) == 0 && b->at - a->at <= SAME_MS &&
           slice_equal(a->object, b->object) && slice_equal(a->user, b->user);
}

static struct slice put(char **to, struct slice bytes)
{
    struct slice copy = {*to, bytes.len};
    if (bytes.len > 0)
        memcpy(*to, bytes.data, bytes.len);
    *to += bytes.len;
    return copy;
}

/* The same kind is taken out of the list; returns how often it was noted. */
static unsigned long long take_same(struct acl *acl,
                                    const struct refusal *refusal)
{
    struct refusal **link = &acl->newest;
    while (*link != NULL && !is_same(*link, refusal))
        link = &(*link)->next;
    struct refusal *same = *link;
    if (same == NULL)
        return 0;
    unsigned long long count = same->count;
    *link = same->next;
    free(same);
    return count;
}

static void free_from(struct refusal **link)
{
    while (*link != NULL) {
        struct refusal *next = (*link)->next;
        free(*link);
        *link = next;
    }
}

void acl_note(struct acl *acl, const struct refusal *refusal, size_t most)
{
    struct refusal *new =
        malloc(sizeof *new + refusal->object.len + refusal->user.len +
               refusal->client.len);
    if (new == NULL)
        return;
    char *to = (char *)(new + 1);
    *new = *refusal;
    new->object = put(&to, refusal->object);
    new->user = put(&to, refusal->user);
    new->client = put(&to, refusal->client);
    pthread_mutex_lock(&acl->lock);
    new->count = 1 + take_same(acl, refusal);
    new->next = acl->newest;
    acl->newest = new;
    struct refusal **end = &acl->newest;
    for (size_t i = 0; i < most && *end != NULL; i++)
        end = &(*end)->next;
    free_from(end);
    pthread_mutex_unlock(&acl->lock);
}

void acl_forget(struct acl *acl)
{
    pthread_mutex_lock(&acl->lock);
    free_from(&acl->newest);
    pthread_mutex_unlock(&acl->lock);
}
