/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The layout of what dns.bpf.c tells; read by src/probe/names/answers/packet.ts. */
#ifndef SCOPE_DNS_H
#define SCOPE_DNS_H

/* What DNS over UDP carries without being fragmented (RFC 9715); of a longer message the rest is cut. */
#define DNS_MESSAGE_BYTES 1232

/* What is told of one cgroup in so much time, records and all: a quarter of a ring, which is emptied as often. */
#define DNS_SHARE_BYTES (64 * 1024)
#define DNS_SHARE_NS (200 * 1000000ULL)

/* Who was given an answer; `bytes` of the packet follow, from its IP header on. */
struct dns_receiver {
	/* inode of the cgroup v2 directory of the socket */
	__u64 cgroup;
	/* inode of the network namespace of the socket; 0 = unknown */
	__u32 netns;
	/* where in the packet the DNS message begins */
	__u16 message_at;
	__u16 bytes;
};

/* Keys of the map `counts`. */
enum dns_count {
	/* answers that found no room in a ring, or were beyond what is told of one cgroup */
	DNS_LOST,
	DNS_COUNTS,
};

#endif
