import type { ReportNode } from '../../report/schema.ts'

/** A process as an event of the kernel names it; enough to make a node even when the process is gone. */
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

/** True when both name one process, whatever else is known of it. */
export const isSameProcess = (
  one: Pick<ProcessRef, 'pid' | 'startTicks'>,
  other: Pick<ProcessRef, 'pid' | 'startTicks'>,
): boolean => one.pid === other.pid && one.startTicks === other.startTicks

/** Where the connection tracker asks for the nodes of the processes it met. */
export interface ProcessDirectory {
  /**
   * Keeps a node for this process in every report until released as often as held: the live one (read from `/proc` at
   * once if not yet known), or one marked `exited`.
   *
   * @returns the node id to use in connection records; it may differ from the one given before when a pid was reused
   */
  hold(ref: ProcessRef): string
  release(ref: ProcessRef): void
  /** The node as it would be reported now; undefined when not held and not running. */
  nodeOf(ref: ProcessRef): ReportNode | undefined
  /** Runs no more. */
  hasExited(ref: ProcessRef): boolean
}
