import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'
import { composeOf, swarmServiceOf } from '../../reports/stacks.ts'
import { containerLabel } from './labels.ts'

/**
 * The name by which other containers look up a container: its configured host name, else its Compose or Swarm
 * service, which is a name in the networks of those, else its own name. A host name that Docker generated from the
 * id, or that is the host's own, does not count.
 */
export const dnsName = (container: ReportNode): string => {
  const hostname = textFact(container, facts.containerHostname)
  if (hostname !== undefined && !isMadeUp(container, hostname)) return hostname
  return composeOf(container)?.service ?? swarmServiceOf(container)?.name ?? containerLabel(container)
}

const isMadeUp = ({ id, facts: known }: ReportNode, hostname: string): boolean =>
  (hostname.length >= 12 && id.startsWith(hostname)) || known[facts.inHostNetwork] === true
