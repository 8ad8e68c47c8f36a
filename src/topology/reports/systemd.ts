import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { textFact } from './node-facts.ts'

/** The unit of the host's systemd that a process belongs to, such as `nginx.service`; undefined within a container. */
export const unitOf = (process: ReportNode): string | undefined =>
  process.parents.container === undefined ? textFact(process, facts.systemdUnit) : undefined
