import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { textFact } from './node-facts.ts'

/**
 * The systemd unit of a process, such as `nginx.service`. Undefined for a process without a unit, and for one in a
 * container, because the container runtime creates those units.
 */
export const unitOf = (process: ReportNode): string | undefined =>
  process.parents.container === undefined ? textFact(process, facts.systemdUnit) : undefined
