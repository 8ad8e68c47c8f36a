import type { ReportNode } from '../../report/schema.ts'

/** A process as a kernel event identifies it. It is enough to make a node even when the process has exited. */
export interface ProcessRef {
  /** As seen in the probe's pid namespace. */
  readonly pid: number
  /** Start time in clock ticks since boot (field 22 of `/proc/PID/stat`); with the pid, the identity of a process. */
  readonly startTicks: number
  /** Command name, at most 15 bytes. */
  readonly comm: string
  /** Inode of the cgroup v2 directory; 0 = unknown. */
  readonly cgroupId: number
  /** Inode of the network namespace; 0 = unknown. */
  readonly netns: number
}

/** True when both identify the same process; other fields are ignored. */
export const isSameProcess = (
  one: Pick<ProcessRef, 'pid' | 'startTicks'>,
  other: Pick<ProcessRef, 'pid' | 'startTicks'>,
): boolean => one.pid === other.pid && one.startTicks === other.startTicks

/** Looks up the nodes of processes. The collector of connections holds each process that its records refer to. */
export interface ProcessDirectory {
  /**
   * Keeps a node for this process until it was released as often as held. The node is that of the living process (read from
   * `/proc` at once if not yet known), or one marked `exited`.
   *
   * @param told false when the process has exited and is only one of several that another node stands for: unless it is held
   *   otherwise, reports do not have its own node. Release it likewise
   * @returns the node id to use in connection records; it may differ from the one given before when a pid was reused
   */
  hold(ref: ProcessRef, told?: boolean): string
  release(ref: ProcessRef, told?: boolean): void
  /** The node as it would be reported now; undefined when the process is neither held nor running. */
  nodeOf(ref: ProcessRef): ReportNode | undefined
  /**
   * Like {@link nodeOf}, but reads a running process again when what was read of it had another command name than `ref`: it has executed
   * another program since.
   */
  nodeAtConnect(ref: ProcessRef): ReportNode | undefined
  /**
   * Where a process runs or ran, as a text: its container, else its systemd unit or cgroup together with its network namespace.
   * It is the same before and after a container is started again.
   */
  placeOf(ref: ProcessRef): string
  /** True when the process no longer runs. */
  hasExited(ref: ProcessRef): boolean
}
