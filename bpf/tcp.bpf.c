// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Tells the probe of every TCP connection on the machine: who opened it, who accepted it, how it ended, what it carried.
 *
 * - The state change CLOSE→SYN_SENT runs in the connecting process: its identity is kept by socket address until the
 *   socket closes. The state changes of an inbound socket run in a softirq, where the current process means nothing;
 *   the accepting process is known when accept() returns.
 * - A tp_btf program that a softirq interrupts on the same tracepoint is skipped without a word. Each state program is
 *   therefore attached twice; its body is idempotent (the state map is the gate), and the two are never both skipped.
 * - What runs for each connection is kept short: twins look the socket up before all else, types that the verifier knows are
 *   read by plain loads, and what is known of a socket already is not told again when it closes.
 * - Nothing is hooked on send or receive: the kernel's own counters are read when a socket closes and, through the state
 *   map, when the probe asks.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include "tcp-read.h"
#include "tcp-tell.h"

char LICENSE[] SEC("license") = "GPL";

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

static __always_inline int opened(struct sock *sk, __u8 role)
{
	struct tcp_state state = {.role = role};

	if (known(sk, sk->__sk_common.skc_cookie.counter) || !read_process(&state.process, bpf_get_current_task_btf()))
		return 0;
	state.cookie = bpf_get_socket_cookie(sk);
	remember(sk, &state);
	if (role == TCP_ROLE_LISTENER)
		tell(sk, &state, TCP_LISTENING, 0);
	return 0;
}

static __always_inline int connected(struct sock *sk)
{
	__u64 cookie = sk->__sk_common.skc_cookie.counter;
	struct tcp_state *state;

	if (!cookie) {
		/* an inbound socket: accept() will read the cookie that this makes */
		bpf_get_socket_cookie(sk);
		return 0;
	}
	state = known(sk, cookie);
	if (!state || state->reported)
		return 0;
	state->reported = 1;
	tell(sk, state, TCP_CONNECTED, 0);
	return 0;
}

static __always_inline int closed(struct sock *sk, int old_state)
{
	__u64 key = (__u64)sk;
	__u64 cookie = sk->__sk_common.skc_cookie.counter;
	struct tcp_state *found = known(sk, cookie);
	struct tcp_state state;

	if (!found)
		return 0;
	state = *found;
	if (bpf_map_delete_elem(&states, &key))
		return 0;
	if (state.role == TCP_ROLE_LISTENER) {
		tell_end(sk, &state, TCP_UNLISTENED);
	} else if (old_state == TCP_SYN_SENT) {
		bpf_map_update_elem(&told_failures, &key, &cookie, BPF_ANY);
		tell(sk, &state, TCP_CONNECT_FAILED, connect_error(sk));
	} else {
		tell_end(sk, &state, TCP_CLOSED);
	}
	return 0;
}

#define TELLING_STATES (1 << TCP_SYN_SENT | 1 << TCP_LISTEN | 1 << TCP_ESTABLISHED | 1 << TCP_CLOSE)

