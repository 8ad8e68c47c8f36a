/**
 * The shortest time that some work takes in several runs, in milliseconds: what else the machine does only adds to a time.
 *
 * @param work must not find anything remembered of the run before
 */
export const shortestMsOf = (work: () => unknown, runs = 10): number => {
  let shortestMs = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const startedMs = performance.now()
    work()
    shortestMs = Math.min(shortestMs, performance.now() - startedMs)
  }
  return shortestMs
}
