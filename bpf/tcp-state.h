/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What is known of the sockets that are followed. */
#ifndef SCOPE_TCP_STATE_H
#define SCOPE_TCP_STATE_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include "tcp-tell.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct tcp_state);
} states SEC(".maps");

/* Cookies of the sockets, by address, whose connecting came to nothing and was told: connect() may yet return the error. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u64);
} told_failures SEC(".maps");

static __always_inline void remember(struct sock *sk, const struct tcp_state *state)
{
	__u64 key = (__u64)sk;

	/* an entry of another socket at the same address is one whose close was missed */
	if (bpf_map_update_elem(&states, &key, state, BPF_ANY))
		count_drop(TCP_DROP_STATE_FULL);
}

/*
 * Whether what is kept is of this socket, and not of one before it at the same address.
 *
 * @param cookie of the socket. A subflow of MPTCP that is older than the programs has none, and only who holds a socket can give it
 *               one: it goes by the cookie of the MPTCP socket.
 */
static __always_inline bool is_of(const struct tcp_state *state, struct sock *sk, __u64 cookie)
{
	return state->cookie == cookie || state->cookie == mptcp_cookie(sk);
}

/* What is known of a socket; the second of two twins is told by it that there is nothing left to do. */
static __always_inline struct tcp_state *known(struct sock *sk, __u64 cookie)
{
	__u64 key = (__u64)sk;
	struct tcp_state *state = bpf_map_lookup_elem(&states, &key);

	return state && is_of(state, sk, cookie) ? state : 0;
}

#endif
