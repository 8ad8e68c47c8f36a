// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Tells the probe of every DNS answer that a socket of the machine is given over UDP: who got it, and its bytes.
 *
 * Attached to the root of the cgroup v2 hierarchy it sees each packet that any socket takes in, just before the socket does.
 * It lets all of them through. What is no answer from port 53 is passed over after a few loads from the headers.
 *
 * Anybody may send anything from a port 53: only an answer of the server that the socket asked is told. A connected socket gets
 * packets of no other; what others ask, as musl's resolver does, is seen when they send.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "dns.h"

char LICENSE[] SEC("license") = "GPL";

#define LET_THROUGH 1
#define DNS_PORT 53
#define IPV6_HEADER_BYTES 40

/* struct udphdr and, after it, the header of a DNS message (RFC 1035, 4.1.1) */
struct answer_headers {
	__be16 source;
	__be16 destination;
	__be16 length;
	__be16 checksum;
	__be16 id;
	__u8 opcode;
	__u8 rcode;
	__be16 questions;
	__be16 answers;
};

#define UDP_HEADER_BYTES 8
#define DNS_RESPONSE 0x80
#define DNS_RCODE 0x0f

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} answers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DNS_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

/* A socket's address goes through here, since the verifier lets nobody calculate with one that comes from a context. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} socket_address SEC(".maps");

struct asked {
	/* of the socket */
	__u64 cookie;
	/* IPv4 in the first word */
	__be32 server[4];
};

/* When sockets that are not connected asked which servers last, ns. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct asked);
	__type(value, __u64);
} queries SEC(".maps");

/* Longer than any resolver waits. */
#define ANSWER_WITHIN_NS (60 * 1000000000ULL)

struct share {
	__u64 since;
	__u64 bytes;
};

/* What was told lately of each cgroup, so that one which is given very many answers leaves room for those of others. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct share);
} shares SEC(".maps");

/* The topmost cgroup, in which all are on machines where containers have cgroups of version 1 alone; there each network namespace has a share. */
#define TOP_CGROUP 1
#define OF_NETWORK_NAMESPACE (1ULL << 63)
/* What the kernel adds to a record in a ring, at most. */
#define RECORD_OVERHEAD_BYTES 24

static __always_inline void count(__u32 what)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &what);

	if (value)
		*value += 1;
}

static __always_inline __u32 network_namespace(struct __sk_buff *skb)
{
	__u32 zero = 0;
	volatile __u64 *address = bpf_map_lookup_elem(&socket_address, &zero);

	if (!address)
		return 0;
	*address = (__u64)skb->sk;
	return BPF_CORE_READ((struct sock *)*address, __sk_common.skc_net.net, ns.inum);
}

static __always_inline bool has_room(const struct dns_receiver *receiver)
{
	__u64 key = receiver->cgroup > TOP_CGROUP ? receiver->cgroup : OF_NETWORK_NAMESPACE | receiver->netns;
	__u64 bytes = sizeof(*receiver) + receiver->bytes + RECORD_OVERHEAD_BYTES;
	struct share next = {.since = bpf_ktime_get_ns(), .bytes = bytes};
	struct share *share = bpf_map_lookup_elem(&shares, &key);

	/* another processor may have begun it a moment later than this one looked at the clock */
	if (!share || (__s64)(next.since - share->since) >= (__s64)DNS_SHARE_NS) {
		bpf_map_update_elem(&shares, &key, &next, BPF_ANY);
		return true;
	}
	if (share->bytes + bytes > DNS_SHARE_BYTES)
		return false;
	__sync_fetch_and_add(&share->bytes, bytes);
	return true;
}

