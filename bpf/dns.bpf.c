// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Tells the probe of every DNS answer that a socket of the machine is given over UDP: who got it, and its bytes.
 *
 * Attached to the root of the cgroup v2 hierarchy it sees each packet that any socket takes in, just before the socket does.
 * It lets all of them through. What is no answer from port 53 is passed over after a few loads from the headers.
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

static __always_inline void tell(struct __sk_buff *skb, __u32 message_at)
{
	struct dns_receiver receiver = {.message_at = message_at};
	__u64 bytes = skb->len;

	if (bytes > message_at + DNS_MESSAGE_BYTES)
		bytes = message_at + DNS_MESSAGE_BYTES;
	receiver.cgroup = bpf_skb_cgroup_id(skb);
	receiver.netns = network_namespace(skb);
	receiver.bytes = bytes;
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
	if (!(headers.opcode & DNS_RESPONSE) || (headers.rcode & DNS_RCODE) || !headers.answers)
		return LET_THROUGH;
	tell(skb, at + UDP_HEADER_BYTES);
	return LET_THROUGH;
}
