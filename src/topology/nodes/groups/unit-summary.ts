import type { MetadataRow, NodeSummary, ParentLink } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { flagFact, setFact } from '../../reports/node-facts.ts'
import { counted, unitLabel } from '../naming/labels.ts'

/** A systemd unit of a host, and its processes. */
export interface Unit {
  readonly id: string
  /** `nginx.service`, `session-4.scope` */
  readonly unit: string
  readonly hostName: string
  readonly processes: readonly ReportNode[]
}

/** The part of the name that instances of a template unit share: `getty@` for `getty@tty1.service`. */
const template = (unit: string): string => unitLabel(unit).replace(/@.*/, '@')

/** The summary of a systemd unit. */
export const unitSummary = (
  { id, unit, hostName, processes }: Unit,
  count: number,
  parents: readonly ParentLink[],
): NodeSummary => {
  const listening = [
    ...new Set(processes.flatMap((process) => setFact(process, facts.listeningAddresses))),
  ].sort()
  const reachable = processes.some((process) => flagFact(process, facts.reachableFromOutside))
  const listeningRows: MetadataRow[] = [
    { id: facts.listeningAddresses, label: 'Listening on', value: listening.join(', '), priority: 3 },
    {
      id: facts.reachableFromOutside,
      label: 'Reachable from outside',
      value: reachable ? 'yes' : 'no',
      priority: 4,
    },
  ]
  return {
    id,
    label: unitLabel(unit),
    labelMinor: `${hostName} (${counted(count, 'process', 'processes')})`,
    rank: template(unit),
    shape: 'square',
    stack: true,
    metadata: [
      { id: facts.systemdUnit, label: 'Systemd unit', value: unit, priority: 1 },
      { id: 'process', label: 'Processes', value: String(count), priority: 2, dataType: 'number' },
      ...(listening.length > 0 ? listeningRows : []),
    ],
    parents,
  }
}
