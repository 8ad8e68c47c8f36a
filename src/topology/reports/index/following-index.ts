import type { LatestIndex, ReportIndex } from './report-index.ts'

/**
 * The index of the latest report of one probe about a host. What refers to the nodes of a report refers to them in this, so
 * that it need not be made again when the next report comes in the place of that one.
 */
export class FollowingIndex implements LatestIndex {
  #index: ReportIndex | undefined

  follow(index: ReportIndex): void {
    this.#index = index
  }

  get #now(): ReportIndex {
    if (this.#index === undefined) throw new Error('there is no report yet')
    return this.#index
  }

  get latest(): LatestIndex {
    return this
  }

  get report(): ReportIndex['report'] {
    return this.#now.report
  }

  get verified(): boolean {
    return this.#now.verified
  }

  get hostNode(): string {
    return this.#now.hostNode
  }

  get nodes(): ReportIndex['nodes'] {
    return this.#now.nodes
  }

  get byTopology(): ReportIndex['byTopology'] {
    return this.#now.byTopology
  }

  get metrics(): ReportIndex['metrics'] {
    return this.#now.metrics
  }

  get addresses(): ReportIndex['addresses'] {
    return this.#now.addresses
  }

  get published(): ReportIndex['published'] {
    return this.#now.published
  }

  get told(): ReportIndex['told'] {
    return this.#now.told
  }

  get derived(): ReportIndex['derived'] {
    return this.#now.derived
  }

  get lasting(): ReportIndex['lasting'] {
    return this.#now.lasting
  }
}
