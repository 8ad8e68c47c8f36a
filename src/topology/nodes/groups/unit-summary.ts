import type { MetadataRow, NodeSummary, ParentLink } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { flagFact, setFact } from '../../reports/node-facts.ts'
import { unitLabel } from '../naming/labels.ts'
import { exitedRows, type NodeCount, processWords } from '../node-count.ts'
import { NONE_UNUSED } from '../rows/listening-rows.ts'

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

/** The addresses that none of the processes that listen there has seen a connection to; undefined where that is not known of all. */
const neverUsedBy = (processes: readonly ReportNode[]): readonly string[] | undefined => {
  const listening = processes.filter((process) => setFact(process, facts.listeningAddresses).length > 0)
  if (listening.some((process) => process.facts[facts.neverUsedAddresses] === undefined)) return undefined
  const used = new Set<string>()
  const all = new Set<string>()
  for (const process of listening) {
    const unused = new Set(setFact(process, facts.neverUsedAddresses))
    for (const address of setFact(process, facts.listeningAddresses)) {
      all.add(address)
      if (!unused.has(address)) used.add(address)
    }
  }
  return [...all].filter((address) => !used.has(address)).sort()
}

/** The summary of a systemd unit. */
export const unitSummary = (
  { id, unit, hostName, processes }: Unit,
  count: NodeCount,
  parents: readonly ParentLink[],
): NodeSummary => {
  const listening = [
    ...new Set(processes.flatMap((process) => setFact(process, facts.listeningAddresses))),
  ].sort()
  const neverUsed = neverUsedBy(processes)
  const reachable = processes.some((process) => flagFact(process, facts.reachableFromOutside))
  const listeningRows: MetadataRow[] = [
    { id: facts.listeningAddresses, label: 'Listening on', value: listening.join(', '), priority: 3 },
    ...(neverUsed === undefined
      ? []
      : [
          {
            id: facts.neverUsedAddresses,
            label: 'Never used',
            value: neverUsed.length > 0 ? neverUsed.join(', ') : NONE_UNUSED,
            priority: 13,
          },
        ]),
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
    labelMinor: `${hostName} (${processWords(count)})`,
    rank: template(unit),
    shape: 'square',
    stack: true,
    metadata: [
      { id: facts.systemdUnit, label: 'Systemd unit', value: unit, priority: 1 },
      { id: 'process', label: 'Processes', value: String(count.there), priority: 2, dataType: 'number' },
      ...exitedRows(count.exited, 2),
      ...(listening.length > 0 ? listeningRows : []),
    ],
    parents,
  }
}