static __always_inline void tell(struct __sk_buff *skb, __u32 message_at)
{
	struct dns_receiver receiver = {.message_at = message_at};
	__u64 bytes = skb->len;

	if (bytes > message_at + DNS_MESSAGE_BYTES)
		bytes = message_at + DNS_MESSAGE_BYTES;
	receiver.cgroup = bpf_skb_cgroup_id(skb);
	receiver.netns = network_namespace(skb);
	receiver.bytes = bytes;
	if (!has_room(&receiver)) {
		count(DNS_LOST);
		return;
	}
	/* the packet's first bytes follow the record, copied by the kernel (BPF_F_CTXLEN_MASK) */
	if (bpf_perf_event_output(skb, &answers, BPF_F_CURRENT_CPU | (bytes << 32), &receiver, sizeof(receiver)))
		count(DNS_LOST);
}

/* Where the UDP header is; 0 when the packet is not UDP, or hides it behind other headers, as no DNS answer does. */
static __always_inline __u32 udp_at(struct __sk_buff *skb)
{
	__u8 *data = (__u8 *)(long)skb->data;
	__u8 *end = (__u8 *)(long)skb->data_end;

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		if (data + 20 > end || data[9] != IPPROTO_UDP)
			return 0;
		return (data[0] & 0x0f) * 4;
	}
	if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if (data + IPV6_HEADER_BYTES > end || data[6] != IPPROTO_UDP)
			return 0;
		return IPV6_HEADER_BYTES;
	}
	return 0;
}

/* Whether the socket asked the server that the packet comes from. */
static __always_inline bool was_asked(struct __sk_buff *skb)
{
	bool is_ipv4 = skb->protocol == bpf_htons(ETH_P_IP);
	struct bpf_sock *sk = skb->sk;
	struct asked asked = {};
	__u64 *when;

	if (!sk)
		return false;
	if (sk->dst_port)
		return true;
	if (bpf_skb_load_bytes(skb, is_ipv4 ? 12 : 8, asked.server, is_ipv4 ? 4 : 16))
		return false;
	asked.cookie = bpf_get_socket_cookie(skb);
	when = bpf_map_lookup_elem(&queries, &asked);
	return when && bpf_ktime_get_ns() - *when < ANSWER_WITHIN_NS;
}

static __always_inline int sent(struct bpf_sock_addr *to, struct asked *asked)
{
	__u64 now = bpf_ktime_get_ns();

	asked->cookie = bpf_get_socket_cookie(to);
	bpf_map_update_elem(&queries, asked, &now, BPF_ANY);
	return LET_THROUGH;
}

/* Sockets that are not connected name the receiver each time they send; this is before any address translation. */
SEC("cgroup/sendmsg4")
int sent_by_ipv4(struct bpf_sock_addr *to)
{
	struct asked asked = {};

	if (to->user_port != bpf_htons(DNS_PORT))
		return LET_THROUGH;
	asked.server[0] = to->user_ip4;
	return sent(to, &asked);
}

SEC("cgroup/sendmsg6")
int sent_by_ipv6(struct bpf_sock_addr *to)
{
	struct asked asked = {};

	if (to->user_port != bpf_htons(DNS_PORT))
		return LET_THROUGH;
	for (int i = 0; i < 4; i++)
		asked.server[i] = to->user_ip6[i];
	return sent(to, &asked);
}

SEC("cgroup_skb/ingress")
int packet_received(struct __sk_buff *skb)
{
	__u32 at = udp_at(skb);
	struct answer_headers headers;

	if (!at || bpf_skb_load_bytes(skb, at, &headers, UDP_HEADER_BYTES) ||
	    headers.source != bpf_htons(DNS_PORT))
		return LET_THROUGH;
	if (bpf_skb_load_bytes(skb, at, &headers, sizeof(headers)))
		return LET_THROUGH;
	if (!(headers.opcode & DNS_RESPONSE) || (headers.rcode & DNS_RCODE) || !headers.answers ||
	    !was_asked(skb))
		return LET_THROUGH;
	tell(skb, at + UDP_HEADER_BYTES);
	return LET_THROUGH;
}
