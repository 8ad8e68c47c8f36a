/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the probe asks for: all sockets that are held, and the counters that moved. */
#ifndef SCOPE_TCP_WALKS_H
#define SCOPE_TCP_WALKS_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "tcp-state.h"

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
	__u64 key;
	__u8 tcp_state;

	if (!file || !task)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || !is_tcp_loaded(sk))
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	tcp_state = sk->__sk_common.skc_state;
	if (!tcp || tcp_state == TCP_CLOSE || tcp_state == TCP_SYN_SENT || tcp_state == TCP_SYN_RECV ||
	    tcp_state == TCP_NEW_SYN_RECV)
		return 0;
	if (!read_process(&state.process, task))
		return 0;
	state.cookie = bpf_get_socket_cookie(sk);
	if (tcp_state == TCP_LISTEN)
		state.role = TCP_ROLE_LISTENER;
	key = (__u64)sk;
	/* what the live programs know of the socket wins */
	if (bpf_map_update_elem(&states, &key, &state, BPF_NOEXIST)) {
		struct tcp_state *live = bpf_map_lookup_elem(&states, &key);

		if (!live)
			count_drop(TCP_DROP_STATE_FULL);
		else if (live->cookie == state.cookie)
			state.role = live->role;
	}
	fill_head(&record.head, &state, tcp_state == TCP_LISTEN ? TCP_LISTENING : TCP_HELD, 0);
	record.process = state.process;
	read_addresses_loaded(&record, sk, tcp);
	if (tcp_state != TCP_LISTEN)
		read_counters_loaded(&record.head, tcp, sk->__sk_common.skc_flags);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* The counters of every socket followed that moved since the last walk. */
SEC("iter/bpf_map_elem")
int moved_counters(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *key = ctx->key;
	struct tcp_state *value = ctx->value;
	struct tcp_state state;
	struct tcp_head head;
	struct sock *sk;
	__u64 moved, address;

	if (!key || !value)
		return 0;
	state = *value;
	if (state.role == TCP_ROLE_LISTENER)
		return 0;
	sk = (struct sock *)*key;
	if (BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) != state.cookie) {
		/*
		 * A socket's entry goes before its address is another's. One that is gone by now closed since it was read above; one
		 * that is still there is left over. It is taken away here: until the probe had read of it, the entry at this address
		 * could be that of another socket.
		 */
		if (!known(sk, state.cookie))
			return 0;
		fill_head(&head, &state, TCP_STALE, 0);
		if (!bpf_seq_write(ctx->meta->seq, &head, sizeof(head))) {
			address = (__u64)sk;
			bpf_map_delete_elem(&states, &address);
		}
		return 0;
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
