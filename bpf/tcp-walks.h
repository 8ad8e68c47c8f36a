/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the probe asks for: all sockets that are held, and the counters that moved. */
#ifndef SCOPE_TCP_WALKS_H
#define SCOPE_TCP_WALKS_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "tcp-state.h"

/* Listening or connected. */
static __always_inline bool is_open(__u8 tcp_state)
{
	return tcp_state != TCP_CLOSE && tcp_state != TCP_SYN_SENT && tcp_state != TCP_SYN_RECV && tcp_state != TCP_NEW_SYN_RECV;
}

/* Follows a socket from now on. What the live programs know of it wins, and is taken over. */
static __always_inline void follow(struct sock *sk, struct tcp_state *state)
{
	__u64 key = (__u64)sk;
	struct tcp_state *live;

	state->held = 1;
	if (!bpf_map_update_elem(&states, &key, state, BPF_NOEXIST))
		return;
	live = bpf_map_lookup_elem(&states, &key);
	if (!live) {
		count_drop(TCP_DROP_STATE_FULL);
	} else if (is_of(live, sk, state->cookie)) {
		live->held = 1;
		state->role = live->role;
		state->cookie = live->cookie;
	}
}

/* Tells of a subflow of MPTCP that a process holds. @param state its process, and the cookie to go by where it has none */
static __always_inline void tell_subflow(struct seq_file *seq, struct sock *sk, struct tcp_state *state, struct tcp_record *record)
{
	__u64 cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	__u8 tcp_state = BPF_CORE_READ(sk, __sk_common.skc_state);

	if (!is_tcp_probed(sk) || !is_open(tcp_state))
		return;
	if (cookie)
		state->cookie = cookie;
	else if (!state->cookie)
		return;
	state->role = tcp_state == TCP_LISTEN ? TCP_ROLE_LISTENER : TCP_ROLE_UNKNOWN;
	follow(sk, state);
	fill_head(&record->head, state, tcp_state == TCP_LISTEN ? TCP_LISTENING : TCP_HELD, 0);
	record->process = state->process;
	read_addresses_probed(record, sk, (struct tcp_sock *)sk);
	if (tcp_state != TCP_LISTEN)
		read_counters_probed(&record->head, (struct tcp_sock *)sk, BPF_CORE_READ(sk, __sk_common.skc_flags));
	bpf_seq_write(seq, record, sizeof(*record));
}

/* As many as the kernel allows, and the first. */
#define MOST_SUBFLOWS 9

/* Tells of the subflows of an MPTCP socket that a process holds. */
static __always_inline void tell_subflows(struct seq_file *seq, struct sock *sk, struct tcp_state *state, struct tcp_record *record)
{
	struct mptcp_sock *mptcp = (struct mptcp_sock *)sk;
	struct mptcp_subflow_context *subflow;
	struct sock *first = first_subflow(sk), *next = first;
	struct list_head *node;

	if (!first)
		return;
	state->cookie = bpf_get_socket_cookie(sk);
	node = BPF_CORE_READ(mptcp, conn_list.next);
#pragma clang loop unroll(disable)
	for (int i = 0; i < 1 + MOST_SUBFLOWS; i++) {
		if (next)
			tell_subflow(seq, next, state, record);
		if (!node || node == &mptcp->conn_list)
			break;
		subflow = (void *)node - bpf_core_field_offset(subflow->node);
		next = BPF_CORE_READ(subflow, tcp_sock);
		if (next == first)
			next = 0;
		state->cookie = 0;
		node = BPF_CORE_READ(node, next);
	}
}

/* Every TCP socket that a process holds: those listening, and those connected, which from then on are followed. */
SEC("iter/task_file")
int held_sockets(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct task_struct *task = ctx->task;
	struct tcp_state state = {.reported = 1};
	struct tcp_record record = {};
	struct socket *socket;
	struct tcp_sock *tcp;
	struct sock *sk;
	__u8 tcp_state;

	if (!file || !task)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk)
		return 0;
	if (sk->sk_protocol == IPPROTO_MPTCP) {
		if (read_process(&state.process, task))
			tell_subflows(ctx->meta->seq, sk, &state, &record);
		return 0;
	}
	if (!is_tcp_loaded(sk))
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	tcp_state = sk->__sk_common.skc_state;
	if (!tcp || !is_open(tcp_state) || !read_process(&state.process, task))
		return 0;
	state.cookie = bpf_get_socket_cookie(sk);
	if (tcp_state == TCP_LISTEN)
		state.role = TCP_ROLE_LISTENER;
	follow(sk, &state);
	fill_head(&record.head, &state, tcp_state == TCP_LISTEN ? TCP_LISTENING : TCP_HELD, 0);
	record.process = state.process;
	read_addresses_loaded(&record, sk, tcp);
	if (tcp_state != TCP_LISTEN)
		read_counters_loaded(&record.head, tcp, sk->__sk_common.skc_flags);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/*
 * Every socket followed that is open, though the walk over open files just before has found no process that holds it: the kernel
 * itself does, for a file system on another machine, or it is on its way from one process to another.
 */
SEC("iter/bpf_map_elem")
int unheld_sockets(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *key = ctx->key;
	struct tcp_state *value = ctx->value;
	struct tcp_head head;
	struct sock *sk;

	if (!key || !value)
		return 0;
	if (value->held) {
		value->held = 0;
		return 0;
	}
	sk = (struct sock *)*key;
	if (!is_of(value, sk, BPF_CORE_READ(sk, __sk_common.skc_cookie.counter)) || !is_open(BPF_CORE_READ(sk, __sk_common.skc_state)))
		return 0;
	fill_head(&head, value, TCP_UNHELD, 0);
	bpf_seq_write(ctx->meta->seq, &head, sizeof(head));
	return 0;
}

