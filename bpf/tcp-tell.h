/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* How records leave for the probe: through one ring, without waking it; what finds no room is counted. */
#ifndef SCOPE_TCP_TELL_H
#define SCOPE_TCP_TELL_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include "tcp-read.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, TCP_DROPS);
	__type(key, __u32);
	__type(value, __u64);
} drops SEC(".maps");

static __always_inline void count_drop(__u32 reason)
{
	__u64 *count = bpf_map_lookup_elem(&drops, &reason);

	if (count)
		*count += 1;
}

/* Room for a record, which is to be handed over by `send`; NULL, and counted, when there is none. */
#define RESERVE(type)                                                                                                    \
	({                                                                                                               \
		type *room = bpf_ringbuf_reserve(&records, sizeof(type), 0);                                              \
		if (!room)                                                                                               \
			count_drop(TCP_DROP_OUTPUT);                                                                     \
		room;                                                                                                    \
	})

/* The probe comes by ten times a second: nobody is to be woken. */
static __always_inline void send(void *room)
{
	bpf_ringbuf_submit(room, BPF_RB_NO_WAKEUP);
}

/* All of a head but the counters, which begin at nothing. */
static __always_inline void fill_head(struct tcp_head *head, const struct tcp_state *state, __u8 kind, int error)
{
	*head = (struct tcp_head){
		.time_ns = bpf_ktime_get_ns(),
		.cookie = state->cookie,
		.kind = kind,
		.role = state->role,
		.error = error,
	};
}

/* Microseconds, as much of them as fits: differences are right up to an hour. */
static __always_inline __u32 microseconds(__u64 ns)
{
	return ns / 1000;
}

/* Tells of a socket whose type the verifier knows. */
static __always_inline void tell(struct sock *sk, const struct tcp_state *state, __u8 kind)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct tcp_record *record;

	if (!tcp)
		return;
	record = RESERVE(struct tcp_record);
	if (!record)
		return;
	fill_head(&record->head, state, kind, kind == TCP_CONNECT_FAILED ? connect_error(sk, tcp) : 0);
	record->process = state->process;
	read_addresses_loaded(record, sk, tcp);
	if (state->role != TCP_ROLE_LISTENER)
		read_counters_loaded(&record->head, tcp, sk->__sk_common.skc_flags);
	if (kind == TCP_CONNECTED)
		record->head.handshake_us = microseconds(record->head.time_ns) - state->syn_us;
	send(record);
}

static __always_inline void tell_end(struct sock *sk, const struct tcp_state *state, __u8 kind, int error)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct tcp_head *head;

	if (!tcp)
		return;
	head = RESERVE(struct tcp_head);
	if (!head)
		return;
	fill_head(head, state, kind, error);
	if (state->role != TCP_ROLE_LISTENER)
		read_counters_loaded(head, tcp, sk->__sk_common.skc_flags);
	send(head);
}

#endif
