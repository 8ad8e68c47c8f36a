import type { IndexedReports } from './indexed-reports.ts'

/** How a set of reports differs from the one before. */
export interface ChangedReports {
  readonly gone: IndexedReports
  readonly come: IndexedReports
  /** Where those are that have come, when each took the place of one that is gone and all others are where they were. */
  readonly places: readonly number[] | undefined
}

/** Finds how a set of reports differs from the one before. It is quick where most are the same and in the same places. */
export const changesIn = (before: IndexedReports, now: IndexedReports): ChangedReports => {
  if (before.length === now.length) {
    const places: number[] = []
    for (let i = 0; i < now.length; i++) if (before[i] !== now[i]) places.push(i)
    const gone = places.flatMap((place) => before[place] ?? [])
    const come = places.flatMap((place) => now[place] ?? [])
    const left = new Set(gone)
    if (!come.some((report) => left.has(report))) return { gone, come, places }
  }
  const [known, there] = [new Set(before), new Set(now)]
  return {
    gone: before.filter((report) => !there.has(report)),
    come: now.filter((report) => !known.has(report)),
    places: undefined,
  }
}
