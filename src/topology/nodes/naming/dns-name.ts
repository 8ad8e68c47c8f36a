import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'
import { composeOf, swarmServiceOf } from '../../reports/stacks.ts'
import { containerLabel } from './labels.ts'

/**
 * The name by which others look a container up: the host name it was given, else its service, which is its name in the
 * networks of Compose and Swarm, else its own. The host name that Docker makes up of the id is nobody's choice.
 */
export const dnsName = (container: ReportNode): string => {
  const hostname = textFact(container, facts.containerHostname)
  if (hostname !== undefined && !isMadeUp(container, hostname)) return hostname
  return composeOf(container)?.service ?? swarmServiceOf(container)?.name ?? containerLabel(container)
}

const isMadeUp = ({ id, facts: known }: ReportNode, hostname: string): boolean =>
  (hostname.length >= 12 && id.startsWith(hostname)) || known[facts.inHostNetwork] === true
