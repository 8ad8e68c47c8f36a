import type { ViewFrame } from '../../../src/view-stream/frame.ts'

/** What is more than any memory of the world. */
const FIRST = 2 ** 40

/**
 * Makes reports recognisable: in each that has samples of it, the memory of the host's first container is a number that no other report has, its
 * beacon.
 *
 * @param first of the numbers, from 0 on; they go up by `step`
 * @returns gives the next one
 */
export const createBeacons = (first: number, step: number): (() => number) => {
  let next = FIRST + first - step
  return () => {
    next += step
    return next
  }
}

/** The beacons among the numbers of nodes in a frame of the containers; those of earlier frames may be there again. */
export const beaconsIn = ({ nodes, numbers }: ViewFrame): number[] =>
  [
    ...(nodes?.set ?? []).flatMap(([, , cells]) => cells),
    ...(numbers?.nodes ?? []).flatMap(([, ...moved]) => moved),
  ].filter((cell) => cell !== null && cell >= FIRST) as number[]

/** When something was, by beacon: milliseconds on the clock that all processes of the machine share. */
export type BeaconTimes = ReadonlyMap<number, number>

/**
 * How long it took from sending a report until a frame carried it, milliseconds.
 *
 * @param sent when each report was sent
 * @param seen when its beacon was seen first
 * @param fromMs earlier reports are left out
 * @param untilMs later reports are left out: they may still be under way
 * @returns `lost` are reports that no frame carried: the next one of the host came first
 */
export const frameLatencies = (
  sent: BeaconTimes,
  seen: BeaconTimes,
  fromMs: number,
  untilMs: number,
): { readonly latenciesMs: number[]; readonly lost: number } => {
  const latenciesMs: number[] = []
  let lost = 0
  for (const [beacon, sentMs] of sent) {
    if (sentMs < fromMs || sentMs > untilMs) continue
    const seenMs = seen.get(beacon)
    if (seenMs === undefined) lost++
    else latenciesMs.push(seenMs - sentMs)
  }
  return { latenciesMs, lost }
}

/** The clock that all processes of the machine share, in milliseconds. */
export const sharedMs = (): number => Number(process.hrtime.bigint()) / 1e6
