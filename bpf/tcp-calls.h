/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What only system calls tell as they return: who accepted a connection, and that there was no way to an address. */
#ifndef SCOPE_TCP_CALLS_H
#define SCOPE_TCP_CALLS_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "tcp-state.h"

/* The TCP socket behind a file descriptor of the current process, by an address that the verifier knows nothing of; 0 = none. */
static __always_inline struct sock *socket_of(struct task_struct *task, __u64 fd)
{
	struct file **files = task->files->fdt->fd, *file;
	struct socket *socket;
	struct sock *sk;

	if (bpf_probe_read_kernel(&file, sizeof(file), &files[fd]) || !file)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	if (sk && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_MPTCP)
		sk = first_subflow(sk);
	return sk && is_tcp_probed(sk) ? sk : 0;
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
	if (!sk || !read_process(&state.process, task))
		return 0;
	state.cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	/* without a cookie the socket is older than the programs: the next walk over open files brings it */
	if (!state.cookie)
		return 0;
	/* from `remember` on its close may be told, on another CPU: this comes before that, in the ring and by its time */
	record = RESERVE(struct tcp_record);
	if (record)
		fill_head(&record->head, &state, TCP_ACCEPTED, 0);
	remember(sk, &state);
	if (record) {
		record->process = state.process;
		read_addresses_probed(record, sk, (struct tcp_sock *)sk);
		/* what came in before is told with what comes next */
		read_round_trips_probed(&record->head, (struct tcp_sock *)sk);
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
	fill_head(end, &state, TCP_CLOSED, broken_by(BPF_CORE_READ(sk, sk_err)));
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
	int error;

	if (ctx->result != -ENETUNREACH && ctx->result != -EHOSTUNREACH && ctx->result != -EADDRNOTAVAIL)
		return 0;
	task = bpf_get_current_task_btf();
	read_arguments(task, &fd, &address);
	sk = socket_of(task, (__u32)fd);
	if (!sk || !read_process(&state.process, task))
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
	/* ports are looked for in SYN_SENT, of whose end the state program has told: what was lacking here was an address */
	error = ctx->result == -EADDRNOTAVAIL ? ENETUNREACH : -ctx->result;
	fill_head(&record->head, &state, TCP_CONNECT_FAILED, error);
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

#endif
