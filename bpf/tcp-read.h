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

/* Inode of the first pid namespace of every machine (include/linux/proc_ns.h, PROC_PID_INIT_INO). */
#define FIRST_PID_NAMESPACE 0xeffffffc
#define MAX_PID_NAMESPACE_LEVEL 32

/*
 * Two ways to a field. Where the verifier knows the type of a pointer it may be followed as it is, at the cost of a load; where
 * all that is known is an address, each load is a call of a helper.
 */
#define LOADED(pointer, field) ((pointer)->field)
#define PROBED(pointer, field) BPF_CORE_READ(pointer, field)

/* The task's pid as the probe's namespace numbers it; 0 when the task is not of that namespace or below. */
static __always_inline __u32 pid_in_namespace(struct task_struct *leader)
{
	struct pid *pid;
	unsigned int level;

	/* which numbers every task there is */
	if (pid_namespace == FIRST_PID_NAMESPACE)
		return leader->tgid;
	pid = leader->thread_pid;
	level = pid->level;
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

/* @param task of a type that the verifier knows */
static __always_inline bool read_process(struct tcp_process *process, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	process->pid = pid_in_namespace(leader);
	if (!process->pid)
		return false;
	process->start_ns = leader->start_boottime;
	process->cgroup = leader->cgroups->dfl_cgrp->kn->id;
	__builtin_memcpy(process->comm, leader->comm, sizeof(process->comm));
	return true;
}

#define DEFINE_READERS(way, READ)										\
	static __always_inline bool is_tcp_##way(struct sock *sk)						\
	{													\
		__u16 family = READ(sk, __sk_common.skc_family);						\
														\
		return (family == AF_INET || family == AF_INET6) && READ(sk, sk_protocol) == IPPROTO_TCP &&	\
		       READ(sk, sk_type) == SOCK_STREAM;							\
	}													\
	static __always_inline void read_round_trips_##way(struct tcp_head *head, struct tcp_sock *tcp)		\
	{													\
		head->rtt_us = READ(tcp, srtt_us) >> 3;								\
		if (bpf_core_field_exists(tcp->rtt_min))							\
			head->min_rtt_us = READ(tcp, rtt_min.s[0].v);						\
		if (head->min_rtt_us == ~0U)									\
			head->min_rtt_us = 0;									\
	}													\
	static __always_inline void read_counters_##way(struct tcp_head *head, struct tcp_sock *tcp, unsigned long flags)\
	{													\
		head->bytes_sent = READ(tcp, bytes_sent) - READ(tcp, bytes_retrans);				\
		head->bytes_received = READ(tcp, bytes_received);						\
		/* the peer's FIN takes one sequence number, and the kernel counts it as a byte */		\
		if (head->bytes_received && (flags & (1UL << SOCK_DONE)))					\
			head->bytes_received -= 1;								\
		read_round_trips_##way(head, tcp);								\
		head->retransmits = READ(tcp, total_retrans);							\
	}													\
	static __always_inline void read_addresses_##way(struct tcp_record *record, struct sock *sk, struct tcp_sock *tcp)\
	{													\
		struct net *net = READ(sk, __sk_common.skc_net.net);						\
														\
		if (READ(sk, __sk_common.skc_family) == AF_INET) {						\
			record->head.family = 4;								\
			*(__be32 *)record->local = READ(sk, __sk_common.skc_rcv_saddr);				\
			*(__be32 *)record->remote = READ(sk, __sk_common.skc_daddr);				\
		} else {											\
			record->head.family = 6;								\
			*(struct in6_addr *)record->local = READ(sk, __sk_common.skc_v6_rcv_saddr);		\
			*(struct in6_addr *)record->remote = READ(sk, __sk_common.skc_v6_daddr);		\
		}												\
		/* skc_num is already 0 when a socket closes; inet_sport is not */				\
		record->local_port = bpf_ntohs(READ(tcp, inet_conn.icsk_inet.inet_sport));			\
		record->remote_port = bpf_ntohs(READ(sk, __sk_common.skc_dport));				\
		record->netns = READ(net, ns.inum);								\
	}

DEFINE_READERS(loaded, LOADED)
DEFINE_READERS(probed, PROBED)

/* The first subflow of an MPTCP socket; 0 = none, or the kernel has no MPTCP. */
static __always_inline struct sock *first_subflow(struct sock *sk)
{
	struct mptcp_sock *mptcp = (struct mptcp_sock *)sk;

	return bpf_core_field_exists(mptcp->first) ? BPF_CORE_READ(mptcp, first) : 0;
}

/* The cookie of the MPTCP socket to which a TCP socket belongs; 0 = to none. A function of its own, since it is rarely called. */
static __attribute__((noinline)) __u64 mptcp_cookie(struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
	struct mptcp_subflow_context *subflow;

	if (!bpf_core_field_exists(tcp->is_mptcp) || !BPF_CORE_READ(tcp, is_mptcp))
		return 0;
	subflow = BPF_CORE_READ(tcp, inet_conn.icsk_ulp_data);
	return BPF_CORE_READ(subflow, conn, __sk_common.skc_cookie.counter);
}

/* The first subflow of the MPTCP connection that a TCP socket joins; 0 = it joins none. @param sk of a type that the verifier knows */
static __always_inline struct sock *first_of_joined(struct sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct mptcp_subflow_context *subflow;
	struct sock *first;

	if (!bpf_core_field_exists(tcp->is_mptcp) || !tcp || !tcp->is_mptcp)
		return 0;
	subflow = BPF_CORE_READ(tcp, inet_conn.icsk_ulp_data);
	first = first_subflow(BPF_CORE_READ(subflow, conn));
	return first == sk ? 0 : first;
}

/* Why connecting came to nothing; 0 when the program gave up. */
static __always_inline int connect_error(struct sock *sk, struct tcp_sock *tcp)
{
	struct sock_exterr_skb *told;

	if (sk->sk_err)
		return sk->sk_err;
	/* the word of a router that came while connect() held the socket */
	if (sk->sk_err_soft)
		return sk->sk_err_soft;
	/* and that the program has already heard by SO_ERROR, which takes the error out */
	if (sk->sk_error_queue.qlen) {
		told = (struct sock_exterr_skb *)sk->sk_error_queue.next->cb;
		if (told->ee.ee_origin == SO_EE_ORIGIN_ICMP || told->ee.ee_origin == SO_EE_ORIGIN_ICMP6)
			return told->ee.ee_errno;
	}
	/* no SYN ever left: connect() found no local port for it, which it tells to the program alone */
	if (bpf_core_field_exists(tcp->segs_out) && !tcp->segs_out)
		return EADDRNOTAVAIL;
	return 0;
}

/* ECONNRESET = the peer sent a reset, ECONNABORTED = this side did, any other = why the kernel gave it up; 0 = nothing broke it. */
static __always_inline int broken_by(int error)
{
	/* the same reset, after the peer's FIN */
	return error == EPIPE ? ECONNRESET : error;
}

/* What broke an established connection. */
static __always_inline int end_error(struct sock *sk, int old_state)
{
	/* the program was done with it: what came afterwards harms nobody */
	if (sk->__sk_common.skc_flags & (1UL << SOCK_DEAD))
		return 0;
	if (sk->sk_err)
		return broken_by(sk->sk_err);
	/* whoever says goodbye goes on from here to another state */
	return old_state == TCP_ESTABLISHED || old_state == TCP_CLOSE_WAIT ? ECONNABORTED : 0;
}

#endif
