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

/* What is known of a socket; the second of two twins is told by it that there is nothing left to do. */
static __always_inline struct tcp_state *known(struct sock *sk, __u64 cookie)
{
	__u64 key = (__u64)sk;
	struct tcp_state *state = bpf_map_lookup_elem(&states, &key);

	return state && state->cookie == cookie ? state : 0;
}

#endif
