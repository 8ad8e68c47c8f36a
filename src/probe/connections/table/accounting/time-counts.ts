import { bucketOf, type Histogram, histogramOfBuckets } from '../../../../report/histogram.ts'

/** A histogram of durations that can be added to and subtracted from. */
export class TimeCounts {
  readonly #counts: number[] = []
  #histogram: Histogram | undefined

  /** Replaces one duration by another; undefined stands for none. */
  change(beforeUs: number | undefined, afterUs: number | undefined): void {
    if (beforeUs === afterUs) return
    if (beforeUs !== undefined) this.#add(bucketOf(beforeUs), -1)
    if (afterUs !== undefined) this.#add(bucketOf(afterUs), 1)
  }

  /** Adds the counts of another histogram. */
  absorb(other: TimeCounts): void {
    for (const [bucket, count] of other.#counts.entries()) this.#add(bucket, count)
  }

  /** The histogram as reported; undefined when nothing was counted. The same object until a count changes. */
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
