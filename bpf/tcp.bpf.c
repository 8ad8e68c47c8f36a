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
#include <bpf/bpf_tracing.h>
#include "tcp-calls.h"
#include "tcp-read.h"
#include "tcp-state.h"
#include "tcp-tell.h"
#include "tcp-walks.h"

char LICENSE[] SEC("license") = "GPL";

/* Who opens a socket: the current process, but for a subflow that joins others, which a worker of the kernel opens for their process. */
static __always_inline bool read_opener(struct tcp_process *process, struct sock *sk)
{
	struct sock *first = first_of_joined(sk);
	struct tcp_state *state = first ? known(first, BPF_CORE_READ(first, __sk_common.skc_cookie.counter)) : 0;

	if (!state)
		return read_process(process, bpf_get_current_task_btf());
	*process = state->process;
	return true;
}

static __always_inline int opened(struct sock *sk, __u8 role)
{
	struct tcp_state state = {.role = role};

	if (known(sk, sk->__sk_common.skc_cookie.counter) || !read_opener(&state.process, sk))
		return 0;
	state.cookie = bpf_get_socket_cookie(sk);
	if (role == TCP_ROLE_CLIENT)
		state.syn_us = microseconds(bpf_ktime_get_ns());
	remember(sk, &state);
	if (role == TCP_ROLE_LISTENER)
		tell(sk, &state, TCP_LISTENING);
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
	tell(sk, state, TCP_CONNECTED);
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
		tell_end(sk, &state, TCP_UNLISTENED, 0);
	} else if (old_state == TCP_SYN_SENT) {
		bpf_map_update_elem(&told_failures, &key, &cookie, BPF_ANY);
		tell(sk, &state, TCP_CONNECT_FAILED);
	} else {
		/* its change to ESTABLISHED was missed, though not those before and after it */
		if (!state.reported)
			tell(sk, &state, TCP_HELD);
		tell_end(sk, &state, TCP_CLOSED, end_error(sk, old_state));
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
