import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../../../checkout.ts'
import { LibbpfError } from '../../../native/libbpf/error.ts'
import type { Libbpf } from '../../../native/libbpf/library.ts'
import { BpfObject } from '../../../native/libbpf/object.ts'
import { PerfBuffer } from '../../../native/libbpf/perf-buffer.ts'
import { openLibbpf, whileInterrupted } from '../../../native/libbpf/prepare.ts'
import { cgroup2Mount } from '../../cgroup/mount.ts'
import { type ReceivedMessage, readReceived } from './packet.ts'

/** Receives the DNS answers that sockets of this machine asked for. */
export interface AnswerWatcher {
  /** Calls `onMessage` for each message since the last call. */
  drain(onMessage: (received: ReceivedMessage) => void): void
  /** Number of messages lost since the start because the buffer was full, or one cgroup was given too many of them. */
  lost(): number
  /** Describes what it cannot see; empty when it sees everything. */
  readonly limitation: string
  close(): void
}

/** Size of each CPU's ring: enough for some 600 answers between two drains, four times what is told of one cgroup (bpf/dns.h). */
const RING_BYTES = 256 * 1024
/** `enum dns_count` in bpf/dns.h */
const LOST = 0
/**
 * The initial cgroup namespace, which has this inode on each machine (include/linux/proc_ns.h, PROC_CGROUP_INIT_INO).
 */
const FIRST_CGROUP_NAMESPACE = 'cgroup:[4026531835]'

const object = join(checkout.bpf, 'dns.bpf.o')

const limitation = (): string =>
  readlinkSync('/proc/self/ns/cgroup') === FIRST_CGROUP_NAMESPACE
    ? ''
    : 'the probe runs in a cgroup namespace of its own, outside of which it sees no DNS answers'

/**
 * Loads the programs of `bpf/dns.bpf.c` and attaches them to the root of the cgroup v2 hierarchy.
 *
 * @throws {LibbpfError} when it cannot run here
 */
export const watchAnswers = async (env: NodeJS.ProcessEnv): Promise<AnswerWatcher> => {
  const mount = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8'))
  if (mount === undefined)
    throw new LibbpfError('not-attached', 'cgroup v2 is not mounted, where DNS answers would be seen')
  const { functions } = await openLibbpf(env)
  return whileInterrupted(() => attach(functions, mount))
}

const attach = (libbpf: Libbpf, mount: string): AnswerWatcher => {
  const programs = BpfObject.open(libbpf, object)
  let ring: PerfBuffer | undefined
  try {
    programs.load()
    const answers = new PerfBuffer(libbpf, programs.mapFd('answers'), RING_BYTES)
    ring = answers
    for (const program of ['sent_by_ipv4', 'sent_by_ipv6', 'packet_received'])
      programs.attachToCgroup(program, mount)
    return {
      limitation: limitation(),
      drain: (onMessage) =>
        answers.drain((view, offset, length) => {
          const received = readReceived(view, offset, length)
          if (received) onMessage(received)
        }),
      lost: () => programs.perCpuSum('counts', LOST),
      close: () => {
        // Close the programs first: no sample may be written after the ring's memory is unmapped.
        programs.close()
        answers.close()
      },
    }
  } catch (error) {
    ring?.close()
    programs.close()
    throw error
  }
}
