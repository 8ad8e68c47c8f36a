// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Tells the probe of every TCP connection on the machine: who opened it, who accepted it, how it ended, what it carried.
 *
 * - The state change CLOSE→SYN_SENT runs in the connecting process: its identity is kept by socket address until the
 *   socket closes. The state changes of an inbound socket run in a softirq, where the current process means nothing;
 *   the accepting process is known when accept() returns.
 * - A tp_btf program that a softirq interrupts on the same tracepoint is skipped without a word. Each state program is
 *   therefore attached twice; its body is idempotent (the state map is the gate), and the two are never both skipped.
 * - Nothing is hooked on send or receive: the kernel's own counters are read when a socket closes and, through the state
 *   map, when the probe asks.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include "tcp-read.h"

char LICENSE[] SEC("license") = "GPL";

struct connecting {
	/* of the address in the program's memory */
	__u64 address;
	__u64 fd;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct tcp_state);
} states SEC(".maps");

/* Where a thread that is within connect() wants to go; gone as soon as the kernel has found a way there. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct connecting);
} connecting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
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

static __always_inline void fill(struct tcp_record *record, struct sock *sk, const struct tcp_state *state, __u8 kind)
{
	record->time_ns = bpf_ktime_get_ns();
	record->cookie = state->cookie;
	record->process = state->process;
	record->role = state->role;
	record->kind = kind;
	read_socket(record, sk);
	if (state->role != TCP_ROLE_LISTENER)
		read_counters(record, sk);
}

static __always_inline void send(void *ctx, struct sock *sk, const struct tcp_state *state, __u8 kind, int error)
{
	struct tcp_record record = {};

	fill(&record, sk, state, kind);
	record.error = error;
	if (bpf_perf_event_output(ctx, &records, BPF_F_CURRENT_CPU, &record, sizeof(record)))
		count_drop(TCP_DROP_OUTPUT);
}

static __always_inline bool remember(struct sock *sk, const struct tcp_state *state)
{
	__u64 key = (__u64)sk;
	struct tcp_state *old = bpf_map_lookup_elem(&states, &key);

	if (old && old->cookie == state->cookie)
		return false;
	/* an entry of another socket at the same address is one whose close was missed */
	if (bpf_map_update_elem(&states, &key, state, BPF_ANY)) {
		count_drop(TCP_DROP_STATE_FULL);
		return true;
	}
	return true;
}

static __always_inline int opened(void *ctx, struct sock *sk, __u8 role)
{
	struct tcp_state state = {};

	if (!read_process(&state.process, bpf_get_current_task_btf()))
		return 0;
	state.cookie = bpf_get_socket_cookie(sk);
	state.role = role;
	if (remember(sk, &state) && role == TCP_ROLE_LISTENER)
		send(ctx, sk, &state, TCP_LISTENING, 0);
	return 0;
}

static __always_inline int connected(void *ctx, struct sock *sk)
{
	__u64 key = (__u64)sk;
	__u64 cookie = bpf_get_socket_cookie(sk);
	struct tcp_state *state = bpf_map_lookup_elem(&states, &key);

	if (!state || state->cookie != cookie || state->reported)
		return 0;
	state->reported = 1;
	send(ctx, sk, state, TCP_CONNECTED, 0);
	return 0;
}

static __always_inline int closed(void *ctx, struct sock *sk, int old_state)
{
	__u64 key = (__u64)sk;
	struct tcp_state *found = bpf_map_lookup_elem(&states, &key);
	struct tcp_state state;
	__u8 kind = TCP_CLOSED;
	int error = 0;

	if (!found || found->cookie != bpf_get_socket_cookie(sk))
		return 0;
	state = *found;
	if (bpf_map_delete_elem(&states, &key))
		return 0;
	if (state.role == TCP_ROLE_LISTENER)
		kind = TCP_UNLISTENED;
	else if (old_state == TCP_SYN_SENT)
		kind = TCP_CONNECT_FAILED;
	error = BPF_CORE_READ(sk, sk_err);
	send(ctx, sk, &state, kind, error);
	return 0;
}

static __always_inline void found_a_way(void)
{
	__u64 thread = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&connecting, &thread);
}

