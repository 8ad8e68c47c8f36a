/** What part of the map is looked at: the place in the middle between header and footer, in lengths of the map, and the zoom. */
export interface Sight {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

const number = String.raw`-?\d{1,7}(?:\.\d{1,4})?`
const written = new RegExp(`^(${number})_(${number})_(${number})$`)

/** Reads what {@link sightText} writes: `120_-40_1.25`. Undefined when it cannot be read. */
export function readSight(text: string | null | undefined): Sight | undefined {
  const [, x, y, zoom] = (written.exec(text ?? '') ?? []).map(Number)
  return x !== undefined && y !== undefined && zoom !== undefined && zoom > 0 ? { x, y, zoom } : undefined
}

/** A sight as text, to whole pixels and to a thousandth of the zoom. */
export function sightText({ x, y, zoom }: Sight): string {
  return [Math.round(x), Math.round(y), Math.max(0.001, Math.round(zoom * 1000) / 1000)].join('_')
}

/** Whether two sights look the same; undefined is the whole map. */
export function isSameSight(a: Sight | undefined, b: Sight | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && sightText(a) === sightText(b))
}