static __always_inline int state_changed(struct sock *sk, int old_state, int new_state)
{
	/* a connection goes through ten states that say nothing new: those are left at once */
	if (!(TELLING_STATES >> (new_state & 31) & 1) || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	switch (new_state) {
	case TCP_SYN_SENT:
		return opened(sk, TCP_ROLE_CLIENT);
	case TCP_LISTEN:
		return opened(sk, TCP_ROLE_LISTENER);
	case TCP_ESTABLISHED:
		return connected(sk);
	case TCP_CLOSE:
		return closed(sk, old_state);
	}
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(set_state, struct sock *sk, int old_state, int new_state)
{
	return state_changed(sk, old_state, new_state);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(set_state_twin, struct sock *sk, int old_state, int new_state)
{
	return state_changed(sk, old_state, new_state);
}

/* The socket behind a file descriptor of the current process, by an address that the verifier knows nothing of. */
static __always_inline struct sock *socket_of(struct task_struct *task, __u64 fd)
{
	struct file **files = task->files->fdt->fd, *file;
	struct socket *socket;

	if (bpf_probe_read_kernel(&file, sizeof(file), &files[fd]) || !file)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

static __always_inline int accepted(struct sys_exit_context *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct tcp_state state = {.role = TCP_ROLE_SERVER, .reported = 1};
	struct tcp_record *record;
	struct tcp_head *end;
	struct sock *sk;
	__u64 key;

	if (ctx->result < 0)
		return 0;
	sk = socket_of(task, ctx->result);
	if (!sk || !is_tcp_probed(sk) || !read_process(&state.process, task))
		return 0;
	state.cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	/* without a cookie the socket is older than the programs: the next walk over open files brings it */
	if (!state.cookie)
		return 0;
	remember(sk, &state);
	record = RESERVE(struct tcp_record);
	if (record) {
		fill_head(&record->head, &state, TCP_ACCEPTED, 0);
		record->process = state.process;
		read_addresses_probed(record, sk, (struct tcp_sock *)sk);
		/* what came in before is told with what comes next */
		record->head.rtt_us = BPF_CORE_READ((struct tcp_sock *)sk, srtt_us) >> 3;
		send(record);
	}
	if (BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_CLOSE)
		return 0;
	/* reset before it was accepted: its close has been and gone */
	key = (__u64)sk;
	if (bpf_map_delete_elem(&states, &key))
		return 0;
	end = RESERVE(struct tcp_head);
	if (!end)
		return 0;
	fill_head(end, &state, TCP_CLOSED, 0);
	read_counters_probed(end, (struct tcp_sock *)sk, BPF_CORE_READ(sk, __sk_common.skc_flags));
	send(end);
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

/* The first two arguments of the system call that the current task is within. */
static __always_inline void read_arguments(struct task_struct *task, __u64 *first, __u64 *second)
{
	void *registers = (void *)bpf_task_pt_regs(task);
	struct pt_regs___x86 *x86 = registers;
	struct pt_regs___arm64 *arm64 = registers;

	if (bpf_core_field_exists(arm64->orig_x0)) {
		*first = BPF_CORE_READ(arm64, orig_x0);
		*second = BPF_CORE_READ(arm64, regs[1]);
	} else {
		*first = BPF_CORE_READ(x86, di);
		*second = BPF_CORE_READ(x86, si);
	}
}

/*
 * connect() without a route to the address fails before the socket changes its state, so that only the system call tells. Such
 * failures are few: whatever else connect() comes to is left at once.
 */
SEC("tracepoint/syscalls/sys_exit_connect")
int connect_returned(struct sys_exit_context *ctx)
{
	struct tcp_state state = {.role = TCP_ROLE_CLIENT};
	struct user_sockaddr to = {};
	struct task_struct *task;
	struct tcp_record *record;
	__u64 fd, address, key, *told;
	struct sock *sk;

	if (ctx->result != -ENETUNREACH && ctx->result != -EHOSTUNREACH && ctx->result != -EADDRNOTAVAIL)
		return 0;
	task = bpf_get_current_task_btf();
	read_arguments(task, &fd, &address);
	sk = socket_of(task, (__u32)fd);
	if (!sk || !is_tcp_probed(sk) || !read_process(&state.process, task))
		return 0;
	key = (__u64)sk;
	told = bpf_map_lookup_elem(&told_failures, &key);
	if (told && *told == BPF_CORE_READ(sk, __sk_common.skc_cookie.counter)) {
		bpf_map_delete_elem(&told_failures, &key);
		return 0;
	}
	if (bpf_probe_read_user(&to, sizeof(to), (void *)address))
		bpf_probe_read_user(&to, 8, (void *)address);
	record = RESERVE(struct tcp_record);
	if (!record)
		return 0;
	fill_head(&record->head, &state, TCP_CONNECT_FAILED, -ctx->result);
	record->process = state.process;
	read_addresses_probed(record, sk, (struct tcp_sock *)sk);
	record->remote_port = bpf_ntohs(to.port);
	if (to.family == AF_INET) {
		record->head.family = 4;
		__builtin_memcpy(record->remote, to.in, sizeof(to.in));
	} else {
		record->head.family = 6;
		__builtin_memcpy(record->remote, to.in6, sizeof(to.in6));
	}
	send(record);
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
	__u64 moved;

	if (!key || !value)
		return 0;
	state = *value;
	if (state.role == TCP_ROLE_LISTENER)
		return 0;
	sk = (struct sock *)*key;
	if (BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) != state.cookie) {
		fill_head(&head, &state, TCP_STALE, 0);
		head.time_ns = *key;
		bpf_seq_write(ctx->meta->seq, &head, sizeof(head));
		return 0;
	}
	fill_head(&head, &state, TCP_COUNTERS, 0);
	read_counters_probed(&head, (struct tcp_sock *)sk, BPF_CORE_READ(sk, __sk_common.skc_flags));
	moved = head.bytes_sent - state.bytes_sent + head.bytes_received - state.bytes_received;
	if (!moved)
		return 0;
	head.moved = moved < 0xffffffff ? moved : 0xffffffff;
	value->bytes_sent = head.bytes_sent;
	value->bytes_received = head.bytes_received;
	bpf_seq_write(ctx->meta->seq, &head, sizeof(head));
	return 0;
}
