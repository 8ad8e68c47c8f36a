import type { ReportNode } from '../../report/schema.ts'
import { processCount } from './process-summary.ts'

/** For how many a node stands: that of processes may stand for several that were alike. */
export const countOfNode = (node: ReportNode): number =>
  node.topology === 'process' ? processCount(node) : 1
