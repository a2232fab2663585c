/* Who is at the ends of a socket, in words: "127.0.0.1:6379", "[::1]:6379", or
 * "/path:0" for a Unix domain socket. */
#ifndef ADDRESS_H
#define ADDRESS_H

enum { ADDRESS_MAX = 128 /* bytes; any path of a socket fits */ };

/* The client's end; for a Unix domain socket, which has a name at our end only,
 * that one. */
void address_of_peer(int fd, char out[ADDRESS_MAX]);

/* Our end. */
void address_of_socket(int fd, char out[ADDRESS_MAX]);

#endif
