/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The few kernel types and fields that the programs read. Offsets are relocated at load time against the BTF of the running
 * kernel, so only names and nesting matter here, not order or size. Field names are those of Linux 5.15 to 6.18.
 */
#ifndef SCOPE_KERNEL_H
#define SCOPE_KERNEL_H

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
enum { false = 0, true = 1 };

enum { AF_INET = 2, AF_INET6 = 10 };
enum { SOCK_STREAM = 1 };
enum { IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_MPTCP = 262 };
enum { ETH_P_IP = 0x0800, ETH_P_IPV6 = 0x86dd };

/* include/uapi/asm-generic/errno.h */
enum {
	EPIPE = 32,
	EADDRNOTAVAIL = 99,
	ENETUNREACH = 101,
	ECONNABORTED = 103,
	ECONNRESET = 104,
	EHOSTUNREACH = 113,
};

/* include/net/tcp_states.h */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_SYN_RECV = 3,
	TCP_CLOSE = 7,
	TCP_CLOSE_WAIT = 8,
	TCP_LISTEN = 10,
	TCP_NEW_SYN_RECV = 12,
};

/* include/uapi/linux/errqueue.h */
enum { SO_EE_ORIGIN_ICMP = 2, SO_EE_ORIGIN_ICMP6 = 3 };

/* bits of sk_flags (enum sock_flags, include/net/sock.h): the program closed it; the peer's FIN was taken in */
enum { SOCK_DEAD = 0, SOCK_DONE = 1 };

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_RB_NO_WAKEUP = 1 };
#define BPF_F_CURRENT_CPU 0xffffffffULL

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
};

typedef struct {
	__s64 counter;
} atomic64_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
	unsigned long skc_flags;
};

struct sock_extended_err {
	__u32 ee_errno;
	__u8 ee_origin;
};

/* what sk_buff.cb holds of a packet in the error queue */
struct sock_exterr_skb {
	struct sock_extended_err ee;
};

struct sk_buff {
	char cb[48];
};

struct sk_buff_head {
	struct sk_buff *next;
	__u32 qlen;
};

struct socket;

struct sock {
	struct sock_common __sk_common;
	/* of a listening socket: how many connections wait to be accepted */
	__u32 sk_ack_backlog;
	/* none before a connection is accepted */
	struct socket *sk_socket;
	struct sk_buff_head sk_error_queue;
	__u16 sk_type;
	__u16 sk_protocol;
	int sk_err;
	int sk_err_soft;
};

struct inet_sock {
	__be16 inet_sport;
};

/* a connection that is being made; once it is, it waits in a queue of its listening socket until it is accepted */
struct request_sock {
	struct request_sock *dl_next;
	struct sock *sk;
};

struct request_sock_queue {
	struct request_sock *rskq_accept_head;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	struct request_sock_queue icsk_accept_queue;
	/* of a subflow of MPTCP: its mptcp_subflow_context */
	void *icsk_ulp_data;
};

struct minmax_sample {
	__u32 v;
};

struct minmax {
	struct minmax_sample s[3];
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 srtt_us;
	/* the shortest of the last net.ipv4.tcp_min_rtt_wlen seconds; all ones before the first */
	struct minmax rtt_min;
	__u32 total_retrans;
	__u32 segs_out;
	/* only where the kernel has MPTCP: that it is a subflow */
	bool is_mptcp;
};

struct list_head {
	struct list_head *next;
};

/* What a program holds that speaks MPTCP. Addresses and counters are those of its subflows, TCP sockets that no program holds. */
struct mptcp_sock {
	/* of mptcp_subflow_context.node, with those that joined later; whoever listens has one */
	struct list_head conn_list;
	struct sock *first;
};

struct mptcp_subflow_context {
	struct list_head node;
	struct sock *tcp_sock;
	/* the MPTCP socket */
	struct sock *conn;
};

struct socket {
	struct sock *sk;
};

struct file {
	void *private_data;
};

struct fdtable {
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct task_struct {
	struct task_struct *group_leader;
	struct pid *thread_pid;
	int tgid;
	__u64 start_boottime;
	char comm[16];
	struct files_struct *files;
	struct css_set *cgroups;
};

/* Registers of a task that is within a system call; only one of the two exists. */
struct pt_regs___x86 {
	unsigned long di;
	unsigned long si;
};

struct pt_regs___arm64 {
	__u64 regs[31];
	__u64 orig_x0;
};

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
};

#pragma clang attribute pop

/* Views of sockets, and contexts of programs, that are a part of the kernel's interface to users (include/uapi/linux/bpf.h). */
struct bpf_sock {
	__u32 before_dst_port[12];
	__be16 dst_port;
};

struct bpf_sock_addr {
	__u32 user_family;
	__u32 user_ip4;
	__u32 user_ip6[4];
	__u32 user_port;
};

struct __sk_buff {
	__u32 len;
	__u32 before_protocol[3];
	__u32 protocol;
	__u32 before_data[14];
	__u32 data;
	__u32 data_end;
	__u32 before_sk[17];
	__u64 tstamp;
	__u32 wire_len;
	__u32 gso_segs;
	struct bpf_sock *sk;
};

/* struct sockaddr_in and sockaddr_in6 as programs hand them over */
struct user_sockaddr {
	__u16 family;
	__be16 port;
	union {
		__u8 in[4];
		struct {
			__be32 flow;
			__u8 in6[16];
		};
	};
};

/* Context of the tracepoints syscalls:sys_exit_*; the layout is part of the kernel's interface to users. */
struct sys_exit_context {
	__u64 common;
	__s64 number;
	__s64 result;
};

#endif
