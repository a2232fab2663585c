/* The language of ACL SETUSER and ACL LIST:
 *
 *     rule = "on" / "off" / "nopass" / "resetpass" / "reset"
 *          / ">" password / "<" password / "#" hash / "!" hash
 *          / "(" { permission } ")" / "clearselectors" / permission
 *     permission = "~" pattern / "%R~" pattern / "%W~" pattern / "%RW~" pattern
 *          / "&" pattern / "+" command / "-" command
 *          / "+" command "|" argument / "+@" category / "-@" category
 *          / "allkeys" / "resetkeys" / "allchannels"
 *          / "resetchannels" / "allcommands" / "nocommands" */
#ifndef ACL_RULES_H
#define ACL_RULES_H

#include "base/buf.h"
#include "core/acl.h"

struct config_error;
struct core;

/* Applies one rule to a user whom nobody else sees. `open_channels`: a reset
 * allows all channels. On NULL it is done, else what is wrong with it. */
const char *acl_apply(struct user *user, struct slice rule, bool open_channels);

/* What stops acl_apply_all. */
struct acl_mistake {
    struct buf rule; /* the caller frees it */
    const char *why;
};
extern const char acl_unmatched[], acl_no_memory[]; /* may be why */

/* Likewise, a rule a word; but a selector may be several words, "(+get" "~a*)".
 * On false the mistake is told. */
bool acl_apply_all(struct user *user, const struct slice *words, size_t count,
                   bool open_channels, struct acl_mistake *mistake);

/* Neither names nor patterns may have one, or a NUL. */
bool acl_has_space(struct slice text);

/* The categories, in the order in which they are listed; NULL ends them. */
extern const char *const acl_categories[];
bool acl_is_category(struct slice name);

/* Appends what of a set of permissions is shown. */
void acl_describe_commands(const struct permissions *set, struct buf *out);
void acl_describe_keys(const struct permissions *set, struct buf *out);
void acl_describe_channels(const struct permissions *set, struct buf *out);

/* The rules that make the user, as ACL LIST shows them. */
void acl_describe(const struct user *user, struct buf *out);

/* Likewise, a line for each user. */
void acl_describe_all(struct acl *acl, struct buf *out);

/* The users that the configuration declares. On false the error tells which one
 * cannot be. */
bool acl_load(struct core *core, struct config_error *error);

#endif
