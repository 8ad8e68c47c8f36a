import type { ReportNode } from './schema.ts'

/** What may have connections, or listen: a process, or where no processes are told, the container or host that it is in. */
export const isEnd = (node: ReportNode | undefined): boolean =>
  node !== undefined && node.topology !== 'container_image'
