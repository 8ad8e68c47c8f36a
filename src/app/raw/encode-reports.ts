import type { HeldReport } from '../../topology/held-report.ts'

/** Entities encoded in one piece. */
const ENTITIES_PER_PIECE = 250

/** Encodes reports as one JSON `RawReports`, in pieces that each take about a millisecond to make. */
export function* encodeReports(held: readonly HeldReport[]): Generator<string> {
  yield '{"reports":['
  for (const [index, one] of held.entries()) {
    if (index > 0) yield ','
    yield* encodeReport(one)
  }
  yield ']}'
}

function* encodeReport({ report, arrivedAtMs, startedAtMs, verified }: HeldReport): Generator<string> {
  const [arrivedAt, startedAt] = [arrivedAtMs, startedAtMs].map((ms) => new Date(ms).toISOString())
  yield `${JSON.stringify({ arrivedAt, startedAt, verified }).slice(0, -1)},"report":{`
  for (const [index, [key, value]] of Object.entries(report).entries()) {
    yield `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`
    if (Array.isArray(value)) yield* encodeList(value)
    else yield JSON.stringify(value)
  }
  yield '}}'
}

function* encodeList(values: readonly unknown[]): Generator<string> {
  yield '['
  for (let at = 0; at < values.length; at += ENTITIES_PER_PIECE) {
    const piece = JSON.stringify(values.slice(at, at + ENTITIES_PER_PIECE)).slice(1, -1)
    yield at > 0 ? `,${piece}` : piece
  }
  yield ']'
}
