import { bucketOf, type Histogram, histogramOfBuckets } from '../../../../report/histogram.ts'

/** How long something took, how often, while it is being counted. */
export class TimeCounts {
  readonly #counts: number[] = []
  #histogram: Histogram | undefined

  /** Takes one time out, and another one in. */
  change(beforeUs: number | undefined, afterUs: number | undefined): void {
    if (beforeUs === afterUs) return
    if (beforeUs !== undefined) this.#add(bucketOf(beforeUs), -1)
    if (afterUs !== undefined) this.#add(bucketOf(afterUs), 1)
  }

  /** Counts all that another has counted. */
  absorb(other: TimeCounts): void {
    for (const [bucket, count] of other.#counts.entries()) this.#add(bucket, count)
  }

  /** As it is told; undefined when nothing was counted. The same object as long as nothing is. */
  get histogram(): Histogram | undefined {
    this.#histogram ??= histogramOfBuckets(this.#counts)
    return this.#histogram
  }

  #add(bucket: number, count: number): void {
    while (this.#counts.length <= bucket) this.#counts.push(0)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#histogram = undefined
  }
}
