/* The language of ACL SETUSER and ACL LIST:
 *
 *     rule = "on" / "off" / "nopass" / "resetpass" / "reset"
 *          / ">" password / "<" password / "#" hash / "!" hash
 *          / "(" { permission } ")" / "clearselectors" / permission
 *     permission = "~" pattern / "%R~" pattern / "%W~" pattern / "%RW~" pattern
 *          / "&" pattern / "+" command / "-" command / "+@" category
 *          / "-@" category / "allkeys" / "resetkeys" / "allchannels"
 *          / "resetchannels" / "allcommands" / "nocommands" */
#ifndef ACL_RULES_H
#define ACL_RULES_H

#include "base/buf.h"
#include "core/user.h"

/* Applies one rule to a user whom nobody else sees. `open_channels`: a reset
 * allows all channels. On NULL it is done, else what is wrong with it. */
const char *acl_apply(struct user *user, struct slice rule, bool open_channels);

/* The categories, in the order in which they are listed; NULL ends them. */
extern const char *const acl_categories[];
bool acl_is_category(struct slice name);

/* Appends what of a set of permissions is shown. */
void acl_describe_commands(const struct permissions *set, struct buf *out);
void acl_describe_keys(const struct permissions *set, struct buf *out);
void acl_describe_channels(const struct permissions *set, struct buf *out);

/* The rules that make the user, as ACL LIST shows them. */
void acl_describe(const struct user *user, struct buf *out);

#endif
