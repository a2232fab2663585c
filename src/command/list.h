/* What the list commands have in common. */
#ifndef COMMAND_LIST_H
#define COMMAND_LIST_H

#include "command/functions.h"
#include "types/list.h"

/* The list of key `i`, which is created if there is none. NULL: no memory, or
 * another type; the error has been replied. */
struct list *list_wanted(struct call *call, size_t i);

/* Tells that the list of key `i` has changed, by this event. A list that has
 * become empty goes. */
void list_changed(struct call *call, size_t i, struct list *list,
                  const char *event);

/* Replies the elements from `first` on, `count` of them, which are there: as an
 * array, in the order towards `towards`. */
void reply_elements(struct call *call, const struct list *list, size_t first,
                    size_t count, enum list_end towards);

/* The element at one end of a list that is not empty. */
struct slice list_at_end(const struct list *list, enum list_end end);

/* Removes `count` elements, which are there, from one end of the list of key
 * `i`, and tells so. */
void list_drop(struct call *call, size_t i, struct list *list,
               enum list_end end, size_t count);

/* What such a change is called. */
const char *list_push_event(enum list_end end);

/* Takes `count` elements, which are there, from one end of the list of key `i`
 * and replies them, as an array. */
void list_pop_array(struct call *call, size_t i, struct list *list,
                    enum list_end end, size_t count);

/* Likewise one, as a bulk. */
void list_pop_one(struct call *call, size_t i, struct list *list,
                  enum list_end end);

#endif