/* How many connections of a listening socket are told that wait to be accepted: as many as the buffer of the walk has room for. */
#define MOST_WAITING 200

/* The record of the connection that is told of; too much to be kept on the stack besides all else. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tcp_record);
} waiting_record SEC(".maps");

/*
 * Reads the addresses of a connection that waits to be accepted. Nothing holds the queue meanwhile, so the address of a socket
 * counts only when there is such a connection: of this port and network, open, and not in the hands of a program.
 *
 * A function of its own, which the verifier looks at once, and not in each round of the loop around it.
 */
__attribute__((noinline)) int read_waiting(__u64 address, __u64 net, __u32 port)
{
	struct sock *sk = (struct sock *)address;
	__u8 tcp_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	struct tcp_record *record;
	__u32 first = 0;

	if (!is_tcp_probed(sk) || (tcp_state != TCP_ESTABLISHED && tcp_state != TCP_CLOSE_WAIT))
		return 0;
	if (BPF_CORE_READ(sk, __sk_common.skc_num) != port ||
	    (__u64)BPF_CORE_READ(sk, __sk_common.skc_net.net) != net || BPF_CORE_READ(sk, sk_socket))
		return 0;
	record = bpf_map_lookup_elem(&waiting_record, &first);
	if (!record)
		return 0;
	read_addresses_probed(record, sk, (struct tcp_sock *)sk);
	return 1;
}

/* Tells which connections wait to be accepted, the first in the queue first. */
static __always_inline void tell_waiting(struct seq_file *seq, struct sock *listener, const struct tcp_state *state)
{
	__u64 net = (__u64)BPF_CORE_READ(listener, __sk_common.skc_net.net);
	__u16 port = BPF_CORE_READ(listener, __sk_common.skc_num);
	struct inet_connection_sock *queue = (struct inet_connection_sock *)listener;
	struct request_sock *request = BPF_CORE_READ(queue, icsk_accept_queue.rskq_accept_head);
	struct tcp_record *record;
	__u32 first = 0;

	record = bpf_map_lookup_elem(&waiting_record, &first);
	if (!record)
		return;
	fill_head(&record->head, state, TCP_WAITING, 0);
	record->process = state->process;
#pragma clang loop unroll(disable)
	for (int i = 0; i < MOST_WAITING && request; i++) {
		if (read_waiting((__u64)BPF_CORE_READ(request, sk), net, port))
			bpf_seq_write(seq, record, sizeof(*record));
		request = BPF_CORE_READ(request, dl_next);
	}
}

/* Tells that the close of a socket was missed, unless its entry is gone by now, and takes the entry away. */
static __always_inline int tell_stale(struct seq_file *seq, struct sock *sk, const struct tcp_state *state)
{
	struct tcp_head head;
	__u64 key = (__u64)sk;

	if (!known(sk, state->cookie))
		return 0;
	fill_head(&head, state, TCP_STALE, 0);
	if (!bpf_seq_write(seq, &head, sizeof(head)))
		bpf_map_delete_elem(&states, &key);
	return 0;
}

/* Longer than a socket that is being opened is closed still. */
#define OPENING_US 500000

/* The counters of every socket followed that moved since the last walk, and the connections that wait to be accepted. */
SEC("iter/bpf_map_elem")
int moved_counters(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *key = ctx->key;
	struct tcp_state *value = ctx->value;
	struct tcp_state state;
	struct tcp_head head;
	struct sock *sk;
	__u64 moved;

	if (!key || !value)
		return 0;
	state = *value;
	sk = (struct sock *)*key;
	if (state.role == TCP_ROLE_LISTENER) {
		if (BPF_CORE_READ(sk, sk_ack_backlog) && is_of(&state, sk, BPF_CORE_READ(sk, __sk_common.skc_cookie.counter)))
			tell_waiting(ctx->meta->seq, sk, &state);
		return 0;
	}
	if (!is_of(&state, sk, BPF_CORE_READ(sk, __sk_common.skc_cookie.counter))) {
		/*
		 * A socket's entry goes before its address is another's. One that is gone by now closed since it was read above; one
		 * that is still there is left over. It is taken away here: until the probe had read of it, the entry at this address
		 * could be that of another socket.
		 */
		return tell_stale(ctx->meta->seq, sk, &state);
	}
	/*
	 * Now and then the kernel changes a state without running the programs, nor does it count that. An entry goes just before
	 * its socket is closed, so one whose socket is closed is left over; but for one that is only being opened or accepted.
	 */
	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_CLOSE) {
		if (state.role == TCP_ROLE_CLIENT && microseconds(bpf_ktime_get_ns()) - state.syn_us < OPENING_US)
			return 0;
		if (!state.found_closed) {
			value->found_closed = 1;
			return 0;
		}
		return tell_stale(ctx->meta->seq, sk, &state);
	}
	fill_head(&head, &state, TCP_COUNTERS, 0);
	read_counters_probed(&head, (struct tcp_sock *)sk, BPF_CORE_READ(sk, __sk_common.skc_flags));
	moved = head.bytes_sent - state.bytes_sent + head.bytes_received - state.bytes_received;
	if (!moved)
		return 0;
	head.moved = moved < 0xffffffff ? moved : 0xffffffff;
	/* what found no room is asked for again with the next read, and must not be taken for told */
	if (bpf_seq_write(ctx->meta->seq, &head, sizeof(head)))
		return 0;
	value->bytes_sent = head.bytes_sent;
	value->bytes_received = head.bytes_received;
	return 0;
}

#endif
