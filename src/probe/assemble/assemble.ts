import type { Report } from '../../report/schema.ts'
import { createFitter, type FitLimits } from './fitter.ts'
import { type Collected, createMerger } from './merger.ts'

/** The parts that a report is assembled from. */
export interface ReportParts extends Omit<Collected, 'uptimeMs'> {
  readonly envelope: Report['envelope']
}

/**
 * Creates a function that assembles reports for one app, within its limits. Entities that did not change are the same
 * objects from one report to the next, and so are sections without a change. Neither may be modified.
 */
export const createAssembler = (limits: FitLimits): ((parts: ReportParts) => Report) => {
  const merge = createMerger()
  const fit = createFitter(limits)
  return ({ envelope, ...parts }) => fit(merge({ ...parts, uptimeMs: envelope.uptimeMs }), envelope, limits)
}
