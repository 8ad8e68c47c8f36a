/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the programs read of tasks and sockets, for their records. */
#ifndef SCOPE_TCP_READ_H
#define SCOPE_TCP_READ_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "tcp.h"

/* Inode of the probe's pid namespace: only its tasks and those of the namespaces below are told of. */
const volatile __u32 pid_namespace = 0;

#define MAX_PID_NAMESPACE_LEVEL 32

/* The task's pid as the probe's namespace numbers it; 0 when the task is not of that namespace or below. */
static __always_inline __u32 pid_in_namespace(struct pid *pid)
{
	unsigned int level = BPF_CORE_READ(pid, level);

#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < MAX_PID_NAMESPACE_LEVEL; i++) {
		struct upid upid = {};

		if (i > level)
			break;
		if (bpf_core_read(&upid, sizeof(upid), &pid->numbers[i]))
			break;
		if (BPF_CORE_READ(upid.ns, ns.inum) == pid_namespace)
			return upid.nr;
	}
	return 0;
}

static __always_inline bool read_process(struct tcp_process *process, struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	process->pid = pid_in_namespace(BPF_CORE_READ(leader, thread_pid));
	if (!process->pid)
		return false;
	process->start_ns = BPF_CORE_READ(leader, start_boottime);
	process->cgroup = BPF_CORE_READ(leader, cgroups, dfl_cgrp, kn, id);
	BPF_CORE_READ_STR_INTO(&process->comm, leader, comm);
	return true;
}

static __always_inline void read_counters(struct tcp_record *record, struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;

	record->bytes_sent = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
	record->bytes_received = BPF_CORE_READ(tcp, bytes_received);
	/* the peer's FIN takes one sequence number, and the kernel counts it as a byte */
	if (record->bytes_received && (BPF_CORE_READ(sk, __sk_common.skc_flags) & (1UL << SOCK_DONE)))
		record->bytes_received -= 1;
	record->rtt_us = BPF_CORE_READ(tcp, srtt_us) >> 3;
	record->retransmits = BPF_CORE_READ(tcp, total_retrans);
}

static __always_inline void read_socket(struct tcp_record *record, struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	if (family == AF_INET) {
		record->family = 4;
		BPF_CORE_READ_INTO((__be32 *)record->local, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO((__be32 *)record->remote, sk, __sk_common.skc_daddr);
	} else {
		record->family = 6;
		BPF_CORE_READ_INTO((struct in6_addr *)record->local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)record->remote, sk, __sk_common.skc_v6_daddr);
	}
	/* skc_num is already 0 when a socket closes; inet_sport is not */
	record->local_port = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
	record->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	record->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	record->state = BPF_CORE_READ(sk, __sk_common.skc_state);
}

static __always_inline bool is_tcp(struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP &&
	       BPF_CORE_READ(sk, sk_type) == SOCK_STREAM;
}

#endif
