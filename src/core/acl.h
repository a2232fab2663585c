/* All users, by name, and what was refused to them. Any thread may call. */
#ifndef ACL_H
#define ACL_H

#include "core/user.h"

#include <pthread.h>

/* One kind of refusal. */
struct refusal {
    struct refusal *next; /* an older one */
    const char *reason;   /* "auth", "command", "key" or "channel" */
    const char *context;  /* "toplevel" or "multi" */
    struct slice object, user, client; /* in the same allocation */
    unsigned long long count;
    int64_t at;           /* milliseconds since 1970: the last time */
};

struct acl {
    atomic_ullong version; /* grows with every change */
    pthread_mutex_t lock;

    /* lock must be held */
    struct user *first; /* by name */
    struct refusal *newest;
};

/* There is one user, "default", who may do everything. False: no memory. */
bool acl_open(struct acl *acl);
void acl_close(struct acl *acl);

/* NULL: there is none of that name. Holds him: user_release. */
struct user *acl_find(struct acl *acl, struct slice name);

/* Makes this the user of his name, instead of who was it. Keeps what the caller
 * held. */
void acl_publish(struct acl *acl, struct user *user);

/* False: there was none. */
bool acl_remove(struct acl *acl, struct slice name);

/* "default" as he would be with this as his only password; an empty one: any
 * will do. The caller holds him, and nobody else sees him. NULL: no memory. */
struct user *acl_with_password(struct acl *acl, struct slice password);

/* Notes a refusal, as one more of its kind if there was one in the last minute;
 * keeps `most` kinds. */
void acl_note(struct acl *acl, const struct refusal *refusal, size_t most);
void acl_forget(struct acl *acl);

#endif
