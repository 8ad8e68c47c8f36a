import { facts } from '../../report/facts.ts'
import { containerNodeId, formerProcessNodeId, hostNodeId, processNodeId } from '../../report/ids.ts'
import { beyondLimits } from '../../report/limits.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { UnitMembership } from '../cgroup/unit-index.ts'
import type { ProcessRef } from './directory.ts'

/** The data of a process node. */
export interface ProcessDescription {
  readonly pid: number
  readonly startTicks: number
  readonly name: string
  /** Undefined for a process that exited before it could be read. */
  readonly ppid?: number
  /** With secrets redacted; empty = unknown, or the process has none. */
  readonly commandLine: string
  readonly systemdUnit: string | undefined
  readonly systemdSlice?: string | undefined
  /** Inode; 0 = unknown. */
  readonly netns: number
  readonly containerId: string | undefined
  readonly uid?: number | undefined
  /** Name of that user; undefined when it is not a user of this host. */
  readonly user?: string | undefined
  readonly state?: string | undefined
  readonly executable?: string | undefined
  readonly workingDirectory?: string | undefined
  /** Ids of the controls that it offers; none by default. */
  readonly controls?: string[]
}

/** Data shared by all process nodes of a host. */
export interface ProcessNodeContext {
  readonly hostId: string
  /** Milliseconds since 1970 at boot, by the clock of the machine, which may be set; 0 = unknown. */
  readonly bootMs: number
  readonly ticksPerSecond: number
}

const startedAt = (context: ProcessNodeContext, startTicks: number): string | undefined =>
  context.bootMs === 0
    ? undefined
    : new Date(context.bootMs + (startTicks * 1000) / context.ticksPerSecond).toISOString()

/** The node of a living process. */
export const processNode = (context: ProcessNodeContext, process: ProcessDescription): ReportNode => {
  const { pid, startTicks, ppid, commandLine, systemdUnit, systemdSlice, netns, containerId } = process
  const started = startedAt(context, startTicks)
  return {
    id: processNodeId(context.hostId, pid),
    topology: 'process',
    name: process.name.slice(0, beyondLimits.nameLength),
    facts: {
      [facts.hostId]: hostNodeId(context.hostId),
      [facts.pid]: pid,
      [facts.startTicks]: startTicks,
      ...(started !== undefined && { [facts.startedAt]: started }),
      ...(ppid !== undefined && { [facts.ppid]: ppid }),
      ...(commandLine !== '' && { [facts.commandLine]: commandLine.slice(0, beyondLimits.valueLength) }),
      ...(systemdUnit !== undefined && { [facts.systemdUnit]: systemdUnit }),
      ...(systemdSlice !== undefined && { [facts.systemdSlice]: systemdSlice }),
      ...(netns !== 0 && { [facts.networkNamespace]: netns }),
      ...(process.uid !== undefined && { [facts.uid]: process.uid }),
      ...(process.user !== undefined && { [facts.user]: process.user }),
      ...(process.state !== undefined && { [facts.processState]: process.state }),
      ...(process.executable !== undefined && { [facts.executable]: process.executable }),
      ...(process.workingDirectory !== undefined && {
        [facts.workingDirectory]: process.workingDirectory,
      }),
    },
    parents: {
      host: [hostNodeId(context.hostId)],
      ...(containerId !== undefined && { container: [containerNodeId(containerId)] }),
    },
    controls: process.controls ?? [],
  }
}

/** The node of a process as it is dated now that the boot time has changed. */
export const redated = (context: ProcessNodeContext, node: ReportNode): ReportNode => {
  const startTicks = node.facts[facts.startTicks]
  const started = typeof startTicks === 'number' ? startedAt(context, startTicks) : undefined
  return started === undefined ? node : { ...node, facts: { ...node.facts, [facts.startedAt]: started } }
}

const withoutState = ({ [facts.processState]: _, ...rest }: ReportNode['facts']): ReportNode['facts'] => rest

/** The node of a process after its exit, with all that was known about it. */
export const exitedNode = (node: ReportNode): ReportNode => ({
  ...node,
  facts: { ...withoutState(node.facts), [facts.exited]: true },
  controls: [],
})

/** The node of a process that exited before it could be read, made from the data of the event. */
export const exitedNodeOfRef = (
  context: ProcessNodeContext,
  ref: ProcessRef,
  place: {
    readonly containerId: string | undefined
    readonly unit: UnitMembership | undefined
  },
): ReportNode =>
  exitedNode(
    processNode(context, {
      pid: ref.pid,
      startTicks: ref.startTicks,
      name: ref.comm,
      commandLine: '',
      systemdUnit: place.unit?.systemdUnit,
      systemdSlice: place.unit?.systemdSlice,
      netns: ref.netns,
      containerId: place.containerId,
    }),
  )

/** The node with the id that it gets when another process takes its pid. */
export const formerNode = (hostId: string, ref: ProcessRef, node: ReportNode): ReportNode => ({
  ...node,
  id: formerProcessNodeId(hostId, ref.pid, ref.startTicks),
})
