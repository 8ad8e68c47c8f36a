/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The records that the programs hand to the probe; src/probe/connections/sources/ebpf/records.ts reads the same layout. */
#ifndef SCOPE_TCP_H
#define SCOPE_TCP_H

enum tcp_record_kind {
	/* connect() succeeded; process = who called it, handshake_us = how long it took */
	TCP_CONNECTED = 1,
	/* connect() came to nothing; error = errno (0: the program gave up), retransmits = of the SYN */
	TCP_CONNECT_FAILED = 2,
	/* accept() returned the socket; process = who called it */
	TCP_ACCEPTED = 3,
	/* a connected or accepted socket closed; the counters are final; error = what broke it, see `broken_by`; head only */
	TCP_CLOSED = 4,
	/* listen() was called; process = who called it */
	TCP_LISTENING = 5,
	/* a listening socket closed; head only */
	TCP_UNLISTENED = 6,
	/* iteration over open files: a process holds this connected socket; or one closes whose TCP_CONNECTED was missed */
	TCP_HELD = 7,
	/* iteration over the state map: the counters moved; head only */
	TCP_COUNTERS = 8,
	/* iteration over the state map: the socket behind the entry is another one now, or has long closed, and the entry was taken away; head only */
	TCP_STALE = 9,
	/*
	 * iteration over the state map: a connection that no process has accepted yet; cookie and process are the listening socket's,
	 * the addresses the connection's
	 */
	TCP_WAITING = 10,
	/* iteration over the state map: a socket that no process holds is open all the same; head only */
	TCP_UNHELD = 11,
};

enum tcp_role { TCP_ROLE_UNKNOWN = 0, TCP_ROLE_CLIENT = 1, TCP_ROLE_SERVER = 2, TCP_ROLE_LISTENER = 3 };

struct tcp_process {
	/* start_boottime of the thread group leader, ns since boot */
	__u64 start_ns;
	/* inode of the cgroup v2 directory */
	__u64 cgroup;
	/* thread group id in the probe's pid namespace */
	__u32 pid;
	__u32 padding;
	char comm[16];
};

/* 56 bytes, no implicit padding: all there is to say of a socket that is known already. */
struct tcp_head {
	/* CLOCK_MONOTONIC, ns */
	__u64 time_ns;
	/* kernel-wide identity of the socket, never used again */
	__u64 cookie;
	/* payload, without retransmissions */
	__u64 bytes_sent;
	__u64 bytes_received;
	/* smoothed; and the shortest of late; 0 = not measured */
	__u32 rtt_us;
	__u32 min_rtt_us;
	__u32 retransmits;
	/* TCP_COUNTERS: payload since the record before, both ways; at most what fits */
	__u32 moved;
	/* TCP_CONNECTED: from SYN_SENT to ESTABLISHED */
	__u32 handshake_us;
	/* 4 or 6; 0 when the record has no more than this */
	__u8 family;
	__u8 kind;
	__u8 role;
	__u8 error;
};

/* 136 bytes, no implicit padding */
struct tcp_record {
	struct tcp_head head;
	struct tcp_process process;
	__u32 netns;
	__u16 local_port;
	__u16 remote_port;
	/* IPv4 in the first four bytes, network order */
	__u8 local[16];
	__u8 remote[16];
};

/* What the state map keeps of a socket, by its address. */
struct tcp_state {
	__u64 cookie;
	/* of the last TCP_COUNTERS record */
	__u64 bytes_sent;
	__u64 bytes_received;
	struct tcp_process process;
	__u8 role;
	/* TCP_CONNECTED was sent */
	__u8 reported;
	/* the last walk found it closed, though its close had not been told */
	__u8 found_closed;
	/* the last walk over open files found a process that holds it */
	__u8 held;
	/* of a client: when it entered SYN_SENT, µs of CLOCK_MONOTONIC, as much as fits */
	__u32 syn_us;
};

/* One layout, read by src/probe/connections/sources/ebpf/records.ts. */
_Static_assert(sizeof(struct tcp_head) == 56, "layout of tcp_head");
_Static_assert(sizeof(struct tcp_record) == 136, "layout of tcp_record");

/* Why something the programs should have told is missing; one slot each in the per-CPU map `drops`. */
enum tcp_drop { TCP_DROP_STATE_FULL = 0, TCP_DROP_OUTPUT = 1, TCP_DROPS = 2 };

#endif