static __always_inline int state_changed(void *ctx, struct sock *sk, int old_state, int new_state)
{
	/* a connection goes through ten states that say nothing new: those are left at once */
	if (new_state != TCP_SYN_SENT && new_state != TCP_LISTEN && new_state != TCP_ESTABLISHED && new_state != TCP_CLOSE)
		return 0;
	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	switch (new_state) {
	case TCP_SYN_SENT:
		found_a_way();
		return opened(ctx, sk, TCP_ROLE_CLIENT);
	case TCP_LISTEN:
		return opened(ctx, sk, TCP_ROLE_LISTENER);
	case TCP_ESTABLISHED:
		/* for an inbound socket this only makes its cookie, which accept() then reads */
		return connected(ctx, sk);
	case TCP_CLOSE:
		return closed(ctx, sk, old_state);
	}
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(set_state, struct sock *sk, int old_state, int new_state)
{
	return state_changed(ctx, sk, old_state, new_state);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(set_state_twin, struct sock *sk, int old_state, int new_state)
{
	return state_changed(ctx, sk, old_state, new_state);
}

static __always_inline int accepted(struct sys_exit_context *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct tcp_state state = {.role = TCP_ROLE_SERVER, .reported = 1};
	struct socket *socket;
	struct file **files, *file;
	struct sock *sk;
	__u64 key;

	if (ctx->result < 0)
		return 0;
	files = BPF_CORE_READ(task, files, fdt, fd);
	if (bpf_probe_read_kernel(&file, sizeof(file), &files[ctx->result]) || !file)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	if (!sk || !is_tcp(sk) || !read_process(&state.process, task))
		return 0;
	state.cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	/* without a cookie the socket is older than the programs: the next walk over open files brings it */
	if (!state.cookie)
		return 0;
	remember(sk, &state);
	send(ctx, sk, &state, TCP_ACCEPTED, 0);
	/* reset before it was accepted: its close has been and gone */
	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_CLOSE) {
		key = (__u64)sk;
		if (!bpf_map_delete_elem(&states, &key))
			send(ctx, sk, &state, TCP_CLOSED, 0);
	}
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_accept4")
int accept4_returned(struct sys_exit_context *ctx)
{
	return accepted(ctx);
}

SEC("tracepoint/syscalls/sys_exit_accept")
int accept_returned(struct sys_exit_context *ctx)
{
	return accepted(ctx);
}

/*
 * connect() without a route to the address fails before the socket changes its state, so that only the system call tells.
 */
SEC("tracepoint/syscalls/sys_enter_connect")
int connect_called(struct sys_enter_context *ctx)
{
	struct connecting to = {.address = ctx->args[1], .fd = ctx->args[0]};
	__u64 thread = bpf_get_current_pid_tgid();
	__u16 family = 0;

	bpf_probe_read_user(&family, sizeof(family), (void *)to.address);
	if (family == AF_INET || family == AF_INET6)
		bpf_map_update_elem(&connecting, &thread, &to, BPF_ANY);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_connect")
int connect_returned(struct sys_exit_context *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 thread = bpf_get_current_pid_tgid();
	struct connecting *found = bpf_map_lookup_elem(&connecting, &thread);
	struct tcp_state state = {.role = TCP_ROLE_CLIENT};
	struct tcp_record record = {};
	struct user_sockaddr to = {};
	struct file **files, *file;
	struct socket *socket;
	struct connecting asked;
	struct sock *sk;

	if (!found)
		return 0;
	asked = *found;
	bpf_map_delete_elem(&connecting, &thread);
	if (ctx->result != -ENETUNREACH && ctx->result != -EHOSTUNREACH && ctx->result != -EADDRNOTAVAIL)
		return 0;
	files = BPF_CORE_READ(task, files, fdt, fd);
	if (bpf_probe_read_kernel(&file, sizeof(file), &files[asked.fd]) || !file)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	if (!sk || !is_tcp(sk) || !read_process(&state.process, task))
		return 0;
	if (bpf_probe_read_user(&to, sizeof(to), (void *)asked.address))
		bpf_probe_read_user(&to, 8, (void *)asked.address);
	fill(&record, sk, &state, TCP_CONNECT_FAILED);
	record.error = -ctx->result;
	record.remote_port = bpf_ntohs(to.port);
	record.family = to.family == AF_INET ? 4 : 6;
	if (to.family == AF_INET)
		__builtin_memcpy(record.remote, to.in, sizeof(to.in));
	else
		__builtin_memcpy(record.remote, to.in6, sizeof(to.in6));
	if (bpf_perf_event_output(ctx, &records, BPF_F_CURRENT_CPU, &record, sizeof(record)))
		count_drop(TCP_DROP_OUTPUT);
	return 0;
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
	struct sock *sk;
	__u64 key;
	__u8 tcp_state;

	if (!file || !task)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || !is_tcp(sk))
		return 0;
	tcp_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	if (tcp_state == TCP_CLOSE || tcp_state == TCP_SYN_SENT || tcp_state == TCP_SYN_RECV ||
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
		struct tcp_state *known = bpf_map_lookup_elem(&states, &key);

		if (!known)
			count_drop(TCP_DROP_STATE_FULL);
		else if (known->cookie == state.cookie)
			state.role = known->role;
	}
	fill(&record, sk, &state, tcp_state == TCP_LISTEN ? TCP_LISTENING : TCP_HELD);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* The counters of every socket followed that moved since the last walk. */
SEC("iter/bpf_map_elem")
int moved_counters(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *key = ctx->key;
	struct tcp_state *value = ctx->value;
	struct tcp_record record = {};
	struct tcp_state state;
	struct sock *sk;

	if (!key || !value)
		return 0;
	state = *value;
	if (state.role == TCP_ROLE_LISTENER)
		return 0;
	sk = (struct sock *)*key;
	if (BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) != state.cookie) {
		record.cookie = state.cookie;
		record.kind = TCP_STALE;
		record.time_ns = *key;
		bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
		return 0;
	}
	fill(&record, sk, &state, TCP_COUNTERS);
	if (record.bytes_sent == state.bytes_sent && record.bytes_received == state.bytes_received)
		return 0;
	value->bytes_sent = record.bytes_sent;
	value->bytes_received = record.bytes_received;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
